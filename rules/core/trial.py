"""How two profiles judge one life differently: what is found additionally, no longer, or otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.intervals import Span
from rules.core.judge import Finding
from rules.core.profile import FREEZE_THAW, RATE, SILENCE


@dataclass(frozen=True, slots=True)
class Difference:
    """Findings of the tried profile that the other has not, the other way round, and changed pairs."""

    added: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    changed: tuple[tuple[Finding, Finding], ...]
    """(as it is, as it would be)"""

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def compare(before: Sequence[Finding], after: Sequence[Finding], period: Span) -> Difference:
    """What differs among the findings that touch `period`.

    Two findings are the same event when they share time and have the same rule by name, or else the
    same side of the same measure; of several the one that shares most. An event judged alike under
    another rule's name is no difference.
    """
    left = [one for one in before if _touches(one, period)]
    added = [one for one in after if _touches(one, period)]
    pairs: list[tuple[Finding, Finding]] = []
    for same in (_same_rule, _same_side):
        for one in list(left):
            rivals = [other for other in added if same(one, other) and _shared(one, other) >= 0]
            if rivals:
                twin = max(rivals, key=lambda other, one=one: (_shared(one, other), -other.started_at))
                left.remove(one)
                added.remove(twin)
                pairs.append((one, twin))
    changed = sorted(
        (pair for pair in pairs if _judged(pair[0]) != _judged(pair[1])),
        key=lambda pair: pair[0].started_at,
    )
    return Difference(tuple(added), tuple(left), tuple(changed))


def _touches(finding: Finding, period: Span) -> bool:
    return finding.started_at < period.end and finding.observed_until >= period.start


def _same_rule(one: Finding, other: Finding) -> bool:
    return one.rule.name == other.rule.name


def _same_side(one: Finding, other: Finding) -> bool:
    return _measure(one) == _measure(other)


def _measure(finding: Finding) -> tuple[str, str]:
    """What the rule looks at: degrees on one side, or how fast they change, or silence, or thawing."""
    kind = finding.rule.kind
    own = kind if kind in {RATE, SILENCE, FREEZE_THAW} else "degrees"
    return own, finding.rule.limit.side


def _shared(one: Finding, other: Finding) -> int:
    """Microseconds that both lasted; negative when they lie apart."""
    until = min(one.observed_until, other.observed_until)
    return until - max(one.started_at, other.started_at)


def _judged(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule.severity,
        finding.started_at,
        finding.breached_at,
        finding.ended_at,
        finding.observed_until,
        finding.beyond,
    )
