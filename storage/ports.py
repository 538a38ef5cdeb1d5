"""Free loopback ports for servers."""

import socket
from collections.abc import Iterator

from storage.server_errors import PortTaken

LOOPBACK = "127.0.0.1"
_TRIES = 20


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def candidates(ports: range | None, preferred: int | None) -> Iterator[int]:
    """Ports worth trying: `preferred`, then the free ones of `ports`, or 20 of the system's choice.

    Raises `PortTaken` when they are used up.
    """
    if preferred is not None and (ports is None or preferred in ports) and is_free(preferred):
        yield preferred
    if ports is None:
        for _ in range(_TRIES):
            yield free_port()
        raise PortTaken(f"none of {_TRIES} ports on {LOOPBACK} stayed free long enough: start again")
    yield from (port for port in ports if port != preferred and is_free(port))
    wanted = (
        f"port {ports.start}" if len(ports) == 1 else f"every port from {ports.start} to {ports[-1]}"
    )
    raise PortTaken(
        f"{wanted} on {LOOPBACK} is taken: end the program that uses it, or ask for another range"
    )
