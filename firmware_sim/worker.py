"""The loop of simulated devices: simulated time runs at `speed`, and what is due is sent.

`play_until` is the single pass; `play` calls it again and again against the wall clock.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from firmware_sim.core.packet import Packet
from firmware_sim.core.replay import BadRecording, Replay, read_recording
from firmware_sim.link import DeviceLink
from kernel.instants import DAY, HOUR, SECOND
from wire.datagram import LARGEST_DATAGRAM
from wire.senml import Record, encode_senml_cbor

TICK_S = 0.1
"""Wall time between two passes of a paced play."""
STRIDE = HOUR
"""Simulated time of one pass when a play is not paced: progress shows, and memory stays small."""
_REPLAY_STRIDE = DAY  # recordings are sparse, and fill a datagram only after many hours

Progress = Callable[[int], None]
"""Told the simulated instant up to which everything was sent."""


class Source(Protocol):
    """What can be played: a `Simulation` or a `Replay`."""

    start: int

    def advance(self, until: int) -> list[Packet]:
        """The packets after the last call, up to and including `until`."""
        ...


def datagrams(packets: Iterable[Packet]) -> Iterator[tuple[bytes, int]]:
    """The datagrams for `packets`, each with the number of readings in it.

    A datagram holds records of one device, those of one series together in order of time, and as
    many as fit into `LARGEST_DATAGRAM` bytes.
    """
    devices: dict[str, list[Record]] = {}
    for packet in packets:
        records = devices.setdefault(packet.device, [])
        for quantity, unit, at, value in packet.records:
            records.append(Record(packet.device, quantity, unit, at, value))
    for records in devices.values():
        records.sort(key=lambda record: (record.quantity, record.unit, record.time))
        yield from _fitting(records)


def _fitting(records: Sequence[Record]) -> Iterator[tuple[bytes, int]]:
    if not records:
        return
    datagram = encode_senml_cbor(records)
    pieces = math.ceil(len(datagram) / LARGEST_DATAGRAM)
    if pieces == 1:
        yield datagram, len(records)
        return
    if len(records) == 1:
        raise ValueError(f"one reading of {records[0].sensor!r} does not fit into a datagram")
    size = math.ceil(len(records) / pieces)
    for first in range(0, len(records), size):
        yield from _fitting(records[first : first + size])


async def play_until(source: Source, link: DeviceLink, until: int) -> int:
    """Send what `source` has up to and including `until`; the number of readings sent.

    Waits only while the link's window is full.
    """
    readings = 0
    for datagram, count in datagrams(source.advance(until)):
        await link.send(datagram, count)
        readings += count
    return readings


async def play(
    source: Source,
    link: DeviceLink,
    speed: float,
    until: int,
    on_progress: Progress | None = None,
    *,
    stride: int = STRIDE,
) -> int:
    """Play `source` from its start to `until` (included); the number of readings sent.

    `speed` is simulated seconds a second, `math.inf` as fast as the gateway confirms, in passes of
    `stride` microseconds; `ValueError` when it is not positive. Returns when everything is sent;
    `link.drained` tells when it is confirmed. A play that falls behind the wall clock catches up.
    """
    if not speed > 0:
        raise ValueError(f"speed {speed} is not a positive number of simulated seconds a second")
    began = time.monotonic()
    reached, readings = source.start - 1, 0
    while reached < until:
        if speed == math.inf:
            reached = min(reached + stride, until)
        else:
            elapsed = (time.monotonic() - began) * speed * SECOND
            reached = int(min(source.start + elapsed, until))
        readings += await play_until(source, link, reached)
        if on_progress is not None:
            on_progress(reached)
        if reached < until:
            await asyncio.sleep(0 if speed == math.inf else _pause(until - reached, speed))
    return readings


async def replay(
    path: Path,
    link: DeviceLink,
    device: str,
    *,
    column: str,
    unit: str,
    time_column: str | None = None,
    start: int | None = None,
    speed: float = math.inf,
    on_progress: Progress | None = None,
) -> int:
    """Play the CSV at `path` as the temperature sensor `device`; the number of readings sent.

    `column`, `unit` and `time_column` are those of `read_recording`; the first reading is moved to
    the instant `start` when it is given. `BadRecording` names the file, the line and what is wrong;
    then nothing was sent.
    """
    source = open_replay(path, device, column=column, unit=unit, time_column=time_column, start=start)
    return await play(source, link, speed, source.end, on_progress, stride=_REPLAY_STRIDE)


def open_replay(
    path: Path,
    device: str,
    *,
    column: str,
    unit: str,
    time_column: str | None = None,
    start: int | None = None,
) -> Replay:
    """The CSV at `path` ready to be played; see `replay`."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            recording = read_recording(lines, column=column, unit=unit, time_column=time_column)
    except (BadRecording, UnicodeDecodeError) as error:
        raise BadRecording(f"{path}: {error}") from error
    return Replay(recording if start is None else recording.shifted(start), device)


def _pause(left: int, speed: float) -> float:
    return min(TICK_S, left / SECOND / speed)
