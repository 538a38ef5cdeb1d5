"""Stability budgets as programs read them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from kernel.instants import SECOND, moment
from rules.budgets import BudgetOfUnit, Present


def budgets_json(budgets: Iterable[BudgetOfUnit]) -> bytes:
    """A list with an entry for each budget of each unit; lengths in seconds, shares of 1."""
    entries = [
        {
            "unit": one.unit,
            "lot": one.lot,
            "profile": one.profile,
            "rule": one.rule,
            "severity": one.severity,
            "source": one.source or None,
            "used": one.used,
            "left": max(0.0, 1 - one.used),
            "warn_at": one.warn_at,
            "low_at": _moment(one.low_at),
            "judged_until": _moment(one.judged_until),
            "ranges": [
                {
                    "from_degc": part.start,
                    "to_degc": part.end,
                    "used_s": part.spent / SECOND,
                    "allowed_s": part.allowed / SECOND,
                }
                for part in one.ranges
            ],
            "present": one.present and _present_json(one.present),
        }
        for one in budgets
    ]
    return msgspec.json.encode(entries)


def _present_json(present: Present) -> dict[str, object]:
    return {
        "range": present.number,
        "degc": present.celsius,
        "sensor": present.sensor,
        "as_of": moment(present.as_of),
        "runs_out_at": moment(present.runs_out_at),
    }


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
