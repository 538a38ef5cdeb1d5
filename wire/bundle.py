"""Several of our frames in one message: CBOR `[2, [frame, frame, ...]]`, each frame a byte string.

A message costs its sender and the broker far more than a small frame does. Every frame keeps its own
number and is taken in as if it had come alone, so it does not matter with which others it travels.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cbor2

from wire.columns import Malformed

MOST_FRAMES = 1024
"""A bundle of more is not understood: it is no gateway's."""

_BEGIN = b"\x82\x02"
_KIND, _ARRAY, _BYTES = 0xE0, 0x80, 0x40
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}
_SHORT = 24


class Bundled(NamedTuple):
    """One frame of a bundle; `missing` bytes of it were cut off."""

    payload: bytes
    missing: int = 0


def is_bundle(payload: bytes) -> bool:
    """Whether a message on a gateway's topic is a bundle and not a single frame."""
    return payload.startswith(_BEGIN)


def encode_bundle(frames: Sequence[bytes]) -> bytes:
    """The message for `frames`, at most `MOST_FRAMES`."""
    return cbor2.dumps([_BEGIN[1], list(frames)])


def frames_of(payload: bytes, *, cut: bool = False) -> list[Bundled]:
    """The frames in a bundle; `Malformed` says what is wrong with it.

    Of a bundle that was `cut` off, those that are whole: the others are not confirmed and come again.
    When already the first is too long, its beginning.
    """
    count, at = _head(payload, len(_BEGIN), _ARRAY)
    if count > MOST_FRAMES:
        raise Malformed(f"bundle: {count} frames, more than {MOST_FRAMES}")
    found: list[Bundled] = []
    while len(found) < count:
        try:
            length, at = _head(payload, at, _BYTES)
        except Malformed:
            if cut and found:
                return found
            raise
        frame = payload[at : at + length]
        at += length
        if at > len(payload):
            if not cut:
                raise Malformed("bundle: it ends within a frame")
            return found or [Bundled(frame, length - len(frame))]
        found.append(Bundled(frame))
    if at < len(payload):
        raise Malformed("bundle: something follows its last frame")
    return found


def _head(payload: bytes, at: int, kind: int) -> tuple[int, int]:
    """The count or length of the item of `kind` at position `at`, and where its content begins."""
    if at >= len(payload) or payload[at] & _KIND != kind:
        raise Malformed("bundle: not an array of byte strings")
    short = payload[at] & ~_KIND
    if short < _SHORT:
        return short, at + 1
    size = _SIZES.get(short)
    if size is None or at + 1 + size > len(payload):
        raise Malformed("bundle: not an array of byte strings")
    return int.from_bytes(payload[at + 1 : at + 1 + size], "big"), at + 1 + size
