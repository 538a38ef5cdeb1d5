"""Asked about a unit: whose custody it was in from when to when, and how its excursions were split."""

from dataclasses import dataclass

from erp.custody import Phase
from erp.quality import store
from erp.quality.store import ToldSplit
from kernel.refusal import Refusal
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class CustodyCard:
    """The custody of a unit as all facts say now, and the splits written down with its holds."""

    unit: str
    phases: list[Phase]
    excursions: list[ToldSplit]


def custody_of(transaction: Transaction, code: str) -> CustodyCard:
    """The custody timeline of the unit with `code`; raises `Refusal` when there is none."""
    unit_id = store.unit_id(transaction, code)
    if unit_id is None:
        raise Refusal(f"unit {code!r} is not known: was its delivery received?")
    (unit,) = store.kept(transaction, [unit_id]).values()
    return CustodyCard(unit.code, unit.phases, store.splits_of(transaction, unit_id))
