"""Groups: what may be stored, what is parked with which words, and one reading a series and time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.core.decode import Batch, Decoded, Message
from ingest.core.distinct import distinct
from ingest.core.due import Due, due
from ingest.core.group import Group, gather
from ingest.core.parking import Parked, park_contradictions, park_faults
from ingest.core.registry import RegisteredSeries, Registry
from ingest.core.screen import Rows, screen
from kernel.instants import HOUR, SECOND
from wire.columns import Columns, SeriesName
from wire.frame import decode_body

AT = 1_772_352_000_000_000  # 2026-03-01T08:00:00Z
TOLERANCE = 300 * SECOND
CEL = SeriesName("t1", "temperature", "Cel")
FAHRENHEIT = SeriesName("t1", "temperature", "degF")
HUMIDITY = SeriesName("t1", "humidity", "%RH")
REGISTRY = Registry(
    [RegisteredSeries(1, "t1", "temperature", "Cel"), RegisteredSeries(2, "t1", "humidity", "%RH")]
)
Reading = tuple[SeriesName, int, float]


def _message(*readings: Reading, seq: int = 1, published_at: int | None = None) -> Decoded:
    names = tuple(dict.fromkeys(name for name, _, _ in readings))
    columns = Columns(
        names,
        np.array([names.index(name) for name, _, _ in readings], np.uint32),
        np.array([at for _, at, _ in readings], np.int64),
        np.array([value for _, _, value in readings], np.float64),
    )
    message = Message(f"coldbind/v1/dc1/gw{seq}/data", b"", AT)
    return Decoded(message, columns, Batch("dc1", "gw", 1, seq), published_at)


def _screened(*messages: Decoded) -> tuple[list[tuple[int, int, float]], list[Parked]]:
    group = gather(messages)
    screened = screen(group, REGISTRY, TOLERANCE)
    return _listed(screened.rows), list(park_faults(group, screened, TOLERANCE))


def _listed(rows: Rows) -> list[tuple[int, int, float]]:
    return list(zip(rows.series.tolist(), rows.times.tolist(), rows.values.tolist(), strict=True))


def test_names_are_numbered_across_messages() -> None:
    group = gather([_message((HUMIDITY, AT, 60.0)), _message((CEL, AT, 4.0), (HUMIDITY, AT + 1, 61.0))])
    assert group.names == (HUMIDITY, CEL)
    assert group.name.tolist() == [0, 1, 0]
    assert group.source.tolist() == [0, 1, 1]


def test_a_group_of_nothing_stores_nothing() -> None:
    assert _screened() == ([], [])
    assert len(distinct(screen(gather([]), REGISTRY, TOLERANCE).rows)[0]) == 0


def test_good_readings_are_stored_in_the_kept_unit() -> None:
    rows, parked = _screened(_message((FAHRENHEIT, AT, 50.0), (CEL, AT + 1, 4.0), (HUMIDITY, AT, 60.0)))
    assert rows == [(1, AT, pytest.approx(10.0)), (1, AT + 1, 4.0), (2, AT, 60.0)]
    assert parked == []


@pytest.mark.parametrize(
    ("bad", "code", "words"),
    [
        (
            (SeriesName("x9", "temperature", "Cel"), AT, 4.0),
            "unknown_series",
            "sensor 'x9' is not registered: coldbind sensor add x9 --quantity temperature",
        ),
        (
            (SeriesName("a\0b", "temperature", "Cel"), AT, 4.0),
            "unknown_series",
            "a sensor's name is letters",
        ),
        ((SeriesName("t1", "colour", "nm"), AT, 4.0), "unknown_series", "known are temperature"),
        (
            (SeriesName("t1", "temperature", "%RH"), AT, 4.0),
            "unit_mismatch",
            "cannot be converted to Cel",
        ),
        ((SeriesName("t1", "temperature", "furlong"), AT, 4.0), "unit_mismatch", "'furlong'"),
        ((CEL, AT, math.nan), "not_a_value", "nan Cel"),
        ((CEL, AT, math.inf), "not_a_value", "inf Cel"),
        ((CEL, AT, -1_000_000.5), "not_a_value", "-1000000.5"),
        ((FAHRENHEIT, AT, 1e308), "not_a_value", "1e+308 degF"),
        ((CEL, -1, 4.0), "not_a_value", "1969-12-31T23:59:59.999999Z"),
        ((CEL, -(2**63), 4.0), "not_a_value", "outside the calendar"),
        (
            (CEL, AT + TOLERANCE + 1, 4.0),
            "future",
            "2026-03-01T08:05:00.000001Z, but the message arrived at 2026-03-01T08:00:00Z",
        ),
        ((CEL, 2**63 - 1, 4.0), "future", "outside the calendar"),
    ],
)
def test_one_bad_record_is_parked_and_the_rest_is_stored(bad: Reading, code: str, words: str) -> None:
    rows, parked = _screened(_message((CEL, AT, 4.0), bad, (CEL, AT + TOLERANCE, 5.0)))
    assert rows == [(1, AT, 4.0), (1, AT + TOLERANCE, 5.0)]
    (entry,) = parked
    assert (entry.code, entry.records, entry.format) == (code, 1, "columns")
    assert words in entry.reason
    assert "\0" not in entry.reason
    kept = decode_body(entry.payload)
    assert (kept.names, kept.times.tolist()) == ((bad[0],), [bad[1]])
    assert kept.values.tobytes() == np.array([bad[2]]).tobytes()


def test_the_limits_themselves_are_good() -> None:
    rows, parked = _screened(_message((CEL, AT + TOLERANCE, 1e6), (CEL, 0, -1e6)))
    assert (len(rows), parked) == (2, [])


def test_faults_are_parked_by_message_name_and_fault() -> None:
    nobody = SeriesName("x9", "temperature", "Cel")
    _, parked = _screened(
        _message(
            (nobody, AT, 1.0), (CEL, AT, math.nan), (nobody, AT + 1, 2.0), (HUMIDITY, AT, math.nan)
        ),
        _message((nobody, AT, 3.0), seq=2),
    )
    found = {(entry.topic[16:19], entry.code): 0 for entry in parked}
    for entry in parked:
        found[entry.topic[16:19], entry.code] += entry.records
    assert found == {
        ("gw1", "unknown_series"): 2,
        ("gw1", "not_a_value"): 2,
        ("gw2", "unknown_series"): 1,
    }
    assert len(parked) == 4


def test_a_very_long_name_does_not_make_a_very_long_reason() -> None:
    _, (entry,) = _screened(_message((SeriesName("x" * 100_000, "temperature", "Cel"), AT, 1.0)))
    assert len(entry.reason) < 600


def test_registering_makes_a_name_known() -> None:
    registry = Registry()
    assert list(registry.unknown([CEL])) == [CEL]
    assert registry.route(CEL).fault == "unknown_series"
    registry.add([RegisteredSeries(1, "t1", "temperature", "Cel")])
    assert list(registry.unknown([CEL])) == []
    assert registry.route(CEL).fault is None


series = st.sampled_from([1, 2, 2**31 - 1])
times = st.sampled_from([-(2**62), 0, 1, 2, 2**62])
near_times = st.integers(0, 3)
values = st.sampled_from([0.0, -0.0, 1.0, 2.0])


def _rows(readings: list[tuple[int, int, float]]) -> Rows:
    return Rows(
        np.array([one[0] for one in readings], np.int32),
        np.array([one[1] for one in readings], np.int64),
        np.array([one[2] for one in readings], np.float64),
        np.arange(len(readings)),
    )


@given(st.lists(st.tuples(series, times, values)) | st.lists(st.tuples(series, near_times, values)))
def test_the_first_of_each_series_and_time_stays(readings: list[tuple[int, int, float]]) -> None:
    first: dict[tuple[int, int], float] = {}
    contradictions: dict[int, float] = {}
    for number, (one, at, value) in enumerate(readings):
        kept = first.setdefault((one, at), value)
        if kept != value:
            contradictions[number] = kept
    rows, found = distinct(_rows(readings))
    assert _listed(rows) == sorted((one, at, value) for (one, at), value in first.items())
    assert [readings[origin] for origin in rows.origin.tolist()] == _listed(rows)
    assert dict(zip(found.origin.tolist(), found.stored.tolist(), strict=True)) == contradictions


def test_a_contradiction_is_told_with_both_values() -> None:
    group = gather([_message((CEL, AT, 4.0)), _message((FAHRENHEIT, AT, 50.0), (CEL, AT, 4.0), seq=2)])
    rows, found = distinct(screen(group, REGISTRY, TOLERANCE).rows)
    (entry,) = park_contradictions(group, found)
    assert _listed(rows) == [(1, AT, 4.0)]
    assert (entry.code, entry.records, entry.topic) == ("contradiction", 1, "coldbind/v1/dc1/gw2/data")
    assert "has the value 4.0 at 2026-03-01T08:00:00Z" in entry.reason
    assert "says 50.0 degF" in entry.reason


def _due(group: Group) -> list[tuple[int, int, int, int]]:
    found = due(group, distinct(screen(group, REGISTRY, TOLERANCE).rows)[0])
    return list(
        zip(
            found.series.tolist(),
            found.since.tolist(),
            found.until.tolist(),
            found.published_at.tolist(),
            strict=True,
        )
    )


def test_the_due_list_has_each_series_once_with_the_earliest_sending() -> None:
    at = AT - HOUR // 2  # an hour is told by itself
    group = gather(
        [
            _message((CEL, at + 5, 1.0), (HUMIDITY, at, 2.0)),
            _message((CEL, at + 9, 1.0), (CEL, at - 9, 1.0), published_at=at + 2),
            _message((CEL, at + 7, 1.0), published_at=at + 1),
        ]
    )
    assert _due(group) == [(1, at - 9, at + 9, at + 1), (2, at, at, Due.UNKNOWN)]
