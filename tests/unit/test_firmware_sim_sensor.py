"""What a sensor makes of a temperature, alone and with its faults, seen in the packets it sends."""

import math
import statistics
from collections.abc import Callable

import pytest

from firmware_sim.core.faults import SensorDead, SensorFault, SensorSpike, SensorStuck
from firmware_sim.core.packet import Packet
from firmware_sim.core.room import STEP, STEP_S
from firmware_sim.core.sensor import Sensor, SensorModel
from kernel.instants import DAY, HOUR, MINUTE, SECOND, instant, parse_moment
from kernel.intervals import Span

START = instant(parse_moment("2026-03-01T00:00:00Z"))


def exact(**changes: object) -> Sensor:
    """A sensor that shows the air as it is, but for `changes`."""
    fields: dict[str, object] = {"noise_k": 0.0, "resolution_k": 0.0, "lag_s": 0.0, **changes}
    return Sensor(name="probe", room="room", **fields)  # pyright: ignore[reportArgumentType] # fields by name


def sent(
    sensor: Sensor,
    length: int,
    air: Callable[[float], float] = lambda _: 5.0,
    faults: tuple[SensorFault, ...] = (),
    seed: int = 1,
) -> list[Packet]:
    """The packets of a sensor in air whose temperature is a function of the seconds since the start."""
    model = SensorModel(sensor, START, seed, air(0.0), faults)
    return model.advance((air(step * STEP_S) for step in range(1, length // STEP + 1)), START + length)


def values(packets: list[Packet]) -> list[float]:
    return [packet.records[0].value for packet in packets]


def test_it_samples_from_the_start_at_its_interval() -> None:
    packets = sent(exact(every_s=90), 5 * MINUTE)
    assert [packet.sent_at - START for packet in packets] == [
        0,
        90 * SECOND,
        180 * SECOND,
        270 * SECOND,
    ]
    assert packets[0].device == "probe"
    assert [(r.quantity, r.unit, r.time, r.value) for r in packets[0].records] == [
        ("temperature", "Cel", START, 5.0)
    ]


def test_between_two_steps_of_the_room_it_reads_the_straight_line() -> None:
    packets = sent(exact(every_s=7), 70 * SECOND, lambda second: 5.0 + second)
    assert values(packets) == pytest.approx([5.0 + 7 * number for number in range(11)])


def test_the_element_follows_a_jump_with_its_time_constant() -> None:
    packets = sent(exact(lag_s=120.0, every_s=120), 10 * MINUTE, lambda second: 10.0 if second else 0.0)
    shown = values(packets)
    assert shown[0] == 0.0
    assert shown[1] == pytest.approx(10.0 * (1 - math.exp(-1)))
    assert shown[5] == pytest.approx(10.0 * (1 - math.exp(-5)))


def test_values_lie_on_the_scale() -> None:
    shown = values(sent(exact(noise_k=0.5, resolution_k=0.1), DAY))
    assert all(value == round(value, 1) for value in shown)
    assert len(set(shown)) > 10


def test_noise_has_the_promised_spread_and_no_bias() -> None:
    shown = values(sent(exact(noise_k=0.2), 4 * DAY))
    assert statistics.fmean(shown) == pytest.approx(5.0, abs=0.02)
    assert statistics.stdev(shown) == pytest.approx(0.2, rel=0.05)


def test_offset_and_drift_add_up() -> None:
    shown = values(sent(exact(offset_k=0.3, drift_k_per_day=0.1, every_s=86_400), 3 * DAY))
    assert shown == pytest.approx([5.3, 5.4, 5.5, 5.6])


def test_the_clock_is_wrong_by_offset_and_rate() -> None:
    packets = sent(exact(clock_offset_s=-2.5, clock_ppm=100.0, every_s=3_600), 10 * HOUR)
    errors = [packet.records[0].time - packet.sent_at for packet in packets]
    assert errors == [-2_500_000 + hour * 360_000 for hour in range(11)]


def test_dropouts_lose_the_promised_share() -> None:
    packets = sent(exact(dropout=0.25), 4 * DAY)
    assert len(packets) / (4 * 1440 + 1) == pytest.approx(0.75, abs=0.02)


def test_the_battery_is_reported_sinks_and_ends() -> None:
    sensor = exact(battery_v=3.0, battery_v_per_day=0.5, battery_empty_v=2.0, battery_every_s=43_200)
    packets = sent(sensor, 4 * DAY)
    batteries = [
        record for packet in packets for record in packet.records if record.quantity == "battery"
    ]
    assert [record.value for record in batteries] == [3.0, 2.75, 2.5, 2.25, 2.0]
    assert {record.unit for record in batteries} == {"V"}
    assert packets[-1].sent_at == START + 2 * DAY


SPAN = Span(START + 10 * MINUTE, START + 20 * MINUTE)


def test_a_dead_sensor_is_silent_for_the_span_only() -> None:
    packets = sent(exact(), 30 * MINUTE, faults=(SensorDead(sensor="probe", during=SPAN),))
    minutes = [(packet.sent_at - START) // MINUTE for packet in packets]
    assert minutes == [*range(10), *range(20, 31)]


def test_a_stuck_sensor_repeats_its_last_value() -> None:
    packets = sent(
        exact(), 30 * MINUTE, lambda second: second / 60, (SensorStuck(sensor="probe", during=SPAN),)
    )
    expected = [*range(10), *[9.0] * 10, *range(20, 31)]
    assert values(packets) == pytest.approx(expected)


def test_a_sensor_stuck_from_the_start_repeats_its_first_value() -> None:
    stuck = SensorStuck(sensor="probe", during=Span(START - HOUR, START + HOUR))
    assert set(values(sent(exact(), 30 * MINUTE, lambda second: second / 60, (stuck,)))) == {0.0}


def test_a_spike_displaces_what_lies_inside() -> None:
    spike = SensorSpike(sensor="probe", during=Span(SPAN.start, SPAN.start + MINUTE), size_k=40.0)
    packets = sent(exact(), 30 * MINUTE, faults=(spike,))
    assert [packet.sent_at for packet in packets if packet.records[0].value == 45.0] == [SPAN.start]
    assert values(packets).count(5.0) == 30


@pytest.mark.parametrize(
    "fault",
    [SensorDead(sensor="probe", during=SPAN), SensorSpike(sensor="probe", during=SPAN, size_k=1.0)],
)
def test_a_fault_changes_nothing_after_it(fault: SensorFault) -> None:
    sensor = Sensor(name="probe", room="room", dropout=0.1)
    faulty = sent(sensor, HOUR, faults=(fault,))
    sound = sent(sensor, HOUR)
    assert [p for p in faulty if p.sent_at >= SPAN.end] == [p for p in sound if p.sent_at >= SPAN.end]
    assert faulty != sound


def test_the_seed_and_the_name_decide_the_noise() -> None:
    sensor = Sensor(name="probe", room="room")
    assert sent(sensor, HOUR, seed=1) == sent(sensor, HOUR, seed=1)
    assert sent(sensor, HOUR, seed=1) != sent(sensor, HOUR, seed=2)
    other = Sensor(name="other", room="room")
    assert values(sent(sensor, HOUR)) != values(sent(other, HOUR))
