"""What the supplier answers to a claim, and that we do not take it.

Published: ClaimAgreed, which the books hear. An answer that was recorded wrongly is told again while
nothing came for it.
"""

from decimal import Decimal

from erp.claims.core import ANSWERED, SETTLED, answer_state
from erp.claims.handlers import Told, known, step
from erp.claims.store import Claim
from kernel.events import ClaimAgreed
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction


def answer(transaction: Transaction, code: str, accepted: Decimal, told: Told) -> str:
    """The supplier agreed to make good `accepted` of it (nothing: a rejection); the state it takes.

    Told of a claim that was answered, it takes the place of an answer that was recorded wrongly.
    """
    claim = known(transaction, code)
    money = Money(accepted, claim.currency)
    if accepted < 0 or money.rounded() != money or accepted > claim.total:
        raise Refusal(
            f"claim {code} is over {Money(claim.total, claim.currency)}: give what was accepted of it, "
            "in whole coins"
        )
    accepted = money.rounded().amount
    if claim.state in SETTLED:
        raise Refusal(_settled(claim))
    if claim.state in ANSWERED:
        _refuse_same_answer(claim, accepted, told)
    if accepted < claim.came:
        raise Refusal(
            f"claim {code}: {Money(claim.came, claim.currency)} came for it already: "
            "no less was accepted; coldbind claims cancel-credit takes a credit note back"
        )
    state = answer_state(claim.total, accepted)
    if state != "accepted" and not told.why.strip():
        raise Refusal(f"claim {code}: write the supplier's reason in --reason")
    step(transaction, claim, state, told, accepted, accepted=accepted)
    transaction.publish(
        ClaimAgreed(claim.claim_id, claim.currency, accepted, told.at, told.document, told.by)
    )
    return state


def dispute(transaction: Transaction, code: str, told: Told) -> None:
    """We do not take the supplier's answer."""
    if not told.why.strip():
        raise Refusal(f"claim {code}: write what we do not agree with in --reason")
    claim = known(transaction, code)
    step(transaction, claim, "disputed", told, accepted=claim.accepted)


def _settled(claim: Claim) -> str:
    return (
        f"claim {claim.code} is {claim.state}, its answer stands: "
        "coldbind claims cancel-credit opens it when a credit note was recorded wrongly"
    )


def _refuse_same_answer(claim: Claim, accepted: Decimal, told: Told) -> None:
    answered = Money(claim.accepted or Decimal(0), claim.currency)
    if accepted == claim.accepted:
        raise Refusal(f"claim {claim.code} was answered so already: {answered} accepted")
    if claim.came:
        raise Refusal(
            f"claim {claim.code} was answered with {answered}, and {Money(claim.came, claim.currency)} "
            "came for it: the answer stands; coldbind claims cancel-credit takes a credit note back"
        )
    if not told.why.strip():
        raise Refusal(
            f"claim {claim.code} was answered with {answered}: write in --reason why that is not so"
        )
