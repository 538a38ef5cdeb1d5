"""Profiles as YAML: the catalog is complete and sourced, and faults are named with their place."""

import pytest

from kernel.instants import HOUR, MINUTE
from kernel.refusal import Refusal
from rules.core.profile import ABOVE, BELOW, Limit, Rule
from rules.profile_files import catalog, read_profile

GOOD = """
name: test
version: 3
title: A test
source: nobody
rules:
  - {name: warm, kind: single, above: 8, for: 30 min, severity: major}
  - {name: budget, kind: cumulative, above: 8.0, for: 2 h, within: 24 h, severity: minor}
  - {name: life, kind: cumulative, above: 8.0, for: 24 h, severity: notice}
  - {name: frozen, kind: immediate, below: 0.0, severity: critical}
"""
RULE = "{name: warm, kind: single, above: 8, for: 30 min, severity: major}"


def with_rule(rule: str) -> str:
    return f"{{name: test, version: 1, title: A test, source: nobody, rules: [{rule}]}}"


def test_a_profile_is_read_whole() -> None:
    profile = read_profile(GOOD, "test.yaml")
    assert (profile.name, profile.version, profile.title, profile.source) == (
        "test",
        3,
        "A test",
        "nobody",
    )
    assert profile.rules == (
        Rule("warm", "single", Limit(ABOVE, 8.0), 30 * MINUTE, None, "major"),
        Rule("budget", "cumulative", Limit(ABOVE, 8.0), 2 * HOUR, 24 * HOUR, "minor"),
        Rule("life", "cumulative", Limit(ABOVE, 8.0), 24 * HOUR, None, "notice"),
        Rule("frozen", "immediate", Limit(BELOW, 0.0), 0, None, "critical"),
    )


def test_the_catalog_has_the_three_profiles_with_their_sources() -> None:
    found = {profile.name: profile for profile in catalog()}
    assert set(found) == {"medicines-2-8", "controlled-room-temperature", "frozen"}
    for profile in found.values():
        assert len(profile.source) > 40, f"{profile.name} does not say where its limits come from"
    limits = {name: {rule.limit for rule in profile.rules} for name, profile in found.items()}
    assert {Limit(ABOVE, 8.0), Limit(BELOW, 2.0), Limit(BELOW, 0.0)} <= limits["medicines-2-8"]
    assert {Limit(ABOVE, 25.0), Limit(BELOW, 20.0)} <= limits["controlled-room-temperature"]
    assert Limit(ABOVE, -18.0) in limits["frozen"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a list", "test.yaml"),
        ("{name: [", "test.yaml"),
        ("", "test.yaml"),
        (GOOD.replace("version: 3", "version: 0"), "a version from 1 on"),
        (GOOD.replace("version: 3", "version: three"), "version"),
        (GOOD.replace("source: nobody\n", ""), "source"),
        (GOOD.replace("title:", "titel:"), "titel"),
        (GOOD.replace("name: life", "name: warm"), "two rules have the same name"),
        (with_rule(""), "at least one rule"),
        (with_rule(RULE.replace("above: 8", "above: warm")), "above"),
        (with_rule(RULE.replace("above: 8, ", "")), "rule warm: exactly one of above and below"),
        (with_rule(RULE.replace("above: 8", "above: 8, below: 2")), "exactly one of above and below"),
        (with_rule(RULE.replace("major", "terrible")), "severity 'terrible' is not notice"),
        (with_rule(RULE.replace("single", "mean")), "kind 'mean' is not single"),
        (with_rule(RULE.replace(", for: 30 min", "")), "'for' is needed"),
        (
            with_rule(RULE.replace("single", "immediate")),
            "'for' belongs to kind single or cumulative or silence, not to immediate",
        ),
        (with_rule(RULE.replace("30 min", "a while")), "'a while' is not a length of time"),
        (with_rule(RULE.replace("30 min", "0 s")), "a tolerance of zero is kind immediate"),
        (
            with_rule(RULE.replace("30 min", "30 min, within: 2 h")),
            "'within' belongs to kind cumulative",
        ),
    ],
)
def test_faults_are_named(text: str, fault: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_profile(text, "test.yaml")
    assert "test.yaml" in str(caught.value)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (RULE.replace("above: 8", "above: .nan"), "finite"),
        (RULE.replace("above: 8", "above: .inf"), "finite"),
        (
            "{name: b, kind: cumulative, above: 8, for: 3 h, within: 2 h, severity: major}",
            "longer than the window",
        ),
        (
            "{name: b, kind: cumulative, above: 8, for: 3 h, within: 0 h, severity: major}",
            "longer than the window",
        ),
    ],
)
def test_rules_that_could_never_be_broken_are_refused(rule: str, fault: str) -> None:
    with pytest.raises(Refusal, match=fault):
        read_profile(with_rule(rule), "test.yaml")
