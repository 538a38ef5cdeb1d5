"""SenML CBOR: what devices send, what others may send, and what must be refused."""

from datetime import UTC

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.instants import SECOND
from wire.columns import Columns, Malformed, SeriesName
from wire.senml import (
    BASE_NAME,
    BASE_SUM,
    BASE_TIME,
    BASE_UNIT,
    BASE_VALUE,
    BASE_VERSION,
    BOOLEAN,
    DATA,
    NAME,
    STRING,
    SUM,
    TIME,
    UNIT,
    VALUE,
    Record,
    decode_senml_cbor,
    encode_senml_cbor,
    read_senml_cbor,
)

NOW = 1_772_352_000 * SECOND
FIRST_SENDABLE = 2**28 * SECOND
LAST_SENDABLE = 253_402_300_800 * SECOND - 1


def rows(columns: Columns) -> list[Record]:
    readings = zip(columns.index.tolist(), columns.times.tolist(), columns.values.tolist(), strict=True)
    found: list[Record] = []
    for number, time, value in readings:
        sensor, quantity, unit = columns.names[int(number)]
        found.append(Record(sensor, quantity, unit, time, value))
    return found


def decoded(*maps: object) -> list[Record]:
    return rows(decode_senml_cbor(cbor2.dumps(list(maps)), NOW))


def test_a_pack_of_one_series_says_its_name_and_unit_once() -> None:
    pack = [
        Record("room-1", "temperature", "Cel", NOW + minute * 60 * SECOND, 4.2) for minute in range(60)
    ]
    encoded = encode_senml_cbor(pack)
    assert rows(decode_senml_cbor(encoded, 0)) == pack
    assert encoded.count(b"room-1/temperature") == 1
    assert len(encoded) < 60 * 16


def test_the_rfc_example_of_several_measurements_resolves() -> None:
    """RFC 8428, section 5.1.3, without its sums: base name, base time, base unit, later records."""
    found = decoded(
        {
            BASE_NAME: "urn:dev:ow:10e2073a0108006/",
            BASE_TIME: 1_276_020_076.001,
            BASE_UNIT: "A",
            BASE_VERSION: 5,
            NAME: "voltage",
            UNIT: "V",
            VALUE: 120.1,
        },
        {NAME: "current", TIME: -5, VALUE: 1.2},
        {NAME: "current", TIME: -4, VALUE: 1.3},
    )
    sensor, base = "urn:dev:ow:10e2073a0108006", 1_276_020_076_001_000
    assert found == [
        Record(sensor, "voltage", "V", base, 120.1),
        Record(sensor, "current", "A", base - 5 * SECOND, 1.2),
        Record(sensor, "current", "A", base - 4 * SECOND, 1.3),
    ]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, NOW),
        ({TIME: 0}, NOW),
        ({TIME: -0.5}, NOW - SECOND // 2),
        ({TIME: 60}, NOW + 60 * SECOND),
        ({BASE_TIME: -100, TIME: 40}, NOW - 60 * SECOND),
        ({TIME: 2**28 - 1}, NOW + (2**28 - 1) * SECOND),
        ({TIME: 2**28}, 2**28 * SECOND),
        ({BASE_TIME: 2**28, TIME: -1}, NOW + (2**28 - 1) * SECOND),
        ({BASE_TIME: 1_772_000_000, TIME: 0.000001}, 1_772_000_000_000_001),
    ],
)
def test_small_times_count_from_the_arrival(times: dict[int, object], expected: int) -> None:
    assert decoded({NAME: "a/t", UNIT: "Cel", VALUE: 1, **times}) == [
        Record("a", "t", "Cel", expected, 1.0)
    ]


def test_base_value_unit_and_name_hold_until_changed() -> None:
    found = decoded(
        {BASE_NAME: "a/", BASE_UNIT: "Cel", BASE_VALUE: 20, NAME: "t", VALUE: 0.5},
        {NAME: "t", VALUE: -0.5},
        {BASE_NAME: "b/t", BASE_VALUE: 0, BASE_UNIT: "K"},
        {VALUE: 277.0},
        {UNIT: "degF", VALUE: 40.0},
    )
    assert found == [
        Record("a", "t", "Cel", NOW, 20.5),
        Record("a", "t", "Cel", NOW, 19.5),
        Record("b", "t", "K", NOW, 277.0),
        Record("b", "t", "degF", NOW, 40.0),
    ]


def test_a_name_is_split_at_its_last_slash() -> None:
    columns = decode_senml_cbor(
        cbor2.dumps([{NAME: "site/room/temperature", UNIT: "Cel", VALUE: 1}]), NOW
    )
    assert columns.names == (SeriesName("site/room", "temperature", "Cel"),)


def test_decimal_fractions_and_truth_values_are_numbers() -> None:
    found = decoded(
        {NAME: "a/t", UNIT: "Cel", VALUE: cbor2.CBORTag(4, [-1, 42])}, {NAME: "a/door", BOOLEAN: True}
    )
    assert found == [Record("a", "t", "Cel", NOW, 4.2), Record("a", "door", "/", NOW, 1.0)]


def test_records_of_other_kinds_are_refused_one_by_one() -> None:
    pack = read_senml_cbor(
        cbor2.dumps(
            [
                {NAME: "a/serial", STRING: "x"},
                {NAME: "a/t", UNIT: "Cel", VALUE: 4},
                {NAME: "a/energy", SUM: 4},
                {NAME: "a/photo", DATA: b"x"},
                {BASE_SUM: 7},
            ]
        ),
        NOW,
    )
    assert rows(pack.columns) == [Record("a", "t", "Cel", NOW, 4.0)]
    assert pack.refused == (
        "record 0 holds a text, which is not kept",
        "record 2 holds a sum, which is not kept",
        "record 3 holds a byte string, which is not kept",
        "record 4 sets a base sum, which is not kept",
    )


def test_a_pack_with_nothing_to_keep_is_malformed() -> None:
    with pytest.raises(Malformed, match="record 0 holds a text, which is not kept"):
        decoded({NAME: "a/serial", STRING: "x"})


GOOD: dict[object, object] = {NAME: "a/t", UNIT: "Cel", VALUE: 1}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, "not a CBOR array of records"),
        ([GOOD, 5], "record 1 is not a CBOR map"),
        ([{**GOOD, BASE_VERSION: 11}], "record 0: only versions 1 to 10"),
        ([{**GOOD, BASE_VERSION: True}], "only versions 1 to 10"),
        ([{**GOOD, "next_": 1}], "field 'next_' must be understood"),
        ([{**GOOD, NAME: "t"}], "'t' is not sensor/quantity"),
        ([{**GOOD, NAME: "a/"}], "'a/' is not sensor/quantity"),
        ([{UNIT: "Cel", VALUE: 1}], "'' is not a SenML name"),
        ([{**GOOD, NAME: "a b/t"}], "'a b/t' is not a SenML name"),
        ([{**GOOD, NAME: "a/t\n"}], "is not a SenML name"),
        ([{**GOOD, NAME: 5}], "record 0: name is not a text"),
        ([{**GOOD, UNIT: "Cel\0"}], "unit contains a zero character"),
        ([{**GOOD, VALUE: "warm"}], "value is not a number"),
        ([{**GOOD, VALUE: True}], "value is not a number"),
        ([{**GOOD, VALUE: float("nan")}], "value is not a finite number"),
        ([{**GOOD, VALUE: 10**400}], "value is too large a number"),
        ([{**GOOD, VALUE: 1e308, BASE_VALUE: 1e308}], "no finite number"),
        ([{**GOOD, BOOLEAN: True}], "more than one value"),
        ([{NAME: "a/t", BOOLEAN: 1}], "truth value is neither"),
        ([{NAME: "a/t", UNIT: "Cel"}], "record 0 has no value"),
        ([{**GOOD, TIME: 1e300}], "time lies outside the calendar"),
        ([{**GOOD, TIME: -(10**11)}], "lies outside the calendar"),
        ([{**GOOD, BASE_TIME: 253_402_300_799, TIME: 1}], "lies outside the calendar"),
        ([{**GOOD, TIME: "now"}], "time is not a number"),
    ],
)
def test_what_breaks_the_format_is_malformed(raw: object, sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        decode_senml_cbor(cbor2.dumps(raw), NOW)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"", "not CBOR"),
        (b"\x81" * 100_000, "not CBOR"),
        (b"\x81\xa2\x02\x01\x02\x02", "not CBOR"),  # a key that is there twice
        (cbor2.dumps([GOOD]) + b"\x00", "1 bytes follow the end"),
        (b"\xd8\x1c\x81\xd8\x1d\x00", "record 0 is not a CBOR map"),  # an array that contains itself
    ],
)
def test_bytes_that_are_no_pack_are_malformed(payload: bytes, sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        decode_senml_cbor(payload, NOW)


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (Record("a b", "t", "Cel", NOW, 1.0), "not a SenML name"),
        (Record("a", "t/u", "Cel", NOW, 1.0), "not a SenML name"),
        (Record("a", "t", "Cel", NOW, float("inf")), "which SenML cannot say"),
        (Record("a", "t", "Cel", FIRST_SENDABLE - 1, 1.0), "as an absolute time"),
        (Record("a", "t", "Cel", LAST_SENDABLE + 1, 1.0), "as an absolute time"),
    ],
)
def test_what_senml_cannot_say_is_not_sent(record: Record, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        encode_senml_cbor([record])


def test_an_empty_pack_has_no_readings() -> None:
    assert len(decode_senml_cbor(encode_senml_cbor([]), NOW)) == 0


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9\-:._]{0,8}", fullmatch=True)
records = st.builds(
    Record,
    sensor=names,
    quantity=names,
    unit=st.sampled_from(["Cel", "%RH", "V", ""]),
    time=st.integers(FIRST_SENDABLE, LAST_SENDABLE) | st.integers(NOW - 10**9, NOW + 10**9),
    value=st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.lists(records, max_size=20), st.integers(0, NOW))
def test_every_pack_comes_back_to_the_microsecond(pack: list[Record], received_at: int) -> None:
    assert rows(decode_senml_cbor(encode_senml_cbor(pack), received_at)) == pack


labels = st.integers(-7, 9) | st.text(max_size=3)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
)
anything = st.recursive(
    scalars | st.decimals() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(labels, inner, max_size=4),
    max_leaves=8,
)


def survives(payload: bytes) -> None:
    """Either columns that fit together, or Malformed; anything else fails the test."""
    try:
        columns = decode_senml_cbor(payload, NOW)
    except Malformed:
        return
    assert len(columns.index) == len(columns.times) == len(columns.values)
    assert all(number < len(columns.names) for number in columns.index.tolist())


@given(st.binary(max_size=200))
@example(b"\x81\xa2\x00\x63a/t\x02\xc2\x59\x10\x00" + b"\xff" * 4096)
@example(b"\x81\xd8\x23\x62[[")
def test_any_bytes_survive(payload: bytes) -> None:
    survives(payload)


@given(st.lists(st.dictionaries(labels, anything, max_size=6) | anything, max_size=4))
def test_any_cbor_survives(pack: list[object]) -> None:
    survives(cbor2.dumps(pack))


@given(st.lists(records, min_size=1, max_size=5), st.data())
def test_damaged_packs_survive(pack: list[Record], data: st.DataObject) -> None:
    damaged = bytearray(encode_senml_cbor(pack))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(damaged))
