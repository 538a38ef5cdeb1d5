"""Thousands of random worlds against a brute force that asks minute by minute (`make worlds`).

The same questions as in `test_goods` and `test_goods_any_order`, in shards that share the processors. A
world is a tree of places, sensors that are moved and may have to agree, units that are moved, split and
packed together, corrections, and readings, all heard of in any order.
"""

import random
from collections.abc import Sequence

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.intervals import total
from rules.core.judge import Finding, judge
from rules.core.timeline import Signal
from rules.core.verdict import Standing, revise
from storage.database import Database
from tests.examples import examples
from tests.property import test_goods as pure
from tests.property import test_goods_any_order as stored
from tests.property.random_goods import RandomWorld, random_world
from tests.property.test_goods_any_order import database as database  # noqa: PLC0414 - a fixture

SHARDS, WORLDS, STORED = 8, 250, 40
"""2 000 worlds in memory, and 320 told to a database; times COLDBIND_EXAMPLES."""

pytestmark = [pytest.mark.worlds, pytest.mark.timeout(0)]


@pytest.mark.parametrize("shard", range(SHARDS))
@settings(max_examples=examples(WORLDS), deadline=None)
@given(seed=st.integers(0, 2**48))
def test_2000_worlds_are_what_a_brute_force_finds(shard: int, seed: int) -> None:
    world = random_world(seed ^ shard)
    for recorded in pure.states_of_knowledge(world):
        computed = pure.Computed(world, world.goods.known_at(recorded))
        pure.assert_every_minute(computed, world)
    for recorded in pure.states_of_knowledge(world)[:2]:
        computed = pure.Computed(world, world.goods.known_at(recorded))
        for spec in pure.SPECS:
            pure.assert_verdicts(computed, world, recorded, spec)
    assert_revised_as_if_known_at_once(world)


@pytest.mark.parametrize("shard", range(SHARDS))
@settings(
    max_examples=examples(STORED),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**48))
def test_320_worlds_told_to_a_database_in_any_order(database: Database, shard: int, seed: int) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        stored.assert_told_in_any_order(database, connection, seed ^ shard)


def assert_revised_as_if_known_at_once(world: RandomWorld) -> None:
    """What stands after hearing of everything bit by bit is what is found when all is known."""
    standing: dict[str, list[Standing]] = {unit: [] for unit in world.units}
    for recorded in range(0, world.heard + 2, 3 if world.heard % 2 else 7):
        _hear(world, recorded, standing)
    found = _hear(world, world.heard + 1, standing)
    for unit in world.units:
        told = [_measures(one) for one in standing[unit]]
        assert sorted(told) == sorted(_measures(_standing(0, one)) for one in found[unit]), unit


def _hear(
    world: RandomWorld, recorded: int, standing: dict[str, list[Standing]]
) -> dict[str, Sequence[Finding]]:
    """Judge all units by what is known then, and revise what stands."""
    computed = pure.Computed(world, world.goods.known_at(recorded))
    readings = {
        name: [(one.at * pure.MINUTE, one.value) for one in told if one.recorded <= recorded]
        for name, told in world.readings.items()
    }
    signs, felt = pure.signals(computed, readings), computed.exposures()
    found = {unit: _findings(felt, signs, number) for unit, number in computed.units.items()}
    for unit, findings in found.items():
        revision = revise(standing[unit], findings)
        kept = [_standing(one.excursion_id, finding) for one, finding in revision.grown]
        kept += [one for one, _ in revision.same]
        standing[unit] = kept + [_standing(number, one) for number, one in enumerate(revision.found)]
    return found


def _findings(felt: Sequence[Exposure], signs: dict[int, Signal], unit: int) -> Sequence[Finding]:
    mine = [exposure for exposure in felt if exposure.unit_id == unit]
    return judge(mine, signs, list(pure.RULES.values()))


def _standing(number: int, finding: Finding) -> Standing:
    return Standing(
        number,
        finding.rule.name,
        finding.started_at,
        finding.breached_at,
        finding.ended_at,
        finding.observed_until,
        total(finding.beyond),
        finding.worst.peak,
        finding.worst.peak_at,
        finding.series,
        finding.measured,
        None,
    )


def _measures(one: Standing) -> tuple[object, ...]:
    return (
        one.rule,
        one.started_at,
        one.breached_at,
        str(one.ended_at),
        one.observed_until,
        one.beyond,
    )


def test_the_dice_make_every_kind_of_world() -> None:
    """What the worlds are said to have in them, 300 of them have."""
    kinds: set[str] = set()
    for seed in range(300):
        world = random_world(random.Random(seed).getrandbits(48))
        told = world.goods.told
        kinds |= {one.kind for one in told}
        kinds |= {"cancelled" for one in told if one.cancelled is not None}
        kinds |= {"corrected to another minute" for one in told if one.replaces not in {None, one.at}}
        inside = [one.where for one in told if one.kind == "pack"]
        kinds |= {"packed together" for where in inside if inside.count(where) > 1}
        sensors = [one.sensor for one in world.goods.hung]
        kinds |= {"moved sensor" for sensor in sensors if sensors.count(sensor) > 1}
        kinds |= {"vote" for needed in world.goods.needed.values() if needed > 1}
        kinds |= {"logger" for one in world.goods.hung if one.where in world.handling_units}
        kinds |= {
            "late reading" for told in world.readings.values() for one in told if one.recorded > 10
        }
    assert kinds == {
        *("move", "pack", "unpack", "split", "cancelled", "corrected to another minute"),
        *("packed together", "moved sensor", "vote", "logger", "late reading"),
    }
