"""Goods that came expired or damaged are held in the transaction that flags them.

What was held stays held when its flag is withdrawn: a person decides, as about every hold.
"""

from collections.abc import Iterable

from erp import subjects
from erp.receiving import flag_store as store
from erp.receiving.core.flags import Flag
from erp.receiving.core.stopping import CAUSES, stopped_among, stopped_by
from kernel.events import GoodsArrived, HoldOrdered
from storage.database import Transaction


def hold_flagged(
    transaction: Transaction, raised: Iterable[Flag], arrived: GoodsArrived | None
) -> None:
    """Order holds for what the flags `raised` just now stop, of the lot that `arrived` or another."""
    for flag in raised:
        cause = CAUSES.get(flag.kind)
        if cause is None or flag.lot_id is None:
            continue
        counted = arrived.units if arrived and arrived.lot_id == flag.lot_id else ()
        codes = stopped_by(flag.kind, counted)
        units = store.units_of_lot(transaction, flag.lot_id, codes)
        transaction.publish(HoldOrdered(tuple(units), cause, flag.words, subjects.MACHINE))


def hold_added(transaction: Transaction, standing: Iterable[Flag], arrived: GoodsArrived) -> None:
    """Order holds for units that arrive for a lot whose flags stood before they were told."""
    for flag in standing:
        cause = CAUSES.get(flag.kind)
        if cause is None or flag.lot_id != arrived.lot_id:
            continue
        codes = stopped_among(flag.kind, arrived.units)
        units = store.units_of_lot(transaction, arrived.lot_id, codes)
        if units:
            transaction.publish(HoldOrdered(tuple(units), cause, flag.words, subjects.MACHINE))
