"""The values of a device by field name, nested or not, as readings: LoRaWAN codecs, ThingsBoard.

`{"temperature": 4.2, "probe": {"humidity": 61}}` are the temperature of the device and the humidity of
its part `probe`. Fields that are no known word are the device's own business and are left out.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from wire.columns import Malformed, SeriesName
from wire.fields import Measured, look_up, sensor_name
from wire.gathering import Gathering

_DEEPEST = 8
_LONGEST_SHOWN = 64


def faults_of_values(
    device: str, values: Mapping[str, object], at: int, words: Mapping[str, Measured], found: Gathering
) -> Iterator[str]:
    """Add the readings in the `values` of `device` at the instant `at`; what is wrong with others."""
    taken: dict[tuple[str, str], str] = {}
    for path, value in _leaves(values):
        known = look_up(path, words)
        if known is None or value is None:
            continue
        shown = ".".join(path)[:_LONGEST_SHOWN]
        name = SeriesName(sensor_name(device, *known.place), *known.measured)
        if taken.setdefault(name[:2], shown) != shown:
            yield f"{shown!r} would be {name} like {taken[name[:2]]!r}: map one of them to other words"
            continue
        try:
            found.add(name, at, _number(value))
        except Malformed as fault:
            yield f"{shown!r} {fault}"
    if not taken:
        yield f"none of its fields is a quantity we know: {_shown(values)}"


def _leaves(
    values: Mapping[str, object], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in values.items():
        path = (*above, name)
        if isinstance(value, dict):
            if len(path) < _DEEPEST:
                yield from _leaves(cast("dict[str, object]", value), path)
        else:
            yield path, value


def _number(value: object) -> float:
    if not isinstance(value, bool | int | float):
        raise Malformed("holds no number")
    try:
        return float(value)
    except OverflowError as error:
        raise Malformed("is larger than anything measured") from error


def _shown(values: Mapping[str, object]) -> str:
    return ", ".join(values)[:_LONGEST_SHOWN] or "it has none"
