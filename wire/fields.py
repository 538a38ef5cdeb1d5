"""What a sender's field is to us: the quantity and unit behind names such as temp, humidity or BatV.

Formats that leave the names of fields to the device (LoRaWAN codecs, ThingsBoard, Sparkplug) share one
table; a source may add its own words. Where a value lies deeper, the rest of its path tells the sensor.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple


class Measured(NamedTuple):
    """A field is a measured `quantity` in `unit`."""

    quantity: str
    unit: str


_TEMPERATURE = Measured("temperature", "Cel")
_FAHRENHEIT = Measured("temperature", "degF")
_HUMIDITY = Measured("humidity", "%RH")
_BATTERY = Measured("battery", "V")
_BATTERY_LEVEL = Measured("battery_level", "%EL")
_DOOR = Measured("door", "/")
_LIGHT = Measured("light", "lx")
_PRESSURE = Measured("pressure", "hPa")
_CO2 = Measured("co2", "ppm")

WORDS: dict[str, Measured] = {
    "temp": _TEMPERATURE,
    "tempc": _TEMPERATURE,
    "temperature": _TEMPERATURE,
    "temperaturec": _TEMPERATURE,
    "temperaturesensor": _TEMPERATURE,
    "tempcsht": _TEMPERATURE,
    "tempf": _FAHRENHEIT,
    "temperaturef": _FAHRENHEIT,
    "rh": _HUMIDITY,
    "hum": _HUMIDITY,
    "humsht": _HUMIDITY,
    "humidity": _HUMIDITY,
    "humiditysensor": _HUMIDITY,
    "relativehumidity": _HUMIDITY,
    "battery": _BATTERY,
    "batv": _BATTERY,
    "vbat": _BATTERY,
    "batteryvoltage": _BATTERY,
    "batterylevel": _BATTERY_LEVEL,
    "batterypercent": _BATTERY_LEVEL,
    "door": _DOOR,
    "dooropen": _DOOR,
    "light": _LIGHT,
    "lux": _LIGHT,
    "illuminance": _LIGHT,
    "pressure": _PRESSURE,
    "barometer": _PRESSURE,
    "co2": _CO2,
}
"""Words for quantities, in small letters and without anything between them."""

_NOT_IN_A_WORD = re.compile(r"[^a-z0-9]")
_NOT_IN_A_SENSOR = re.compile(r"[^A-Za-z0-9:._-]+")
_BEFORE_A_SENSOR = re.compile(r"^[^A-Za-z0-9]+")


class Found(NamedTuple):
    """A value of `measured` belongs to the part `place` of a device; empty for the device itself."""

    place: tuple[str, ...]
    measured: Measured


def word(name: str) -> str:
    """`name` as it stands in `WORDS`: Battery-Level, battery_level and batteryLevel are one word."""
    return _NOT_IN_A_WORD.sub("", name.lower())


def look_up(path: Sequence[str], words: Mapping[str, Measured] = WORDS) -> Found | None:
    """What the value at `path` is: its last part that is a known word decides; None when none is."""
    for position in range(len(path) - 1, -1, -1):
        measured = words.get(word(path[position]))
        if measured is not None:
            return Found((*path[:position], *path[position + 1 :]), measured)
    return None


@lru_cache(16_384)
def sensor_name(*parts: str) -> str:
    """`parts` as one legal sensor name, joined by dots; empty when nothing is left.

    Signs other than letters, digits and ``: . _ -`` become hyphens: Room 3 is Room-3.
    """
    legal = (_NOT_IN_A_SENSOR.sub("-", part).strip("-") for part in parts)
    return _BEFORE_A_SENSOR.sub("", ".".join(part for part in legal if part))
