"""Scenarios in YAML: the fields of the dataclasses by their own names, times in ISO 8601 with zone."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

import msgspec
import yaml

from firmware_sim.core.faults import KINDS, Fault
from firmware_sim.core.room import Ambient, Room
from firmware_sim.core.scenario import InvalidScenario, Scenario
from firmware_sim.core.sensor import Sensor
from kernel.instants import instant, parse_moment
from kernel.intervals import Span

Entry = TypeVar("Entry")
_TOP = ("seed", "start", "rooms", "sensors", "faults")


def load_scenario(path: Path) -> Scenario:
    """The scenario in the YAML file at `path`.

    `InvalidScenario` names the file, the entry and what is wrong with it; `OSError` when the file
    cannot be read.
    """
    try:
        return parse_scenario(path.read_text(encoding="utf-8"))
    except InvalidScenario as error:
        raise InvalidScenario(
            "\n".join(f"{path}: {line}" for line in str(error).splitlines())
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidScenario(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start})"
        ) from error


def parse_scenario(text: str) -> Scenario:
    """The scenario in YAML `text`; `InvalidScenario` names the entry and what is wrong with it."""
    try:
        loaded = cast("object", yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidScenario(f"not YAML: {' '.join(str(error).split())}") from error
    top = _mapping(loaded, "the file", _TOP)
    seed = top.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise InvalidScenario(f"seed: {seed!r} is not a whole number")
    return Scenario(
        seed=seed,
        start=_instant(top.get("start"), "start"),
        rooms=tuple(_room(raw, where) for raw, where in _entries(top, "rooms")),
        sensors=tuple(_entry(raw, Sensor, where) for raw, where in _entries(top, "sensors")),
        faults=tuple(_fault(raw, where) for raw, where in _entries(top, "faults")),
    )


def _entries(top: Mapping[str, object], name: str) -> list[tuple[object, str]]:
    raw = top.get(name)
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise InvalidScenario(f"{name}: not a list")
    items = cast("list[object]", raw)
    return [(item, f"{name}: number {number}") for number, item in enumerate(items, start=1)]


def _room(raw: object, where: str) -> Room:
    entry = _mapping(raw, where, _names(Room))
    if "ambient" in entry:
        entry["ambient"] = _entry(entry["ambient"], Ambient, f"{where}: ambient")
    return _entry(entry, Room, where)


def _fault(raw: object, where: str) -> Fault:
    entry = _mapping(raw, where)
    kind = entry.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidScenario(f"{where}: kind {kind!r} is not one of {', '.join(KINDS)}")
    start = _instant(entry.pop("from", None), f"{where}: from")
    end = _instant(entry.pop("to", None), f"{where}: to")
    _check_names(entry, where, [name for name in _names(KINDS[kind]) if name != "during"])
    return _entry({**entry, "during": Span(start, end)}, KINDS[kind], where)


def _entry(raw: object, kind: type[Entry], where: str) -> Entry:
    entry = _mapping(raw, where, _names(kind))
    try:
        return msgspec.convert(entry, kind)
    except msgspec.ValidationError as error:
        raise InvalidScenario(f"{where}: {error}".replace("`$.", "`")) from error


def _names(kind: type[object]) -> list[str]:
    assert is_dataclass(kind)
    return [item.name for item in fields(kind)]


def _mapping(raw: object, where: str, known: list[str] | tuple[str, ...] = ()) -> dict[str, object]:
    if not isinstance(raw, dict) or not all(
        isinstance(key, str) for key in cast("dict[object, object]", raw)
    ):
        raise InvalidScenario(f"{where}: not a table of names and values")
    entry = dict(cast("dict[str, object]", raw))
    if known:
        _check_names(entry, where, known)
    return entry


def _check_names(entry: Mapping[str, object], where: str, known: list[str] | tuple[str, ...]) -> None:
    for name in entry:
        if name not in known:
            raise InvalidScenario(f"{where}: unknown name {name!r}; known are {', '.join(known)}")


def _instant(raw: object, where: str) -> int:
    """YAML turns a time into a datetime by itself; without a zone it is refused like a text."""
    text = raw.isoformat() if isinstance(raw, datetime) else raw
    if not isinstance(text, str):
        raise InvalidScenario(f"{where}: {raw!r} is not a time such as 2026-03-01T08:00:00Z")
    try:
        return instant(parse_moment(text))
    except ValueError as error:
        raise InvalidScenario(f"{where}: {error}") from error
