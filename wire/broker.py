"""Where a broker is: mqtt://user:password@host:port, or mqtts:// for TLS."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker's address and the login for it; printing it shows no password."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def parse_broker(url: str) -> Broker:
    """The broker behind a URL.

    `ValueError` says what is wrong; its text never repeats the URL, which may hold a password.
    """
    expected = "write it as mqtt://user:password@host:port, or mqtts:// for TLS"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"the MQTT URL has no valid host or port: {expected}") from None
    if parts.scheme not in _PORTS:
        raise ValueError(f"the MQTT URL begins with neither mqtt:// nor mqtts://: {expected}")
    if not parts.hostname:
        raise ValueError(f"the MQTT URL names no host: {expected}")
    return Broker(
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "mqtts",
    )
