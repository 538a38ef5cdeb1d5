"""Which sensors spoke for each unit of a lot, and when: units that heard the same felt the same."""

from dataclasses import dataclass

from kernel.intervals import Span
from lotbinding.store.exposure import exposures_of
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("lotbinding")

Spoken = tuple[tuple[Span, tuple[int, ...]], ...]
"""Stretches of time with the ids of the series that were nearest; none means unmonitored."""


@dataclass(frozen=True, slots=True)
class _LotUnit:
    unit_id: int
    code: str


_UNITS = _SQL.returning(_LotUnit, "units_of_lot")


def speakers(transaction: Transaction, lot: str) -> dict[str, Spoken]:
    """What spoke for the units of `lot`, by unit code; empty when there is no such lot."""
    codes = {unit.unit_id: unit.code for unit in transaction.rows(_UNITS, lot=lot)}
    heard: dict[str, list[tuple[Span, tuple[int, ...]]]] = {code: [] for code in codes.values()}
    for exposure in exposures_of(transaction, list(codes)):
        heard[codes[exposure.unit_id]].append((exposure.span, exposure.series))
    return {code: tuple(stretches) for code, stretches in heard.items()}
