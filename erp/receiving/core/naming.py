"""Codes of ours for lots and units that come with none: the receipt's code and a number.

What was recorded before keeps its code, whatever else a delivery told again says now, so that a file
with a fault in it can be corrected and told again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count

from kernel.events import ArrivingUnit


@dataclass(frozen=True, slots=True)
class Label:
    """What tells one lot of a delivery from another; `line` is the order's, None when not told."""

    product_id: int
    supplier_lot: str
    expires_on: date | None
    produced_on: date | None
    line: int | None

    def names(self, other: "Label") -> bool:
        """Whether a recorded lot with the `other` label may be meant."""
        return replace(self, line=self.line or other.line) == other


@dataclass(frozen=True, slots=True)
class RecordedLot:
    """A lot of the receipt that is recorded already."""

    code: str
    label: Label


class Names:
    """The codes of one delivery; `taken` are the lots that name theirs."""

    def __init__(self, receipt: str, recorded: Sequence[RecordedLot], taken: Iterable[str]) -> None:
        told = set(taken)
        used = {one.code for one in recorded} | told
        self._recorded = [one for one in recorded if one.code not in told]
        self._free = (code for n in count(1) if (code := f"{receipt}-{n}") not in used)

    def lot(self, label: Label) -> str:
        """The code of a lot that names none: the one it was recorded with, or the next free one."""
        known = next((one for one in self._recorded if label.names(one.label)), None)
        if known is None:
            return next(self._free)
        self._recorded.remove(known)
        return known.code


def units_named(
    lot: str, units: Sequence[ArrivingUnit], recorded: Mapping[str, Decimal]
) -> tuple[ArrivingUnit, ...]:
    """The units of a lot, those without a code numbered; `recorded` are its units by now.

    One that holds as much as a recorded unit that is not named is taken to be that one.
    """
    told = {unit.code for unit in units}
    left = {code: quantity for code, quantity in recorded.items() if code not in told}
    free = (code for n in count(1) if (code := f"{lot}/{n:04}") not in recorded and code not in told)
    named: list[ArrivingUnit] = []
    for unit in units:
        code = unit.code or next((one for one in left if left[one] == unit.quantity), None)
        left.pop(code or "", None)
        named.append(replace(unit, code=code or next(free)))
    return tuple(named)
