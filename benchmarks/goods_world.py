"""A seeded world of goods for the clock: lots, units, movements, orders, picks, readings.

Everything is written set by set (goods_world.sql), with the triggers off, and is always the same world.
By default it is a twentieth of the one promised; TRACE_FULL=1 makes it whole: a million movements, a
million dispatch lines, 50 million readings, 100 000 units in stock.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

from benchmarks.ground import Ground, product
from benchmarks.site import Room, furnish
from kernel.instants import DAY, moment

LOT_OF_MANY = "LOT-MANY"
MANY = 1_300
"""So many orders took from one lot."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many units were dispatched and are in stock, in lots of `lot_of`; millions of readings.

    Every question is asked about `asked` lots, twice.
    """

    dispatched: int = 50_000
    in_stock: int = 100_000
    millions: float = 1.0
    lot_of: int = 200
    products: int = 500
    customers: int = 500
    places: int = 60
    asked: int = 60


def size_wanted() -> Size:
    """The whole world when TRACE_FULL is set."""
    if os.environ.get("TRACE_FULL"):
        return Size(dispatched=1_000_000, millions=50)
    return Size()


_COUNTED: tuple[tuple[str, LiteralString], ...] = (
    ("movements", "select count(*) from binding.movement"),
    ("dispatch_lines", "select count(*) from erp.dispatch_line"),
    ("readings", "select count(*) from telemetry.reading"),
    ("in_stock", "select count(*) from erp.stock"),
)
_STEPS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n")


def build(on: Ground, size: Size) -> dict[str, object]:
    """Write the world; what is in it."""
    since = time.time_ns() // 1000 - 90 * DAY
    lots = (size.dispatched + size.in_stock) // size.lot_of
    with product(on) as database:
        rooms = [Room(f"room{n}", (f"sensor-{n}",), 0) for n in range(size.places)]
        furnish(database, [*rooms, Room("spare", (), 1)], since)
    told: dict[str, Any] = {
        "customers": size.customers,
        "products": size.products,
        "lots": lots,
        "lot_of": size.lot_of,
        "many": MANY,
        "places": size.places,
        "since": moment(since),
        "until": moment(since + 90 * DAY),
        "leaves": moment(since + 80 * DAY * size.dispatched // (size.dispatched + size.in_stock)),
        "minutes": round(size.millions * 1e6 / size.places),
    }
    with psycopg.connect(on.database_url, autocommit=True) as connection:
        for step in filter(str.strip, _STEPS):
            connection.execute(cast("LiteralString", step), told)
    on.execute("vacuum (analyze)")
    return {name: on.number(query) for name, query in _COUNTED}
