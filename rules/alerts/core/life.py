"""The life of an alert: raised, escalated while nobody acknowledges it, acknowledged, resolved.

Every step is a function from the alert before to the alert after; what must not happen is a `Refusal`
with one sentence. The database enforces the same states by constraints.
"""

from dataclasses import dataclass, replace

from kernel.refusal import Refusal
from rules.core.profile import SEVERITIES

RAISED, ESCALATED, ACKNOWLEDGED, RESOLVED = "raised", "escalated", "acknowledged", "resolved"
HIGHEST_LEVEL = 3
"""After so many levels everybody who can be told was told."""
BY_EVIDENCE = frozenset({"excursion", "place", "warning"})
"""Causes that only readings end; a person ends the others."""
MACHINE = "coldbind"


@dataclass(frozen=True, slots=True)
class Alert:
    """What decides the next step of an alert; instants in microseconds.

    `raised_at` is when it was raised, or raised again; `escalated_at` when it last went up a level.
    """

    alert_id: int
    cause: str
    severity: str
    state: str
    level: int
    raised_at: int
    escalated_at: int | None
    acknowledged_by: str | None = None
    acknowledged_why: str | None = None
    resolved_by: str | None = None
    resolved_why: str | None = None


def acknowledge(alert: Alert, by: str, comment: str) -> Alert:
    """Somebody looks after it; the comment says how."""
    _open(alert)
    if alert.state == ACKNOWLEDGED:
        raise Refusal(
            f"alert {alert.alert_id} is acknowledged already by {alert.acknowledged_by}: "
            f"{alert.acknowledged_why}"
        )
    said = _said(alert, comment, "what you found or will do")
    return replace(alert, state=ACKNOWLEDGED, acknowledged_by=by, acknowledged_why=said)


def resolve(alert: Alert, by: str, comment: str) -> Alert:
    """It is over: told by a person, or found by the machine from evidence."""
    _open(alert)
    if by != MACHINE and alert.cause in BY_EVIDENCE:
        raise Refusal(
            f"alert {alert.alert_id} ends when readings show it, not by a person: acknowledge it"
        )
    said = _said(alert, comment, "what was done")
    return replace(alert, state=RESOLVED, resolved_by=by, resolved_why=said)


def escalate(alert: Alert, after: int | None, now: int) -> Alert | None:
    """One level up when nobody acknowledged it `after` microseconds; None when it is not time yet."""
    waiting = alert.state in {RAISED, ESCALATED} and alert.level < HIGHEST_LEVEL
    since = alert.raised_at if alert.escalated_at is None else alert.escalated_at
    if after is None or not waiting or now < since + after:
        return None
    return replace(alert, state=ESCALATED, level=alert.level + 1, escalated_at=now)


def worsen(alert: Alert, severity: str, now: int) -> Alert:
    """More of the same joins; when that is more severe, the alert is raised again, whoever knew it."""
    _open(alert)
    if SEVERITIES.index(severity) <= SEVERITIES.index(alert.severity):
        return alert
    return Alert(alert.alert_id, alert.cause, severity, RAISED, 0, now, None)


def _open(alert: Alert) -> None:
    if alert.state == RESOLVED:
        raise Refusal(f"alert {alert.alert_id} is resolved already: {alert.resolved_why}")


def _said(alert: Alert, comment: str, what: str) -> str:
    said = comment.strip()
    if not said:
        raise Refusal(f"alert {alert.alert_id}: a comment is needed that says {what}")
    return said
