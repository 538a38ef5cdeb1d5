"""Which units of a lot must not be free because of what the dock saw."""

from collections.abc import Collection

from kernel.events import ArrivingUnit

CAUSES = {"expired": "expiry", "damaged": "damage"}
"""For what the units of a lot are held when such a flag is raised."""


def stopped_by(kind: str, units: Collection[ArrivingUnit]) -> frozenset[str] | None:
    """The codes of the units that a flag of this kind stops, None for every unit of its lot.

    Damage stops the units that were named as damaged. Where none was, nobody knows which they are.
    """
    damaged = frozenset(unit.code for unit in units if unit.damaged)
    return damaged if kind == "damaged" and damaged else None


def stopped_among(kind: str, added: Collection[ArrivingUnit]) -> frozenset[str]:
    """The codes of those units, added to a lot that has a flag of this kind, which it stops too."""
    return frozenset(unit.code for unit in added if kind == "expired" or unit.damaged)
