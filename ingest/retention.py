"""How long records are kept, and dropping what is older: refused while anything needs them.

Only what arrives in great numbers has a setting; the audit chain, the journal, movements, verdicts and
evidence are always kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements

KINDS = ("readings", "parked", "clock_jumps", "thinned")
_PIECE = timedelta(days=7)
"""Readings are dropped a week at a time, oldest first."""
_SUBJECT = "retention"


@dataclass(frozen=True, slots=True)
class Policy:
    """Records of a `kind` may be dropped after so many days."""

    kind: str
    days: int


@dataclass(frozen=True, slots=True)
class Need:
    """What needs records, and from when on."""

    since: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many records of a kind were older than `before`, and dropped or (dry run) would be."""

    kind: str
    before: datetime
    records: int


@dataclass(frozen=True, slots=True)
class _Oldest:
    time: datetime | None


@dataclass(frozen=True, slots=True)
class _Number:
    number: int


_SQL = Statements("ingest")
_POLICIES = _SQL.returning(Policy, "retention_policies")
_PUT = _SQL.command("put_retention")
_FOREVER = _SQL.command("keep_for_ever")
_NEEDS = _SQL.returning(Need, "needs_records")
_OLDEST = _SQL.returning(_Oldest, "oldest_reading")
_COUNT = _SQL.returning(_Number, "count_droppable")
_DROP_READINGS = _SQL.command("drop_readings")
_DROP = {
    "parked": _SQL.command("drop_parked"),
    "clock_jumps": _SQL.command("drop_clock_jumps"),
    "thinned": _SQL.command("drop_thinned"),
}


def policies(transaction: Transaction) -> dict[str, int]:
    """Kind to days; a kind that is not in it is kept for ever."""
    return {row.kind: row.days for row in transaction.rows(_POLICIES)}


def keep(transaction: Transaction, kind: str, days: int | None, why: str, by: str) -> bool:
    """Keep records of a kind for so many days, or for ever (None); False when that is so already."""
    if kind not in KINDS:
        raise Refusal(f"{kind!r} has no retention: give one of {', '.join(KINDS)}")
    if days is not None and days < 1:
        raise Refusal(f"{kind}: give at least 1 day, or forever")
    if not why.strip():
        raise Refusal(f"{kind}: say why they are kept so long in --reason")
    before = policies(transaction).get(kind)
    if before == days:
        return False
    if days is None:
        transaction.run(_FOREVER, kind=kind)
    else:
        transaction.run(_PUT, kind=kind, days=days)
    transaction.audit(
        by,
        "retention set",
        f"{_SUBJECT} {kind}",
        before={"days": before},
        after={"days": days},
        why=why,
    )
    return True


def drop(
    transaction: Transaction,
    now: datetime,
    by: str,
    *,
    until: datetime | None = None,
    dry: bool = False,
) -> list[Dropped]:
    """Drop what is older than its kind is kept, and older than `until` if given.

    `Refusal`, and nothing dropped, while a claim, a hold or goods with us need readings of that time.
    """
    dropped: list[Dropped] = []
    for kind, days in policies(transaction).items():
        before = now - timedelta(days=days)
        before = before if until is None else min(before, until)
        if kind == "readings":
            _refuse_needed(transaction, before)
        records = _count(transaction, kind, before) if dry else _drop(transaction, kind, before)
        dropped.append(Dropped(kind, before, records))
        if records and not dry:
            transaction.audit(
                by, "records dropped", f"{_SUBJECT} {kind}", before_time=before, records=records
            )
    return dropped


def _refuse_needed(transaction: Transaction, before: datetime) -> None:
    if transaction.one(_OLDEST, before=before).time is None:
        return
    needs = transaction.rows(_NEEDS, before=before)
    if needs:
        first = needs[0].since
        named = "; ".join(one.words for one in needs[:3])
        more = f" and {len(needs) - 3} more" if len(needs) > 3 else ""  # noqa: PLR2004 - as above
        raise Refusal(
            f"readings until {before:%Y-%m-%d} stay, they are needed since {first:%Y-%m-%d}: "
            f"{named}{more}; --until {first:%Y-%m-%d} drops what is older"
        )


def _count(transaction: Transaction, kind: str, before: datetime) -> int:
    return transaction.one(_COUNT, kind=kind, before=before).number


def _drop(transaction: Transaction, kind: str, before: datetime) -> int:
    if kind != "readings":
        return transaction.run(_DROP[kind], before=before)
    oldest = transaction.one(_OLDEST, before=before).time
    records = 0
    while oldest is not None and oldest < before:
        end = min(oldest + _PIECE, before)
        records += transaction.run(_DROP_READINGS, since=oldest, before=end)
        oldest = end
    return records
