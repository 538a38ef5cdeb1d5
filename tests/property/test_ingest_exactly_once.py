"""Exactly once: however often, in whatever order and groups batches come, with commits cut off midway.

Some batches stand for older ones that a full spool thinned; some commits succeed and nobody hears it.
Batches travel alone or bundled, each time with others.

The model is a dictionary for the readings and a set for the numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

import numpy as np
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.core.decode import Message
from ingest.settings import IngestSettings
from ingest.worker import Committed, Ingest
from storage.database import Database
from storage.errors import StorageError, Unavailable
from wire.ack import Ack
from wire.bundle import encode_bundle
from wire.columns import Columns, SeriesName
from wire.frame import Thinned, encode_body, encode_frame

AT = 1_772_352_000_000_000
SENSORS = 3
NAMES = tuple(SeriesName(f"t{number}", "temperature", "Cel") for number in range(SENSORS))
STRANGER = SeriesName("stranger", "temperature", "Cel")


@dataclass(frozen=True)
class Sent:
    """A batch of one gateway; a spoiled one has a body that nobody can read."""

    gateway: str
    epoch: int
    seq: int
    readings: tuple[tuple[int, int], ...]
    spoiled: bool
    thinned: tuple[int, int] | None = None

    @property
    def stands_for(self) -> tuple[int, int]:
        """The numbers that are dealt with: a spoiled body does not spoil them."""
        return self.thinned or (self.seq, self.seq)

    def message(self) -> Message:
        columns = Columns(
            (*NAMES, STRANGER),
            np.array([sensor for sensor, _ in self.readings], np.uint32),
            np.array([AT + second * 1_000_000 for _, second in self.readings], np.int64),
            np.array([value(sensor, second) for sensor, second in self.readings]),
        )
        body = b"\xff" if self.spoiled else encode_body(columns)
        thinned = Thinned(*self.thinned, 100) if self.thinned else None
        frame = encode_frame(self.epoch, self.seq, AT, body, taken_at=AT - self.seq, thinned=thinned)
        return Message(f"coldbind/v1/dc1/{self.gateway}/data", frame, AT + 10**9)


Cut = Literal["before", "after"] | None
CUTS: tuple[Cut, ...] = (None, None, "before", "after")


@dataclass(frozen=True)
class Delivered:
    """What ingest gets at once; up to `together` batches of one gateway in a row share a message."""

    batches: tuple[Sent, ...]
    together: int
    cut: Cut

    def messages(self) -> list[Message]:
        found: list[Message] = []
        for _, run in groupby(self.batches, key=lambda batch: batch.gateway):
            alone = [batch.message() for batch in run]
            for begin in range(0, len(alone), self.together):
                part = alone[begin : begin + self.together]
                payload = encode_bundle([one.payload for one in part])
                found.append(part[0] if self.together == 1 else part[0]._replace(payload=payload))
        return found


def value(sensor: int, second: int) -> float:
    return sensor + second / 1000


@dataclass
class Model:
    """What must be in the database."""

    readings: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    numbers: set[tuple[str, int, int]] = field(default_factory=set[tuple[str, int, int]])
    thinned: set[tuple[str, int, int, int, int, int]] = field(
        default_factory=set[tuple[str, int, int, int, int, int]]
    )
    parked: int = 0

    def commit(self, group: Sequence[Sent]) -> None:
        stored, seen = set(self.numbers), set[tuple[str, int, int, int, int]]()
        for batch in group:
            first, last = batch.stands_for
            numbers = {(batch.gateway, batch.epoch, n) for n in (batch.seq, *range(first, last + 1))}
            key = (batch.gateway, batch.epoch, batch.seq, first, last)
            if numbers <= stored or key in seen:
                continue
            seen.add(key)
            self.numbers |= numbers
            if batch.spoiled:
                self.parked += 1
                continue
            if batch.thinned:
                self.thinned.add((*key, len(batch.readings)))
            self.parked += sum(sensor == SENSORS for sensor, _ in batch.readings)
            self.readings |= {
                (sensor, second): value(sensor, second)
                for sensor, second in batch.readings
                if sensor < SENSORS
            }

    def ack(self, gateway: str, epoch: int) -> Ack:
        ranges: list[tuple[int, int]] = []
        for seq in sorted(s for g, e, s in self.numbers if (g, e) == (gateway, epoch)):
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1] = (ranges[-1][0], seq)
            else:
                ranges.append((seq, seq))
        return Ack(epoch, tuple(ranges))


class CutOff(Database):
    """A database whose connection ends just before the commit, or just after it."""

    cut: Cut = None

    def attempt(self, work: Callable[..., Committed]) -> Committed:  # pyright: ignore[reportIncompatibleMethodOverride] # narrower on purpose: ingest's work returns Committed

        def cut_off(transaction: object) -> Committed:
            committed = work(transaction)
            if self.cut == "before":
                raise Unavailable("cut off before the commit")
            return committed

        committed = super().attempt(cut_off)
        if self.cut == "after":
            raise Unavailable("cut off after the commit")
        return committed


@st.composite
def sent_batches(draw: st.DrawFn) -> Sent:
    """A batch, that stands for older ones now and then."""
    batch = draw(plain_batches)
    if draw(st.integers(0, 2)):
        return batch
    first = draw(st.integers(1, batch.seq))
    last = draw(st.just(batch.seq) | st.integers(first, batch.seq))
    return replace(batch, thinned=(first, last))


plain_batches = st.builds(
    Sent,
    gateway=st.sampled_from(["gw1", "gw2"]),
    epoch=st.integers(1, 2),
    seq=st.integers(1, 8),
    readings=st.lists(st.tuples(st.integers(0, SENSORS), st.integers(0, 20)), max_size=8).map(tuple),
    spoiled=st.integers(0, 9).map(lambda draw: draw == 0),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Delivered]:
    """Groups that repeat a few batches at will, how they travel, where each commit is cut off."""
    pool = draw(
        st.lists(
            sent_batches(),
            min_size=1,
            max_size=10,
            unique_by=lambda one: (one.gateway, one.epoch, one.seq, one.thinned),
        )
    )
    group = st.lists(st.sampled_from(pool), min_size=1, max_size=6).map(tuple)
    delivered = st.builds(Delivered, group, st.integers(1, 4), st.sampled_from(CUTS))
    return draw(st.lists(delivered, min_size=1, max_size=6))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # one database serves all examples, each begins by emptying it
@given(history=histories())
def test_any_delivery_stores_every_batch_once(database_url: str, history: list[Delivered]) -> None:
    model = Model()
    database = CutOff(database_url)
    with psycopg.connect(database_url, autocommit=True) as looking, database:
        _begin(looking)
        ingest = Ingest(database, IngestSettings("mqtt://127.0.0.1"))
        for delivered in history:
            group, database.cut = delivered.batches, delivered.cut
            try:
                committed = ingest.commit_group(delivered.messages())
            except StorageError:
                assert database.cut
                if database.cut == "after":
                    model.commit(group)
                continue
            model.commit(group)
            assert committed.acks == {
                (f"coldbind/v1/dc1/{gateway}/ack", epoch): model.ack(gateway, epoch)
                for gateway, epoch in {(batch.gateway, batch.epoch) for batch in group}
            }
        assert _stored(looking) == model.readings
        assert _parked(looking) == model.parked
        assert _numbers(looking) == model.numbers
        assert _thinned(looking) == model.thinned


def _begin(looking: psycopg.Connection) -> None:
    looking.execute(
        "truncate telemetry.reading, telemetry.gateway_epoch, telemetry.gateway_clock, "
        "telemetry.clock_jump, telemetry.thinned, telemetry.parked, rules.due, rules.sensor_limits "
        "restart identity"
    )
    looking.execute("delete from telemetry.series")
    looking.execute("alter table telemetry.series alter series_id restart")
    for name in NAMES:
        looking.execute(
            "insert into telemetry.sensor (name) values (%s) on conflict do nothing", [name.sensor]
        )
        looking.execute(
            "insert into telemetry.series (sensor_id, quantity, unit) "
            "select sensor_id, 'temperature', 'Cel' from telemetry.sensor where name = %s",
            [name.sensor],
        )


def _stored(looking: psycopg.Connection) -> dict[tuple[int, int], float]:
    found = looking.execute(
        "select series_id, extract(epoch from time)::bigint, value from telemetry.reading"
    )
    return {(series - 1, second - AT // 1_000_000): stored for series, second, stored in found}


def _parked(looking: psycopg.Connection) -> int:
    (records,) = looking.execute(
        "select coalesce(sum(records * (1 + repeats)), 0) from telemetry.parked"
    ).fetchone() or (0,)
    return int(records)


def _thinned(looking: psycopg.Connection) -> set[tuple[str, int, int, int, int, int]]:
    found = looking.execute(
        "select gateway, epoch, seq, first_seq, last_seq, readings_left from telemetry.thinned "
        "where readings_before = 100"
    )
    return set(found)


def _numbers(looking: psycopg.Connection) -> set[tuple[str, int, int]]:
    found = looking.execute(
        "select gateway, epoch, seq from telemetry.gateway_epoch, unnest(committed) as number, "
        "generate_series(lower(number), upper(number) - 1) as seq"
    )
    return set(found)
