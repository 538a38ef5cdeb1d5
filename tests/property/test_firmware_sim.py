"""A simulation is a function of its scenario: not of how time is cut, and not of who else is there."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.core.faults import (
    CompressorFailure,
    DoorOpen,
    Fault,
    SensorDead,
    SensorSpike,
    SensorStuck,
    WarmLoad,
)
from firmware_sim.core.packet import Packet
from firmware_sim.core.room import Room
from firmware_sim.core.scenario import Scenario
from firmware_sim.core.sensor import Sensor
from firmware_sim.core.simulation import Simulation
from kernel.instants import HOUR, SECOND, instant, parse_moment
from kernel.intervals import Span

START = instant(parse_moment("2026-03-01T00:00:00Z"))
LENGTH = 4 * HOUR

spans = st.tuples(st.integers(-HOUR, LENGTH), st.integers(1, LENGTH)).map(
    lambda pair: Span(START + pair[0], START + pair[0] + pair[1])
)
faults = st.one_of(
    st.builds(CompressorFailure, room=st.just("a"), during=spans),
    st.builds(DoorOpen, room=st.sampled_from("ab"), during=spans),
    st.builds(WarmLoad, room=st.just("b"), during=spans, temperature_degc=st.floats(-20, 40)),
    st.builds(SensorDead, sensor=st.sampled_from(["p0", "p1"]), during=spans),
    st.builds(SensorStuck, sensor=st.sampled_from(["p0", "p1"]), during=spans),
    st.builds(SensorSpike, sensor=st.just("p1"), during=spans, size_k=st.floats(-50, 50)),
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    sensors = tuple(
        Sensor(
            name=f"p{number}",
            room=draw(st.sampled_from("ab")),
            every_s=draw(st.integers(1, 7)) * draw(st.sampled_from([7, 30, 60])),
            lag_s=draw(st.sampled_from([0.0, 45.0, 600.0])),
            dropout=draw(st.sampled_from([0.0, 0.3])),
            battery_v=draw(st.sampled_from([None, 3.0])),
            battery_every_s=draw(st.sampled_from([60, 3600])),
            clock_ppm=draw(st.floats(-200, 200)),
        )
        for number in range(draw(st.integers(2, 4)))
    )
    listed: list[Fault] = draw(st.lists(faults, max_size=4))
    rooms = (Room(name="a"), Room(name="b", set_point_degc=-20.0, defrost_every_s=3600))
    seed = draw(st.integers(0, 2**64))
    return Scenario(seed=seed, start=START, rooms=rooms, sensors=sensors, faults=tuple(listed))


def played(scenario: Scenario, *cuts: int) -> list[Packet]:
    simulation = Simulation(scenario)
    return [packet for cut in cuts for packet in simulation.advance(START + cut)]


@settings(deadline=None, max_examples=60)
@given(
    scenarios(),
    st.lists(st.integers(-SECOND, LENGTH) | st.integers(0, 1440).map(lambda s: s * 10 * SECOND)),
)
def test_cutting_the_time_changes_nothing(scenario: Scenario, cuts: list[int]) -> None:
    assert played(scenario, *cuts, LENGTH) == played(scenario, LENGTH)


@settings(deadline=None, max_examples=30)
@given(scenarios())
def test_equal_scenarios_send_equal_packets_in_order(scenario: Scenario) -> None:
    packets = played(scenario, LENGTH)
    assert packets == played(replace(scenario), LENGTH)
    assert all(earlier.sent_at <= later.sent_at for earlier, later in pairwise(packets))
    assert all(START <= packet.sent_at <= START + LENGTH for packet in packets)


@settings(deadline=None, max_examples=30)
@given(scenarios())
def test_another_sensor_changes_nothing_for_those_that_are_there(scenario: Scenario) -> None:
    more = replace(scenario, sensors=(Sensor(name="new", room="a"), *scenario.sensors))
    kept = [packet for packet in played(more, LENGTH) if packet.device != "new"]
    assert kept == played(scenario, LENGTH)


def test_two_days_of_25_sensors_arrive_complete() -> None:
    rooms = tuple(Room(name=f"room-{number}") for number in range(5))
    sensors = tuple(Sensor(name=f"probe-{n}", room=f"room-{n % 5}") for n in range(25))
    scenario = Scenario(seed=3, start=START, rooms=rooms, sensors=sensors)
    packets = played(scenario, 48 * HOUR)
    assert len(packets) == 25 * (2 * 1440 + 1)
    assert len({(packet.device, packet.sent_at) for packet in packets}) == len(packets)
