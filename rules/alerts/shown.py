"""Alerts for people and for programs: the same facts, as sentences and as JSON."""

from collections.abc import Iterator

from kernel.instants import moment
from kernel.lengths import length
from kernel.rule_words import degrees, unit_of
from rules.alerts.handlers import Told
from rules.alerts.store import Listed, Step, UnitOf
from rules.places import shown as places

_FEW = 20


def line(one: Listed) -> str:
    """One alert on one line."""
    units = f", {one.units} {'unit' if one.units == 1 else 'units'}" if one.units else ""
    times = f", {one.occurrences} times" if one.occurrences > 1 and not one.units else ""
    return f"{one.alert_id:>6}  {one.severity:<8}  {standing(one)}  {one.words}{units}{times}"


def standing(one: Listed) -> str:
    """How far an alert is: its state, and what a person must know beside it."""
    said = f"escalated to level {one.level}" if one.state == "escalated" else one.state
    if one.unmonitored_since is not None:
        said += f", open, unmonitored since {_clock(one.unmonitored_since)}"
    return said


def whole(told: Told) -> Iterator[str]:
    """Everything about one alert, a line each."""
    one = told.alert
    yield f"alert {one.alert_id}, {one.severity}: {one.words}"
    yield f"  {standing(one)}"
    yield f"  happened {_clock(one.happened_at)} by the device, detected {_clock(one.detected_at)}"
    if one.occurrences > 1 and not one.units:
        yield f"  {one.occurrences} times, last {_clock(one.last_at)}"
    if one.advice:
        yield f"  to do: {one.advice}"
    for step in told.steps:
        yield f"  {_clock(step.at)}  {_step(step)}"
    for excursion in told.places:
        yield f"  {places.line(excursion)}"
    if told.places and not told.beside:
        yield "  no unit stood there meanwhile"
    lines = [_unit(unit) for unit in told.units] + [places.beside(unit) for unit in told.beside]
    yield from (f"    {line}" for line in lines[:_FEW])
    if len(lines) > _FEW:
        yield f"    ... {len(lines) - _FEW} more: --json tells all"


def _step(step: Step) -> str:
    level = f" to level {step.level}" if step.state == "escalated" else ""
    return f"{step.state}{level} by {step.by}: {step.words}"


def _unit(unit: UnitOf) -> str:
    if unit.withdrawn_why is not None:
        end = f"withdrawn: {unit.withdrawn_why}"
    elif unit.unmonitored_since is not None:
        end = f"open, unmonitored since {_clock(unit.unmonitored_since)}"
    else:
        end = "open" if unit.ended_at is None else f"ended {_clock(unit.ended_at)}"
    broken = length(unit.breached_at - unit.started_at)
    peak = f"peak {degrees(unit.peak)}, " if unit_of(unit.kind) == "degC" else ""
    return (
        f"{unit.unit} of {unit.lot}: {unit.rule}, from {_clock(unit.started_at)}, "
        f"broken after {broken}, {peak}{end}"
    )


def as_json(one: Listed) -> dict[str, object]:
    """An alert for programs; times are ISO 8601."""
    return {
        "alert": one.alert_id,
        "cause": one.cause,
        "subject": one.subject,
        "place": one.place,
        "severity": one.severity,
        "state": one.state,
        "level": one.level,
        "words": one.words,
        "advice": one.advice,
        "happened_at": moment(one.happened_at),
        "last_at": moment(one.last_at),
        "detected_at": moment(one.detected_at),
        "raised_at": moment(one.raised_at),
        "occurrences": one.occurrences,
        "units": one.units,
        "unmonitored_since": _maybe(one.unmonitored_since),
        "escalated_at": _maybe(one.escalated_at),
        "acknowledged_at": _maybe(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_by,
        "comment": one.acknowledged_why,
        "resolved_at": _maybe(one.resolved_at),
        "resolved_by": one.resolved_by,
        "resolved_why": one.resolved_why,
    }


def told_json(told: Told) -> dict[str, object]:
    """An alert with its steps, the excursions it tells of, and the units that stood beside them."""
    return as_json(told.alert) | {
        "steps": [
            {
                "at": moment(step.at),
                "state": step.state,
                "level": step.level,
                "severity": step.severity,
                "by": step.by,
                "words": step.words,
            }
            for step in told.steps
        ],
        "excursions": [
            {
                "unit": unit.unit,
                "lot": unit.lot,
                "rule": unit.rule,
                "severity": unit.severity,
                "started_at": moment(unit.started_at),
                "breached_at": moment(unit.breached_at),
                "ended_at": _maybe(unit.ended_at),
                "detected_at": moment(unit.detected_at),
                "peak": unit.peak,
                "peak_unit": unit_of(unit.kind),
                "withdrawn_why": unit.withdrawn_why,
                "unmonitored_since": _maybe(unit.unmonitored_since),
            }
            for unit in told.units
        ],
        "place_excursions": [places.as_json(one) for one in told.places],
        "units_beside": [places.beside_json(one) for one in told.beside],
    }


def _maybe(at: int | None) -> object:
    return None if at is None else moment(at)


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"
