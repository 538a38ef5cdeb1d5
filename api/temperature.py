"""GET /lots/{lot}/temperature: what each unit of a lot felt, thinned for a chart.

`since` is exclusive: a page that has everything up to an instant asks for what came after it.
"""

from dataclasses import replace
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Response

from kernel.instants import instant, parse_moment
from lotbinding.felt import Felt, felt_temperature
from storage.database import Database

_MOST_BUCKETS = 4000


def router(database: Database) -> APIRouter:
    """The route that answers with felt temperatures."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots/{lot:path}/temperature")
    def lot_temperature(
        lot: str,
        since: str | None = None,
        until: str | None = None,
        buckets: Annotated[int, Query(ge=1, le=_MOST_BUCKETS)] = 1200,
        unit: Annotated[list[str] | None, Query(description="only these units")] = None,
    ) -> Response:
        """Per unit the temperatures after `since` up to `until`: minimum and maximum of each bucket."""
        after, end = _asked(since, "since"), _asked(until, "until")
        if after is not None and end is not None and after >= end:
            raise HTTPException(422, "since must lie before until")
        with database.transaction() as transaction:
            felt = felt_temperature(transaction, lot, after, end, buckets)
        if felt is None:
            raise HTTPException(404, f"there is no lot {lot!r}")
        answer = felt if unit is None else _only(felt, frozenset(unit))
        return Response(msgspec.json.encode(answer), media_type="application/json")

    _ = lot_temperature  # registered by its decorator
    return routes


def _only(felt: Felt, codes: frozenset[str]) -> Felt:
    return replace(felt, units=[unit for unit in felt.units if unit.code in codes])


def _asked(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    try:
        return instant(parse_moment(text))
    except ValueError as error:
        raise HTTPException(422, f"{name}: {error}") from error
