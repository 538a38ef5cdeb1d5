"""Reading what happened to units, and posting to the journal."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.ledger.core.entry import Entry
from erp.ledger.core.stock import Books, Change, Departure, Fact, UnitFacts
from kernel.intervals import Span
from storage.database import Transaction
from storage.statement import Statements

PERIODS_LOCK = 0x0C01DB00
"""The advisory lock that a closing takes alone, and whoever posts shares."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one of a unit costs, and the order line it was bought under."""

    unit_id: int
    unit_price: Decimal
    currency: str
    order_id: int
    order_line: int
    accepted_at: int | None


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that was posted just now, and what the audit chain keeps of it."""

    entry_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _Change:
    unit_id: int
    at: int
    delta: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class _Span:
    unit_id: int
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class _Departure:
    unit_id: int
    at: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Amount:
    unit_id: int
    kind: str
    at: int
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _EntryId:
    entry_id: int


_SQL = Statements("erp.ledger")
_KEEP_COSTS = _SQL.command("keep_costs")
_LOCK_COSTS = _SQL.returning(_UnitId, "lock_costs")
_COSTS = _SQL.returning(Cost, "costs")
_CHANGES = _SQL.returning(_Change, "changes")
_STAYS = _SQL.returning(_Span, "stays")
_HOLDS = _SQL.returning(_Span, "holds")
_DEPARTURES = _SQL.returning(_Departure, "departures")
_POSTED = _SQL.returning(_Amount, "posted")
_HOLD_PERIODS_OPEN = _SQL.command("hold_periods_open")
_INSERT_ENTRIES = _SQL.returning(_EntryId, "insert_entries")
_INSERT_LINES = _SQL.command("insert_lines")
_DIGESTS = _SQL.returning(Posted, "digests")
_LOCK_ORDERS = _SQL.command("lock_orders")
_UNITS_OF_RECEIPT = _SQL.returning(_UnitId, "units_of_receipt")
_UNITS_AFTER = _SQL.returning(_UnitId, "units_after")


def costs(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, Cost]:
    """What these units cost, kept for good; until commit nobody else posts about them."""
    wanted = sorted(unit_ids)
    transaction.run(_KEEP_COSTS, unit_ids=wanted)
    transaction.rows(_LOCK_COSTS, unit_ids=wanted)
    return costs_now(transaction, wanted)


def costs_now(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, Cost]:
    """What these units cost; nothing is written or locked."""
    return {row.unit_id: row for row in transaction.rows(_COSTS, unit_ids=list(unit_ids))}


def facts(transaction: Transaction, costs: dict[int, Cost]) -> dict[int, UnitFacts]:
    """What happened to units, as it is known now."""
    wanted = list(costs)
    changes: dict[int, list[Change]] = defaultdict(list)
    for row in transaction.rows(_CHANGES, unit_ids=wanted):
        changes[row.unit_id].append(Change(row.at, row.delta, row.reason))
    departures: dict[int, list[Departure]] = defaultdict(list)
    for one in transaction.rows(_DEPARTURES, unit_ids=wanted):
        departures[one.unit_id].append(Departure(one.at, one.kind))
    stays = _spans(transaction.rows(_STAYS, unit_ids=wanted))
    holds = _spans(transaction.rows(_HOLDS, unit_ids=wanted))
    return {
        unit: UnitFacts(
            cost.unit_price,
            cost.currency,
            cost.accepted_at,
            tuple(changes[unit]),
            tuple(stays[unit]),
            tuple(holds[unit]),
            tuple(departures[unit]),
        )
        for unit, cost in costs.items()
    }


def posted(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, Books]:
    """What the books say of units so far."""
    found: dict[int, Books] = defaultdict(dict)
    for row in transaction.rows(_POSTED, unit_ids=list(unit_ids)):
        found[row.unit_id].setdefault(Fact(row.at, row.kind), {})[row.account] = row.amount
    return found


def post(transaction: Transaction, entries: Sequence[Entry], by: str) -> list[Posted]:
    """Post entries in their order, each into the open period its fact falls in or the next one."""
    transaction.run(_HOLD_PERIODS_OPEN, lock=PERIODS_LOCK)
    rows = transaction.rows(
        _INSERT_ENTRIES,
        by=by,
        kinds=[one.kind for one in entries],
        at=[one.at for one in entries],
        currencies=[one.currency for one in entries],
        documents=[one.document for one in entries],
        words=[one.words for one in entries],
        unit_ids=[one.unit_id for one in entries],
        order_ids=[one.order_id for one in entries],
        order_lines=[one.order_line for one in entries],
        invoice_ids=[one.invoice_id for one in entries],
        claim_ids=[one.claim_id for one in entries],
    )
    ids = sorted(row.entry_id for row in rows)
    lines = [
        (number, line, account, entry.lines[account])
        for number, entry in zip(ids, entries, strict=True)
        for line, account in enumerate(entry.account_order, 1)
    ]
    transaction.run(
        _INSERT_LINES,
        entry_ids=[line[0] for line in lines],
        lines=[line[1] for line in lines],
        accounts=[line[2] for line in lines],
        amounts=[line[3] for line in lines],
    )
    return transaction.rows(_DIGESTS, entry_ids=ids)


def lock_orders(transaction: Transaction, order_ids: Collection[int]) -> None:
    """What is accepted and invoiced of these orders changes for nobody else until commit."""
    transaction.run(_LOCK_ORDERS, order_ids=sorted(order_ids))


def units_of_receipt(transaction: Transaction, receipt_id: int) -> list[int]:
    """The units of a delivery, with all that was split off them."""
    return [row.unit_id for row in transaction.rows(_UNITS_OF_RECEIPT, receipt_id=receipt_id)]


def units_after(transaction: Transaction, after: int, many: int) -> list[int]:
    """So many units whose ids come after one."""
    return [row.unit_id for row in transaction.rows(_UNITS_AFTER, after=after, many=many)]


def _spans(rows: Sequence[_Span]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(Span(row.since, row.until))
    return found
