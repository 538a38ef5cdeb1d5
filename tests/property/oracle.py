"""A brute-force judge: exact fractions, plain loops, nothing shared with the code under test.

It cuts the life of a unit at every instant where anything could change, asks in the middle of each
cut what was true there, and walks through the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol


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


class Life(Protocol):
    """Where one unit was, whatever moved it."""

    def edges(self) -> set[Fraction]:
        """Every instant at which something about its place or the sensors there may change."""
        ...

    def near(self, at: Fraction) -> tuple[list[Sensor], int] | None:
        """The nearest sensors then, and how many of them it needs; None when it was not with us."""
        ...


@dataclass(frozen=True)
class Walk:
    """The simplest life: it went to places by itself, and the worst sensor counts."""

    world: World
    moves: Sequence[tuple[int, str | None]]

    def edges(self) -> set[Fraction]:
        hung = {
            Fraction(t)
            for sensor in self.world.sensors
            for _, since, until in sensor.placements
            for t in (since, until)
            if t is not None
        }
        return hung | {Fraction(when) for when, _ in self.moves}

    def near(self, at: Fraction) -> tuple[list[Sensor], int] | None:
        path = _place(self.moves, at)
        return None if path is None else (_near(self.world, path, at), 1)


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


def _voted(near: Sequence[Sensor], needed: int, states: dict[str, bool]) -> str:
    """B, G or U from the sensors that measured, and whether each was beyond."""
    votes = [states[sensor.name] for sensor in near if sensor.name in states]
    if not votes:
        return "U"
    return "B" if sum(votes) >= max(1, min(needed, len(votes))) else "G"


def _states(world: World, rule: RuleSpec, near: Sequence[Sensor], at: Fraction) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for sensor in near:
        value = _value(sensor, world.max_gap, at)
        if value is not None:
            found[sensor.name] = _beyond(rule, value)
    return found


def _states_at_a_reading(
    world: World, rule: RuleSpec, near: Sequence[Sensor], at: Fraction
) -> dict[str, bool]:
    """At an instant both ends of a time beyond the limit belong to it, and lone readings measure."""
    found: dict[str, bool] = {}
    for sensor in near:
        for when, value in _lone(sensor, world.max_gap):
            if when == at:
                found[sensor.name] = _beyond(rule, value)
    for moment in (at, at - 1, at + 1):
        for name, beyond in _states(world, rule, near, moment).items():
            if name in found or moment == at:
                found[name] = found.get(name, False) or beyond
    return found


def cuts(world: World, life: Life, rule: RuleSpec) -> list[Cut]:
    """The life of a unit as (from, until, state): B beyond, G within, U unmonitored.

    Lone readings are cuts of no length.
    """
    edges = life.edges() | _crossings(world, rule)
    for sensor in world.sensors:
        edges |= {Fraction(time) for time, _ in sensor.readings}
    found: list[Cut] = []
    for start, end in pairwise(sorted(edges)):
        middle = (start + end) / 2
        here = life.near(middle)
        if here is not None:
            found.append((start, end, _voted(*here, _states(world, rule, here[0], middle))))
    points: set[Cut] = set()
    good: list[Fraction] = []
    for at, sensor in [(Fraction(t), s) for s in world.sensors for t, _ in _lone(s, world.max_gap)]:
        here = life.near(at)
        if here is None or sensor not in here[0]:
            continue
        if _voted(*here, _states_at_a_reading(world, rule, here[0], at)) == "B":
            points.add((at, at, "B"))
        else:
            good.append(at)
    beyond = [cut for cut in [*found, *points] if cut[2] == "B"]
    points |= {(at, at, "G") for at in good if not any(start <= at <= end for start, end, _ in beyond)}
    return sorted([*found, *points], key=lambda cut: (cut[0], cut[1]))


def unmonitored(life: Sequence[Cut]) -> Fraction:
    """The time without a signal, up to the last instant that had one."""
    watched = [end for start, end, state in life if state != "U" and end > start]
    if not watched:
        return Fraction(0)
    return sum(
        (end - start for start, end, state in life if state == "U" and end <= max(watched)), Fraction(0)
    )


def expected(world: World, life: Life, rule: RuleSpec) -> list[Expected]:
    """What `rule` finds in the life of one unit."""
    episodes: list[list[Cut]] = []
    current: list[Cut] | None = None
    over = False
    for cut in cuts(world, life, rule):
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
