"""Time: what becomes due without anything coming in."""

from dataclasses import dataclass

from kernel.events.event import Event


@dataclass(frozen=True, slots=True)
class TimePassed(Event):
    """It is `at` now: told every minute, so that nothing waits for a person to ask for it."""

    at: int
