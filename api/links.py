"""GET /links: how the way into the database is doing.

The console's page has the same address: a browser, which asks for HTML, gets that where it is served.
"""

import msgspec
from fastapi import APIRouter, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from ingest.status import links
from storage.database import Database


class _Data(APIRoute):
    """A route that leaves a request for HTML to a page with the same address, if there is one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        asked = Headers(scope=scope).get("accept", "") if scope["type"] == "http" else ""
        wants_page = match is Match.FULL and "text/html" in asked
        return (Match.PARTIAL if wants_page else match), child


def router(database: Database) -> APIRouter:
    """The route that tells about gateways, parked records and due work."""
    routes = APIRouter(tags=["links"], route_class=_Data)

    @routes.get("/links")
    def tell_links() -> Response:
        """Of each gateway what came, what is missing, how its clock goes; what is parked, and why."""
        with database.transaction() as transaction:
            found = links(transaction)
        body = msgspec.json.encode(found)
        return Response(body, media_type="application/json", headers={"Vary": "Accept"})

    _ = tell_links  # registered by its decorator
    return routes
