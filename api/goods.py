"""GET /deliveries/{receipt} and GET /orders/{order}: what came, and what is flagged about it."""

from fastapi import APIRouter, HTTPException, Response

from erp.receiving.cards import delivery_card, order_card
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The routes that tell of deliveries and orders."""
    routes = APIRouter(tags=["goods"])

    @routes.get("/deliveries/{receipt:path}")
    def delivery(receipt: str) -> Response:
        """A delivery: its lots by order line, flags and conditions."""
        with database.transaction() as transaction:
            card = delivery_card(transaction, receipt)
        return _answer(card, f"there is no receipt {receipt!r}")

    @routes.get("/orders/{order:path}")
    def order(order: str) -> Response:
        """An order: what is ordered and open, and the lots that came under each line."""
        with database.transaction() as transaction:
            card = order_card(transaction, order)
        return _answer(card, f"there is no order {order!r}")

    _ = delivery, order  # registered by their decorators
    return routes


def _answer(card: str | None, fault: str) -> Response:
    if card is None:
        raise HTTPException(404, fault)
    return Response(card, media_type="application/json")
