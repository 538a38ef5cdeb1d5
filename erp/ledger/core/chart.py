"""The chart of accounts, as the database has it; a test holds the two together.

Debits are above zero, credits below, everywhere.
"""

from typing import NamedTuple


class Account(NamedTuple):
    """An account of the books: its number, its name, and whether it is an asset, a liability, .."""

    number: str
    name: str
    kind: str


INVENTORY = "1200"
HELD = "1210"
CLAIMS = "1300"
PAYABLE = "2000"
NOT_INVOICED = "2100"
ACCRUED = "2200"
SOLD = "5000"
WRITTEN_OFF = "5100"
DESTRUCTION = "5110"
FREIGHT = "5120"
RETURNED = "5130"
COUNTED = "5200"
PRICE_VARIANCE = "5300"
RECOVERED = "5400"
ROUNDING = "5900"

STOCK = (INVENTORY, HELD)
"""Goods that are ours and with us."""

CHART = (
    Account(INVENTORY, "Inventory", "asset"),
    Account(HELD, "Inventory, held", "asset"),
    Account(CLAIMS, "Claims on suppliers", "asset"),
    Account(PAYABLE, "Accounts payable", "liability"),
    Account(NOT_INVOICED, "Goods received, not invoiced", "liability"),
    Account(ACCRUED, "Accrued costs", "liability"),
    Account(SOLD, "Cost of goods sold", "expense"),
    Account(WRITTEN_OFF, "Goods written off", "expense"),
    Account(DESTRUCTION, "Destruction and disposal", "expense"),
    Account(FREIGHT, "Freight and handling", "expense"),
    Account(RETURNED, "Goods returned to suppliers", "expense"),
    Account(COUNTED, "Count differences", "expense"),
    Account(PRICE_VARIANCE, "Purchase price variance", "expense"),
    Account(RECOVERED, "Recovered from suppliers", "income"),
    Account(ROUNDING, "Rounding differences", "expense"),
)
