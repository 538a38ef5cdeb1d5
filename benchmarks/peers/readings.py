"""The readings of the race as MQTT packets, made before the clock starts.

One reading a message as plain JSON, or a hundred of them in our frame: the same rows either way, over
the same eight connections, each sensor always by the same one.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.frames import FRAME, SAMPLES, frame, sensors
from kernel.instants import moment
from wire.columns import Columns
from wire.frame import encode_body, encode_frame
from wire.mqtt import V311, publish

CONNECTIONS = 8
BATCH = 100
"""Readings in a batch: every sensor of a gateway, five times."""
_GATEWAYS = FRAME // BATCH
_QOS_1 = b"\x32"
_LARGEST_MID = 0xFFFF

Message = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Singles:
    """One reading a message, those of the frames from `first` on, on PREFIX/SENSOR/json."""

    prefix: str
    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class Batches:
    """The same in batches of 100, numbered from 1 on within `epoch`, on PREFIX/edge-N/data."""

    prefix: str
    first: int
    frames: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Train:
    """Packets for one connection, one after the other in `data`; packet n ends at `ends[n + 1]`."""

    data: bytes = field(repr=False)
    ends: list[int] = field(repr=False)

    @property
    def packets(self) -> int:
        """How many there are."""
        return len(self.ends) - 1


@dataclass(frozen=True, slots=True)
class Last:
    """The readings that each gateway sends last: once they are stored, so is what was before."""

    sensors: list[str]
    times: list[int]


def trains(order: Singles | Batches) -> list[Train]:
    """What each connection is to send."""
    dealt: list[list[Message]] = [[] for _ in range(CONNECTIONS)]
    messages = _singles(order) if isinstance(order, Singles) else _batches(order)
    for turn, message in messages:
        dealt[turn % CONNECTIONS].append(message)
    return [_train(part) for part in dealt]


def last(first: int, frames: int) -> Last:
    """The last reading of every gateway, and so of every connection."""
    columns = frame(first + frames - 1)
    names = sensors()[-_GATEWAYS:]
    return Last(names, columns.times[-_GATEWAYS:].tolist())


def single(sensor: str, at: int, value: float) -> bytes:
    """One reading as plain JSON; its time has milliseconds, which everybody here can read."""
    written = moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f'{{"sensor":"{sensor}","ts":"{written}","temp":{value}}}'.encode()


def _singles(order: Singles) -> Iterator[tuple[int, Message]]:
    names = sensors()
    for number in range(order.first, order.first + order.frames):
        columns = frame(number)
        rows = zip(columns.index.tolist(), columns.times.tolist(), columns.values.tolist(), strict=True)
        for index, at, value in rows:
            name = names[int(index)]
            yield index, (f"{order.prefix}/{name}/json", single(name, at, value))


def _batches(order: Batches) -> Iterator[tuple[int, Message]]:
    for seq, number in enumerate(range(order.first, order.first + order.frames), start=1):
        columns = frame(number)
        for gateway in range(_GATEWAYS):
            now = time.time_ns() // 1000
            body = encode_body(_of_gateway(columns, gateway))
            payload = encode_frame(order.epoch, seq, now, body, taken_at=now)
            yield gateway, (f"{order.prefix}/edge-{gateway}/data", payload)


def _of_gateway(columns: Columns, gateway: int) -> Columns:
    rows = columns.pick(columns.index % _GATEWAYS == gateway)
    index = np.tile(np.arange(BATCH // SAMPLES, dtype=np.uint32), SAMPLES)
    return Columns(columns.names[gateway::_GATEWAYS], index, rows.times, rows.values)


def _train(messages: list[Message]) -> Train:
    """At QoS 1 a message's number stands between topic and payload; otherwise the packets are alike."""
    packets = [
        _QOS_1 + publish(topic, (n % _LARGEST_MID + 1).to_bytes(2, "big") + payload, V311)[1:]
        for n, (topic, payload) in enumerate(messages)
    ]
    ends = np.cumsum([0, *map(len, packets)]).tolist()
    return Train(b"".join(packets), ends)
