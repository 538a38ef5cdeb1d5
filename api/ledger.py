"""GET /ledger/..: the trial balance, what lots are worth, and the journal, as of a day."""

from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from erp.ledger import books
from erp.ledger.books import Wanted
from storage.database import Database

_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


def router(database: Database) -> APIRouter:
    """The routes that look into the books."""
    routes = APIRouter(tags=["ledger"])

    @routes.get("/ledger/trial-balance")
    def trial_balance(as_of: Annotated[date | None, Query()] = None) -> Response:
        """Debits and credits of every account until the end of a day (today)."""
        with database.transaction() as transaction:
            found = books.trial_balance(transaction, as_of or _today())
        return _json({"accounts": found})

    @routes.get("/ledger/valuation")
    def valuation(
        as_of: Annotated[date | None, Query()] = None, by_fact: Annotated[bool, Query()] = False
    ) -> Response:
        """What each lot with us was worth at the end of a day (today)."""
        with database.transaction() as transaction:
            found = books.valuation(transaction, as_of or _today(), by_fact=by_fact)
        return _json({"lots": found})

    @routes.get("/ledger/journal")
    def journal(
        since: Annotated[date, Query()] = _FIRST,
        until: Annotated[date, Query()] = _LAST,
        lot: Annotated[str | None, Query()] = None,
        unit: Annotated[str | None, Query()] = None,
        claim: Annotated[str | None, Query()] = None,
    ) -> Response:
        """Lines of the journal, in the order they were posted."""
        with database.transaction() as transaction:
            found = books.journal(transaction, Wanted(since, until, lot, unit, claim))
        return _json({"lines": found})

    _ = trial_balance, valuation, journal  # registered by their decorators
    return routes


def _today() -> date:
    return datetime.now(UTC).date()


def _json(told: object) -> Response:
    return Response(msgspec.json.encode(told), media_type="application/json")
