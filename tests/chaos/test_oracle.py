"""The oracle of the chaos runs can fail: whatever is put wrong in a database, it finds."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest

from coldbind.wiring import open_database
from storage import administration
from tests.chaos.house import prepared
from tests.chaos.truth import Readings, check_audit, check_readings
from tests.chaos.undisturbed import play
from tests.chaos.verdicts import Verdicts, differences, verdicts
from tests.chaos.world import PERIOD, SENSORS, readings
from tests.conftest import AnyPostgres

SEED = 3
SENT: dict[str, Readings] = {sensor.name: readings(SEED, sensor, 0, PERIOD) for sensor in SENSORS}

WRONG_READINGS: list[tuple[LiteralString, str]] = [
    (
        """
        delete from telemetry.reading
        where (series_id, time) in (select series_id, time from telemetry.reading limit 1)
        """,
        "1 readings lost",
    ),
    (
        """
        update telemetry.reading set value = value + 0.01
        where (series_id, time) in (select series_id, time from telemetry.reading limit 1)
        """,
        "1 readings changed",
    ),
    (
        """
        create temp table one as select * from telemetry.reading limit 1;
        update one set time = time + interval '1 microsecond';
        insert into telemetry.reading select * from one
        """,
        "1 readings foreign",
    ),
    (
        """
        create temp table one as select * from telemetry.reading limit 1;
        update one set series_id = 1000000;
        insert into telemetry.reading select * from one
        """,
        "1 readings foreign",
    ),
    (
        """
        alter table telemetry.reading drop constraint reading_pkey;
        create temp table one as select * from telemetry.reading limit 1;
        insert into telemetry.reading select * from one
        """,
        "1 readings doubled",
    ),
    (
        """
        insert into telemetry.gateway_epoch (site, gateway, epoch, committed)
        values ('s', 'g', 7, '{[1,5),[6,9)}')
        """,
        "numbers are missing: g, epoch 7",
    ),
    (
        """
        insert into telemetry.gateway_epoch (site, gateway, epoch, committed)
        values ('s', 'g', 7, '{[2,9)}')
        """,
        "numbers are missing: g, epoch 7",
    ),
]
"""What is put wrong, and what the oracle says."""
WRONG_VERDICTS: list[tuple[LiteralString, str, str]] = [
    (
        """
        update rules.excursion set superseded_at = now(), superseded_why = 'test'
        where excursion_id = (select min(excursion_id) from rules.excursion where superseded_at is null)
        """,
        "excursion",
        "",
    ),
    (
        """
        update rules.excursion set peak = peak + 0.01
        where excursion_id = (select min(excursion_id) from rules.excursion where superseded_at is null)
        """,
        "excursion",
        "excursion",
    ),
    (
        """
        update rules.verdict set state = 'unmonitored'
        where unit_id = (select min(unit_id) from rules.verdict)
        """,
        "state",
        "state",
    ),
    (
        """
        update erp.hold_excursion set own_seconds = own_seconds + 1
        where excursion_id =
            (select min(excursion_id) from erp.hold_excursion where withdrawn_at is null)
        """,
        "hold",
        "hold",
    ),
    (
        """
        create temp table one as
            select claim_line_id, excursion_id from erp.claim_evidence
            where withdrawn_at is null limit 1;
        delete from erp.claim_evidence where (claim_line_id, excursion_id) in (select * from one)
        """,
        "claim",
        "",
    ),
]
"""What is put wrong, and of which kind a row is then missing or too many."""


@pytest.fixture(scope="module")
def played(postgres: AnyPostgres) -> Generator[str]:
    """A database in which a period was played, undisturbed; a pattern for copies."""
    with _database(postgres) as url:
        play(prepared(url), SEED, SENT, PERIOD)
        yield url


@pytest.fixture(scope="module")
def expected(played: str) -> Verdicts:
    """What stands in it."""
    return verdicts(played)


@pytest.fixture
def copy(postgres: AnyPostgres, played: str) -> Generator[str]:
    """A copy of it, to put something wrong in."""
    with _database(postgres, template=played.rpartition("/")[2]) as url:
        yield url


@contextmanager
def _database(postgres: AnyPostgres, template: str = "template1") -> Generator[str]:
    name = f"coldbind_test_{secrets.token_hex(6)}"
    maintenance = postgres.url("postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}".encode())
    try:
        yield postgres.url(name)
    finally:
        administration.drop_database(maintenance, name)


def put_wrong(url: str, statements: LiteralString) -> None:
    with psycopg.connect(url) as connection:
        touched = [connection.execute(one).rowcount for one in statements.split(";")]
    assert touched[-1] > 0, "something is put wrong"


def audit_faults(url: str) -> list[str]:
    with open_database(url, "test") as database:
        return check_audit(database)[1]


def test_a_sound_database_is_sound(played: str, expected: Verdicts) -> None:
    assert check_readings(played, SENT).sentences == []
    assert check_readings(played, SENT).sent == sum(len(times) for times, _ in SENT.values())
    assert differences(verdicts(played), expected) == []
    assert audit_faults(played) == []
    assert all(expected.counts.values()), expected.counts


@pytest.mark.parametrize(("wrong", "found"), WRONG_READINGS)
def test_a_wrong_reading_is_found(copy: str, wrong: LiteralString, found: str) -> None:
    put_wrong(copy, wrong)
    sentences = check_readings(copy, SENT).sentences
    assert any(found in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(("wrong", "missing", "extra"), WRONG_VERDICTS)
def test_a_wrong_verdict_is_found(
    copy: str, expected: Verdicts, wrong: LiteralString, missing: str, extra: str
) -> None:
    put_wrong(copy, wrong)
    sentences = differences(verdicts(copy), expected)
    wanted = {f"1 of kind {missing} are missing"}
    if extra:
        wanted.add(f"1 of kind {extra} are too many")
    assert wanted <= {sentence.partition(",")[0] for sentence in sentences}


def test_a_wrong_audit_record_is_found(copy: str) -> None:
    put_wrong(
        copy,
        """
        alter table audit.record disable trigger all;
        update audit.record set actor = 'nobody' where record_id = 5
        """,
    )
    assert audit_faults(copy) == ["audit record 5 its content does not match its hash"]
