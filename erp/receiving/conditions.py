"""Judging receiving conditions: each unit against the range that its order line agrees for receiving.

Heard: ReceiptDecided, GoodsArrived (told after the decision) and BindingChanged (a travelling logger
was read, a movement corrected). What the units felt comes from a callable that coldbind/ hands in,
because binding belongs to another stage.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from erp.receiving import delivery_store, flagging
from erp.receiving import flag_store as store
from erp.receiving.core.conditions import Agreed, Felt, judged
from erp.receiving.core.flags import TEMPERATURE, Flag
from kernel.events import (
    AgreementBroken,
    AgreementKept,
    BindingChanged,
    GoodsArrived,
    ReceiptDecided,
)
from kernel.instants import BEGINNING, FOREVER
from kernel.intervals import Span
from kernel.refusal import Refusal
from storage.database import Transaction

FeltBetween = Callable[
    [Transaction, Collection[int], Span, float | None, float | None], Mapping[int, Felt]
]
"""``felt_between(transaction, units, window, lowest, highest)``: what each unit felt."""
_WHY = "what is known now was within what is agreed"


class Conditions:
    """The judging of agreed conditions, by what `felt_between` says that units felt."""

    def __init__(self, felt_between: FeltBetween) -> None:
        self._felt_between = felt_between

    def decided(self, event: ReceiptDecided, transaction: Transaction) -> None:
        """A delivery was decided: the time in which it is judged has ended."""
        self.judge(transaction, event.receipt_id)
        self.keep(transaction, event.receipt_id)

    def arrived(self, event: GoodsArrived, transaction: Transaction) -> None:
        """Goods of a delivery that is decided already are told late: they get theirs at once."""
        receipt_id = delivery_store.receipt_id(transaction, event.document)
        assert receipt_id is not None, "the receipt is written before its lots"
        if delivery_store.receipt_head(transaction, receipt_id).decision is not None:
            self.judge(transaction, receipt_id)
            self.keep(transaction, receipt_id)

    def moved(self, event: BindingChanged, transaction: Transaction) -> None:
        """What these units felt may have changed: judge again those that were received before."""
        found = store.agreed_among(transaction, event.unit_ids)
        for receipt_id in sorted({one.receipt_id for one in found}):
            self.judge(transaction, receipt_id)

    def judge(self, transaction: Transaction, receipt_id: int) -> list[Flag]:
        """Judge a delivery by all that is known now; the flags about its temperature that stand."""
        units = store.agreed_units(transaction, receipt_id)
        if not units:
            return []
        felt = self._felt(transaction, units)
        found = {one.unit_id: judged(one, felt[one.unit_id]) for one in units}
        standing = [one for one in store.standing(transaction, receipt_id) if one.kind in TEMPERATURE]
        kept = flagging.keep(
            transaction,
            units[0].receipt,
            standing,
            [flag for flags in found.values() for flag in flags],
            _WHY,
        )
        by_unit = {one.unit_id: one for one in units}
        for flag_id, flag in kept.items():
            if flag.kind != "unmeasured" and flag.unit_id is not None:
                transaction.publish(_broken(flag_id, flag, by_unit[flag.unit_id], felt[flag.unit_id]))
        for gone in standing:
            if gone.flag_id not in kept:
                transaction.publish(AgreementKept(gone.flag_id, _WHY))
        return list(kept.values())

    def keep(self, transaction: Transaction, receipt_id: int) -> None:
        """Attach to each lot of a delivery what it felt under way and at the dock, as known now."""
        for lot in store.units_of_receipt(transaction, receipt_id):
            until = FOREVER if lot.decided_at is None else lot.decided_at
            for stretch, window in (
                ("transport", Span(BEGINNING, lot.arrived_at)),
                ("dock", Span(lot.arrived_at, until)),
            ):
                if window.start < window.end:
                    felt = self._felt_between(transaction, lot.units, window, None, None)
                    store.add_condition(transaction, lot.lot_id, stretch, list(felt.values()))

    def again(self, transaction: Transaction, receipt: str) -> None:
        """Judge and keep the conditions of a delivery by what is known now; `Refusal` when unknown."""
        receipt_id = delivery_store.receipt_id(transaction, receipt)
        if receipt_id is None:
            raise Refusal(f"there is no receipt {receipt!r}: record the arrival first")
        self.judge(transaction, receipt_id)
        self.keep(transaction, receipt_id)

    def _felt(self, transaction: Transaction, units: Sequence[Agreed]) -> dict[int, Felt]:
        """What the units felt; lines of an order may agree on different ranges."""
        alike: dict[tuple[Span, float | None, float | None], list[int]] = {}
        for one in units:
            alike.setdefault((one.window, one.lowest, one.highest), []).append(one.unit_id)
        found: dict[int, Felt] = {}
        for (window, lowest, highest), unit_ids in alike.items():
            found |= self._felt_between(transaction, unit_ids, window, lowest, highest)
        return found


def _broken(flag_id: int, flag: Flag, agreed: Agreed, felt: Felt) -> AgreementBroken:
    return AgreementBroken(
        flag_id,
        agreed.unit_id,
        flag.words,
        agreed.window.start,
        agreed.window.end,
        felt.last_at,
        felt.series,
    )
