"""GET /lots/{lot}/trace: the whole story of a lot, as the database told it.

A lot code may hold '/', so it is matched as a path. The answer carries an ETag: a page that asks
every two seconds gets 304 while nothing happened.
"""

import hashlib

from fastapi import APIRouter, HTTPException, Request, Response

from erp.trace.handlers import trace_lot
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The route that tells a lot's story."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots/{lot:path}/trace")
    def lot_trace(lot: str, request: Request) -> Response:
        """The lot's orders, receipt, stays, excursions, holds, claims and audit records."""
        with database.transaction() as transaction:
            story = trace_lot(transaction, lot)
        if story is None:
            raise HTTPException(404, f"there is no lot {lot!r}")
        return _answer(story.encode(), request.headers.get("if-none-match"))

    _ = lot_trace  # registered by its decorator
    return routes


def _answer(story: bytes, known: str | None) -> Response:
    tag = f'"{hashlib.sha256(story).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if known == tag:
        return Response(status_code=304, headers=headers)
    return Response(story, media_type="application/json", headers=headers)
