"""A draft claim for what was spoiled in the supplier's custody, with the readings that prove it.

Heard: CustodySplit and HoldReasonWithdrawn. One draft for a delivery, one line for a unit; a second
rule broken by the same unit adds evidence, never money.
"""

from erp import subjects
from erp.finance import store
from erp.finance.core import Basis, amount, deficiency, due_on
from erp.wording import day_and_time, plain
from kernel.events import CustodySplit, HoldReasonWithdrawn
from storage.database import Transaction


def claim(split: CustodySplit, transaction: Transaction) -> None:
    """Claim the unit from the supplier, or withdraw evidence that turned out to be in our custody."""
    basis = store.basis(transaction, split.excursion_id)
    if basis.kind == "silence":  # that we did not look is no fault of the supplier's
        return
    if not split.supplier_liable:
        if basis.decided_at is not None:
            why = f"it was after acceptance at {day_and_time(basis.decided_at)}"
            _withdraw(transaction, split.excursion_id, why)
        return
    if basis.claimed_before or basis.quantity <= 0:
        return
    sentence = deficiency(basis, split.supplier, split.own)
    draft = _draft(transaction, basis)
    line = _line(transaction, draft, basis, sentence)
    proofs = store.add_evidence(transaction, line.claim_line_id, split.excursion_id, sentence)
    for proof in proofs:
        transaction.audit(
            subjects.MACHINE,
            "claim evidence added",
            subjects.claim(draft.code),
            unit=basis.unit,
            excursion=split.excursion_id,
            deficiency=sentence,
            series=proof.series_id,
            readings=proof.readings,
            digest=proof.digest,
        )
    if not proofs and store.reword(transaction, line.claim_line_id, split.excursion_id, sentence):
        transaction.audit(
            subjects.MACHINE,
            "claim evidence reworded",
            subjects.claim(draft.code),
            unit=basis.unit,
            excursion=split.excursion_id,
            deficiency=sentence,
        )
    store.reword_line(transaction, line.claim_line_id)


def withdraw(withdrawn: HoldReasonWithdrawn, transaction: Transaction) -> None:
    """Mark the evidence of a withdrawn excursion; the draft stays until a person decides about it."""
    _withdraw(transaction, withdrawn.excursion_id, withdrawn.why)


def _draft(transaction: Transaction, basis: Basis) -> store.Draft:
    draft = store.draft(transaction, basis)
    if draft.created:
        transaction.audit(
            subjects.MACHINE,
            "claim drafted",
            subjects.claim(draft.code),
            receipt=basis.receipt,
            currency=basis.currency,
            due_on=due_on(basis.arrived_at, basis.claim_deadline_days).isoformat(),
        )
    return draft


def _line(transaction: Transaction, draft: store.Draft, basis: Basis, sentence: str) -> store.Line:
    line = store.line(transaction, draft.claim_id, basis, sentence)
    if line.created:
        transaction.audit(
            subjects.MACHINE,
            "claim line added",
            subjects.claim(draft.code),
            unit=basis.unit,
            quantity=plain(basis.quantity),
            unit_price=plain(basis.unit_price),
            amount=str(amount(basis)),
        )
    return line


def _withdraw(transaction: Transaction, excursion_id: int, why: str) -> None:
    for lost in store.withdraw_evidence(transaction, excursion_id, why):
        store.reword_line(transaction, lost.claim_line_id)
        transaction.audit(
            subjects.MACHINE,
            "claim evidence withdrawn",
            subjects.claim(lost.claim),
            unit=lost.unit,
            excursion=excursion_id,
            why=why,
        )
