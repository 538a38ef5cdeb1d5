"""Asking the books of a test's database, and the goods beside them."""

from decimal import Decimal
from typing import Any, LiteralString

import psycopg

from erp.ledger.handlers import follow_decision, follow_goods, follow_holds
from kernel.events import HoldsChanged, ReceiptDecided, StockChanged
from storage.database import Handlers
from tests.erp_world import WIRING

BOOKED: Handlers = {
    **WIRING,
    ReceiptDecided: [*WIRING[ReceiptDecided], follow_decision],
    StockChanged: [follow_goods],
    HoldsChanged: [follow_holds],
}
"""The wiring of the small world, with the books."""

Balances = dict[str, Decimal]

_BALANCES = """
    select line.account, sum(line.amount)
    from erp.journal_line line join erp.journal_entry using (entry_id)
    where entry_id is not null and (%(until)s::timestamptz is null or occurred_at <= %(until)s)
    group by line.account having sum(line.amount) <> 0 order by 1
"""
_UNBALANCED = """
    select entry_id, sum(amount) from erp.journal_entry left join erp.journal_line using (entry_id)
    group by entry_id having coalesce(sum(amount), 1) <> 0
"""


def ask(url: str, query: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    """Rows of a query on a connection of its own."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters).fetchall()


def balances(url: str, until: object = None) -> Balances:
    """Every account's balance by the facts until an instant (all), as numbers of one currency."""
    with psycopg.connect(url) as connection:
        return dict(connection.execute(_BALANCES, {"until": until}).fetchall())


def unbalanced(url: str) -> list[tuple[Any, ...]]:
    """Entries that do not balance; there never is one."""
    return ask(url, _UNBALANCED)
