"""Judging: what was read, found, ended and taken back, and by which profile."""

from dataclasses import dataclass

from kernel.events.event import Event
from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class LoggerRead(Event):
    """The file of a travelling logger was read: its temperatures in degC, strictly ascending in time.

    Readings further apart than `max_gap` microseconds leave a gap; None leaves that to the registry.
    """

    sensor: str
    model: str
    max_gap: int | None
    times: tuple[int, ...]
    values: tuple[float, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class DeviceAlarm(Event):
    """A device raised an alarm by itself, at `alarmed_at`: beyond `limit` degC for `tolerance`.

    `in_sum` says whether several times were added up. It lasted from `started_at` to `ended_at`, None
    while the record, which reaches to `observed_until`, shows no end; `counted` is the device's own
    count of the time beyond the limit. Lengths are microseconds.
    """

    series_id: int
    side: str
    limit: float
    tolerance: int
    in_sum: bool
    started_at: int
    alarmed_at: int
    ended_at: int | None
    observed_until: int
    counted: int
    peak: float | None
    peak_at: int | None


@dataclass(frozen=True, slots=True)
class SensorFaultFound(Event):
    """The readings of a series from `started_at` to `ended_at` are no evidence: its sensor is at fault.

    `kind` is out_of_range, stuck, spike or jump; the values lie between `lowest` and `highest`.
    """

    series_id: int
    kind: str
    started_at: int
    ended_at: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class SensorFaultWithdrawn(Event):
    """Later readings speak against a fault that was found: the readings are evidence after all."""

    series_id: int
    kind: str
    started_at: int
    ended_at: int


@dataclass(frozen=True, slots=True)
class ExcursionFound(Event):
    """A unit broke one rule of its profile.

    `kind` says what the rule asks for, `side` and `limit` where it is broken, and `measured` what was
    held against that, in the unit of the kind (kernel/rule_words.py). `beyond` are the times that broke
    it up to now, `breached_at` when its tolerance was used up, `published_at` when the gateway sent the
    reading that told us (None when the finding came from a corrected movement).
    """

    excursion_id: int
    unit_id: int
    rule: str
    severity: str
    side: str
    limit: float
    started_at: int
    breached_at: int
    observed_until: int
    beyond: tuple[Span, ...]
    peak: float
    peak_at: int
    series: tuple[int, ...]
    published_at: int | None
    kind: str
    measured: float


@dataclass(frozen=True, slots=True)
class ExcursionEnded(Event):
    """An excursion found earlier is over, and stored with its whole length.

    Published again when readings that came later belong to it, whatever they change.
    """

    excursion_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class ExcursionWithdrawn(Event):
    """Later facts contradict an excursion: it is superseded, and `why` says by what."""

    excursion_id: int
    unit_id: int
    why: str


@dataclass(frozen=True, slots=True)
class ProfileAdopted(Event):
    """A product is judged by another profile version from now on, all its lots when `judge_again`."""

    product_id: int
    profile_id: int
    was_profile_id: int
    judge_again: bool
    actor: str


@dataclass(frozen=True, slots=True)
class BudgetRunsLow(Event):
    """A unit has used the share `warn_at` of a stability budget, since `low_at`; `used` by now.

    While it is still in one of the ranges, the budget is used up at `runs_out_at` if it stays there;
    None when it is in none as far as is known at `as_of`. Published once, also when the whole budget
    is used by then: the excursion comes beside it.
    """

    unit_id: int
    rule: str
    severity: str
    warn_at: float
    used: float
    low_at: int
    as_of: int
    runs_out_at: int | None


@dataclass(frozen=True, slots=True)
class BudgetLasts(Event):
    """Later facts show that a budget told to run low does not: by now the share `used` is used."""

    unit_id: int
    rule: str
    used: float
