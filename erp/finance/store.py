"""Reading what a claim rests on, and writing claims, their lines and their evidence."""

from dataclasses import dataclass

from erp.finance.core import Basis, amount, claim_code, due_on
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
class _Claim:
    claim_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _LineId:
    claim_line_id: int


_SQL = Statements("erp.finance")
_BASIS = _SQL.returning(Basis, "basis")
_DRAFT = _SQL.returning(_Claim, "draft_claim")
_OPEN_DRAFT = _SQL.returning(_Claim, "open_draft")
_ADD_LINE = _SQL.returning(_LineId, "add_line")
_LINE = _SQL.returning(_LineId, "line")
_ADD_EVIDENCE = _SQL.returning(Proof, "add_evidence")
_REWORD_EVIDENCE = _SQL.command("reword_evidence")
_REWORD_LINE = _SQL.command("reword_line")
_WITHDRAW_EVIDENCE = _SQL.returning(Withdrawn, "withdraw_evidence")


def basis(transaction: Transaction, excursion_id: int) -> Basis:
    """What a claim about an excursion rests on."""
    return transaction.one(_BASIS, excursion_id=excursion_id)


def draft(transaction: Transaction, basis: Basis) -> Draft:
    """The one draft claim of the delivery, drafted when there is none."""
    drafted = transaction.row(
        _DRAFT,
        code=claim_code(basis.receipt),
        supplier_id=basis.supplier_id,
        order_id=basis.order_id,
        receipt_id=basis.receipt_id,
        currency=basis.currency,
        due_on=due_on(basis.arrived_at, basis.claim_deadline_days),
    )
    if drafted is not None:
        return Draft(drafted.claim_id, drafted.code, created=True)
    known = transaction.one(_OPEN_DRAFT, receipt_id=basis.receipt_id)
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


def add_evidence(
    transaction: Transaction, claim_line_id: int, excursion_id: int, deficiency: str
) -> list[Proof]:
    """Keep the readings of an excursion as evidence: their count, range and digest, for each series.

    Returns what was taken: nothing when the line already has exactly this evidence.
    """
    return transaction.rows(
        _ADD_EVIDENCE, claim_line_id=claim_line_id, excursion_id=excursion_id, deficiency=deficiency
    )


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


def withdraw_evidence(transaction: Transaction, excursion_id: int, why: str) -> list[Withdrawn]:
    """Mark all standing evidence of an excursion as withdrawn; the lines that lost it."""
    return transaction.rows(_WITHDRAW_EVIDENCE, excursion_id=excursion_id, why=why)
