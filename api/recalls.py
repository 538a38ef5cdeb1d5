"""GET /recalls, /recalls/{recall} and /recall-scope: who has bad goods, and what became of them."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Response

from erp.recall import handlers, store
from erp.recall.core import Handle
from kernel.instants import instant, parse_moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.felt_by import felt_by
from storage.database import Database, Transaction

Code = Annotated[str | None, Query()]


def router(database: Database) -> APIRouter:
    """The routes of recalls."""
    routes = APIRouter(tags=["recall"])

    @routes.get("/recalls")
    def recalls() -> Response:
        """The recalls, the newest first."""
        with database.transaction() as transaction:
            return _json({"recalls": store.recalls(transaction)})

    @routes.get("/recalls/{recall:path}")
    def recall(recall: str) -> Response:
        """A recall: who got the goods, what is left here, who was told, what is accounted for."""
        with database.transaction() as transaction:
            if not store.recalls(transaction, recall):
                raise HTTPException(404, f"there is no recall {recall!r}")
            case = handlers.whole_case(transaction, recall)
        return _json(
            {
                "recall": case.recall,
                "forward": case.scope.forward,
                "backward": case.scope.backward,
                "present": case.scope.present,
                "notices": case.notices,
                "replies": case.replies,
                "effect": case.effects,
            }
        )

    @routes.get("/recall-scope")
    def scope(
        kind: str,
        subject: str,
        supplier: Code = None,
        since: Code = None,
        until: Code = None,
    ) -> Response:
        """Who has goods, from whom they came and what of them is left here; changes nothing."""
        try:
            handle = Handle(kind, subject, supplier, _during(since, until))
            with database.transaction() as transaction:
                found = handlers.find(transaction, handle, _felt)
        except (Refusal, ValueError) as refusal:
            raise HTTPException(422, str(refusal)) from refusal
        told = {"forward": found.forward, "backward": found.backward, "present": found.present}
        return _json(told)

    _ = recalls, recall, scope  # registered by their decorators
    return routes


def _felt(transaction: Transaction, sensor: str, during: Span) -> list[str]:
    return list(felt_by(transaction, sensor, during.start, during.end))


def _during(since: str | None, until: str | None) -> Span | None:
    if since is None and until is None:
        return None
    start, end = instant(parse_moment(since or "")), instant(parse_moment(until or ""))
    if end <= start:
        raise Refusal("until must lie after since")
    return Span(start, end)


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
