"""Rules and broken rules in words: what was asked, and what was found instead.

Every stage that tells a person about an excursion says it with these words, whatever its kind.
The unit of a rule's limit and of what is measured against it follows from its kind.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kernel.instants import HOUR
from kernel.lengths import length

_UNITS = {"rate": "degC/h", "silence": "h"}
_CENTS = Decimal(1).scaleb(-2)


class Share(NamedTuple):
    """A range beyond `start` but not beyond `end` (None: without an end), degC, that shares a budget.

    A unit that is never in another one may be in it for `allowed` microseconds of its life.
    """

    start: float
    end: float | None
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """What a rule asks for; lengths in microseconds, `limit` in the unit of its `kind`.

    `tolerance` is how long a unit may be beyond, `window` what a sum or mean is taken over, `stretch`
    what a change is measured over; `thaw` (degC) and `times` belong to kind freeze_thaw, `shares` to
    a budget that several ranges use up.
    """

    kind: str
    side: str
    limit: float
    tolerance: int = 0
    window: int | None = None
    stretch: int | None = None
    thaw: float | None = None
    times: int = 1
    shares: tuple[Share, ...] = ()

    @property
    def line(self) -> str:
        """Where the rule is broken, such as ``above 8 degC``."""
        if self.kind == "mkt":
            return (
                f"mean kinetic temperature over {length(self.window or 0)} above {degrees(self.limit)}"
            )
        if self.kind == "rate":
            turn = "rising" if self.side == "above" else "falling"
            return f"{turn} faster than {rate(self.limit)} over {length(self.stretch or 0)}"
        if self.kind == "silence":
            return f"unmonitored for {length(self.tolerance)}"
        if self.kind == "freeze_thaw":
            return f"frozen below {degrees(self.limit)} and thawed above {degrees(self.thaw or 0.0)}"
        return f"{self.side} {degrees(self.limit)}"

    @property
    def headline(self) -> str:
        """The same in few words, without what it is taken over: ``changing faster than 3 degC/h``."""
        short = {
            "silence": f"unmonitored for {length(round(self.limit * HOUR))}",
            "mkt": f"mean kinetic temperature above {degrees(self.limit)}",
            "rate": f"changing faster than {rate(self.limit)}",
            "freeze_thaw": f"frozen below {degrees(self.limit)} and thawed",
        }
        return short.get(self.kind, f"{self.side} {degrees(self.limit)}")

    @property
    def asks(self) -> str:
        """The rule without a subject, such as ``never above 8 degC for more than 30 min``."""
        if self.kind == "freeze_thaw":
            return f"never {self.line}" + (f" {self.times} times or more" if self.times > 1 else "")
        if self.kind == "silence":
            return f"never {self.line} or longer"
        if self.shares:
            return f"no more in its life than {self._shared}, which share one budget"
        if self.kind == "cumulative":
            within = f"within {length(self.window)}" if self.window else "in its life"
            return f"never {self.line} for more than {length(self.tolerance)} in sum {within}"
        if self.kind in {"single", "device_alarm"}:
            return f"never {self.line} for more than {length(self.tolerance)}"
        return f"never {self.line}"

    @property
    def _shared(self) -> str:
        return ", ".join(
            f"{length(one.allowed)} {self.side} {degrees(one.start)}"
            if one.end is None
            else f"{length(one.allowed)} from {degrees(one.start)} to {degrees(one.end)}"
            for one in self.shares
        )

    def broken(self, measured: float, lasted: int) -> str:
        """What was found, such as ``above 8 degC for 47 min``.

        `measured` was held against the limit, and the time beyond it `lasted` so many microseconds.
        """
        if self.kind == "mkt":
            return (
                f"mean kinetic temperature over {length(self.window or 0)} was {degrees(measured)}, "
                f"above {degrees(self.limit)}"
            )
        if self.kind == "rate":
            turn = "rose" if self.side == "above" else "fell"
            over = length(self.stretch or 0)
            return f"{turn} by {rate(measured)} over {over}, faster than {rate(self.limit)}"
        if self.kind == "silence":
            return f"unmonitored for {length(lasted)}, which is {length(self.tolerance)} or more"
        if self.kind == "freeze_thaw":
            count = "once" if round(measured) == 1 else f"{round(measured)} times"
            return f"{self.line} {count}"
        in_sum = " in sum" if self.kind == "cumulative" else ""
        return f"{self.line} for {length(lasted)}{in_sum}"

    def worst(self, peak: float) -> str:
        """The worst that was measured, such as ``13.2 degC``, ``6.5 degC/h`` or ``3 h``."""
        if self.kind == "rate":
            return rate(peak)
        return length(round(peak * HOUR)) if self.kind == "silence" else degrees(peak)


def degrees(celsius: float) -> str:
    """A temperature to the hundredth, without needless zeros, such as ``13.2 degC``."""
    return f"{_to_the_hundredth(celsius)} degC"


def rate(degc_an_hour: float) -> str:
    """How fast, whichever way, such as ``6.5 degC/h``."""
    return f"{_to_the_hundredth(abs(degc_an_hour))} degC/h"


def unit_of(kind: str) -> str:
    """The unit of the limit of a rule of this kind."""
    return _UNITS.get(kind, "degC")


def _to_the_hundredth(number: float) -> str:
    text = f"{Decimal(repr(number)).quantize(_CENTS) + 0:f}"  # + 0 turns -0.00 into 0.00
    return text.rstrip("0").rstrip(".")
