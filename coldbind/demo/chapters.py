"""What people do in the demo, when, and how the story must come out.

Times are clock times of the simulated day (a leading + is the next day). The rooms follow rooms.yaml.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision
from kernel.events import ArrivingUnit
from kernel.instants import DAY, HOUR, MINUTE, instant, parse_moment
from lotbinding.handlers.movements import Movement, record_movement
from storage.database import Transaction

START = instant(parse_moment("2026-03-02T04:00:00Z"))
END = instant(parse_moment("2026-03-03T10:00:00Z"))
_MIDNIGHT = instant(parse_moment("2026-03-02T00:00:00Z"))

Deed = Callable[[Transaction], object]


@dataclass(frozen=True, slots=True)
class Chapter:
    """At the instant `at` somebody does `deeds`, each in a transaction of its own.

    `after` is a lot unit whose hold must have come first, when the story depends on that.
    """

    at: int
    text: str
    deeds: tuple[Deed, ...] = ()
    after: str | None = None


def clock(text: str) -> int:
    """A time such as 08:30, or +08:30 on the next day, as an instant."""
    hours, minutes = text.lstrip("+").split(":")
    day = DAY if text.startswith("+") else 0
    return _MIDNIGHT + day + int(hours) * HOUR + int(minutes) * MINUTE


def chapters() -> list[Chapter]:
    """The story, in order of time."""
    return [
        *_orderly_delivery(),
        *_warm_delivery(),
        Chapter(clock("12:00"), "the door of zone 1 is left open for 4 minutes"),
        *_third_delivery(),
        Chapter(clock("22:30"), "the compressor of zone 2 fails; nobody is there"),
        Chapter(clock("+04:30"), "the morning shift restarts the compressor of zone 2"),
        *_late_put_away(),
    ]


EXCURSIONS = {
    **{f"LOT-B/{n}": "supplier" for n in range(1, 5)},
    **{f"LOT-A/{n}": "own" for n in range(4, 7)},
    "LOT-C/2": "own",
}
"""Unit to who had custody: every excursion that stands at the end."""

HELD = {*EXCURSIONS, "LOT-C/1"}
"""Units on hold at the end; the hold of LOT-C/1 waits for a person, its excursion was withdrawn."""

CLAIMED = {f"LOT-B/{n}" for n in range(1, 5)}
"""Units under claim."""

CLAIM_TOTAL = Decimal("16742.40")
"""192 boxes at 87.20 EUR."""


def _orderly_delivery() -> list[Chapter]:
    return [
        Chapter(
            clock("05:30"),
            "lot A arrives at dock 1: 6 pallets of insulin from Alpine, order PO-4711",
            (_arrival("GR-1", "PO-4711", "dc.dock1", "05:30", "LOT-A", 6, "ALP-7781"),),
        ),
        Chapter(clock("05:50"), "the receiver accepts lot A", (_accepted("GR-1", "05:50"),)),
        Chapter(
            clock("05:58"),
            "lot A is put away: pallets 1-3 into zone 1, pallets 4-6 into zone 2",
            tuple(
                _moved(f"LOT-A/{n}", "put_away", f"dc.zone{zone}.b0{bay}", "05:58")
                for n, (zone, bay) in enumerate(product((1, 2), (1, 2, 3)), start=1)
            ),
        ),
    ]


def _warm_delivery() -> list[Chapter]:
    reservation = "trailer 14 degC at opening, cargo under reservation"
    return [
        Chapter(
            clock("08:30"),
            "lot B arrives at dock 2: 4 pallets of vaccine from Boreal, and the trailer is warm",
            (_arrival("GR-2", "PO-4712", "dc.dock2", "08:30", "LOT-B", 4, "BB-0329"),),
        ),
        Chapter(
            clock("09:21"),
            "the receiver accepts lot B with reservation and takes it to the quarantine cage",
            (
                _accepted("GR-2", "09:21", reservation),
                *(_moved(f"LOT-B/{n}", "transfer", "dc.cage", "09:21") for n in range(1, 5)),
            ),
        ),
    ]


def _third_delivery() -> list[Chapter]:
    return [
        Chapter(
            clock("14:00"),
            "lot C arrives at dock 1: 2 pallets of insulin, accepted at once",
            (
                _arrival("GR-3", "PO-4713", "dc.dock1", "14:00", "LOT-C", 2, "ALP-7790"),
                _accepted("GR-3", "14:10"),
            ),
        ),
        Chapter(
            clock("14:20"),
            "lot C is put away into zone 1",
            tuple(_moved(f"LOT-C/{n}", "put_away", f"dc.zone1.b0{n + 3}", "14:20") for n in (1, 2)),
        ),
    ]


def _late_put_away() -> list[Chapter]:
    return [
        Chapter(
            clock("+06:30"),
            "pallet LOT-C/1 is taken to the packing hall (12 degC)",
            (_moved("LOT-C/1", "pick", "dc.hall", "+06:30"),),
        ),
        Chapter(
            clock("+08:35"),
            "two hours late, a put-away of 06:35 is entered: pallet 1 went straight back to zone 1, "
            "it was pallet 2 that stood in the hall",
            (
                _moved("LOT-C/1", "put_away", "dc.zone1.b04", "+06:35", "PA-77"),
                _moved("LOT-C/2", "transfer", "dc.hall", "+06:35", "PA-77"),
            ),
            after="LOT-C/1",
        ),
        Chapter(
            clock("+08:50"),
            "pallet LOT-C/2 goes to the quarantine cage",
            (_moved("LOT-C/2", "transfer", "dc.cage", "+08:50"),),
        ),
    ]


def _arrival(  # noqa: PLR0917 - one line of the story each
    receipt: str, order: str, dock: str, at: str, lot: str, pallets: int, supplier_lot: str
) -> Deed:
    units = tuple(ArrivingUnit(f"{lot}/{n}", Decimal(48)) for n in range(1, pallets + 1))
    arrival = Arrival(
        receipt, order, 1, dock, clock(at), lot, supplier_lot, date(2027, 1, 31), units, "R. Ortega"
    )
    return lambda transaction: receiving.arrive(transaction, arrival)


def _accepted(receipt: str, at: str, reservation: str = "") -> Deed:
    answer = "accepted_with_reservation" if reservation else "accepted"
    decision = Decision(receipt, answer, clock(at), "R. Ortega", reservation)
    return lambda transaction: receiving.decide(transaction, decision)


def _moved(unit: str, kind: str, location: str, at: str, document: str = "") -> Deed:
    movement = Movement(unit, kind, location, clock(at), "M. Chen", document)
    return lambda transaction: record_movement(transaction, movement)
