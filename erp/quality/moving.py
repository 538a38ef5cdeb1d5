"""Held goods that move: refused before it happens, recorded and told when it has happened.

Held goods go into a quarantine cage only. Where they went all the same is a fact, and facts are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from erp import subjects
from erp.quality import moving_store as store
from erp.quality.core import held_by
from kernel.events import HeldGoodsMoved, MovementsRecorded
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Move:
    """`by` moves a unit or handling unit to `location` at `at`; None: it leaves us."""

    code: str
    location: str | None
    at: int
    by: str


def admit(transaction: Transaction, move: Move, happened: str = "") -> None:
    """Refuse to move held goods elsewhere than into a cage.

    What `happened` already, and how, as those words say, is admitted and audited.
    """
    holds = store.holds_at(transaction, move.code, move.at)
    cages = store.cages(transaction)
    if not holds or move.location in cages:
        return
    if not happened.strip():
        told = "; ".join(
            f"unit {one.unit} is held, {held_by([one.hold_id], [one.cause])}{_because(one.why)}"
            for one in holds
        )
        raise Refusal(
            f"{told}: held goods go into a quarantine cage only "
            f"({', '.join(cages) or 'there is none'}): "
            "if it went there already, write in --happened how that came"
        )
    for unit in dict.fromkeys(one.unit for one in holds):
        transaction.audit(
            move.by, "held goods moved", subjects.unit(unit), location=move.location, why=happened
        )


def admit_write_off(transaction: Transaction, unit: str, at: int) -> None:
    """Refuse to write held goods off: that they are destroyed is a decision that somebody signs."""
    holds = store.holds_at(transaction, unit, at)
    if holds:
        words = held_by([one.hold_id for one in holds], [one.cause for one in holds])
        raise Refusal(
            f"unit {unit} is held, {words}: what is destroyed of it is decided and signed, "
            f"coldbind hold destroy {holds[0].hold_id} (release what is sound first); what is gone is "
            "counted, coldbind unit adjust"
        )


def note_movements(recorded: MovementsRecorded, transaction: Transaction) -> None:
    """Look before the commit which of the goods were held: a decision has ended its hold by then."""
    transaction.before_commit(_tell_moved, recorded.movement_ids)


def _tell_moved(transaction: Transaction, movement_ids: Iterable[int]) -> None:
    for one in store.moved_while_held(transaction, movement_ids):
        words = held_by(one.holds, one.causes)
        transaction.publish(
            HeldGoodsMoved(one.unit, one.location, one.kind, one.occurred_at, one.by, words)
        )


def _because(why: str) -> str:
    return f": {why}" if why else ""
