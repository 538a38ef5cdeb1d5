"""Who had custody while it was too warm."""

import pytest

from erp.quality.core import Split, calls_for_hold, handover, split
from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span

BEYOND = [Span(10 * MINUTE, 30 * MINUTE), Span(40 * MINUTE, 60 * MINUTE)]


@pytest.mark.parametrize(
    ("handed_over_at", "expected"),
    [
        (70, Split(40 * MINUTE, 0, supplier_liable=True)),
        (60, Split(40 * MINUTE, 0, supplier_liable=True)),
        (50, Split(30 * MINUTE, 10 * MINUTE, supplier_liable=True)),
        (35, Split(20 * MINUTE, 20 * MINUTE, supplier_liable=True)),
        (10, Split(0, 40 * MINUTE, supplier_liable=False)),
        (5, Split(0, 40 * MINUTE, supplier_liable=False)),
    ],
)
def test_the_time_beyond_is_split_at_the_handover(handed_over_at: int, expected: Split) -> None:
    assert split(10 * MINUTE, BEYOND, handed_over_at * MINUTE) == expected


def test_without_a_handover_all_of_it_is_the_suppliers() -> None:
    assert split(10 * MINUTE, BEYOND, FOREVER) == Split(40 * MINUTE, 0, supplier_liable=True)


def test_one_isolated_reading_has_no_length_and_still_belongs_to_somebody() -> None:
    assert split(MINUTE, [], 2 * MINUTE).supplier_liable
    assert not split(2 * MINUTE, [], 2 * MINUTE).supplier_liable


def test_overlapping_stretches_count_once() -> None:
    twice = [*BEYOND, Span(20 * MINUTE, 45 * MINUTE)]
    assert split(10 * MINUTE, twice, FOREVER) == Split(50 * MINUTE, 0, supplier_liable=True)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [("accepted", 7), ("accepted_with_reservation", 7), ("refused", FOREVER)],
)
def test_custody_passes_with_acceptance_only(decision: str, expected: int) -> None:
    assert handover(decision, 7) == expected


def test_custody_has_not_passed_while_undecided() -> None:
    assert handover(None, None) == FOREVER


def test_a_notice_holds_nothing() -> None:
    assert [calls_for_hold(name) for name in ("notice", "minor", "major", "critical")] == [
        False,
        True,
        True,
        True,
    ]
