"""Units a sensor may report in, and the linear step to the unit we keep the quantity in.

Names follow the SenML units registry (RFC 8428, section 12.1) where it has one: Cel, K, %RH, V,
%EL, dBm, lx; degF is in daily use without being registered there.
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
    "V": Conversion("V", 1.0, 0.0),
    "%EL": Conversion("%EL", 1.0, 0.0),
    "dBm": Conversion("dBm", 1.0, 0.0),
    "lx": Conversion("lx", 1.0, 0.0),
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
}
"""The unit each measured quantity is kept in."""
