"""The physics of a room: it cools and warms as the textbook says, and stays in its band."""

import math
from itertools import pairwise

import pytest

from firmware_sim.core.faults import CompressorFailure, DoorOpen, RoomFault, WarmLoad
from firmware_sim.core.room import STEP, STEP_S, Ambient, Room, RoomModel
from kernel.instants import DAY, HOUR, MINUTE, instant, parse_moment
from kernel.intervals import Span

START = instant(parse_moment("2026-03-01T00:00:00Z"))
STEADY = Ambient(mean_degc=20.0, swing_k=0.0)
FOREVER_OFF = CompressorFailure(room="room", during=Span(START, START + 365 * DAY))


def played(room: Room, length: int, *faults: RoomFault) -> list[tuple[int, float]]:
    """Instant and air temperature after each step."""
    air = RoomModel(room, START, faults).advance(length // STEP)
    return [(START + step * STEP, degrees) for step, degrees in enumerate(air, start=1)]


def minutes_above(series: list[tuple[int, float]], limit: float) -> float:
    return sum(degrees > limit for _, degrees in series) * STEP / MINUTE


def test_without_a_compressor_the_room_follows_newtons_law_of_cooling() -> None:
    room = Room(
        name="room", ambient=STEADY, initial_degc=5.0, defrost_every_s=0, air_to_goods_w_per_k=4_000.0
    )
    time_constant_s = (room.air_j_per_k + room.goods_j_per_k) / room.insulation_w_per_k
    series = played(room, 3 * DAY, FOREVER_OFF)
    settled = series[HOUR // STEP :]  # the air leads the goods by a fraction of a kelvin
    for now, degrees in settled[:: HOUR // STEP]:
        expected = 20.0 - 15.0 * math.exp(-(now - START) / 1e6 / time_constant_s)
        assert degrees == pytest.approx(expected, abs=0.25)
    first, last = settled[0], settled[-1]
    measured_s = (last[0] - first[0]) / 1e6 / math.log((20.0 - first[1]) / (20.0 - last[1]))
    assert measured_s == pytest.approx(time_constant_s, rel=0.02)


def test_heat_that_moves_inside_is_neither_made_nor_lost() -> None:
    sealed = Room(name="room", insulation_w_per_k=0.0, defrost_every_s=0, cooling_w=0.0)
    load = WarmLoad(
        room="room",
        during=Span(START, START + 30 * DAY),
        temperature_degc=25.0,
        goods_j_per_k=2_000_000.0,
        air_to_goods_w_per_k=300.0,
    )
    model = RoomModel(sealed, START, [load])
    model.advance(30 * DAY // STEP)
    capacity = sealed.air_j_per_k + sealed.goods_j_per_k
    mixed = (capacity * 5.0 + 2_000_000.0 * 25.0) / (capacity + 2_000_000.0)
    assert model.air_degc == pytest.approx(mixed, abs=1e-6)
    assert model.goods_degc == pytest.approx(mixed, abs=1e-6)


def test_the_thermostat_keeps_a_2_to_8_room_in_its_band_on_a_hot_day_with_defrosts() -> None:
    room = Room(name="room", ambient=Ambient(mean_degc=27.0, swing_k=6.0))
    air = [degrees for _, degrees in played(room, 2 * DAY)]
    assert min(air) > 2.0
    assert max(air) < 8.0


def test_a_freezer_stays_below_minus_18() -> None:
    room = Room(name="room", set_point_degc=-21.0, insulation_w_per_k=40.0)
    assert max(degrees for _, degrees in played(room, 2 * DAY)) < -18.0


def test_defrost_warms_the_air_on_schedule() -> None:
    room = Room(name="room", ambient=STEADY, defrost_every_s=6 * 3600, defrost_s=900)
    series = played(room, 12 * HOUR)
    defrosts = [
        (earlier, later)
        for (now, earlier), (_, later) in pairwise(series)
        if 0 <= (now - START) // 1_000_000 % 21_600 - (21_600 - 900) < 900 - STEP_S
    ]
    assert len(defrosts) == 2 * (900 // STEP_S - 1)
    assert all(later > earlier for earlier, later in defrosts)


def test_a_compressor_that_fails_overnight_takes_the_room_above_8_degc() -> None:
    night = Span(START + 21 * HOUR, START + 30 * HOUR)
    series = played(Room(name="room"), 2 * DAY, CompressorFailure(room="room", during=night))
    before = [degrees for now, degrees in series if now <= night.start]
    crossed = next(now for now, degrees in series if degrees > 8.0)
    assert max(before) < 8.0
    assert night.start + HOUR < crossed < night.end
    assert max(degrees for now, degrees in series if now > night.end + 2 * HOUR) < 8.0


def test_a_door_open_for_4_minutes_shows_and_passes() -> None:
    opening = Span(START + 10 * HOUR, START + 10 * HOUR + 4 * MINUTE)
    series = played(Room(name="room", ambient=STEADY), DAY, DoorOpen(room="room", during=opening))
    assert max(degrees for now, degrees in series if now <= opening.start) < 8.0
    assert 0 < minutes_above(series, 8.0) < 30


def test_a_door_left_open_is_worse_than_the_compressor_can_cool() -> None:
    opening = Span(START + 10 * HOUR, START + 12 * HOUR)
    series = played(Room(name="room", ambient=STEADY), DAY, DoorOpen(room="room", during=opening))
    assert minutes_above(series, 8.0) > 110


def test_a_warm_load_warms_the_air_until_it_leaves() -> None:
    stay = Span(START + 13 * HOUR, START + 15 * HOUR)
    load = WarmLoad(
        room="room",
        during=stay,
        temperature_degc=22.0,
        goods_j_per_k=3_600_000.0,
        air_to_goods_w_per_k=1_500.0,
    )
    series = played(Room(name="room", ambient=STEADY, goods_j_per_k=1_500_000.0), DAY, load)
    inside = [degrees for now, degrees in series if stay.start < now <= stay.end]
    outside = [degrees for now, degrees in series if not stay.start < now <= stay.end + HOUR]
    assert max(inside) > 10.0
    assert max(outside) < 8.0


def test_ambient_is_warmest_at_its_hour() -> None:
    ambient = Ambient(mean_degc=20.0, swing_k=4.0, warmest_hour=15.0)
    assert ambient.at(START + 15 * HOUR) == pytest.approx(24.0)
    assert ambient.at(START + 3 * HOUR) == pytest.approx(16.0)
    assert ambient.at(START + 9 * HOUR) == pytest.approx(20.0)
