"""The console's routes: the list of lots, the page of one lot, the links, and the files they load.

A page is rendered whole from the same trace that the JSON route answers with; scripts keep it alive
by fetching it again and exchanging the parts marked `data-live`.
"""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from dashboards.web.links_view import links_view
from dashboards.web.list_view import list_view
from dashboards.web.lot_view import lot_view
from dashboards.web.rendering import render
from dashboards.web.story import read_story
from erp.trace.handlers import trace_lot
from erp.trace.lots import lots
from ingest.status import links
from kernel.refusal import Refusal
from lotbinding.speakers import speakers
from storage.database import Database
from storage.errors import StorageError

_HERE = Path(__file__).parent
_CHARTS = _HERE / "node_modules" / "uplot" / "dist"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}


class PageScriptsMissing(Refusal):
    """The browser libraries of dashboards/web/package-lock.json are not installed."""


class _Files(StaticFiles):
    """Files that a browser keeps but asks about each time, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def mount(app: FastAPI, database: Database) -> None:
    """Add the console to `app`, last of all: the lot page takes every path below /lots.

    Raises `PageScriptsMissing` when the chart library was never installed.
    """
    if not _CHARTS.is_dir():
        raise PageScriptsMissing(
            f"the page scripts are not in {_CHARTS.parent.parent}: run make setup, or npm ci in {_HERE}"
        )
    app.mount("/static/uplot", _Files(directory=_CHARTS), name="uplot")
    app.mount("/static", _Files(directory=_HERE / "static"), name="static")
    app.include_router(_pages(database))


def _pages(database: Database) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/")
    def lots_page() -> HTMLResponse:
        try:
            with database.transaction() as transaction:
                found = lots(transaction)
        except StorageError as error:
            return _page("failed", 503, reason=str(error))
        return _page("lots", 200, view=list_view(found))

    @routes.get("/links")
    def links_page() -> HTMLResponse:
        try:
            with database.transaction() as transaction:
                found = links(transaction)
        except StorageError as error:
            return _page("failed", 503, reason=str(error))
        return _page("links", 200, view=links_view(found))

    @routes.get("/lots/{lot:path}")
    def lot_page(lot: str) -> HTMLResponse:
        try:
            with database.transaction() as transaction:
                trace = trace_lot(transaction, lot)
                heard = speakers(transaction, lot)
        except StorageError as error:
            return _page("failed", 503, reason=str(error))
        if trace is None:
            return _page("unknown_lot", 404, lot=lot)
        return _page("lot", 200, view=lot_view(read_story(trace), heard))

    _ = lots_page, links_page, lot_page  # registered by their decorators
    return routes


def _page(template: str, status: int, **values: object) -> HTMLResponse:
    return HTMLResponse(render(template, **values), status, _HEADERS)
