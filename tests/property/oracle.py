"""A brute-force judge: exact fractions, plain loops, nothing shared with the code under test.

It cuts the life of a unit at every instant where anything could change, asks in the middle of each
cut what was true there, and walks through the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Sensor:
    name: str
    readings: tuple[tuple[int, float], ...]
    """(instant, value), in any order."""
    placements: tuple[tuple[str, int, int | None], ...]
    """(path, from, until)."""


@dataclass(frozen=True)
class World:
    sensors: tuple[Sensor, ...]
    max_gap: int


@dataclass(frozen=True)
class RuleSpec:
    name: str
    kind: str
    side: str
    limit: float
    tolerance: int
    window: int | None


@dataclass(frozen=True)
class Expected:
    rule: str
    started_at: float
    breached_at: float
    ended_at: float | None
    beyond: float


Cut = tuple[Fraction, Fraction, str]


def _place(moves: Sequence[tuple[int, str | None]], at: Fraction) -> str | None:
    here = None
    for when, path in sorted(moves, key=lambda move: move[0]):
        if when <= at:
            here = path
    return here


def _near(world: World, path: str, at: Fraction) -> list[Sensor]:
    while path:
        there = [
            sensor
            for sensor in world.sensors
            for where, since, until in sensor.placements
            if where == path and since <= at and (until is None or at < until)
        ]
        if there:
            return there
        path = path.rpartition(".")[0]
    return []


def _value(sensor: Sensor, max_gap: int, at: Fraction) -> Fraction | None:
    readings = sorted(sensor.readings)
    for (t0, v0), (t1, v1) in pairwise(readings):
        if t0 <= at <= t1 and t1 - t0 <= max_gap:
            return Fraction(v0) + (Fraction(v1) - Fraction(v0)) * (at - t0) / (t1 - t0)
    return None


def _beyond(rule: RuleSpec, value: Fraction | float) -> bool:
    return value > rule.limit if rule.side == "above" else value < rule.limit


def _crossings(world: World, rule: RuleSpec) -> set[Fraction]:
    found: set[Fraction] = set()
    for sensor in world.sensors:
        readings = sorted(sensor.readings)
        for (t0, v0), (t1, v1) in pairwise(readings):
            if v0 != v1:
                share = (Fraction(rule.limit) - Fraction(v0)) / (Fraction(v1) - Fraction(v0))
                if 0 <= share <= 1:
                    found.add(t0 + share * (t1 - t0))
    return found


def _lone(sensor: Sensor, max_gap: int) -> list[tuple[int, float]]:
    readings = sorted(sensor.readings)
    times = [time for time, _ in readings]
    return [
        (time, value)
        for i, (time, value) in enumerate(readings)
        if (i == 0 or time - times[i - 1] > max_gap)
        and (i == len(times) - 1 or times[i + 1] - time > max_gap)
    ]


def cuts(world: World, moves: Sequence[tuple[int, str | None]], rule: RuleSpec) -> list[Cut]:
    """The life of a unit as (from, until, state): B beyond, G within, U unmonitored.

    Lone readings are cuts of no length.
    """
    edges = {Fraction(when) for when, _ in moves} | _crossings(world, rule)
    for sensor in world.sensors:
        edges |= {Fraction(time) for time, _ in sensor.readings}
        edges |= {
            Fraction(t)
            for _, since, until in sensor.placements
            for t in (since, until)
            if t is not None
        }
    ordered = sorted(edges)
    life: list[Cut] = []
    for start, end in pairwise(ordered):
        middle = (start + end) / 2
        path = _place(moves, middle)
        if path is None:
            continue
        values = [_value(sensor, world.max_gap, middle) for sensor in _near(world, path, middle)]
        known = [value for value in values if value is not None]
        state = "B" if any(_beyond(rule, v) for v in known) else "G" if known else "U"
        life.append((start, end, state))
    lone = [
        (Fraction(t), v, sensor) for sensor in world.sensors for t, v in _lone(sensor, world.max_gap)
    ]
    points: set[Cut] = set()
    for at, value, sensor in lone:
        path = _place(moves, at)
        if path is not None and sensor in _near(world, path, at) and _beyond(rule, value):
            points.add((at, at, "B"))
    for at, value, sensor in lone:
        path = _place(moves, at)
        covered = any(state == "B" and start <= at <= end for start, end, state in [*life, *points])
        if (
            path is not None
            and sensor in _near(world, path, at)
            and not _beyond(rule, value)
            and not covered
        ):
            points.add((at, at, "G"))
    return sorted([*life, *points], key=lambda cut: (cut[0], cut[1]))


def expected(world: World, moves: Sequence[tuple[int, str | None]], rule: RuleSpec) -> list[Expected]:
    """What `rule` finds in the life of one unit."""
    life = cuts(world, moves, rule)
    episodes: list[list[Cut]] = []
    current: list[Cut] | None = None
    over = False
    for cut in life:
        if cut[2] == "B":
            if current is None:
                current = []
                episodes.append(current)
            current.append(cut)
            over = False
        elif cut[2] == "G":
            current = None
            over = True
    if rule.kind == "cumulative":
        return _sums(rule, [cut for episode in episodes for cut in episode], over)
    found: list[Expected] = []
    for number, episode in enumerate(episodes):
        breach = _reach(episode, Fraction(rule.tolerance))
        if breach is None:
            continue
        ended = over or number < len(episodes) - 1
        found.append(_as_expected(rule, episode, breach, episode[-1][1] if ended else None))
    return found


def _as_expected(
    rule: RuleSpec, beyond: Sequence[Cut], breach: Fraction, ended: Fraction | None
) -> Expected:
    return Expected(
        rule.name,
        float(beyond[0][0]),
        float(breach),
        None if ended is None else float(ended),
        float(sum(end - start for start, end, _ in beyond)),
    )


def _reach(beyond: Sequence[Cut], tolerance: Fraction) -> Fraction | None:
    used = Fraction(0)
    for start, end, _ in beyond:
        if used + (end - start) >= tolerance:
            return start + tolerance - used
        used += end - start
    return None


def _sum(beyond: Sequence[Cut], since: Fraction, until: Fraction) -> Fraction:
    return sum(
        (max(Fraction(0), min(end, until) - max(start, since)) for start, end, _ in beyond), Fraction(0)
    )


def _sums(rule: RuleSpec, beyond: Sequence[Cut], over: bool) -> list[Expected]:
    tolerance = Fraction(rule.tolerance)
    if rule.window is None:
        breach = _reach(beyond, tolerance)
        if breach is None:
            return []
        return [_as_expected(rule, beyond, breach, beyond[-1][1] if over else None)]
    edges = sorted({edge + shift for cut in beyond for edge in cut[:2] for shift in (0, rule.window)})
    found: list[Expected] = []
    broken: Fraction | None = None
    for start, end in pairwise(edges):
        low, high = _sum(beyond, start - rule.window, start), _sum(beyond, end - rule.window, end)
        if broken is None and low >= tolerance:
            broken = start
        if broken is None and high >= tolerance:
            broken = start + (tolerance - low)
        if broken is not None and high < tolerance:
            stop = start + (low - tolerance)
            found.append(_stretch(rule, beyond, broken, stop, over))
            broken = None
    return found


def _stretch(
    rule: RuleSpec, beyond: Sequence[Cut], broken: Fraction, stop: Fraction, over: bool
) -> Expected:
    assert rule.window is not None
    counted = [
        (max(start, broken - rule.window), min(end, stop), state)
        for start, end, state in beyond
        if min(end, stop) > max(start, broken - rule.window)
    ]
    last = counted[-1][1] == beyond[-1][1]
    return _as_expected(rule, counted, broken, counted[-1][1] if over or not last else None)
