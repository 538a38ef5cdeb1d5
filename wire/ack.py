"""The commit confirmation: which batch numbers of a gateway's epoch are safe in the database.

`{"epoch": 7, "committed": [[1, 57], [60, 61]]}` in JSON, both ends of a range included. It is
cumulative, so any later one makes up for a lost one.
"""

from dataclasses import dataclass

import msgspec

from wire.columns import Malformed


@dataclass(frozen=True, slots=True)
class Ack:
    """Numbers `first..last` of each pair in `committed` are stored for `epoch`."""

    epoch: int
    committed: tuple[tuple[int, int], ...]


def encode_ack(ack: Ack) -> bytes:
    """The message for an acknowledgement."""
    return msgspec.json.encode(ack)


def decode_ack(payload: bytes) -> Ack:
    """The acknowledgement in `payload`; `Malformed` says what is wrong with it."""
    try:
        return msgspec.json.decode(payload, type=Ack)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Malformed(f"ack: {error}") from error
