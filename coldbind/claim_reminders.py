"""Alerts about claims whose day comes near or has passed, raised once and ended when it was done.

Claims know the days, alerts know how to be looked after; neither knows the other.
"""

from datetime import UTC, datetime, time, timedelta

from erp.claims import reports
from erp.claims.reports import DUE_WITHIN_DAYS, Due, Duty
from kernel.events import TimePassed
from kernel.instants import instant, moment
from kernel.money import Money
from rules.alerts import store
from rules.alerts.handlers import raise_fact, resolve_by_evidence
from rules.alerts.store import Fact
from storage.database import Transaction

CAUSE = "deadline"
_WORDS: dict[Duty, str] = {
    "send": "claim {0} is due on {1}",
    "answer": "claim {0}: the supplier's answer is due on {1}",
    "settle": "claim {0}: what was agreed is due on {1}",
}
_ADVICE: dict[Duty, str] = {
    "send": "look through the draft and send it: coldbind claims show, coldbind claims submit",
    "answer": "ask the supplier, and record what they say: coldbind claims answer",
    "settle": "ask for the credit note or the goods: coldbind claims credit, coldbind claims replace",
}


def remind(passed: TimePassed, transaction: Transaction) -> None:
    """Raise an alert for what is due within a week, another when it is late; end what is done."""
    today = moment(passed.at).date()
    wanted = [_fact(one) for one in reports.due(transaction, today, DUE_WITHIN_DAYS)]
    open_ = {one.subject: one for one in store.listed(transaction, most=10_000) if one.cause == CAUSE}
    for fact in wanted:
        if fact.subject not in open_:
            raise_fact(transaction, fact)
    for subject in open_.keys() - {fact.subject for fact in wanted}:
        resolve_by_evidence(transaction, open_[subject].alert_id, "it was done, or is late now")


def _fact(due: Due) -> Fact:
    claim, late = due.claim, due.days < 0
    since = due.on + timedelta(days=1) if late else due.on - timedelta(days=DUE_WITHIN_DAYS)
    at = instant(datetime.combine(since, time(), UTC))
    return Fact(
        CAUSE,
        f"claim {claim.code}: {due.duty}{', late' if late else ''}",
        "",
        "major" if late else "minor",
        f"{_WORDS[due.duty].format(claim.code, due.on)}{', and late' if late else ''}: "
        f"{Money(claim.total, claim.currency)} on {claim.supplier}",
        _ADVICE[due.duty],
        at,
        at,
        state=True,
    )
