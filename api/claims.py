"""GET /claims, GET /claims/{code}: claims on suppliers, and one with everything told about it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Response

from erp.claims import reports
from kernel.refusal import Refusal
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The routes that look at claims."""
    routes = APIRouter(tags=["claims"])

    @routes.get("/claims")
    def list_claims(
        state: Annotated[str | None, Query()] = None, supplier: Annotated[str | None, Query()] = None
    ) -> Response:
        """Claims by their deadline."""
        with database.transaction() as transaction:
            found = reports.listed(transaction, state, supplier)
        return Response(msgspec.json.encode({"claims": found}), media_type="application/json")

    @routes.get("/claims/{code:path}")
    def whole_claim(code: str) -> Response:
        """A claim with lines, charges, steps, correspondence, changes and credit notes."""
        try:
            with database.transaction() as transaction:
                found = reports.whole(transaction, code)
        except Refusal as refusal:
            raise HTTPException(404, str(refusal)) from refusal
        return Response(msgspec.json.encode(found), media_type="application/json")

    _ = list_claims, whole_claim  # registered by their decorators
    return routes
