"""Words of senders for quantities, parts of devices, units as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.core.registry import Registry
from kernel.units import CONVERSIONS, QUANTITY_UNITS, UNIT_QUANTITIES, unit_of
from wire.columns import SeriesName
from wire.fields import WORDS, Found, Measured, look_up, sensor_name, word


@pytest.mark.parametrize(
    ("path", "place", "quantity"),
    [
        (("temperature",), (), "temperature"),
        (("Room 3", "Temp_C"), ("Room 3",), "temperature"),
        (("temperatureSensor", "1"), ("1",), "temperature"),
        (("temperature", "humidity"), ("temperature",), "humidity"),
        (("a", "batteryLevel", "b"), ("a", "b"), "battery_level"),
    ],
)
def test_the_last_known_word_of_a_path_tells(
    path: tuple[str, ...], place: tuple[str, ...], quantity: str
) -> None:
    found = look_up(path)
    assert found is not None
    assert (found.place, found.measured.quantity) == (place, quantity)


def test_a_path_without_a_known_word_is_nothing() -> None:
    assert look_up(("speed", "rpm")) is None
    assert look_up(()) is None
    assert look_up(("Speed",), {"speed": Measured("count", "count")}) == Found(
        (), Measured("count", "count")
    )


def test_every_word_is_written_as_it_is_looked_up_and_can_be_kept() -> None:
    for name, (quantity, unit) in WORDS.items():
        assert word(name) == name
        assert CONVERSIONS[unit].kept_in == QUANTITY_UNITS[quantity]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Room 3",), "Room-3"),
        (("fridge-1", "Türe/links"), "fridge-1.T-re-links"),
        (("--", "a"), "a"),
        (("_x",), "x"),
        (("***",), ""),
        ((), ""),
    ],
)
def test_sensor_names_are_made_legal(parts: tuple[str, ...], name: str) -> None:
    assert sensor_name(*parts) == name


@given(st.lists(st.text(max_size=6), max_size=3))
def test_every_sensor_name_can_be_registered(parts: list[str]) -> None:
    name = sensor_name(*parts)
    reason = Registry().route(SeriesName(name, "temperature", "Cel")).reason
    assert not name or reason.endswith(f"coldbind sensor add {name} --quantity temperature")


@pytest.mark.parametrize(
    ("quantity", "written", "unit"),
    [
        ("temperature", "°C", "Cel"),
        ("temperature", "Deg C", "Cel"),
        ("temperature", "°F", "degF"),
        ("temperature", "K", "K"),
        ("humidity", "%", "%RH"),
        ("humidity", "% rH", "%RH"),
        ("battery_level", " % ", "%EL"),
        ("battery", "mV", "mV"),
        ("temperature", "%", "%"),
        ("temperature", "furlong", "furlong"),
    ],
)
def test_units_as_people_write_them(quantity: str, written: str, unit: str) -> None:
    assert unit_of(quantity, written) == unit


def test_every_kept_unit_converts_to_itself() -> None:
    for unit in QUANTITY_UNITS.values():
        assert CONVERSIONS[unit] == (unit, 1.0, 0.0)
    for unit, quantity in UNIT_QUANTITIES.items():
        assert unit not in CONVERSIONS or CONVERSIONS[unit].kept_in == QUANTITY_UNITS[quantity]
