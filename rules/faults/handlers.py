"""Use cases about sensors' faults: tell what a sensor can show, and list what was wrong."""

from dataclasses import asdict, replace
from typing import Any

from kernel.refusal import Refusal
from rules.faults import store
from rules.faults.core.limits import Limits, check, limits_of
from rules.faults.models import models
from rules.faults.store import SeriesOfSensor
from storage.database import Transaction


def limits_now(transaction: Transaction, sensor: str, quantity: str) -> Limits:
    """What this quantity of a sensor can show, told or from the catalog."""
    return _limits(transaction, _series(transaction, sensor, quantity))


def tell_limits(transaction: Transaction, sensor: str, quantity: str, by: str, **changed: Any) -> str:
    """Change limits of one quantity of a sensor; all it ever measured is looked at again.

    `changed` are fields of `Limits`; none brings back what the catalog says of its model. A sentence
    says what changed; it is empty when nothing did.
    """
    series = _series(transaction, sensor, quantity)
    before = _limits(transaction, series)
    catalog = limits_of(models(), series.model, series.quantity)
    after = replace(before, **changed) if changed else catalog
    check(after, f"sensor {sensor}")
    if after == before:
        return ""
    store.put_limits(transaction, series.series_id, after, by if changed else None)
    store.judge_whole(transaction, [series.series_id])
    was, now = asdict(before), asdict(after)
    different = {name: str(now[name]) for name in now if now[name] != was[name]}
    transaction.audit(by, "sensor limits told", f"sensor {sensor}", quantity=quantity, **different)
    return f"sensor {sensor}: {', '.join(f'{name} {value}' for name, value in different.items())}"


def faults(transaction: Transaction, sensor: str | None, most: int) -> list[store.Listed]:
    """Faults found, the newest first, of one sensor or of all."""
    if sensor is not None and not store.series_of(transaction, sensor):
        raise Refusal(f"sensor {sensor} is not registered: coldbind sensor list tells which are")
    return store.listed(transaction, sensor, most=most)


def _limits(transaction: Transaction, series: SeriesOfSensor) -> Limits:
    known = store.sensed(transaction, [series.series_id])[series.series_id].limits
    return known or limits_of(models(), series.model, series.quantity)


def _series(transaction: Transaction, sensor: str, quantity: str) -> SeriesOfSensor:
    found = store.series_of(transaction, sensor)
    if not found:
        raise Refusal(f"sensor {sensor} is not registered: coldbind sensor list tells which are")
    for one in found:
        if one.quantity == quantity:
            return one
    measured = ", ".join(one.quantity for one in found)
    raise Refusal(f"sensor {sensor} does not measure {quantity}: it measures {measured}")
