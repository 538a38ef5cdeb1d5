"""What a logger's file says, whatever its format: device, settings, readings, figures and alarms.

Instants are microseconds since the epoch, temperatures degC, lengths of time microseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ABOVE, BELOW = "above", "below"
SINGLE, CUMULATIVE = "single", "cumulative"


@dataclass(frozen=True, slots=True)
class AlarmLimit:
    """An alarm the device was set to raise: beyond `limit` for `tolerance`.

    `kind` is single (without a break) or cumulative (in sum); `number` is the device's own.
    """

    number: str
    side: str
    kind: str
    limit: float
    tolerance: int


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm the device raised at `alarmed_at`, as it recorded it.

    `counted` is the time beyond the limit by the device's own count, `ended_at` None while it lasted
    when the file was written, `observed_until` how far the record reaches. `peak` may be unknown.
    """

    setting: AlarmLimit
    started_at: int
    alarmed_at: int
    ended_at: int | None
    observed_until: int
    counted: int
    peak: float | None
    peak_at: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the device computed over the `span` (start, end); what it did not compute is None.

    `name` says what they are about: the whole run, or a day. `beyond` is the time it counted beyond
    each limit, `exact_extremes` whether lowest and highest are among the logged readings.
    """

    name: str
    start: int
    end: int
    lowest: float | None = None
    highest: float | None = None
    mean: float | None = None
    mkt: float | None = None
    beyond: Mapping[AlarmLimit, int] = field(default_factory=dict[AlarmLimit, int])
    exact_extremes: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the device: activated, started, stopped, marked by a person."""

    what: str
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """A logger's file, read.

    `times` ascend strictly; `interval` is the set time between readings, None when nothing was logged
    regularly. The run lasted from `started_at` to `stopped_at`. `missing` readings were logged as
    failed. `dh_r` is the device's activation energy over the gas constant in K, when it says so.
    `signed`: the file ends with the device's signature, so nothing is missing; it is not verified.
    """

    form: str
    model: str
    serial: str
    settings: Mapping[str, str]
    started_at: int
    stopped_at: int
    interval: int | None
    times: tuple[int, ...]
    values: tuple[float, ...]
    missing: int
    limits: tuple[AlarmLimit, ...]
    alarms: tuple[AlarmRecord, ...]
    figures: tuple[Figures, ...]
    marks: tuple[Mark, ...]
    dh_r: float | None = None
    signed: bool = False
