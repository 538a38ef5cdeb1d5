"""Profiles: the versioned temperature rules of a product, and what each kind of rule asks for."""

from dataclasses import dataclass
from typing import NamedTuple

ABOVE, BELOW = "above", "below"


class Limit(NamedTuple):
    """A line that a temperature in degC may be `above` or `below`; being on it is within limits."""

    side: str
    value: float

    def excess(self, celsius: float) -> float:
        """How far beyond the limit `celsius` is; zero or less within limits."""
        return celsius - self.value if self.side == ABOVE else self.value - celsius


class Range(NamedTuple):
    """A range of temperature beyond `start` but not beyond `end` (None: without an end), degC.

    A unit may be in it for `allowed` microseconds of its life, if it is never in another one.
    """

    start: Limit
    end: Limit | None
    allowed: int


WARN_AT = 0.8
"""A budget of which this share is used runs low, when its profile says nothing else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: how long (`tolerance`, microseconds) a unit may be beyond `limit`.

    single: in one episode; cumulative: in sum, over the trailing `window` microseconds or over the
    whole life when that is None; immediate: not for an instant.
    A cumulative rule over the whole life is a stability budget. Its `ranges` share one budget, each
    used at its own pace; without any, all time beyond `limit` uses it. It runs low when the share
    `warn_at` is used; `source` says where the ranges come from, when not the profile does.
    """

    name: str
    kind: str
    limit: Limit
    tolerance: int
    window: int | None
    severity: str
    ranges: tuple[Range, ...] = ()
    warn_at: float = WARN_AT
    source: str = ""

    @property
    def budget(self) -> tuple[Range, ...]:
        """The ranges in which the stability budget that this rule is gets used; () when it is none."""
        if self.kind != "cumulative" or self.window is not None:
            return ()
        return self.ranges or (Range(self.limit, None, self.tolerance),)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every line that the rule asks about."""
        ends = tuple(one.end for one in self.ranges if one.end is not None)
        return tuple(dict.fromkeys((self.limit, *(one.start for one in self.ranges), *ends)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A named, versioned set of rules and the `source` they come from."""

    name: str
    version: int
    title: str
    source: str
    rules: tuple[Rule, ...]
