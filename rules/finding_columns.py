"""What is stored of a finding, whoever broke the rule: the columns of an excursion."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from kernel.instants import moment
from kernel.intervals import Span
from rules.core.judge import Finding


def measures(findings: Iterable[Finding]) -> dict[str, list[Any]]:
    """What is stored of findings, as the columns that SQL knows them by."""
    told = list(findings)
    return {
        "started": [moment(one.started_at) for one in told],
        "breached": [moment(one.breached_at) for one in told],
        "ended": moments(one.ended_at for one in told),
        "observed": [moment(one.observed_until) for one in told],
        "beyond": [_multirange(one.beyond) for one in told],
        "peaks": [one.worst.peak for one in told],
        "peaks_at": [moment(one.worst.peak_at) for one in told],
        "series": ["{" + ",".join(map(str, one.series)) + "}" for one in told],
        "measured": [one.measured for one in told],
    }


def moments(instants: Iterable[int | None]) -> list[datetime | None]:
    """Instants as columns of points in time."""
    return [None if at is None else moment(at) for at in instants]


def _multirange(spans: Sequence[Span]) -> str:
    """PostgreSQL's text for a tstzmultirange; a lone reading is a range with both ends in it."""
    ranges = [
        f'["{moment(span.start).isoformat()}","{moment(span.end).isoformat()}"'
        + ("]" if span.length == 0 else ")")
        for span in spans
    ]
    return "{" + ",".join(ranges) + "}"
