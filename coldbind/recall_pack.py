"""The evidence of a recall: its goods, who got them, who was told, and how much is accounted for.

The recall knows the goods and the customers; the evidence of an excursion is bound as for a claim, and
of a sensor all that it showed in the time it is about.
"""

from collections.abc import Iterator
from typing import Any

from coldbind.csv_rows import csv_of, told
from erp.evidence.core import READINGS, Reading, digest, limits_drawn, mkt, readings_csv
from erp.evidence.handlers import bound, drawn, excursion_proof
from erp.recall import handlers, sensor_store, store
from erp.recall.core import Effect, together
from erp.recall.handlers import Case
from erp.recall.notice_store import Notice
from erp.recall.store import Forward, Recall, Recalled
from erp.wording import plain
from kernel.instants import instant, moment
from kernel.intervals import Span
from storage.database import Transaction


def recall_pack(transaction: Transaction, code: str, by: str) -> bytes:
    """Everything that shows how a recall was carried out, as PDF/A-3; the same bytes while it is so."""
    case = handlers.whole_case(transaction, code)
    units = store.recalled(transaction, case.recall.recall_id)
    what = "mock recall" if case.recall.mock else "recall"
    facts: dict[str, Any] = {
        "kind": "recall",
        "title": f"Evidence of {what} {code}",
        "recall": told(case.recall),
        "scope": _scope(case.recall),
        "traced": _traced(case.recall),
        "lots": [told(one) for one in case.scope.backward],
        "units": [told(one) for one in units],
        "shipments": [told(one) for one in case.scope.forward],
        "notifications": [told(one) for one in case.notices],
        "replies": [told(one) for one in case.replies],
        "effects": [_effect(one) for one in case.effects],
        "whole": _effect(together(case.effects)),
        "evidence": [],
        "sensor": None,
        "figures": [],
        "dated": max(_instants(case)),
    }
    files = {
        "units.csv": csv_of(Recalled, units).encode(),
        "shipments.csv": csv_of(Forward, case.scope.forward).encode(),
        "notifications.csv": csv_of(Notice, case.notices).encode(),
    }
    if case.recall.kind == "excursion":
        files[READINGS] = _add_excursion(transaction, facts, int(case.recall.subject))
    if case.recall.kind == "sensor":
        files[READINGS] = _add_sensor(transaction, facts, case.recall)
    return bound(transaction, "recall", f"recall {code}", facts, files, by=by)


def _add_excursion(transaction: Transaction, facts: dict[str, Any], excursion: int) -> bytes:
    """Put the excursion that is the cause into the facts; its readings as CSV."""
    evidence, readings = excursion_proof(transaction, excursion)
    limits = limits_drawn(evidence)
    facts["evidence"] = evidence
    facts["figures"] = [
        drawn(sensor, found, Span(found[0].at, found[-1].at), limits, None)
        for sensor, found in sorted(readings.items())
    ]
    return readings_csv(readings)


def _add_sensor(transaction: Transaction, facts: dict[str, Any], recall: Recall) -> bytes:
    """Put what the sensor showed in the time of the recall into the facts; its readings as CSV."""
    assert recall.since is not None, "a recall by sensor is one of a time"
    assert recall.until is not None, "a recall by sensor is one of a time"
    shown = [
        Reading(one.at, one.value, one.quality)
        for one in sensor_store.readings(transaction, recall.recall_id)
    ]
    values = [one.value for one in shown]
    facts["sensor"] = {
        "sensor": recall.subject,
        "since": told(recall)["since"],
        "until": told(recall)["until"],
        "readings": len(shown),
        "lowest": min(values, default=None),
        "highest": max(values, default=None),
        "mkt": mkt(shown),
        "digest": digest(shown),
    }
    during = Span(instant(recall.since), instant(recall.until))
    facts["figures"] = [drawn(recall.subject, shown, during, [], None)]
    return readings_csv({recall.subject: shown})


def _scope(recall: Recall) -> str:
    """By what the goods were recalled, such as ``supplier lot S-77 of ACME``."""
    of = f" of {recall.supplier}" if recall.supplier else ""
    during = ""
    if recall.since is not None and recall.until is not None:
        during = f" from {_utc(instant(recall.since))} to {_utc(instant(recall.until))}"
    return f"{recall.kind.replace('_', ' ')} {recall.subject}{of}{during}"


def _traced(recall: Recall) -> str:
    if recall.traced_seconds is None:
        return "not traced"
    blocked = "" if recall.mock else ", and what was left was blocked"
    return f"after {recall.traced_seconds:.2f} s it was known who has the goods{blocked}"


def _effect(one: Effect) -> dict[str, Any]:
    return {**told(one), "open": plain(one.open), "share": f"{one.share:.1%}"}


def _instants(case: Case) -> Iterator[int]:
    """When anything was written down about the case."""
    recall = case.recall
    times = [recall.opened_at, recall.closed_at]
    times += [at for one in case.notices for at in (one.sent_at, one.answered_at)]
    times += [one.recorded_at for one in case.replies]
    return (instant(at) for at in times if at is not None)


def _utc(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
