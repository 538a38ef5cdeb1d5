"""Random worlds: a tree of places, sensors, units that are moved, packed and split, told late.

Facts never contradict one another (one effective fact a thing and instant), as the use cases see to it.
"""

import random
from dataclasses import dataclass

from tests.property.oracle_goods import Goods, Hung, Told

LAST = 120
"""Minutes in which things happen."""
_VALUES = (-3.0, -0.5, 0.0, 1.0, 2.0, 5.0, 7.75, 8.0, 8.5, 9.0, 16.0)


@dataclass(frozen=True)
class Reading:
    """A reading of a sensor at a minute, heard of at `recorded`."""

    at: int
    value: float
    recorded: int


@dataclass(frozen=True)
class RandomWorld:
    """Everything that happened, and when we heard of it (`recorded` counts up to `heard`)."""

    paths: tuple[str, ...]
    goods: Goods
    units: tuple[str, ...]
    handling_units: tuple[str, ...]
    readings: dict[str, tuple[Reading, ...]]
    heard: int


def random_world(seed: int, *, places: int = 6, heard: int = 20) -> RandomWorld:
    """The world that belongs to `seed`."""
    dice = random.Random(seed)
    paths = _tree(dice, dice.randint(2, places))
    handling_units = tuple(f"H{n}" for n in range(dice.randint(0, 2)))
    told: list[Told] = []
    for carrier in handling_units:
        for at in dice.sample(range(LAST), dice.randint(0, 3)):
            told.append(_move(dice, carrier, at, paths, heard))
    units: list[str] = []
    births: dict[str, int] = {}
    for n in range(dice.randint(1, 4)):
        unit = f"U{n}"
        parents = [parent for parent in units if births[parent] < LAST]
        split = bool(parents) and dice.random() < 0.5
        if split:
            parent = dice.choice(parents)
            births[unit] = dice.randint(births[parent] + 1, LAST)
            told.append(Told(unit, births[unit], "split", parent, dice.randint(0, heard)))
        else:
            births[unit] = dice.randint(0, 30)
            told.append(Told(unit, births[unit], "move", dice.choice(paths), dice.randint(0, heard)))
        units.append(unit)
        told += _life(dice, unit, births[unit], paths, handling_units, heard, received=not split)
    sensors = tuple(f"s{n}" for n in range(dice.randint(1, 4)))
    hung = [one for sensor in sensors for one in _hung(dice, sensor, (*paths, *handling_units), heard)]
    needed = {path: dice.choice((1, 1, 2, 3)) for path in paths}
    readings = {sensor: _readings(dice, heard) for sensor in sensors}
    dice.shuffle(told)
    goods = Goods(tuple(_corrected(dice, told, births, paths, heard)), tuple(hung), needed)
    return RandomWorld(paths, goods, tuple(units), handling_units, readings, heard)


def _tree(dice: random.Random, places: int) -> tuple[str, ...]:
    paths = ["p0"]
    for n in range(1, places):
        paths.append(f"{dice.choice(paths)}.p{n}")
    return tuple(paths)


def _move(dice: random.Random, thing: str, at: int, paths: tuple[str, ...], heard: int) -> Told:
    where = None if dice.random() < 0.15 else dice.choice(paths)
    return Told(thing, at, "move", where, dice.randint(0, heard))


def _life(  # noqa: PLR0917 - what a life may be made of
    dice: random.Random,
    unit: str,
    birth: int,
    paths: tuple[str, ...],
    carriers: tuple[str, ...],
    heard: int,
    *,
    received: bool,
) -> list[Told]:
    found: list[Told] = []
    times = dice.sample(range(birth + 1, LAST + 10), dice.randint(0, 5))
    early = received and carriers and birth > 2 and dice.random() < 0.2
    for at in [*times, *([dice.randrange(birth)] if early else [])]:
        chance = dice.random()
        if at < birth or (carriers and chance < 0.4):
            found.append(Told(unit, at, "pack", dice.choice(carriers), dice.randint(0, heard)))
        elif chance < 0.55:
            found.append(Told(unit, at, "unpack", None, dice.randint(0, heard)))
        else:
            found.append(_move(dice, unit, at, paths, heard))
    return found


def _hung(dice: random.Random, sensor: str, wheres: tuple[str, ...], heard: int) -> list[Hung]:
    cuts = sorted(dice.sample(range(-5, LAST), dice.randint(1, 3)))
    ends: list[int | None] = [*cuts[1:], dice.choice((None, LAST + 5))]
    return [
        Hung(sensor, dice.choice(wheres), since, until, dice.randint(0, heard))
        for since, until in zip(cuts, ends, strict=True)
        if dice.random() < 0.85
    ]


def _readings(dice: random.Random, heard: int) -> tuple[Reading, ...]:
    if dice.random() < 0.5:
        times = dice.sample(range(LAST), dice.randint(0, 12))
    else:
        step, count = dice.randint(3, 18), dice.randint(1, 14)
        times = [dice.randint(0, 40) + n * step for n in range(count)]
    return tuple(
        Reading(at, dice.choice(_VALUES), dice.randint(0, heard)) for at in dict.fromkeys(times)
    )


def _corrected(
    dice: random.Random,
    told: list[Told],
    births: dict[str, int],
    paths: tuple[str, ...],
    heard: int,
) -> list[Told]:
    """Some facts are taken back later, and some of these are replaced in the same breath.

    What replaces one may have happened at another minute, at which nothing else is told of the thing.
    """
    found: list[Told] = []
    taken = {(one.thing, one.at) for one in told}
    for one in told:
        birth = births.get(one.thing) == one.at
        if birth or dice.random() > 0.25:
            found.append(one)
            continue
        when = dice.randint(one.recorded, heard) + 1
        found.append(Told(one.thing, one.at, one.kind, one.where, one.recorded, when))
        if dice.random() < 0.5 and one.at > births.get(one.thing, -1):
            at = one.at + dice.choice((0, 0, -7, 11))
            if at != one.at and ((one.thing, at) in taken or at <= births.get(one.thing, -1)):
                at = one.at
            taken.add((one.thing, at))
            found.append(Told(one.thing, at, "move", dice.choice(paths), when, replaces=one.at))
    return found
