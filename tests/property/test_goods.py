"""Where goods were, which sensors spoke for them and what rules find: as a brute force finds it.

At every state of knowledge, now and before: facts come in any order, are cancelled and corrected.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.exposure import Exposure
from kernel.instants import FOREVER, MINUTE
from kernel.intervals import Span
from lotbinding.core.exposure import Cover, UnitStay, exposures
from lotbinding.core.lineage import Birth, lived
from lotbinding.core.stays import Fact, Move, Packed, SplitOff, TakenOut, stays_of
from rules.core.judge import judge
from rules.core.profile import Limit, Rule
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal, monitored
from rules.core.verdict import unmonitored
from tests.examples import examples
from tests.property import oracle
from tests.property.oracle import RuleSpec, Sensor, World
from tests.property.oracle_goods import Goods, GoodsLife, Told
from tests.property.random_goods import LAST, RandomWorld, random_world

MAX_GAP = 20 * MINUTE
SPECS = (
    RuleSpec("warm", "single", "above", 8.0, 10 * MINUTE + 7_000_000, None),
    RuleSpec("budget", "cumulative", "above", 8.0, 25 * MINUTE + 13_000_000, None),
    RuleSpec("window", "cumulative", "below", 2.0, 11 * MINUTE + 17_000_000, 60 * MINUTE + 3_000_000),
    RuleSpec("frozen", "immediate", "below", 0.0, 0, None),
)
RULES = {
    spec: Rule(spec.name, spec.kind, Limit(spec.side, spec.limit), spec.tolerance, spec.window, "major")
    for spec in SPECS
}


class Computed:
    """What the code under test makes of a world: everything numbered, minutes in microseconds."""

    def __init__(self, world: RandomWorld, goods: Goods) -> None:
        self.goods = goods
        self.places = {path: number for number, path in enumerate(world.paths, 1)}
        self.carriers = {code: number for number, code in enumerate(world.handling_units, 1)}
        self.units = {code: number for number, code in enumerate(world.units, 1)}
        self.series = {name: number for number, name in enumerate(world.readings, 1)}

    def fact(self, told: Told) -> Fact:
        at = told.at * MINUTE
        if told.kind == "move":
            return Move(at, self.places[told.where] if told.where else None)
        if told.kind == "unpack":
            return TakenOut(at)
        assert told.where is not None
        if told.kind == "pack":
            return Packed(at, self.carriers[told.where])
        return SplitOff(at, self.units[told.where])

    def exposures(self) -> list[Exposure]:
        facts: dict[int, list[Fact]] = {unit: [] for unit in self.units.values()}
        routes: dict[int, list[Move]] = {carrier: [] for carrier in self.carriers.values()}
        births: dict[int, Birth] = {}
        for told in self.goods.told:
            fact = self.fact(told)
            if told.thing in self.units:
                facts[self.units[told.thing]].append(fact)
            elif isinstance(fact, Move):
                routes[self.carriers[told.thing]].append(fact)
            if isinstance(fact, SplitOff):
                births[self.units[told.thing]] = Birth(fact.parent_id, fact.occurred_at)
        stays = lived(facts, stays_of(facts, routes), births)
        paths = {number: path for path, number in self.places.items()}
        return exposures(
            [
                UnitStay(
                    unit,
                    stay.location_id,
                    None if stay.location_id is None else paths[stay.location_id],
                    stay.span,
                    stay.handling_unit_id,
                )
                for unit, stay in stays
            ],
            [
                Cover(
                    self.series[hung.sensor],
                    None if hung.where in self.carriers else hung.where,
                    Span(
                        hung.since * MINUTE,
                        FOREVER if hung.until is None else hung.until * MINUTE,
                    ),
                    self.carriers.get(hung.where),
                    self.goods.needed.get(hung.where, 1),
                )
                for hung in self.goods.hung
            ],
        )


def states_of_knowledge(world: RandomWorld) -> list[int]:
    return [world.heard + 1, world.heard // 2, world.heard // 4]


def assert_every_minute(computed: Computed, world: RandomWorld) -> None:
    paths = {number: path for path, number in computed.places.items()}
    names = {number: name for name, number in computed.series.items()}
    answered: dict[tuple[int, int], tuple[str | None, set[str], int]] = {}
    for exposure in computed.exposures():
        end = min(exposure.span.end, (LAST + 20) * MINUTE)
        for minute in range(exposure.span.start // MINUTE, end // MINUTE):
            assert (exposure.unit_id, minute) not in answered, "two places at once"
            path = None if exposure.location_id is None else paths[exposure.location_id]
            near = {names[series] for series in exposure.series}
            answered[exposure.unit_id, minute] = (path, near, exposure.needed)
    for code, unit in computed.units.items():
        for minute in range(-5, LAST + 20):
            asked = computed.goods.near(code, minute)
            wanted = None if asked is None else (asked[0].path, asked[1], asked[2])
            assert answered.get((unit, minute)) == wanted, f"{code} at minute {minute}"


def signals(
    computed: Computed, readings: Mapping[str, Sequence[tuple[int, float]]]
) -> dict[int, Signal]:
    found: dict[int, Signal] = {}
    for name, told in readings.items():
        if told:
            window = Window(
                np.array([at for at, _ in sorted(told)], np.int64),
                np.array([value for _, value in sorted(told)], np.float64),
            )
            limits = {rule.limit for rule in RULES.values()}
            beyond = {limit: runs(window, limit, MAX_GAP) for limit in limits}
            found[computed.series[name]] = Signal(*window.span, gaps(window, MAX_GAP), beyond)
    return found


def assert_verdicts(computed: Computed, world: RandomWorld, recorded: int, spec: RuleSpec) -> None:
    readings = {
        name: tuple((one.at * MINUTE, one.value) for one in told if one.recorded <= recorded)
        for name, told in world.readings.items()
    }
    sensors = tuple(Sensor(name, told, ()) for name, told in readings.items())
    told, signs = World(sensors, MAX_GAP), signals(computed, readings)
    felt = computed.exposures()
    for code, unit in computed.units.items():
        mine = [exposure for exposure in felt if exposure.unit_id == unit]
        life = GoodsLife(computed.goods, code, sensors, MINUTE)
        wanted = oracle.expected(told, life, spec)
        found = judge(mine, signs, [RULES[spec]])
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert one.started_at == pytest.approx(other.started_at, abs=5)
            assert one.breached_at == pytest.approx(other.breached_at, abs=5)
            assert (one.ended_at is None) == (other.ended_at is None)
            if other.ended_at is not None:
                assert one.ended_at == pytest.approx(other.ended_at, abs=5)
            assert sum(span.length for span in one.beyond) == pytest.approx(other.beyond, abs=20)
        lost = unmonitored(mine, monitored(mine, signs))
        assert lost == pytest.approx(float(oracle.unmonitored(oracle.cuts(told, life, spec))), abs=5)


@settings(max_examples=examples(200), deadline=None)
@given(seed=st.integers(0, 2**48))
def test_goods_are_where_a_brute_force_finds_them_whatever_was_known(seed: int) -> None:
    world = random_world(seed)
    for recorded in states_of_knowledge(world):
        assert_every_minute(Computed(world, world.goods.known_at(recorded)), world)


@settings(max_examples=examples(100), deadline=None)
@given(seed=st.integers(0, 2**48), spec=st.sampled_from(SPECS))
def test_verdicts_are_what_a_brute_force_finds_whatever_was_known(seed: int, spec: RuleSpec) -> None:
    world = random_world(seed)
    for recorded in states_of_knowledge(world)[:2]:
        assert_verdicts(Computed(world, world.goods.known_at(recorded)), world, recorded, spec)
