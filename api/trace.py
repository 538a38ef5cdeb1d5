"""GET /lots/{lot}/trace: the whole story of a lot, as the database told it.

A lot code may hold '/', so it is matched as a path. `as_known_at` asks for what was known then, `stats`
for what was felt in each stay. The answer carries an ETag: a page that asks every two seconds gets 304
while nothing happened.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from erp.trace.handlers import More, trace_lot
from kernel.instants import instant, parse_moment
from lotbinding.record.stays import lot_stays, lot_stays_felt
from storage.database import Database

KnownAt = Annotated[str | None, Query(description="ISO 8601 with zone")]
Stats = Annotated[bool, Query(description="with what was felt in each stay")]


def router(database: Database) -> APIRouter:
    """The route that tells a lot's story."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots/{lot:path}/trace")
    def lot_trace(
        lot: str, request: Request, as_known_at: KnownAt = None, *, stats: Stats = False
    ) -> Response:
        """The lot's orders, receipt, stays, excursions, holds, stock, shipments, money and claims."""
        at = _asked(as_known_at)
        more = More(lot_stays_felt if stats else lot_stays, at)
        with database.transaction() as transaction:
            story = trace_lot(transaction, lot, more if stats or at is not None else None)
        if story is None:
            then = "" if as_known_at is None else f" known at {as_known_at}"
            raise HTTPException(404, f"there is no lot {lot!r}{then}")
        return _answer(story.encode(), request.headers.get("if-none-match"))

    _ = lot_trace  # registered by its decorator
    return routes


def _asked(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return instant(parse_moment(text))
    except ValueError as error:
        raise HTTPException(422, f"as_known_at: {error}") from error


def _answer(story: bytes, known: str | None) -> Response:
    tag = f'"{hashlib.sha256(story).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if known == tag:
        return Response(status_code=304, headers=headers)
    return Response(story, media_type="application/json", headers=headers)
