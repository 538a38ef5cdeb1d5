"""Sealing beside others: what is being changed is not sealed; what was sealed meanwhile is unsealed."""

import threading
from collections.abc import Callable, Generator
from typing import Any

import psycopg
import pytest

from ingest.sealing import Sealer, differing, seal_all, seal_some, sealing
from kernel.instants import DAY, MINUTE, moment
from tests.commands import Answer
from tests.integration.test_commands import ask as ask  # noqa: PLC0414 - a fixture
from tests.logger_story import Loggers, content
from tests.warehouse import START, Warehouse, warehouse

NOW = START + 10 * DAY
Ask = Callable[..., Answer]


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        house.measure("warm-t", [(minute, 5.0) for minute in range(0, 600, 10)])
        yield house


def late(connection: psycopg.Connection[Any]) -> None:
    """A late reading, not committed yet, told as ingest does."""
    at = moment(START + MINUTE)
    connection.execute(
        "insert into telemetry.reading (series_id, time, value) values (1, %s, 9)", (at,)
    )
    connection.execute("select telemetry.unseal(array[1], array[%s::date])", (at,))


def test_a_day_that_is_being_changed_is_not_sealed(house: Warehouse) -> None:
    with psycopg.connect(house.database.url) as other:
        late(other)
        with house.database.transaction() as transaction:
            assert seal_some(transaction, NOW) is None
        other.commit()
    assert seal_all(house.database, NOW).readings == 61
    with house.database.transaction() as transaction:
        assert differing(transaction) == []


def test_a_late_reading_waits_for_the_sealing_and_takes_the_seal_away(house: Warehouse) -> None:
    with psycopg.connect(house.database.url) as other:
        writing = threading.Thread(target=late, args=(other,))
        with house.database.transaction() as transaction:
            done = seal_some(transaction, NOW)
            assert done is not None
            assert done.readings == 60
            writing.start()
            writing.join(0.3)
            assert writing.is_alive()
        writing.join(30)
        other.commit()
    with house.database.transaction() as transaction:
        assert differing(transaction) == []
        assert (sealing(transaction).sealed, sealing(transaction).waiting) == (0, 1)
    assert seal_all(house.database, NOW).readings == 61


def test_a_logger_file_for_a_sealed_day_takes_the_seal_away(house: Warehouse) -> None:
    """Readings that come in a file take another way than those that come over MQTT."""
    house.receive("U1")
    loggers = Loggers(house)
    loggers.read(content("qtag_warm_hour"), "U1")
    seal_all(house.database, NOW)
    shown = house.ask("select count(*) from telemetry.sealed_day")
    longer = content("qtag_warm_hour").replace(b"2026-03-01", b"2026-03-02")
    loggers.read(longer, "U1")
    seal_all(house.database, NOW)
    assert house.ask("select count(*) from telemetry.sealed_day")[0][0] > shown[0][0]
    with house.database.transaction() as transaction:
        assert differing(transaction) == []


def test_the_sealer_works_until_told_to_stop(house: Warehouse) -> None:
    stop = threading.Event()
    sealer = Sealer(house.database, stop, lambda: NOW)
    sealer.start()
    for _ in range(200):
        if house.ask("select count(*) from telemetry.sealed_day") == [(1,)]:
            break
        stop.wait(0.05)
    stop.set()
    sealer.join(10)
    assert not sealer.is_alive()
    assert house.ask("select readings from telemetry.sealed_day") == [(60,)]


def test_the_command_seals_checks_and_seals_anew(ask: Ask, house: Warehouse) -> None:
    assert "60 readings of 1 series-days sealed now; 1 are sealed, 0 wait" in ask("seal").out
    assert "all 1 sealed series-days hold exactly" in ask("seal", "--check").out
    with psycopg.connect(house.database.url) as other:
        other.execute("update telemetry.sealed_day set measured = times")
    ask("seal", "--check").refused("warm-t/temperature on 2026-03-02", "coldbind seal --anew")
    assert "60 readings of 1 series-days" in ask("seal", "--anew").out
    assert "hold exactly" in ask("seal", "--check").out
    ask("seal", "--check", "--anew").refused("--check changes nothing")
