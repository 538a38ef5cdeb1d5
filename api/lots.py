"""GET /lots: the lots a quality manager looks at first."""

import msgspec
from fastapi import APIRouter, Response

from erp.trace.lots import lots
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The route that lists lots."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots")
    def list_lots() -> Response:
        """Every lot with a held unit, and the newest other lots, newest receipt first."""
        with database.transaction() as transaction:
            found = lots(transaction)
        return Response(msgspec.json.encode({"lots": found}), media_type="application/json")

    _ = list_lots  # registered by its decorator
    return routes
