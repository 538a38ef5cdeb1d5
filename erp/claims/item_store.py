"""What claims by receiving flags and by hand read and write: flags, items, and defects of units."""

from dataclasses import dataclass
from decimal import Decimal

from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Item:
    """A quantity of an order line that is claimed; `flag_id` is None for one by hand."""

    kind: str
    order_line: int
    lot_id: int | None
    quantity: Decimal
    unit_price: Decimal
    deficiency: str
    flag_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that is claimed because of a flag, or by hand when `flag_id` is None."""

    unit_id: int
    lot_id: int
    quantity: Decimal
    unit_price: Decimal
    deficiency: str
    flag_id: int | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as a claim shows it; `struck_why` when a person took it off."""

    claim_item_id: int
    kind: str
    order_line: int
    lot: str | None
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    deficiency: str
    recorded_by: str
    struck_why: str | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that no claim tells of yet, and the `quantity` of its order line that it is about."""

    flag_id: int
    kind: str
    words: str
    order_line: int
    lot_id: int | None
    unit_price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Lost:
    """An item or a line rests on a flag that was withdrawn, or that says something else now."""

    claim_id: int
    code: str
    claim_item_id: int | None
    claim_line_id: int | None
    words: str


@dataclass(frozen=True, slots=True)
class LotUnit:
    """A unit of a lot: what it holds, its line on the draft if any, whether another claim has it."""

    unit_id: int
    unit: str
    held: Decimal
    claim_line_id: int | None
    claimed_elsewhere: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of a claim's order; the lot is None when none was named, or it did not come under it."""

    line: int
    unit_price: Decimal
    lot_id: int | None
    lot_quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class Overclaimed:
    """A lot of which more is claimed than came."""

    lot: str
    came: Decimal
    claimed: Decimal


@dataclass(frozen=True, slots=True)
class _ItemId:
    claim_item_id: int


@dataclass(frozen=True, slots=True)
class _LineId:
    claim_line_id: int


_SQL = Statements("erp.claims")
FLAGS_TO_CLAIM = _SQL.returning(Flag, "flags_to_claim")
LOST_FLAGS = _SQL.returning(Lost, "lost_flags")
UNITS_OF_LOT = _SQL.returning(LotUnit, "units_of_lot")
ORDER_LINE = _SQL.returning(OrderLine, "order_line")
OVERCLAIMED = _SQL.returning(Overclaimed, "overclaimed")
ITEMS = _SQL.returning(ItemRow, "items")
STRIKE_ITEM = _SQL.command("strike_item")
ASK_ONCE = _SQL.command("ask_once")
_ADD_ITEM = _SQL.returning(_ItemId, "add_item")
_ADD_LINE = _SQL.returning(_LineId, "add_line_by_hand")
_ADD_DEFECT = _SQL.command("add_defect")
_WITHDRAW_DEFECT = _SQL.command("withdraw_defect")
_REWORD_LINE = _SQL.command("reword_line")


def add_item(transaction: Transaction, claim_id: int, item: Item, amount: Decimal, by: str) -> int:
    """Claim a quantity; the number of the item."""
    return transaction.one(
        _ADD_ITEM,
        claim_id=claim_id,
        flag_id=item.flag_id,
        kind=item.kind,
        order_line=item.order_line,
        lot_id=item.lot_id,
        quantity=item.quantity,
        unit_price=item.unit_price,
        amount=amount,
        deficiency=item.deficiency,
        by=by,
    ).claim_item_id


def add_line(transaction: Transaction, claim_id: int, line: UnitLine, amount: Decimal) -> None:
    """Claim a unit."""
    number = transaction.one(
        _ADD_LINE,
        claim_id=claim_id,
        unit_id=line.unit_id,
        lot_id=line.lot_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=amount,
        deficiency=line.deficiency,
    ).claim_line_id
    add_defect(transaction, number, line.flag_id, line.deficiency)


def add_defect(
    transaction: Transaction, claim_line_id: int, flag_id: int | None, deficiency: str
) -> None:
    """Say what is wrong with a claimed unit, beside what the line says already."""
    transaction.run(_ADD_DEFECT, claim_line_id=claim_line_id, flag_id=flag_id, deficiency=deficiency)
    transaction.run(_REWORD_LINE, claim_line_id=claim_line_id)


def withdraw_defect(transaction: Transaction, claim_line_id: int) -> None:
    """Let a line rest on no flag that was withdrawn."""
    transaction.run(_WITHDRAW_DEFECT, claim_line_id=claim_line_id)
    transaction.run(_REWORD_LINE, claim_line_id=claim_line_id)
