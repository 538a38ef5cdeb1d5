"""Excursions of places for people and for programs: the same facts, as a line and as JSON."""

from kernel.instants import FOREVER, moment
from kernel.rule_words import degrees, unit_of
from rules.places.store import Beside, Shown


def line(one: Shown) -> str:
    """An excursion of a place on one line, without its number."""
    if one.withdrawn_why is not None:
        end = f"withdrawn: {one.withdrawn_why}"
    else:
        end = "open" if one.ended_at is None else f"ended {_clock(one.ended_at)}"
    peak = f"peak {degrees(one.peak)}, " if unit_of(one.kind) == "degC" else ""
    return (
        f"{one.place}: {one.rule}, {one.words}, from {_clock(one.started_at)}, {peak}{end} "
        f"({one.profile} version {one.version})"
    )


def beside(one: Beside) -> str:
    """A unit that stood there meanwhile, on one line."""
    until = "still there" if one.until == FOREVER else f"until {_clock(one.until)}"
    return f"{one.unit} of {one.lot}: stood in {one.place} from {_clock(one.since)}, {until}"


def as_json(one: Shown) -> dict[str, object]:
    """An excursion of a place for programs; times are ISO 8601."""
    return {
        "excursion": one.excursion_id,
        "place": one.place,
        "profile": one.profile,
        "version": one.version,
        "rule": one.rule,
        "severity": one.severity,
        "words": one.words,
        "started_at": moment(one.started_at),
        "breached_at": moment(one.breached_at),
        "ended_at": None if one.ended_at is None else moment(one.ended_at),
        "observed_until": moment(one.observed_until),
        "beyond_s": one.beyond / 1_000_000,
        "measured": one.measured,
        "peak": one.peak,
        "detected_at": moment(one.detected_at),
        "withdrawn_why": one.withdrawn_why,
    }


def beside_json(one: Beside) -> dict[str, object]:
    """A unit that stood there meanwhile, for programs."""
    return {
        "unit": one.unit,
        "lot": one.lot,
        "place": one.place,
        "since": moment(one.since),
        "until": None if one.until == FOREVER else moment(one.until),
    }


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
