"""GET /health: is the database there, and does it have the schema of this release?"""

from fastapi import APIRouter, Response

from storage.database import Database
from storage.errors import StorageError
from storage.revision import newest_revision, schema_revision


def router(database: Database) -> APIRouter:
    """The health route for `database`."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health")
    def health(response: Response) -> dict[str, str | bool]:
        """200 when this process can serve; 503 with the reason when it cannot."""
        answer = _check(database)
        response.status_code = 200 if answer["ok"] else 503
        return answer

    _ = health  # registered by its decorator
    return routes


def _check(database: Database) -> dict[str, str | bool]:
    expected = newest_revision()
    try:
        with database.transaction() as transaction:
            revision = schema_revision(transaction)
    except StorageError as error:
        return {"ok": False, "expected_revision": expected, "detail": str(error)}
    found: dict[str, str | bool] = {"expected_revision": expected, "revision": revision}
    if revision != expected:
        fault = f"the schema is at {revision}, this release needs {expected}: run coldbind migrate"
        return {"ok": False, **found, "detail": fault}
    return {"ok": True, **found}
