"""Scenarios are checked when they are made, in words that name the entry."""

from dataclasses import replace
from pathlib import Path

import pytest

from firmware_sim.core.faults import CompressorFailure, Fault, SensorDead, SensorSpike, WarmLoad
from firmware_sim.core.room import Room
from firmware_sim.core.scenario import InvalidScenario, Scenario
from firmware_sim.core.sensor import Sensor
from firmware_sim.core.simulation import Simulation
from firmware_sim.scenario_file import load_scenario, parse_scenario
from kernel.instants import DAY, HOUR, MINUTE, instant, parse_moment
from kernel.intervals import Span

EXAMPLE = Path(__file__).parents[2] / "firmware_sim" / "scenarios" / "two_zones.yaml"
START = instant(parse_moment("2026-03-01T00:00:00Z"))
HOURS = Span(START, START + HOUR)
SCENARIO = Scenario(
    seed=1, start=START, rooms=(Room(name="cold"),), sensors=(Sensor(name="probe", room="cold"),)
)
ROOM, SENSOR = SCENARIO.rooms[0], SCENARIO.sensors[0]


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        (replace(ROOM, air_j_per_k=0.0), "rooms: 'cold': air_j_per_k must be positive"),
        (replace(ROOM, cooling_w=-1.0), "rooms: 'cold': cooling_w must not be negative"),
        (replace(ROOM, set_point_degc=float("nan")), "rooms: 'cold': set_point_degc is nan"),
        (
            replace(ROOM, defrost_s=21_600),
            "rooms: 'cold': defrost_s must be shorter than defrost_every_s",
        ),
        (
            replace(ROOM, air_j_per_k=10_000.0),
            "rooms: 'cold': air_j_per_k 10000 is too small for steps",
        ),
        (replace(ROOM, goods_j_per_k=100.0), "rooms: 'cold': goods_j_per_k is too small"),
    ],
)
def test_a_room_that_cannot_be_is_named(room: Room, sentence: str) -> None:
    with pytest.raises(InvalidScenario, match=sentence):
        replace(SCENARIO, rooms=(room,))


@pytest.mark.parametrize(
    ("sensor", "sentence"),
    [
        (replace(SENSOR, room="hall"), "sensors: 'probe': there is no room 'hall'"),
        (replace(SENSOR, every_s=0), "sensors: 'probe': every_s must be at least 1 second"),
        (replace(SENSOR, dropout=1.5), "sensors: 'probe': dropout is a share from 0 to 1"),
        (replace(SENSOR, lag_s=-1.0), "sensors: 'probe': lag_s must not be negative"),
        (replace(SENSOR, name="a/b"), "sensors: 'a/b': a name starts with a letter or digit"),
        (replace(SENSOR, name="²"), "sensors: '²': a name starts with a letter or digit"),
        (replace(SENSOR, name="x" * 65), "the name is longer than 64 characters"),
    ],
)
def test_a_sensor_that_cannot_be_is_named(sensor: Sensor, sentence: str) -> None:
    with pytest.raises(InvalidScenario, match=sentence):
        replace(SCENARIO, sensors=(sensor,))


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            CompressorFailure(room="hall", during=HOURS),
            r"number 1 \(compressor_failure\): there is no room 'hall'",
        ),
        (SensorDead(sensor="x", during=HOURS), r"number 1 \(sensor_dead\): there is no sensor 'x'"),
        (
            SensorDead(sensor="probe", during=Span(START, START)),
            "which is not after 2026-03-01T00:00:00",
        ),
        (SensorSpike(sensor="probe", during=HOURS, size_k=float("inf")), "size_k is inf"),
        (WarmLoad(room="cold", during=HOURS, temperature_degc=-300.0), "below absolute zero"),
        (
            WarmLoad(room="cold", during=HOURS, temperature_degc=20.0, goods_j_per_k=0.0),
            r"number 1 \(warm_load\): goods_j_per_k must be positive",
        ),
        (
            WarmLoad(room="cold", during=HOURS, temperature_degc=20.0, goods_j_per_k=10.0),
            r"number 1 \(warm_load\): goods_j_per_k is too small for its exchange",
        ),
    ],
)
def test_a_fault_that_cannot_be_is_named(fault: Fault, sentence: str) -> None:
    with pytest.raises(InvalidScenario, match=sentence):
        replace(SCENARIO, faults=(fault,))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidScenario) as caught:
        replace(SCENARIO, seed=-1, rooms=(ROOM, ROOM), sensors=(SENSOR, SENSOR))
    assert str(caught.value).splitlines() == [
        "seed: -1 is negative",
        "rooms: 'cold' is there 2 times",
        "sensors: 'probe' is there 2 times",
    ]


def test_the_example_tells_its_story() -> None:
    scenario = load_scenario(EXAMPLE)
    packets = Simulation(scenario).advance(scenario.start + 2 * DAY)
    failure = next(fault for fault in scenario.faults if isinstance(fault, CompressorFailure))
    above = {
        packet.device: packet.sent_at
        for packet in packets
        if packet.records[0].value > 8.0 and packet.sent_at > failure.during.start
    }
    assert set(above) == {"zone-2-north", "zone-2-south"}
    dock = [p.sent_at for p in packets if p.device == "dock-door-1" and p.records[0].value > 8.0]
    assert len(dock) > 2 * 60
    door = [p.sent_at for p in packets if p.device == "zone-1-north" and p.records[0].value > 8.0]
    assert len(door) * MINUTE < 30 * MINUTE


MINIMAL = """
seed: 7
start: 2026-03-01T01:00:00+01:00
rooms:
  - {name: cold, set_point_degc: 4, ambient: {mean_degc: 25}}
sensors:
  - {name: probe, room: cold, every_s: 30}
faults:
  - {kind: sensor_spike, sensor: probe, size_k: 3,
     from: 2026-03-01T02:00:00Z, to: "2026-03-01T03:00:00Z"}
"""


def test_a_file_says_what_the_dataclasses_say() -> None:
    scenario = parse_scenario(MINIMAL)
    assert (scenario.seed, scenario.start) == (7, START)
    assert (scenario.rooms[0].set_point_degc, scenario.rooms[0].ambient.mean_degc) == (4.0, 25.0)
    assert scenario.sensors == (Sensor(name="probe", room="cold", every_s=30),)
    spike = SensorSpike(sensor="probe", during=Span(START + 2 * HOUR, START + 3 * HOUR), size_k=3.0)
    assert scenario.faults == (spike,)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("seed: 7", "seed: seven", "seed: 'seven' is not a whole number"),
        ("seed: 7", "sede: 7", "the file: unknown name 'sede'; known are seed, start"),
        ("+01:00", "", "start: '2026-03-01T01:00:00' has no time zone"),
        ("start: 2026-03-01T01:00:00+01:00", "", "start: None is not a time such as"),
        (
            "set_point_degc",
            "setpoint",
            "rooms: number 1: unknown name 'setpoint'; known are name, ambient",
        ),
        ("set_point_degc: 4", "set_point_degc: cool", "rooms: number 1: .*`float`.*`set_point_degc`"),
        ("mean_degc: 25", "mean: 25", "rooms: number 1: ambient: unknown name 'mean'"),
        ("ambient: {mean_degc: 25}", "ambient: 25", "rooms: number 1: ambient: not a table"),
        ("{name: probe, room: cold, every_s: 30}", "{name: probe}", "sensors: number 1: .*`room`"),
        (
            "kind: sensor_spike",
            "kind: spike",
            "faults: number 1: kind 'spike' is not one of compressor_failure",
        ),
        ("size_k: 3,", "", "faults: number 1: .*`size_k`"),
        ("size_k: 3", "size_k: 3, during: 4", "faults: number 1: unknown name 'during'"),
        ("2026-03-01T03:00:00Z", "noon", "faults: number 1: to: 'noon' is not an ISO 8601 time"),
        ("rooms:\n  - ", "rooms: ", "rooms: not a list"),
        ("seed: 7", "seed: [", "not YAML: .* line"),
        ("seed: 7", "1: 7", "the file: not a table of names and values"),
    ],
)
def test_a_file_with_a_fault_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in MINIMAL
    with pytest.raises(InvalidScenario, match=sentence):
        parse_scenario(MINIMAL.replace(old, new))


def test_the_file_is_named_in_every_sentence(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(MINIMAL.replace("room: cold", "room: hall"), encoding="utf-8")
    with pytest.raises(InvalidScenario, match=r"wrong.yaml: sensors: 'probe': there is no room 'hall'"):
        load_scenario(path)
    path.write_bytes(b"\xff")
    with pytest.raises(InvalidScenario, match=r"wrong.yaml: not UTF-8 text"):
        load_scenario(path)
