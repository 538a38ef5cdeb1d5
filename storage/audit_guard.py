"""What guards the chain from outside of it: the triggers that refuse, and heads that were published.

Triggers refuse update, delete and truncate also for the owner of the tables. The owner, and a
superuser, can drop a trigger: that is told here while it lasts, and what was altered meanwhile is found
by the hashes. Whoever rewrites the whole chain is found by a head that was published before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from storage.audit import Finding

GUARDS = (
    ("audit.record", "record_is_append_only"),
    ("audit.head", "head_stays"),
    ("audit.head", "head_goes_forward"),
    ("erp.journal_entry", "entry_is_append_only"),
    ("erp.journal_line", "line_is_append_only"),
    ("erp.period_close", "close_is_append_only"),
    ("erp.claim_event", "event_is_append_only"),
    ("erp.claim_letter", "letter_is_append_only"),
    ("erp.claim_attachment", "attachment_is_append_only"),
    ("erp.credit_note", "credit_note_is_append_only"),
    ("erp.kept_reading", "kept_is_append_only"),
    ("erp.disposition", "disposition_stays"),
    ("erp.hold", "hold_ends_by_decision"),
)
"""Tables whose rows stay as they were, and the trigger that refuses the rest; each fires always."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record of the chain and its hash in hexadecimal."""

    record_id: int
    hash: str


_HEAD = "select record_id, encode(hash, 'hex') from audit.head"
_MISSING = """
    select guarded, guard
    from unnest(%s::text[], %s::text[]) as wanted (guarded, guard)
    where not exists (
        select from pg_trigger
        where tgrelid = to_regclass(guarded) and tgname = guard and tgenabled = 'A'
    )
"""
_HASHES = """
    select record_id, encode(hash, 'hex') from audit.record where record_id = any(%s)
"""


def head(connection: psycopg.Connection[Any]) -> Head:
    """The head of the chain."""
    row = connection.execute(_HEAD).fetchone()
    assert row is not None, "there is always a head"
    return Head(*row)


def missing_guards(connection: psycopg.Connection[Any]) -> list[str]:
    """Guards that are not in force, a sentence each."""
    tables, triggers = zip(*GUARDS, strict=True)
    rows = connection.execute(_MISSING, (list(tables), list(triggers)))
    return [f"the trigger {guard} on {table} is not in force" for table, guard in rows]


def contradicted(connection: psycopg.Connection[Any], heads: Sequence[Head]) -> list[Finding]:
    """Heads published earlier that the chain does not have: it was rewritten, or another one."""
    rows = connection.execute(_HASHES, ([one.record_id for one in heads],)).fetchall()
    known: dict[int, str] = dict(rows)
    return [
        Finding(one.record_id, "is not the record whose hash was published")
        if one.record_id in known
        else Finding(one.record_id, "was published and is missing")
        for one in heads
        if one.record_id and known.get(one.record_id) != one.hash
    ]
