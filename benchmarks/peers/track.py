"""What all laps of a race stand on, and what a lap is measured by.

The clock runs from the first message until the last reading is committed; the product's also until
nothing is due any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.accounts import Accounts
from benchmarks.ground import Ground
from benchmarks.peers.publisher import Publisher
from benchmarks.peers.tally import Count
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Track:
    """Servers, the product's database, and the publisher everybody listens to."""

    on: Ground
    database: Database
    publisher: Publisher

    def accounts(self, consumers: Mapping[str, int]) -> Accounts:
        """Count the processor time of everybody from now on."""
        return Accounts(
            {
                "publisher": self.publisher.pid,
                "broker": self.on.broker,
                **consumers,
                "database": self.on.postgres,
            }
        )


@dataclass(frozen=True, slots=True)
class Lap:
    """`readings` took `seconds` and `cpu` processor seconds by process; `rss` are peaks in MiB."""

    readings: int
    seconds: float
    cpu: dict[str, float]
    rss: dict[str, float]
    count: Count

    @property
    def rate(self) -> float:
        """Readings a second that arrived, each counted once."""
        return (self.readings - self.count.lost) / self.seconds
