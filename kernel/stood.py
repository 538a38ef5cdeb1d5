"""Stood: where goods stood and what they felt there.

Told by lotbinding, written into the trace of a lot by the ERP: a word both stages share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.intervals import Span


@dataclass(frozen=True, slots=True)
class BeyondLimit:
    """How long, in microseconds, it was `side` ("above" or "below") `limit` degC."""

    side: str
    limit: float
    length: int


@dataclass(frozen=True, slots=True)
class Felt:
    """The readings of a stay and what they come to: degC, None without any; lengths in microseconds."""

    readings: int
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    monitored: int
    unmonitored: int
    beyond: Sequence[BeyondLimit]


@dataclass(frozen=True, slots=True)
class Stood:
    """A unit, or what it was still part of, stood at `location` during `span`.

    `location` and `name` are None while it was inside a handling unit of which no place was known;
    `felt` is None when it was not asked for.
    """

    unit: str
    location: str | None
    name: str | None
    handling_unit: str | None
    span: Span
    felt: Felt | None = None
