"""A flag: something about a delivery that is not as it should be, with its numbers; none blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TEMPERATURE = ("too_warm", "too_cold", "unmeasured")
"""Kinds that are about one unit between arrival and decision."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of `kind` on a line, a lot or a unit of a delivery (None: not about one).

    `words` are one sentence for people, `numbers` the same for programs; decimals are written as text.
    """

    kind: str
    words: str
    numbers: Mapping[str, object] = field(default_factory=dict[str, object])
    order_line: int | None = None
    lot_id: int | None = None
    unit_id: int | None = None
