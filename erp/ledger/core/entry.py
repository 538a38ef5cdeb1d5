"""A journal entry before it is posted; that it balances is checked here, and again by the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """At `at` (microseconds) a fact of this `kind` moved `lines`: account to amount, debits above zero.

    What it is about is told by the ids; None where it is not about such a thing.
    """

    kind: str
    at: int
    currency: str
    lines: Mapping[str, Decimal]
    document: str = ""
    words: str = ""
    unit_id: int | None = None
    order_id: int | None = None
    order_line: int | None = None
    invoice_id: int | None = None
    claim_id: int | None = None
    account_order: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        over = sum(self.lines.values(), Decimal(0))
        if over or not self.lines:
            raise ValueError(f"a {self.kind} entry does not balance: {over} {self.currency} over")
        if not all(self.lines.values()):
            raise ValueError(f"a {self.kind} entry has a line of nothing")
        debits_first = sorted(self.lines, key=lambda one: (self.lines[one] < 0, one))
        object.__setattr__(self, "account_order", tuple(debits_first))


def reversal(entry: Entry, words: str) -> Entry:
    """The entry that takes another one back, of the same kind."""
    lines = {account: -amount for account, amount in entry.lines.items()}
    return replace(entry, lines=lines, words=words)
