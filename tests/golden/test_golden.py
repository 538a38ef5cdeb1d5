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
from kernel.instants import FOREVER, instant, parse_moment
from kernel.intervals import Span, total
from kernel.lengths import parse_length
from rules.core.judge import judge
from rules.core.profile import Profile
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal
from rules.profile_files import catalog, read_profile

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.yaml"))
PROFILES = {profile.name: profile for profile in catalog()}


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


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """`stays` are the times in which the unit stood beside the sensor."""

    max_gap: str
    stays: list[Stay]
    excursions: list[Excursion]


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
    return Signal(
        *window.span,
        gaps(window, max_gap),
        {limit: runs(window, limit, max_gap) for limit in limits},
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_excursions_are_the_ones_derived_by_hand(case: Path) -> None:
    profile, expected = profile_of(case), expected_of(case)
    signal = signal_of(case, profile, parse_length(expected.max_gap))
    felt = [
        Exposure(1, Span(at(stay.since), at(stay.until) if stay.until else FOREVER), 1, (7,))
        for stay in expected.stays
    ]
    found = judge(felt, {7: signal}, profile.rules)
    told = [
        (
            one.rule.name,
            one.started_at,
            one.breached_at,
            one.ended_at,
            total(one.beyond),
            one.worst.peak,
            one.worst.peak_at,
        )
        for one in found
    ]
    assert sorted(told) == sorted(
        (
            one.rule,
            at(one.started_at),
            at(one.breached_at),
            at(one.ended_at) if one.ended_at else None,
            parse_length(one.beyond),
            one.peak,
            at(one.peak_at),
        )
        for one in expected.excursions
    )


def test_every_rule_of_the_catalog_is_broken_by_some_case() -> None:
    broken = {
        (case.parent.name, one.rule)
        for case in CASES
        if case.parent.name in PROFILES
        for one in expected_of(case).excursions
    }
    assert broken == {(profile.name, rule.name) for profile in catalog() for rule in profile.rules}


def test_every_case_says_why() -> None:
    for case in CASES:
        assert (case / "derivation.md").read_text(encoding="utf-8").startswith("# "), case
