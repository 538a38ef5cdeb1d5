"""How often early warnings are right: simulated rooms with doors, defrosts, warm goods and failures.

What counts is a rise beyond the limit for at least half an hour, the tolerance of medicines. A warning
is right when such a rise begins within the hour after it; a rise was told when a warning was open five
minutes before it began. The rooms are others than those by which the forecast was adjusted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.figure import Figure, without_goal
from firmware_sim.core.faults import CompressorFailure, DoorOpen, Fault, WarmLoad
from firmware_sim.core.room import Ambient, Room
from firmware_sim.core.scenario import Scenario
from firmware_sim.core.sensor import Sensor
from firmware_sim.core.simulation import Simulation
from kernel.instants import DAY, HOUR, MINUTE, instant, parse_moment
from kernel.intervals import Span
from rules.core.profile import ABOVE, Limit
from rules.core.runs import Window, runs
from rules.patterns.core.patterns import Pattern
from rules.warnings.core.forecast import (
    BAND,
    NEAR_K,
    Heading,
    Times,
    Values,
    follow,
)
from rules.warnings.core.look import Seen, look

START = instant(parse_moment("2026-06-01T00:00:00Z"))
LIMIT = Limit(ABOVE, 8.0)
DAYS = 5
SITES = 96
_FIRST_SEED = 1_000
MATTERS = 30 * MINUTE
AHEAD = 5 * MINUTE
RIGHT_WITHIN = HOUR
PATTERNS = (
    Pattern("door", 10 * MINUTE, 6.0),
    Pattern("defrost", 25 * MINUTE, 6.0, 6 * HOUR),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Warnings of one room that were `right` or `wrong`, rises `told` in time or `missed`, by cause.

    `failing` of the wrong ones came while nothing cooled the room, which then did not reach the limit
    within the hour.
    """

    right: int
    wrong: int
    failing: int
    told: tuple[str, ...]
    missed: tuple[str, ...]
    lead: tuple[int, ...]


def measure() -> Iterator[Figure]:
    """Precision and recall, with the patterns of the places told and without."""
    series = [_site(_FIRST_SEED + number) for number in range(SITES)]
    for name, patterns in (("warnings", PATTERNS), ("warnings.no_patterns", ())):
        found = [_judge(*one, patterns) for one in series]
        yield from _figures(name, found)


def _figures(name: str, found: Sequence[Outcome]) -> Iterator[Figure]:
    right, wrong = sum(one.right for one in found), sum(one.wrong for one in found)
    told = [cause for one in found for cause in one.told]
    missed = [cause for one in found for cause in one.missed]
    leads = [lead / MINUTE for one in found for lead in one.lead]
    causes = {
        cause: f"{told.count(cause)} of {told.count(cause) + missed.count(cause)}"
        for cause in sorted({*told, *missed})
    }
    detail: dict[str, object] = {
        "room_days": SITES * DAYS,
        "warnings": right + wrong,
        "wrong_while_not_cooled": sum(one.failing for one in found),
        "rises_told_in_time": causes,
        "median_lead_min": round(float(np.median(leads)), 1) if leads else None,
    }
    yield without_goal(f"{name}.precision", _share(right, wrong), "share", detail)
    yield without_goal(f"{name}.recall", _share(len(told), len(missed)), "share", detail)
    wrong_a_week = round(7 * wrong / (SITES * DAYS), 3)
    yield without_goal(f"{name}.wrong_a_room_week", wrong_a_week, "warnings", detail)


def _share(good: int, bad: int) -> float:
    return round(good / (good + bad), 3) if good + bad else 1.0


def _site(seed: int) -> tuple[Times, Values, list[Fault]]:
    """The readings of a room for some days; at the end of them its compressor may fail."""
    draw = np.random.default_rng(seed)
    room = Room(
        name="r",
        ambient=Ambient(mean_degc=float(draw.uniform(14, 28))),
        set_point_degc=float(draw.uniform(4.0, 5.2)),
        insulation_w_per_k=float(draw.uniform(40, 90)),
        goods_j_per_k=float(draw.uniform(1.5e6, 8e6)),
        door_m3_per_s=float(draw.uniform(0.1, 0.6)),
        defrost_every_s=int(draw.choice([21_600, 21_600, 28_800, 0])),
        defrost_s=int(draw.choice([600, 900])),
    )
    faults: list[Fault] = []
    for day in range(DAYS):
        for hour in draw.uniform(6, 18, int(draw.integers(8, 30))):
            since = START + day * DAY + round(float(hour) * HOUR)
            lasts = round(float(draw.uniform(0.5, 5)) * MINUTE)
            faults.append(DoorOpen(room="r", during=_grid(since, since + lasts)))
        for hour in draw.uniform(6, 18, int(draw.integers(0, 3))):
            since = START + day * DAY + round(float(hour) * HOUR)
            degc = float(draw.uniform(6, 14))
            faults.append(
                WarmLoad(room="r", during=_grid(since, since + 8 * HOUR), temperature_degc=degc)
            )
    if seed % 2 == 0:
        since = START + (DAYS - 1) * DAY + round(float(draw.uniform(0, 18)) * HOUR)
        faults.append(CompressorFailure(room="r", during=_grid(since, since + 5 * HOUR)))
    if seed % 4 == 1:
        since = START + (DAYS - 1) * DAY + round(float(draw.uniform(0, 20)) * HOUR)
        faults.append(DoorOpen(room="r", during=_grid(since, since + 40 * MINUTE)))
    sensor = Sensor(name="s", room="r", lag_s=float(draw.choice([120, 300])))
    played = Simulation(
        Scenario(seed=seed, start=START, rooms=(room,), sensors=(sensor,), faults=tuple(faults))
    )
    packets = played.advance(START + DAYS * DAY)
    times = np.array([packet.records[0].time for packet in packets], np.int64)
    values = np.array([packet.records[0].value for packet in packets], np.float64)
    return times, values, faults


def _grid(since: int, until: int) -> Span:
    step = 10_000_000
    return Span(since // step * step, until // step * step + step)


def _judge(
    times: Times, values: Values, faults: Sequence[Fault], patterns: Sequence[Pattern]
) -> Outcome:
    begun = [
        run.start
        for run in runs(Window(times, values), LIMIT, 15 * MINUTE)
        if run.end - run.start >= MATTERS and run.start > START + DAY
    ]
    warned = _warnings(times, values, patterns)
    right = [w for w in warned if any(w.start <= at <= w.start + RIGHT_WITHIN for at in begun)]
    failures = [one.during for one in faults if isinstance(one, CompressorFailure)]
    wrong = [one for one in warned if one not in right]
    told = {at: w for at in begun for w in warned if w.start <= at - AHEAD and w.end >= at - AHEAD}
    return Outcome(
        len(right),
        len(wrong),
        sum(any(f.start <= one.start < f.end for f in failures) for one in wrong),
        tuple(_cause(at, faults) for at in told),
        tuple(_cause(at, faults) for at in begun if at not in told),
        tuple(at - warning.start for at, warning in told.items()),
    )


def _warnings(times: Times, values: Values, patterns: Sequence[Pattern]) -> list[Span]:
    """When somebody was warned: each from the first telling until it was given up or came true.

    Nobody looks at a series that is beyond the limit.
    """
    heading: Heading | None = None
    found: list[Span] = []
    for i in range(int(np.searchsorted(times, START + DAY)), len(times)):
        now = int(times[i])
        since = int(np.searchsorted(times, now - BAND))
        seen = Seen(None)
        if 0 <= LIMIT.value - values[i] <= NEAR_K:
            seen = look(times[since : i + 1], values[since : i + 1], LIMIT, patterns)
        before, heading = heading, follow(heading, seen.crossing, now, warm=seen.warm)
        if heading is not None and heading.sure:
            fresh = before is None or not before.sure
            found.append(Span(now, now)) if fresh else None
            found[-1] = Span(found[-1].start, now)
    return found


def _cause(at: int, faults: Sequence[Fault]) -> str:
    """What made the room warm: the fault that lasted longest by then, or the compressor."""
    for fault in sorted(faults, key=lambda one: not isinstance(one, CompressorFailure)):
        if isinstance(fault, CompressorFailure) and fault.during.start <= at <= fault.during.end + HOUR:
            return "compressor, and a door" if _open(at, faults, 3 * MINUTE) else "compressor"
    open_ = _open(at, faults, 10 * MINUTE)
    if open_:
        long = any(one.during.length >= 30 * MINUTE for one in open_)
        return "door left open" if long else "door"
    return "load or defrost"


def _open(at: int, faults: Sequence[Fault], after: int) -> list[DoorOpen]:
    """The doors that were open then, or until so long before."""
    return [
        one
        for one in faults
        if isinstance(one, DoorOpen) and one.during.start <= at <= one.during.end + after
    ]
