"""GET /sales-orders, /waves, /pick-list and /rotation: what is promised and picked, in which order."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Response

from erp.fulfilment import order_store, store
from storage.database import Database

Code = Annotated[str | None, Query()]


def router(database: Database) -> APIRouter:
    """The routes of sales orders and picks."""
    routes = APIRouter(tags=["sales"])

    @routes.get("/sales-orders")
    def orders(*, ended: bool = False) -> Response:
        """The open sales orders, newest first; with `ended` the others too."""
        with database.transaction() as transaction:
            return _json({"orders": order_store.orders(transaction, ended=ended)})

    @routes.get("/sales-orders/{order:path}")
    def order(order: str) -> Response:
        """A sales order with its lines: promised, picked, dispatched."""
        with database.transaction() as transaction:
            found = order_store.orders(transaction, order)
            if not found:
                raise HTTPException(404, f"there is no sales order {order!r}")
            lines = order_store.lines(transaction, [found[0].sales_order_id])
        return _json({"order": found[0], "lines": lines})

    @routes.get("/waves")
    def waves(*, ended: bool = False) -> Response:
        """The waves that are not done, newest first, with their orders; with `ended` the others too."""
        with database.transaction() as transaction:
            return _json({"waves": order_store.waves(transaction, ended=ended)})

    @routes.get("/pick-list")
    def pick_list(order: Code = None, wave: Code = None) -> Response:
        """What is to be picked, place by place: unit and bin, earliest expiry first."""
        with database.transaction() as transaction:
            return _json({"picks": store.pick_list(transaction, order, wave)})

    @routes.get("/rotation")
    def rotation(order: Code = None, lot: Code = None, *, out_of_order: bool = False) -> Response:
        """Of every pick whether it was the right one by what was known then."""
        with database.transaction() as transaction:
            found = store.picks(transaction, order, lot, out_of_order=out_of_order)
        return _json({"picks": found})

    _ = orders, order, waves, pick_list, rotation  # registered by their decorators
    return routes


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
