"""The plan of a run: who is struck when, and how; drawn from a seed before anything starts.

Kinds of strikes come from a shuffled bag, so that a short run meets nearly every one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

GATEWAYS = ("gateway-1", "gateway-2")
TARGETS = (*GATEWAYS, "broker", "ingest", "rules", "database")


class Blow(StrEnum):
    """What can happen to a process."""

    KILL = "kill"
    ERASE = "kill and erase"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Strike:
    """`target` is struck by `blow`; after `seconds` it is started again, or may go on."""

    target: str
    blow: Blow
    seconds: float

    @property
    def kind(self) -> str:
        """Such as ``kill broker``."""
        return f"{self.blow} {self.target}"


@dataclass(frozen=True, slots=True)
class Cycle:
    """After `calm` seconds all `strikes` fall at once."""

    calm: float
    strikes: tuple[Strike, ...]


KINDS: tuple[tuple[str, Blow], ...] = (
    *((target, Blow.KILL) for target in TARGETS),
    ("broker", Blow.ERASE),
    *((target, Blow.STALL) for target in TARGETS),
)

_CALM = (0.5, 4.0)
_AWAY = (0.0, 2.0)
_STALLED = (1.0, 5.0)
_TWO_AT_ONCE = 0.25


def plan(seed: int, cycles: int) -> list[Cycle]:
    """The same for the same seed; a longer plan begins like a shorter one."""
    random = Random(seed)
    kinds = _bag(random)
    drawn: list[Cycle] = []
    for _ in range(cycles):
        calm = round(random.uniform(*_CALM), 2)
        strikes = [_strike(random, kinds)]
        if random.random() < _TWO_AT_ONCE:
            second = _strike(random, kinds)
            if second.target != strikes[0].target:
                strikes.append(second)
        drawn.append(Cycle(calm, tuple(strikes)))
    return drawn


def _bag(random: Random) -> Iterator[tuple[str, Blow]]:
    while True:
        yield from random.sample(KINDS, len(KINDS))


def _strike(random: Random, kinds: Iterator[tuple[str, Blow]]) -> Strike:
    target, blow = next(kinds)
    away = _STALLED if blow is Blow.STALL else _AWAY
    return Strike(target, blow, round(random.uniform(*away), 2))
