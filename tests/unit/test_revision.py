"""An excursion that grew is the same one; one that the facts contradict is superseded. By hand."""

from dataclasses import replace
from typing import Any

import pytest

from kernel.instants import MINUTE
from kernel.intervals import Span
from rules.core.judge import Finding
from rules.core.timeline import Piece
from rules.core.verdict import CONFORMING, EXCURSION, UNMONITORED, Standing, revise, state, unmonitored
from tests.judging import above, at, single, stay

RULE = single(above(8.0), 30)


def found(start: float = 10, end: float = 60, **other: Any) -> Finding:
    """Beyond from minute `start` to `end`, broken after 30 minutes, at most 9 degC."""
    span = Span(at(start), at(end))
    piece = Piece(span, 1, 9.0, at(start + 5))
    finding = Finding(RULE, span.start, at(start + 30), span.end, span.end, (span,), (piece,))
    return replace(finding, **other)


def stored(finding: Finding, number: int = 1, **other: Any) -> Standing:
    """The finding as it was written down."""
    standing = Standing(
        number,
        finding.rule.name,
        finding.started_at,
        finding.breached_at,
        finding.ended_at,
        finding.observed_until,
        sum(span.length for span in finding.beyond),
        finding.worst.peak,
        finding.worst.peak_at,
        finding.series,
        finding.measured,
        None,
    )
    return replace(standing, **other)


def test_what_is_found_again_is_the_same() -> None:
    finding = found()
    revision = revise([stored(finding)], [finding])
    assert revision.same == [(stored(finding), finding)]
    assert (revision.superseded, revision.grown, revision.found) == ([], [], [])


@pytest.mark.parametrize(
    "before",
    [
        {"started_at": at(11)},
        {"breached_at": at(41)},
        {"ended_at": None},
        {"observed_until": at(59)},
        {"beyond": 49 * MINUTE},
        {"peak": 8.5},
        {"peak_at": at(14)},
        {"series": (2,)},
        {"measured": 8.5},
    ],
)
def test_with_one_measure_more_it_has_grown(before: dict[str, Any]) -> None:
    finding = found()
    standing = stored(finding, **before)
    revision = revise([standing], [finding])
    assert revision.grown == [(standing, finding)]
    assert (revision.superseded, revision.same, revision.found) == ([], [], [])


@pytest.mark.parametrize(
    "before",
    [
        {"rule": "another"},
        {"started_at": at(9)},
        {"breached_at": at(39)},
        {"observed_until": at(61)},
        {"beyond": 51 * MINUTE},
    ],
)
def test_what_is_not_covered_is_superseded(before: dict[str, Any]) -> None:
    finding = found()
    standing = stored(finding, **before)
    revision = revise([standing], [finding])
    assert (revision.superseded, revision.found) == ([standing], [finding])
    assert (revision.grown, revision.same) == ([], [])


def test_each_finding_continues_one_excursion_and_every_excursion_is_looked_at() -> None:
    early, late = found(10, 60), found(200, 260)
    lost = stored(found(100, 140), 2)
    standings = [stored(late, 3), lost, stored(early, 1)]
    revision = revise(standings, [early, late, found(300, 340)])
    assert revision.same == [(stored(early, 1), early), (stored(late, 3), late)]
    assert revision.superseded == [lost]
    assert revision.found == [found(300, 340)]


def test_two_that_turn_out_to_be_one_leave_one() -> None:
    whole = found(10, 260)
    first, second = stored(found(10, 60), 1), stored(found(200, 260), 2)
    revision = revise([second, first], [whole])
    assert revision.grown == [(first, whole)]
    assert revision.superseded == [second]


def test_the_state_in_one_word() -> None:
    watched = [Span(at(0), at(10))]
    assert state([found()], []) == EXCURSION == "excursion"
    assert state([], watched) == CONFORMING == "conforming"
    assert state([], []) == UNMONITORED == "unmonitored"


def test_unmonitored_time_ends_with_the_last_instant_that_was_watched() -> None:
    lived = [stay(0, 30, 1), stay(30, 100, 2)]
    assert unmonitored(lived, []) == 0
    assert unmonitored(lived, [Span(at(10), at(20)), Span(at(40), at(60))]) == 30 * MINUTE
    assert unmonitored(lived, [Span(at(5), at(20))]) == 5 * MINUTE
