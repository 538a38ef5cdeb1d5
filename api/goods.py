"""GET /deliveries and /orders, and one of each: what is to come, what came and what is flagged."""

import msgspec
from fastapi import APIRouter, HTTPException, Response

from erp.purchasing import registers
from erp.receiving.cards import delivery_card, listed, order_card
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The routes that tell of deliveries and orders."""
    routes = APIRouter(tags=["goods"])

    @routes.get("/deliveries")
    def deliveries(*, decided: bool = False) -> Response:
        """The deliveries that wait for a decision, newest first; with `decided` the others too."""
        with database.transaction() as transaction:
            return _json({"deliveries": listed(transaction, decided=decided)})

    @routes.get("/deliveries/{receipt:path}")
    def delivery(receipt: str) -> Response:
        """A delivery: its lots by order line, flags and conditions."""
        with database.transaction() as transaction:
            card = delivery_card(transaction, receipt)
        return _answer(card, f"there is no receipt {receipt!r}")

    @routes.get("/orders")
    def orders(*, complete: bool = False) -> Response:
        """The orders of which something is to come, newest first; with `complete` the others too."""
        with database.transaction() as transaction:
            return _json({"orders": registers.orders(transaction, complete=complete)})

    @routes.get("/orders/{order:path}")
    def order(order: str) -> Response:
        """An order: what is ordered and open, and the lots that came under each line."""
        with database.transaction() as transaction:
            card = order_card(transaction, order)
        return _answer(card, f"there is no order {order!r}")

    _ = deliveries, delivery, orders, order  # registered by their decorators
    return routes


def _answer(card: str | None, fault: str) -> Response:
    if card is None:
        raise HTTPException(404, fault)
    return Response(card, media_type="application/json")


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
