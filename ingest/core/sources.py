"""Sources: which decoder serves which topic. Our own topics always; others as the site configures them.

    sources:
      - chirpstack
      - filter: spBv1.0/Plant/#
        format: sparkplug_b
        sensor_prefix: plant.
        fields: {TempC_DS: temperature}

An entry is a ready-made source by its name, or a topic filter with a format.
"""

import re
from dataclasses import dataclass
from typing import cast

from kernel.refusal import Refusal
from kernel.units import CONVERSIONS, QUANTITY_UNITS
from wire.fields import Measured
from wire.topics import PREFIX, Topic

FRAME = "coldbind_frame"
FORMATS = ("plain_json", "senml", "sparkplug_b", "chirpstack", "thingsboard_gateway")
"""What a site may configure; frames come from our own gateways only."""
ORDERED = frozenset(("sparkplug_b",))
"""Formats in which a message is understood by those before it: one consumer, in order."""
WITHOUT_FIELDS = frozenset(("senml",))
"""Formats that name what is measured themselves."""

_KEYS = ("filter", "format", "sensor_prefix", "fields")
_LONGEST_FILTER = 65_535  # bytes that MQTT can say
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,49}")
_SHARED = "$share/"


@dataclass(frozen=True, slots=True)
class Source:
    """Messages on topics that match `filter` are in `format`.

    `sensor_prefix` goes before the name of each sensor. `fields` are words of this source for what is
    measured, beside those that everybody knows; None takes a known word away.
    """

    filter: str
    format: str
    sensor_prefix: str = ""
    fields: tuple[tuple[str, Measured | None], ...] = ()


CONTRACT_SOURCES = (
    Source(f"{PREFIX}/+/+/data", FRAME),
    Source(f"{PREFIX}/+/+/json", "plain_json"),
    Source(f"{PREFIX}/+/+/senml", "senml"),
)
"""Our own topics: gateways' frames, and readings from anybody in JSON or SenML."""

READY_MADE = {
    "sparkplug": Source("spBv1.0/#", "sparkplug_b"),
    "chirpstack": Source("application/+/device/+/event/up", "chirpstack"),
    "thingsboard": Source("v1/gateway/telemetry", "thingsboard_gateway"),
}
"""Sources as these products publish out of the box."""

_OWN_TOPIC = str(Topic("site", "sender", "ack"))


def matches(filter_: str, topic: str) -> bool:
    """Whether an MQTT topic filter takes in `topic` (MQTT 5, section 4.7).

    A plus stands for one level, a number sign at the end for any number of them, none included; neither
    takes in topics of the broker's own, which begin with a dollar sign.
    """
    wanted, levels = filter_.split("/"), topic.split("/")
    if levels[0].startswith("$") and wanted[0] in ("+", "#"):
        return False
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(
        one in ("+", level) for one, level in zip(wanted, levels, strict=True)
    )


def check_filter(filter_: str) -> None:
    """`ValueError` says where `filter_` is no MQTT topic filter."""
    if not filter_ or "\0" in filter_ or len(filter_.encode(errors="replace")) > _LONGEST_FILTER:
        raise ValueError("it is empty, too long, or holds a zero character")
    if filter_.startswith(_SHARED):
        raise ValueError(f"leave {_SHARED}... away: ingest shares subscriptions itself")
    levels = filter_.split("/")
    for position, level in enumerate(levels, 1):
        if ("+" in level or "#" in level) and len(level) > 1:
            raise ValueError(f"level {position} is {level!r}: a wildcard stands alone in its level")
        if level == "#" and position < len(levels):
            raise ValueError(f"level {position} is '#', which may only be the last level")


def parse_sources(loaded: object) -> tuple[Source, ...]:
    """The sources that a loaded sources file adds to our own, which come first.

    `Refusal` says which entry is wrong, and what would be right.
    """
    entries = cast("dict[object, object]", loaded).get("sources") if isinstance(loaded, dict) else None
    if not isinstance(entries, list):
        raise Refusal("sources: write 'sources:' with a list below it")
    added = tuple(
        _source(entry, f"sources: entry {position}")
        for position, entry in enumerate(cast("list[object]", entries), 1)
    )
    return CONTRACT_SOURCES + added


def _source(entry: object, where: str) -> Source:
    if isinstance(entry, str):
        if entry not in READY_MADE:
            raise Refusal(f"{where}: {entry!r} is not one of {', '.join(READY_MADE)}")
        return READY_MADE[entry]
    if not isinstance(entry, dict):
        raise Refusal(f"{where}: write a name such as chirpstack, or filter and format")
    given = cast("dict[object, object]", entry)
    unknown = [str(key) for key in given if key not in _KEYS]
    if unknown:
        raise Refusal(f"{where}: {unknown[0]!r} is not one of {', '.join(_KEYS)}")
    return Source(
        _filter(given.get("filter"), where),
        _format(given.get("format"), where),
        _prefix(given.get("sensor_prefix", ""), where),
        _fields(given.get("fields"), given.get("format"), where),
    )


def _filter(written: object, where: str) -> str:
    if not isinstance(written, str):
        raise Refusal(
            f"{where}: 'filter' must be a topic filter such as application/+/device/+/event/up"
        )
    try:
        check_filter(written)
    except ValueError as error:
        raise Refusal(f"{where}: filter {written!r}: {error}") from error
    if matches(written, _OWN_TOPIC) or written.startswith(f"{PREFIX}/"):
        raise Refusal(f"{where}: filter {written!r} takes in {PREFIX}/..., which is served already")
    return written


def _format(written: object, where: str) -> str:
    if written not in FORMATS:
        raise Refusal(f"{where}: format {written!r} is not one of {', '.join(FORMATS)}")
    return cast("str", written)


def _prefix(written: object, where: str) -> str:
    if isinstance(written, str) and (not written or _PREFIX.fullmatch(written)):
        return written
    raise Refusal(
        f"{where}: sensor_prefix {written!r} must be up to 50 letters, digits, colons, dots, hyphens "
        "and underscores, beginning with a letter or digit"
    )


def _fields(written: object, format_: object, where: str) -> tuple[tuple[str, Measured | None], ...]:
    if written is None:
        return ()
    if format_ in WITHOUT_FIELDS:
        raise Refusal(f"{where}: {format_} names what is measured itself: leave 'fields' away")
    if not isinstance(written, dict):
        raise Refusal(f"{where}: 'fields' must map field names to quantities")
    pairs = cast("dict[object, object]", written).items()
    return tuple((str(name), _measured(text, f"{where}: field {name!r}")) for name, text in pairs)


def _measured(written: object, where: str) -> Measured | None:
    """What a text such as ``temperature`` or ``temperature degF`` says."""
    if written is None:
        return None
    quantity, *unit = str(written).split() or [""]
    if quantity not in QUANTITY_UNITS:
        raise Refusal(f"{where}: {quantity!r} is not one of {', '.join(QUANTITY_UNITS)}")
    kept = QUANTITY_UNITS[quantity]
    if not unit:
        return Measured(quantity, kept)
    known = [name for name, conversion in CONVERSIONS.items() if conversion.kept_in == kept]
    if len(unit) > 1 or unit[0] not in known:
        raise Refusal(f"{where}: {' '.join(unit)!r} is no unit of {quantity}: {', '.join(known)}")
    return Measured(quantity, unit[0])
