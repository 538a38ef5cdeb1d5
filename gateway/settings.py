"""What a gateway must be told: who it is, where it listens, which broker it serves, where it spools."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.batching import BatchLimits
from wire.broker import Broker, parse_broker
from wire.topics import Topic, checked_name

_MIB = 2**20
_LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Everything `gateway.worker.run` needs; a value that cannot work is a `ValueError`.

    Lengths of time are seconds. `udp_port` 0 takes any free port. A batch waits at most `linger_s`
    for company; at most `window` batches are under way unconfirmed; one that nobody confirmed is sent
    again after `resend_after_s`. `inbox_bytes` bounds datagrams not yet in the spool, `spool_bytes`
    the spool; beyond either, datagrams are not answered, so devices keep them and send them again.
    `tls` says whom to trust and who we are at an mqtts:// broker; the machine's authorities when None.
    """

    site: str
    name: str
    udp_host: str
    udp_port: int
    mqtt_url: str = field(repr=False)
    spool: Path
    linger_s: float = 0.02
    batch_readings: int = 1000
    window: int = 1024
    resend_after_s: float = 10
    reconnect_first_s: float = 0.5
    reconnect_longest_s: float = 30
    inbox_bytes: int = 4 * _MIB
    spool_bytes: int = 4096 * _MIB
    tls: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        checked_name(self.site)
        checked_name(self.name)
        parse_broker(self.mqtt_url)
        if not 0 <= self.udp_port <= _LARGEST_PORT:
            raise ValueError(f"UDP port {self.udp_port} is not between 0 and {_LARGEST_PORT}")
        for amount in ("batch_readings", "window", "resend_after_s", "inbox_bytes", "spool_bytes"):
            if getattr(self, amount) <= 0:
                raise ValueError(f"{amount} is {getattr(self, amount)}: it must be more than 0")

    @property
    def broker(self) -> Broker:
        """The broker of `mqtt_url`."""
        return parse_broker(self.mqtt_url)

    @property
    def limits(self) -> BatchLimits:
        """How large a batch may grow."""
        return BatchLimits(readings=self.batch_readings)

    @property
    def data_topic(self) -> str:
        """Where the batches go."""
        return str(Topic(self.site, self.name, "data"))

    @property
    def ack_topic(self) -> str:
        """Where the centre confirms them."""
        return str(Topic(self.site, self.name, "ack"))
