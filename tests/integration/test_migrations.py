"""A database of an older schema, with data in it, is brought to this one and keeps everything."""

from importlib.resources import files

import psycopg
import pytest

SQL = files("storage.migrations") / "sql"
STEPS = sorted(step.name for step in SQL.iterdir() if step.name.endswith(".sql"))


def run_steps(connection: psycopg.Connection, first: str, last: str) -> None:
    for name in STEPS:
        if first <= name[:4] <= last:
            script = (SQL / name).read_text(encoding="utf-8")
            connection.execute(script.encode())


@pytest.fixture
def empty(database_url: str) -> psycopg.Connection:
    """A connection to a database without anything."""
    connection = psycopg.connect(database_url, autocommit=True)
    for schema in ("erp", "audit", "rules", "binding", "telemetry"):
        connection.execute(f"drop schema if exists {schema} cascade".encode())
    for name in ("micros(timestamptz)", "at_micros(bigint)", "span(bigint, bigint)"):
        connection.execute(f"drop function if exists public.{name} cascade".encode())
    return connection


def test_parking_keeps_readings_and_what_was_parked(empty: psycopg.Connection) -> None:
    run_steps(empty, "0001", "0007")
    empty.execute(
        "insert into telemetry.reading values (1, '2026-03-01T08:00:00Z', 4.5, 0), "
        "(1, '2026-03-01T08:01:00Z', 4.6, 2)"
    )
    empty.execute("insert into telemetry.gateway_epoch values ('dc1', 'gw1', 1, '{[1,5)}')")
    empty.execute(
        "insert into telemetry.parked (topic, code, reason, records, format, payload) values "
        "('a', 'unknown_topic', 'r', 1, 'raw', '1'), ('a', 'unknown_topic', 'r', 1, 'raw', '1'), "
        "('a', 'unknown_topic', 'r', 1, 'raw', '1'), ('a', 'undecodable', 'r', 1, 'raw', '1'), "
        "('b', 'unknown_series', 'sensor ''x9'' is not registered: coldbind sensor add x9 --quantity "
        "humidity', 3, 'columns', '2')"
    )
    run_steps(empty, "0008", STEPS[-1][:4])
    readings = empty.execute(
        "select series_id, value, quality, received_at = time, gateway_at from telemetry.reading "
        "order by time"
    )
    assert readings.fetchall() == [(1, 4.5, 0, True, None), (1, 4.6, 2, True, None)]
    waiting = empty.execute(
        "select code, repeats, sensor, quantity, received_at = parked_at from telemetry.parked "
        "where resolved_at is null order by parked_id"
    )
    assert waiting.fetchall() == [
        ("unknown_topic", 2, None, None, True),
        ("undecodable", 0, None, None, True),
        ("unknown_series", 0, "x9", "humidity", True),
    ]
    ended = empty.execute("select parked_id, note from telemetry.parked where resolved_at is not null")
    assert ended.fetchall() == [
        (2, "the same as parked record 1"),
        (3, "the same as parked record 1"),
    ]
    empty.close()


def test_profiles_that_judged_before_are_approved(empty: psycopg.Connection) -> None:
    run_steps(empty, "0001", "0017")
    empty.execute(
        "insert into rules.profile (name, version, title, source) values ('fridge', 1, 't', 's')"
    )
    empty.execute(
        "insert into rules.rule (profile_id, name, kind, side, limit_value, tolerance, severity)"
        " values (1, 'sum', 'cumulative', 'above', 8, '2 hours', 'major')"
    )
    empty.execute(
        "insert into erp.product (code, name, unit_of_measure, profile_id) values ('P', 'P', 'ea', 1)"
    )
    run_steps(empty, "0018", STEPS[-1][:4])
    approved = empty.execute("select state, approved_by, approved_at = recorded_at from rules.profile")
    assert approved.fetchall() == [("approved", "Coldbind catalog", True)]
    budget = empty.execute(
        "select number, start_value, end_value, allowed::text from rules.budget_allowed"
    )
    assert budget.fetchall() == [(1, 8.0, None, "02:00:00")]
    with pytest.raises(psycopg.errors.RaiseException, match="rules stay as they are"):
        empty.execute("update rules.rule set tolerance = '9 hours'")
    empty.close()
