"""Reading custody, placing holds, and writing down why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from erp.custody import PARTIES, Delivery, Phase, Share, reason, time_of, timeline
from kernel.instants import seconds
from kernel.intervals import Span
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit, and who had custody of it when."""

    code: str
    phases: list[Phase]


@dataclass(frozen=True, slots=True)
class ToldSplit:
    """An excursion of a unit with its custody split as it is written down; lengths in seconds."""

    excursion_id: int
    rule: str
    started_at: int
    supplier_seconds: float
    carrier_seconds: float
    own_seconds: float
    customer_seconds: float
    reason: str
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """An excursion that speaks for a hold, with its custody split as it is written down."""

    excursion_id: int
    unit_id: int
    unit: str
    started_at: int
    beyond: list[Span]
    told: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold that was placed just now, and its cause."""

    hold_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class PlacedOn:
    """A hold that was placed just now, and the unit it is on."""

    hold_id: int
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class _Facts:
    unit_id: int
    unit: str
    incoterm: str
    named_place: str
    carrier: str
    handed_over_at: int | None
    decision: str | None
    decided_at: int | None
    since: list[int]
    until: list[int]
    sent_back: list[int]


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _Reason:
    excursion_id: int
    unit_id: int
    unit: str
    started_at: int
    starts: list[int]
    ends: list[int]
    told: str


@dataclass(frozen=True, slots=True)
class _Excursion:
    excursion_id: int


@dataclass(frozen=True, slots=True)
class ExcursionHold:
    """The open hold of a unit for excursions; `placed` just now, or before."""

    hold_id: int
    placed: bool


@dataclass(frozen=True, slots=True)
class _HoldOf:
    unit_id: int
    hold_id: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit: str


@dataclass(frozen=True, slots=True)
class WentOn:
    """A unit that was released from a hold, and whose excursion went on."""

    unit_id: int
    hold_id: int


@dataclass(frozen=True, slots=True)
class _Count:
    number: int


_SQL = Statements("erp.quality")
_CUSTODY_FACTS = _SQL.returning(_Facts, "custody_facts")
_UNIT_BY_CODE = _SQL.returning(_UnitId, "unit_by_code")
_TOLD_OF_UNIT = _SQL.returning(ToldSplit, "told_of_unit")
_REASONS_AMONG = _SQL.returning(_Excursion, "reasons_among")
_HOLD_FOR_EXCURSIONS = _SQL.returning(_HoldOf, "hold_for_excursions")
_INHERIT = _SQL.returning(Placed, "inherit_holds")
_PLACE_HOLDS = _SQL.returning(PlacedOn, "place_holds")
_UNIT_CODE = _SQL.returning(_Unit, "unit_code")
_OPEN_HOLDS = _SQL.returning(_HoldOf, "open_holds")
_JOIN = _SQL.command("join_holds")
_WITHDRAW = _SQL.returning(_Unit, "withdraw")
_REASONS = _SQL.returning(_Reason, "reasons")
_EXCURSIONS_OF_UNITS = _SQL.returning(_Excursion, "excursions_of_units")
_EXCURSIONS_OF_RECEIPT = _SQL.returning(_Excursion, "excursions_of_receipt")
_SETTLE = _SQL.command("settle")
_DECIDED_ALREADY = _SQL.returning(_Excursion, "decided_already")
_WENT_ON = _SQL.returning(WentOn, "went_on")
_INHERIT_GRADE = _SQL.command("inherit_grade")
_COUNT_OPEN = _SQL.returning(_Count, "count_open")


def kept(transaction: Transaction, unit_ids: Collection[int]) -> dict[int, Kept]:
    """Who had custody of each unit; the decisions on their receipts cannot change until commit."""
    return {
        row.unit_id: Kept(
            row.unit,
            timeline(
                Delivery(
                    row.incoterm,
                    row.named_place,
                    row.carrier,
                    row.handed_over_at,
                    row.decision,
                    row.decided_at,
                ),
                [Span(start, end) for start, end in zip(row.since, row.until, strict=True)],
                row.sent_back,
            ),
        )
        for row in transaction.rows(_CUSTODY_FACTS, units=list(unit_ids))
    }


def unit_id(transaction: Transaction, code: str) -> int | None:
    """The id of the stock unit with that code, None when there is none."""
    row = transaction.row(_UNIT_BY_CODE, code=code)
    return None if row is None else row.unit_id


def splits_of(transaction: Transaction, unit_id: int) -> list[ToldSplit]:
    """The excursions that speak, or spoke, for holds on a unit, in order of time."""
    return transaction.rows(_TOLD_OF_UNIT, unit_id=unit_id)


def unit_code(transaction: Transaction, unit_id: int) -> str:
    """The code of a unit."""
    return transaction.one(_UNIT_CODE, unit_id=unit_id).unit


def reasons_among(transaction: Transaction, excursions: Collection[int]) -> set[int]:
    """Those of the excursions that already speak, or spoke, for a hold."""
    return {row.excursion_id for row in transaction.rows(_REASONS_AMONG, excursions=list(excursions))}


def hold_for_excursions(
    transaction: Transaction, published_at: Mapping[int, int | None]
) -> dict[int, ExcursionHold]:
    """The open hold for excursions of each unit, placed where there is none.

    `published_at` says for each unit when the reading that led here was sent, None when no reading did.
    """
    placed = _place(transaction, published_at)
    others = published_at.keys() - placed.keys()
    known = {
        row.unit_id: ExcursionHold(row.hold_id, placed=False)
        for row in (transaction.rows(_OPEN_HOLDS, units=list(others)) if others else ())
    }
    # Those that are neither a person ended while we waited for their locks.
    ended = {unit: published_at[unit] for unit in others - known.keys()}
    return {**placed, **known, **(_place(transaction, ended) if ended else {})}


def _place(
    transaction: Transaction, published_at: Mapping[int, int | None]
) -> dict[int, ExcursionHold]:
    rows = transaction.rows(
        _HOLD_FOR_EXCURSIONS, units=list(published_at), published=list(published_at.values())
    )
    return {row.unit_id: ExcursionHold(row.hold_id, placed=True) for row in rows}


def decided_already(transaction: Transaction, excursions: Collection[int]) -> set[int]:
    """Those of the excursions from which a person has released the goods before they were divided."""
    rows = transaction.rows(_DECIDED_ALREADY, excursions=list(excursions))
    return {row.excursion_id for row in rows}


def went_on(transaction: Transaction, excursion_id: int) -> WentOn | None:
    """The unit that an excursion went on for after its hold was released; None when it did not."""
    return transaction.row(_WENT_ON, excursion_id=excursion_id)


def inherit_grade(transaction: Transaction, parent_id: int, child_id: int) -> None:
    """What is split off goods of a lower quality is of that quality."""
    transaction.run(_INHERIT_GRADE, parent_id=parent_id, child_id=child_id)


def inherit_holds(transaction: Transaction, parent_id: int, child_id: int) -> list[Placed]:
    """Hold what was split off a unit for what that is held for; the holds placed."""
    return transaction.rows(_INHERIT, parent_id=parent_id, child_id=child_id)


def place_holds(
    transaction: Transaction, unit_ids: Collection[int], cause: str, *, why: str, by: str
) -> list[PlacedOn]:
    """Hold units for a cause; the holds placed, none for units that are held for it already."""
    return transaction.rows(_PLACE_HOLDS, unit_ids=list(unit_ids), cause=cause, why=why, by=by)


def count_open(transaction: Transaction) -> int:
    """How many holds nobody has released yet."""
    return transaction.one(_COUNT_OPEN).number


def join(transaction: Transaction, joining: Sequence[tuple[int, int, Sequence[Share]]]) -> None:
    """Write down for which hold each excursion speaks, and its custody split."""
    splits = [_split(parts) for _, _, parts in joining]
    transaction.run(
        _JOIN,
        holds=[hold_id for hold_id, _, _ in joining],
        excursions=[excursion_id for _, excursion_id, _ in joining],
        **{name: [split[name] for split in splits] for name in (*PARTIES, "reason")},
    )


def withdraw(transaction: Transaction, excursion_id: int, why: str) -> str | None:
    """Mark that an excursion speaks for no hold any more; the unit's code, None when it did not."""
    row = transaction.row(_WITHDRAW, excursion_id=excursion_id, why=why)
    return None if row is None else row.unit


def excursions_of(transaction: Transaction, receipt_id: int) -> list[int]:
    """The excursions that speak, or spoke, for holds on units of a delivery."""
    rows = transaction.rows(_EXCURSIONS_OF_RECEIPT, receipt_id=receipt_id)
    return [row.excursion_id for row in rows]


def excursions_of_units(transaction: Transaction, unit_ids: Collection[int]) -> list[int]:
    """The excursions that speak for holds on these units."""
    rows = transaction.rows(_EXCURSIONS_OF_UNITS, units=list(unit_ids))
    return [row.excursion_id for row in rows]


def reasons(transaction: Transaction, excursions: Collection[int]) -> list[Reason]:
    """Those of the excursions that speak for a hold, as they are known now."""
    return [
        Reason(
            row.excursion_id,
            row.unit_id,
            row.unit,
            row.started_at,
            [Span(start, end) for start, end in zip(row.starts, row.ends, strict=True)],
            row.told,
        )
        for row in transaction.rows(_REASONS, excursions=list(excursions))
    ]


def settle(transaction: Transaction, excursion_id: int, parts: Sequence[Share]) -> None:
    """Write a custody split over the one that was made when less was known."""
    transaction.run(_SETTLE, excursion_id=excursion_id, **_split(parts))


def _split(parts: Sequence[Share]) -> dict[str, object]:
    lengths: dict[str, object] = {party: seconds(time_of(parts, party)) for party in PARTIES}
    return {**lengths, "reason": reason(parts)}
