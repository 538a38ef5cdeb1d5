"""Holds that people place, and questions about holds: which there are, and what each waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from erp import subjects
from erp.quality import disposition_store, store
from erp.quality.core import CAUSES, WHILE_HELD, waits_for
from erp.quality.disposition_store import DispositionLine, HoldLine
from erp.quality.store import ToldSplit
from kernel.events import HoldOrdered, TimePassed
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.database import Transaction

_A_PASS = 500
"""Units held in one transaction while others work with the same goods."""


@dataclass(frozen=True, slots=True)
class HoldCard:
    """A hold with why it was placed, what it waits for, and what was decided.

    `waits_for` is None when it has ended, `allowed` what may be done with the unit now.
    """

    hold: HoldLine
    waits_for: str | None
    allowed: str
    excursions: list[ToldSplit]
    dispositions: list[DispositionLine]


def place(transaction: Transaction, codes: Sequence[str], cause: str, why: str, by: str) -> list[int]:
    """Hold units for a cause; the numbers of the holds, refused when one is held for it already."""
    if cause not in CAUSES:
        raise Refusal(f"cause {cause!r} is not one of {', '.join(CAUSES)}")
    if not why.strip():
        raise Refusal("write in --reason why it is held")
    ids: list[int] = []
    for code in codes:
        unit_id = store.unit_id(transaction, code)
        if unit_id is None:
            raise Refusal(f"unit {code!r} is not known: was its delivery received?")
        for one in disposition_store.holds(transaction, unit=code, cause=cause):
            raise Refusal(f"unit {code} is held for {cause} already: coldbind hold show {one.hold_id}")
        ids.append(unit_id)
    transaction.publish(HoldOrdered(tuple(sorted(set(ids))), cause, why.strip(), by))
    found = [
        one.hold_id
        for code in codes
        for one in disposition_store.holds(transaction, unit=code, cause=cause)
    ]
    return sorted(set(found))


def time_passed(event: TimePassed, transaction: Transaction) -> None:
    """Hold what has passed its last day of use, a part at a time."""
    hold_expired(transaction, moment(event.at).date(), subjects.MACHINE, _A_PASS)


def hold_expired(transaction: Transaction, today: date, by: str, most: int | None = None) -> int:
    """Hold what is with us and had its last day of use before `today`; how many units.

    At `most` so many, everything when None. What a person released after that day is left alone.
    """
    units = disposition_store.expired_units(transaction, today, most)
    if units:
        transaction.publish(HoldOrdered(tuple(units), "expiry", f"expired before {today}", by))
    return len(units)


def waiting(line: HoldLine) -> str | None:
    """What a hold waits for, in words; None when it has ended."""
    if line.ended_at is not None:
        return None
    return waits_for(
        excursions=line.excursions,
        standing=line.standing,
        proposed=line.proposed is not None,
        rejected=line.rejected,
        flag_withdrawn=line.flag_withdrawn,
    )


def card(transaction: Transaction, hold_id: int) -> HoldCard:
    """All about a hold; refused when there is none."""
    found = disposition_store.holds(transaction, hold_id=hold_id, ended=True)
    if not found:
        raise Refusal(f"there is no hold {hold_id}: coldbind hold list shows them")
    (line,) = found
    others = disposition_store.holds(transaction, unit=line.unit)
    return HoldCard(
        line,
        waiting(line),
        WHILE_HELD if others else "nothing holds the unit",
        disposition_store.told_of(transaction, hold_id),
        disposition_store.dispositions(transaction, hold_id),
    )


def ask_two_people(
    transaction: Transaction, profile: str, by: str, why: str, *, two: bool = True
) -> bool:
    """Decisions about goods of a profile need two people from now on, or one; False when so before.

    Where the version that judges the goods asks for two people itself, it stays at that.
    """
    if not disposition_store.is_profile(transaction, profile):
        raise Refusal(f"there is no profile {profile!r}: coldbind rules list")
    if not why.strip():
        raise Refusal(f"profile {profile}: write in --reason why")
    if two:
        new = disposition_store.ask_two_people(transaction, profile, by, why.strip())
    else:
        new = disposition_store.ask_one_person(transaction, profile)
    if new:
        transaction.audit(
            by, "two people asked" if two else "one person asked", f"profile {profile}", why=why.strip()
        )
    return new
