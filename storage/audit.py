"""The audit chain: who did what, when, why; append-only, each record carrying the hash before it.

The database computes the hash and refuses update, delete and truncate by trigger; this module
appends records and recomputes the chain. hash = SHA-256(previous hash, id, time, entry text).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import psycopg

from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did: `actor` did `action` to `subject`, with what it was about."""

    actor: str
    action: str
    subject: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the chain does not hold: the record's id and what is wrong with it."""

    record_id: int
    fault: str


_APPEND = """
    select audit.append_all(%s::text[], %s::text[], %s::text[], %s::text[])
"""

_BROKEN_LINKS = Statements("storage").returning(Finding, "broken_links")


def append(connection: psycopg.Connection[Any], entries: Sequence[Entry]) -> None:
    """Append `entries` to the chain in their order; locks the head of the chain until commit."""
    if not entries:
        return
    details = [
        msgspec.json.encode(entry.detail, enc_hook=_plain, order="sorted").decode() for entry in entries
    ]
    told = (
        [e.actor for e in entries],
        [e.action for e in entries],
        [e.subject for e in entries],
        details,
    )
    connection.execute(_APPEND, told)


def length(connection: psycopg.Connection[Any]) -> int:
    """The number of its newest record: the records are numbered from 1 without a gap."""
    row = connection.execute("select coalesce(max(record_id), 0) from audit.record").fetchone()
    return row[0] if row else 0


def verify(connection: psycopg.Connection[Any]) -> list[Finding]:
    """Every place where a record was altered, removed or inserted; empty when the chain holds."""
    return [Finding(*row) for row in connection.execute(_BROKEN_LINKS.text)]


def _plain(value: object) -> object:
    if isinstance(value, Decimal | datetime):
        return str(value)
    raise TypeError(f"an audit record cannot hold {type(value).__name__}")
