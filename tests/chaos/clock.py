"""Simulated time of a run: so many steps a second, until it is told to come to an end."""

import threading
import time

from tests.chaos.world import PERIOD, SENSORS

STEPS_A_SECOND = 2.0
READINGS_A_SECOND = STEPS_A_SECOND * len(SENSORS)


class Clock:
    """Asked by devices and people in their own threads."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._end: int | None = None
        self._lock = threading.Lock()

    @property
    def step(self) -> int:
        """How many steps have passed; once the end is known, all of them have."""
        with self._lock:
            return self._passed() if self._end is None else self._end

    @property
    def end(self) -> int | None:
        """The number of steps there are; None while nobody knows."""
        with self._lock:
            return self._end

    def finish(self) -> int:
        """Let the present period be the last one, and pass the rest of it at once; its end."""
        with self._lock:
            if self._end is None:
                self._end = (self._passed() // PERIOD + 1) * PERIOD
            return self._end

    def _passed(self) -> int:
        return int((time.monotonic() - self._began) * STEPS_A_SECOND)
