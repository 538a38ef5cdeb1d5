"""Cycle counts: what stands at a place, held against what we thought; differences need their reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from erp import subjects
from erp.quantities import storable
from erp.wms import stock
from erp.wms.core import Counted, compare
from erp.wms.handlers import known_place, known_unit
from erp.wording import plain
from kernel.events import GoodsCounted, GoodsMoved
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Count:
    """At `counted_at` `units` (code to quantity) were counted at the place.

    With `complete` the whole place was counted, and a unit that was not found is missing.
    """

    location: str
    units: Mapping[str, Decimal]
    counted_at: int
    by: str
    reason: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class CountLine:
    """A line of a recorded count."""

    count_id: int
    location: str
    counted_at: datetime
    counted_by: str
    reason: str
    unit: str
    expected: Decimal
    counted: Decimal
    stood_at: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    count_id: int


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


_SQL = Statements("erp.wms")
_INSERT = _SQL.returning(_Id, "insert_count")
_INSERT_LINES = _SQL.command("insert_count_lines")
_LOCK = _SQL.returning(_UnitId, "lock_units")
_COUNTS = _SQL.returning(CountLine, "counts")


def record_count(transaction: Transaction, told: Count) -> list[Counted]:
    """Record a count and make stock what was counted; every line of it.

    Refused when something differs and no reason is given: the sentence says what differs.
    """
    place = known_place(transaction, told.location)
    _check(told)
    there = _lines(transaction, told)
    elsewhere = {
        code: _thought(transaction, code, told.counted_at) for code in told.units if code not in there
    }
    found = compare(place.path, there, elsewhere, told.units, complete=told.complete)
    differing = [one for one in found if one.differs(place.path)]
    if differing and not told.reason.strip():
        raise Refusal(
            f"count at {place.path}: {'; '.join(_sentence(one, place.path) for one in differing)}: "
            "write in --reason why, or count again"
        )
    number = _record(transaction, told, place.location_id, found)
    for one in differing:
        _adjust(transaction, told, number, one)
    return found


def counts(transaction: Transaction, location: str | None, *, everything: bool) -> list[CountLine]:
    """What was counted, the newest count first: differences only, or everything."""
    return transaction.rows(_COUNTS, location=location, all=everything)


def _check(told: Count) -> None:
    if not told.units and not told.complete:
        raise Refusal(
            f"count at {told.location}: name the units counted, or say --complete: it is empty"
        )
    for code, quantity in told.units.items():
        if not storable(quantity) or quantity < 0:
            raise Refusal(
                f"count at {told.location}: unit {code} cannot hold {quantity}: "
                "write 0 or more, with at most 6 decimals"
            )


def _lines(transaction: Transaction, told: Count) -> dict[str, Decimal]:
    """What we thought stands there; locked, and looked at again, so that nothing moves meanwhile."""
    asked = stock.Asked(location=told.location)
    before = stock.stock(transaction, asked, told.counted_at)
    transaction.rows(_LOCK, units=[*told.units, *(line.unit for line in before)])
    return {line.unit: line.quantity for line in stock.stock(transaction, asked, told.counted_at)}


def _thought(transaction: Transaction, code: str, at: int) -> tuple[Decimal, str | None]:
    known_unit(transaction, code)
    for line in stock.stock(transaction, stock.Asked(unit=code), at):
        return line.quantity, line.location
    return Decimal(0), None


def _record(transaction: Transaction, told: Count, location_id: int, found: list[Counted]) -> int:
    number = transaction.one(
        _INSERT,
        location_id=location_id,
        counted_at=moment(told.counted_at),
        by=told.by,
        reason=told.reason,
    ).count_id
    transaction.run(
        _INSERT_LINES,
        count_id=number,
        units=[one.unit for one in found],
        expected=[one.expected for one in found],
        counted=[one.counted for one in found],
        stood_at=[one.stood_at for one in found],
    )
    transaction.audit(
        told.by,
        "stock counted",
        f"location {told.location}",
        count=number,
        counted_at=moment(told.counted_at),
        complete=told.complete,
        units={one.unit: one.counted for one in found},
        reason=told.reason,
    )
    return number


def _adjust(transaction: Transaction, told: Count, number: int, one: Counted) -> None:
    document = f"count {number}"
    if one.expected != one.counted:
        transaction.publish(GoodsCounted(one.unit, one.counted, told.counted_at, document, told.by))
    if one.counted > 0 and one.stood_at != told.location:
        # No two movements at one instant: it was found there a moment after it was counted.
        transaction.publish(
            GoodsMoved(one.unit, "transfer", told.location, told.counted_at + 1, document, told.by)
        )
    transaction.audit(
        told.by,
        "stock difference",
        subjects.unit(one.unit),
        count=number,
        location=told.location,
        expected=one.expected,
        counted=one.counted,
        stood_at=one.stood_at,
        reason=told.reason,
    )


def _sentence(one: Counted, place: str) -> str:
    if one.expected != one.counted:
        return f"{one.unit} holds {plain(one.counted)}, not {plain(one.expected)}"
    return f"{one.unit} stood at {one.stood_at or 'no place of ours'}, not at {place}"
