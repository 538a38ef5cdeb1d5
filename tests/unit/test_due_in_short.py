"""What travels with the due list: ingest tells it, rules put it together."""

import numpy as np

from ingest.core.decode import Decoded, Message
from ingest.core.due import due
from ingest.core.group import gather
from ingest.core.screen import Rows
from kernel.instants import HOUR
from rules.core.news import News
from rules.due_store import Due
from rules.follow import news_of
from wire.columns import Columns, SeriesName


def _due(
    since: int,
    until: int,
    lowest: float | None = 4.0,
    highest: float | None = 6.0,
    step: int | None = 1,
) -> Due:
    return Due(7, since, until, None, lowest, highest, step)


def test_each_series_is_told_by_its_extremes_and_its_longest_step() -> None:
    series = np.array([1, 1, 1, 2], np.int32)
    times = np.array([10, 20, 50, 5], np.int64)
    values = np.array([4.0, 8.5, -1.0, 3.0])
    names = (SeriesName("a", "temperature", "Cel"), SeriesName("b", "temperature", "Cel"))
    columns = Columns(names, np.array([0, 0, 0, 1], np.uint32), times, values)
    group = gather([Decoded(Message("topic", b"", 99), columns)])

    found = due(group, Rows(series, times, values, np.arange(4)))

    assert found.series.tolist() == [1, 2]
    assert found.lowest.tolist() == [-1.0, 3.0]
    assert found.highest.tolist() == [8.5, 3.0]
    assert found.longest_step.tolist() == [30, 0]


def test_an_hour_is_told_by_itself() -> None:
    times = np.array([0, HOUR - 1, HOUR, 3 * HOUR, 0], np.int64)
    series = np.array([1, 1, 1, 1, 2], np.int32)
    names = (SeriesName("a", "temperature", "Cel"), SeriesName("b", "temperature", "Cel"))
    columns = Columns(names, np.array([0, 0, 0, 0, 1], np.uint32), times, np.arange(5.0))
    group = gather([Decoded(Message("topic", b"", 99), columns)])

    found = due(group, Rows(series, times, np.arange(5.0), np.arange(5)))

    assert found.series.tolist() == [1, 1, 1, 2]
    assert found.since.tolist() == [0, HOUR, 3 * HOUR, 0]
    assert found.until.tolist() == [HOUR - 1, HOUR, 3 * HOUR, 0]
    assert found.longest_step.tolist() == [HOUR - 1, 0, 0, 0]


def test_pieces_one_after_the_other_are_one_piece_of_news() -> None:
    news = news_of([_due(50, 60, 3.0, 5.0, 4), _due(10, 20), _due(21, 30, 4.5, 9.0, 2)])
    assert news == {7: [News(7, 10, 60, 3.0, 9.0, 20)]}


def test_pieces_that_overlap_have_to_be_looked_at() -> None:
    assert news_of([_due(10, 20), _due(15, 30)]) == {}
    assert news_of([_due(10, 20), _due(20, 30)]) == {}


def test_a_piece_that_nobody_told_has_to_be_looked_at() -> None:
    assert news_of([_due(10, 20), _due(30, 40, None, None, None)]) == {}


def test_no_more_than_an_hour_is_looked_at_together() -> None:
    pieces = [_due(0, 1), _due(HOUR - 9, HOUR), _due(HOUR + 1, HOUR + 2), _due(2 * HOUR, 9 * HOUR)]
    assert [(one.since, one.until) for one in news_of(pieces)[7]] == [
        (0, HOUR),
        (HOUR + 1, HOUR + 2),
        (2 * HOUR, 9 * HOUR),
    ]
