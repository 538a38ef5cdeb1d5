"""Which units felt a sensor: asked place by place, because units side by side felt the same.

The cost grows with the places a sensor covers and the units that are told, not with the history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.intervals import Span, difference, union
from kernel.refusal import Refusal
from lotbinding.core.exposure import UnitStay, exposures
from lotbinding.store.exposure import covers_near
from lotbinding.store.placements import sensor_id
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")


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
    unit_id: int
    code: str
    handling_unit_id: int | None
    by_handling_unit: bool
    start: int
    end: int


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
_LOGGERS = _SQL.returning(_Logger, "loggers_of_handling_units")


def felt_by(transaction: Transaction, sensor: str, since: int, until: int) -> list[FeltSensor]:
    """The units that felt `sensor` between two instants, by code; each with when it did."""
    if sensor_id(transaction, sensor) is None:
        raise Refusal(f"sensor {sensor!r} is not registered: coldbind sensor add {sensor}")
    window = Span(since, until)
    hangings = transaction.rows(_HANGINGS, sensor=sensor, since=since, until=until)
    spots = _spots(transaction, hangings, window)
    stood = transaction.rows(
        _STOOD,
        location_ids=[spot.location_id for spot in spots],
        handling_unit_ids=[spot.handling_unit_id for spot in spots],
        since=[spot.span.start for spot in spots],
        until=[spot.span.end for spot in spots],
    )
    own: dict[int, list[Span]] = {}
    for logger in transaction.rows(_LOGGERS, since=since, until=until):
        own.setdefault(logger.handling_unit_id, []).append(Span(logger.start, logger.end))
    return _by_unit(stood, {carrier: union(spans) for carrier, spans in own.items()})


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


def _by_unit(stood: Sequence[_Stood], own: Mapping[int, Sequence[Span]]) -> list[FeltSensor]:
    """What units felt; without the time in which a sensor in their handling unit was nearer."""
    spans: dict[str, list[Span]] = {}
    for one in stood:
        parts = [Span(one.start, one.end)]
        if not one.by_handling_unit and one.handling_unit_id is not None:
            parts = difference(parts, own.get(one.handling_unit_id, ()))
        if parts:
            spans.setdefault(one.code, []).extend(parts)
    return [FeltSensor(code, tuple(union(spans[code]))) for code in sorted(spans)]
