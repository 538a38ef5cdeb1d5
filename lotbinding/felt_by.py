"""Which units felt a sensor: asked place by place, because units side by side felt the same.

The cost grows with the places a sensor covers and the units that are told, not with the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernel.intervals import Span, difference, union
from kernel.refusal import Refusal
from lotbinding.core.exposure import UnitStay, exposures
from lotbinding.store.exposure import covers_near, exposures_of
from lotbinding.store.placements import sensor_id
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")
_Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FeltSensor:
    """The unit `code` was nearest to the sensor during `spans`."""

    code: str
    spans: tuple[Span, ...]


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
    unit_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Part:
    ancestor_id: int
    unit_id: int
    until: int


@dataclass(frozen=True, slots=True)
class _Codes:
    unit_ids: list[int]
    codes: list[str]


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
_PARTS = _SQL.returning(_Part, "parts_of_units")
_CODES = _SQL.returning(_Codes, "codes_of_units")
_ACCOMPANIED = _SQL.returning(_Id, "units_accompanied")
_LOGGERS = _SQL.returning(_Logger, "loggers_of_handling_units")
_SERIES = _SQL.returning(_Series, "temperature_series")


def felt_by(transaction: Transaction, sensor: str, since: int, until: int) -> list[FeltSensor]:
    """The units that felt `sensor` between two instants, by code; each with when it did."""
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
    _with_parts(transaction, felt)
    _accompanied(transaction, number, window, felt)
    (names,) = transaction.rows(_CODES, unit_ids=_array(felt))
    by_code = dict(zip(names.codes, names.unit_ids, strict=True))
    return [FeltSensor(code, felt[by_code[code]]) for code in sorted(by_code)]


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
) -> dict[int, _Spans]:
    """When units stood there; without the time in which a sensor in their handling unit was nearer."""
    found: dict[int, _Spans] = {}
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
            _add(found, row.unit_ids, tuple(parts))
    return found


def _add(found: dict[int, _Spans], unit_ids: Sequence[int], spans: _Spans) -> None:
    """All these units felt it during `spans` as well."""
    if not found.keys().isdisjoint(unit_ids):
        for unit in unit_ids:
            found[unit] = tuple(union((*found.get(unit, ()), *spans)))
    else:
        found.update(dict.fromkeys(unit_ids, spans))


def _with_parts(transaction: Transaction, felt: dict[int, _Spans]) -> None:
    """What was split off had felt, up to the split, what its ancestors felt."""
    before: dict[int, _Spans] = {}
    for part in transaction.rows(_PARTS, unit_ids=_array(felt)):
        spans = felt[part.ancestor_id]
        lived = tuple(Span(s.start, min(s.end, part.until)) for s in spans if s.start < part.until)
        if lived:
            _add(before, [part.unit_id], lived)
    for unit, spans in before.items():
        _add(felt, [unit], spans)


def _accompanied(transaction: Transaction, sensor: int, window: Span, felt: dict[int, _Spans]) -> None:
    """The few units with a travelling logger of their own: nothing else is near to them."""
    rows = transaction.rows(_ACCOMPANIED, since=window.start, until=window.end)
    unit_ids = {row.id for row in rows}
    if not unit_ids:
        return
    for unit in unit_ids:
        felt.pop(unit, None)
    series = {row.series_id for row in transaction.rows(_SERIES, sensor_ids=[sensor])}
    for exposure in exposures_of(transaction, unit_ids):
        during = exposure.span.meet(window)
        if during is not None and series.intersection(exposure.series):
            _add(felt, [exposure.unit_id], (during,))


def _array(unit_ids: Iterable[int]) -> str:
    """Thousands of ids as PostgreSQL writes an array: the driver takes ten times as long for a list."""
    return "{" + ",".join(map(str, unit_ids)) + "}"
