"""A superuser alters the end of the chain, or puts a record in between."""

import re
from collections.abc import Generator
from typing import LiteralString

import pytest

from tests.erp_world import World
from tests.tampering import as_superuser, faults, warm_delivery

GHOST: LiteralString = """
    insert into audit.record
    select record_id + 1, recorded_at, 'ghost', action, subject, detail, hash,
           audit.link(hash, record_id + 1, recorded_at, 'ghost', action, subject, detail)
    from audit.record
    where record_id =
"""
BEYOND = r"record \d+ is beyond the head: inserted past the chain, or the head was set back"


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    with warm_delivery(database_url) as world:
        yield world


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("update audit.head set hash = 'x'", r"record \d+ has another hash than the head of the chain"),
        ("update audit.head set record_id = record_id - 1", BEYOND),
        (GHOST + "(select record_id from audit.head)", BEYOND),
        (
            "delete from audit.record where record_id = (select record_id from audit.head)",
            r"record \d+ is what the head names: the newest records are missing",
        ),
        ("delete from audit.head", r"record \d+ is the newest, and the head of the chain is gone"),
    ],
)
def test_the_end_of_the_chain(world: World, change: LiteralString, fault: str) -> None:
    as_superuser(world, change)
    (found,) = [one for one in faults(world) if one.startswith("record ")]
    assert re.fullmatch(fault, found)


def test_a_record_put_in_between(world: World) -> None:
    as_superuser(
        world,
        "update audit.record set record_id = record_id + 1000 where record_id > 5",
        "update audit.record set record_id = record_id - 999 where record_id > 1000",
        GHOST + "5",
    )
    assert "record 7 does not carry the hash of the record before it" in faults(world)
