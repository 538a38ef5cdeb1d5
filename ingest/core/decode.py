"""From an MQTT message to readings in columns, or to the reason why that is impossible.

A frame is opened in two steps: one whose body is spoiled still has its numbers, so that it can be
parked, counted as dealt with, and never sent again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.core.sources import CONTRACT_SOURCES, FRAME, ORDERED, Source, matches
from kernel.instants import DAY
from wire.bundle import frames_of, is_bundle
from wire.chirpstack import decode_chirpstack
from wire.columns import Columns, Content, Malformed, RefusedRecord
from wire.fields import WORDS, Measured, word
from wire.frame import Thinned, decode_body, decode_envelope, decode_numbers
from wire.plain_json import FIELDS, decode_plain_json
from wire.plain_json_quick import read_lines
from wire.senml_json import decode_senml
from wire.sparkplug_b import Sparkplug
from wire.thingsboard import decode_thingsboard_gateway
from wire.topics import PREFIX, Topic, parse_topic

_TOGETHER = 256
_REMEMBERED_TOPICS = 65_536  # a sender repeats its topic with every message


class Message(NamedTuple):
    """What a broker delivered: `payload` on `topic`, which came at the instant `received_at`.

    `missing` bytes of the payload were not kept, because it was longer than anybody may send.
    """

    topic: str
    payload: bytes
    received_at: int
    missing: int = 0


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
    """A message that holds no readings we understand: a `code` for machines, a `reason` for people.

    Its numbers, when it has some, are dealt with all the same, so that its gateway lets go of it.
    """

    message: Message
    code: str
    reason: str
    batch: Batch | None = None
    thinned: Thinned | None = None


@dataclass(frozen=True, slots=True)
class Loose:
    """Readings of many messages without numbers: row i of `columns` came with `messages[source[i]]`.

    One reading a message is common among third parties; opened together they cost a fraction.
    """

    messages: tuple[Message, ...]
    columns: Columns
    source: NDArray[np.int64]


Opened = Decoded | Undecodable
_Reading = Callable[[Message], Content]
_Opening = Callable[[Message], Opened]


class Decoders:
    """Decodes what arrives on the topics of `sources`; of several that match, the first one counts.

    `subscriptions` are topic filters to subscribe to, and so are `ordered` ones, whose messages must
    come to one consumer, in their order. A message may hold `most` readings.
    """

    def __init__(self, sources: Iterable[Source] = CONTRACT_SOURCES, most: int = 100_000) -> None:
        self._most = most
        self._served = [(source, _opening(source)) for source in sources]
        self._found = lru_cache(_REMEMBERED_TOPICS)(self._find)
        self.subscriptions = _filters(one for one, _ in self._served if one.format not in ORDERED)
        self.ordered = _filters(one for one, _ in self._served if one.format in ORDERED)

    def decode_all(self, messages: Sequence[Message]) -> tuple[list[Opened], list[Loose]]:
        """All of `messages`: opened together where they can be, one by one where they have to be."""
        alike: list[Message] = []
        opened: list[Opened] = []
        for message in messages:
            if not message.missing and self._found(message.topic) is _PLAIN:
                alike.append(message)
            else:
                opened += map(self.decode, _apart(message))
        loose: list[Loose] = []
        for start in range(0, len(alike), _TOGETHER):
            part = tuple(alike[start : start + _TOGETHER])
            together = _open_together(part) if len(part) > 1 else None
            if together is None:
                opened += map(self.decode, part)
            else:
                loose.append(together)
        return opened, loose

    def decode(self, message: Message) -> Opened:
        """The readings of `message`, in the format that its topic promises."""
        if message.missing:
            return _too_large(message, parse_topic(message.topic))
        try:
            opened = self._found(message.topic)(message)
            return _too_many(opened, self._most) if _readings(opened) > self._most else opened
        except Malformed as error:
            return Undecodable(message, "undecodable", str(error))
        except Exception as error:  # one message that finds a fault of ours must not stop all others
            fault = f"our decoder failed on it, please report that: {type(error).__name__}: {error}"
            return Undecodable(message, "undecodable", fault)

    def _find(self, topic: str) -> _Opening:
        """What opens a message on `topic`; our own topics must be well-formed to the last name."""
        ours = parse_topic(topic)
        if ours is None and topic.startswith(f"{PREFIX}/"):
            return _unknown_topic
        for source, opening in self._served:
            if matches(source.filter, topic):
                return partial(_open_frame, ours) if source.format == FRAME and ours else opening
        return _unknown_topic


def _filters(sources: Iterable[Source]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.filter for source in sources))


def _unknown_topic(message: Message) -> Undecodable:
    return Undecodable(
        message,
        "unknown_topic",
        f"nothing is expected on topic {message.topic!r}: publish on coldbind/v1/SITE/DEVICE/json, or "
        "name the topic in the sources file",
    )


def _readings(opened: Opened) -> int:
    return len(opened.columns) if isinstance(opened, Decoded) else 0


def _apart(message: Message) -> Sequence[Message]:
    """The messages that travelled as `message`: a gateway may bundle frames.

    A bundle that is none is left as it is, to be parked.
    """
    if not is_bundle(message.payload):
        return (message,)
    topic = parse_topic(message.topic)
    if topic is None or topic.kind != "data":
        return (message,)
    try:
        frames = frames_of(message.payload, cut=bool(message.missing))
    except Malformed:
        return (message,)
    return [message._replace(payload=frame.payload, missing=frame.missing) for frame in frames]


def _too_many(opened: Opened, most: int) -> Undecodable:
    why = f"the message holds {_readings(opened)} readings, more than {most}: send smaller batches"
    return Undecodable(opened.message, "too_large", why, opened.batch, opened.thinned)


def _too_large(message: Message, topic: Topic | None) -> Undecodable:
    length = len(message.payload) + message.missing
    batch = None
    if topic is not None and topic.kind == "data":
        with suppress(Malformed):
            batch = Batch(topic.site, topic.sender, *decode_numbers(message.payload))
    return Undecodable(
        message,
        "too_large",
        f"the message has {length} bytes, of which the first {len(message.payload)} are kept: send "
        "smaller ones, or raise COLDBIND_MAX_PAYLOAD_KB",
        batch,
    )


def _open_frame(topic: Topic, message: Message) -> Opened:
    batch = thinned = None
    try:
        if is_bundle(message.payload):
            return _spoiled_bundle(message)
        envelope = decode_envelope(message.payload)
        batch = Batch(topic.site, topic.sender, envelope.epoch, envelope.seq)
        thinned = envelope.thinned
        believable = envelope.published_at < message.received_at + DAY
        published_at = envelope.published_at if believable else None
        columns = decode_body(envelope.body)
        return Decoded(message, columns, batch, published_at, envelope.taken_at, thinned)
    except Malformed as error:
        return Undecodable(message, "undecodable", str(error), batch, thinned)


def _spoiled_bundle(message: Message) -> Undecodable:
    """A bundle that could not be taken apart; its gateway gets no confirmation and sends it again."""
    try:
        frames_of(message.payload)
    except Malformed as error:
        return Undecodable(message, "undecodable", str(error))
    return Undecodable(message, "undecodable", "bundle: its frames came again one by one")


def _open_plain(message: Message) -> Decoded:
    content = decode_plain_json(message.payload, message.received_at)
    return Decoded(message, content.columns, refused=content.refused)


_PLAIN: _Opening = _open_plain


def _open_together(messages: tuple[Message, ...]) -> Loose | None:
    """The readings of plain JSON messages of one flawless record each; None when one is not."""
    received_at = np.array([message.received_at for message in messages], np.int64)
    found = read_lines([message.payload for message in messages], received_at)
    return Loose(messages, *found) if found else None


def _opening(source: Source) -> _Opening:
    """What opens the messages of `source`: its decoder with its words, and its prefix for sensors."""
    if source.format == "plain_json" and not source.fields and not source.sensor_prefix:
        return _PLAIN
    read = _reading(source)
    prefix = source.sensor_prefix

    def opened(message: Message) -> Decoded:
        content = read(message)
        columns = _prefixed(content.columns, prefix) if prefix else content.columns
        return Decoded(message, columns, refused=content.refused, requests=content.requests)

    return opened


def _reading(source: Source) -> _Reading:
    words = WORDS if not source.fields else _words(source)
    match source.format:
        case "plain_json":
            fields = FIELDS if not source.fields else _plain_fields(source)
            return lambda one: decode_plain_json(one.payload, one.received_at, fields)
        case "senml":
            return lambda one: decode_senml(one.payload, one.received_at)
        case "sparkplug_b":
            sparkplug = Sparkplug(words)
            return lambda one: sparkplug.decode(one.topic, one.payload, one.received_at)
        case "chirpstack":
            return lambda one: decode_chirpstack(one.payload, one.received_at, words)
        case "thingsboard_gateway":
            return lambda one: decode_thingsboard_gateway(one.payload, one.received_at, words)
        case _:
            return _no_readings


def _no_readings(message: Message) -> Content:
    raise Malformed(f"frames come on {PREFIX}/SITE/GATEWAY/data, not on {message.topic!r}")


def _words(source: Source) -> Mapping[str, Measured]:
    own = {word(name): measured for name, measured in source.fields}
    return {name: one for name, one in (WORDS | own).items() if one is not None}


def _plain_fields(source: Source) -> Mapping[str, tuple[str, str]]:
    return {name: one for name, one in (FIELDS | dict(source.fields)).items() if one is not None}


def _prefixed(columns: Columns, prefix: str) -> Columns:
    names = tuple(name._replace(sensor=prefix + name.sensor) for name in columns.names)
    return Columns(names, columns.index, columns.times, columns.values, columns.flagged)


CONTRACT = Decoders()
"""Decodes what comes on our own topics."""
