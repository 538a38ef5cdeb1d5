"""From an MQTT message to readings in columns, or to the reason why that is impossible.

A frame is opened in two steps: one whose body is spoiled still has its numbers, so that it can be
parked, counted as dealt with, and never sent again.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kernel.instants import DAY
from wire.columns import Columns, Malformed, RefusedRecord
from wire.frame import Thinned, decode_body, decode_envelope
from wire.plain_json import decode_plain_json
from wire.topics import parse_topic

_parsed = lru_cache(4096)(parse_topic)  # a sender repeats its topic with every message


@dataclass(frozen=True, slots=True)
class Message:
    """What a broker delivered: `payload` on `topic`, which came at the instant `received_at`."""

    topic: str
    payload: bytes
    received_at: int


class Batch(NamedTuple):
    """The numbers of a gateway's batch: `seq` counts within its `epoch`."""

    site: str
    gateway: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message's readings; what follows `columns` is known when a gateway numbered it.

    `taken_at` and `published_at` are its clock when the readings came in and when they were sent. A
    `published_at` that lies a day or more after the arrival comes from a broken clock: None. `thinned`
    tells which earlier batches this one stands for. `refused` are records that cannot be kept, and
    `requests` what is to be published in answer.
    """

    message: Message
    columns: Columns
    batch: Batch | None = None
    published_at: int | None = None
    taken_at: int | None = None
    thinned: Thinned | None = None
    refused: tuple[RefusedRecord, ...] = ()
    requests: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A message that holds no readings we understand: a `code` for machines, a `reason` for people."""

    message: Message
    code: str
    reason: str
    batch: Batch | None = None


def decode(message: Message) -> Decoded | Undecodable:
    """The readings of `message`, in the format that its topic promises."""
    topic = _parsed(message.topic)
    if topic is None or topic.kind not in ("data", "json"):
        return Undecodable(
            message,
            "unknown_topic",
            f"nothing is expected on topic {message.topic!r}: publish on coldbind/v1/SITE/DEVICE/json",
        )
    if topic.kind == "json":
        return _decode_json(message)
    return _decode_frame(message, topic.site, topic.sender)


def _decode_json(message: Message) -> Decoded | Undecodable:
    try:
        return Decoded(message, decode_plain_json(message.payload, message.received_at))
    except Malformed as error:
        return Undecodable(message, "undecodable", str(error))


def _decode_frame(message: Message, site: str, gateway: str) -> Decoded | Undecodable:
    batch = None
    try:
        envelope = decode_envelope(message.payload)
        batch = Batch(site, gateway, envelope.epoch, envelope.seq)
        believable = envelope.published_at < message.received_at + DAY
        published_at = envelope.published_at if believable else None
        columns = decode_body(envelope.body)
        return Decoded(message, columns, batch, published_at, envelope.taken_at, envelope.thinned)
    except Malformed as error:
        return Undecodable(message, "undecodable", str(error), batch)
