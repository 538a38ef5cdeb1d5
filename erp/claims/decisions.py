"""What a person decides about goods that are claimed: the claim says so, and waits for a person.

Heard: DispositionEffective. Nothing of a claim is altered by it. What makes goods usable again, or
gives them back, asks whether as much is to be claimed; a draft is not sent before that is answered.
"""

from erp import subjects
from erp.claims import store
from erp.wording import day_and_time, plain
from kernel.events import DispositionEffective
from storage.database import Transaction


def ask_what_to_claim(decided: DispositionEffective, transaction: Transaction) -> None:
    """Flag the claims on the goods when the decision changes what there is to claim."""
    question = _question(decided)
    if question is None:
        return
    what = f"by {decided.by} on {day_and_time(decided.at)}, {decided.words}"
    for claim in transaction.rows(store.CLAIMS_ON_GOODS, unit_id=decided.unit_id):
        done, then = question
        words = f"unit {claim.unit}: {done} {what}: {then}"
        noted = transaction.run(
            store.NOTE_CHANGE, claim_id=claim.claim_id, excursion_id=None, words=words
        )
        if noted:
            transaction.audit(
                subjects.MACHINE,
                "claim flagged",
                subjects.claim(claim.code),
                unit=claim.unit,
                disposition=decided.disposition_id,
                why=words,
            )


def _question(decided: DispositionEffective) -> tuple[str, str] | None:
    """What was done with the goods, and what that asks of their claim; None when it confirms it."""
    match decided.kind:
        case "release":
            return "released", "claim nothing for it, or a reduced value?"
        case "partial_release":
            part = f"{plain(decided.quantity)} released as {decided.child}"
            return part, "claim the rest only, or a reduced value?"
        case "downgrade":
            return f"downgraded to {decided.grade}", "claim less by its remaining value?"
        case "return_to_supplier":
            return (
                "returned to the supplier",
                "a credit is to come; claim no goods in its place as well",
            )
        case _:
            return None
