"""What goods felt in our hands, as sales writes it down when they leave: lot binding's figures."""

from collections.abc import Sequence

from erp.fulfilment.core import Condition
from kernel.instants import seconds
from lotbinding.record.statistics import units_statistics
from storage.database import Transaction


def conditions_of(transaction: Transaction, units: Sequence[str]) -> list[Condition]:
    """The condition of each unit, from all it was exposed to until it left us."""
    return [
        Condition(
            unit=one.code,
            since=one.figures.since,
            readings=one.figures.readings,
            lowest=one.figures.lowest,
            highest=one.figures.highest,
            mean=one.figures.mean,
            mkt=one.figures.mkt,
            beyond={
                f"{limit.side} {limit.limit:g}": seconds(limit.length) for limit in one.figures.beyond
            },
            unmonitored=one.figures.unmonitored,
        )
        for one in units_statistics(transaction, units)
    ]
