"""API: serve the JSON routes and the console pages."""

import uvicorn

from api.app import application
from coldbind.settings import Settings
from coldbind.wiring import open_database
from coldbind.workers.ground import database_url, ready, work
from dashboards.web.pages import PageScriptsMissing, mount

_LAST_REQUESTS_S = 2


def api(settings: Settings) -> None:
    """Run until told to stop."""
    with open_database(database_url(settings), "api", size=10) as database:
        app = application(database)
        mount(app, database)
        configured = uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port,
            log_level="warning",
            timeout_graceful_shutdown=_LAST_REQUESTS_S,
        )
        listening = configured.bind_socket()
        port: int = listening.getsockname()[1]
        ready(f"{settings.api_host}:{port}")
        uvicorn.Server(configured).run([listening])


if __name__ == "__main__":
    work("api", api, PageScriptsMissing)
