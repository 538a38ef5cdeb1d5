"""Reading what a claim rests on, and writing claims, their lines and their evidence."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from erp.finance.core import Basis, Broken, amount, claim_code, due_on
from kernel.events import AgreementBroken
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft claim of a delivery; `created` when it was drafted just now."""

    claim_id: int
    code: str
    created: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a claim for one unit; `created` when it was added just now."""

    claim_line_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that was added: the readings of one series as they stand now."""

    series_id: int
    readings: int
    digest: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A claim line that lost the evidence of an excursion."""

    claim_line_id: int
    claim: str
    unit: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A line of one of the drafts for a unit: what it asks for, and the time its party answers for.

    `stands` while any evidence of it is not withdrawn; `seconds` are those of standing reasons.
    """

    claim_line_id: int
    claim: str
    against: str
    amount: Decimal
    stands: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Claim:
    claim_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _Excursion:
    excursion_id: int


@dataclass(frozen=True, slots=True)
class _LineId:
    claim_line_id: int


_SQL = Statements("erp.finance")
_BASIS = _SQL.returning(Basis, "basis")
_EXCURSIONS_CLAIMED = _SQL.returning(_Excursion, "excursions_claimed")
_BROKEN = _SQL.returning(Broken, "broken")
_DRAFT = _SQL.returning(_Claim, "draft_claim")
_OPEN_DRAFT = _SQL.returning(_Claim, "open_draft")
_ADD_LINE = _SQL.returning(_LineId, "add_line")
_LINE = _SQL.returning(_LineId, "line")
_LINES_OF_UNIT = _SQL.returning(UnitLine, "lines_of_unit")
_PRICE_LINE = _SQL.command("price_line")
_ADD_EVIDENCE = _SQL.returning(Proof, "add_evidence")
_ADD_FLAG_EVIDENCE = _SQL.returning(Proof, "add_flag_evidence")
_WITHDRAW_FLAG = _SQL.returning(Withdrawn, "withdraw_flag")
_REWORD_EVIDENCE = _SQL.command("reword_evidence")
_REWORD_LINE = _SQL.command("reword_line")
_WITHDRAW_EVIDENCE = _SQL.returning(Withdrawn, "withdraw_evidence")


def basis(transaction: Transaction, unit_id: int, at: int) -> Basis:
    """What a claim about a fault of a unit at an instant rests on."""
    return transaction.one(_BASIS, unit_id=unit_id, at=at)


def excursions_claimed(transaction: Transaction, excursions: Collection[int]) -> set[int]:
    """Those of the excursions that a claim has standing evidence of."""
    rows = transaction.rows(_EXCURSIONS_CLAIMED, excursions=list(excursions))
    return {row.excursion_id for row in rows}


def broken(transaction: Transaction, excursion_id: int) -> Broken:
    """The rule that an excursion broke."""
    return transaction.one(_BROKEN, excursion_id=excursion_id)


def draft(transaction: Transaction, basis: Basis, against: str) -> Draft:
    """The one draft claim of the delivery on that party, drafted when there is none."""
    drafted = transaction.row(
        _DRAFT,
        code=claim_code(basis.receipt, against),
        against=against,
        carrier=basis.carrier if against == "carrier" else "",
        supplier_id=basis.supplier_id,
        order_id=basis.order_id,
        receipt_id=basis.receipt_id,
        currency=basis.currency,
        due_on=due_on(basis, against),
    )
    if drafted is not None:
        return Draft(drafted.claim_id, drafted.code, created=True)
    known = transaction.one(_OPEN_DRAFT, receipt_id=basis.receipt_id, against=against)
    return Draft(known.claim_id, known.code, created=False)


def line(transaction: Transaction, claim_id: int, basis: Basis, deficiency: str) -> Line:
    """The claim's one line for the unit, added when there is none."""
    added = transaction.row(
        _ADD_LINE,
        claim_id=claim_id,
        unit_id=basis.unit_id,
        lot_id=basis.lot_id,
        quantity=basis.quantity,
        unit_price=basis.unit_price,
        amount=amount(basis).amount,
        deficiency=deficiency,
    )
    if added is not None:
        return Line(added.claim_line_id, created=True)
    known = transaction.one(_LINE, claim_id=claim_id, unit_id=basis.unit_id)
    return Line(known.claim_line_id, created=False)


def lines_of_unit(transaction: Transaction, receipt_id: int, unit_id: int) -> list[UnitLine]:
    """The lines for the unit on the drafts of a delivery."""
    return transaction.rows(_LINES_OF_UNIT, receipt_id=receipt_id, unit_id=unit_id)


def price_line(transaction: Transaction, claim_line_id: int, amount: Decimal) -> None:
    """Let a line ask for this amount."""
    transaction.run(_PRICE_LINE, claim_line_id=claim_line_id, amount=amount)


def add_evidence(
    transaction: Transaction, claim_line_id: int, excursion_id: int, deficiency: str
) -> list[Proof]:
    """Keep the readings of an excursion as evidence: their count, range and digest, for each series.

    Returns what was taken: nothing when the line already has exactly this evidence.
    """
    return transaction.rows(
        _ADD_EVIDENCE, claim_line_id=claim_line_id, excursion_id=excursion_id, deficiency=deficiency
    )


def add_flag_evidence(
    transaction: Transaction, claim_line_id: int, flag: AgreementBroken, until: int
) -> list[Proof]:
    """Keep the readings behind a flag as evidence, for each series; nothing when it is there."""
    return transaction.rows(
        _ADD_FLAG_EVIDENCE,
        claim_line_id=claim_line_id,
        flag_id=flag.flag_id,
        since=flag.since,
        until=until,
        series=list(flag.series),
        deficiency=flag.words,
    )


def withdraw_flag(transaction: Transaction, flag_id: int, why: str) -> list[Withdrawn]:
    """Mark standing evidence of a flag as withdrawn; the lines that lost it."""
    return transaction.rows(_WITHDRAW_FLAG, flag_id=flag_id, why=why)


def reword(transaction: Transaction, claim_line_id: int, excursion_id: int, deficiency: str) -> bool:
    """Change the sentence of an excursion on a line; False when it already reads so."""
    changed = transaction.run(
        _REWORD_EVIDENCE,
        claim_line_id=claim_line_id,
        excursion_id=excursion_id,
        deficiency=deficiency,
    )
    return bool(changed)


def reword_line(transaction: Transaction, claim_line_id: int) -> None:
    """Let the line say what its standing evidence says."""
    transaction.run(_REWORD_LINE, claim_line_id=claim_line_id)


def withdraw_evidence(
    transaction: Transaction, excursion_id: int, why: str, against: str | None
) -> list[Withdrawn]:
    """Withdraw standing evidence of an excursion on one party (None: all); the lines that lost it."""
    return transaction.rows(_WITHDRAW_EVIDENCE, excursion_id=excursion_id, why=why, against=against)
