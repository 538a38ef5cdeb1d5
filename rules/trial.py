"""Try a profile on history: judge every unit twice, as it is judged now and as it would be.

Everything is made anew from readings, movements and placements with the code that judges live, and
nothing is written. Readings are read a window at a time, units judged a batch at a time; what is kept
between is runs and gaps, which are few.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kernel.exposure import Exposure
from kernel.instants import DAY
from kernel.intervals import Span
from kernel.refusal import Refusal
from rules import profile_store, store
from rules.core.judge import Finding, judge, readings_to_look_at
from rules.core.profile import SILENCE, UNIT, Limit, Profile, Rule
from rules.core.replay import Replay
from rules.core.runs import Window
from rules.core.timeline import Signal
from rules.core.trial import Difference, compare
from rules.signal_store import with_recordings
from storage.database import Transaction
from storage.statement import Statements

ExposuresOf = Callable[[Transaction, Collection[int]], list[Exposure]]
"""Lot binding's answer to: what were these units exposed to, by unit and time?"""

_UNITS_A_BATCH = 500
_READINGS_A_WINDOW = 250_000
"""About so many are in memory at once, 4 MB."""
_SHORTEST_WINDOW, _LONGEST_WINDOW = DAY, 4_000 * DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units: of a `lot`, of a `product`, judged by the profile `replaces`; None: any."""

    period: Span
    lot: str | None = None
    product: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class TriedUnit:
    """A unit that was with us in the period, and the profile that judges it now."""

    unit_id: int
    code: str
    lot: str
    product: str
    profile_id: int
    profile: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A unit that would have been judged otherwise, and how."""

    unit: TriedUnit
    difference: Difference


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: how many units and readings were looked at, and who is judged otherwise."""

    profile: str
    period: Span
    against: tuple[str, ...]
    units: int
    readings: int
    otherwise: tuple[Otherwise, ...]


_SQL = Statements("rules")
_UNITS = _SQL.returning(TriedUnit, "units_tried")


def try_profile(
    transaction: Transaction, profile: Profile, asked: Asked, exposures_of: ExposuresOf
) -> Trial:
    """Judge history by `profile`; who would have been judged otherwise in the period, by lot and unit.

    What happened after the period is not looked at, the life of a unit before it is. `Refusal` when no
    unit was with us, or the profile judges none.
    """
    whole = f"{profile.name} version {profile.version}"
    tried = _of_units(profile.rules)
    if not tried:
        raise Refusal(f"profile {whole} judges places only: a trial judges units")
    units = _units(transaction, asked)
    rules = profile_store.rules_of(transaction, {unit.profile_id for unit in units})
    current = {number: _of_units(found) for number, found in rules.items()}
    lives = _Lives(transaction, exposures_of, asked.period.end)
    signals, readings = _replayed(transaction, lives.wanted(units), _lines(tried, *current.values()))
    seen: dict[object, Difference] = {}
    otherwise: list[Otherwise] = []
    for unit, felt in lives.of(units):
        key = (unit.profile_id, tuple((one.span, one.series, one.needed) for one in felt))
        if key not in seen:
            before = _judged(transaction, felt, signals, current[unit.profile_id], asked.period)
            after = _judged(transaction, felt, signals, tried, asked.period)
            seen[key] = compare(before, after, asked.period)
        if seen[key]:
            otherwise.append(Otherwise(unit, seen[key]))
    return Trial(
        whole,
        asked.period,
        tuple(sorted({unit.profile for unit in units})),
        len(units),
        readings,
        tuple(otherwise),
    )


def _of_units(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules about locations judge no unit."""
    return tuple(rule for rule in rules if rule.scope == UNIT)


def _lines(*profiles: Sequence[Rule]) -> set[Limit]:
    """Every line that a signal has to be held against."""
    rules = [rule for rules in profiles for rule in rules]
    inner = {rule.inner for rule in rules if rule.inner is not None}
    return inner | {line for rule in rules for line in rule.lines}


def _judged(
    transaction: Transaction,
    felt: Sequence[Exposure],
    signals: Mapping[int, Signal],
    rules: Sequence[Rule],
    period: Span,
) -> list[Finding]:
    """What the rules find in a life; the readings that a mean asks for are read for this life alone."""
    looked_at = readings_to_look_at(felt, signals, rules)
    if looked_at:
        near = {series for exposure in felt for series in exposure.series}
        own = {series: signals[series] for series in near if series in signals}
        signals = with_recordings(transaction, own, looked_at)
    return [_uncut(one, period.end) for one in judge(felt, signals, rules, period.end)]


def _uncut(finding: Finding, until: int) -> Finding:
    """A silence that only the end of the period cuts off has not ended."""
    cut = finding.rule.kind == SILENCE and finding.ended_at == until
    return replace(finding, ended_at=None) if cut else finding


def _units(transaction: Transaction, asked: Asked) -> list[TriedUnit]:
    units = transaction.rows(
        _UNITS,
        lot=asked.lot,
        product=asked.product,
        replaces=asked.replaces,
        since=asked.period.start,
        until=asked.period.end,
    )
    if not units:
        told = (("lot", asked.lot), ("product", asked.product), ("profile", asked.replaces))
        named = [(name, value) for name, value in told if value is not None]
        which = ", ".join(f"{name} {value}" for name, value in named)
        instead = "check it" if asked.replaces is None else "say --lot, --product or --replaces"
        raise Refusal(f"no unit of {which} was with us in that period: {instead}")
    return units


class _Lives:
    """What units were exposed to up to an instant, asked for a batch of units at a time."""

    def __init__(self, transaction: Transaction, exposures_of: ExposuresOf, until: int) -> None:
        self._transaction = transaction
        self._exposures_of = exposures_of
        self._until = until

    def of(self, units: Sequence[TriedUnit]) -> Iterator[tuple[TriedUnit, list[Exposure]]]:
        """Each unit with its life."""
        for number in range(0, len(units), _UNITS_A_BATCH):
            batch = units[number : number + _UNITS_A_BATCH]
            found = self._exposures_of(self._transaction, [unit.unit_id for unit in batch])
            felt = {
                unit: [self._clipped(one) for one in group if one.span.start < self._until]
                for unit, group in groupby(found, key=lambda one: one.unit_id)
            }
            for unit in batch:
                yield unit, felt.get(unit.unit_id, [])

    def wanted(self, units: Sequence[TriedUnit]) -> dict[int, Span]:
        """For each series the time in which anybody was exposed to it."""
        spans: dict[int, Span] = {}
        for _, felt in self.of(units):
            for exposure in felt:
                for series in exposure.series:
                    before = spans.get(series, exposure.span)
                    spans[series] = Span(
                        min(before.start, exposure.span.start), max(before.end, exposure.span.end)
                    )
        return spans

    def _clipped(self, exposure: Exposure) -> Exposure:
        span = exposure.span
        return replace(exposure, span=Span(span.start, min(span.end, self._until)))


def _replayed(
    transaction: Transaction, wanted: Mapping[int, Span], limits: Collection[Limit]
) -> tuple[dict[int, Signal], int]:
    """The signal of each series in its wanted time, and how many readings that took."""
    max_gaps = store.max_gaps(transaction, wanted)
    signals: dict[int, Signal] = {}
    readings = 0
    for series, span in sorted(wanted.items()):
        replay = Replay(limits, max_gaps[series])
        for window in _windows(transaction, series, span):
            replay.add(window)
        readings += replay.readings
        signal = replay.signal()
        if signal is not None:
            signals[series] = signal
    return signals, readings


def _windows(transaction: Transaction, series: int, span: Span) -> Iterator[Window]:
    """The readings of a series in order, so many at a time as there is room for."""
    length = _SHORTEST_WINDOW
    at = span.start
    while at < span.end:
        until = min(at + length, span.end)
        found = store.windows(transaction, [(series, Span(at, until))])
        number = 0
        for _, window in found:
            known = window.times <= span.end
            number = int(known.sum())
            yield Window(window.times[known], window.values[known])
        fits = length * _READINGS_A_WINDOW // max(number, 1)
        length = max(_SHORTEST_WINDOW, min(fits, 8 * length, _LONGEST_WINDOW))
        at = until
