"""An alert, whatever people and time do, stays in the drawn states; neighbours at odds."""

from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.instants import MINUTE
from kernel.refusal import Refusal
from rules.alerts.core import life
from rules.alerts.core.life import Alert
from rules.alerts.core.neighbours import Neighbour, at_odds
from tests.examples import examples

MAY_FOLLOW = {
    "raised": {"raised", "escalated", "acknowledged", "resolved"},
    "escalated": {"raised", "escalated", "acknowledged", "resolved"},
    "acknowledged": {"raised", "acknowledged", "resolved"},
    "resolved": {"resolved"},
}
"""As docs/reference/alerts.md draws it."""

actions = st.one_of(
    st.tuples(st.just("acknowledge"), st.sampled_from(["", "  ", "door closed"])),
    st.tuples(st.just("person"), st.sampled_from(["", "done"])),
    st.tuples(st.just("machine"), st.just("ended")),
    st.tuples(st.just("worsen"), st.sampled_from(life.SEVERITIES)),
    st.tuples(st.just("wait"), st.sampled_from(["", "", ""])),
)


def after(alert: Alert, action: tuple[str, str], now: int) -> Alert:
    what, said = action
    if what == "acknowledge":
        return life.acknowledge(alert, "mia", said)
    if what == "person":
        return life.resolve(alert, "mia", said)
    if what == "machine":
        return life.resolve(alert, life.MACHINE, said)
    if what == "worsen":
        return life.worsen(alert, said, now)
    return life.escalate(alert, 30 * MINUTE, now) or alert


@settings(max_examples=examples(300), deadline=None)
@given(
    cause=st.sampled_from(["excursion", "warning", "sensor_fault"]),
    severity=st.sampled_from(life.SEVERITIES),
    steps=st.lists(st.tuples(actions, st.integers(0, 50)), max_size=20),
)
def test_an_alert_stays_in_the_drawn_states(
    cause: str, severity: str, steps: list[tuple[tuple[str, str], int]]
) -> None:
    alert, now = Alert(1, cause, severity, "raised", 0, 0, None), 0
    for action, minutes in steps:
        now += minutes * MINUTE
        try:
            new = after(alert, action, now)
        except Refusal:
            refused = alert.state == "resolved" or not action[1].strip()
            refused |= alert.state == "acknowledged" and action[0] == "acknowledge"
            assert refused or (action[0] == "person" and cause in life.BY_EVIDENCE)
            continue
        assert new.state in MAY_FOLLOW[alert.state]
        assert (new.state == "acknowledged") <= bool(new.acknowledged_by and new.acknowledged_why)
        assert (new.state == "resolved") == bool(new.resolved_by and new.resolved_why)
        assert (new.level > 0) == (new.escalated_at is not None)
        assert new.state != "raised" or (new.level == 0 and new.acknowledged_by is None)
        assert new.level <= life.HIGHEST_LEVEL
        assert life.SEVERITIES.index(new.severity) >= life.SEVERITIES.index(alert.severity)
        alert = new


@settings(max_examples=examples(100), deadline=None)
@given(minutes=st.lists(st.integers(0, 40), max_size=30))
def test_levels_are_as_many_as_whole_waits(minutes: list[int]) -> None:
    alert, now = Alert(1, "excursion", "major", "raised", 0, 0, None), 0
    ups: list[int] = []
    for more in minutes:
        now += more * MINUTE
        higher = life.escalate(alert, 30 * MINUTE, now)
        if higher is not None:
            ups.append(now)
            alert = higher
    assert alert.level == len(ups) <= 3
    assert all(b - a >= 30 * MINUTE for a, b in zip([0, *ups], ups, strict=False))
    assert alert.level == 3 or now < ([0, *ups][-1] + 30 * MINUTE)
    assert life.escalate(alert, None, now + 10**12) is None


shown = st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=5)


@settings(max_examples=examples(300), deadline=None)
@given(told=shown)
def test_at_odds_is_who_differs_from_the_median_of_the_others(told: list[tuple[int, bool]]) -> None:
    near = {number: Neighbour(tenths / 10, sure) for number, (tenths, sure) in enumerate(told)}
    found = at_odds(near, 2.0)
    assert len(found) <= 1
    if len(near) >= 3:
        apart = {
            k: one.shows - median([other.shows for j, other in near.items() if j != k])
            for k, one in near.items()
        }
        worst = max(abs(difference) for difference in apart.values())
        assert bool(found) == (worst > 2.0)
        assert all(abs(found[k]) == worst and found[k] == apart[k] for k in found)
    elif len(near) == 2 and told[0][1] != told[1][1]:
        doubtful = 0 if told[1][1] else 1
        difference = near[doubtful].shows - near[1 - doubtful].shows
        assert found == ({doubtful: difference} if abs(difference) > 2.0 else {})
    else:
        assert found == {}
