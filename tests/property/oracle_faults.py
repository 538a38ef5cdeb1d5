"""A brute-force look for faulty readings: plain loops, nothing shared with the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Readings = Sequence[tuple[int, float]]
"""(minute, value) in order of time."""


@dataclass(frozen=True)
class Bounds:
    """What the sensor can show; times in minutes, the rate a minute."""

    lowest: float
    highest: float
    error: float
    max_step: float
    max_rate: float
    stuck_after: int
    levels: int
    max_gap: int


def kinds(readings: Readings, bounds: Bounds) -> list[str]:
    """For each reading why it is no evidence; an empty text when it is."""
    sane = [r for r in readings if not _wrong(r[1], bounds)]
    stuck = _stuck(readings, bounds)
    found: list[str] = []
    for reading in readings:
        if _wrong(reading[1], bounds):
            found.append("out_of_range")
        elif reading in stuck:
            found.append("stuck")
        else:
            found.append(_jump(sane, sane.index(reading), bounds))
    return found


def stretches(readings: Readings, bounds: Bounds) -> list[tuple[int, int, str]]:
    """(first minute, last minute, kind) of neighbours with the same fault."""
    found: list[tuple[int, int, str]] = []
    before: tuple[int, str] | None = None
    for (at, _), kind in zip(readings, kinds(readings, bounds), strict=True):
        if kind:
            goes_on = before is not None and before[1] == kind and at - before[0] <= bounds.max_gap
            start = found.pop()[0] if goes_on else at
            found.append((start, at, kind))
        before = (at, kind)
    return found


def _wrong(value: float, bounds: Bounds) -> bool:
    return value < bounds.lowest or value > bounds.highest or value == bounds.error


def _jump(sane: Readings, i: int, bounds: Bounds) -> str:
    if i == 0 or not _wild(sane[i - 1], sane[i], bounds):
        return ""
    if i + 1 == len(sane):
        return "" if i and _jump(sane, i - 1, bounds) == "spike" else "unconfirmed"
    if not _wild(sane[i], sane[i + 1], bounds):
        return ""
    return "spike" if abs(sane[i + 1][1] - sane[i - 1][1]) <= bounds.max_step else "jump"


def _wild(one: tuple[int, float], other: tuple[int, float], bounds: Bounds) -> bool:
    apart, step = abs(Fraction(other[1]) - Fraction(one[1])), other[0] - one[0]
    return step <= bounds.max_gap and apart > bounds.max_step and apart / step > bounds.max_rate


def _stuck(readings: Readings, bounds: Bounds) -> list[tuple[int, float]]:
    found: list[tuple[int, float]] = []
    for first, (start, value) in enumerate(readings):
        before = readings[first - 1] if first else (start - bounds.max_gap - 1, value)
        if before[1] == value and start - before[0] <= bounds.max_gap:
            continue  # it does not begin here
        last = first
        while last + 1 < len(readings) and readings[last + 1][1] == value:
            if readings[last + 1][0] - readings[last][0] > bounds.max_gap:
                break
            last += 1
        long = last > first and readings[last][0] - start >= bounds.stuck_after
        if long and _lively([r for r in readings if r[0] < start], start, bounds):
            found += readings[first + 1 : last + 1]
    return found


def _lively(before: Readings, start: int, bounds: Bounds) -> bool:
    if not bounds.levels:
        return True
    begin = start - bounds.stuck_after
    near = [(at, value) for at, value in before if at >= begin]
    apart = [abs(a - b) for _, a in near for _, b in near if a != b]
    if not apart or min(apart) > 0.15:
        return False
    need = (bounds.levels - 1) * min(apart) * (1 - 1e-6)
    for quarter in range(4):
        since = begin + bounds.stuck_after * quarter / 4
        until = begin + bounds.stuck_after * (quarter + 1) / 4
        part = [value for at, value in near if since <= at < until]
        rises = [b - a for i, a in enumerate(part) for b in part[i:]]
        falls = [a - b for i, a in enumerate(part) for b in part[i:]]
        if not part or max(rises) < need or max(falls) < need:
            return False
    return True
