"""What ingest must be told: which broker, under which name, and how much it may take at once."""

import ssl
from dataclasses import dataclass, field

from ingest.mailbox import GroupLimits
from kernel.instants import SECOND
from wire.broker import Broker, parse_broker

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """Everything `Ingest` needs; a value that cannot work is a `ValueError`.

    `client_id` names the session in which the broker keeps messages while ingest is away: it stays
    the same over restarts, and no two ingests share one. A reading's time may lie `future_tolerance_s`
    seconds after its arrival; one that comes `late_after_s` seconds after its time
    is late. One transaction takes about `group_bytes` of payload or `group_messages`
    messages, and waits `linger_s` for company. `queue_bytes` bounds what waits in memory. While the
    database is away it is tried again after `retry_first_s`, then in growing steps up to
    `retry_longest_s`. `tls` says whom to trust and who we are at an mqtts:// broker; the machine's own
    authorities when None.

    All ingests that name the same `share` divide the messages among them (MQTT 5); just one of them
    is `ordered` and takes the topics that only make sense in order. Of a message over
    `largest_payload` bytes only the beginning is kept, and parked.
    """

    mqtt_url: str = field(repr=False)
    client_id: str = "coldbind-ingest"
    future_tolerance_s: float = 300
    late_after_s: float = 900
    group_bytes: int = 1 * _MIB
    group_messages: int = 10_000
    linger_s: float = 0.01
    queue_bytes: int = 64 * _MIB
    retry_first_s: float = 0.1
    retry_longest_s: float = 10
    reconnect_longest_s: int = 10
    tls: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    share: str = ""
    ordered: bool = True
    largest_payload: int = 1 * _MIB

    def __post_init__(self) -> None:
        parse_broker(self.mqtt_url)
        if not self.client_id:
            raise ValueError("the client id is empty: the broker could not keep messages for it")
        for amount in (
            "group_bytes",
            "group_messages",
            "queue_bytes",
            "retry_first_s",
            "largest_payload",
        ):
            if getattr(self, amount) <= 0:
                raise ValueError(f"{amount} is {getattr(self, amount)}: it must be more than 0")
        if any(sign in self.share for sign in "/+#"):
            raise ValueError(
                f"the share {self.share!r} contains one of / + #, which MQTT does not allow"
            )

    @property
    def broker(self) -> Broker:
        """The broker of `mqtt_url`."""
        return parse_broker(self.mqtt_url)

    @property
    def group(self) -> GroupLimits:
        """How much goes into one transaction."""
        return GroupLimits(self.group_bytes, self.group_messages, self.linger_s)

    @property
    def future_tolerance(self) -> int:
        """How far ahead a clock may be, in microseconds."""
        return round(self.future_tolerance_s * SECOND)

    @property
    def late_after(self) -> int:
        """How long after its time a reading may come without being late, in microseconds."""
        return round(self.late_after_s * SECOND)
