"""Looking into the books, closing a period, and holding the books against the goods.

Debits are above zero. A day is a day in UTC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from erp import subjects
from erp.ledger import store
from erp.ledger.core.stock import books, difference
from erp.wording import day_and_time, plain
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Balance:
    """What was booked on one account in one currency: debits and credits, both at least zero."""

    currency: str
    account: str
    name: str
    kind: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class LotValue:
    """What the goods of a lot that are ours and with us are worth: free to use, and held."""

    lot: str
    product: str
    supplier: str
    expires_on: date | None
    currency: str
    free: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of the journal with its entry; `amount` is a debit above zero."""

    entry_id: int
    kind: str
    occurred_at: datetime
    booked_on: date
    recorded_at: datetime
    recorded_by: str
    currency: str
    document: str
    words: str
    unit: str | None
    lot: str | None
    claim: str | None
    line: int
    account: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the journal; what is None does not matter."""

    since: date
    until: date
    lot: str | None = None
    unit: str | None = None
    claim: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class _Disagreement:
    what: str
    currency: str
    booked: Decimal
    told: Decimal


@dataclass(frozen=True, slots=True)
class _Day:
    day: date | None


_SQL = Statements("erp.ledger")
_TRIAL_BALANCE = _SQL.returning(Balance, "trial_balance")
_VALUATION = _SQL.returning(LotValue, "valuation")
_JOURNAL = _SQL.returning(JournalLine, "journal")
_DISAGREEMENTS = _SQL.returning(_Disagreement, "disagreements")
_CLOSED_THROUGH = _SQL.returning(_Day, "closed_through")
_CLOSE_PERIODS = _SQL.command("close_periods")
_INSERT_CLOSE = _SQL.command("insert_close")


def trial_balance(transaction: Transaction, as_of: date) -> list[Balance]:
    """Every account that something was booked on until the end of a day."""
    return transaction.rows(_TRIAL_BALANCE, as_of=as_of)


def valuation(transaction: Transaction, as_of: date, *, by_fact: bool = False) -> list[LotValue]:
    """What each lot is worth at the end of a day.

    By the books: what was booked by then. `by_fact`: what was true then, whenever it was booked.
    """
    return transaction.rows(_VALUATION, as_of=as_of, by_fact=by_fact)


def journal(transaction: Transaction, wanted: Wanted) -> list[JournalLine]:
    """Lines of the journal in the order they were posted."""
    return transaction.rows(
        _JOURNAL,
        since=wanted.since,
        until=wanted.until,
        lot=wanted.lot,
        unit=wanted.unit,
        claim=wanted.claim,
        document=wanted.document,
    )


def closed_through(transaction: Transaction) -> date | None:
    """The last day of the newest closed period; None when none is closed."""
    return transaction.one(_CLOSED_THROUGH).day


def close_period(transaction: Transaction, period: str, today: date, by: str) -> date:
    """Close a month and all before it: what is told of it later is booked in the next open one."""
    last = _last_day(period)
    if last >= today:
        raise Refusal(f"period {period} is not over before {last + timedelta(days=1)}: close it then")
    transaction.run(_CLOSE_PERIODS, lock=store.PERIODS_LOCK)
    closed = closed_through(transaction)
    if closed is not None and last <= closed:
        raise Refusal(f"the books are closed through {closed} already")
    transaction.run(_INSERT_CLOSE, day=last, by=by)
    transaction.audit(
        by,
        "period closed",
        subjects.JOURNAL,
        before={"closed_through": str(closed) if closed else None},
        after={"closed_through": str(last)},
    )
    return last


def check(transaction: Transaction) -> list[str]:
    """Every unit, invoice and claim whose books are not what its facts say, a sentence each.

    Nothing is written or locked: ask in a snapshot, so that all is seen at one moment.
    """
    found = [
        f"{one.what}: the books have {plain(one.booked)} {one.currency}, it says {plain(one.told)}"
        for one in transaction.rows(_DISAGREEMENTS)
    ]
    after = 0
    while units := store.units_after(transaction, after, _BATCH):
        found += _check(transaction, units)
        after = units[-1]
    return found


def _check(transaction: Transaction, units: Sequence[int]) -> list[str]:
    costs = store.costs_now(transaction, units)
    facts = store.facts(transaction, costs)
    posted = store.posted(transaction, costs)
    return [
        f"unit {unit}, {fact.kind.replace('_', ' ')} at {day_and_time(fact.at)}: account {account} is "
        f"{plain(-amount)} {cost.currency} over"
        for unit, cost in costs.items()
        for fact, lines in difference(books(facts[unit]), posted.get(unit, {})).items()
        for account, amount in lines.items()
    ]


def _last_day(period: str) -> date:
    if not _MONTH.fullmatch(period):
        raise Refusal(f"{period!r} is no period: write a month such as 2026-03")
    first = date.fromisoformat(f"{period}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
