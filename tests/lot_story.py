"""A lot's story written straight into the tables, for tests of what shows it.

Three units arrive at a warm dock. Two stand there for 50 minutes before they are accepted and put away:
an excursion in the supplier's custody, a hold, a claim. One goes into zone 2 at once, whose sensor is
silent for an hour. Readings come every minute.
"""

from datetime import UTC, datetime, timedelta

import psycopg

WARM_MINUTES = 50
DOCK_SENSOR, ZONE_1_SENSOR, ZONE_2_SENSOR = "dock1-t1", "zone1-t1", "zone2-t1"
ARRIVED = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

_MASTER = """
insert into rules.profile (name, version, title, source)
    values ('medicines-2-8', 1, 'Refrigerated medicines, 2 to 8 degC', 'test');
insert into rules.rule (profile_id, name, kind, side, limit_value, tolerance, severity) values
    (1, 'above 8 degC', 'single', 'above', 8, '30 minutes', 'major'),
    (1, 'above 15 degC', 'immediate', 'above', 15, '0', 'critical'),
    (1, 'below 2 degC', 'single', 'below', 2, '60 minutes', 'major');
update rules.profile set state = 'approved', approved_at = now(), approved_by = 'Coldbind catalog';
insert into telemetry.sensor (name) values ('dock1-t1'), ('zone1-t1'), ('zone2-t1');
insert into telemetry.series (sensor_id, quantity, unit)
    select sensor_id, 'temperature', 'Cel' from telemetry.sensor order by sensor_id;
insert into binding.location (path, name, kind) values
    ('dc1', 'Distribution centre 1', 'site'), ('dc1.dock1', 'Dock 1', 'dock_door'),
    ('dc1.zone1', 'Zone 1', 'zone'), ('dc1.zone2', 'Zone 2', 'zone');
insert into binding.placement (sensor_id, location_id, during, recorded_by)
    select sensor_id, sensor_id + 1, tstzrange('2026-01-01', null), 'engineer' from telemetry.sensor;
insert into erp.supplier (code, name) values ('ACME', 'Acme Biologics');
insert into erp.product (code, name, unit_of_measure, profile_id)
    values ('VAX-10', 'Influenza vaccine, 10 doses', 'box', 1);
insert into erp.purchase_order (code, supplier_id, ordered_on, currency)
    values ('PO-4711', 1, '2026-02-20', 'EUR');
insert into erp.purchase_order_line values (1, 1, 1, 360, 148.5);
"""

_RECEIPT = """
insert into erp.goods_receipt
    (code, order_id, dock, arrived_at, decision, decided_at, decided_by, reservation)
values ('GR-0815', 1, 'dc1.dock1', %(arrived)s, 'accepted_with_reservation', %(accepted)s, 'M. Ortega',
        'two pallets warm to the touch')
"""

_LOT = """
insert into erp.lot
    (code, product_id, receipt_id, order_id, order_line, supplier_lot, quantity, expires_on)
values (%(lot)s, 1, 1, 1, 1, 'AB-77/3', %(quantity)s, '2027-01-31')
"""

_UNIT = """
with unit as (
    insert into binding.stock_unit (code, lot_id, quantity, unit_of_measure)
    values (%(code)s, 1, 120, 'box') returning unit_id
), moved as (
    insert into binding.movement (unit_id, kind, location_id, occurred_at, recorded_by, document)
    select unit_id, 'receive', 2, %(arrived)s::timestamptz, 'M. Ortega', 'GR-0815' from unit
    union all select unit_id, 'put_away', %(zone)s, %(put_away)s, 'J. Lind', '' from unit
), stayed as (
    insert into binding.stay
    select unit_id, 2, tstzrange(%(arrived)s, %(put_away)s) from unit
    union all select unit_id, %(zone)s, tstzrange(%(put_away)s, null) from unit
)
insert into rules.verdict (unit_id, profile_id, state, judged_until, unmonitored)
select unit_id, 1, %(state)s, %(put_away)s, make_interval(secs => %(unmonitored)s) from unit
"""

_EXCURSION = """
with broken as (
    insert into rules.excursion
        (unit_id, rule_id, started_at, breached_at, ended_at, observed_until,
         beyond, peak, peak_at, series)
    select unit_id, 1, %(arrived)s, %(arrived)s::timestamptz + interval '30 minutes', %(ended)s,
           %(ended)s,
           tstzmultirange(tstzrange(%(arrived)s, %(ended)s, '[]')), 11.9,
           %(arrived)s::timestamptz + interval '13 minutes', '{1}'
    from binding.stock_unit where code = %(code)s
    returning excursion_id, unit_id
), held as (
    insert into erp.hold (unit_id, cause) select unit_id, 'excursion' from broken returning hold_id
), because as (
    insert into erp.hold_excursion (hold_id, excursion_id, supplier_seconds, own_seconds)
    select hold_id, excursion_id, 3000, 0 from held, broken
), line as (
    insert into erp.claim_line (claim_id, unit_id, lot_id, quantity, unit_price, amount, deficiency)
    select 1, unit_id, 1, 120, 148.5, 17820.00, 'above 8 °C for 50 min before acceptance' from broken
    returning claim_line_id
)
insert into erp.claim_evidence
    (claim_line_id, excursion_id, series_id, since, until, readings, lowest, highest,
     digest, deficiency)
select claim_line_id, excursion_id, 1, %(arrived)s, %(ended)s, 50, 8.2, 11.9, sha256('readings'),
       'above 8 °C for 50 min before acceptance'
from broken, line
"""

_CLAIM = """
insert into erp.claim (code, supplier_id, order_id, receipt_id, currency, due_on)
values ('CL-0001', 1, 1, 1, 'EUR', '2026-03-16')
"""

# The dock cools after WARM_MINUTES; zone 2 says nothing from minute 120 to minute 180.
_READINGS = """
insert into telemetry.reading (series_id, time, value)
select series_id, %(arrived)s::timestamptz + minute * interval '1 minute',
       case series_id
           when 1 then case when minute < 50 then 10.2 + 1.7 * sin(minute / 8.0)
                            else 6.4 + 0.9 * sin(minute / 11.0) end
           when 2 then 4.6 + 0.8 * sin(minute / 9.0) + 0.15 * sin(minute * 1.7)
           else 5.1 + 0.7 * sin(minute / 12.0) + 0.15 * cos(minute * 1.3)
       end
from generate_series(1, 3) series_id, generate_series(-30, %(minutes)s) minute
where not (series_id = 3 and minute > 120 and minute < 180)
"""


def write_story(
    url: str, lot: str, arrived: datetime = ARRIVED, minutes: int = 360, free: int = 1
) -> None:
    """Write the story of `lot` with two warm units and `free` units that went to zone 2 at once."""
    accepted = arrived + timedelta(minutes=WARM_MINUTES)
    times = {"arrived": arrived, "accepted": accepted, "ended": accepted}
    with psycopg.connect(url) as connection:
        connection.execute(_MASTER)
        connection.execute(_RECEIPT, times)
        connection.execute(_LOT, {"lot": lot, "quantity": 120 * (2 + free)})
        connection.execute(_CLAIM)
        for number in range(1, 3 + free):
            code = f"{lot}/{number:04d}"
            warm = number <= 2
            away = arrived + timedelta(minutes=WARM_MINUTES + 12 if warm else 4)
            place = {"code": code, "zone": 3 if warm else 4, "put_away": away}
            verdict = {"state": "excursion", "unmonitored": 0.0}
            if not warm:
                verdict = {"state": "unmonitored", "unmonitored": 3600.0}
            connection.execute(_UNIT, times | place | verdict)
            if warm:
                connection.execute(_EXCURSION, times | {"code": code})
        connection.execute(_READINGS, {"arrived": arrived, "minutes": minutes})
        for action in ("receipt_accepted", "hold_placed", "claim_drafted"):
            connection.execute("select audit.append('test', %s, %s, '{}')", (action, f"lot {lot}"))


def end_holds(url: str) -> None:
    """End every hold as if somebody had signed for it, which the database would not believe."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table erp.hold disable trigger hold_ends_by_decision")
        connection.execute("update erp.hold set released_at = now(), released_by = 'Q. Noor'")
        connection.execute("alter table erp.hold enable always trigger hold_ends_by_decision")


def add_reading(url: str, sensor: str, at: datetime, value: float) -> None:
    """Store one temperature of `sensor`."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            insert into telemetry.reading (series_id, time, value)
            select series_id, %s, %s
            from telemetry.series join telemetry.sensor using (sensor_id)
            where name = %s
            """,
            (at, value, sensor),
        )


def doubt(url: str, sensor: str, kind: str, since: datetime, until: datetime) -> None:
    """Find that a fault of `kind` explains what the sensor showed from `since` to `until`."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            insert into rules.sensor_fault (series_id, kind, started_at, ended_at, lowest, highest)
            select series_id, %(kind)s, %(since)s, %(until)s, min(value), max(value)
            from telemetry.reading
            join telemetry.series using (series_id)
            join telemetry.sensor using (sensor_id)
            where name = %(sensor)s and time between %(since)s and %(until)s
            group by series_id
            """,
            {"sensor": sensor, "kind": kind, "since": since, "until": until},
        )
