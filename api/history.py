"""GET /lots/{lot}/history.csv, .xlsx, .parquet and /lots/{lot}/statistics: a lot's temperature record.

`unit` asks for one unit of the lot only; `as_known_at` for what would have been answered then.
"""

import time
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from kernel.instants import instant, parse_moment
from kernel.refusal import Refusal
from lotbinding.record.report import figures_json
from lotbinding.record.statistics import UnknownGoods, lot_statistics
from storage.database import Database

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
Unit = Annotated[str | None, Query(description="only this unit of the lot")]
KnownAt = Annotated[str | None, Query(description="ISO 8601 with zone")]


class Form(StrEnum):
    """The kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


def router(database: Database) -> APIRouter:
    """The routes of the temperature record."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots/{lot:path}/history.{form}")
    def lot_history(lot: str, form: Form, unit: Unit = None, as_known_at: KnownAt = None) -> Response:
        """Every reading that the units of the lot felt, as a file."""
        answer = _file(database, lot, form, unit, _asked(as_known_at))
        name = f'attachment; filename="history.{form}"'
        return Response(answer, media_type=_TYPES[form], headers={"Content-Disposition": name})

    @routes.get("/lots/{lot:path}/statistics")
    def statistics(lot: str, unit: Unit = None, as_known_at: KnownAt = None) -> Response:
        """What the readings of each unit come to: extremes, means, time beyond limits."""
        known_at = _asked(as_known_at)
        try:
            with database.transaction() as transaction:
                record = lot_statistics(transaction, lot, unit=unit, as_known_at=known_at)
        except UnknownGoods as unknown:
            raise HTTPException(404, str(unknown)) from unknown
        return Response(figures_json(record, _now()), media_type="application/json")

    _ = lot_history, statistics  # registered by their decorators
    return routes


def _file(database: Database, lot: str, form: Form, unit: str | None, known_at: int | None) -> bytes:
    from lotbinding.record import export, history  # noqa: PLC0415 - loads pandas, 60 MB, when asked

    try:
        with database.transaction() as transaction:
            found = history.history(transaction, lot, unit=unit, as_known_at=known_at)
        return export.exported(found, export.Form(form.value), _now())
    except UnknownGoods as unknown:
        raise HTTPException(404, str(unknown)) from unknown
    except Refusal as too_much:
        raise HTTPException(422, str(too_much)) from too_much


def _asked(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return instant(parse_moment(text))
    except ValueError as error:
        raise HTTPException(422, f"as_known_at: {error}") from error


def _now() -> int:
    return time.time_ns() // 1000
