"""What rules write about how far each series is known: from its first evidence to its last."""

from collections.abc import Collection, Sequence

from rules.core.runs import Window
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")
_PUT_SIGNALS = _SQL.command("put_signals")
_FORGET_SIGNALS = _SQL.command("forget_signals")


def put_signals(transaction: Transaction, found: Sequence[tuple[int, Window]]) -> None:
    """Remember how far the evidence of each series reaches."""
    transaction.run(
        _PUT_SIGNALS,
        series=[series for series, _ in found],
        starts=[window.span.start for _, window in found],
        ends=[window.span.end for _, window in found],
        first_known=[series for series, window in found if window.open_start],
        last_known=[series for series, window in found if window.open_end],
    )


def forget_signals(transaction: Transaction, series_ids: Collection[int]) -> None:
    """None of the readings of these series is evidence any more."""
    transaction.run(_FORGET_SIGNALS, series_ids=list(series_ids))
