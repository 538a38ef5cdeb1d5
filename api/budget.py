"""GET /lots/{lot}/budget: what the units of a lot have used of their stability budgets."""

from fastapi import APIRouter, HTTPException, Response

from lotbinding.store.exposure import exposures_of
from rules.budget_report import budgets_json
from rules.budgets import UnknownGoods, budgets_of
from storage.database import Database


def router(database: Database) -> APIRouter:
    """The route of stability budgets."""
    routes = APIRouter(tags=["lots"])

    @routes.get("/lots/{lot:path}/budget")
    def lot_budget(lot: str) -> Response:
        """Each budget of each unit: used, left, low since, and when it runs out as things are."""
        try:
            with database.transaction() as transaction:
                found = budgets_of(transaction, exposures_of, lot=lot)
        except UnknownGoods as unknown:
            raise HTTPException(404, str(unknown)) from unknown
        return Response(budgets_json(found), media_type="application/json")

    _ = lot_budget  # registered by its decorator
    return routes
