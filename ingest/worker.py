"""The ingest loop: a group of messages, one transaction, and only then the acknowledgements.

Killed anywhere before the commit, nothing happened and the broker sends the group again; killed after
it, the numbers of the batches tell that the group is stored already.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from ingest import store
from ingest.core.decode import Batch, Decoded, Message, Undecodable, decode
from ingest.core.distinct import distinct
from ingest.core.due import due
from ingest.core.group import Group, gather
from ingest.core.parking import Parked, park_contradictions, park_faults, park_message, park_refused
from ingest.core.registry import Registry
from ingest.core.screen import screen
from ingest.mailbox import Delivery
from ingest.settings import IngestSettings
from ingest.store import CommittedEpoch
from ingest.subscription import Subscription
from storage.database import Database, Transaction
from storage.errors import StorageError, Unavailable
from wire.ack import Ack, encode_ack
from wire.topics import Topic

_PATIENCE = 0.5  # seconds between two looks at the stop signal

_log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a group: records `stored` and `parked`, and what its gateways are to hear.

    `acks` holds for each ack topic and epoch the confirmation of everything stored by now. `stored`
    counts the readings left after repetitions in the group; the database may have had some before.
    """

    stored: int = 0
    parked: int = 0
    acks: dict[tuple[str, int], Ack] = field(default_factory=dict[tuple[str, int], Ack])

    def then(self, later: "Committed") -> "Committed":
        """Both together; of two confirmations the later one counts."""
        return Committed(self.stored + later.stored, self.parked + later.parked, self.acks | later.acks)


class Ingest:
    """Stores what arrives over MQTT in `database`, exactly once."""

    def __init__(self, database: Database, settings: IngestSettings) -> None:
        self._database = database
        self._settings = settings
        self._registry: Registry | None = None

    def run(self, stop: threading.Event, on_ready: Callable[[], None] | None = None) -> None:
        """Work until `stop` is set. Outages of the broker or the database are waited out.

        `on_ready` is called each time the broker has confirmed the subscriptions.
        """
        with Subscription(self._settings, on_ready) as subscription:
            while not stop.is_set():
                group = subscription.mailbox.take(self._settings.group, _PATIENCE)
                committed = self._commit_patiently(group, stop) if group else None
                if committed is not None:
                    subscription.acknowledge(group)
                    subscription.publish(
                        (topic, encode_ack(ack)) for (topic, _), ack in committed.acks.items()
                    )

    def commit_group(self, messages: Sequence[Message]) -> Committed:
        """Store or park all of `messages`; when this returns they are committed.

        Raises `Unavailable` when the database is away, other `StorageError` when it takes nothing at
        all; calling again with the same messages is always right.
        """
        opened = [decode(message) for message in messages]
        return self._commit(opened)

    def _commit_patiently(self, group: list[Delivery], stop: threading.Event) -> Committed | None:
        """Commit `group`, however long the database is away; None when stopped before that."""
        messages = [delivery.message for delivery in group]
        pause = self._settings.retry_first_s
        failed = False
        while not stop.is_set():
            try:
                committed = self.commit_group(messages)
            except StorageError as error:
                if not failed:
                    _log.error(
                        "nothing can be stored; trying again", reason=str(error), kept=len(group)
                    )
                failed = True
                stop.wait(pause)
                pause = min(2 * pause, self._settings.retry_longest_s)
            else:
                if failed:
                    _log.info("storing again", records=committed.stored)
                return committed
        return None

    def _commit(self, opened: Sequence[Decoded | Undecodable]) -> Committed:
        try:
            return self._database.attempt(lambda transaction: self._store(transaction, opened))
        except Unavailable:
            raise
        except StorageError as error:
            return self._commit_apart(opened, error)

    def _commit_apart(self, opened: Sequence[Decoded | Undecodable], error: StorageError) -> Committed:
        """Find the message that the database refuses by halves, park it, and store the rest."""
        if len(opened) > 1:
            middle = len(opened) // 2
            return self._commit(opened[:middle]).then(self._commit(opened[middle:]))
        refused = opened[0]
        _log.warning("the database refused a message", topic=refused.message.topic, reason=str(error))
        parked = park_refused(refused.message, str(error))
        return self._database.attempt(
            lambda transaction: self._finish(transaction, [parked], _batches(opened), stored=0)
        )

    def _store(self, transaction: Transaction, opened: Sequence[Decoded | Undecodable]) -> Committed:
        """One transaction's work on messages that have been opened."""
        batches = _batches(opened)
        done = store.lock_batches(transaction, batches) if batches else set[Batch]()
        fresh = _not_yet_committed(opened, done)
        parked = [park_message(message) for message in fresh if isinstance(message, Undecodable)]
        group = gather([message for message in fresh if isinstance(message, Decoded)])
        screened = screen(group, self._known(transaction, group), self._settings.future_tolerance)
        parked += park_faults(group, screened, self._settings.future_tolerance)
        rows, repeated = distinct(screened.rows)
        parked += park_contradictions(group, repeated)
        if len(rows):
            contradicting = store.store_readings(transaction, rows)
            parked += park_contradictions(group, contradicting)
            store.mark_due(transaction, due(group, rows), told=not len(contradicting))
        return self._finish(transaction, parked, batches, stored=len(rows))

    def _finish(
        self, transaction: Transaction, parked: list[Parked], batches: set[Batch], *, stored: int
    ) -> Committed:
        if parked:
            store.park(transaction, parked)
        epochs = store.commit_batches(transaction, batches) if batches else []
        records = sum(one.records for one in parked)
        return Committed(stored, records, dict(_confirmation(epoch) for epoch in epochs))

    def _known(self, transaction: Transaction, group: Group) -> Registry:
        """The registry, including what was registered up to now of the names in `group`."""
        if self._registry is None:
            self._registry = Registry(store.all_series(transaction))
        sensors = {name.sensor for name in self._registry.unknown(group.names)}
        if sensors:
            self._registry.add(store.series_of(transaction, sensors))
        return self._registry


def _batches(opened: Sequence[Decoded | Undecodable]) -> set[Batch]:
    return {message.batch for message in opened if message.batch is not None}


def _not_yet_committed(
    opened: Sequence[Decoded | Undecodable], done: set[Batch]
) -> list[Decoded | Undecodable]:
    """Each batch once, those in `done` not at all, and everything without a number."""
    seen = set(done)
    fresh: list[Decoded | Undecodable] = []
    for message in opened:
        if message.batch is None:
            fresh.append(message)
        elif message.batch not in seen:
            seen.add(message.batch)
            fresh.append(message)
    return fresh


def _confirmation(epoch: CommittedEpoch) -> tuple[tuple[str, int], Ack]:
    topic = str(Topic(epoch.site, epoch.gateway, "ack"))
    ranges = tuple((first, last) for first, last in reversed(epoch.newest))
    return (topic, epoch.epoch), Ack(epoch.epoch, ranges)
