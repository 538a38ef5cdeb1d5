"""A small warehouse on a wired database: two zones with a bin each, three sensors, one lot of units."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString

import psycopg

from coldbind.install import install
from coldbind.site_file import apply_site, read_site
from coldbind.wiring import BINDING, open_database
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival
from kernel.events import ArrivingUnit
from kernel.exposure import Exposure
from kernel.instants import DAY, MINUTE, instant, moment, parse_moment
from kernel.intervals import Span, union
from lotbinding.felt_by import felt_by
from lotbinding.handlers import movements, placements
from lotbinding.store import exposure
from rules.worker import Judges
from storage.database import Database

START = instant(parse_moment("2026-03-02T08:00:00Z"))
"""When the lot arrives at the dock, which has no sensor."""
SITE = """
locations:
  - {path: dc, name: Distribution centre, kind: site}
  - {path: dc.dock, name: Dock, kind: dock_door}
  - {path: dc.warm, name: Zone that gets warm, kind: zone}
  - {path: dc.warm.bin, name: Bin, kind: bin}
  - {path: dc.cold, name: Zone that stays cold, kind: zone}
  - {path: dc.cold.bin, name: Bin, kind: bin}
sensors:
  - {name: warm-t, location: dc.warm, since: 2026-03-01T00:00:00Z, max_gap: 20 min}
  - {name: cold-t, location: dc.cold, since: 2026-03-01T00:00:00Z, max_gap: 20 min}
  - {name: spare-t, max_gap: 20 min}
suppliers: [{code: S, name: Supplier}]
products: [{code: P, name: Vaccine, unit_of_measure: box, profile: medicines-2-8}]
orders:
  - code: PO-1
    supplier: S
    ordered_on: 2026-02-01
    currency: EUR
    lines: [{line: 1, product: P, quantity: 10, unit_price: 1.20}]
"""


@dataclass(frozen=True)
class Warehouse:
    """Minutes are counted from `START`."""

    database: Database

    @property
    def judges(self) -> Judges:
        return Judges(self.database, BINDING, clock=lambda: 0)

    def ask(self, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query on a connection of its own."""
        with psycopg.connect(self.database.url) as connection:
            return connection.execute(query, parameters).fetchall()

    def receive(self, *units: str) -> None:
        """The lot LOT arrives at the dock at minute 0."""
        told = tuple(ArrivingUnit(unit, Decimal(1)) for unit in units)
        arrival = Arrival("GR", "PO-1", 1, "dc.dock", START, "LOT", "", None, told, "test")
        with self.database.transaction() as transaction:
            receiving.arrive(transaction, arrival)

    def move(self, unit: str, minute: float, place: str | None, client_id: str | None = None) -> bool:
        """The unit goes to `place`, or leaves us when that is None."""
        kind = "transfer" if place else "dispatch"
        at = START + round(minute * MINUTE)
        movement = movements.Movement(unit, kind, place, at, "test", client_id=client_id)
        with self.database.transaction() as transaction:
            return movements.record_movement(transaction, movement)

    def hang(self, sensor: str, place: str, minute: float) -> None:
        """The sensor hangs at `place` from then on."""
        with self.database.transaction() as transaction:
            placements.place_sensor(transaction, sensor, place, START + round(minute * MINUTE), "test")

    def measure(self, sensor: str, readings: Iterable[tuple[float, float]]) -> None:
        """Readings (minute, degC) come in, as ingest leaves them."""
        told = [(moment(START + round(minute * MINUTE)), value) for minute, value in readings]
        with psycopg.connect(self.database.url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into telemetry.reading (series_id, time, value) select series_id, %s, %s"
                " from telemetry.series join telemetry.sensor using (sensor_id) where name = %s",
                [(time, value, sensor) for time, value in told],
            )
            cursor.execute(
                "insert into rules.due (series_id, since, until) select series_id, %s, %s"
                " from telemetry.series join telemetry.sensor using (sensor_id) where name = %s",
                [min(told)[0], max(told)[0], sensor],
            )
            cursor.execute("select pg_notify('coldbind_due', '')")

    def stays(self, unit: str) -> list[tuple[float, float | None, str]]:
        """(from, until, place) of a unit in minutes."""
        return [
            (self._minute(start), None if end is None else self._minute(end), path)
            for start, end, path in self.ask(
                "select lower(during), upper(during), path::text from binding.stay"
                " join binding.location using (location_id) join binding.stock_unit using (unit_id)"
                " where code = %s order by during",
                unit,
            )
        ]

    def exposures(self, unit: str) -> list[Exposure]:
        """What the unit was exposed to."""
        ((unit_id,),) = self.ask("select unit_id from binding.stock_unit where code = %s", unit)
        with self.database.transaction() as transaction:
            return exposure.exposures_of(transaction, [unit_id])

    def assert_felt_from_both_sides(self) -> None:
        """Asked of a sensor or of a unit, who felt what is the same."""
        since, until = START - 30 * DAY, START + 30 * DAY
        units: dict[int, str] = dict(self.ask("select unit_id, code from binding.stock_unit"))
        sensors = self.ask(
            "select name, series_id from telemetry.sensor join telemetry.series using (sensor_id)"
            " where quantity = 'temperature'"
        )
        with self.database.transaction() as transaction:
            shown = exposure.exposures_of(transaction, list(units))
            for sensor, series in sensors:
                wanted: dict[str, list[Span]] = {}
                for one in shown:
                    during = one.span.meet(Span(since, until))
                    if series in one.series and during is not None:
                        wanted.setdefault(units[one.unit_id], []).append(during)
                found = felt_by(transaction, sensor, since, until)
                assert found == {code: tuple(union(spans)) for code, spans in wanted.items()}, sensor

    def excursions(self, unit: str) -> list[tuple[str, float, float, float | None, float]]:
        """(rule, start, breach, end, peak) of the standing excursions, in minutes."""
        return [
            (
                rule,
                self._minute(start),
                self._minute(breach),
                None if end is None else self._minute(end),
                peak,
            )
            for rule, start, breach, end, peak in self.ask(
                "select name, started_at, breached_at, ended_at, peak from rules.excursion"
                " join rules.rule using (rule_id) join binding.stock_unit using (unit_id)"
                " where code = %s and superseded_at is null order by name, started_at",
                unit,
            )
        ]

    def due_units(self) -> Sequence[str]:
        """The units that wait for the judges."""
        return [
            code
            for (code,) in self.ask(
                "select distinct code from rules.due_unit"
                " join binding.stock_unit using (unit_id) order by code"
            )
        ]

    @staticmethod
    def _minute(at: Any) -> float:
        return (instant(at) - START) / MINUTE


@contextmanager
def warehouse(url: str) -> Generator[Warehouse]:
    """The warehouse on an empty, migrated database."""
    install(url)
    with open_database(url, "test") as database:
        with database.transaction() as transaction:
            apply_site(transaction, read_site(SITE, "the warehouse"), "test")
        yield Warehouse(database)
