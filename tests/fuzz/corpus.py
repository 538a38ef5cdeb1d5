"""What fuzzing begins with: the messages of the golden cases, and frames of our own gateways."""

from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import yaml

from ingest.core.sources import CONTRACT_SOURCES, READY_MADE
from tests.sparkplug_messages import sparkplug_payload
from wire.bundle import encode_bundle
from wire.columns import Columns, SeriesName
from wire.frame import Thinned, encode_body, encode_frame
from wire.senml import Record, encode_senml_cbor

SOURCES = (*CONTRACT_SOURCES, *READY_MADE.values())
NOW = 1_772_352_000_000_000

_GOLDEN = Path(__file__).parents[1] / "golden" / "wire"


class Sample(NamedTuple):
    """A payload on a topic."""

    topic: str
    payload: bytes


def samples() -> list[Sample]:
    """Every message of the corpus, always in the same order."""
    found = [*_frames(), *_packs()]
    for case in sorted(path.parent for path in _GOLDEN.glob("*/*/expected.yaml")):
        found += _of_case(case)
    return found


def _of_case(case: Path) -> list[Sample]:
    if (case / "messages.yaml").exists():
        written = yaml.safe_load((case / "messages.yaml").read_text(encoding="utf-8"))
        messages = cast("list[dict[str, object]]", written)
        return [Sample(cast("str", one["topic"]), sparkplug_payload(one)) for one in messages]
    topic = (case / "topic").read_text(encoding="utf-8").strip()
    as_hex = case / "payload.cbor.hex"
    if as_hex.exists():
        return [Sample(topic, bytes.fromhex(as_hex.read_text(encoding="utf-8")))]
    return [Sample(topic, (case / "payload.json").read_bytes())]


def _frames() -> list[Sample]:
    columns = Columns(
        (SeriesName("t1", "temperature", "Cel"), SeriesName("t2", "humidity", "%RH")),
        np.array([0, 1, 0], np.uint32),
        np.array([NOW, NOW, NOW + 1], np.int64),
        np.array([4.5, 61, -0.0]),
    )
    topic, body = "coldbind/v1/dc1/gw1/data", encode_body(columns)
    thinned = encode_frame(3, 70, NOW, body, taken_at=NOW, thinned=Thinned(1, 64, 9000))
    frame = encode_frame(3, 9, NOW, body)
    return [Sample(topic, one) for one in (frame, thinned, encode_bundle([frame, thinned, frame]))]


def _packs() -> list[Sample]:
    records = [Record("room-1", "temperature", "Cel", NOW + at, 4.25 + at) for at in range(4)]
    return [Sample("coldbind/v1/dc1/node/senml", encode_senml_cbor(records))]
