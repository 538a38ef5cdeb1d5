"""What changed in the verdicts: excursions found and withdrawn, as we came to know, in words."""

from dataclasses import dataclass

from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class Changed:
    """At `changed_at` an excursion of a unit was found, or `withdrawn` for the reason `why`."""

    unit: str
    lot: str
    rule: str
    started_at: int
    changed_at: int
    withdrawn: bool
    why: str

    @property
    def sentence(self) -> str:
        """The change as a person tells it."""
        began = f"{moment(self.started_at):%Y-%m-%d %H:%M} UTC"
        if not self.withdrawn:
            return f"unit {self.unit}: excursion found, {self.rule} from {began} on"
        return f"unit {self.unit}: excursion withdrawn, {self.rule} from {began} on: {self.why}"


_CHANGES = _SQL.returning(Changed, "verdict_changes")


def changes_since(transaction: Transaction, since: int) -> list[Changed]:
    """What was found and withdrawn from the instant `since` on, in the order of our knowing."""
    return transaction.rows(_CHANGES, since=moment(since))
