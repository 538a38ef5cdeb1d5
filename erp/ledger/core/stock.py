"""What the life of one unit is worth in the books: a pure function of the facts known about it.

A unit is worth its lot's price times what it holds, to the cent, at every instant from acceptance on.
The books are brought to that by posting differences, so facts may come late, corrected, in any order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from erp.ledger.core import chart
from kernel.instants import FOREVER
from kernel.intervals import Span, union
from kernel.money import Money

_COUNTERPARTS: Mapping[str, tuple[str, str]] = {
    "adjusted": ("count_difference", chart.COUNTED),
    "written_off": ("write_off", chart.WRITTEN_OFF),
    "split_off": ("split", chart.ROUNDING),
    "split_from": ("split", chart.ROUNDING),
    "received": ("receipt", chart.NOT_INVOICED),
}
"""Why a quantity changed: the kind of the entry, and the account that answers for it.

Both halves of a split answer to each other, so what stays in the account are cents of rounding.
"""
_GONE = {"dispatch": chart.SOLD, "return_to_supplier": chart.RETURNED}
_LEAVING = {chart.SOLD: "dispatch", chart.RETURNED: "supplier_return"}


class Change(NamedTuple):
    """At `at` the unit came to hold `delta` more, for one of the reasons that goods know."""

    at: int
    delta: Decimal
    reason: str


class Departure(NamedTuple):
    """At `at` the unit left us, by a movement of this `kind`."""

    at: int
    kind: str


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of a unit; instants in microseconds.

    `accepted_at` is None while the delivery is undecided, and after a refusal: then nothing of it is
    ours. `stays` are the times it was with us, `holds` the times it was held for any cause.
    """

    unit_price: Decimal
    currency: str
    accepted_at: int | None
    changes: tuple[Change, ...]
    stays: tuple[Span, ...]
    holds: tuple[Span, ...]
    departures: tuple[Departure, ...]


class Fact(NamedTuple):
    """What an entry is about: one kind of thing that happened to the unit at an instant."""

    at: int
    kind: str


Books = dict[Fact, dict[str, Decimal]]
"""Fact to account to amount; every fact balances, no amount is zero."""


def books(facts: UnitFacts) -> Books:
    """What the books must say of the unit."""
    if facts.accepted_at is None:
        return {}
    ledger = _Ledger(facts)
    for at in _instants(facts, facts.accepted_at):
        ledger.step(at)
    return ledger.tidy()


def difference(wanted: Books, posted: Books) -> Books:
    """What must be posted so that the books say `wanted` where they say `posted`."""
    missing: Books = {}
    for fact in sorted(wanted.keys() | posted.keys()):
        want, have = wanted.get(fact, {}), posted.get(fact, {})
        lines = {
            account: want.get(account, Decimal(0)) - have.get(account, Decimal(0))
            for account in sorted(want.keys() | have.keys())
        }
        lines = {account: amount for account, amount in lines.items() if amount}
        if lines:
            missing[fact] = lines
    return missing


def value(unit_price: Decimal, currency: str, quantity: Decimal) -> Decimal:
    """What so much of a lot is worth, to the currency's smallest coin."""
    return Money(unit_price, currency).times(quantity).amount


class _Ledger:
    """The books of one unit while its life is told from acceptance on."""

    def __init__(self, facts: UnitFacts) -> None:
        self._facts = facts
        self._holds = union(facts.holds)
        self._quantity = Decimal(0)
        self._place = ""
        self._books: Books = {}

    def step(self, at: int) -> None:
        """Everything that happened at the instant `at`, in the books."""
        place = self._place_at(at)
        if at == self._facts.accepted_at:
            self._quantity = sum((c.delta for c in self._facts.changes if c.at <= at), Decimal(0))
            self._post(at, "receipt", place, chart.NOT_INVOICED, self._value)
        else:
            if not self._quantity:
                self._place = place
            for change in self._facts.changes:
                if change.at == at:
                    before = self._value
                    self._quantity += change.delta
                    kind, counterpart = _COUNTERPARTS[change.reason]
                    self._post(at, kind, self._place, counterpart, self._value - before)
            if place != self._place:
                self._post(at, _moved(self._place, place), place, self._place, self._value)
        self._place = place

    def tidy(self) -> Books:
        """The books without what came to nothing."""
        found: Books = {}
        for fact, lines in self._books.items():
            kept = {account: amount for account, amount in lines.items() if amount}
            if kept:
                found[fact] = kept
        return found

    @property
    def _value(self) -> Decimal:
        return value(self._facts.unit_price, self._facts.currency, self._quantity)

    def _place_at(self, at: int) -> str:
        if any(stay.start <= at < stay.end for stay in self._facts.stays):
            held = any(hold.start <= at < hold.end for hold in self._holds)
            return chart.HELD if held else chart.INVENTORY
        gone = [one for one in self._facts.departures if one.at <= at]
        return _GONE.get(max(gone).kind, chart.SOLD) if gone else chart.SOLD

    def _post(self, at: int, kind: str, account: str, counterpart: str, amount: Decimal) -> None:
        lines = self._books.setdefault(Fact(at, kind), {})
        lines[account] = lines.get(account, Decimal(0)) + amount
        lines[counterpart] = lines.get(counterpart, Decimal(0)) - amount


def _moved(before: str, after: str) -> str:
    if after in chart.STOCK and before in chart.STOCK:
        return "hold" if after == chart.HELD else "release"
    if after in chart.STOCK:
        return "customer_return"
    return _LEAVING[after]


def _instants(facts: UnitFacts, accepted_at: int) -> list[int]:
    """When anything happened to the unit since it is ours, acceptance included, in order."""
    told = {
        accepted_at,
        *(change.at for change in facts.changes),
        *(one.at for one in facts.departures),
    }
    for span in (*facts.stays, *facts.holds):
        told |= {span.start, span.end}
    return sorted(at for at in told if accepted_at <= at < FOREVER)
