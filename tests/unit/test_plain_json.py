"""Plain JSON: what anybody may send, and the sentence for everything else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.instants import SECOND, instant, parse_moment
from wire.columns import Columns, Content, Malformed, SeriesName
from wire.plain_json import FIELDS, decode_plain_json
from wire.plain_json_quick import read_quickly

NOW = instant(parse_moment("2026-03-01T08:00:00Z"))


def rows(columns: Columns) -> set[tuple[SeriesName, int, float]]:
    assert len(columns.index) == len(columns.times) == len(columns.values)
    readings = zip(columns.index.tolist(), columns.times.tolist(), columns.values.tolist(), strict=True)
    return {(columns.names[int(number)], int(at), float(value)) for number, at, value in readings}


def read_carefully(payload: bytes, received_at: int) -> Content:
    """The careful way: a table of fields that is not the very one that the quick way knows."""
    return decode_plain_json(payload, received_at, dict(FIELDS))


def test_one_object_with_several_quantities() -> None:
    content = decode_plain_json(
        b'{"sensor": "fridge-1", "ts": "2026-03-01T09:00:00+01:00", "temp": 4.2, "rh": 61}', 0
    )
    assert not content.refused
    assert content.columns.names == (
        SeriesName("fridge-1", "temperature", "Cel"),
        SeriesName("fridge-1", "humidity", "%RH"),
    )
    assert content.columns.times.tolist() == [NOW, NOW]
    assert content.columns.values.tolist() == [4.2, 61.0]


@pytest.mark.parametrize(
    ("ts", "at"),
    [
        (b"1772352000", NOW),
        (b"1772352000.25", NOW + SECOND // 4),
        (b"1772352000000", NOW),
        (b"null", 77),
        (b'"2026-03-01T08:00:00.0000006Z"', NOW + 1),
        (b'"20260301T080000Z"', NOW),
        (b"9000000000", 9_000_000_000 * SECOND),
    ],
)
def test_times_in_seconds_milliseconds_and_missing(ts: bytes, at: int) -> None:
    columns = decode_plain_json(b'[{"sensor": "a", "temp_f": 41, "ts": ' + ts + b"}]", 77).columns
    assert columns.times.tolist() == [at]
    assert columns.names[0].unit == "degF"


def test_readings_may_stand_in_an_object() -> None:
    content = decode_plain_json(
        b'{"gw": "g1", "readings": [{"sensor": "a", "ts": 1772352000, "temp": 4, "rh": 61},'
        b'{"sensor": "b", "ts": 1772352001, "temp": 5}]}',
        0,
    )
    assert rows(content.columns) == {
        (SeriesName("a", "temperature", "Cel"), NOW, 4.0),
        (SeriesName("a", "humidity", "%RH"), NOW, 61.0),
        (SeriesName("b", "temperature", "Cel"), NOW + SECOND, 5.0),
    }


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b'{"temp": 4}', "sensor"),
        (b'{"sensor": "a"}', "none of the fields"),
        (b'{"sensor": "a", "temp": null}', "none of the fields"),
        (b'{"sensor": "a", "temp": "warm"}', "'warm' is not a number"),
        (b'{"sensor": "a", "temp": true}', "not a number"),
        (b'{"sensor": "a", "temp": 4, "ts": "yesterday"}', "ISO 8601"),
        (b'{"sensor": "a", "temp": 4, "ts": "2026-03-01T08:00:00"}', "no time zone"),
        (b'{"sensor": "a", "temp": 4, "ts": 1e300}', "calendar"),
        (b'{"sensor": "a", "temp": 4, "ts": true}', "neither a text nor a number"),
        (b'{"sensor": "a", "temp": 4, "ts": ' + b"9" * 400 + b"}", "larger than any time"),
        (b'{"sensor": "a", "temp": 1' + b"0" * 400 + b"}", "larger than anything"),
        (b'{"sensor": "a", "temp": 1e999}', "out of range"),
        (b'{"sensor": "a\\u0000", "temp": 4}', "cannot be printed"),
        (b'{"sensor": "' + b"a" * 201 + b'", "temp": 4}', "201 characters"),
        (b'{"sensor": "\xff", "temp": 4}', "utf-8"),
        (b"[]", "Expected `object`"),
    ],
)
def test_a_bad_record_is_refused_alone_with_a_sentence(payload: bytes, fault: str) -> None:
    good = b'{"sensor": "good", "ts": 1772352000, "temp": 4}'
    content = decode_plain_json(b"[" + payload + b"," + good + b"]", NOW)
    assert rows(content.columns) == {(SeriesName("good", "temperature", "Cel"), NOW, 4.0)}
    ((reason, alone),) = content.refused
    assert reason.startswith("json: record 0: ")
    assert fault in reason
    assert alone == payload


def test_the_good_fields_of_a_bad_record_are_kept() -> None:
    content = decode_plain_json(b'{"sensor": "a", "temp": 4, "rh": "damp"}', NOW)
    assert rows(content.columns) == {(SeriesName("a", "temperature", "Cel"), NOW, 4.0)}
    assert [refused.reason for refused in content.refused] == [
        "json: rh of sensor 'a': 'damp' is not a number"
    ]


@pytest.mark.parametrize("payload", [b"{", b"5", b'"x"', b"[" * 100_000, b'{"readings": {}}', b"\xff"])
def test_what_is_no_json_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed, match="json: "):
        decode_plain_json(payload, NOW)


def test_a_source_may_have_its_own_words() -> None:
    fields = {"kelvin": ("temperature", "K")}
    columns = decode_plain_json(b'{"sensor": "a", "temp": 4, "kelvin": 277}', NOW, fields).columns
    assert rows(columns) == {(SeriesName("a", "temperature", "K"), NOW, 277.0)}


Scalar = str | int | float | bool | None
Object = dict[str, Scalar]


def json_object(fields: Object, sensor: Scalar, ts: Scalar) -> Object:
    return {**fields, "sensor": sensor, "ts": ts}


stamps: st.SearchStrategy[Scalar] = (
    st.none()
    | st.integers(-(10**11), 2 * 10**12)
    | st.floats(-1e9, 5e9)
    | st.datetimes().map(lambda at: at.isoformat() + "Z")
    | st.sampled_from(["2026-03-01T08:00:00+02:30", "2026-03-01T08:00:00.1234565Z", "2026-03-01", ""])
)
values: st.SearchStrategy[Scalar] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=3)
)
sensors: st.SearchStrategy[Scalar] = (
    st.sampled_from(["a", "b", "\u00e9", "", "x\0"]) | st.none() | st.integers()
)
objects = st.builds(
    json_object,
    st.dictionaries(st.sampled_from([*FIELDS, "other"]), values, max_size=4),
    sensors,
    stamps,
)
flawless = st.builds(
    json_object,
    st.dictionaries(st.sampled_from([*FIELDS]), st.floats(-1e6, 1e6), min_size=1, max_size=4),
    st.sampled_from(["a", "b", "c"]),
    st.floats(0, 4e9),
)
messages: st.SearchStrategy[list[Object]] = st.lists(objects, max_size=4) | st.lists(
    flawless, max_size=6
)


@given(messages, st.booleans())
def test_the_quick_way_finds_what_the_careful_way_finds(message: list[Object], single: bool) -> None:
    payload = json.dumps(message[0] if single and message else message).encode()
    quick, careful = read_quickly(payload, NOW), read_carefully(payload, NOW)
    if quick is not None:
        assert not careful.refused
        assert rows(quick) == rows(careful.columns)


@given(st.lists(flawless, min_size=1, max_size=6), st.booleans())
def test_the_quick_way_takes_what_is_flawless(message: list[Object], single: bool) -> None:
    assert read_quickly(json.dumps(message[0] if single else message).encode(), NOW) is not None


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_decode_or_are_malformed(payload: bytes) -> None:
    try:
        content = decode_plain_json(payload, NOW)
    except Malformed:
        return
    rows(content.columns)
