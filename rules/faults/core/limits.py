"""What the readings of a sensor can be: its own limits, or those of its model in the catalog.

A catalog is YAML: for each model a pattern of its name, its range, the values with which it reports an
error, and how far from the usual step, rate and rest its readings may be.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kernel.lengths import parse_length
from kernel.refusal import Refusal

TEMPERATURE = "temperature"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a series can show; values are in its unit, times in microseconds.

    `errors` are values by which the sensor reports a fault. A reading more than `max_step` away from
    both neighbours, at more than `max_rate` a minute, is not believed. The same value for `stuck_after`
    (None: for ever) is being stuck, when in each quarter of as much time before it the value went up
    and down by `levels` steps of its scale. A battery below `low` wants to be changed.
    """

    lowest: float = -math.inf
    highest: float = math.inf
    errors: tuple[float, ...] = ()
    max_step: float = math.inf
    max_rate: float = 0.0
    stuck_after: int | None = None
    levels: int = 5
    low: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """The limits of all sensors whose model matches `pattern`, for one quantity."""

    pattern: re.Pattern[str]
    quantity: str
    limits: Limits


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    model: str
    source: str
    quantity: str = TEMPERATURE
    lowest: float | None = None
    highest: float | None = None
    errors: list[float] = []
    max_step: float | None = None
    max_rate: float = 0.0
    stuck_after: str | None = None
    levels: int = 5
    low: float | None = None


def parse_models(loaded: Any) -> tuple[Model, ...]:
    """The models of a loaded catalog, the first match counts; `Refusal` names the one at fault."""
    try:
        entries = msgspec.convert(loaded, list[_Entry])
    except msgspec.ValidationError as error:
        raise Refusal(f"the catalog of sensor models: {error}") from error
    return tuple(_model(entry) for entry in entries)


def _model(entry: _Entry) -> Model:
    limits = Limits(
        -math.inf if entry.lowest is None else entry.lowest,
        math.inf if entry.highest is None else entry.highest,
        tuple(entry.errors),
        math.inf if entry.max_step is None else entry.max_step,
        entry.max_rate,
        None if entry.stuck_after is None else parse_length(entry.stuck_after),
        entry.levels,
        entry.low,
    )
    check(limits, f"model {entry.model}")
    return Model(re.compile(entry.model, re.IGNORECASE), entry.quantity, limits)


def check(limits: Limits, whose: str) -> None:
    """`Refusal` when no sensor can have such limits."""
    if not limits.lowest < limits.highest:
        raise Refusal(f"{whose}: the lowest value must be below the highest one")
    if not limits.max_step > 0 or not limits.max_rate >= 0:
        raise Refusal(f"{whose}: a step is more than nothing, a rate no less than nothing")
    if limits.stuck_after is not None and limits.stuck_after <= 0:
        raise Refusal(f"{whose}: the time after which it is stuck must be more than nothing")
    if limits.levels < 0:
        raise Refusal(f"{whose}: the levels are a whole number from 0 on")
    if any(not math.isfinite(value) for value in limits.errors):
        raise Refusal(f"{whose}: an error value is a finite number")


def limits_of(models: Sequence[Model], model: str, quantity: str) -> Limits:
    """The limits of a sensor that calls itself `model`; none for a quantity that nobody described."""
    return next(
        (one.limits for one in models if one.quantity == quantity and one.pattern.search(model)),
        Limits(),
    )
