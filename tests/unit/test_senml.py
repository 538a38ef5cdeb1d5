"""SenML CBOR: what devices send, what others may send, and what must be refused."""

from datetime import UTC

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.instants import SECOND
from wire.columns import Columns, Malformed
from wire.senml import Record, decode_senml_cbor, encode_senml_cbor, read_senml_cbor
from wire.senml_json import decode_senml, decode_senml_json
from wire.senml_pack import (
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
    UPDATE_TIME,
    VALUE,
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
    content = decode_senml_cbor(cbor2.dumps(list(maps)), NOW)
    assert not content.refused
    return rows(content.columns)


def test_a_pack_of_one_series_says_its_name_and_unit_once() -> None:
    pack = [
        Record("room-1", "temperature", "Cel", NOW + minute * 60 * SECOND, 4.2) for minute in range(60)
    ]
    encoded = encode_senml_cbor(pack)
    assert rows(decode_senml_cbor(encoded, 0).columns) == pack
    assert encoded.count(b"room-1/temperature") == 1
    assert len(encoded) < 60 * 16


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


@pytest.mark.parametrize(
    ("name", "unit", "sensor", "quantity"),
    [
        ("site/room/temperature", "Cel", "site/room", "temperature"),
        ("room/temp", "Cel", "room", "temp"),
        ("urn:dev:ow:10e2073a01080063", "Cel", "urn:dev:ow:10e2073a01080063", "temperature"),
        ("urn:dev:ow:10e2073a01080063:temp", "Cel", "urn:dev:ow:10e2073a01080063", "temperature"),
        ("urn:dev:ow:10e2073a01080063:voltage", "V", "urn:dev:ow:10e2073a01080063", "voltage"),
        ("home:kitchen", "%RH", "home:kitchen", "humidity"),
        ("t", "K", "t", "temperature"),
    ],
)
def test_a_name_is_sensor_and_quantity(name: str, unit: str, sensor: str, quantity: str) -> None:
    found = decoded({NAME: name, UNIT: unit, VALUE: 1})
    assert found == [Record(sensor, quantity, unit, NOW, 1.0)]


def test_without_a_value_the_base_value_counts() -> None:
    found = decoded({BASE_NAME: "a/", BASE_VALUE: 20}, {NAME: "t"}, {NAME: "u", VALUE: 1})
    assert found == [Record("a", "t", "", NOW, 20.0), Record("a", "u", "", NOW, 21.0)]


def test_fields_that_need_not_be_understood_change_nothing() -> None:
    found = decoded({NAME: "a/t", UNIT: "Cel", VALUE: 1, UPDATE_TIME: 60, "note": "x", 99: [1]})
    assert found == [Record("a", "t", "Cel", NOW, 1.0)]


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
        "senml: record 0 holds a text, which is not kept",
        "senml: record 2 holds a sum, which is not kept",
        "senml: record 3 holds a byte string, which is not kept",
        "senml: record 4 sets a base sum, which is not kept",
    )


def test_a_reading_is_kept_though_its_record_holds_a_sum_too() -> None:
    content = decode_senml_cbor(cbor2.dumps([{NAME: "a/t", VALUE: 4, SUM: 9}]), NOW)
    assert rows(content.columns) == [Record("a", "t", "", NOW, 4.0)]
    assert len(content.refused) == 1


def test_a_refused_record_can_be_read_again_alone() -> None:
    """Its base fields go with it, so that the fault is the same, and so is what a correction gives."""
    bases: dict[object, object] = {BASE_NAME: "a/", BASE_TIME: 1_772_000_000.5, BASE_UNIT: "Cel"}
    content = decode_senml_cbor(cbor2.dumps([bases, {NAME: "t", TIME: 5, VALUE: "warm"}]), NOW)
    ((reason, alone),) = content.refused
    assert reason == "senml: record 1: value is not a number"
    again = decode_senml_cbor(alone, 0)
    assert again.refused[0].reason == "senml: record 0: value is not a number"
    ((record),) = cbor2.loads(alone)
    assert decoded({**record, VALUE: 4}) == [
        Record("a", "t", "Cel", 1_772_000_005 * SECOND + SECOND // 2, 4.0)
    ]


def test_json_says_the_same_as_cbor() -> None:
    content = decode_senml(
        b' [{"bn":"a/","bt":1772000000,"bu":"Cel","n":"t","v":4.5},'
        b'{"n":"t","t":1,"vs":"x"},{"n":"t","v":1}]',
        NOW,
    )
    assert rows(content.columns) == [
        Record("a", "t", "Cel", 1_772_000_000 * SECOND, 4.5),
        Record("a", "t", "Cel", 1_772_000_000 * SECOND, 1.0),
    ]
    ((_, alone),) = content.refused
    assert alone == b'[{"bn":"a/","bu":"Cel","bt":1772000000,"n":"t","t":1,"vs":"x"}]'


@pytest.mark.parametrize(
    "payload", [b"[", b"{}", b"[5, 1e999]", b"[" * 100_000, b'[{"bn": 5}]', b'[{"next_": 1}]']
)
def test_json_that_is_no_pack_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed, match="senml: "):
        decode_senml_json(payload, NOW)


GOOD: dict[object, object] = {NAME: "a/t", UNIT: "Cel", VALUE: 1}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, "not a CBOR array of records"),
        ([{**GOOD, BASE_VERSION: 11}], "record 0: only versions 1 to 10"),
        ([{**GOOD, BASE_VERSION: True}], "only versions 1 to 10"),
        ([{**GOOD, "next_": 1}], "field 'next_' must be understood"),
        ([GOOD, {BASE_NAME: 5}], "record 1: base name is not a text"),
        ([{BASE_NAME: "a" * 401}], "base name has 401 characters, more than 400"),
        ([{BASE_TIME: "now"}], "base time is not a number"),
        ([{BASE_VALUE: float("nan")}], "base value is not a finite number"),
    ],
)
def test_what_spoils_every_record_is_malformed(raw: object, sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        decode_senml_cbor(cbor2.dumps(raw), NOW)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (5, "record 1 is not a map"),
        ({**GOOD, NAME: "a/"}, "'a/' is not sensor/quantity"),
        ({**GOOD, NAME: "t", UNIT: "A"}, "'t' is not sensor/quantity, and its unit does not say"),
        ({**GOOD, NAME: "2001:db8::3", UNIT: "/"}, "'2001:db8::3' is not sensor/quantity"),
        ({UNIT: "Cel", VALUE: 1}, "'' is not a SenML name"),
        ({**GOOD, NAME: "a b/t"}, "'a b/t' is not a SenML name"),
        ({**GOOD, NAME: "a/t\n"}, "is not a SenML name"),
        ({**GOOD, NAME: 5}, "name is not a text"),
        ({**GOOD, NAME: f"{'a' * 201}/t"}, "the sensor has 201 characters"),
        ({**GOOD, UNIT: "Cel\0"}, "cannot be printed"),
        ({**GOOD, UNIT: 5}, "unit is not a text"),
        ({**GOOD, VALUE: "warm"}, "value is not a number"),
        ({**GOOD, VALUE: True}, "value is not a number"),
        ({**GOOD, VALUE: float("nan")}, "no finite number"),
        ({**GOOD, VALUE: 10**400}, "value is too large a number"),
        ({**GOOD, VALUE: 1e308, BASE_VALUE: 1e308}, "no finite number"),
        ({**GOOD, BOOLEAN: True}, "more than one value"),
        ({NAME: "a/t", BOOLEAN: 1}, "truth value is neither"),
        ({NAME: "a/t", UNIT: "Cel"}, "has no value"),
        ({**GOOD, TIME: 1e300}, "time lies outside the calendar"),
        ({**GOOD, TIME: -(10**11)}, "lies outside the calendar"),
        ({**GOOD, BASE_TIME: 253_402_300_799, TIME: 1}, "lies outside the calendar"),
        ({**GOOD, TIME: "now"}, "time is not a number"),
    ],
)
def test_what_breaks_one_record_spoils_no_other(raw: object, sentence: str) -> None:
    content = decode_senml_cbor(cbor2.dumps([GOOD, raw]), NOW)
    assert rows(content.columns) == [Record("a", "t", "Cel", NOW, 1.0)]
    ((reason, alone),) = content.refused
    assert sentence in reason
    assert len(decode_senml_cbor(alone, NOW).refused) == 1


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"", "not CBOR"),
        (b"\x81" * 100_000, "not CBOR"),
        (b"\x81\xa2\x02\x01\x02\x02", "not CBOR"),  # a key that is there twice
        (cbor2.dumps([GOOD]) + b"\x00", "1 bytes follow the end"),
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


def test_a_pack_that_contains_itself_is_one_bad_record() -> None:
    content = decode_senml_cbor(b"\xd8\x1c\x81\xd8\x1d\x00", NOW)
    assert [refused.reason for refused in content.refused] == ["senml: record 0 is not a map"]


def test_an_empty_pack_has_no_readings() -> None:
    assert len(decode_senml_cbor(encode_senml_cbor([]), NOW).columns) == 0


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
    assert rows(decode_senml_cbor(encode_senml_cbor(pack), received_at).columns) == pack


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
        columns = decode_senml_cbor(payload, NOW).columns
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
