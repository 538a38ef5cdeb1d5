"""What guards the chain from outside of it: the triggers that refuse, and heads that were published.

Triggers refuse update, delete and truncate also for the owner of the tables. The owner, and a
superuser, can drop a trigger: that is told here while it lasts, and what was altered meanwhile is found
by the hashes. Whoever rewrites the whole chain is found by a head that was published before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import psycopg

from storage.audit import Finding

APPEND_ONLY = (
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
    ("erp.credit_note", "credit_note_stays"),
    ("erp.kept_reading", "kept_is_append_only"),
    ("erp.disposition", "disposition_stays"),
    ("erp.hold", "hold_ends_by_decision"),
    ("erp.signature", "signature_is_append_only"),
    ("erp.account", "account_is_for_ever"),
)
"""Tables whose rows stay as they were, and the trigger that refuses the rest."""

WATCHED = (
    "binding.calibration",
    "binding.cancellation",
    "binding.handling_unit",
    "binding.location",
    "binding.location_told",
    "binding.logger_figure",
    "binding.logger_file",
    "binding.logger_travel",
    "binding.logger_travel_cancellation",
    "binding.movement",
    "binding.placing",
    "binding.placing_cancellation",
    "binding.quantity_change",
    "binding.stock_unit",
    "erp.account",
    "erp.announcement",
    "erp.announcement_line",
    "erp.carriage",
    "erp.claim",
    "erp.claim_change",
    "erp.claim_charge",
    "erp.claim_defect",
    "erp.claim_evidence",
    "erp.claim_flag",
    "erp.claim_item",
    "erp.claim_line",
    "erp.claim_replacement",
    "erp.claim_terms",
    "erp.credit_note",
    "erp.customer",
    "erp.customer_return",
    "erp.delivery_condition",
    "erp.delivery_promise",
    "erp.dispatch_line",
    "erp.disposition",
    "erp.disposition_reason",
    "erp.downgraded",
    "erp.flag",
    "erp.goods_receipt",
    "erp.hold",
    "erp.hold_excursion",
    "erp.ledger_account",
    "erp.legal_hold",
    "erp.lot",
    "erp.pick",
    "erp.pick_face",
    "erp.product",
    "erp.purchase_order",
    "erp.purchase_order_line",
    "erp.recall",
    "erp.recall_notice",
    "erp.recall_reply",
    "erp.recall_unit",
    "erp.receipt_condition",
    "erp.rotation",
    "erp.sales_order",
    "erp.sales_order_line",
    "erp.shipment",
    "erp.state_change",
    "erp.stock_count",
    "erp.stock_count_line",
    "erp.storage_place",
    "erp.supplier",
    "erp.supplier_invoice",
    "erp.supplier_invoice_line",
    "erp.two_people",
    "erp.unit_cost",
    "erp.warehouse_task",
    "erp.wave",
    "rules.adoption",
    "rules.alert_step",
    "rules.budget",
    "rules.budget_range",
    "rules.device_alarm",
    "rules.escalation",
    "rules.pattern",
    "rules.place_profile",
    "rules.profile",
    "rules.rule",
    "rules.sensor_limits",
    "telemetry.retention",
    "telemetry.sensor",
    "telemetry.series",
)
"""Tables of which every changed or removed row is in the chain."""

KEPT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "erp.account": ("account_id",),
        "erp.claim": ("claim_id",),
        "erp.claim_attachment": ("claim_attachment_id",),
        "erp.claim_charge": ("claim_charge_id",),
        "erp.claim_event": ("claim_event_id",),
        "erp.claim_item": ("claim_item_id",),
        "erp.claim_letter": ("claim_letter_id",),
        "erp.claim_line": ("claim_line_id",),
        "erp.claim_replacement": ("order_id",),
        "erp.claim_terms": ("supplier_id",),
        "erp.credit_note": ("credit_note_id",),
        "erp.disposition": ("disposition_id",),
        "erp.goods_receipt": ("receipt_id",),
        "erp.legal_hold": ("legal_hold_id",),
        "erp.period_close": ("closed_through",),
        "erp.purchase_order": ("order_id",),
        "erp.purchase_order_line": ("order_id", "line"),
        "erp.signature": ("signature_id",),
        "erp.supplier_invoice": ("invoice_id",),
        "erp.supplier_invoice_line": ("invoice_id", "line"),
        "erp.two_people": ("profile",),
    }
)
"""Tables whose rows are in the chain from their insert on and are held against it, and their keys."""

GUARDS = (
    *APPEND_ONLY,
    *((table, "changes_are_audited") for table in WATCHED),
    *((table, "additions_are_audited") for table in KEPT),
)
"""Every table with the trigger that guards it; each fires always."""


@dataclass(frozen=True, slots=True)
class AlteredRow:
    """A row that is not what the chain says: the newest record about it (None: none), and in what."""

    subject: str
    fault: str
    record_id: int | None
    words: str

    def __str__(self) -> str:
        told = f", audit record {self.record_id} has what it was" if self.record_id is not None else ""
        return f"{self.subject} {self.fault}{told}{self.words and ': '}{self.words}"


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
