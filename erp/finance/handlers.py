"""A draft claim for what was spoiled before it was ours, with the readings that prove it.

Heard: CustodySplit and HoldReasonWithdrawn, AgreementBroken and AgreementKept. One draft for a delivery
and party, one line for a unit; a second fault of it adds evidence, never money, and where both had
custody the price of the unit is divided between them by time.
"""

from collections.abc import Sequence

from erp import subjects
from erp.finance import store
from erp.finance.core import Basis, amount, answers_before_us, deficiency, divided, due_on
from erp.wording import day_and_time, plain
from kernel.events import AgreementBroken, AgreementKept, CustodySplit, HoldReasonWithdrawn
from storage.database import Transaction

_LIABLE = ("supplier", "carrier")


def claim(splits: Sequence[CustodySplit], transaction: Transaction) -> None:
    """Claim units from who had custody before us, and withdraw what turned out to be another's."""
    claimed = store.excursions_claimed(transaction, [split.excursion_id for split in splits])
    for split in splits:
        if split.excursion_id in claimed or not set(_LIABLE).isdisjoint(split.parties):
            _claim(transaction, split)


def _claim(transaction: Transaction, split: CustodySplit) -> None:
    broken = store.broken(transaction, split.excursion_id)
    if broken.kind == "silence":  # that we did not look is no fault of theirs
        return
    basis = store.basis(transaction, split.unit_id, broken.breached_at)
    for party in _LIABLE:
        if party not in split.parties:
            _withdraw(transaction, split.excursion_id, _why_not(basis, split), party)
    liable = [party for party in _LIABLE if party in split.parties]
    if not liable or basis.claimed_before or basis.quantity <= 0:
        return
    beyond = split.supplier + split.carrier + split.own + split.customer
    sentence = deficiency(broken, beyond, split.reason)
    for party in liable:
        _claim_from(transaction, party, basis, split.excursion_id, sentence)
    _divide(transaction, basis)


def claim_agreement(flag: AgreementBroken, transaction: Transaction) -> None:
    """Claim a unit that was not within what was agreed for receiving, from who had it before us."""
    until = min(flag.until, flag.last_at)
    basis = store.basis(transaction, flag.unit_id, until)
    if basis.claimed_before or basis.quantity <= 0:
        return
    draft = _draft(transaction, basis, answers_before_us(basis.incoterm))
    line = _line(transaction, draft, basis, flag.words)
    for proof in store.add_flag_evidence(transaction, line.claim_line_id, flag, until):
        transaction.audit(
            subjects.MACHINE,
            "claim evidence added",
            subjects.claim(draft.code),
            unit=basis.unit,
            flag=flag.flag_id,
            deficiency=flag.words,
            series=proof.series_id,
            readings=proof.readings,
            digest=proof.digest,
        )
    store.reword_line(transaction, line.claim_line_id)


def withdraw_agreement(kept: AgreementKept, transaction: Transaction) -> None:
    """Withdraw the evidence of a flag that later facts contradict."""
    for lost in store.withdraw_flag(transaction, kept.flag_id, kept.why):
        store.reword_line(transaction, lost.claim_line_id)
        transaction.audit(
            subjects.MACHINE,
            "claim evidence withdrawn",
            subjects.claim(lost.claim),
            unit=lost.unit,
            flag=kept.flag_id,
            why=kept.why,
        )


def withdraw(withdrawn: HoldReasonWithdrawn, transaction: Transaction) -> None:
    """Mark the evidence of a withdrawn excursion; the draft stays until a person decides about it."""
    _withdraw(transaction, withdrawn.excursion_id, withdrawn.why, None)


def _why_not(basis: Basis, split: CustodySplit) -> str:
    if basis.decided_at is not None and not {"supplier", "carrier"} & set(split.parties):
        return f"it was after acceptance at {day_and_time(basis.decided_at)}"
    return f"it was {split.reason}"


def _claim_from(
    transaction: Transaction, against: str, basis: Basis, excursion_id: int, sentence: str
) -> None:
    draft = _draft(transaction, basis, against)
    line = _line(transaction, draft, basis, sentence)
    proofs = store.add_evidence(transaction, line.claim_line_id, excursion_id, sentence)
    for proof in proofs:
        transaction.audit(
            subjects.MACHINE,
            "claim evidence added",
            subjects.claim(draft.code),
            unit=basis.unit,
            excursion=excursion_id,
            deficiency=sentence,
            series=proof.series_id,
            readings=proof.readings,
            digest=proof.digest,
        )
    if not proofs and store.reword(transaction, line.claim_line_id, excursion_id, sentence):
        transaction.audit(
            subjects.MACHINE,
            "claim evidence reworded",
            subjects.claim(draft.code),
            unit=basis.unit,
            excursion=excursion_id,
            deficiency=sentence,
        )
    store.reword_line(transaction, line.claim_line_id)


def _divide(transaction: Transaction, basis: Basis) -> None:
    """Let the lines of one unit on supplier and carrier ask for its price once, divided by time."""
    lines = {
        line.against: line for line in store.lines_of_unit(transaction, basis.receipt_id, basis.unit_id)
    }
    if set(lines) != set(_LIABLE):
        return
    times = [line.seconds if line.stands else 0.0 for line in (lines["supplier"], lines["carrier"])]
    supplier, carrier = (round(seconds * 1_000_000) for seconds in times)
    if not lines["supplier"].stands:
        supplier, carrier = 0, max(carrier, 1)
    for line, part in zip(
        (lines["supplier"], lines["carrier"]), divided(amount(basis), supplier, carrier), strict=True
    ):
        if line.amount != part.amount:
            store.price_line(transaction, line.claim_line_id, part.amount)
            transaction.audit(
                subjects.MACHINE,
                "claim line divided",
                subjects.claim(line.claim),
                unit=basis.unit,
                before=str(line.amount),
                after=str(part.amount),
            )


def _draft(transaction: Transaction, basis: Basis, against: str) -> store.Draft:
    draft = store.draft(transaction, basis, against)
    if draft.created:
        transaction.audit(
            subjects.MACHINE,
            "claim drafted",
            subjects.claim(draft.code),
            receipt=basis.receipt,
            currency=basis.currency,
            due_on=due_on(basis, against).isoformat(),
            **({"against": basis.carrier or against} if against == "carrier" else {}),
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


def _withdraw(transaction: Transaction, excursion_id: int, why: str, against: str | None) -> None:
    for lost in store.withdraw_evidence(transaction, excursion_id, why, against):
        store.reword_line(transaction, lost.claim_line_id)
        transaction.audit(
            subjects.MACHINE,
            "claim evidence withdrawn",
            subjects.claim(lost.claim),
            unit=lost.unit,
            excursion=excursion_id,
            why=why,
        )
