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


def test_a_profile_says_how_many_people_decide() -> None:
    two = GOOD.replace("source: nobody", "source: nobody\ndispositions: two people")
    assert read_profile(two, "test.yaml").two_people
    assert not read_profile(two.replace("two people", "one person"), "test.yaml").two_people
    assert not read_profile(GOOD, "test.yaml").two_people
    with pytest.raises(
        Refusal, match=r"profile test.yaml: dispositions 'three' is not one person or two"
    ):
        read_profile(two.replace("two people", "three"), "test.yaml")


def test_every_profile_of_the_catalog_has_its_sources() -> None:
    found = {(profile.name, profile.version): profile for profile in catalog()}
    assert len(found) == len(catalog()) >= 15
    for (name, version), profile in found.items():
        assert len(profile.source) > 100, f"{name} does not say where its limits come from"
        assert "Coldbind" in profile.source, f"{name} does not say which numbers are our own"
        assert version == 1 or (name, version - 1) in found
    limits = {key: {rule.limit for rule in profile.rules} for key, profile in found.items()}
    assert {Limit(ABOVE, 8.0), Limit(BELOW, 2.0)} <= limits["medicines-2-8", 2]
    assert {Limit(ABOVE, 25.0), Limit(BELOW, 20.0)} <= limits["controlled-room-temperature", 2]
    assert {Limit(BELOW, -0.49), Limit(ABOVE, 7.99)} <= limits["vaccines-freeze-sensitive", 1]
    two = {key for key, profile in found.items() if profile.two_people}
    assert two == {("medicines-2-8", 3), ("vaccines-freeze-sensitive", 2)}


def test_what_a_mean_does_not_say_is_the_usual() -> None:
    mean = "{name: mean, kind: mkt, above: 8, within: 24 h, severity: major}"
    (rule,) = read_profile(with_rule(mean), "test.yaml").rules
    assert rule.least_monitored == 0.5
    assert rule.dh_r == pytest.approx(83_144 / 8.3144)
    assert (rule.hysteresis, rule.ignore_first, rule.times) == (0.0, 0, 1)
    assert rule.inner is None


def test_every_kind_is_read() -> None:
    text = with_rule(
        "{name: mean, kind: mkt, above: 8, within: 24 h, least monitored: 75 %,"
        " activation energy: 100 kJ/mol, hysteresis: 0.5, severity: major},"
        "{name: up, kind: rate, rise: 0.5 degC/min, over: 10 min, ignore first: 1 h, severity: notice},"
        "{name: down, kind: rate, fall: 6 degC/h, over: 20 min, severity: minor, scope: unit},"
        "{name: mute, kind: silence, for: 90 min, severity: notice},"
        "{name: thawed, kind: freeze_thaw, below: -5, above: 0, times: 2, severity: critical}"
    )
    mean, up, down, mute, thawed = read_profile(text, "test.yaml").rules
    assert (mean.window, mean.least_monitored, mean.hysteresis) == (24 * HOUR, 0.75, 0.5)
    assert mean.dh_r == pytest.approx(100_000 / 8.3144)
    assert (up.limit, up.ignore_first) == (Limit(ABOVE, 30.0, 10 * MINUTE), HOUR)
    assert (down.limit, down.scope) == (Limit(BELOW, -6.0, 20 * MINUTE), "unit")
    assert (mute.tolerance, mute.limit) == (90 * MINUTE, Limit(ABOVE, 1.5))
    assert thawed.lines == (Limit(BELOW, -5.0), Limit(ABOVE, 0.0))
    assert thawed.times == 2
    assert (mean.tolerance, up.tolerance, thawed.tolerance) == (0, 0, 0)
    assert (up.words.stretch, mean.words.stretch) == (10 * MINUTE, None)


@pytest.mark.parametrize(
    "rule",
    [
        "kind: cumulative, above: 8, for: 2 h, within: 2 h",  # all of the window
        "kind: freeze_thaw, below: 0, above: 0, times: 1",  # it thaws where it freezes
        "kind: mkt, above: 8, within: 24 h, least monitored: 100 %",
        "kind: mkt, above: 8, within: 24 h, least monitored: 0.5 %",
    ],
)
def test_the_most_and_the_least_that_can_be_asked_are_read(rule: str) -> None:
    (read,) = read_profile(with_rule(f"{{name: a, severity: major, {rule}}}"), "test.yaml").rules
    assert rule.startswith(f"kind: {read.kind}")


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("kind: mkt, above: 8", "'within' is needed with kind mkt"),
        ("kind: mkt, above: 8, within: 0 h", "longer than zero"),
        ("kind: mkt, above: 8, within: 24 h, least monitored: half", "a share such as 50 %"),
        ("kind: mkt, above: 8, within: 24 h, least monitored: 0 %", "a share such as 50 %"),
        ("kind: mkt, above: 8, within: 24 h, least monitored: 101 %", "a share such as 50 %"),
        ("kind: mkt, above: 8, within: 24 h, activation energy: much", "activation energy such as"),
        ("kind: mkt, above: 8, within: 24 h, activation energy: 0 kJ/mol", "activation energy such as"),
        ("kind: mkt, above: 8, below: 2, within: 24 h", "'below' belongs to kind"),
        ("kind: rate, over: 10 min", "exactly one of rise and fall"),
        ("kind: rate, rise: 5 degC/h, fall: 5 degC/h, over: 10 min", "exactly one of rise and fall"),
        ("kind: rate, rise: 5, over: 10 min", "rise"),
        ("kind: rate, rise: fast, over: 10 min", "'fast' is not a change"),
        ("kind: rate, rise: 0 degC/h, over: 10 min", "is not a change"),
        ("kind: rate, rise: 5 degC/h, over: 0 min", "longer than zero"),
        ("kind: rate, rise: 5 degC/h", "'over' is needed with kind rate"),
        ("kind: silence, for: 0 s", "silence needs a length"),
        ("kind: silence, for: 2 h, ignore first: 1 h", "'ignore first' belongs to kind"),
        ("kind: freeze_thaw, below: 0, above: -1, times: 1", "no colder a temperature"),
        ("kind: freeze_thaw, below: 0, above: 1, times: 0", "a count from 1 on"),
        ("kind: freeze_thaw, below: 0, above: 1, times: 1, scope: location", "goods freeze and thaw"),
        ("kind: freeze_thaw, below: 0, above: 1, times: -1", "a count from 1 on"),
        ("kind: freeze_thaw, below: .nan, above: 1, times: 1", "finite"),
        ("kind: single, above: 8, for: 1 h, scope: house", "scope 'house' is not unit or location"),
        ("kind: single, above: 8, for: 1 h, hysteresis: 0", "a positive number"),
        ("kind: single, above: 8, for: 1 h, hysteresis: .inf", "a positive number"),
        ("kind: single, above: 8, for: 1 h, hold: 1 h", "hold"),
        ("kind: single, above: 8, for: 1 h, times: 2", "'times' belongs to kind freeze_thaw"),
        ("kind: single, above: 8, for: 1 h, ignore first: soon", "'soon' is not a length"),
    ],
)
def test_faults_of_the_kinds_are_named(rule: str, fault: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_profile(with_rule(f"{{name: a, severity: major, {rule}}}"), "test.yaml")
    assert "test.yaml" in str(caught.value)
    assert fault in str(caught.value)


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
        (
            with_rule(RULE.replace("single", "mean")),
            "kind 'mean' is not single, cumulative, immediate, mkt, rate, silence or freeze_thaw",
        ),
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
