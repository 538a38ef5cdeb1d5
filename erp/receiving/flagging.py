"""Raising, changing and withdrawing the flags of a delivery, each change with its audit record."""

from collections.abc import Sequence

import msgspec

from erp import subjects
from erp.receiving import flag_store as store
from erp.receiving.core.flags import Flag
from storage.database import Transaction


def keep(
    transaction: Transaction,
    receipt: str,
    standing: Sequence[store.Standing],
    wanted: Sequence[Flag],
    why: str,
) -> dict[int, Flag]:
    """Let exactly the `wanted` flags stand of those that stood; by id, those that stand now.

    A flag that no longer holds is withdrawn because of `why`, and stays on record.
    """
    known = {(one.kind, one.order_line, one.lot_id, one.unit_id): one for one in standing}
    kept: dict[int, Flag] = {}
    for flag in wanted:
        before = known.pop((flag.kind, flag.order_line, flag.lot_id, flag.unit_id), None)
        kept[_put(transaction, receipt, flag, before)] = flag
    for gone in known.values():
        withdraw(transaction, receipt, gone, why)
    return kept


def withdraw(transaction: Transaction, receipt: str, gone: store.Standing, why: str) -> None:
    """Withdraw one flag."""
    store.withdraw(transaction, gone.flag_id, why)
    transaction.audit(
        subjects.MACHINE,
        "flag withdrawn",
        subjects.receipt(receipt),
        flag=gone.kind,
        words=gone.words,
        why=why,
    )


def _put(transaction: Transaction, receipt: str, flag: Flag, before: store.Standing | None) -> int:
    if before is not None and before.words == flag.words:
        return before.flag_id
    numbers = msgspec.json.encode(flag.numbers).decode()
    if before is None:
        flag_id = store.insert(transaction, receipt, flag, numbers)
    else:
        flag_id = before.flag_id
        store.change(transaction, flag_id, flag.words, numbers)
    transaction.audit(
        subjects.MACHINE,
        "flag raised" if before is None else "flag changed",
        subjects.receipt(receipt),
        flag=flag.kind,
        words=flag.words,
    )
    return flag_id
