"""GET /stock: what stands where; POST /movements: what scanners tell, each record with its answer."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Body, HTTPException, Query, Response

from erp.wms.stock import Asked, stock
from kernel.instants import instant, moment, parse_moment
from lotbinding.handlers.uploads import deliver
from storage.database import Database

_MOST_RECORDS = 10_000
Code = Annotated[str | None, Query()]
At = Annotated[str | None, Query(description="ISO 8601 with zone; now when left out")]
Records = Annotated[list[object], Body(max_length=_MOST_RECORDS)]


def router(database: Database) -> APIRouter:
    """The routes of stock and of movements."""
    routes = APIRouter(tags=["warehouse"])

    @routes.get("/stock")
    def in_stock(
        lot: Code = None, product: Code = None, location: Code = None, unit: Code = None, at: At = None
    ) -> Response:
        """Units in stock, first expiring first: where they stand, what they hold, held or free."""
        asked_at = _asked(at)
        today = (datetime.now(UTC) if asked_at is None else moment(asked_at)).date()
        with database.transaction() as transaction:
            found = stock(transaction, Asked(lot, product, location, unit), asked_at)
        return _json({"stock": [line.told(today) for line in found]})

    @routes.post("/movements")
    def movements(records: Records, by: str = "scanner") -> Response:
        """Record movements, late and in any order; one that cannot be recorded blocks no other."""
        return _json({"answers": deliver(database, records, by)})

    _ = in_stock, movements  # registered by their decorators
    return routes


def _asked(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return instant(parse_moment(text))
    except ValueError as error:
        raise HTTPException(422, f"at: {error}") from error


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
