"""What is kept of a series between two passes, so that most readings need not be read back.

From the readings that came last and the new ones in short it can mostly be said that no reading is
faulty, or that all go on with the fault that was there.
"""

from dataclasses import dataclass

from rules.core.news import News
from rules.faults.core.limits import Limits
from rules.faults.core.readings import Kind


@dataclass(frozen=True, slots=True)
class State:
    """The `newest` reading and the last that is `evidence`; the readings that came last in short.

    The value may be the same since `steady_since`, not since earlier; `steady_is_fine` when it is
    known to be the same since then and cannot become a fault. `fault` is that of the newest reading.
    """

    newest: int
    evidence: int | None
    lowest: float
    highest: float
    steady_since: int
    steady_is_fine: bool
    fault: Kind = Kind.NONE


def innocent(news: News, state: State, limits: Limits) -> bool:
    """Whether it is certain that no reading of `news`, nor any before, is faulty because of it."""
    return (
        state.newest == state.evidence
        and news.since > state.newest
        and limits.lowest <= news.lowest
        and news.highest <= limits.highest
        and not any(news.lowest <= error <= news.highest for error in limits.errors)
        and max(news.highest, state.highest) - min(news.lowest, state.lowest) <= limits.max_step
        and not _maybe_stuck(news, state, limits)
    )


def goes_on(news: News, state: State, limits: Limits, max_gap: int) -> bool:
    """Whether it is certain that all of `news` has the fault of the newest reading."""
    if news.since <= state.newest or max(news.longest_step, news.since - state.newest) > max_gap:
        return False
    if state.fault == Kind.STUCK:
        return news.lowest == news.highest and _same(news, state)
    beyond = news.lowest > limits.highest or news.highest < limits.lowest
    return state.fault == Kind.OUT_OF_RANGE and beyond


def advance(news: News, state: State) -> State:
    """The state after `news` that is `innocent`, or that `goes_on`."""
    going_on = news.lowest == news.highest and state.lowest <= news.lowest <= state.highest
    faulty = state.fault != Kind.NONE
    return State(
        news.until,
        state.evidence if faulty else news.until,
        news.lowest,
        news.highest,
        state.steady_since if going_on else news.since,
        state.steady_is_fine and going_on,
        state.fault,
    )


def _maybe_stuck(news: News, state: State, limits: Limits) -> bool:
    if limits.stuck_after is None:
        return False
    since = state.steady_since
    if state.steady_is_fine:
        if _same(news, state):
            return False
        since = news.since
    return news.until - since >= limits.stuck_after


def _same(news: News, state: State) -> bool:
    return news.lowest == news.highest == state.lowest == state.highest
