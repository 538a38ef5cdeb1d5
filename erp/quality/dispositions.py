"""What becomes of held goods: a person decides, signs, and only then the decision is carried out.

The signature is under the hold with everything the decision rests on. Where two people are needed,
somebody else signs exactly the same content; what changed in between makes the first signature void.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from erp import subjects
from erp.quality import disposition_store, store
from erp.quality.core import Decision, fault
from erp.quality.disposition_store import Ended, HoldToDecide, Proposal
from erp.wording import plain
from kernel.events import (
    DispositionEffective,
    GoodsDivided,
    GoodsMoved,
    GoodsWrittenOff,
    HoldsChanged,
    StockChanged,
)
from kernel.instants import moment
from kernel.refusal import Refusal
from kernel.signing import Document, Signature
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was signed; `effective` is False while it waits for a second person."""

    disposition_id: int
    unit: str
    effective: bool


def document(transaction: Transaction, hold_id: int, decision: Decision) -> Document:
    """What is signed when it is decided so; `Refusal` when that is not possible."""
    hold = _open_hold(transaction, hold_id)
    _refuse_second(hold)
    return _document(transaction, hold, _whole(transaction, hold, decision))


def decide(
    transaction: Transaction, hold_id: int, decision: Decision, signed: Signature, *, four_eyes: bool
) -> Decided:
    """Write the signed decision down, and carry it out unless a second person has to sign it too.

    `four_eyes` asks for two people for all goods; a profile may ask for them for its own.
    """
    hold = _open_hold(transaction, hold_id)
    _refuse_second(hold)
    whole = _whole(transaction, hold, decision)
    if not signed.is_of(_document(transaction, hold, whole)):
        raise Refusal(f"hold {hold_id} is otherwise than what was signed: sign again")
    two_people = four_eyes or hold.two_people
    number = disposition_store.propose(
        transaction, hold, whole, signed.signature_id, two_people=two_people
    )
    _audit(transaction, "disposition proposed", hold, number, whole, signed)
    if not two_people:
        _take_effect(transaction, hold, number, whole, signed, None)
    return Decided(number, hold.unit, effective=not two_people)


def document_of(transaction: Transaction, disposition_id: int) -> Document:
    """What the second person signs: the proposed decision, with what it rests on now."""
    known = _proposed(transaction, disposition_id)
    return _document(transaction, _hold(transaction, known.hold_id), known.decision)


def approve(transaction: Transaction, disposition_id: int, signed: Signature) -> Decided:
    """A second person stands for a proposed decision: it is carried out."""
    known = _proposed(transaction, disposition_id)
    hold = _open_hold(transaction, known.hold_id)
    if signed.login == known.login:
        raise Refusal(f"disposition {disposition_id} was signed by {known.login}: somebody else must")
    if signed.digest != bytes(known.digest) or not signed.is_of(
        _document(transaction, hold, known.decision)
    ):
        raise Refusal(
            f"hold {hold.hold_id} is otherwise than when {known.login} signed: "
            f"coldbind hold withdraw {disposition_id}, then decide anew"
        )
    impossible = fault(known.decision, hold.held)
    if impossible is not None:
        raise Refusal(impossible)
    _take_effect(transaction, hold, disposition_id, known.decision, signed, signed.signature_id)
    return Decided(disposition_id, hold.unit, effective=True)


def withdraw(transaction: Transaction, disposition_id: int, signed: Signature) -> Decided:
    """A proposed decision is taken back, by whoever signs that; the hold stands as before."""
    known = _proposed(transaction, disposition_id)
    hold = _hold(transaction, known.hold_id)
    disposition_store.withdraw(transaction, disposition_id, signed.signature_id)
    transaction.audit(
        signed.login,
        "disposition withdrawn",
        subjects.unit(hold.unit),
        hold=hold.hold_id,
        disposition=disposition_id,
        signature=signed.signature_id,
        why=signed.reason,
    )
    return Decided(disposition_id, hold.unit, effective=False)


def _take_effect(  # noqa: PLR0917 - a decision, what it is about, and the signatures under it
    transaction: Transaction,
    hold: HoldToDecide,
    number: int,
    decision: Decision,
    signed: Signature,
    second_id: int | None,
) -> None:
    disposition_store.make_effective(transaction, number, signed.signed_at, second_id)
    ended = _carry_out(transaction, hold, number, decision, signed)
    transaction.publish(
        DispositionEffective(
            number,
            hold.unit_id,
            decision.kind,
            hold.quantity if decision.part is None else decision.part,
            decision.child,
            decision.grade,
            decision.words,
            signed.full_name,
            signed.signed_at,
        )
    )
    _audit(
        transaction,
        f"disposition: {decision.kind.replace('_', ' ')}",
        hold,
        number,
        decision,
        signed,
        ended=[one.hold_id for one in ended],
    )


def _carry_out(
    transaction: Transaction, hold: HoldToDecide, number: int, decision: Decision, signed: Signature
) -> Sequence[Ended]:
    """Do with the goods what was decided; the holds that this ended."""
    at, by, paper = signed.signed_at, signed.login, f"disposition {number}"
    unit_id, cause = hold.unit_id, hold.cause
    match decision.kind:
        case "reject":
            return ()
        case "partial_release":
            assert decision.part is not None, "checked when it was proposed"
            transaction.publish(GoodsDivided(hold.unit, decision.child, decision.part, at, paper, by))
            child_id = store.unit_id(transaction, decision.child)
            assert child_id is not None, "made by the event"
            unit_id = child_id
        case "return_to_supplier":
            transaction.publish(GoodsMoved(hold.unit, "return_to_supplier", None, at, paper, by))
            cause = None
        case "destroy":
            transaction.publish(GoodsWrittenOff(hold.unit, hold.quantity, at, paper, by))
            cause = None
        case "downgrade":
            disposition_store.downgrade(transaction, unit_id, number, decision.grade)
        case "release":
            pass
    ended = disposition_store.end_holds(transaction, unit_id, number, at=at, by=by, cause=cause)
    transaction.publish(HoldsChanged((unit_id,)))
    transaction.publish(StockChanged((unit_id,)))
    return ended


def _hold(transaction: Transaction, hold_id: int) -> HoldToDecide:
    found = disposition_store.lock_hold(transaction, hold_id)
    if found is None:
        raise Refusal(f"there is no hold {hold_id}: coldbind hold list shows them")
    return found


def _open_hold(transaction: Transaction, hold_id: int) -> HoldToDecide:
    found = _hold(transaction, hold_id)
    if found.ended:
        raise Refusal(f"hold {hold_id} has ended: coldbind hold show {hold_id} tells how")
    return found


def _refuse_second(hold: HoldToDecide) -> None:
    if hold.proposed is not None:
        raise Refusal(
            f"hold {hold.hold_id}: disposition {hold.proposed} waits for a second person: "
            "approve or withdraw it first"
        )


def _proposed(transaction: Transaction, disposition_id: int) -> Proposal:
    """The proposal, looked at again when its hold is locked."""
    known = disposition_store.proposal(transaction, disposition_id)
    if known is None:
        raise Refusal(f"there is no disposition {disposition_id}: coldbind hold show N lists them")
    _hold(transaction, known.hold_id)
    known = disposition_store.proposal(transaction, disposition_id)
    assert known is not None, "decisions are never deleted"
    if known.state != "proposed":
        raise Refusal(f"disposition {disposition_id} is {known.state}: nothing waits for it")
    return known


def _whole(transaction: Transaction, hold: HoldToDecide, decision: Decision) -> Decision:
    """The decision with the code of the part, checked."""
    impossible = fault(decision, hold.held)
    if impossible is not None:
        raise Refusal(impossible)
    if not decision.words.strip():
        raise Refusal(f"hold {hold.hold_id}: write in --reason why it is decided so")
    listed = [one.code for one in disposition_store.reasons(transaction) if one.kind == decision.kind]
    if decision.reason_code not in listed:
        what = decision.kind.replace("_", " ")
        raise Refusal(
            f"hold {hold.hold_id}: {decision.reason_code!r} is no reason for {what}: "
            f"give --code {', '.join(listed)}"
        )
    child = decision.child or f"{hold.unit}-{hold.hold_id}.{hold.decisions + 1}"
    if decision.kind == "partial_release" and store.unit_id(transaction, child) is not None:
        raise Refusal(f"hold {hold.hold_id}: there is a unit {child} already: give another --into")
    return replace(
        decision,
        words=decision.words.strip(),
        child=child if decision.kind == "partial_release" else "",
        grade=decision.grade.strip() if decision.kind == "downgrade" else "",
    )


def _document(transaction: Transaction, hold: HoldToDecide, decision: Decision) -> Document:
    excursions = disposition_store.excursions_of(transaction, hold.hold_id)
    content = {
        "hold": hold.hold_id,
        "unit": hold.unit,
        "lot": hold.lot,
        "product": hold.product,
        "quantity": plain(hold.quantity),
        "cause": hold.cause,
        "why": hold.why,
        "placed_at": moment(hold.placed_at).isoformat(),
        "delivery": {"receipt": hold.receipt, "decision": hold.verdict},
        "excursions": [{"id": one, "withdrawn": why} for one, why in excursions.items()],
        "decision": {
            "kind": decision.kind,
            "quantity": plain(decision.part if decision.part is not None else hold.quantity),
            "child": decision.child,
            "grade": decision.grade,
            "reason": decision.reason_code,
            "words": decision.words,
        },
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Document(f"hold {hold.hold_id}", text)


def _audit(  # noqa: PLR0917 - a decision, what it is about, and the signature under it
    transaction: Transaction,
    action: str,
    hold: HoldToDecide,
    number: int,
    decision: Decision,
    signed: Signature,
    **more: object,
) -> None:
    part: Decimal = hold.quantity if decision.part is None else decision.part
    transaction.audit(
        signed.login,
        action,
        subjects.unit(hold.unit),
        hold=hold.hold_id,
        disposition=number,
        quantity=plain(part),
        reason=decision.reason_code,
        why=decision.words,
        signature=signed.signature_id,
        sha256=signed.digest.hex(),
        **({"child": decision.child} if decision.child else {}),
        **({"grade": decision.grade} if decision.grade else {}),
        **more,
    )
