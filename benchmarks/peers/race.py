"""The race: rounds outside and contestants inside, so that a noisy minute hits all alike.

A figure for each contestant, and the ratios that have goals.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.batch_vs_copy import ROOMS, rooms
from benchmarks.figure import Figure, at_least, load, without_goal
from benchmarks.frames import START
from benchmarks.ground import ground, product
from benchmarks.peers.contestants import BareLine, Contestant, Copy, Ours, Peer
from benchmarks.peers.program import Program
from benchmarks.peers.publisher import publisher
from benchmarks.peers.readings import BATCH
from benchmarks.peers.track import Lap, Track
from benchmarks.site import furnish

SINGLE_GOAL, LOSSLESS_GOAL, FASTEST_GOAL, BATCH_GOAL = 30_000.0, 2.5, 1.0, 0.7
PATHWAY_PYTHON = "PATHWAY_PYTHON"
"""Variable of the environment: a Python that has Pathway, where ours has not."""

_IN_BATCHES = ("copy", "batch")

Laps = Mapping[str, Sequence[Lap]]


@dataclass(frozen=True, slots=True)
class Size:
    """Thousands of readings a lap: of `batches` and COPY, of fast contestants, of the slow tutorial."""

    batches: int = 300
    fast: int = 100
    slow: int = 8
    rounds: int = 5


def measure(size: Size | None = None) -> Iterator[Figure]:
    """Measure `path.peers.*`, one for each contestant, and the ratios between them."""
    size = size or Size()
    contestants = _contestants(size)
    laps: dict[str, list[Lap]] = {one.name: [] for one in contestants}
    before, broker = load(), ""
    with ground(mosquitto=True) as on, product(on) as database, publisher(on.mqtt_url) as sender:
        furnish(database, rooms(), START)
        track, broker = Track(on, database, sender), on.broker_name
        for number in range(1, size.rounds + 1):
            first = (number - 1) * (size.batches + size.fast)
            for one in contestants:
                begins = first if one.name in _IN_BATCHES else first + size.batches
                laps[one.name].append(one.lap(track, number, begins))
        judged = on.number("select count(*) from rules.verdict where state = 'conforming'")
        assert judged == 2 * ROOMS, f"{judged} units conform"
    circumstances: dict[str, object] = {"broker": broker, "load_before": before, "load_after": load()}
    for one in contestants:
        yield _speed(one, laps[one.name], circumstances)
    yield from _ratios(contestants, laps, circumstances)


def _contestants(size: Size) -> list[Contestant]:
    pathway = pathway_python()
    found: list[Contestant] = [
        Copy(size.batches),
        Ours(size.batches, "batch", batches=True),
        BareLine(size.fast, Program("receive", "bare_line")),
        Ours(size.fast, "single", batches=False),
        Peer(size.slow, Program("tutorial", "tutorial"), "peers.reading", keeps=True),
        Peer(size.fast, Program("grouped", "grouped"), "peers.reading", keeps=False),
        Peer(size.fast, Program("careful", "careful"), "peers.reading", keeps=True),
    ]
    if pathway is not None:
        program = Program("pathway", "pathway_flow", pathway, alone=True)
        found.append(Peer(size.fast, program, "public.pathway_reading", keeps=False))
    return found


def pathway_python() -> str | None:
    """A Python that can run Pathway; None when there is none."""
    python = os.environ.get(PATHWAY_PYTHON, sys.executable)
    look = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pathway') is None)"
    return python if subprocess.run([python, "-c", look], check=False).returncode == 0 else None


def _speed(one: Contestant, laps: Sequence[Lap], circumstances: Mapping[str, object]) -> Figure:
    """Readings a second of one contestant, and what they cost."""
    detail: dict[str, object] = {
        "readings_a_lap": laps[0].readings,
        "rates": [round(lap.rate) for lap in laps],
        "cpu_s_a_million": {
            name: round(statistics.median(lap.cpu[name] * 1e6 / lap.readings for lap in laps), 2)
            for name in laps[0].cpu
        },
        "rss_mib": {name: round(max(lap.rss[name] for lap in laps), 1) for name in laps[0].rss},
        "lost": [lap.count.lost for lap in laps],
        "doubled": [lap.count.doubled for lap in laps],
    }
    if isinstance(one, Peer):
        detail["acknowledges_after_commit"] = one.keeps
    return without_goal(
        f"path.peers.{one.name}", round(_rate(laps)), "readings/s", detail | dict(circumstances)
    )


def _ratios(
    contestants: Sequence[Contestant], laps: Laps, circumstances: Mapping[str, object]
) -> Iterator[Figure]:
    """Our speeds beside the ceiling, the broker, and the fastest of each kind of peer."""
    shown = dict(circumstances)
    peers = [one for one in contestants if isinstance(one, Peer)]
    keeping = max((one.name for one in peers if one.keeps), key=lambda name: _rate(laps[name]))
    single = _rate(laps["single"])
    yield at_least(
        "path.batch100_vs_copy",
        _ratio(laps["batch"], laps["copy"]),
        "ratio",
        BATCH_GOAL,
        shown | {"readings_a_batch": BATCH},
    )
    yield at_least("path.single_readings_s", round(single), "readings/s", SINGLE_GOAL, shown)
    yield without_goal("path.receive_s", round(_rate(laps["receive"])), "messages/s", shown)
    yield without_goal(
        "path.single_vs_receive", _ratio(laps["single"], laps["receive"]), "ratio", shown
    )
    yield at_least(
        "path.single_vs_lossless",
        _ratio(laps["single"], laps[keeping]),
        "ratio",
        LOSSLESS_GOAL,
        shown | {"against": keeping},
    )
    yield _against_fastest([one.name for one in peers], laps, shown)


def _against_fastest(peers: Sequence[str], laps: Laps, shown: dict[str, object]) -> Figure:
    name = "path.single_vs_fastest"
    if "pathway" not in peers:
        left_out = f"Pathway is not installed: install the group bench, or set {PATHWAY_PYTHON}"
        return without_goal(name, 0, "ratio", shown | {"left_out": left_out})
    fastest = max(peers, key=lambda name: _rate(laps[name]))
    return at_least(
        name, _ratio(laps["single"], laps[fastest]), "ratio", FASTEST_GOAL, shown | {"against": fastest}
    )


def _rate(laps: Sequence[Lap]) -> float:
    return statistics.median(lap.rate for lap in laps)


def _ratio(ours: Sequence[Lap], theirs: Sequence[Lap]) -> float:
    """The median of the ratios of laps that were run beside each other."""
    ratios = [mine.rate / other.rate for mine, other in zip(ours, theirs, strict=True)]
    return round(statistics.median(ratios), 3)
