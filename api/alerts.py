"""GET /alerts and /alerts/{alert}: what somebody has to look at, and everything about one of it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Path, Query, Response

from kernel.refusal import Refusal
from rules.alerts import handlers, shown
from storage.database import Database

_LARGEST = 2**63 - 1
Every = Annotated[bool, Query(alias="all", description="also those that are resolved")]
Most = Annotated[int, Query(ge=1, le=100_000, description="at most so many")]
Number = Annotated[int, Path(ge=1, le=_LARGEST)]


def router(database: Database) -> APIRouter:
    """The routes that tell about alerts."""
    routes = APIRouter(tags=["alerts"])

    @routes.get("/alerts")
    def list_alerts(every: Every = False, most: Most = 200) -> Response:
        """Open alerts, the most urgent first; device time and detection time of each."""
        with database.transaction() as transaction:
            found = handlers.alerts(transaction, resolved=every, most=most)
        return _json({"alerts": [shown.as_json(one) for one in found]})

    @routes.get("/alerts/{alert}")
    def tell_alert(alert: Number) -> Response:
        """One alert with every step of its life and the excursions it tells of."""
        try:
            with database.transaction() as transaction:
                told = handlers.tell(transaction, alert)
        except Refusal as unknown:
            raise HTTPException(404, str(unknown)) from unknown
        return _json(shown.told_json(told))

    _ = list_alerts, tell_alert  # registered by their decorators
    return routes


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
