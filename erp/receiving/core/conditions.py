"""Whether a unit was within what its order line agreed for receiving, from arrival to the decision.

Tighter than the product's profile and judged apart from it: it is flagged and claimed, nothing is held.
"""

from dataclasses import dataclass
from typing import Protocol

from erp.receiving.core.flags import Flag
from erp.wording import day_and_time, degrees, length
from kernel.instants import FOREVER, seconds
from kernel.intervals import Span


class Felt(Protocol):
    """What a unit felt between arrival and decision, by binding; who asks for it hands it in."""

    @property
    def readings(self) -> int:
        """How many readings."""
        ...

    @property
    def lowest(self) -> float | None:
        """The lowest temperature in degC, None without readings."""
        ...

    @property
    def highest(self) -> float | None:
        """The highest temperature in degC, None without readings."""
        ...

    @property
    def below(self) -> int:
        """Microseconds below the agreed lowest."""
        ...

    @property
    def above(self) -> int:
        """Microseconds above the agreed highest."""
        ...

    @property
    def last_at(self) -> int:
        """The newest reading."""
        ...

    @property
    def series(self) -> tuple[int, ...]:
        """Which series spoke for it."""
        ...

    @property
    def sensors(self) -> tuple[str, ...]:
        """The names of their sensors."""
        ...


@dataclass(frozen=True, slots=True)
class Agreed:
    """A unit that arrived under an order line with a range agreed for receiving, in degC."""

    unit_id: int
    unit: str
    lot_id: int
    receipt_id: int
    receipt: str
    order: str
    line: int
    lowest: float | None
    highest: float | None
    arrived_at: int
    decision: str | None
    decided_at: int | None

    @property
    def window(self) -> Span:
        """From arrival to the decision, open while there is none."""
        return Span(self.arrived_at, FOREVER if self.decided_at is None else self.decided_at)


def judged(agreed: Agreed, felt: Felt) -> list[Flag]:
    """The flags of a unit: too warm, too cold, or not measured at all; nothing when it was in range."""
    if agreed.window.start >= agreed.window.end:
        return []
    if felt.lowest is None or felt.highest is None:
        words = (
            f"unit {agreed.unit}: nothing measured {_between(agreed)}, and {_range(agreed)} is agreed"
        )
        return [_flag(agreed, felt, "unmeasured", words, {})] if agreed.decided_at is not None else []
    found: list[Flag] = []
    if agreed.highest is not None and felt.highest > agreed.highest:
        words = _words(
            agreed, felt, f"above the agreed {degrees(agreed.highest)}", felt.highest, felt.above
        )
        numbers = {
            "agreed": agreed.highest,
            "peak": felt.highest,
            "beyond_seconds": seconds(felt.above),
        }
        found.append(_flag(agreed, felt, "too_warm", words, numbers))
    if agreed.lowest is not None and felt.lowest < agreed.lowest:
        words = _words(
            agreed, felt, f"below the agreed {degrees(agreed.lowest)}", felt.lowest, felt.below
        )
        numbers = {"agreed": agreed.lowest, "peak": felt.lowest, "beyond_seconds": seconds(felt.below)}
        found.append(_flag(agreed, felt, "too_cold", words, numbers))
    return found


def _flag(agreed: Agreed, felt: Felt, kind: str, words: str, numbers: dict[str, float]) -> Flag:
    told = {**numbers, "readings": felt.readings, "sensors": list(felt.sensors)}
    return Flag(kind, words, told, agreed.line, agreed.lot_id, agreed.unit_id)


def _words(agreed: Agreed, felt: Felt, beyond: str, peak: float, long: int) -> str:
    span = f"{length(long)} " if long else ""
    return (
        f"unit {agreed.unit}: {span}{beyond}, peak {degrees(peak)}, {_between(agreed)} "
        f"(order {agreed.order} line {agreed.line}, told by {', '.join(felt.sensors)})"
    )


def _between(agreed: Agreed) -> str:
    arrived = f"arrival at {day_and_time(agreed.arrived_at)}"
    if agreed.decided_at is None:
        return f"since {arrived}, not decided yet"
    decided = "refusal" if agreed.decision == "refused" else "acceptance"
    return f"between {arrived} and {decided} at {day_and_time(agreed.decided_at)}"


def _range(agreed: Agreed) -> str:
    if agreed.lowest is None:
        return f"at most {degrees(agreed.highest or 0)}"
    if agreed.highest is None:
        return f"at least {degrees(agreed.lowest)}"
    return f"{degrees(agreed.lowest)} to {degrees(agreed.highest)}"
