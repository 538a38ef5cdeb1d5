"""Profiles as people write them: YAML with the source of the numbers, checked rule by rule.

name: medicines-2-8
version: 2
title: Medicines, 2 to 8 degC
source: where the limits come from
dispositions: two people
rules:
  - {name: above-8, kind: single, above: 8.0, for: 30 min, hysteresis: 0.5, severity: major}
  - {name: warm-budget, kind: cumulative, above: 8.0, for: 2 h, within: 24 h, severity: major}
  - {name: frozen, kind: immediate, below: 0.0, severity: critical}
  - {name: mean, kind: mkt, above: 8.0, within: 24 h, least monitored: 50 %, severity: major}
  - {name: heating up, kind: rate, rise: 5 degC/h, over: 30 min, ignore first: 1 h, severity: notice}
  - {name: unmonitored, kind: silence, for: 2 h, severity: notice}
  - {name: thawed, kind: freeze_thaw, below: -5.0, above: 0.0, times: 1, severity: critical}
"""

import math
import re
from typing import Any

import msgspec

from kernel.instants import HOUR, MINUTE
from kernel.lengths import parse_length
from kernel.refusal import Refusal
from kernel.temperature import DH_R, GAS_CONSTANT
from rules.core.budget_entries import BudgetEntry, budget_rule
from rules.core.entry_faults import in_words
from rules.core.profile import (
    ABOVE,
    BELOW,
    CUMULATIVE,
    FREEZE_THAW,
    IMMEDIATE,
    KINDS,
    LEAST_MONITORED,
    LOCATION,
    MKT,
    RATE,
    SEVERITIES,
    SILENCE,
    SINGLE,
    UNIT,
    Limit,
    Profile,
    Rule,
)
from rules.core.shares import parse_share

_FIELDS = {
    "length": "for",
    "least_monitored": "least monitored",
    "ignore_first": "ignore first",
    "activation_energy": "activation energy",
}
ONE_PERSON, TWO_PEOPLE = "one person", "two people"
"""By whom decisions about held goods are signed."""
_RATE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?degC ?/ ?(min|h)")
_ENERGY = re.compile(r"(\d{1,4}(?:\.\d{1,6})?) ?kJ/mol")


class _RuleEntry(msgspec.Struct, rename=_FIELDS, forbid_unknown_fields=True):
    name: str
    kind: str
    severity: str
    scope: str = UNIT
    above: float | None = None
    below: float | None = None
    rise: str | None = None
    fall: str | None = None
    over: str | None = None
    length: str | None = None
    within: str | None = None
    times: int | None = None
    hysteresis: float | None = None
    ignore_first: str | None = None
    least_monitored: str | None = None
    activation_energy: str | None = None


class _ProfileEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    version: int
    title: str
    source: str
    dispositions: str = ONE_PERSON
    rules: list[_RuleEntry] = []
    budget: list[BudgetEntry] = []


_NEEDED: dict[str, tuple[str, ...]] = {
    SINGLE: ("length",),
    CUMULATIVE: ("length",),
    IMMEDIATE: (),
    MKT: ("above", "within"),
    RATE: ("over",),
    SILENCE: ("length",),
    FREEZE_THAW: ("above", "below", "times"),
}
_ALLOWED: dict[str, tuple[str, ...]] = {
    SINGLE: ("above", "below", "hysteresis", "ignore_first"),
    CUMULATIVE: ("above", "below", "within", "hysteresis", "ignore_first"),
    IMMEDIATE: ("above", "below", "hysteresis", "ignore_first"),
    MKT: ("hysteresis", "ignore_first", "least_monitored", "activation_energy"),
    RATE: ("rise", "fall", "hysteresis", "ignore_first"),
    SILENCE: (),
    FREEZE_THAW: ("ignore_first",),
}
"""What each kind asks for, and what it understands beside that."""

_OPTIONAL = tuple(
    name for name in _RuleEntry.__struct_fields__ if name not in {"name", "kind", "severity", "scope"}
)


def parse_profile(loaded: Any, where: str) -> Profile:
    """The profile in a loaded YAML document; `Refusal` names the place and what is wrong with it."""
    try:
        entry = msgspec.convert(loaded, _ProfileEntry)
    except msgspec.ValidationError as error:
        raise Refusal(f"profile {where}: {in_words(str(error), loaded)}") from error
    if entry.version < 1 or not (entry.rules or entry.budget):
        raise Refusal(f"profile {where}: a version from 1 on and at least one rule are needed")
    if entry.dispositions not in {ONE_PERSON, TWO_PEOPLE}:
        raise Refusal(
            f"profile {where}: dispositions {entry.dispositions!r} is not {ONE_PERSON} or {TWO_PEOPLE}"
        )
    rules = (
        *(_rule(rule, f"profile {where}, rule {rule.name}") for rule in entry.rules),
        *(budget_rule(one, f"profile {where}, budget {one.name}") for one in entry.budget),
    )
    if len({rule.name for rule in rules}) < len(rules):
        raise Refusal(f"profile {where}: two rules have the same name")
    two = entry.dispositions == TWO_PEOPLE
    return Profile(entry.name, entry.version, entry.title, entry.source, rules, two)


def _rule(entry: _RuleEntry, where: str) -> Rule:
    _check_words(entry, where)
    _check_fields(entry, where)
    if entry.kind == IMMEDIATE:
        return _built(entry, _level(entry, where), 0, None, where)
    if entry.kind == MKT:
        return _mkt(entry, where)
    if entry.kind == RATE:
        return _built(entry, _change(entry, where), 0, None, where)
    if entry.kind == FREEZE_THAW:
        return _freeze_thaw(entry, where)
    tolerance = _length(entry.length, where)
    if tolerance == 0:
        instead = "silence needs a length" if entry.kind == SILENCE else "is kind immediate"
        raise Refusal(f"{where}: a tolerance of zero {instead}")
    if entry.kind == SILENCE:
        return _built(entry, Limit(ABOVE, tolerance / HOUR), tolerance, None, where)
    window = _length(entry.within, where) if entry.within is not None else None
    if window is not None and tolerance > window:
        raise Refusal(f"{where}: 'for' is longer than the window 'within', so it is never broken")
    return _built(entry, _level(entry, where), tolerance, window, where)


def _check_words(entry: _RuleEntry, where: str) -> None:
    if entry.severity not in SEVERITIES:
        raise Refusal(f"{where}: severity {entry.severity!r} is not notice, minor, major or critical")
    if entry.kind not in KINDS:
        raise Refusal(f"{where}: kind {entry.kind!r} is not {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    if entry.scope not in {UNIT, LOCATION}:
        raise Refusal(f"{where}: scope {entry.scope!r} is not unit or location")
    if entry.scope == LOCATION and entry.kind == FREEZE_THAW:
        raise Refusal(f"{where}: goods freeze and thaw, not locations: scope unit is needed")


def _check_fields(entry: _RuleEntry, where: str) -> None:
    """Every field the kind needs is there, and none that it would not look at."""
    for name in _OPTIONAL:
        told, field = getattr(entry, name) is not None, _FIELDS.get(name, name)
        if name in _NEEDED[entry.kind]:
            if not told:
                raise Refusal(f"{where}: {field!r} is needed with kind {entry.kind}")
        elif told and name not in _ALLOWED[entry.kind]:
            kinds = " or ".join(k for k in KINDS if name in (*_NEEDED[k], *_ALLOWED[k]))
            raise Refusal(f"{where}: {field!r} belongs to kind {kinds}, not to {entry.kind}")


def _level(entry: _RuleEntry, where: str) -> Limit:
    if (entry.above is None) == (entry.below is None):
        raise Refusal(f"{where}: exactly one of above and below is needed")
    if entry.above is not None:
        return Limit(ABOVE, _finite(entry.above, where))
    return Limit(BELOW, _finite(entry.below, where))


def _mkt(entry: _RuleEntry, where: str) -> Rule:
    window = _length(entry.within, where)
    if window == 0:
        raise Refusal(f"{where}: a mean needs a window 'within' that is longer than zero")
    return _built(entry, Limit(ABOVE, _finite(entry.above, where)), 0, window, where)


def _change(entry: _RuleEntry, where: str) -> Limit:
    if (entry.rise is None) == (entry.fall is None):
        raise Refusal(f"{where}: exactly one of rise and fall is needed")
    text = entry.rise if entry.rise is not None else entry.fall or ""
    match = _RATE.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        raise Refusal(f"{where}: {text!r} is not a change such as 5 degC/h or 0.5 degC/min")
    an_hour = float(match[1]) * (HOUR / MINUTE if match[2] == "min" else 1)
    over = _length(entry.over, where)
    if over == 0:
        raise Refusal(f"{where}: a change needs a stretch 'over' that is longer than zero")
    return Limit(ABOVE, an_hour, over) if entry.rise is not None else Limit(BELOW, -an_hour, over)


def _freeze_thaw(entry: _RuleEntry, where: str) -> Rule:
    freeze, thaw = _finite(entry.below, where), _finite(entry.above, where)
    if thaw < freeze:
        raise Refusal(f"{where}: goods thaw ('above') at no colder a temperature than they freeze")
    if entry.times is None or entry.times < 1:
        raise Refusal(f"{where}: 'times' is a count from 1 on")
    return _built(entry, Limit(BELOW, freeze), 0, None, where)


def _built(entry: _RuleEntry, limit: Limit, tolerance: int, window: int | None, where: str) -> Rule:
    return Rule(
        entry.name,
        entry.kind,
        limit,
        tolerance,
        window,
        entry.severity,
        hysteresis=_hysteresis(entry.hysteresis, where),
        ignore_first=_length(entry.ignore_first, where) if entry.ignore_first is not None else 0,
        scope=entry.scope,
        thaw=entry.above if entry.kind == FREEZE_THAW else None,
        times=entry.times or 1,
        least_monitored=_share(entry.least_monitored, where),
        dh_r=_dh_r(entry.activation_energy, where),
    )


def _hysteresis(by: float | None, where: str) -> float:
    if by is None:
        return 0.0
    if not math.isfinite(by) or by <= 0:
        raise Refusal(f"{where}: 'hysteresis' is a positive number; leave it out for none")
    return by


def _share(text: str | None, where: str) -> float:
    if text is None:
        return LEAST_MONITORED
    share = parse_share(text)
    if share is None:
        raise Refusal(f"{where}: 'least monitored' is a share such as 50 %")
    return share


def _dh_r(text: str | None, where: str) -> float:
    if text is None:
        return DH_R
    match = _ENERGY.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        raise Refusal(f"{where}: {text!r} is not an activation energy such as 83.144 kJ/mol")
    return float(match[1]) * 1000 / GAS_CONSTANT


def _finite(value: float | None, where: str) -> float:
    if value is None or not math.isfinite(value):
        raise Refusal(f"{where}: a limit is a finite number of degC")
    return value


def _length(text: str | None, where: str) -> int:
    try:
        return parse_length(text or "")
    except ValueError as error:
        raise Refusal(f"{where}: {error}") from error
