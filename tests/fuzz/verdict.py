"""What must hold for every message, however spoiled: readings that can be stored, or a reason."""

import numpy as np

from ingest.core.decode import Decoded, Decoders, Message, Undecodable
from ingest.core.sources import FRAME
from tests.fuzz.corpus import NOW, SOURCES
from wire.columns import Columns
from wire.frame import decode_body, encode_body

_OF_GATEWAYS = next(source.filter for source in SOURCES if source.format == FRAME).rsplit("/", 1)[-1]


def check(decoders: Decoders, topic: str, payload: bytes) -> bool:
    """Decode a message and assert what must hold; whether it was decoded, with all it bundles."""
    opened, _ = decoders.decode_all([Message(topic, payload, NOW)])
    decoded = [_check(one, topic, payload) for one in opened]
    return all(decoded)


def _check(opened: Decoded | Undecodable, topic: str, payload: bytes) -> bool:
    if not isinstance(opened, Decoded):
        assert "our decoder failed" not in opened.reason, (opened.reason, topic, payload)
        return False
    _check_columns(opened.columns)
    if not topic.endswith(f"/{_OF_GATEWAYS}"):
        _check_storable(opened.columns)
    for reason, alone in opened.refused:
        assert reason, (topic, payload)
        assert isinstance(alone, bytes), (topic, payload)
    return True


def _check_columns(columns: Columns) -> None:
    assert len(columns.index) == len(columns.times) == len(columns.values)
    assert columns.flagged is None or len(columns.flagged) == len(columns)
    assert not len(columns) or int(columns.index.max()) < len(columns.names)


def _check_storable(columns: Columns) -> None:
    """PostgreSQL takes neither zero characters nor halves of characters; calendars end."""
    for name in columns.names:
        assert all(text.isprintable() for text in name), name
        assert name.sensor, name
    if len(columns):
        again = decode_body(encode_body(columns))
        assert again.names == columns.names
        assert np.array_equal(again.values, columns.values, equal_nan=True)
        assert int(columns.times.max()) < 253_402_300_800 * 10**6
