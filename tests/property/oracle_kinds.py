"""The brute-force judge for every kind of rule: plain loops, nothing shared with the code under test.

Times and changes are exact fractions. Means are floats, their crossings found by halving, so they are
compared with a tolerance.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from tests.property.oracle import Expected, Life, Sensor, World

HOUR = 3_600_000_000
Interval = tuple[Fraction, Fraction]
State = tuple[Fraction, Fraction, str]
"""From, until: B beyond, H between the limit and the line that ends an episode, G within, U unknown."""


@dataclass(frozen=True)
class KindSpec:
    name: str
    kind: str
    side: str
    limit: float
    tolerance: int = 0
    window: int | None = None
    over: int = 0
    hysteresis: float = 0.0
    ignore_first: int = 0
    thaw: float | None = None
    times: int = 1
    least_monitored: float = 0.5


@dataclass(frozen=True)
class Found:
    """What is expected, and the figure that is held against the limit (None: the peak, unchecked)."""

    told: Expected
    figure: float | None = None


def found(world: World, life: Life, spec: KindSpec, now: int) -> list[Found]:
    """What the rule finds in the life of one unit."""
    judged = _Judged(world, _Settled(life, spec.ignore_first + spec.over), spec)
    if spec.kind == "silence":
        return list(_silences(judged, now))
    if spec.kind == "freeze_thaw":
        return _thawed(judged)
    if spec.kind == "mkt":
        return _means(judged)
    return _episodes(judged)


class _Settled:
    """A life in which a sensor is heard only when it has been near for a while."""

    def __init__(self, life: Life, delay: int) -> None:
        self._life, self._delay = life, delay
        self._edges = sorted(life.edges())
        self._near: list[tuple[Fraction, set[str]]] = []
        before: dict[str, Fraction] = {}
        self.since: list[tuple[Fraction, dict[str, Fraction]]] = []
        for edge in self._edges:
            here = life.near(edge)
            names = [sensor.name for sensor in here[0]] if here else []
            before = {name: before.get(name, edge) for name in names}
            self.since.append((edge, before))

    def edges(self) -> set[Fraction]:
        later = {at + self._delay for _, since in self.since for at in since.values()}
        return {*self._edges, *later}

    def near(self, at: Fraction) -> tuple[list[Sensor], int] | None:
        here = self._life.near(at)
        if here is None:
            return None
        since: dict[str, Fraction] = {}
        for edge, found_ in self.since:
            if edge <= at:
                since = found_
        heard = [s for s in here[0] if since[s.name] + self._delay <= at]
        return heard, here[1]


@dataclass
class _Judged:
    world: World
    life: _Settled
    spec: KindSpec
    readings: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.readings = {s.name: sorted(s.readings) for s in self.world.sensors}

    def level(self, sensor: Sensor, at: Fraction) -> Fraction | None:
        """The temperature on the straight line between two readings that are near enough."""
        for (t0, v0), (t1, v1) in pairwise(self.readings[sensor.name]):
            if t0 <= at <= t1 and t1 - t0 <= self.world.max_gap:
                return Fraction(v0) + (Fraction(v1) - Fraction(v0)) * (at - t0) / (t1 - t0)
        return None

    def _unbroken(self, sensor: Sensor, start: Fraction, end: Fraction) -> bool:
        return not any(
            t1 - t0 > self.world.max_gap and t0 < end and t1 > start
            for (t0, _), (t1, _) in pairwise(self.readings[sensor.name])
        )

    def measure(self, sensor: Sensor, at: Fraction) -> Fraction | None:
        """What the limit is held against: the temperature, or its change in degC an hour."""
        over = self.spec.over
        now = self.level(sensor, at)
        if not over or now is None:
            return now
        then = self.level(sensor, at - over)
        if then is None or not self._unbroken(sensor, at - over, at):
            return None
        return (now - then) * HOUR / over

    @cached_property
    def nodes(self) -> list[Fraction]:
        """Every instant at which a measure may bend, or somebody may come or go."""
        found_ = set(self.life.edges())
        for readings in self.readings.values():
            for time, _ in readings:
                found_ |= {Fraction(time), Fraction(time) + self.spec.over}
        return sorted(found_)

    def _crossings(self, line: Fraction) -> set[Fraction]:
        found_: set[Fraction] = set()
        for start, end in pairwise(self.nodes):
            for sensor in self.world.sensors:
                a, b = start + (end - start) / 3, end - (end - start) / 3
                at_a, at_b = self.measure(sensor, a), self.measure(sensor, b)
                if at_a is None or at_b is None or at_a == at_b:
                    continue
                cross = a + (line - at_a) * (b - a) / (at_b - at_a)
                if start < cross < end:
                    found_.add(cross)
        return found_

    def lone(self, at: Fraction, sensor: Sensor) -> float | None:
        """The value of a reading with nothing near enough on either side."""
        times = [time for time, _ in self.readings[sensor.name]]
        for i, (time, value) in enumerate(self.readings[sensor.name]):
            if time == at and not any(
                abs(times[j] - time) <= self.world.max_gap
                for j in (i - 1, i + 1)
                if 0 <= j < len(times)
            ):
                return value
        return None

    def beyond(self, value: Fraction | float, line: Fraction) -> bool:
        return value > line if self.spec.side == "above" else value < line

    def vote(self, at: Fraction, line: Fraction) -> bool | None:
        """Whether the unit is beyond the line in the middle of a cut; None when nobody measures."""
        here = self.life.near(at)
        votes = [
            self.beyond(value, line)
            for sensor in (here[0] if here else [])
            if (value := self.measure(sensor, at)) is not None
        ]
        assert here is not None or not votes
        return None if not votes else sum(votes) >= max(1, min(here[1] if here else 1, len(votes)))

    @cached_property
    def lines(self) -> tuple[Fraction, Fraction]:
        """The limit and the line that ends an episode."""
        inside = -self.spec.hysteresis if self.spec.side == "above" else self.spec.hysteresis
        return Fraction(self.spec.limit), Fraction(self.spec.limit + inside)

    @cached_property
    def states(self) -> list[State]:
        """The life in cuts; a lone reading is a cut of no length."""
        outer, inner = self.lines
        edges = sorted({*self.nodes, *self._crossings(outer), *self._crossings(inner)})
        cuts: list[State] = []
        for start, end in pairwise(edges):
            middle = (start + end) / 2
            if self.life.near(middle) is None:
                continue
            out, within = self.vote(middle, outer), self.vote(middle, inner)
            cuts.append((start, end, "U" if out is None else "B" if out else "H" if within else "G"))
        return sorted([*cuts, *self._points(cuts)], key=lambda cut: (cut[0], cut[1]))

    def _points(self, cuts: Sequence[State]) -> set[State]:
        """Lone readings; one place, one sensor's word is enough (the tests ask no votes of them)."""
        outer, inner = self.lines
        points: set[State] = set()
        for sensor in self.world.sensors if not self.spec.over else ():
            for time, _ in self.readings[sensor.name]:
                value = self.lone(Fraction(time), sensor)
                here = self.life.near(Fraction(time))
                if value is None or here is None or sensor not in here[0]:
                    continue
                out, within = self.beyond(value, outer), self.beyond(value, inner)
                points.add((Fraction(time), Fraction(time), "B" if out else "H" if within else "G"))
        bad = [(a, b) for a, b, state in [*cuts, *points] if state in "BH"]
        return {p for p in points if p[2] != "G" or not any(a <= p[0] <= b for a, b in bad)}


def _groups(states: Sequence[State]) -> tuple[list[list[State]], bool]:
    """The cuts beyond the limit in episodes, and whether the last of them is over."""
    groups: list[list[State]] = []
    going = False
    for cut in states:
        if cut[2] == "B":
            if not going:
                groups.append([])
            groups[-1].append(cut)
            going = True
        elif cut[2] == "G":
            going = False
    return groups, not going


def _told(
    spec: KindSpec, beyond: Sequence[State], breach: Fraction, ended: Fraction | None
) -> Expected:
    return Expected(
        spec.name,
        float(beyond[0][0]),
        float(breach),
        None if ended is None else float(ended),
        float(sum(end - start for start, end, _ in beyond)),
    )


def _episodes(judged: _Judged) -> list[Found]:
    """single, immediate and rate: each episode by itself."""
    groups, over = _groups(judged.states)
    told: list[Found] = []
    for number, group in enumerate(groups):
        left = Fraction(judged.spec.tolerance)
        breach: Fraction | None = None
        for start, end, _ in group:
            if breach is None and end - start >= left:
                breach = start + left
            left -= end - start
        if breach is None:
            continue
        ended = max(end for _, end, _ in group) if over or number < len(groups) - 1 else None
        told.append(Found(_told(judged.spec, group, breach, ended)))
    return told


def _silences(judged: _Judged, now: int) -> list[Found]:
    spans: list[tuple[Fraction, Fraction | None]] = []
    for start, end, state in judged.states:
        if state != "U":
            continue
        if spans and spans[-1][1] == start and not _heard(judged, start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    last = judged.nodes[-1]
    if judged.life.near(last) is not None:  # it is still with us, and nothing more is known
        begun = last
        if spans and spans[-1][1] == last and not _heard(judged, last):
            begun = spans.pop()[0]
        spans.append((begun, None))
    told: list[Found] = []
    for start, end in spans:
        breach = start + judged.spec.tolerance
        if (end is not None and end >= breach) or (end is None and breach <= now):
            until = breach if end is None else end
            told.append(Found(_told(judged.spec, [(start, until, "B")], breach, end)))
    return told


def _heard(judged: _Judged, at: Fraction) -> bool:
    """Whether a sensor near the unit gave a lone reading at that instant, or a signal touches it."""
    here = judged.life.near(at)
    return here is not None and any(judged.lone(at, sensor) is not None for sensor in here[0])


def _thawed(judged: _Judged) -> list[Found]:
    thaw = KindSpec("thaw", "single", "above", judged.spec.thaw or 0.0)
    warm = _Judged(judged.world, judged.life, thaw)
    frozen = [cut for cut in judged.states if cut[2] == "B"]
    starts = [(start, "F") for start in _begins(frozen)]
    starts += [(start, "T") for start in _begins([cut for cut in warm.states if cut[2] == "B"])]
    since: Fraction | None = None
    done: list[Fraction] = []
    for at, what in sorted(starts):
        if what == "F":
            since = at if since is None else since
        elif since is not None:
            done.append(at)
            since = None
    if len(done) < judged.spec.times:
        return []
    until = done[-1]
    told = _told(judged.spec, [c for c in frozen if c[0] <= until], done[judged.spec.times - 1], until)
    return [Found(told, float(len(done)))]


def _begins(beyond: Sequence[State]) -> list[Fraction]:
    """Where times beyond begin, those that touch drawn together."""
    found_: list[Fraction] = []
    until: Fraction | None = None
    for start, end, _ in beyond:
        if until is None or start > until:
            found_.append(start)
        until = end if until is None else max(until, end)
    return found_


# Means, in seconds.


def _means(judged: _Judged) -> list[Found]:
    pieces = _weights(judged)
    beyond = [
        (float(a) / 1e6, float(b) / 1e6) for a, b, state in judged.states if state == "B" and b > a
    ]
    if not pieces or not beyond:
        return []
    spec = judged.spec
    window = (spec.window or 0) / 1e6
    inner = _weight(spec.limit - spec.hysteresis, spec.limit) - 1

    def held(at: float) -> float:
        return sum(max(0.0, min(b, at) - max(a, at - window)) for a, b, _, _ in pieces)

    def mean(at: float) -> float:
        return _area(pieces, at - window, at) / max(held(at), 1e-6)

    def state(at: float) -> str:
        if not any(a <= at <= b for a, b, _, _ in pieces):
            return "U"
        if held(at) >= window * spec.least_monitored - 1e-6:
            value = mean(at)
            if value > 1e-9:
                return "B"
            if value <= inner + 1e-9:
                return "G"
        return "U" if any(x < at and y > at - window for x, y in beyond) else "G"

    return _mean_episodes(judged, pieces, beyond, state, mean)


def _area(pieces: Sequence[tuple[float, float, float, float]], since: float, until: float) -> float:
    """The weights, less that of the limit, summed over a window."""
    area = 0.0
    for a, b, wa, wb in pieces:
        x, y = max(a, since), min(b, until)
        if y > x:
            slope = (wb - wa) / (b - a)
            area += (y - x) * ((wa + slope * (x - a) + wa + slope * (y - a)) / 2 - 1)
    return area


def _mean_episodes(
    judged: _Judged,
    pieces: Sequence[tuple[float, float, float, float]],
    beyond: Sequence[tuple[float, float]],
    state: Callable[[float], str],
    mean: Callable[[float], float],
) -> list[Found]:
    spec = judged.spec
    window = (spec.window or 0) / 1e6
    edges = sorted({e + s for a, b, _, _ in pieces for e in (a, b) for s in (0.0, window)})
    fine = sorted({a + (b - a) * i / 6 for a, b in pairwise(edges) for i in range(7)})
    groups: list[list[tuple[float, float]]] = []
    highest: list[float] = []
    going = False
    for start, end in pairwise(fine):
        for a, b, what in _split(start, end, state):
            if what == "B":
                if not going:
                    groups.append([])
                    highest.append(-1.0)
                groups[-1].append((a, b))
                highest[-1] = max(highest[-1], *(mean(a + (b - a) * i / 20) for i in range(21)))
                going = True
            elif what == "G":
                going = False
    told: list[Found] = []
    for number, (group, most) in enumerate(zip(groups, highest, strict=True)):
        start, end = group[0][0], group[-1][1]
        counted = [(max(a, start - window), min(b, end)) for a, b in beyond]
        counted = [(a, b) for a, b in counted if b > a]
        over = not going or number < len(groups) - 1
        kelvin = 1 / (1 / (spec.limit + 273.15) - math.log1p(most) / 10_000)
        one = Expected(
            spec.name,
            counted[0][0] * 1e6,
            start * 1e6,
            end * 1e6 if over else None,
            sum(b - a for a, b in counted) * 1e6,
        )
        told.append(Found(one, kelvin - 273.15))
    return told


def _split(start: float, end: float, state: Callable[[float], str]) -> list[tuple[float, float, str]]:
    """The stretch in pieces of one state each, the turn between two found by halving."""
    low, high = start + (end - start) * 1e-6, end - (end - start) * 1e-6
    first, last = state(low), state(high)
    if first == last:
        return [(start, end, first)]
    for _ in range(50):
        middle = (low + high) / 2
        if state(middle) == first:
            low = middle
        else:
            high = middle
    return [(start, low, first), (low, end, last)]


def _weight(celsius: float, limit: float) -> float:
    return math.exp(10_000 / (limit + 273.15) - 10_000 / (celsius + 273.15))


def _weights(judged: _Judged) -> list[tuple[float, float, float, float]]:
    """(from, until, weight there, weight there): what the vote picks of the lines near the unit."""
    nodes = judged.nodes
    found_: list[tuple[float, float, float, float]] = []
    for start, end in pairwise(nodes):
        here = judged.life.near((start + end) / 2)
        lines = [
            line
            for sensor in (here[0] if here else [])
            if (line := _line(judged, sensor, start, end)) is not None
        ]
        if not lines or here is None:
            continue
        cuts = {Fraction(0), Fraction(1)}
        for a0, a1 in lines:
            for b0, b1 in lines:
                if (a0 - b0) * (a1 - b1) < 0:
                    cuts.add(Fraction((a0 - b0) / ((a0 - b0) - (a1 - b1))))
        for x, y in pairwise(sorted(cuts)):
            middle = float((x + y) / 2)
            order = sorted(lines, key=lambda line: -(line[0] + (line[1] - line[0]) * middle))
            a, b = order[min(here[1], len(order)) - 1]
            size = float(end - start) / 1e6
            left, right = float(x), float(y)
            found_.append(
                (
                    float(start) / 1e6 + size * left,
                    float(start) / 1e6 + size * right,
                    a + (b - a) * left,
                    a + (b - a) * right,
                )
            )
    return found_


def _line(
    judged: _Judged, sensor: Sensor, start: Fraction, end: Fraction
) -> tuple[float, float] | None:
    """The weights of one sensor at both ends of a stretch without a node inside."""
    for (t0, v0), (t1, v1) in pairwise(judged.readings[sensor.name]):
        if t0 <= start and end <= t1 and t1 - t0 <= judged.world.max_gap:
            w0, w1 = (_weight(v, judged.spec.limit) for v in (v0, v1))
            slope = (w1 - w0) / (t1 - t0)
            return w0 + slope * float(start - t0), w0 + slope * float(end - t0)
    return None
