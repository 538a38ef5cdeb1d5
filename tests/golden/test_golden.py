"""The catalog's profiles against cases worked out by hand.

Each folder holds the readings, the expected excursions, and how a person derived them.
"""

import csv
from pathlib import Path

import msgspec
import numpy as np
import pytest
import yaml

from kernel.exposure import Exposure
from kernel.instants import BEGINNING, FOREVER, SECOND, instant, parse_moment
from kernel.intervals import Span, total
from kernel.lengths import parse_length
from rules.core.judge import Finding, judge
from rules.core.profile import Profile
from rules.core.runs import Recording, Window, gaps, runs
from rules.core.timeline import Signal
from rules.profile_files import catalog, read_profile

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.yaml"))
PROFILES = {f"{profile.name}.v{profile.version}": profile for profile in catalog()}
"""By the name of their folder."""


class Stay(msgspec.Struct, rename={"since": "from", "until": "to"}, forbid_unknown_fields=True):
    since: str
    until: str | None = None


class Excursion(msgspec.Struct, forbid_unknown_fields=True):
    rule: str
    started_at: str
    breached_at: str
    ended_at: str | None
    beyond: str
    peak: float
    peak_at: str
    measured: float | None = None


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """`stays` are the times in which the unit stood beside the sensor; `now` breaks open silences."""

    max_gap: str
    stays: list[Stay]
    excursions: list[Excursion]
    now: str | None = None


def at(text: str) -> int:
    return instant(parse_moment(text))


def profile_of(case: Path) -> Profile:
    """The catalog's, or the one beside the cases."""
    own = case.parent / "profile.yaml"
    if own.exists():
        return read_profile(own.read_text(encoding="utf-8"), own.name)
    return PROFILES[case.parent.name]


def expected_of(case: Path) -> Expected:
    text = (case / "expected.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Expected)


def signal_of(case: Path, profile: Profile, max_gap: int) -> Signal:
    with (case / "readings.csv").open(encoding="utf-8", newline="") as file:
        rows = [(at(row["time"]), float(row["degc"])) for row in csv.DictReader(file)]
    window = Window(
        np.array([time for time, _ in rows], np.int64),
        np.array([value for _, value in rows], np.float64),
    )
    limits = {line for rule in profile.rules for line in rule.lines}
    limits |= {rule.inner for rule in profile.rules if rule.inner}
    return Signal(
        *window.span,
        gaps(window, max_gap),
        {limit: runs(window, limit, max_gap) for limit in limits},
        Recording([(window.span, window)], max_gap),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_excursions_are_the_ones_derived_by_hand(case: Path) -> None:
    profile, expected = profile_of(case), expected_of(case)
    signal = signal_of(case, profile, parse_length(expected.max_gap))
    felt = [
        Exposure(1, Span(at(stay.since), at(stay.until) if stay.until else FOREVER), 1, (7,))
        for stay in expected.stays
    ]
    now = at(expected.now) if expected.now else BEGINNING
    found = sorted(judge(felt, {7: signal}, profile.rules, now), key=_place)
    wanted = sorted(expected.excursions, key=lambda one: (one.rule, at(one.breached_at)))
    assert [one.rule.name for one in found] == [one.rule for one in wanted]
    for one, told in zip(found, wanted, strict=True):
        _same(one, told)


def _place(one: Finding) -> tuple[str, int]:
    return one.rule.name, one.breached_at


def _same(one: Finding, told: Excursion) -> None:
    """Means are told to the second, everything else to the microsecond."""
    close = SECOND if one.rule.kind == "mkt" else 0
    assert one.started_at == at(told.started_at), told.rule
    assert abs(one.breached_at - at(told.breached_at)) <= close, told.rule
    assert (one.ended_at is None) == (told.ended_at is None), told.rule
    if one.ended_at is not None and told.ended_at is not None:
        assert abs(one.ended_at - at(told.ended_at)) <= close, told.rule
    assert total(one.beyond) == parse_length(told.beyond), told.rule
    assert one.worst.peak == pytest.approx(told.peak, abs=1e-9), told.rule
    assert one.worst.peak_at == at(told.peak_at), told.rule
    figure = told.peak if told.measured is None else told.measured
    assert one.measured == pytest.approx(figure, abs=0.005), told.rule


def test_every_rule_of_the_catalog_is_broken_by_some_case() -> None:
    broken = {(case.parent.name, one.rule) for case in CASES for one in expected_of(case).excursions}
    told = {(folder, rule.name) for folder, one in PROFILES.items() for rule in one.rules}
    taken_over = {
        (f"{one.name}.v{one.version}", rule.name)
        for one in PROFILES.values()
        if (before := PROFILES.get(f"{one.name}.v{one.version - 1}")) is not None
        for rule in one.rules
        if rule in before.rules
    }
    assert {(folder, rule) for folder, rule in broken if folder in PROFILES} | taken_over == told


def test_every_case_says_why() -> None:
    for case in CASES:
        assert (case / "derivation.md").read_text(encoding="utf-8").startswith("# "), case
