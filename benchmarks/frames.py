"""The readings of the path benchmark, and a gateway that is nothing but a publisher.

Frames are made before the clock starts. The publisher numbers them, keeps at most `WINDOW` of them
unconfirmed in flight as the real gateway does, and is done when the centre has confirmed them all.
"""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Protocol

import numpy as np
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from benchmarks.ground import GATEWAY, SITE
from kernel.instants import MINUTE, instant, parse_moment
from wire.ack import decode_ack
from wire.broker import parse_broker
from wire.columns import Columns, SeriesName
from wire.frame import encode_body, encode_frame
from wire.topics import Topic

START = instant(parse_moment("2026-03-01T00:00:00Z"))
STEP = MINUTE
"""Each sensor measures once a minute, each at its own moment of the minute."""
SERIES = 200
SAMPLES = 5
"""Readings of each series in a frame."""
FRAME = SERIES * SAMPLES
WINDOW = 256
"""The real gateway's."""
_PATIENCE = 120.0
_NAMES = tuple(SeriesName(f"room-{n:03}", "temperature", "Cel") for n in range(SERIES))


def sensors() -> list[str]:
    """The names of the sensors that measure."""
    return [name.sensor for name in _NAMES]


def frame(number: int) -> Columns:
    """The readings of the frame with this number: 5 minutes of every sensor, in order of time.

    All values lie within 2 to 8 degC, so that nothing is beyond a limit; each is different.
    """
    row = np.arange(FRAME)
    index = (row % SERIES).astype(np.uint32)
    sample = number * SAMPLES + row // SERIES
    times = START + sample * STEP + index * (STEP // SERIES)
    noise = np.random.default_rng(number).normal(0, 0.2, FRAME)
    values = np.round(5 + np.sin(sample / 90 + index) + noise.clip(-1, 1), 2)
    return Columns(_NAMES, index, times.astype(np.int64), values.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Plan:
    """Publish `frames` frames from number `first` on, numbered from 1 within `epoch`."""

    epoch: int
    first: int
    frames: int


class Line(Protocol):
    """One end of the pipe between benchmark and publisher."""

    def send(self, obj: object, /) -> None:
        """Hand something over."""
        ...

    def recv(self) -> object:
        """Wait for what the other side hands over."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """When the first frame was published and the last one confirmed (`time.monotonic`)."""

    began: float
    confirmed: float


@dataclass(slots=True)
class Gateway:
    """The publisher, seen from the benchmark."""

    pid: int
    line: "Line" = field(repr=False)

    def prepare(self, plan: Plan) -> None:
        """Let it make its frames; returns when it is ready to send."""
        self.line.send(plan)
        self.line.recv()

    def publish(self) -> Sent:
        """Let it send what it prepared; returns when everything is confirmed."""
        self.line.send(True)
        sent = self.line.recv()
        assert isinstance(sent, Sent)
        return sent


@contextmanager
def gateway(mqtt_url: str) -> Generator[Gateway]:
    """A publisher in a process of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(mqtt_url, theirs), daemon=True)
    process.start()
    theirs.close()  # so that nobody waits for a publisher that is gone
    assert process.pid is not None
    try:
        yield Gateway(process.pid, ours)
    finally:
        ours.send(None)
        process.join(10)
        process.kill()


def _serve(mqtt_url: str, line: "Line") -> None:
    publisher = Publisher(mqtt_url)
    while isinstance(plan := line.recv(), Plan):
        bodies = [encode_body(frame(plan.first + n)) for n in range(plan.frames)]
        line.send(True)
        line.recv()
        line.send(publisher.publish(plan.epoch, bodies))
    publisher.close()


class Publisher:
    """A paho client that sends frames and counts confirmations."""

    def __init__(self, mqtt_url: str) -> None:
        self._epoch = 0
        self._confirmed = 0
        self._changed = threading.Condition()
        self._ready = threading.Event()
        broker = parse_broker(mqtt_url)
        self._client = Client(
            CallbackAPIVersion.VERSION2, "bench-gateway", protocol=MQTTProtocolVersion.MQTTv311
        )
        self._client.username_pw_set(broker.username, broker.password)
        self._client.max_inflight_messages_set(WINDOW)
        self._client.on_message = self._heard
        self._client.on_subscribe = self._subscribed
        self._client.connect(broker.host, broker.port)
        self._client.subscribe(str(Topic(SITE, GATEWAY, "ack")), qos=1)
        self._client.loop_start()
        if not self._ready.wait(_PATIENCE):
            raise TimeoutError("the broker did not confirm the subscription")

    def publish(self, epoch: int, bodies: list[bytes]) -> Sent:
        """Send all of `bodies`; returns when the centre has confirmed the last one."""
        topic = str(Topic(SITE, GATEWAY, "data"))
        with self._changed:
            self._epoch, self._confirmed = epoch, 0
        began = time.monotonic()
        for seq, body in enumerate(bodies, start=1):
            self._wait_until(seq - WINDOW)
            now = time.time_ns() // 1000
            payload = encode_frame(epoch, seq, now, body, taken_at=now)
            self._client.publish(topic, payload, qos=1)
        self._wait_until(len(bodies))
        return Sent(began, time.monotonic())

    def close(self) -> None:
        """Say farewell to the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _wait_until(self, confirmed: int) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._confirmed >= confirmed, _PATIENCE):
                raise TimeoutError(f"{self._confirmed} frames confirmed after {_PATIENCE} s")

    def _subscribed(self, *_: object) -> None:
        self._ready.set()

    def _heard(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        ack = decode_ack(bytes(message.payload))
        with self._changed:
            if ack.epoch == self._epoch:
                self._confirmed = sum(last - first + 1 for first, last in ack.committed)
                self._changed.notify_all()
