"""A datagram that comes again is recognised, and a new reading in the same words is not one."""

import asyncio

from gateway.core.batching import BatchLimits
from gateway.core.repeats import Repeats, key_of
from gateway.spooling import parcels_of
from gateway.udp import Datagram
from kernel.instants import SECOND
from wire.frame import decode_body
from wire.senml import Record, encode_senml_cbor, read_senml_cbor

NOON = 1_780_000_000 * SECOND
PROBE = Record("probe-1", "temperature", "Cel", NOON, 4.5)


def arrives(payload: bytes, at: int) -> Datagram:
    return Datagram(payload, ("127.0.0.1", 9), at)


def readings(datagrams: list[Datagram], repeats: Repeats) -> int:
    parcels, keys = asyncio.run(parcels_of(datagrams, BatchLimits(), repeats))
    repeats.remember(keys)
    return sum(len(decode_body(parcel.body)) for parcel in parcels)


def test_a_datagram_that_comes_again_is_kept_once() -> None:
    payload, repeats = encode_senml_cbor([PROBE]), Repeats()
    assert readings([arrives(payload, NOON), arrives(payload, NOON + 1)], repeats) == 1
    assert readings([arrives(payload, NOON + SECOND)], repeats) == 0
    other = encode_senml_cbor([PROBE._replace(value=4.6)])
    assert readings([arrives(other, NOON + SECOND)], repeats) == 1


def test_the_same_words_of_a_device_without_a_clock_are_new_readings() -> None:
    timeless, repeats = b"\x81\xa3\x00sprobe-1/temperature\x01cCel\x02\x18\x05", Repeats()
    assert readings([arrives(timeless, NOON)], repeats) == 1
    assert readings([arrives(timeless, NOON + 60 * SECOND)], repeats) == 1


def test_what_was_not_committed_is_not_remembered() -> None:
    payload, repeats = encode_senml_cbor([PROBE]), Repeats()
    asyncio.run(parcels_of([arrives(payload, NOON)], BatchLimits(), repeats))
    assert readings([arrives(payload, NOON)], repeats) == 1


def test_a_datagram_nobody_can_read_is_passed_on_each_time() -> None:
    repeats = Repeats()
    for _ in range(2):
        parcels, _ = asyncio.run(parcels_of([arrives(b"\xff", NOON)], BatchLimits(), repeats))
        assert [parcel.readings for parcel in parcels] == [0]


def test_only_the_newest_are_remembered() -> None:
    repeats = Repeats(most=2)
    repeats.remember([1, 2, 1, 3])
    assert [key in repeats for key in (1, 2, 3)] == [True, False, True]


def test_a_key_holds_bytes_and_times() -> None:
    payload = encode_senml_cbor([PROBE])
    columns = read_senml_cbor(payload, NOON).columns
    assert key_of(payload, columns) == key_of(bytes(payload), columns)
    assert key_of(payload, columns) != key_of(payload + b"\x00", columns)
