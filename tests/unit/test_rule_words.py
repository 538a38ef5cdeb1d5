"""A rule of every kind in words: what it asks, what was found instead, and the worst of it."""

from typing import NamedTuple

import pytest

from kernel.instants import DAY, HOUR, MINUTE
from kernel.rule_words import RuleWords, Share
from rules.core.profile import KINDS


class Said(NamedTuple):
    """What is said of a rule that was broken by `measured`, `lasted` microseconds, at worst `peak`."""

    rule: RuleWords
    measured: float
    lasted: int
    peak: float
    asks: str
    found: str
    worst: str
    headline: str


SAID = (
    Said(
        RuleWords(kind="single", side="above", limit=8.0, tolerance=30 * MINUTE),
        13.2,
        47 * MINUTE,
        13.2,
        "never above 8 degC for more than 30 min",
        "above 8 degC for 47 min",
        "13.2 degC",
        "above 8 degC",
    ),
    Said(
        RuleWords(kind="cumulative", side="above", limit=8.0, tolerance=2 * HOUR, window=DAY),
        9.0,
        125 * MINUTE,
        9.0,
        "never above 8 degC for more than 2 h in sum within 1 d",
        "above 8 degC for 2 h 5 min in sum",
        "9 degC",
        "above 8 degC",
    ),
    Said(
        RuleWords(kind="cumulative", side="below", limit=2.0, tolerance=HOUR),
        1.0,
        61 * MINUTE,
        1.0,
        "never below 2 degC for more than 1 h in sum in its life",
        "below 2 degC for 1 h 1 min in sum",
        "1 degC",
        "below 2 degC",
    ),
    Said(
        RuleWords(
            kind="cumulative",
            side="above",
            limit=8.0,
            tolerance=DAY,
            shares=(Share(8.0, 15.0, DAY), Share(15.0, None, 2 * HOUR)),
        ),
        9.0,
        25 * HOUR,
        9.0,
        "no more in its life than 1 d from 8 degC to 15 degC, 2 h above 15 degC, "
        "which share one budget",
        "above 8 degC for 1 d 1 h in sum",
        "9 degC",
        "above 8 degC",
    ),
    Said(
        RuleWords(kind="immediate", side="below", limit=0.0),
        -0.4,
        MINUTE,
        -0.4,
        "never below 0 degC",
        "below 0 degC for 1 min",
        "-0.4 degC",
        "below 0 degC",
    ),
    Said(
        RuleWords(kind="mkt", side="above", limit=8.0, window=DAY),
        8.63,
        HOUR,
        14.0,
        "never mean kinetic temperature over 1 d above 8 degC",
        "mean kinetic temperature over 1 d was 8.63 degC, above 8 degC",
        "14 degC",
        "mean kinetic temperature above 8 degC",
    ),
    Said(
        RuleWords(kind="rate", side="above", limit=3.0, stretch=30 * MINUTE),
        6.5,
        20 * MINUTE,
        6.5,
        "never rising faster than 3 degC/h over 30 min",
        "rose by 6.5 degC/h over 30 min, faster than 3 degC/h",
        "6.5 degC/h",
        "changing faster than 3 degC/h",
    ),
    Said(
        RuleWords(kind="rate", side="below", limit=-3.0, stretch=HOUR),
        -4.0,
        20 * MINUTE,
        -4.0,
        "never falling faster than 3 degC/h over 1 h",
        "fell by 4 degC/h over 1 h, faster than 3 degC/h",
        "4 degC/h",
        "changing faster than 3 degC/h",
    ),
    Said(
        RuleWords(kind="silence", side="above", limit=0.5, tolerance=30 * MINUTE),
        0.75,
        45 * MINUTE,
        0.75,
        "never unmonitored for 30 min or longer",
        "unmonitored for 45 min, which is 30 min or more",
        "45 min",
        "unmonitored for 30 min",
    ),
    Said(
        RuleWords(kind="freeze_thaw", side="below", limit=-0.5, thaw=0.0),
        1,
        HOUR,
        -3.0,
        "never frozen below -0.5 degC and thawed above 0 degC",
        "frozen below -0.5 degC and thawed above 0 degC once",
        "-3 degC",
        "frozen below -0.5 degC and thawed",
    ),
    Said(
        RuleWords(kind="freeze_thaw", side="below", limit=-0.5, thaw=0.0, times=2),
        2,
        HOUR,
        -3.0,
        "never frozen below -0.5 degC and thawed above 0 degC 2 times or more",
        "frozen below -0.5 degC and thawed above 0 degC 2 times",
        "-3 degC",
        "frozen below -0.5 degC and thawed",
    ),
    Said(
        RuleWords(kind="device_alarm", side="above", limit=8.0, tolerance=10 * HOUR),
        9.0,
        11 * HOUR,
        9.0,
        "never above 8 degC for more than 10 h",
        "above 8 degC for 11 h",
        "9 degC",
        "above 8 degC",
    ),
)


def test_every_kind_is_said() -> None:
    assert {one.rule.kind for one in SAID} == {*KINDS, "device_alarm"}


@pytest.mark.parametrize("one", SAID, ids=lambda one: one.asks)
def test_a_rule_in_words(one: Said) -> None:
    assert one.rule.asks == one.asks
    assert one.rule.broken(one.measured, one.lasted) == one.found
    assert one.rule.worst(one.peak) == one.worst
    assert one.rule.headline == one.headline
