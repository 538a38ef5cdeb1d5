"""Units a sensor may report in, and the linear step to the unit we keep the quantity in.

Names follow the SenML units registries (RFC 8428, section 12.1, and RFC 8798) where they have one: Cel,
K, %RH, V, %EL, dBm, lx; degF is in daily use without being registered there.
"""

from typing import NamedTuple


class Conversion(NamedTuple):
    """`kept = reported * factor + offset`, in the unit `kept_in`."""

    kept_in: str
    factor: float
    offset: float


CONVERSIONS: dict[str, Conversion] = {
    "Cel": Conversion("Cel", 1.0, 0.0),
    "K": Conversion("Cel", 1.0, -273.15),
    "degF": Conversion("Cel", 5.0 / 9.0, -160.0 / 9.0),
    "%RH": Conversion("%RH", 1.0, 0.0),
    "/": Conversion("/", 1.0, 0.0),
    "/100": Conversion("/", 0.01, 0.0),
    "V": Conversion("V", 1.0, 0.0),
    "mV": Conversion("V", 0.001, 0.0),
    "%EL": Conversion("%EL", 1.0, 0.0),
    "dBm": Conversion("dBm", 1.0, 0.0),
    "dBW": Conversion("dBm", 1.0, 30.0),
    "lx": Conversion("lx", 1.0, 0.0),
    "Pa": Conversion("hPa", 0.01, 0.0),
    "hPa": Conversion("hPa", 1.0, 0.0),
    "ppm": Conversion("ppm", 1.0, 0.0),
    "count": Conversion("count", 1.0, 0.0),
}
"""Reported unit to kept unit."""

QUANTITY_UNITS: dict[str, str] = {
    "temperature": "Cel",
    "humidity": "%RH",
    "battery": "V",
    "battery_level": "%EL",
    "door": "/",
    "light": "lx",
    "signal": "dBm",
    "pressure": "hPa",
    "co2": "ppm",
    "count": "count",
}
"""The unit each measured quantity is kept in."""

UNIT_QUANTITIES: dict[str, str] = {
    "Cel": "temperature",
    "K": "temperature",
    "degF": "temperature",
    "%RH": "humidity",
    "%EL": "battery_level",
    "lx": "light",
    "lon": "longitude",
    "lat": "latitude",
}
"""What is measured where only the unit is known; most units say too little for that."""

SPELLINGS: dict[str, str] = {
    "°c": "Cel",
    "℃": "Cel",
    "c": "Cel",
    "degc": "Cel",
    "celsius": "Cel",
    "degreescelsius": "Cel",
    "°f": "degF",
    "℉": "degF",
    "f": "degF",
    "fahrenheit": "degF",
    "degreesfahrenheit": "degF",
    "kelvin": "K",
    "rh": "%RH",
    "%rh": "%RH",
    "%r.h.": "%RH",
    "volt": "V",
    "volts": "V",
    "millivolt": "mV",
    "lux": "lx",
    "mbar": "hPa",
}
"""Other ways to write a unit, in small letters without spaces."""

_SPELLED = {unit.lower(): unit for unit in CONVERSIONS} | SPELLINGS


def unit_of(quantity: str, written: str) -> str:
    """The unit that somebody wrote for `quantity`, as we call it; unknown ones stay as they are.

    A bare percent sign means what the quantity is kept in: %RH for humidity, %EL for a battery level.
    """
    if written in CONVERSIONS:
        return written
    if written.strip() == "%" and QUANTITY_UNITS.get(quantity, "").startswith("%"):
        return QUANTITY_UNITS[quantity]
    return _SPELLED.get("".join(written.lower().split()), written)
