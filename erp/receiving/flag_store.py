"""Reading and writing the flags of deliveries, and which units have a range agreed for receiving."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from erp.receiving.core.conditions import Agreed, Felt
from erp.receiving.core.flags import Flag
from kernel.instants import seconds
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Standing:
    """A flag that is not withdrawn."""

    flag_id: int
    kind: str
    order_line: int | None
    lot_id: int | None
    unit_id: int | None
    words: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class LotUnits:
    """The units of a lot as they arrived, and between which instants it stood at the dock."""

    lot_id: int
    units: list[int]
    arrived_at: int
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class _FlagId:
    flag_id: int


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


_SQL = Statements("erp.receiving")
_STANDING = _SQL.returning(Standing, "standing_flags")
_INSERT = _SQL.returning(_FlagId, "insert_flag")
_CHANGE = _SQL.command("change_flag")
_WITHDRAW = _SQL.command("withdraw_flag")
_AGREED = _SQL.returning(Agreed, "agreed_units")
_UNITS_OF_RECEIPT = _SQL.returning(LotUnits, "units_of_receipt")
_UNITS_OF_LOT = _SQL.returning(_UnitId, "units_of_lot")
_INSERT_CONDITION = _SQL.command("insert_condition")


def standing(transaction: Transaction, receipt_id: int) -> list[Standing]:
    """The flags of a delivery that stand, in the order they were raised."""
    return transaction.rows(_STANDING, receipt_id=receipt_id)


def insert(transaction: Transaction, receipt: str, flag: Flag, numbers: str) -> int:
    """Raise a flag; its id."""
    return transaction.one(
        _INSERT,
        receipt=receipt,
        order_line=flag.order_line,
        lot_id=flag.lot_id,
        unit_id=flag.unit_id,
        kind=flag.kind,
        words=flag.words,
        numbers=numbers,
    ).flag_id


def change(transaction: Transaction, flag_id: int, words: str, numbers: str) -> None:
    """Let a flag say what is known now."""
    transaction.run(_CHANGE, flag_id=flag_id, words=words, numbers=numbers)


def withdraw(transaction: Transaction, flag_id: int, why: str) -> None:
    """Mark a flag as withdrawn."""
    transaction.run(_WITHDRAW, flag_id=flag_id, why=why)


def agreed_units(transaction: Transaction, receipt_id: int) -> list[Agreed]:
    """Units of a delivery, as they arrived, with a range agreed for receiving."""
    return transaction.rows(_AGREED, receipt_id=receipt_id, units=[])


def agreed_among(transaction: Transaction, unit_ids: Collection[int]) -> list[Agreed]:
    """Those of the units that arrived with a range agreed for receiving."""
    return transaction.rows(_AGREED, receipt_id=None, units=list(unit_ids))


def units_of_receipt(transaction: Transaction, receipt_id: int) -> list[LotUnits]:
    """The lots of a delivery with their units."""
    return transaction.rows(_UNITS_OF_RECEIPT, receipt_id=receipt_id)


def units_of_lot(transaction: Transaction, lot_id: int, codes: Collection[str] | None) -> list[int]:
    """The units of a lot with these `codes`, all when None."""
    told = None if codes is None else sorted(codes)
    return [row.unit_id for row in transaction.rows(_UNITS_OF_LOT, lot_id=lot_id, codes=told)]


def add_condition(transaction: Transaction, lot_id: int, stretch: str, felt: Sequence[Felt]) -> None:
    """Add what a lot felt in a stretch: the extremes of its units, the time all were monitored."""
    coldest = [one.lowest for one in felt if one.lowest is not None]
    warmest = [one.highest for one in felt if one.highest is not None]
    transaction.run(
        _INSERT_CONDITION,
        lot_id=lot_id,
        stretch=stretch,
        readings=max((one.readings for one in felt), default=0),
        monitored=seconds(min((one.monitored for one in felt), default=0)),
        lowest=min(coldest, default=None),
        highest=max(warmest, default=None),
        sensors=sorted({sensor for one in felt for sensor in one.sensors}),
    )
