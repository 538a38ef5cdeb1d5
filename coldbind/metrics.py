"""Where a worker's metrics can be read: HTTP on a port of its own, asked by a Prometheus.

A thread serves them, so they are there while the worker waits for a server that is away.
"""

import os
import socket
import socketserver
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from coldbind.settings import Settings
from coldbind.workers import NAMES
from kernel.refusal import Refusal

PATH = "/metrics"
PORT = "COLDBIND_METRICS_PORT"
TOGETHER = "COLDBIND_WORKERS_TOGETHER"
"""Set by `run all` for its workers: then each one's port tells where the others' are."""
LARGEST_PORT = 65535
_PATIENCE = 10.0

_log = structlog.stdlib.get_logger()


def address(host: str, port: int) -> str:
    """Where a Prometheus asks for the metrics served at `host` and `port`."""
    return f"http://[{host}]:{port}{PATH}" if ":" in host else f"http://{host}:{port}{PATH}"


def ports(settings: Settings) -> dict[str, int]:
    """The port of each worker when all run together; a `Refusal` when there are not enough.

    Port 0 is any free one, for each of them.
    """
    first = settings.metrics_port
    if first is None:
        return {}
    if first + len(NAMES) - 1 > LARGEST_PORT:
        raise Refusal(
            f"{PORT}: run all takes {len(NAMES)} ports from {first} on, and the last one there is "
            f"{LARGEST_PORT}: choose at most {LARGEST_PORT - len(NAMES) + 1}"
        )
    return {name: first + number if first else 0 for number, name in enumerate(NAMES)}


def new_registry(worker: str) -> CollectorRegistry:
    """A registry that says which worker it is, and what its process needs of this machine."""
    disable_created_metrics()
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    who = Gauge(
        "coldbind_worker",
        "1 for this worker; `together` says whether all run together.",
        ["worker", "together"],
        registry=registry,
    )
    who.labels(worker, "true" if TOGETHER in os.environ else "false").set(1)
    return registry


@contextmanager
def served(registry: CollectorRegistry, settings: Settings) -> Generator[None]:
    """Serve `registry` where the settings say, if they do; a `Refusal` when that is impossible."""
    if settings.metrics_port is None:
        yield
        return
    with _server(registry, settings.metrics_host, settings.metrics_port) as server:
        at = address(settings.metrics_host, int(server.server_address[1]))
        _log.info("metrics can be read", address=at)
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()


def _server(registry: CollectorRegistry, host: str, port: int) -> "_Server":
    class Answer(_Answer):
        metrics = registry

    class Server(_Server):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    try:
        return Server((host, port), Answer)
    except OSError as error:
        raise Refusal(
            f"metrics cannot be served at {host}:{port} ({error.strerror}): end what listens there, or "
            f"choose another address with COLDBIND_METRICS_HOST and {PORT}"
        ) from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking a name server what we are called, which may take long."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong, unless the one who asked has gone."""
        if not isinstance(sys.exception(), OSError):
            _log.exception("metrics could not be told")


class _Answer(BaseHTTPRequestHandler):
    metrics: CollectorRegistry
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Answer with every metric as it is now."""
        if self.path.partition("?")[0] != PATH:
            self.send_error(HTTPStatus.NOT_FOUND, f"metrics are at {PATH}")
            return
        encode, kind = choose_encoder(self.headers.get("Accept", ""))
        body = encode(self.metrics)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Say nothing: a Prometheus asks all the time."""
