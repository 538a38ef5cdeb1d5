"""GET /metrics: how the API is doing, and what the database knows of the whole path.

A request counts under the template of its route, so that the number of series stays small.
"""

import time

from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.path_metrics import PathMetrics
from storage.database import Database

_DURATIONS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_NO_ROUTE = "other"
_FAILED = 500


class RequestMetrics:
    """How many requests were answered, and how long that took; kept in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "coldbind_api_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self._took = Histogram(
            "coldbind_api_request_seconds",
            "How long an answer took.",
            ["route"],
            buckets=_DURATIONS,
            registry=registry,
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, str(status)).inc()
        self._took.labels(route).observe(seconds)


class _Counted:
    """Passes requests on to `app`, and counts them in `metrics`."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), _FAILED

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = str(getattr(scope.get("route"), "path", _NO_ROUTE))
            self._metrics.answered(route, status, time.perf_counter() - begun)


def add_to(app: FastAPI, database: Database, registry: CollectorRegistry) -> None:
    """Let `app` count its requests in `registry`, and answer with everything that is in there."""
    registry.register(PathMetrics(database))
    app.add_middleware(_Counted, metrics=RequestMetrics(registry))

    @app.get("/metrics", tags=["metrics"])
    def metrics(request: Request) -> Response:
        """Every metric of this process and of the database, as Prometheus reads it."""
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": kind})

    _ = metrics  # registered by its decorator
