"""API: serve the JSON routes and the console pages."""

import socket

import uvicorn

from api.app import application
from coldbind.metrics import new_registry, served
from coldbind.settings import Settings
from coldbind.wiring import open_database
from coldbind.workers.ground import database_url, ready, work
from dashboards.web.pages import mount
from kernel.refusal import Refusal

_LAST_REQUESTS_S = 2
_BACKLOG = 2_048


def api(settings: Settings) -> None:
    """Run until told to stop."""
    registry = new_registry("api")
    with (
        served(registry, settings),
        open_database(database_url(settings), "api", size=10) as database,
    ):
        app = application(database, registry)
        mount(app, database)
        configured = uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_LAST_REQUESTS_S,
        )
        listening = _listen(settings.api_host, settings.api_port)
        port: int = listening.getsockname()[1]
        ready(f"{settings.api_host}:{port}")
        uvicorn.Server(configured).run([listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Refusal(
            f"cannot serve at {host}:{port} ({error.strerror}): end what listens there, or choose "
            "another address with COLDBIND_API_HOST and COLDBIND_API_PORT"
        ) from error


if __name__ == "__main__":
    work("api", api)
