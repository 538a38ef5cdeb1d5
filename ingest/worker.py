"""The ingest loop: a group of messages, one transaction, and only then the acknowledgements.

Killed anywhere before the commit, nothing happened and the broker sends the group again; killed after
it, the numbers of the batches tell that the group is stored already.
"""

import threading
from collections.abc import Callable, Sequence
from itertools import chain

import structlog

from ingest.core.decode import CONTRACT, Decoders, Loose, Message
from ingest.core.registry import Registry
from ingest.mailbox import Delivery
from ingest.metrics import IngestMetrics
from ingest.path import Committed, Limits, Opened, refuse_message, store_group
from ingest.settings import IngestSettings
from ingest.subscription import Subscription
from storage.database import Database
from storage.errors import StorageError, Unavailable
from wire.ack import encode_ack

_PATIENCE = 0.5  # seconds between two looks at the stop signal

_log = structlog.stdlib.get_logger()


class Ingest:
    """Stores what arrives over MQTT in `database`, exactly once."""

    def __init__(
        self,
        database: Database,
        settings: IngestSettings,
        decoders: Decoders = CONTRACT,
        metrics: IngestMetrics | None = None,
    ) -> None:
        self._metrics = metrics or IngestMetrics()
        self._database = database
        self._settings = settings
        self._decoders = decoders
        self._limits = Limits(settings.future_tolerance, settings.late_after)
        self._registry = Registry()

    def run(self, stop: threading.Event, on_ready: Callable[[], None] | None = None) -> None:
        """Work until `stop` is set. Outages of the broker or the database are waited out.

        `on_ready` is called each time the broker has confirmed the subscriptions.
        """
        topics, ordered = self._decoders.subscriptions, self._decoders.ordered
        with Subscription(self._settings, on_ready, topics, ordered) as subscription:
            self._metrics.watch(subscription)
            while not stop.is_set():
                group = subscription.mailbox.take(self._settings.group, _PATIENCE)
                committed = self._commit_patiently(group, stop) if group else None
                if committed is not None:
                    subscription.acknowledge(group)
                    acks = ((topic, encode_ack(ack)) for (topic, _), ack in committed.acks.items())
                    subscription.publish(chain(acks, committed.requests))

    def commit_group(self, messages: Sequence[Message]) -> Committed:
        """Store or park all of `messages`; when this returns they are committed.

        Raises `Unavailable` when the database is away, other `StorageError` when it takes nothing at
        all; calling again with the same messages is always right.
        """
        return self._commit(*self._decoders.decode_all(messages))

    def _commit_patiently(self, group: list[Delivery], stop: threading.Event) -> Committed | None:
        """Commit `group`, however long the database is away; None when stopped before that."""
        opened, loose = self._decoders.decode_all([delivery.message for delivery in group])
        pause = self._settings.retry_first_s
        failed = False
        while not stop.is_set():
            try:
                committed = self._commit(opened, loose)
            except StorageError as error:
                if not failed:
                    self._metrics.outage()
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

    def _commit(self, opened: Sequence[Opened], loose: Sequence[Loose] = ()) -> Committed:
        try:
            with self._metrics.transaction():
                committed = self._database.attempt(
                    lambda transaction: store_group(
                        transaction, opened, loose, self._registry, self._limits
                    )
                )
        except Unavailable:
            raise
        except StorageError as error:
            return self._commit_apart(opened, loose, error)
        self._metrics.committed(len(opened) + sum(len(one.messages) for one in loose), committed)
        return committed

    def _commit_apart(
        self, opened: Sequence[Opened], loose: Sequence[Loose], error: StorageError
    ) -> Committed:
        """Find the message that the database refuses by halves, park it, and store the rest."""
        if loose:
            strangers = [message for one in loose for message in one.messages]
            return self._commit([*opened, *map(self._decoders.decode, strangers)])
        if len(opened) > 1:
            middle = len(opened) // 2
            return self._commit(opened[:middle]).then(self._commit(opened[middle:]))
        (refused,) = opened
        _log.warning("the database refused a message", topic=refused.message.topic, reason=str(error))
        with self._metrics.transaction():
            committed = self._database.attempt(
                lambda transaction: refuse_message(transaction, refused, str(error))
            )
        self._metrics.committed(1, committed)
        return committed
