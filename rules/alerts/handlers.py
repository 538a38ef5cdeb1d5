"""Use cases of alerts: raise for what happened, acknowledge, resolve, list, tell how long to wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.events import ExcursionFound, HeldGoodsMoved, SensorFaultFound
from kernel.refusal import Refusal
from kernel.rule_words import RuleWords
from rules.alerts import store
from rules.alerts.core import life
from rules.alerts.store import Escalation, Fact, Listed, OpenExcursion, Raised, Step, UnitOf
from rules.core.profile import SEVERITIES
from rules.faults.core.words import advice, sentence
from rules.patterns.handlers import is_daily_work
from rules.places import store as places
from rules.places.store import Beside, Shown
from storage.database import Transaction

MACHINE = life.MACHINE
BRING_BACK = "bring it into a quarantine cage, and find out why it was moved"
CALL_BACK = "stop it and call it back, and find out why it left"
LOOK_AFTER_GOODS = "look after the goods, find the cause, and acknowledge with what you found"


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with the excursions it tells of and every step of its life.

    Excursions of units, or those of the place itself with the units that stood `beside` meanwhile.
    """

    alert: Listed
    units: list[UnitOf]
    places: list[Shown]
    beside: list[Beside]
    steps: list[Step]


def excursions_found(events: Sequence[ExcursionFound], transaction: Transaction) -> None:
    """Excursions join the alert of their place; of many units in one room there is one alert."""
    alike: dict[object, list[OpenExcursion]] = {}
    for event in events:
        one = _open(event)
        where = (one.series_id, one.excursion_id if one.series_id is None else None)
        when = (one.started_at, one.breached_at, one.observed_until)
        alike.setdefault((where, _way(one.kind, one.side), one.severity, when), []).append(one)
    for first, *others in alike.values():
        alert_id = excursion_goes_on(first, transaction)
        if others and alert_id is not None:
            store.join_excursions(transaction, alert_id, [one.excursion_id for one in others])


def _open(event: ExcursionFound) -> OpenExcursion:
    return OpenExcursion(
        event.excursion_id,
        False,
        event.rule,
        event.kind,
        event.severity,
        event.side,
        event.limit,
        event.started_at,
        event.breached_at,
        event.observed_until,
        event.series[0] if event.series else None,
    )


def excursion_goes_on(one: OpenExcursion, transaction: Transaction) -> int | None:
    """An open excursion that no open alert tells of, also one that was too short before to be news.

    Returns the id of the alert; None when it is a notice of daily work, of which there is none.
    """
    if (
        one.severity == "notice"
        and one.series_id is not None
        and is_daily_work(transaction, one.series_id, one.started_at, one.observed_until)
    ):
        return None
    way = _way(one.kind, one.side)
    raised = store.raise_for_excursion(transaction, one, way, _words(one), LOOK_AFTER_GOODS)
    _audit_new(transaction, raised)
    return raised.alert_id


def _way(kind: str, side: str) -> str:
    """What excursions of one place have in common, so that one alert tells of them."""
    return "unmonitored" if kind == "silence" else side


def _words(one: OpenExcursion) -> str:
    """What an excursion is, after the name of its place."""
    line = RuleWords(kind=one.kind, side=one.side, limit=one.limit_value).headline
    return f"{line}, rule {one.rule}"


def fault_found(event: SensorFaultFound, transaction: Transaction) -> None:
    """A fault of a sensor is maintenance: one alert for a sensor and kind, however often it happens."""
    found = store.sensor_of(transaction, event.series_id, event.ended_at)
    words = sentence(event.kind, event.started_at, event.ended_at, event.lowest, event.highest)
    raise_fact(
        transaction,
        Fact(
            "sensor_fault",
            f"sensor {found.sensor} {event.kind}",
            found.place,
            "minor",
            f"sensor {found.sensor}, {found.quantity}: {words}",
            advice(event.kind),
            event.started_at,
            event.ended_at,
        ),
    )


def held_goods_moved(event: HeldGoodsMoved, transaction: Transaction) -> None:
    """Held goods went where they must not be: an alert for a unit and the place, or for its leaving."""
    went = "left us" if event.location is None else f"was moved to {event.location}"
    raise_fact(
        transaction,
        Fact(
            "held_moved",
            f"unit {event.unit} {went}",
            event.location or "",
            "major" if event.location else "critical",
            f"held unit {event.unit} {went} ({event.kind}, told by {event.by}): {event.holds}",
            BRING_BACK if event.location else CALL_BACK,
            event.occurred_at,
            event.occurred_at,
        ),
    )


def raise_fact(transaction: Transaction, fact: Fact) -> None:
    """Raise an alert for a fact, or let it join the one that is open."""
    raised = store.raise_alert(transaction, fact)
    if raised is not None:
        _audit_new(transaction, raised)


def _audit_new(transaction: Transaction, raised: Raised) -> None:
    if raised.new:
        transaction.audit(
            MACHINE,
            "alert raised",
            f"alert {raised.alert_id}",
            severity=raised.severity,
            words=raised.words,
        )


def acknowledge(transaction: Transaction, alert_id: int, by: str, comment: str) -> None:
    """Somebody looks after an alert: it goes up no further."""
    after = life.acknowledge(_locked(transaction, alert_id), by, comment)
    store.step(transaction, after, by, after.acknowledged_why or "")
    transaction.audit(
        by, "alert acknowledged", f"alert {alert_id}", comment=after.acknowledged_why or ""
    )


def resolve(transaction: Transaction, alert_id: int, by: str, comment: str) -> None:
    """The matter is settled; what readings decide is left to them."""
    end(transaction, life.resolve(_locked(transaction, alert_id), by, comment), by)


def resolve_by_evidence(transaction: Transaction, alert_id: int, why: str) -> None:
    """The facts show that it is over."""
    end(transaction, life.resolve(_locked(transaction, alert_id), MACHINE, why), MACHINE)


def end(transaction: Transaction, resolved: life.Alert, by: str) -> None:
    """Write down that an alert is resolved."""
    why = resolved.resolved_why or ""
    store.step(transaction, resolved, by, why)
    transaction.audit(by, "alert resolved", f"alert {resolved.alert_id}", why=why)


def tell_escalation(transaction: Transaction, severity: str, after: int | None, by: str) -> None:
    """Alerts of this severity go up a level whenever they waited so long; None: never."""
    _known(severity)
    if after is not None and after <= 0:
        raise Refusal("an alert waits longer than nothing before it goes up a level")
    store.put_escalation(transaction, severity, after, by)
    told = "never" if after is None else f"{after / 60_000_000:g} min"
    transaction.audit(by, "escalation told", f"alerts {severity}", after=told)


def escalations(transaction: Transaction, severity: str | None = None) -> list[Escalation]:
    """How long alerts may wait, those of one severity or all."""
    if severity is not None:
        _known(severity)
    return [one for one in store.escalations(transaction) if severity in {None, one.severity}]


def _known(severity: str) -> None:
    if severity not in SEVERITIES:
        raise Refusal(f"severity {severity!r} is not one of {', '.join(SEVERITIES)}")


def alerts(transaction: Transaction, *, resolved: bool = False, most: int = 200) -> list[Listed]:
    """Alerts, the most urgent first."""
    return store.listed(transaction, resolved=resolved, most=most)


def tell(transaction: Transaction, alert_id: int) -> Told:
    """All there is to know of one alert; `Refusal` when there is none."""
    found = store.listed(transaction, alert_id=alert_id)
    if not found:
        raise _unknown(alert_id)
    return Told(
        found[0],
        store.units_of(transaction, alert_id),
        places.excursions_of_alert(transaction, alert_id),
        places.units_beside(transaction, alert_id),
        store.steps_of(transaction, alert_id),
    )


def _locked(transaction: Transaction, alert_id: int) -> life.Alert:
    found = store.locked(transaction, alert_id)
    if found is None:
        raise _unknown(alert_id)
    return found


def _unknown(alert_id: int) -> Refusal:
    return Refusal(f"there is no alert {alert_id}: coldbind alert list tells which there are")
