"""GET /shipments and /shipments/{shipment}: what left for whom, and in which condition."""

import msgspec
from fastapi import APIRouter, HTTPException, Response

from erp.fulfilment import shipment_store as store
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The routes of shipments."""
    routes = APIRouter(tags=["sales"])

    @routes.get("/shipments")
    def shipments() -> Response:
        """The shipments, the newest first."""
        with database.transaction() as transaction:
            return _json({"shipments": store.shipments(transaction)})

    @routes.get("/shipments/{shipment:path}")
    def shipment(shipment: str) -> Response:
        """A shipment with its lot manifest and the condition of each unit when it left us."""
        with database.transaction() as transaction:
            found = store.shipments(transaction, shipment)
            lines = store.manifest(transaction, shipment)
        if not found:
            raise HTTPException(404, f"there is no shipment {shipment!r}")
        return _json({"shipment": found[0], "manifest": lines})

    _ = shipments, shipment  # registered by their decorators
    return routes


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
