"""Stability budgets as a profile writes them: ranges of temperature and how long each may last.

budget:
  - name: time out of refrigeration
    severity: major
    warn_at: 80 %
    source: stability report SR-12
    ranges:
      - {from: 8.0, to: 15.0, for: 24 h}
      - {from: 15.0, to: 25.0, for: 2 h}

A range goes from the limit outward: 8 to 15 is warm, 2 to 0 is cold. Ranges of one budget share it.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from kernel.lengths import parse_length
from kernel.refusal import Refusal
from rules.core.profile import ABOVE, BELOW, SEVERITIES, WARN_AT, Limit, Range, Rule
from rules.core.shares import parse_share


class RangeEntry(
    msgspec.Struct, rename={"start": "from", "end": "to", "length": "for"}, forbid_unknown_fields=True
):
    """A range as written."""

    start: float
    length: str
    end: float | None = None
    side: Literal["above", "below"] | None = None


class BudgetEntry(msgspec.Struct, forbid_unknown_fields=True):
    """A budget as written."""

    name: str
    severity: str
    ranges: list[RangeEntry]
    warn_at: str = f"{WARN_AT:.0%}"
    source: str = ""


def budget_rule(entry: BudgetEntry, where: str) -> Rule:
    """The cumulative rule that the budget is; `Refusal` names the place and what is wrong with it."""
    if entry.severity not in SEVERITIES:
        raise Refusal(f"{where}: severity {entry.severity!r} is not notice, minor, major or critical")
    if not entry.ranges:
        raise Refusal(f"{where}: at least one range is needed, such as {{from: 8, to: 15, for: 24 h}}")
    side = _side(entry.ranges, where)
    ranges = sorted(
        (_range(one, side, where) for one in entry.ranges), key=lambda one: -one.start.excess(0)
    )
    for nearer, farther in pairwise(ranges):
        if nearer.end is None or nearer.end.excess(farther.start.value) < 0:
            raise Refusal(f"{where}: the ranges from {_from(nearer)} and {_from(farther)} overlap")
    first = ranges[0]
    return Rule(
        entry.name,
        "cumulative",
        first.start,
        first.allowed,
        None,
        entry.severity,
        ranges=tuple(ranges),
        warn_at=_share(entry.warn_at, where),
        source=entry.source,
    )


def _side(entries: Sequence[RangeEntry], where: str) -> str:
    """Whether the ranges lead upwards or downwards: their ends say so, else one says `side`."""
    sides: set[str] = {
        ABOVE if one.end > one.start else BELOW for one in entries if one.end is not None
    }
    sides |= {one.side for one in entries if one.side is not None}
    if sides <= {ABOVE} or sides <= {BELOW}:
        return sides.pop() if sides else ABOVE
    raise Refusal(f"{where}: its ranges lead both upwards and downwards: write two budgets")


def _range(entry: RangeEntry, side: str, where: str) -> Range:
    numbers = [entry.start] if entry.end is None else [entry.start, entry.end]
    if not all(map(math.isfinite, numbers)) or entry.start == entry.end:
        raise Refusal(f"{where}: a range goes from one finite number of degC to another one")
    try:
        allowed = parse_length(entry.length)
    except ValueError as error:
        raise Refusal(f"{where}: {error}") from error
    if not allowed:
        raise Refusal(f"{where}: a range that allows no time is a rule of kind immediate")
    return Range(
        Limit(side, entry.start), None if entry.end is None else Limit(side, entry.end), allowed
    )


def _share(text: str, where: str) -> float:
    share = parse_share(text)
    if share is None:
        raise Refusal(f"{where}: warn_at {text!r} is not a share such as 80 %")
    return share


def _from(one: Range) -> str:
    return f"{one.start.value:g} degC"
