"""A figure: what was measured, against which goal, under which circumstances."""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `ok` tells whether it reaches `goal` (None: there is none)."""

    name: str
    value: float
    unit: str
    goal: float | None
    ok: bool
    detail: dict[str, object]

    def line(self) -> str:
        """The figure as one line of JSON."""
        return json.dumps(
            {
                "name": self.name,
                "value": self.value,
                "unit": self.unit,
                "goal": self.goal,
                "ok": self.ok,
                "detail": self.detail,
            }
        )


def at_least(name: str, value: float, unit: str, goal: float, detail: dict[str, object]) -> Figure:
    """A figure that shall not be less than `goal`."""
    return Figure(name, value, unit, goal, value >= goal, detail)


def at_most(
    name: str, value: float, unit: str, goal: float | None, detail: dict[str, object]
) -> Figure:
    """A figure that shall not be more than `goal`."""
    return Figure(name, value, unit, goal, goal is None or value <= goal, detail)


def without_goal(name: str, value: float, unit: str, detail: dict[str, object]) -> Figure:
    """A figure that only tells."""
    return Figure(name, value, unit, None, ok=True, detail=detail)


def load() -> float:
    """How many processes wanted the processors during the last minute, on average."""
    return round(os.getloadavg()[0], 2)
