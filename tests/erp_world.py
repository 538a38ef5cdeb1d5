"""A small world for the tests of erp: one supplier, one dock, one profile, and excursions on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import LiteralString

import psycopg
from psycopg.rows import dict_row

from erp.finance import handlers as finance
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import OrderLine, Product, PurchaseOrder, Supplier
from erp.quality import handlers as quality
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision, Verdict
from kernel.events import (
    ArrivingUnit,
    BindingChanged,
    CarriageTold,
    CustodySplit,
    Event,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    GoodsArrived,
    HoldReasonWithdrawn,
    ReceiptDecided,
)
from kernel.instants import MINUTE, instant, moment, parse_moment
from kernel.intervals import Span
from lotbinding.handlers.units import receive_units
from storage.database import Database, Handler, Together

EIGHT = instant(parse_moment("2026-03-01T08:00:00Z"))
"""When the usual delivery arrives."""

WIRING: Mapping[type[Event], Sequence[Handler | Together]] = {
    GoodsArrived: [receive_units],
    ReceiptDecided: [quality.settle],
    CarriageTold: [quality.settle],
    BindingChanged: [quality.follow],
    ExcursionFound: [Together(quality.hold)],
    ExcursionEnded: [quality.close],
    ExcursionWithdrawn: [quality.withdraw],
    CustodySplit: [Together(finance.claim)],
    HoldReasonWithdrawn: [finance.withdraw],
}

_PLACES = """
insert into rules.profile (name, version, title, source) values
    ('fridge', 1, 'Refrigerated, old', 'a test'), ('fridge', 2, 'Refrigerated, 2 to 8 degC', 'a test'),
    ('frozen', 1, 'Frozen', 'a test');
insert into rules.rule (profile_id, name, kind, side, limit_value, tolerance, severity) values
    (2, 'above 8 degC', 'single', 'above', 8, '30 minutes', 'major'),
    (2, 'too hot', 'immediate', 'above', 15, '0', 'critical'),
    (2, 'warmish', 'single', 'above', 7, '10 minutes', 'notice');
update rules.profile set state = 'approved', approved_at = now(), approved_by = 'Coldbind catalog';
insert into telemetry.sensor (name) values ('dock1-t1'), ('dock1-t2');
insert into telemetry.series (sensor_id, quantity, unit)
    select sensor_id, 'temperature', 'Cel' from telemetry.sensor order by sensor_id;
insert into binding.location (path, name, kind) values
    ('dc1', 'Distribution centre 1', 'site'), ('dc1.dock1', 'Dock 1', 'dock_door'),
    ('dc1.dock2', 'Dock 2', 'dock_door'), ('dc1.zone1', 'Zone 1', 'zone');
"""

_EXCURSION = """
insert into rules.excursion
    (unit_id, rule_id, started_at, breached_at, observed_until, beyond, peak, peak_at, series)
select unit.unit_id, rule.rule_id, %(start)s, %(end)s, %(end)s,
       tstzmultirange(tstzrange(%(start)s, %(end)s)), %(peak)s, %(start)s, %(series)s
from binding.stock_unit unit, rules.rule rule
where unit.code = %(unit)s and rule.name = %(rule)s
returning excursion_id, unit_id,
    (select severity from rules.rule where name = %(rule)s) as severity,
    (select limit_value from rules.rule where name = %(rule)s) as limit_value
"""

SUPPLIER = Supplier("ACME", "Acme Biologics", claim_deadline_days=7)
PRODUCT = Product("VAX-10", "Influenza vaccine", "box", "fridge")
ORDER = PurchaseOrder(
    "PO-1",
    "ACME",
    date(2026, 2, 20),
    "EUR",
    (
        OrderLine(1, "VAX-10", Decimal(360), Decimal("12.345")),
        OrderLine(2, "VAX-10", Decimal(10), Decimal(99)),
    ),
)
ARRIVAL = Arrival(
    receipt="GR-1",
    order="PO-1",
    line=1,
    dock="dc1.dock1",
    arrived_at=EIGHT,
    lot="LOT-A",
    supplier_lot="AB-77",
    expires_on=date(2027, 1, 31),
    units=(ArrivingUnit("LOT-A/0001", Decimal(101)), ArrivingUnit("LOT-A/0002", Decimal("50.5"))),
    actor="anna",
)


def after(minutes: float) -> int:
    """The instant so many minutes after the delivery arrived."""
    return EIGHT + round(minutes * MINUTE)


@dataclass(frozen=True, slots=True)
class World:
    """A prepared database whose events reach every area of erp."""

    url: str
    database: Database

    def ask(self, query: LiteralString, **parameters: object) -> list[dict[str, object]]:
        """Rows of a query, on a connection of its own: what everybody else sees."""
        with psycopg.connect(self.url) as connection, connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(query, parameters)
            return found.fetchall() if found.description else []

    def actions(self, subject: str | None = None) -> list[str]:
        """The audited actions in their order, about one subject or all; not each row they changed."""
        rows = self.ask(
            "select action from audit.record where subject = coalesce(%(subject)s, subject)"
            " and action not in ('row added', 'row changed') order by record_id",
            subject=subject,
        )
        return [str(row["action"]) for row in rows]

    def arrive(self, arrival: Arrival = ARRIVAL) -> receiving.Arrived:
        with self.database.transaction() as transaction:
            return receiving.arrive(transaction, arrival)

    def decide(self, decision: Verdict, minutes: float, receipt: str = "GR-1") -> receiving.Decided:
        """Decide on a delivery so many minutes after the usual arrival."""
        words = "" if decision == "accepted" else "two pallets warm"
        told = Decision(receipt, decision, after(minutes), "anna", words)
        with self.database.transaction() as transaction:
            return receiving.decide(transaction, told)

    def excursion(
        self,
        start: float,
        end: float,
        unit: str = "LOT-A/0001",
        *,
        rule: str = "above 8 degC",
        peak: float = 13.2,
        series: tuple[int, ...] = (1,),
    ) -> ExcursionFound:
        """Store an excursion, times in minutes after the arrival; its event is not published."""
        since, until = after(start), after(end)
        (row,) = self.ask(
            _EXCURSION,
            unit=unit,
            rule=rule,
            start=moment(since),
            end=moment(until),
            peak=peak,
            series=list(series),
        )
        excursion_id, unit_id, limit = row["excursion_id"], row["unit_id"], row["limit_value"]
        assert isinstance(excursion_id, int)
        assert isinstance(unit_id, int)
        assert isinstance(limit, float)
        return ExcursionFound(
            excursion_id=excursion_id,
            unit_id=unit_id,
            rule=rule,
            severity=str(row["severity"]),
            side="above",
            limit=limit,
            started_at=since,
            breached_at=until,
            observed_until=until,
            beyond=(Span(since, until),) if since < until else (),
            peak=peak,
            peak_at=since,
            series=series,
            published_at=until + 250_000,
            kind="single",
            measured=peak,
        )

    def publish(self, *events: Event) -> None:
        """Publish events in one transaction."""
        with self.database.transaction() as transaction:
            for event in events:
                transaction.publish(event)

    def found(self, start: float, end: float, unit: str = "LOT-A/0001") -> ExcursionFound:
        """Store and publish an excursion above 8 degC."""
        found = self.excursion(start, end, unit)
        self.publish(found)
        return found

    def read(self, series: int, start: float, values: Sequence[float]) -> list[tuple[datetime, float]]:
        """Store one reading a minute from `start` minutes after the arrival; what was stored."""
        began = moment(after(start))
        readings = [(began + timedelta(minutes=n), value) for n, value in enumerate(values)]
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into telemetry.reading (series_id, time, value) values (%s, %s, %s)",
                [(series, time, value) for time, value in readings],
            )
        return readings


def prepare(url: str) -> None:
    """Places, profiles and sensors, which other stages own."""
    with psycopg.connect(url) as connection:
        connection.execute(_PLACES)


def order(database: Database) -> None:
    """The supplier, the product and the order."""
    with database.transaction() as transaction:
        purchasing.put_supplier(transaction, SUPPLIER)
        purchasing.put_product(transaction, PRODUCT)
        purchasing.put_order(transaction, ORDER)


def second_lot(**changes: object) -> Arrival:
    """Another lot on the same delivery, under line 2 of the order."""
    lot = replace(
        ARRIVAL,
        line=2,
        lot="LOT-B",
        supplier_lot="AB-78",
        units=(ArrivingUnit("LOT-B/0001", Decimal(3)),),
    )
    return replace(lot, **changes)  # pyright: ignore[reportArgumentType] # the tests change real fields
