"""A claim's steps: sent, acknowledged, settled, closed; each told with who, when and why.

Heard: CustodySplit (before drafting, to leave sent claims alone), CostIncurred, ReplacementReceived.
Published: ClaimClosed, which the books hear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp import subjects
from erp.claims import item_store, store
from erp.claims.core import AGREED, SETTLED, STEPS, answer_state, deduction
from erp.claims.store import Claim, Excursion, Sent
from erp.wording import day_and_time, degrees, plain
from kernel.events import (
    AgreementBroken,
    ClaimClosed,
    CostIncurred,
    CustodySplit,
    ReplacementReceived,
)
from kernel.instants import moment
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction

_CHARGE_OF_COST = {"destruction": "disposal", "freight": "freight", "handling": "handling"}


@dataclass(frozen=True, slots=True)
class Told:
    """Who says that something happened to a claim, when (microseconds), why, and on what paper."""

    by: str
    at: int
    why: str = ""
    document: str = ""


def known(transaction: Transaction, code: str, *, lock: bool = True) -> Claim:
    """The claim with that code, locked unless it is only looked at; `Refusal` when there is none."""
    found = store.claim(transaction, code, lock=lock)
    if found is None:
        raise Refusal(f"there is no claim {code!r}: coldbind claims list")
    return found


def submit(transaction: Transaction, code: str, told: Told) -> Claim:
    """The claim was sent to the supplier; from now on it stays as it is."""
    claim = known(transaction, code)
    _may(claim, "submitted")
    _refuse_unseen(claim)
    if claim.goods:
        refuse_unowed(claim)
    _refuse_more_than_came(transaction, claim)
    _deduct(transaction, claim, told.by)
    claim = known(transaction, code)
    if claim.total <= 0:
        raise Refusal(f"claim {code} claims nothing: add a line or a charge, or close it")
    step(transaction, claim, "submitted", told, claim.total)
    return claim


def acknowledge(transaction: Transaction, code: str, told: Told) -> None:
    """The supplier confirmed that the claim arrived."""
    step(transaction, known(transaction, code), "acknowledged", told)


def close(transaction: Transaction, code: str, told: Told) -> None:
    """Nothing more is to come; what was agreed and did not come is our loss."""
    if not told.why.strip():
        raise Refusal(f"claim {code}: write why it is closed in --reason")
    claim = known(transaction, code)
    _refuse_unseen(claim)
    step(transaction, claim, "closed", told, accepted=claim.accepted)
    transaction.publish(ClaimClosed(claim.claim_id, claim.currency, told.at, told.document, told.by))


def step(
    transaction: Transaction,
    claim: Claim,
    state: str,
    told: Told,
    amount: Decimal | None = None,
    *,
    accepted: Decimal | None = None,
) -> None:
    """The claim goes on to `state`, by an event over `amount`; `Refusal` when no arrow leads there."""
    _may(claim, state)
    transaction.run(store.SET_STATE, claim_id=claim.claim_id, state=state, accepted=accepted)
    transaction.run(
        store.ADD_EVENT,
        claim_id=claim.claim_id,
        before=claim.state,
        after=state,
        amount=amount,
        at=moment(told.at),
        by=told.by,
        why=told.why,
        document=told.document,
    )
    transaction.audit(
        told.by,
        f"claim {state.replace('_', ' ')}",
        subjects.claim(claim.code),
        occurred_at=moment(told.at),
        why=told.why,
        document=told.document,
        before={"state": claim.state, "accepted": _text(claim.accepted)},
        after={"state": state, "accepted": _text(accepted)},
        amount=_text(amount),
    )


def settle(transaction: Transaction, claim: Claim, state: str, told: Told) -> None:
    """The claim is settled by a credit note or by goods."""
    step(transaction, claim, state, told, accepted=claim.accepted)


def reopen(transaction: Transaction, claim: Claim, told: Told) -> str:
    """What settled the claim was recorded wrongly: it is open again; the state it takes."""
    assert claim.accepted is not None, "only what was agreed is credited"
    state = answer_state(claim.total, claim.accepted)
    step(transaction, claim, state, told, claim.accepted, accepted=claim.accepted)
    return state


def see_changes(transaction: Transaction, code: str, by: str, why: str) -> int:
    """A person looked at what became known or was decided; how many changes that was."""
    claim = known(transaction, code)
    if not why.strip():
        raise Refusal(f"claim {code}: write what follows from the change in --reason")
    seen = transaction.run(store.SEE_CHANGES, claim_id=claim.claim_id, by=by, why=why)
    if seen:
        transaction.audit(by, "claim changes seen", subjects.claim(code), changes=seen, why=why)
    return seen


def leave_sent_claims_alone(
    splits: Sequence[CustodySplit], transaction: Transaction
) -> list[CustodySplit]:
    """Flag sent claims that say something else of these goods; the splits that no sent claim has."""
    sent: dict[int, list[Sent]] = {}
    for row in transaction.rows(
        store.SENT_CLAIMS_OF_EXCURSIONS, excursions=[split.excursion_id for split in splits]
    ):
        sent.setdefault(row.excursion_id, []).append(row)
    for split in splits:
        for claim in sent.get(split.excursion_id, ()):
            if not _as_sent(transaction, claim.claim_id, split):
                one = transaction.one(store.EXCURSION, excursion_id=split.excursion_id)
                _flag(transaction, claim, split.excursion_id, _words(one, split))
    return [split for split in splits if split.excursion_id not in sent]


def leave_sent_agreements_alone(broken: AgreementBroken, transaction: Transaction) -> bool:
    """The same for goods that were not within what was agreed for receiving."""
    until = min(broken.until, broken.last_at)
    sent = transaction.rows(store.SENT_CLAIMS, unit_id=broken.unit_id, at=until)
    for claim in sent:
        told = transaction.row(
            store.KNOWN_AGREEMENT,
            claim_id=claim.claim_id,
            flag_id=broken.flag_id,
            since=broken.since,
            until=until,
        )
        if told is None:
            _flag(transaction, claim, None, broken.words)
    return bool(sent)


def charge_cost(incurred: CostIncurred, transaction: Transaction) -> None:
    """A cost was booked for a claim: it is claimed too, when that is agreed and the claim a draft."""
    claim = store.claim_by_id(transaction, incurred.claim_id)
    terms = transaction.one(store.TERMS, supplier=claim.supplier)
    kind = _CHARGE_OF_COST[incurred.kind]
    if claim.state != "draft" or not getattr(terms, kind):
        return
    words = f"{incurred.kind}, {incurred.document}"
    transaction.run(
        store.ADD_CHARGE,
        claim_id=claim.claim_id,
        kind=kind,
        amount=incurred.amount,
        words=words,
        document=incurred.document,
        by=incurred.by,
    )
    amount = str(Money(incurred.amount, claim.currency))
    transaction.audit(
        incurred.by,
        "claim charge added",
        subjects.claim(claim.code),
        kind=kind,
        amount=amount,
        words=words,
    )


def replacement_came(received: ReplacementReceived, transaction: Transaction) -> None:
    """Goods for all that was agreed are ours."""
    claim = store.claim_by_id(transaction, received.claim_id)
    if claim.state in AGREED:
        settle(transaction, claim, "replaced", Told(subjects.MACHINE, received.at, "the goods came"))


def _flag(transaction: Transaction, claim: Sent, excursion_id: int | None, words: str) -> None:
    told = f"unit {claim.unit}: {words}"
    noted = transaction.run(
        store.NOTE_CHANGE, claim_id=claim.claim_id, excursion_id=excursion_id, words=told
    )
    if noted:
        transaction.audit(
            subjects.MACHINE,
            "sent claim flagged",
            subjects.claim(claim.code),
            unit=claim.unit,
            excursion=excursion_id,
            why=told,
        )


def _as_sent(transaction: Transaction, claim_id: int, split: CustodySplit) -> bool:
    """Whether the claim's evidence says of this excursion what is known of it now."""
    if not _liable(split):
        return False
    found = transaction.row(store.KNOWN_EVIDENCE, claim_id=claim_id, excursion_id=split.excursion_id)
    return found is not None


def _liable(split: CustodySplit) -> bool:
    return not {"supplier", "carrier"}.isdisjoint(split.parties)


def _words(one: Excursion, split: CustodySplit) -> str:
    return (
        f"{one.rule}, from {day_and_time(one.started_at)} until {day_and_time(one.observed_until)}, "
        f"peak {degrees(one.peak)}, {split.reason}"
    )


def _deduct(transaction: Transaction, claim: Claim, by: str) -> None:
    """Take off what the agreement leaves to us of the goods' price."""
    terms = transaction.one(store.TERMS, supplier=claim.supplier)
    coin = Money(Decimal(0), claim.currency).rounded().amount
    amount = deduction(claim.goods, terms.price_share, coin)
    if amount:
        words = f"agreed share of the price: {plain(terms.price_share)} %"
        transaction.run(
            store.ADD_CHARGE,
            claim_id=claim.claim_id,
            kind="deduction",
            amount=amount,
            words=words,
            document="",
            by=by,
        )


def _refuse_unseen(claim: Claim) -> None:
    if claim.changed:
        raise Refusal(
            f"claim {claim.code}: something became known or was decided about its goods: "
            f"coldbind claims show {claim.code}, then coldbind claims seen"
        )


def refuse_unowed(claim: Claim) -> None:
    """Goods of a refused delivery are not claimed: they are never in the books, and nothing is owed."""
    if claim.refused:
        raise Refusal(
            f"claim {claim.code}: delivery {claim.receipt} was refused, nothing is owed for its goods: "
            "coldbind claims strike takes them off, claims charge claims what it cost us"
        )


def _refuse_more_than_came(transaction: Transaction, claim: Claim) -> None:
    for one in transaction.rows(item_store.OVERCLAIMED, claim_id=claim.claim_id):
        raise Refusal(
            f"claim {claim.code} claims {plain(one.claimed)} of lot {one.lot}, of which "
            f"{plain(one.came)} came: strike what is claimed twice; coldbind claims show {claim.code}"
        )


def _may(claim: Claim, state: str) -> None:
    if state not in STEPS[claim.state]:
        by_a_step = STEPS[claim.state].difference(AGREED if claim.state in SETTLED else ())
        nexts = ", ".join(sorted(by_a_step)).replace("_", " ") or "nothing"
        raise Refusal(
            f"claim {claim.code} is {claim.state.replace('_', ' ')} and cannot become "
            f"{state.replace('_', ' ')}: what may follow is {nexts}"
        )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
