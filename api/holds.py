"""GET /holds and /holds/{hold}: what is held and why, what it waits for, and what was decided."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Response

from erp.quality import disposition_store, holds
from kernel.refusal import Refusal
from storage.database import Database

Code = Annotated[str | None, Query()]


def router(database: Database) -> APIRouter:
    """The routes that look at holds."""
    routes = APIRouter(tags=["holds"])

    @routes.get("/holds")
    def list_holds(
        unit: Code = None, lot: Code = None, cause: Code = None, *, ended: bool = False
    ) -> Response:
        """The newest holds that fit, at most 1000; only open ones unless `ended`."""
        with database.transaction() as transaction:
            found = disposition_store.holds(transaction, unit=unit, lot=lot, cause=cause, ended=ended)
        told = [{**msgspec.to_builtins(one), "waits_for": holds.waiting(one)} for one in found]
        return _json({"holds": told})

    @routes.get("/holds/{hold}")
    def whole_hold(hold: int) -> Response:
        """A hold with its excursions and every decision about it."""
        try:
            with database.transaction() as transaction:
                found = holds.card(transaction, hold)
        except Refusal as refusal:
            raise HTTPException(404, str(refusal)) from refusal
        return _json(found)

    _ = list_holds, whole_hold  # registered by their decorators
    return routes


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
