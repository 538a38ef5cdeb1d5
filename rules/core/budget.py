"""Stability budgets: how much of one a unit has used in its life, when it ran low, when it runs out.

Being in a range uses the budget at the range's own pace: all of it in the time that the range allows.
Times come from the runs that judge the unit, so the budget is used up when its rule is broken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from kernel.exposure import Exposure
from kernel.intervals import Span, difference, total
from rules.core.profile import Limit, Rule
from rules.core.timeline import Signal, episodes


@dataclass(frozen=True, slots=True)
class Spending:
    """When a unit was in each range of the budget that `rule` is, in the order of the ranges."""

    rule: Rule
    spans: tuple[tuple[Span, ...], ...]

    @property
    def spent(self) -> tuple[int, ...]:
        """Microseconds in each range."""
        return tuple(total(spans) for spans in self.spans)

    @property
    def used(self) -> Fraction:
        """The share of the budget that is used; more than 1 when it is overdrawn."""
        return used(self.spent, (one.allowed for one in self.rule.budget))

    def reached(self, share: Fraction) -> int | None:
        """The instant at which this share was used; None when it is not."""
        left = share
        for span, allowed in self._in_order():
            cost = Fraction(span.length, allowed)
            if cost >= left:
                return span.start + ceil(left * allowed)
            left -= cost
        return None

    def in_use(self, at: int) -> int | None:
        """The range the unit was in at the instant `at`, up to which it was seen; None for none."""
        for number, spans in enumerate(self.spans):
            if spans and spans[-1].end == at:
                return number
        return None

    def all_spans(self) -> list[Span]:
        """When it was in any of the ranges, in order of time."""
        return [span for span, _ in self._in_order()]

    def _in_order(self) -> list[tuple[Span, int]]:
        return sorted(
            (span, one.allowed)
            for spans, one in zip(self.spans, self.rule.budget, strict=True)
            for span in spans
        )


def used(spent: Iterable[int], allowed: Iterable[int]) -> Fraction:
    """The share of a budget that so many microseconds in each of its ranges use."""
    return sum((Fraction(time, most) for time, most in zip(spent, allowed, strict=True)), Fraction(0))


def hundredths(spent: Iterable[int], allowed: Iterable[int]) -> int:
    """How many whole hundredths of a budget are used."""
    return int(100 * used(spent, allowed))


def time_left(spent: Sequence[int], allowed: Sequence[int], number: int) -> int:
    """Microseconds until the budget is used up, if the unit stays in the range `number`; at least 0."""
    return max(0, ceil((1 - used(spent, allowed)) * allowed[number]))


def spending(rule: Rule, exposures: Sequence[Exposure], signals: Mapping[int, Signal]) -> Spending:
    """How a unit with these exposures used the budget that `rule` is."""
    beyond: dict[Limit, list[Span]] = {}

    def times(limit: Limit) -> list[Span]:
        if limit not in beyond:
            found = episodes(exposures, signals, limit)
            beyond[limit] = [span for one in found for span in one.beyond if span.length]
        return beyond[limit]

    return Spending(
        rule,
        tuple(
            tuple(difference(times(one.start), times(one.end) if one.end is not None else []))
            for one in rule.budget
        ),
    )
