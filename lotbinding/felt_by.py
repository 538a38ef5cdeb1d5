"""Which units felt a sensor: asked place by place, because units side by side felt the same.

The cost grows with the places a sensor covers and the units that are told, not with the history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.intervals import Span, difference, union
from kernel.refusal import Refusal
from lotbinding.core.exposure import UnitStay, exposures
from lotbinding.store.exposure import covers_near, exposures_of
from lotbinding.store.placements import sensor_id
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Hanging:
    location_id: int | None
    path: str | None
    handling_unit_id: int | None
    series_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stood:
    """Units that stood side by side."""

    handling_unit_id: int | None
    by_handling_unit: bool
    start: int
    end: int
    codes: list[str]


@dataclass(frozen=True, slots=True)
class _Code:
    unit_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Series:
    series_id: int
    sensor_id: int


@dataclass(frozen=True, slots=True)
class _Logger:
    handling_unit_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Spot:
    location_id: int | None
    handling_unit_id: int | None
    span: Span


_HANGINGS = _SQL.returning(_Hanging, "hangings_of_sensor")
_STOOD = _SQL.returning(_Stood, "units_that_stood")
_CODES = _SQL.returning(_Code, "codes_of_units")
_ACCOMPANIED = _SQL.returning(_Id, "units_accompanied")
_LOGGERS = _SQL.returning(_Logger, "loggers_of_handling_units")
_SERIES = _SQL.returning(_Series, "temperature_series")


def felt_by(transaction: Transaction, sensor: str, since: int, until: int) -> dict[str, Spans]:
    """The codes of the units that felt `sensor` between two instants, in order, and when each did.

    It felt what it was nearest to. Units side by side share one tuple of spans: an object each would
    cost more than the question.
    """
    number = sensor_id(transaction, sensor)
    if number is None:
        raise Refusal(f"sensor {sensor!r} is not registered: coldbind sensor add {sensor}")
    window = Span(since, until)
    hangings = transaction.rows(_HANGINGS, sensor=sensor, since=since, until=until)
    spots = _spots(transaction, hangings, window)
    own: dict[int, list[Span]] = {}
    for logger in transaction.rows(_LOGGERS, since=since, until=until):
        own.setdefault(logger.handling_unit_id, []).append(Span(logger.start, logger.end))
    felt = _stood(transaction, spots, {carrier: union(spans) for carrier, spans in own.items()})
    _accompanied(transaction, number, window, felt)
    return {code: felt[code] for code in sorted(felt)}


def _spots(transaction: Transaction, hangings: Sequence[_Hanging], window: Span) -> list[_Spot]:
    """The places and handling units for which the sensor spoke, and when: no nearer one did."""
    by_place: dict[int, UnitStay] = {}
    found: list[_Spot] = []
    for hanging in hangings:
        during = Span(hanging.start, hanging.end).meet(window)
        if during is not None and hanging.handling_unit_id is not None:
            found.append(_Spot(None, hanging.handling_unit_id, during))
        elif hanging.location_id is not None:
            number = hanging.location_id
            by_place[number] = UnitStay(number, number, hanging.path, window)
    series = {hanging.series_id for hanging in hangings}
    covers = covers_near(transaction, by_place.values())
    found += [
        _Spot(exposure.location_id, None, exposure.span)
        for exposure in exposures(by_place.values(), covers)
        if series.intersection(exposure.series)
    ]
    return found


def _stood(
    transaction: Transaction, spots: Sequence[_Spot], own: Mapping[int, Sequence[Span]]
) -> dict[str, Spans]:
    """When units stood there; without the time in which a sensor in their handling unit was nearer."""
    found: dict[str, Spans] = {}
    rows = transaction.rows(
        _STOOD,
        location_ids=[spot.location_id for spot in spots],
        handling_unit_ids=[spot.handling_unit_id for spot in spots],
        since=[spot.span.start for spot in spots],
        until=[spot.span.end for spot in spots],
    )
    for row in rows:
        parts = [Span(row.start, row.end)]
        if not row.by_handling_unit and row.handling_unit_id is not None:
            parts = difference(parts, own.get(row.handling_unit_id, ()))
        if parts:
            _add(found, row.codes, tuple(parts))
    return found


def _add(found: dict[str, Spans], codes: Sequence[str], spans: Spans) -> None:
    """All these units felt it during `spans` as well."""
    if found.keys().isdisjoint(codes):
        found.update(dict.fromkeys(codes, spans))
    else:
        for code in codes:
            found[code] = tuple(union((*found.get(code, ()), *spans)))


def _accompanied(transaction: Transaction, sensor: int, window: Span, felt: dict[str, Spans]) -> None:
    """The few units with a travelling logger of their own: nothing else is near to them."""
    rows = transaction.rows(_ACCOMPANIED, since=window.start, until=window.end)
    if not rows:
        return
    unit_ids = [row.id for row in rows]
    codes = {row.unit_id: row.code for row in transaction.rows(_CODES, unit_ids=unit_ids)}
    for code in codes.values():
        felt.pop(code, None)
    series = {row.series_id for row in transaction.rows(_SERIES, sensor_ids=[sensor])}
    for exposure in exposures_of(transaction, unit_ids):
        during = exposure.span.meet(window)
        if during is not None and series.intersection(exposure.series):
            _add(felt, [codes[exposure.unit_id]], (during,))
