"""A world in which everything is there that can be altered, and a superuser who leaves no trace."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString

import psycopg

from coldbind.wiring import HANDLERS
from erp.claims import integrity
from erp.ledger import integrity as ledger_integrity
from kernel.events import BindingChanged
from storage.database import Database
from tests.erp_world import World, order, prepare

_GUARDED = """
    select tgrelid::regclass::text, tgname from pg_trigger where tgenabled = 'A' and not tgisinternal
"""


@contextmanager
def warm_delivery(url: str) -> Generator[World]:
    """A warm delivery that is held, claimed and accepted, on an empty, migrated database."""
    prepare(url)
    with Database(url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        world = World(url, database)
        world.arrive()
        world.read(1, 10, [9.0, 11.5, 13.2, 12.0])
        world.found(10, 55)
        world.decide("accepted", 60)
        yield world


def as_superuser(world: World, *changes: LiteralString) -> None:
    """With triggers that rest meanwhile, so that none tells of it, and all in force afterwards."""
    with psycopg.connect(world.url) as connection:
        guarded = connection.execute(_GUARDED).fetchall()
        for table, trigger in guarded:
            connection.execute(f"alter table {table} disable trigger {trigger}".encode())
        connection.execute("set session_replication_role = replica")
        for change in changes:
            connection.execute(change)
        for table, trigger in guarded:
            connection.execute(f"alter table {table} enable always trigger {trigger}".encode())


def faults(world: World) -> list[str]:
    """What `audit verify` says is wrong."""
    with world.database.transaction() as run:
        _, findings = run.verify_audit()
        chain = [f"record {one.record_id} {one.fault}" for one in findings]
        return [
            *chain,
            *run.missing_audit_guards(),
            *map(str, run.altered_rows()),
            *ledger_integrity.faults(run),
            *integrity.faults(run),
        ]
