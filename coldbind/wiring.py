"""Who hears whom: the one place where stages are connected.

Everything here happens inside the transaction of whoever publishes the event, so an excursion, its
hold, its claim and their audit records commit together or not at all.
"""

from erp.finance import handlers as finance
from erp.quality import handlers as quality
from kernel.events import (
    BindingChanged,
    CustodySplit,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    GoodsArrived,
    HoldReasonWithdrawn,
    ReceiptDecided,
)
from lotbinding import handlers as lotbinding
from lotbinding import store as binding_store
from rules import handlers as rules
from rules.worker import Binding
from storage.database import Database, Handlers

HANDLERS: Handlers = {
    GoodsArrived: [lotbinding.receive_units],
    BindingChanged: [rules.judge_again],
    ExcursionFound: [quality.hold],
    ExcursionEnded: [quality.close],
    ExcursionWithdrawn: [quality.withdraw],
    ReceiptDecided: [quality.settle],
    CustodySplit: [finance.claim],
    HoldReasonWithdrawn: [finance.withdraw],
}

BINDING = Binding(binding_store.exposures_of, binding_store.units_near_series)


def open_database(
    url: str, application: str, *, size: int = 4, listening: Handlers | None = None
) -> Database:
    """The database at `url`, with all stages wired together, and `listening` after them."""
    wired = {event: [*HANDLERS.get(event, ()), *heard] for event, heard in (listening or {}).items()}
    return Database(url, {**HANDLERS, **wired}, application=f"coldbind {application}", size=size)
