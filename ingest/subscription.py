"""What we listen to: a thread of its own receives, and messages wait in a mailbox.

Nothing is acknowledged by itself. The session outlives the connection, so what was not acknowledged
comes again; a message number means something only in the connection it came by.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import structlog

from ingest.connection import Connection
from ingest.core.decode import Message
from ingest.line import Line, Refused
from ingest.mailbox import Delivery, Mailbox
from ingest.settings import IngestSettings
from wire.columns import Malformed
from wire.mqtt import V5, V311, Login, Published, Subscribed
from wire.topics import SUBSCRIPTIONS

_CONNECT_WITHIN = 5.0
_TURN = 1.0
_FIRST_PAUSE = 0.5
_GATHER = 0.001
"""Seconds between two looks at the socket: many messages at a time cost a fraction of one by one."""

_log = structlog.stdlib.get_logger()


class Subscription:
    """Receives `topics` into `mailbox` while open, over any number of connections.

    With a share in the settings the messages are divided among all who name the same one, except those
    on `ordered` topics, whose meaning depends on what came before. A broker without MQTT 5 sends
    everything to each. `on_ready` is called each time the broker has confirmed the subscriptions.
    """

    def __init__(
        self,
        settings: IngestSettings,
        on_ready: Callable[[], None] | None = None,
        topics: Sequence[str] = SUBSCRIPTIONS,
        ordered: Sequence[str] = (),
    ) -> None:
        self.mailbox = Mailbox(settings.queue_bytes, self._wake)
        self._settings = settings
        self._on_ready = on_ready
        self._topics, self._ordered = tuple(topics), tuple(ordered)
        self._version = V5 if settings.share else V311
        self._line: Line | None = None
        self._session = 0
        self._turn = threading.Lock()
        self._complained = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broker-line", daemon=True)

    def __enter__(self) -> "Subscription":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.mailbox.close()
        self._wake()
        self._thread.join()

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that `deliveries` are dealt with.

        Those of an ended connection are left alone: the broker sends them again, and their numbers
        may by now mean other messages.
        """
        with self._turn:
            if self._line is not None:
                session = self._session
                self._line.acknowledge(
                    [mid for _, mid, heard_in in deliveries if mid and heard_in == session]
                )

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send each (topic, payload); without a connection they are dropped: nobody could hear."""
        with self._turn:
            if self._line is not None:
                for topic, payload in messages:
                    self._line.publish(topic, payload)

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._line is not None

    def filters(self) -> list[str]:
        """What the broker is asked for."""
        if self._version == V311:
            return [*self._topics, *self._ordered]
        shared = [f"$share/{self._settings.share}/{topic}" for topic in self._topics]
        return [*shared, *(self._ordered if self._settings.ordered else ())]

    def _wake(self) -> None:
        with self._turn:
            if self._line is not None:
                self._line.wake()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closing.is_set():
            session = self._session
            try:
                self._connect_and_listen()
            except Refused as refusal:
                self._reconsider(refusal)
            except (OSError, Malformed) as failure:
                self._complain(f"the connection failed ({str(failure) or type(failure).__name__})")
            except Exception:  # the only way in: whatever it stumbles over, it is made anew
                _log.exception("the line to the MQTT broker stumbled")
            if self._session > session:
                pause = _FIRST_PAUSE
            self._closing.wait(pause)
            pause = min(2 * pause, self._settings.reconnect_longest_s)

    def _connect_and_listen(self) -> None:
        settings, broker = self._settings, self._settings.broker
        tls = (settings.tls or ssl.create_default_context()) if broker.tls else None
        login = Login(settings.client_id, broker.username, broker.password)
        with Connection(broker, tls, _CONNECT_WITHIN) as connection:
            line = Line(connection, login, self._version, settings.largest_payload)
            line.greet()
            self._begin(line)
            try:
                self._listen(line)
            finally:
                self._end()
            line.say_goodbye()

    def _begin(self, line: Line) -> None:
        with self._turn:
            self._session += 1
            self._line = line
        self._complained = False
        wanted = self.filters()
        line.subscribe(wanted, [one for one in (*self._topics, *self._ordered) if one not in wanted])
        _log.info("connected to the MQTT broker", broker=str(self._settings.broker))

    def _end(self) -> None:
        with self._turn:
            self._session += 1
            self._line = None

    def _listen(self, line: Line) -> None:
        while not self._closing.is_set():
            arrived = line.receive(_TURN, reading=not self.mailbox.full)
            if arrived.messages:
                self._take(arrived.messages)
                time.sleep(_GATHER)
            for answer in arrived.answers:
                if isinstance(answer, Subscribed):
                    self._report(answer)

    def _take(self, messages: list[Published]) -> None:
        now, session = time.time_ns() // 1000, self._session
        self.mailbox.put(
            [
                Delivery(Message(_text(topic), payload, now, length - len(payload)), mid, session)
                for topic, payload, mid, length in messages
            ]
        )

    def _report(self, answer: Subscribed) -> None:
        for topic, granted in zip(self.filters(), answer.granted, strict=False):
            if not granted:
                _log.error("the MQTT broker refuses a subscription: check its access list", topic=topic)
        if self._on_ready is not None:
            self._on_ready()

    def _reconsider(self, refusal: Refused) -> None:
        if refusal.other_version and self._version == V5:
            _log.warning("the broker speaks no MQTT 5: nothing is shared, every ingest gets everything")
            self._version = V311
        else:
            self._complain(str(refusal))

    def _complain(self, why: str) -> None:
        """Say once, until the next success, that the broker is not there."""
        if not self._complained:
            self._complained = True
            broker = str(self._settings.broker)
            _log.warning("no MQTT broker; trying again", broker=broker, reason=why)


@lru_cache(65_536)
def _text(topic: bytes) -> str:
    try:
        return topic.decode()
    except UnicodeDecodeError:
        return "(not UTF-8)"
