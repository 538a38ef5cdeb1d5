"""What the page of the links shows: gateways with something wrong first, all of it in a sentence."""

from dataclasses import dataclass
from datetime import datetime

from dashboards.web import words
from ingest.parked import ParkedGroup
from ingest.status import GatewayLink, Links
from ingest.status_text import remarks

_CLOCK_TOLERATED_S = 60.0
_ORDER = ("missing", "clock", "coming", "complete", "ended")


@dataclass(frozen=True, slots=True)
class GatewayRow:
    """One epoch of a gateway; `state` is the worst that can be said of it."""

    name: str
    epoch: int
    state: str
    last_commit_at: datetime
    ago: str
    highest: int
    lag: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinksView:
    """The page: a summary, the gateways, and what is parked."""

    summary: str
    gateways: tuple[GatewayRow, ...]
    parked: tuple[ParkedGroup, ...]


def links_view(found: Links) -> LinksView:
    """The page of `found`."""
    rows = sorted((_row(link, found.now) for link in found.gateways), key=_urgency)
    return LinksView(_summary(found), tuple(rows), tuple(found.parked))


def _row(link: GatewayLink, now: datetime) -> GatewayRow:
    return GatewayRow(
        f"{link.site}/{link.gateway}",
        link.epoch,
        _state(link),
        link.last_commit_at,
        words.span(max((now - link.last_commit_at).total_seconds(), 0)),
        link.highest,
        "unknown" if link.lag_s is None else _seconds(link.lag_s),
        tuple(remarks(link)),
    )


def _state(link: GatewayLink) -> str:
    if not link.current:
        return "ended"
    if link.missing:
        return "missing"
    if link.offset_s is not None and abs(link.offset_s) > _CLOCK_TOLERATED_S:
        return "clock"
    return "coming" if link.coming else "complete"


def _urgency(row: GatewayRow) -> tuple[int, str, int]:
    return _ORDER.index(row.state), row.name, -row.epoch


def _seconds(lag: float) -> str:
    return f"{lag:.2f}\N{NO-BREAK SPACE}s" if lag < 10 else words.span(lag)  # noqa: PLR2004 - below ten seconds tenths matter


def _summary(found: Links) -> str:
    gateways = len({(link.site, link.gateway) for link in found.gateways})
    missing = sum(link.missing for link in found.gateways if link.current)
    parked = sum(group.records for group in found.parked)
    parts = [
        "No gateway has delivered yet." if not gateways else f"{words.count(gateways, 'gateway')}.",
        f"{words.count(missing, 'batch number')} missing." if missing else "No batch is missing.",
        f"{words.count(parked, 'record')} parked." if parked else "Nothing is parked.",
        f"{words.count(found.due, 'piece')} of work due.",
    ]
    return " ".join(parts)
