"""What a dock reports, and whether a report repeats or contradicts what is already known."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from erp.quantities import storable
from erp.wording import day_and_time, plain
from kernel.events import ArrivingUnit

Verdict = Literal["accepted", "accepted_with_reservation", "refused"]
"""What a receiver can decide about a delivery."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units of one `lot` stand at the `dock` (a location path) since `arrived_at` (microseconds).

    `receipt` is the code of the delivery; several lots may arrive on one. `expires_on` is the last day
    of use when the label has one. `product` is what came, None when it is what the line orders;
    `damaged` of it are spoiled to the eye, as `damage` says.
    """

    receipt: str
    order: str
    line: int
    dock: str
    arrived_at: int
    lot: str
    supplier_lot: str
    expires_on: date | None
    units: tuple[ArrivingUnit, ...]
    actor: str
    product: str | None = None
    produced_on: date | None = None
    damaged: Decimal = Decimal(0)
    damage: str = ""

    @property
    def quantity(self) -> Decimal:
        """All units together."""
        return sum((unit.quantity for unit in self.units), Decimal(0))


@dataclass(frozen=True, slots=True)
class Decision:
    """`decided_by` took or refused a delivery at `decided_at` (microseconds), whenever that is told.

    `reservation` is what was written on the delivery note; for a refusal, the reason.
    """

    receipt: str
    decision: Verdict
    decided_at: int
    decided_by: str
    reservation: str = ""


@dataclass(frozen=True, slots=True)
class Carriage:
    """The supplier gave a delivery to `carrier` at `handed_over_at` (microseconds)."""

    receipt: str
    carrier: str
    handed_over_at: int
    actor: str


@dataclass(frozen=True, slots=True)
class KnownReceipt:
    """A stored goods receipt; who decided what and when is None until it is decided."""

    receipt_id: int
    code: str
    order: str
    dock: str
    arrived_at: int
    decision: str | None
    decided_at: int | None
    decided_by: str | None
    reservation: str


@dataclass(frozen=True, slots=True)
class KnownLot:
    """A stored lot with the units that arrived of it: code to quantity."""

    lot_id: int
    receipt: str
    order: str
    line: int
    supplier_lot: str
    quantity: Decimal
    expires_on: date | None
    units: dict[str, Decimal]
    produced_on: date | None = None
    damaged: Decimal = Decimal(0)
    damage: str = ""
    product: str | None = None


def arrival_fault(arrival: Arrival) -> str | None:
    """What is wrong with `arrival` in itself, as a sentence, or None."""
    where = f"arrival on receipt {arrival.receipt!r}"
    if not (arrival.receipt.strip() and arrival.lot.strip() and arrival.actor.strip()):
        return f"{where} needs a receipt, a lot and a person: give all three"
    if not arrival.units:
        return f"{where}: lot {arrival.lot} arrives without units: give at least one"
    counts = Counter(unit.code for unit in arrival.units)
    twice = [code for code, count in counts.items() if count > 1]
    if twice:
        return f"{where}: unit {twice[0]} is counted twice: give each unit its own code"
    for unit in arrival.units:
        if not (unit.code.strip() and storable(unit.quantity) and unit.quantity > 0):
            return (
                f"{where}: unit {unit.code!r} cannot hold {unit.quantity}: "
                "give a code and more than 0, with at most 6 decimals"
            )
    return _label_fault(where, arrival)


def _label_fault(where: str, arrival: Arrival) -> str | None:
    if not (storable(arrival.damaged) and 0 <= arrival.damaged <= arrival.quantity):
        return (
            f"{where}: {arrival.damaged} damaged of {plain(arrival.quantity)} in lot {arrival.lot} "
            "cannot be: give 0 up to all of it"
        )
    named = sum((unit.damaged for unit in arrival.units), Decimal(0))
    if named not in {0, arrival.damaged} or any(
        not 0 <= unit.damaged <= unit.quantity for unit in arrival.units
    ):
        return (
            f"{where}: lot {arrival.lot}: {plain(named)} damaged in its units, "
            f"{plain(arrival.damaged)} in all: tell no more of a unit than it holds, and the same sum"
        )
    if (arrival.damaged == 0) != (not arrival.damage.strip()):
        return f"{where}: lot {arrival.lot}: say how much is damaged, and how"
    produced, expires = arrival.produced_on, arrival.expires_on
    if produced is not None and expires is not None and produced > expires:
        return (
            f"{where}: lot {arrival.lot} cannot be produced on {produced}, after it expires: "
            "read the label again"
        )
    return None


def receipt_contradiction(known: KnownReceipt, arrival: Arrival) -> str | None:
    """What `arrival` says otherwise about the receipt than `known`, as a sentence, or None."""
    if known.order != arrival.order:
        told = f"is under order {known.order}, not {arrival.order}"
    elif known.dock != arrival.dock:
        told = f"arrived at {known.dock}, not at {arrival.dock}"
    elif known.arrived_at != arrival.arrived_at:
        told = f"arrived at {day_and_time(known.arrived_at)}, not at {day_and_time(arrival.arrived_at)}"
    else:
        return None
    return f"receipt {known.code} {told}: correct the arrival, or give it a receipt code of its own"


def lot_contradiction(known: KnownLot, arrival: Arrival) -> str | None:
    """What `arrival` says otherwise about the lot than `known`, as a sentence, or None."""
    told = next(
        (
            f"{name} {before}, not {after}"
            for name, before, after in _lot_facts(known, arrival)
            if before != after
        ),
        None,
    )
    if told is None:
        return None
    return (
        f"lot {arrival.lot} is already recorded with {told}: "
        "correct the arrival, or give it another lot code"
    )


def added(known: KnownLot, arrival: Arrival) -> tuple[ArrivingUnit, ...]:
    """The units that the lot did not have before; none unless all that it has are told again."""
    new = tuple(unit for unit in arrival.units if unit.code not in known.units)
    told = {unit.code for unit in arrival.units}
    return new if known.units.keys() <= told else ()


def _lot_facts(known: KnownLot, arrival: Arrival) -> list[tuple[str, str, str]]:
    new = added(known, arrival)
    quantity = arrival.quantity - sum((unit.quantity for unit in new), Decimal(0))
    damaged = sum((unit.damaged for unit in new), Decimal(0))
    facts: list[tuple[str, str, str]] = [
        ("receipt", known.receipt, arrival.receipt),
        ("order", known.order, arrival.order),
        ("order line", str(known.line), str(arrival.line)),
        ("supplier lot", repr(known.supplier_lot), repr(arrival.supplier_lot)),
        ("expiry", str(known.expires_on or "none"), str(arrival.expires_on or "none")),
        ("quantity", plain(known.quantity), plain(quantity)),
        ("production", str(known.produced_on or "none"), str(arrival.produced_on or "none")),
        ("damaged", plain(known.damaged), plain(arrival.damaged - damaged)),
    ]
    if not damaged:
        facts.append(("damage", repr(known.damage), repr(arrival.damage)))
    if arrival.product is not None and known.product is not None:
        facts.append(("product", known.product, arrival.product))
    for unit in (one for one in arrival.units if one not in new):
        stored = known.units.get(unit.code)
        before = "none" if stored is None else plain(stored)
        facts.append((f"unit {unit.code} holding", before, plain(unit.quantity)))
    return facts


def carriage_fault(known: KnownReceipt, carriage: Carriage) -> str | None:
    """Why that cannot be how the receipt as it is `known` was brought, as a sentence, or None."""
    if not (carriage.carrier.strip() and carriage.actor.strip()):
        return f"carriage of receipt {known.code}: say who carried it, and who says so"
    if carriage.handed_over_at > known.arrived_at:
        return (
            f"receipt {known.code} arrived at {day_and_time(known.arrived_at)} and cannot have been "
            f"handed over to {carriage.carrier} at {day_and_time(carriage.handed_over_at)}: "
            "correct the time"
        )
    return None


def decision_fault(decision: Decision) -> str | None:
    """What is wrong with `decision` in itself, as a sentence, or None."""
    where = f"decision on receipt {decision.receipt!r}"
    verdicts = get_args(Verdict)
    if decision.decision not in verdicts:
        return f"{where}: {decision.decision!r} is no decision: give one of {', '.join(verdicts)}"
    if not decision.decided_by.strip():
        return f"{where}: a person decides: say who"
    reserved = bool(decision.reservation.strip())
    if decision.decision == "accepted_with_reservation" and not reserved:
        return f"{where}: a reservation needs its words: write what was noted on the delivery note"
    if decision.decision == "refused" and not reserved:
        return f"{where}: a refusal needs its reason: write in --reason why the goods are not taken"
    if decision.decision == "accepted" and reserved:
        return f"{where}: there is a reservation: decide accepted_with_reservation, or leave it out"
    return None


def decision_contradiction(known: KnownReceipt, decision: Decision) -> str | None:
    """Why `decision` cannot be taken on the receipt as it is `known`, as a sentence, or None."""
    if decision.decided_at < known.arrived_at:
        return (
            f"receipt {known.code} arrived at {day_and_time(known.arrived_at)} and cannot have been "
            f"decided at {day_and_time(decision.decided_at)}: correct the time of the decision"
        )
    if known.decided_at is None or repeats(known, decision):
        return None
    return (
        f"receipt {known.code} was already {known.decision} at {day_and_time(known.decided_at)} "
        f"by {known.decided_by}, and a decision stands: hold or claim what was found later"
    )


def repeats(known: KnownReceipt, decision: Decision) -> bool:
    """Whether the receipt is already decided in exactly this way."""
    stored = (known.decision, known.decided_at, known.decided_by, known.reservation)
    told = (decision.decision, decision.decided_at, decision.decided_by, decision.reservation)
    return stored == told
