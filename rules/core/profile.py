"""Profiles: the versioned temperature rules of a product, and what each kind of rule asks for.

How a profile is written down is profile_entries.py; how a unit breaks a rule is judge.py.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kernel.rule_words import RuleWords, Share
from kernel.temperature import DH_R

ABOVE, BELOW = "above", "below"

SINGLE, CUMULATIVE, IMMEDIATE = "single", "cumulative", "immediate"
MKT, RATE, SILENCE, FREEZE_THAW = "mkt", "rate", "silence", "freeze_thaw"
KINDS = (SINGLE, CUMULATIVE, IMMEDIATE, MKT, RATE, SILENCE, FREEZE_THAW)
SEVERITIES = ("notice", "minor", "major", "critical")
UNIT, LOCATION = "unit", "location"

LEAST_MONITORED = 0.5
"""The share of a window that must have been monitored for its mean kinetic temperature to count."""


class Limit(NamedTuple):
    """A line that a measure may be `above` or `below`; being on it is within limits.

    The measure is the temperature in degC, or, when `over` is not zero, its change in degC/h over the
    last so many microseconds.
    """

    side: str
    value: float
    over: int = 0

    def excess(self, measure: float) -> float:
        """How far beyond the limit `measure` is; zero or less within limits."""
        return measure - self.value if self.side == ABOVE else self.value - measure

    def inside(self, by: float) -> "Limit":
        """The line that lies so far within this one."""
        return self._replace(value=self.value - by if self.side == ABOVE else self.value + by)


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
    mkt: the mean kinetic temperature over the trailing `window` is not above the limit, where at least
    the share `least_monitored` of the window was monitored; `dh_r` in K.
    rate: the limit is a change in degC/h. silence: unmonitored for `tolerance`; the limit says the same
    in hours. freeze_thaw: below the limit and then above `thaw` degC less than `times` times.

    A cumulative rule over the whole life is a stability budget. Its `ranges` share one budget, each
    used at its own pace; without any, all time beyond `limit` uses it. It runs low when the share
    `warn_at` is used; `source` says where the ranges come from, when not the profile does.

    An episode ends only `hysteresis` within the limit. Whatever a series says in the first
    `ignore_first` microseconds beside the goods is not asked. `scope` says who is judged: the unit, or
    the location whatever stands there.
    """

    name: str
    kind: str
    limit: Limit
    tolerance: int
    window: int | None
    severity: str
    hysteresis: float = 0.0
    ignore_first: int = 0
    scope: str = UNIT
    thaw: float | None = None
    times: int = 1
    least_monitored: float = LEAST_MONITORED
    dh_r: float = DH_R
    ranges: tuple[Range, ...] = ()
    warn_at: float = WARN_AT
    source: str = ""

    @property
    def budget(self) -> tuple[Range, ...]:
        """The ranges in which the stability budget that this rule is gets used; () when it is none."""
        if self.kind != CUMULATIVE or self.window is not None:
            return ()
        return self.ranges or (Range(self.limit, None, self.tolerance),)

    @property
    def inner(self) -> Limit | None:
        """The line within the limit that ends an episode, None when that is the limit itself."""
        return self.limit.inside(self.hysteresis) if self.hysteresis else None

    @property
    def thawed(self) -> Limit:
        """freeze_thaw: the line above which the goods are thawed."""
        assert self.thaw is not None, "only asked of kind freeze_thaw, which has one"
        return Limit(ABOVE, self.thaw)

    @property
    def trailing(self) -> int:
        """mkt: the length of the window that moves along, microseconds."""
        assert self.window is not None, "only asked of kind mkt, which has one"
        return self.window

    @property
    def words(self) -> RuleWords:
        """The rule in words."""
        return RuleWords(
            kind=self.kind,
            side=self.limit.side,
            limit=self.limit.value,
            tolerance=self.tolerance,
            window=self.window,
            stretch=self.limit.over or None,
            thaw=self.thaw,
            times=self.times,
            shares=tuple(
                Share(one.start.value, one.end and one.end.value, one.allowed) for one in self.ranges
            ),
        )

    @property
    def lines(self) -> tuple[Limit, ...]:
        """The lines that matter by themselves: crossing one may break the rule."""
        if self.kind == SILENCE:
            return ()
        if self.kind == FREEZE_THAW:
            return self.limit, self.thawed
        ends = (line for one in self.ranges for line in (one.start, one.end) if line is not None)
        return tuple(dict.fromkeys((self.limit, *ends)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A named, versioned set of rules and the `source` they come from.

    With `two_people` every decision about held goods that it judges is signed by two.
    """

    name: str
    version: int
    title: str
    source: str
    rules: tuple[Rule, ...]
    two_people: bool
