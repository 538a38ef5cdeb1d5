"""Spoiling payloads: bits, bytes, pieces moved and mixed, and what decoders are known to choke on."""

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 4096

NASTY = (
    b"1e999",
    b"-1e999",
    b"NaN",
    b"null",
    b"9" * 400,
    b"18446744073709551616",
    b"253402300800",
    b'"\\u0000"',
    b'"\\ud800"',
    b"[" * 600,
    b'{"a":' * 300,
    b"\xc3\x28",
    b"\x00",
    b"\x81" * 600,
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xbb\x00\x00\x00\x00\xff\xff\xff\xff",
    b"\x9f\xbf\x5f\x7f",
    b"\xc2\x58\x40" + b"\xff" * 64,
    b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\xc5\x82\x1a\x7f\xff\xff\xff\x01",
    b"\xd8\x1c\x81\xd8\x1d\x00",
    b"\xd8\x1e\x82\x01\x00",
    b"\xd8\x23\x62[[",
    b"\xd8\x46\x43abc",
    b"\xc1\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00",
    b"\xf9\x7e\x00",
    b"\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\x0a\x02\xff\xff",
    b"\x13" * 200,
)
"""Numbers beyond int64, zero characters, halves of characters, huge lengths, deep nesting, odd tags."""

_Spoil = Callable[[bytearray, Random, Sequence[bytes]], None]


def mutated(payload: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """`payload` spoiled up to four times, mostly once; `others` lend pieces."""
    data = bytearray(payload)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        random.choice(_SPOILS)(data, random, others)
    return bytes(data[:LONGEST])


def _flip(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _overwrite(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] = random.randrange(256)


def _insert(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    at = random.randint(0, len(data))
    data[at:at] = random.randbytes(random.randint(1, 4))


def _delete(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    at = random.randint(0, len(data))
    del data[at : at + random.randint(1, 8)]


def _cut(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    del data[random.randint(0, len(data)) :]


def _repeat(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    start = random.randint(0, len(data))
    piece = data[start : start + random.randint(1, 64)]
    at = random.randint(0, len(data))
    data[at:at] = piece * random.randint(1, 8)


def _be_nasty(data: bytearray, random: Random, _others: Sequence[bytes]) -> None:
    at = random.randint(0, len(data))
    data[at : at + random.choice((0, 0, 1, 2, 8))] = random.choice(NASTY)


def _mix(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    other = random.choice(others)
    data[random.randint(0, len(data)) :] = other[random.randint(0, len(other)) :]


_SPOILS: tuple[_Spoil, ...] = (
    _flip,
    _flip,
    _overwrite,
    _insert,
    _delete,
    _cut,
    _repeat,
    _be_nasty,
    _be_nasty,
    _mix,
)
