"""Claims by receiving flags: what came wrong, too old, damaged or not at all goes on the draft.

Heard: FlagsSettled. Only of a delivery that was accepted, because nothing is owed for a refused one.
What a flag says of a whole lot claims its units, so that goods are claimed once whatever else is wrong
with them; what it says of a quantity becomes an item.
"""

from erp import subjects
from erp.claims import drafting, item_store
from erp.claims.handlers import known
from erp.claims.item_store import Flag, Item, Lost, UnitLine
from erp.claims.items import put_item
from erp.claims.store import Claim
from erp.wording import plain
from kernel.events import FlagsSettled
from kernel.money import Money
from storage.database import Transaction

OF_UNITS = ("wrong_product", "too_old", "too_short_life", "expired")
"""Kinds of flags that are about every unit of a lot."""
OF_QUANTITY = {"announced_short": "missing", "damaged": "damaged"}
"""Kinds of flags that are about a quantity, and what is claimed for each.

A line that is still open after a delivery (short) is none: the rest may come under the same order.
"""


def follow_flags(settled: FlagsSettled, transaction: Transaction) -> None:
    """Put on the draft what the flags of a delivery say, and ask where they say it no more."""
    for lost in transaction.rows(item_store.LOST_FLAGS, receipt_id=settled.receipt_id):
        _ask(transaction, lost)
    flags = transaction.rows(
        item_store.FLAGS_TO_CLAIM, receipt_id=settled.receipt_id, kinds=[*OF_UNITS, *OF_QUANTITY]
    )
    wanted = [flag for flag in flags if flag.quantity > 0]
    if not wanted:
        return
    code = drafting.open_claim(transaction, settled.receipt, (), subjects.MACHINE)
    claim = known(transaction, code)
    for flag in wanted:
        if flag.kind in OF_UNITS:
            _claim_units(transaction, claim, flag)
        else:
            _claim_quantity(transaction, claim, flag)


def _claim_quantity(transaction: Transaction, claim: Claim, flag: Flag) -> None:
    item = Item(
        OF_QUANTITY[flag.kind],
        flag.order_line,
        flag.lot_id,
        flag.quantity,
        flag.unit_price,
        flag.words,
        flag.flag_id,
    )
    put_item(transaction, claim, item, subjects.MACHINE)


def _claim_units(transaction: Transaction, claim: Claim, flag: Flag) -> None:
    assert flag.lot_id is not None, "flags of these kinds are about a lot"
    units = transaction.rows(item_store.UNITS_OF_LOT, lot_id=flag.lot_id, claim_id=claim.claim_id)
    for unit in units:
        if unit.claim_line_id is not None:
            item_store.add_defect(transaction, unit.claim_line_id, flag.flag_id, flag.words)
        elif not unit.claimed_elsewhere and unit.held > 0:
            line = UnitLine(
                unit.unit_id, flag.lot_id, unit.held, flag.unit_price, flag.words, flag.flag_id
            )
            _claim_unit(transaction, claim, unit.unit, line)


def _claim_unit(transaction: Transaction, claim: Claim, unit: str, line: UnitLine) -> None:
    amount = Money(line.unit_price, claim.currency).times(line.quantity)
    item_store.add_line(transaction, claim.claim_id, line, amount.amount)
    transaction.audit(
        subjects.MACHINE,
        "claim line added",
        subjects.claim(claim.code),
        unit=unit,
        quantity=plain(line.quantity),
        unit_price=plain(line.unit_price),
        amount=str(amount),
        deficiency=line.deficiency,
        flag=line.flag_id,
    )


def _ask(transaction: Transaction, lost: Lost) -> None:
    """A line loses a reason by itself; whether an item is still claimed is for a person to say."""
    if lost.claim_line_id is not None:
        item_store.withdraw_defect(transaction, lost.claim_line_id)
        told = True
    else:
        told = bool(transaction.run(item_store.ASK_ONCE, claim_id=lost.claim_id, words=lost.words))
    if told:
        transaction.audit(subjects.MACHINE, "claim flagged", subjects.claim(lost.code), why=lost.words)
