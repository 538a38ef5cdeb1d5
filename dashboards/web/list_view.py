"""What the list of lots shows: what needs attention first, everything else by arrival."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.web import words
from erp.trace.lots import LotLine


@dataclass(frozen=True, slots=True)
class ListView:
    """The lots in the order a quality manager works, and what stands out, in one sentence."""

    summary: str
    lots: tuple[LotLine, ...]


def list_view(found: Sequence[LotLine]) -> ListView:
    """The page of `found`, which comes newest receipt first."""
    attention = sorted(found, key=lambda lot: (lot.held_units == 0, lot.open_excursions == 0))
    return ListView(_summary(found), tuple(attention))


def _summary(found: Sequence[LotLine]) -> str:
    if not found:
        return "No lot has arrived yet."
    held = sum(lot.held_units for lot in found)
    lots = sum(lot.held_units > 0 for lot in found)
    going_on = sum(lot.open_excursions for lot in found)
    is_or_are = "is" if held == 1 else "are"
    who = (
        f"{words.count(held, 'unit')} of {words.count(lots, 'lot')} {is_or_are}"
        if held
        else "Nothing is"
    )
    rest = f" {words.count(going_on, 'excursion')} not over yet." if going_on else ""
    return f"{who} held.{rest}"
