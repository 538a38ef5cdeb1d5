"""A Sparkplug metric as a reading: which series it is, its value, and whether its sender doubts it.

Which series: the last part of its name that is a known word tells the quantity (see `wire/fields.py`),
or else its engineering unit; device, or node, and the rest of the name make the sensor.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kernel.instants import SECOND
from kernel.units import CONVERSIONS, UNIT_QUANTITIES, unit_of
from wire.columns import Malformed, SeriesName
from wire.fields import Found, Measured, look_up, sensor_name, word
from wire.sparkplug_schema import Metric, PropertyValue
from wire.timestamps import LAST_SECOND

GOOD = 192
"""The quality of a value that its sender trusts (section 6.4.14)."""

_MILLISECOND = SECOND // 1000
_BITS = {1: 8, 2: 16, 3: 32, 4: 64}  # Int8 to Int64 travel in unsigned fields
_UNIT_KEY = b"engUnit"
_UNIT_KEYS = frozenset(("engunit", "engunits", "engineeringunit", "engineeringunits", "unit", "units"))
_NOT_TELEMETRY = frozenset(("nodecontrol", "devicecontrol", "nodeinfo", "deviceinfo", "bdseq"))


class Known(NamedTuple):
    """A metric as its birth announced it; `series` is None when it is no telemetry, or at `fault`."""

    name: str
    datatype: int
    series: SeriesName | None
    fault: str | None = None


def announced(metric: Metric, place: str, words: Mapping[str, Measured]) -> Known:
    """What `metric` of the device or node `place` stands for; `Malformed` when its name is no text."""
    name = name_of(metric)
    found = _found(name, _unit(metric), words)
    if found is None:
        return Known(name, metric.datatype, None)
    sensor = sensor_name(place, *found.place)
    if not sensor:
        return Known(name, metric.datatype, None, "its device has no name that could be a sensor's")
    return Known(name, metric.datatype, SeriesName(sensor, *found.measured))


def name_of(metric: Metric) -> str:
    """The name a metric bears, empty when it has only an alias; `Malformed` when it is no text."""
    try:
        return metric.name.decode()
    except UnicodeDecodeError as error:
        raise Malformed("its name is not UTF-8") from error


def announces_itself(metric: Metric) -> bool:
    """Whether a metric can be understood without its birth: by its own name and engineering unit."""
    return bool(metric.name) and _unit(metric) is not None


def introduce(metric: Metric, known: Known) -> None:
    """Write name and unit of `known` into a `metric` that had only an alias."""
    if known.series is not None and _unit(metric) is None:
        metric.properties.keys.append(_UNIT_KEY)
        metric.properties.values.add().string_value = known.series.unit.encode()
    if not metric.name:
        metric.name = known.name.encode()


def value_of(metric: Metric, datatype: int) -> float:
    """The number in `metric`; `Malformed` when it holds something else."""
    match metric.WhichOneof("value"):
        case "double_value":
            return metric.double_value
        case "float_value":
            return metric.float_value
        case "boolean_value":
            return float(metric.boolean_value)
        case "int_value":
            return float(_signed(metric.int_value, datatype))
        case "long_value":
            return float(_signed(metric.long_value, datatype))
        case _:
            raise Malformed("holds no number")


def time_of(metric: Metric, sent_at: int, received_at: int) -> int:
    """When `metric` was measured: by its own time, its message's (milliseconds), or the arrival."""
    written = metric.timestamp or sent_at
    if not written:
        return received_at
    if written >= LAST_SECOND * 1000:
        raise Malformed("its time lies outside the calendar")
    return written * _MILLISECOND


def doubted(metric: Metric) -> bool:
    """Whether the sender itself calls the value anything but good."""
    for key, value in _properties(metric):
        kind = value.WhichOneof("value")
        if key == "quality" and kind in ("int_value", "long_value"):
            return (value.int_value if kind == "int_value" else value.long_value) != GOOD
        if key == "isgood" and kind == "boolean_value":
            return not value.boolean_value
    return False


def _found(name: str, unit: str | None, words: Mapping[str, Measured]) -> Found | None:
    path = tuple(part for part in name.split("/") if part)
    if not path or word(path[0]) in _NOT_TELEMETRY:
        return None
    found = look_up(path, words)
    if found is not None and unit is not None:
        quantity = found.measured.quantity
        return Found(found.place, Measured(quantity, unit_of(quantity, unit)))
    if found is None and unit is not None:
        spelled = unit_of("", unit)
        quantity = UNIT_QUANTITIES.get(spelled) if spelled in CONVERSIONS else None
        return Found(path, Measured(quantity, spelled)) if quantity else None
    return found


def _unit(metric: Metric) -> str | None:
    for key, value in _properties(metric):
        if key in _UNIT_KEYS and value.WhichOneof("value") == "string_value":
            written = value.string_value.decode(errors="replace").strip()
            return written or None
    return None


def _properties(metric: Metric) -> Iterator[tuple[str, PropertyValue]]:
    if metric.HasField("properties"):
        pairs = zip(metric.properties.keys, metric.properties.values, strict=False)
        for key, value in pairs:
            yield word(key.decode(errors="replace")), value


def _signed(raw: int, datatype: int) -> int:
    bits = _BITS.get(datatype)
    if bits is None:
        return raw
    kept = raw & ((1 << bits) - 1)
    return kept - (1 << bits) if kept >> (bits - 1) else kept
