"""Profiles as they are written: YAML with the source of its numbers.

name: medicines-2-8
version: 1
title: Medicines, 2 to 8 degC
source: where the limits come from
rules:
  - {name: above-8, kind: single, above: 8.0, for: 30 min, severity: major}
  - {name: warm-budget, kind: cumulative, above: 8.0, for: 2 h, within: 24 h, severity: major}
  - {name: frozen, kind: immediate, below: 0.0, severity: critical}
"""

import math
from typing import Any

import msgspec

from kernel.lengths import parse_length
from kernel.refusal import Refusal
from rules.core.budget_entries import BudgetEntry, budget_rule
from rules.core.profile import ABOVE, BELOW, Limit, Profile, Rule


class _RuleEntry(msgspec.Struct, rename={"length": "for"}, forbid_unknown_fields=True):
    name: str
    kind: str
    severity: str
    above: float | None = None
    below: float | None = None
    length: str | None = None
    within: str | None = None


class _ProfileEntry(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    version: int
    title: str
    source: str
    rules: list[_RuleEntry] = []
    budget: list[BudgetEntry] = []


def parse_profile(loaded: Any, where: str) -> Profile:
    """The profile in a loaded YAML document; `Refusal` names the place and what is wrong with it."""
    try:
        entry = msgspec.convert(loaded, _ProfileEntry)
    except msgspec.ValidationError as error:
        raise Refusal(f"profile {where}: {error}") from error
    if entry.version < 1 or not (entry.rules or entry.budget):
        raise Refusal(f"profile {where}: a version from 1 on and at least one rule are needed")
    rules = (
        *(_rule(rule, f"profile {where}, rule {rule.name}") for rule in entry.rules),
        *(budget_rule(one, f"profile {where}, budget {one.name}") for one in entry.budget),
    )
    if len({rule.name for rule in rules}) < len(rules):
        raise Refusal(f"profile {where}: two rules have the same name")
    return Profile(entry.name, entry.version, entry.title, entry.source, rules)


def _rule(entry: _RuleEntry, where: str) -> Rule:
    if (entry.above is None) == (entry.below is None):
        raise Refusal(f"{where}: exactly one of above and below is needed")
    if entry.severity not in {"notice", "minor", "major", "critical"}:
        raise Refusal(f"{where}: severity {entry.severity!r} is not notice, minor, major or critical")
    if entry.kind not in {"single", "cumulative", "immediate"}:
        raise Refusal(f"{where}: kind {entry.kind!r} is not single, cumulative or immediate")
    if (entry.length is None) != (entry.kind == "immediate"):
        raise Refusal(f"{where}: 'for' is needed, except with kind immediate")
    if entry.within is not None and entry.kind != "cumulative":
        raise Refusal(f"{where}: 'within' belongs to kind cumulative only")
    limit = Limit(ABOVE, entry.above) if entry.above is not None else Limit(BELOW, entry.below or 0.0)
    if not math.isfinite(limit.value):
        raise Refusal(f"{where}: a limit is a finite number of degC")
    tolerance = _length(entry.length, where) if entry.length is not None else 0
    window = _length(entry.within, where) if entry.within is not None else None
    if entry.kind != "immediate" and tolerance == 0:
        raise Refusal(f"{where}: a tolerance of zero is kind immediate")
    if window is not None and tolerance > window:
        raise Refusal(f"{where}: 'for' is longer than the window 'within', so it is never broken")
    return Rule(entry.name, entry.kind, limit, tolerance, window, entry.severity)


def _length(text: str, where: str) -> int:
    try:
        return parse_length(text)
    except ValueError as error:
        raise Refusal(f"{where}: {error}") from error
