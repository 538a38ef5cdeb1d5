"""The site of a benchmark: rooms with sensors in them and goods among the sensors.

Recorded by the product's own use cases, so that every reading is bound and judged like a real one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from coldbind.site_file import (
    LineEntry,
    LocationEntry,
    OrderEntry,
    ProductEntry,
    SensorEntry,
    SiteFile,
    SupplierEntry,
    apply_site,
)
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision
from kernel.events import ArrivingUnit
from kernel.instants import DAY, HOUR, MINUTE, moment
from lotbinding.handlers.movements import Movement, record_movements
from storage.database import Database

_BY = "bench"
_LOT = "LOT-BENCH"


@dataclass(frozen=True, slots=True)
class Room:
    """A room with `sensors` by name, in which `units` stock units stand."""

    name: str
    sensors: tuple[str, ...]
    units: int = 1


def furnish(database: Database, rooms: Sequence[Room], since: int) -> None:
    """Record the rooms and put units of a 2-8 degC product into them, all an hour before `since`."""
    with database.transaction() as transaction:
        apply_site(transaction, _site(rooms, since - DAY), _BY)
    places = [f"site.{room.name}" for room in rooms for _ in range(room.units)]
    units = [f"{_LOT}/{number}" for number in range(1, len(places) + 1)]
    arrival = Arrival(
        receipt="GR-BENCH",
        order="PO-BENCH",
        line=1,
        dock="site.dock",
        arrived_at=since - 90 * MINUTE,
        lot=_LOT,
        supplier_lot="S-1",
        expires_on=None,
        units=tuple(ArrivingUnit(unit, Decimal(1)) for unit in units),
        actor=_BY,
    )
    with database.transaction() as transaction:
        receiving.arrive(transaction, arrival)
        receiving.decide(transaction, Decision("GR-BENCH", "accepted", since - 90 * MINUTE, _BY))
        put_away = [
            Movement(unit, "put_away", place, since - HOUR, _BY)
            for unit, place in zip(units, places, strict=True)
        ]
        record_movements(transaction, put_away)


def _site(rooms: Iterable[Room], since: int) -> SiteFile:
    rooms = list(rooms)
    return SiteFile(
        locations=[
            LocationEntry("site", "Benchmark", "site"),
            LocationEntry("site.dock", "Dock", "dock_door"),
            *(LocationEntry(f"site.{room.name}", room.name, "zone") for room in rooms),
        ],
        sensors=[
            SensorEntry(sensor, location=f"site.{room.name}", since=moment(since).isoformat())
            for room in rooms
            for sensor in room.sensors
        ],
        suppliers=[SupplierEntry("S", "Supplier")],
        # version 1: its rules ask no clock, and the readings of a benchmark lie in the past
        products=[ProductEntry("P", "Vaccine", "box", "medicines-2-8@1")],
        orders=[
            OrderEntry(
                "PO-BENCH",
                "S",
                date(2026, 1, 1),
                "EUR",
                [LineEntry(1, "P", Decimal(sum(room.units for room in rooms)), Decimal(10))],
            )
        ],
    )
