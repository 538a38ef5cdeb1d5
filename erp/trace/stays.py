"""Where units stood and what they felt there, for whoever asks for more than today's stays.

Lot binding tells it. The stages do not know each other: who asks for a trace hands in the teller.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kernel.instants import BEGINNING, FOREVER, SECOND, moment
from kernel.intervals import Span
from kernel.stood import Felt, Stood
from storage.database import Transaction

Teller = Callable[[Transaction, str, int | None], Sequence[Stood]]
"""`teller(transaction, lot, as_known_at)`: the stays of a lot's units; None is what is known now."""


@lru_cache(maxsize=4096)
def utc(at: int) -> str | None:
    """As erp.utc writes an instant in the database; None for the ends of time."""
    if not BEGINNING < at < FOREVER:
        return None
    time = moment(at).isoformat().removesuffix("+00:00")
    return (time.rstrip("0") if "." in time else time) + "Z"


def told(stays: Iterable[Stood], since: int) -> list[dict[str, Any]]:
    """The stays at places of ours from `since` on, when the unit began to be one of its own."""
    own = [(stay, stay.span.meet(Span(since, FOREVER))) for stay in stays if stay.location is not None]
    return [
        {
            "location": stay.location,
            "name": stay.name,
            "handling_unit": stay.handling_unit,
            "since": utc(span.start),
            "until": utc(span.end),
            "felt": None if stay.felt is None else _felt(stay.felt),
        }
        for stay, span in own
        if span is not None
    ]


def left(unit: Mapping[str, Any], promised: Mapping[str, str]) -> dict[str, Any] | None:
    """The line of stock for a unit of a trace: where it stood last and what it held; None when gone.

    So much of the units was `promised`.
    """
    stays = unit["stays"]
    if not stays or stays[-1]["until"] is not None or unit["contains"] == "0":
        return None
    here = stays[-1]
    return {
        "unit": unit["code"],
        "location": here["location"],
        "handling_unit": here["handling_unit"],
        "since": here["since"],
        "quantity": unit["contains"],
        "reserved": promised.get(unit["code"], "0"),
        "held": unit["held"],
    }


def _felt(figures: Felt) -> dict[str, Any]:
    return {
        "readings": figures.readings,
        "lowest": figures.lowest,
        "highest": figures.highest,
        "mean": figures.mean,
        "mkt": figures.mkt,
        "monitored_seconds": figures.monitored / SECOND,
        "unmonitored_seconds": figures.unmonitored / SECOND,
        "beyond": [
            {"side": one.side, "limit": one.limit, "seconds": one.length / SECOND}
            for one in figures.beyond
        ],
    }
