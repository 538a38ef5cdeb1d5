"""What goes into a pack and what proves it: files, their hashes, and readings as figures draw them.

The contents hash is the SHA-256 of the manifest, which names every file with its own SHA-256. It is
printed in the document and kept in the audit chain.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from kernel.instants import moment
from kernel.rule_words import RuleWords, unit_of
from kernel.temperature import mean_kinetic_temperature

MANIFEST = "manifest.txt"
FACTS = "facts.json"
READINGS = "readings.csv"
_POINTS = 240
"""A figure draws the lowest and highest of so many stretches; no peak is lost."""
_ENOUGH = 2


class Reading(NamedTuple):
    """A reading: microseconds since 1970, degC, quality bits."""

    at: int
    value: float
    quality: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack before it is printed: which template, the files in it, and the day it is about."""

    template: str
    name: str
    dated: int
    files: Mapping[str, bytes]

    @property
    def manifest(self) -> bytes:
        """Every file with its SHA-256, a line each, as `sha256sum --check` reads it."""
        return manifest(self.files)

    @property
    def contents(self) -> str:
        """The contents hash."""
        return contents_hash(self.manifest)


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Every file with its SHA-256, by name."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def contents_hash(manifest: bytes) -> str:
    """The SHA-256 of a manifest, in hexadecimal."""
    return hashlib.sha256(manifest).hexdigest()


def readings_csv(series: Mapping[str, Sequence[Reading]]) -> bytes:
    """The raw readings: sensor, time in UTC to the microsecond, degC, quality bits."""
    lines = ["sensor,time,value_degc,quality\n"]
    for sensor in sorted(series):
        lines += [
            f"{sensor},{moment(one.at):%Y-%m-%dT%H:%M:%S.%fZ},{one.value!r},{one.quality}\n"
            for one in series[sensor]
        ]
    return "".join(lines).encode()


def digest(readings: Sequence[Reading]) -> str:
    """As `claim_evidence.digest` is made: time and value of each, big-endian."""
    told = b"".join(struct.pack(">qd", one.at, one.value) for one in readings)
    return hashlib.sha256(told).hexdigest()


def mkt(readings: Sequence[Reading]) -> float | None:
    """Mean kinetic temperature in degC, each reading weighted by half the time to its neighbours."""
    if len(readings) < _ENOUGH:
        return None
    times = [one.at for one in readings]
    weights = [
        (times[min(n + 1, len(times) - 1)] - times[max(n - 1, 0)]) / 2 for n in range(len(times))
    ]
    return round(mean_kinetic_temperature([one.value for one in readings], weights), 3)


def rule_of(asked: Mapping[str, Any]) -> RuleWords:
    """A rule as `erp.asked` tells it, in words."""
    return msgspec.convert(asked, RuleWords)


def in_words(told: Mapping[str, Any]) -> dict[str, str]:
    """What the rule of an excursion asks for, what was found instead, and the worst of it."""
    words = rule_of(told["asked"])
    return {
        "asks": words.asks,
        "found": words.broken(told["measured"], told["beyond"]),
        "worst": words.worst(told["peak"]),
    }


def limits_drawn(excursions: Iterable[Mapping[str, Any]]) -> list[float]:
    """The limits to draw among temperatures: not those of how fast it changes or how long unknown."""
    asked = [one["asked"] for one in excursions]
    return sorted({float(one["limit"]) for one in asked if unit_of(one["kind"]) == "degC"})


def figure(readings: Sequence[Reading], since: int, until: int) -> list[list[float]]:
    """Points to draw: the share of the time passed, 0 to 1, and degC, in order of time."""
    inside = [one for one in readings if since <= one.at <= until]
    length = max(until - since, 1)
    stretches: dict[int, list[Reading]] = {}
    for one in inside:
        stretches.setdefault((one.at - since) * _POINTS // length, []).append(one)
    points: list[list[float]] = []
    for group in stretches.values():
        ends = {min(group, key=lambda one: one.value), max(group, key=lambda one: one.value)}
        points += [[round((one.at - since) / length, 6), one.value] for one in sorted(ends)]
    return points
