"""The HTTP application: JSON routes on one database, and one sentence for every failure.

Made by `application`, never at import time. Whoever runs it opens and closes the database and may
mount console pages on it.
"""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry

from api import (
    alerts,
    budget,
    claims,
    goods,
    health,
    history,
    holds,
    ledger,
    links,
    lots,
    metrics,
    orders,
    recalls,
    shipments,
    stock,
    temperature,
    trace,
)
from storage.database import Database
from storage.errors import StorageError, Unavailable


def application(database: Database, registry: CollectorRegistry | None = None) -> FastAPI:
    """The application with every JSON route, asking `database`, which the caller keeps open.

    Its metrics are kept in `registry`, in one of its own when not given.
    """
    app = FastAPI(title="Coldbind", summary="Cold-chain telemetry bound to lots.", redoc_url=None)
    sales = (stock, orders, shipments, recalls, holds)
    money = (ledger, claims)
    lot = (lots, trace, temperature, history, budget)
    for routes in (health, links, *lot, alerts, goods, *sales, *money):
        app.include_router(routes.router(database))
    metrics.add_to(app, database, registry or CollectorRegistry())
    app.add_exception_handler(StorageError, _storage_failed)
    return app


def _storage_failed(_: Request, error: Exception) -> JSONResponse:
    """The failure in its own words; 503 when trying again later is right, 500 otherwise."""
    status = 503 if isinstance(error, Unavailable) else 500
    headers = {"Retry-After": "2"} if status == 503 else None  # noqa: PLR2004 - the HTTP status above
    return JSONResponse({"detail": str(error)}, status, headers)
