"""A budget is used as plain loops in exact fractions find it, and lot record and rules agree on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.instants import HOUR, MINUTE, SECOND
from lotbinding.record.core.figures import RuleOfProfile, figures_of
from rules.core.budget import spending
from rules.core.judge import judge
from rules.core.profile import Limit, Range, Rule
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal
from tests.examples import examples
from tests.property import oracle_figures as oracle
from tests.property.oracle_figures import Cut, Stood
from tests.property.test_figures import MAX_GAP, Told, all_readings, columns, exposures, lives

Lines = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Written:
    """Where the ranges begin and end, from the limit outward, and the minutes each allows."""

    side: str
    edges: tuple[float, ...]
    allowed: tuple[int, ...]
    open_ended: bool

    @property
    def ends(self) -> list[float | None]:
        return [*self.edges[1 : len(self.allowed)], None if self.open_ended else self.edges[-1]]

    def rule(self) -> Rule:
        ranges = tuple(
            Range(
                Limit(self.side, start),
                None if end is None else Limit(self.side, end),
                minutes * MINUTE + 7 * SECOND,
            )
            for start, end, minutes in zip(self.edges, self.ends, self.allowed, strict=False)
        )
        return Rule(
            "budget", "cumulative", ranges[0].start, ranges[0].allowed, None, "major", ranges=ranges
        )


@st.composite
def budgets(draw: st.DrawFn) -> Written:
    allowed = draw(st.lists(st.integers(5, 400), min_size=1, max_size=3))
    side = draw(st.sampled_from(["above", "below"]))
    lines = draw(
        st.lists(
            st.sampled_from([0.0, 2.0, 5.0, 7.75, 8.0, 8.5, 12.0, 16.0]),
            min_size=len(allowed) + 1,
            max_size=len(allowed) + 1,
            unique=True,
        )
    )
    edges = tuple(sorted(lines, reverse=side == "below"))
    return Written(side, edges, tuple(allowed), draw(st.booleans()))


def used_until(cuts: Sequence[Cut], written: Written, until: Fraction) -> Fraction:
    """The share used up to an instant: a plain sum over every time beyond every edge."""

    def time(edge: float | None) -> Fraction:
        spans: Lines = [] if edge is None else oracle.beyond(cuts, written.side, edge)
        return sum((max(Fraction(0), min(end, until) - start) for start, end in spans), Fraction(0))

    return sum(
        (
            (time(start) - time(end)) / (minutes * MINUTE + 7 * SECOND)
            for start, end, minutes in zip(written.edges, written.ends, written.allowed, strict=False)
        ),
        Fraction(0),
    )


def first_instant(cuts: Sequence[Cut], written: Written, share: Fraction) -> int | None:
    """The first whole microsecond at which the share is used, by halving."""
    low, high = int(cuts[0].since), int(cuts[-1].until) + 1
    if used_until(cuts, written, Fraction(high)) < share:
        return None
    while low < high:
        middle = (low + high) // 2
        if used_until(cuts, written, Fraction(middle)) >= share:
            high = middle
        else:
            low = middle + 1
    return low


def signals(told: Told, rule: Rule) -> dict[int, Signal]:
    found: dict[int, Signal] = {}
    for number, one in columns(told).items():
        window = Window(one.times, one.values)
        by_limit = {limit: runs(window, limit, MAX_GAP) for limit in rule.lines}
        found[number] = Signal(*window.span, gaps(window, MAX_GAP), by_limit)
    return found


@settings(max_examples=examples(150), deadline=None)
@given(stood=lives(), told=all_readings, written=budgets())
def test_a_budget_is_used_as_plain_loops_find_it(
    stood: list[Stood], told: Told, written: Written
) -> None:
    rule = written.rule()
    felt, known = exposures(stood), signals(told, rule)
    found = spending(rule, felt, known)
    cuts = oracle.cuts(stood, told, list(written.edges), MAX_GAP)
    expected = used_until(cuts, written, cuts[-1].until) if cuts else Fraction(0)
    shortest = min(one.allowed for one in rule.ranges)
    assert float(found.used) == pytest.approx(float(expected), abs=SECOND / shortest)
    of_profile = RuleOfProfile(
        "budget",
        "cumulative",
        written.side,
        written.edges[0],
        rule.tolerance,
        None,
        list(written.edges[: len(written.allowed)]),
        written.ends,
        [one.allowed for one in rule.ranges],
    )
    (shown,) = figures_of(felt, columns(told), [of_profile]).budgets
    assert shown.used == pytest.approx(float(found.used), abs=SECOND / shortest)
    for share in (Fraction(4, 5), Fraction(1)):
        if abs(expected - share) < Fraction(1, 1000):
            continue  # a microsecond of rounding decides
        instant = first_instant(cuts, written, share) if cuts else None
        reached = found.reached(share)
        assert (reached is None) == (instant is None)
        if reached is not None and instant is not None:
            assert reached == pytest.approx(
                instant, abs=3 * HOUR if _flat(cuts, written, instant) else SECOND
            )
    broken = judge(felt, known, [rule])
    assert [one.breached_at for one in broken] == [
        at for at in [found.reached(Fraction(1))] if at is not None
    ]


def _flat(cuts: Sequence[Cut], written: Written, instant: int) -> bool:
    """Whether nothing was used just before: then a microsecond may decide between two episodes."""
    before = used_until(cuts, written, Fraction(instant - SECOND))
    return before == used_until(cuts, written, Fraction(instant))
