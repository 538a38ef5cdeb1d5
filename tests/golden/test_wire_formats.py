"""Payload formats against messages whose readings were worked out by hand.

Each case folder holds a payload and what is to come of it. `payload.json` is taken as it is,
`payload.cbor.hex` is CBOR in hexadecimal, `messages.yaml` is a sequence of Sparkplug messages that go
through one decoder. `topic` holds the topic, `expected.yaml` the readings, refusals and requests.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest
import yaml

from ingest.core.decode import Decoded, Decoders, Message, Opened
from ingest.core.sources import CONTRACT_SOURCES, READY_MADE
from kernel.instants import instant, parse_moment
from tests.sparkplug_messages import sparkplug_payload
from wire.columns import Columns

FOLDER = Path(__file__).parent / "wire"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.yaml"))
NOW = "2026-03-01T08:00:00Z"


class Reading(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    sensor: str
    quantity: str
    unit: str
    time: str
    value: float
    mark: str = ""


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """What comes of one message; `time` of a reading is ISO 8601."""

    readings: list[Reading] = []
    refused: list[str] = []
    requests: list[str] = []
    undecodable: str | None = None
    received_at: str = NOW


def at(text: str) -> int:
    return instant(parse_moment(text))


def messages_of(case: Path, expected: list[Expected]) -> Iterator[Message]:
    if (case / "messages.yaml").exists():
        written = yaml.safe_load((case / "messages.yaml").read_text(encoding="utf-8"))
        for message, one in zip(cast("list[dict[str, object]]", written), expected, strict=True):
            topic = cast("str", message["topic"])
            yield Message(topic, sparkplug_payload(message), at(one.received_at))
        return
    topic = (case / "topic").read_text(encoding="utf-8").strip()
    yield Message(topic, payload_of(case), at(expected[0].received_at))


def payload_of(case: Path) -> bytes:
    as_hex = case / "payload.cbor.hex"
    if as_hex.exists():
        return bytes.fromhex(as_hex.read_text(encoding="utf-8"))
    return (case / "payload.json").read_bytes()


def expected_of(case: Path) -> list[Expected]:
    loaded = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(loaded if isinstance(loaded, list) else [loaded], list[Expected])


def readings_of(columns: Columns) -> list[tuple[str, str, str, int, float, str]]:
    doubted = [False] * len(columns) if columns.flagged is None else columns.flagged.tolist()
    index, times, values = columns.index.tolist(), columns.times.tolist(), columns.values.tolist()
    found: list[tuple[str, str, str, int, float, str]] = []
    for number, time, value, mark in zip(index, times, values, doubted, strict=True):
        sensor, quantity, unit = columns.names[int(number)]
        found.append((sensor, quantity, unit, int(time), float(value), "flagged" if mark else ""))
    return found


def check(opened: Opened, expected: Expected) -> None:
    if not isinstance(opened, Decoded):
        assert expected.undecodable is not None, opened.reason
        assert expected.undecodable in opened.reason
        return
    assert expected.undecodable is None
    assert readings_of(opened.columns) == [
        (
            one.sensor,
            one.quantity,
            one.unit,
            at(one.time),
            pytest.approx(one.value, rel=1e-12),
            one.mark,
        )
        for one in expected.readings
    ]
    assert [refused.reason for refused in opened.refused] == expected.refused
    assert [topic for topic, _ in opened.requests] == expected.requests


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_readings_are_the_ones_worked_out_by_hand(case: Path) -> None:
    decoders = Decoders((*CONTRACT_SOURCES, *READY_MADE.values()))
    expected = expected_of(case)
    for message, one in zip(messages_of(case, expected), expected, strict=True):
        check(decoders.decode(message), one)


def test_every_format_has_cases() -> None:
    formats = {source.format for source in READY_MADE.values()} | {
        "plain_json",
        "senml_json",
        "senml_cbor",
    }
    assert {case.parent.name for case in CASES} == formats
