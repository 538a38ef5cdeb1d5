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

_VERIFY = """
    with link as (
        select record_id, hash, previous_hash,
               audit.link(previous_hash, record_id, recorded_at, actor, action, subject, detail)
                   as computed,
               lag(hash, 1, '\\x'::bytea) over (order by record_id) as before,
               lag(record_id, 1, 0::bigint) over (order by record_id) as before_id
        from audit.record
    )
    select record_id,
           case when record_id <> before_id + 1
                then format('records %s to %s are missing', before_id + 1, record_id - 1)
                when previous_hash <> before then 'does not carry the hash of the record before it'
                else 'its content does not match its hash'
           end as fault
    from link
    where hash <> computed or previous_hash <> before or record_id <> before_id + 1
    union all
    select head.record_id, 'the newest records are missing'
    from audit.head head
    where head.record_id <> (select coalesce(max(record_id), 0) from audit.record)
    order by 1
"""


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
    """The number of records in the chain, as its head tells."""
    row = connection.execute("select record_id from audit.head").fetchone()
    return row[0] if row else 0


def verify(connection: psycopg.Connection[Any]) -> list[Finding]:
    """Every place where a record was altered, removed or inserted; empty when the chain holds."""
    return [Finding(*row) for row in connection.execute(_VERIFY)]


def _plain(value: object) -> object:
    if isinstance(value, Decimal | datetime):
        return str(value)
    raise TypeError(f"an audit record cannot hold {type(value).__name__}")
