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
        """What is loaded for a shipment, or its lot manifest with the condition of each unit."""
        with database.transaction() as transaction:
            found = store.shipments(transaction, shipment)
            if not found:
                raise HTTPException(404, f"there is no shipment {shipment!r}")
            loaded = store.loaded(transaction, found[0].shipment_id)
            lines = store.manifest(transaction, shipment)
        return _json({"shipment": found[0], "loaded": loaded, "manifest": lines})

    _ = shipments, shipment  # registered by their decorators
    return routes


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
