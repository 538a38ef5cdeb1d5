"""A brute-force answer to where goods were: for every instant anew, by looking back through the facts.

Times are minutes. Nothing is shared with the code under test: no spans, no sorting into stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tests.property.oracle import Sensor


@dataclass(frozen=True)
class Told:
    """Something happened to `thing` (a unit or a handling unit) at minute `at`; we heard at `recorded`.

    `kind` is move (`where` is a path, or None when it left us), pack (`where` is the handling unit),
    unpack or split (`where` is the parent). `cancelled` is when we heard that it was not so; what was
    told instead, then, says with `replaces` of which minute that was.
    """

    thing: str
    at: int
    kind: str
    where: str | None
    recorded: int
    cancelled: int | None = None
    replaces: int | None = None


@dataclass(frozen=True)
class Hung:
    """A sensor hung at a path or in a handling unit `where`, from a minute until another one."""

    sensor: str
    where: str
    since: int
    until: int | None
    recorded: int


@dataclass(frozen=True)
class Here:
    """At a `path` (None: not known), inside a handling unit or not."""

    path: str | None
    inside: str | None


@dataclass(frozen=True)
class Goods:
    """All that is known: what happened, where sensors hung, how many sensors a path needs."""

    told: Sequence[Told]
    hung: Sequence[Hung]
    needed: dict[str, int]

    def known_at(self, recorded: int) -> "Goods":
        """What was known then."""
        return Goods(
            [
                Told(one.thing, one.at, one.kind, one.where, one.recorded)
                for one in self.told
                if one.recorded <= recorded and (one.cancelled is None or one.cancelled > recorded)
            ],
            [one for one in self.hung if one.recorded <= recorded],
            self.needed,
        )

    def where(self, thing: str, at: Fraction | int) -> Here | None:
        """Where the thing itself was; None when it did not exist or had left us."""
        latest = self._latest(thing, at)
        if latest is None:
            return None
        before = Fraction(latest.at) - Fraction(1, 2)
        match latest.kind:
            case "move":
                return None if latest.where is None else Here(latest.where, None)
            case "unpack":
                here = self.where(thing, before)
                return None if here is None or here.path is None else Here(here.path, None)
            case "split":
                here = self.where(latest.where or "", latest.at)
                return None if here is None or here.path is None else Here(here.path, None)
            case _:
                return self._carried(thing, latest, before, at)

    def _carried(self, thing: str, packed: Told, before: Fraction, at: Fraction | int) -> Here | None:
        carrier = packed.where or ""
        carried = self._latest(carrier, at)
        if carried is not None:
            return None if carried.where is None else Here(carried.where, carrier)
        here = self.where(thing, before)
        if here is None:
            return Here(None, carrier) if self._latest(thing, before) is None else None
        return Here(here.path, carrier)

    def _latest(self, thing: str, at: Fraction | int) -> Told | None:
        found: Told | None = None
        for one in self._by_thing.get(thing, ()):
            if one.at <= at and (found is None or one.at > found.at):
                found = one
        return found

    @cached_property
    def _by_thing(self) -> dict[str, list[Told]]:
        found: dict[str, list[Told]] = {}
        for one in self.told:
            found.setdefault(one.thing, []).append(one)
        return found

    def lived(self, unit: str, at: Fraction | int) -> Here | None:
        """Where the unit was, or what it was still part of."""
        mine = self._by_thing.get(unit, ())
        split = next((one for one in mine if one.kind == "split"), None)
        if split is not None and at < split.at:
            return self.lived(split.where or "", at)
        return self.where(unit, at)

    def near(self, unit: str, at: Fraction | int) -> tuple[Here, set[str], int] | None:
        """Where it was, the names of the nearest sensors, and how many of them are needed."""
        here = self.lived(unit, at)
        if here is None:
            return None
        rings = [here.inside] if here.inside else []
        path = here.path or ""
        while path:
            rings.append(path)
            path = path.rpartition(".")[0]
        for ring in rings:
            there = {
                hung.sensor
                for hung in self.hung
                if hung.where == ring and hung.since <= at and (hung.until is None or at < hung.until)
            }
            if there:
                return here, there, self.needed.get(ring, 1)
        return here, set(), 1


@dataclass(frozen=True)
class GoodsLife:
    """The life of one unit for the judging oracle, which counts in microseconds."""

    goods: Goods
    unit: str
    sensors: Sequence[Sensor]
    minute: int

    def edges(self) -> set[Fraction]:
        """Every fact anywhere may change something."""
        times = {one.at for one in self.goods.told} | {one.since for one in self.goods.hung}
        times |= {one.until for one in self.goods.hung if one.until is not None}
        return {Fraction(time * self.minute) for time in times}

    def near(self, at: Fraction | int) -> tuple[list[Sensor], int] | None:
        """The nearest sensors then, and how many of them are needed."""
        found = self.goods.near(self.unit, Fraction(at, self.minute))
        if found is None:
            return None
        _, names, needed = found
        return [sensor for sensor in self.sensors if sensor.name in names], needed
