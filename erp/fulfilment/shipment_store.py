"""What sales reads and writes about shipments, their manifests and what comes back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import msgspec

from erp.fulfilment.core import Condition
from erp.fulfilment.order_store import end_served_waves
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods that leave for one customer together."""

    shipment_id: int
    code: str
    customer: str
    vehicle: str | None
    carrier: str
    state: str
    dispatched_at: datetime | None
    delivered_at: datetime | None
    delivered_to: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree."""

    location_id: int
    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Told:
    """A stock unit that a told code stands for: itself, or the handling unit it is in."""

    unit_id: int
    unit: str
    told: str
    handling_unit: str | None


@dataclass(frozen=True, slots=True)
class PickOfUnit:
    """For whom a unit is picked, and the shipment it is loaded for."""

    pick_id: int
    unit_id: int
    unit: str
    customer: str
    order: str
    shipment: str | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A unit that is loaded for a shipment."""

    pick_id: int
    unit_id: int
    unit: str
    handling_unit: str | None
    order: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A unit inside a handling unit of a shipment that is not loaded for it."""

    unit: str
    handling_unit: str
    held: bool


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """A unit as it left us, and the condition it was in; times beyond each limit are JSON text."""

    unit: str
    lot: str
    supplier_lot: str
    expires_on: date | None
    product: str
    product_name: str
    quantity: Decimal
    unit_of_measure: str
    order: str
    line: int
    handling_unit: str | None
    since: datetime | None
    until: datetime | None
    readings: int | None
    lowest: float | None
    highest: float | None
    mean: float | None
    mkt: float | None
    beyond: str | None
    unmonitored_seconds: float | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class ShippedUnit:
    """A unit of a shipment, locked, and what of it came back already."""

    unit_id: int
    unit: str
    quantity: Decimal
    lot_id: int
    returned: Decimal


@dataclass(frozen=True, slots=True)
class KnownReturn:
    """What came back under a code before."""

    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_id: int
    code: str


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


_SQL = Statements("erp.fulfilment")
_OPEN = _SQL.command("open_shipment")
_PLACE = _SQL.returning(Place, "vehicle")
_LOCK = _SQL.returning(Shipment, "lock_shipment")
_SHIPMENTS = _SQL.returning(Shipment, "shipments")
_THINGS = _SQL.returning(Told, "things")
_LOCK_CARRIERS = _SQL.returning(_Id, "lock_carriers")
_LOCK_UNITS = _SQL.returning(_Unit, "lock_unit_ids")
_PICKS = _SQL.returning(PickOfUnit, "picks_of_units")
_LOAD = _SQL.command("load_picks")
_UNLOAD = _SQL.command("unload_shipment")
_CANCEL = _SQL.command("cancel_shipment")
_LOADED = _SQL.returning(Loaded, "loaded")
_STRANGERS = _SQL.returning(Stranger, "strangers")
_WRITE_MANIFEST = _SQL.command("write_manifest")
_PICKS_LEFT = _SQL.command("picks_left")
_LEFT = _SQL.command("shipment_left")
_CONDITIONS = _SQL.command("insert_conditions")
_CLOSE_SERVED = _SQL.returning(_Code, "close_served_orders")
_DELIVERED = _SQL.command("shipment_delivered")
_MANIFEST = _SQL.returning(ManifestLine, "manifest")
_SHIPPED = _SQL.returning(ShippedUnit, "shipped_unit")
_KNOWN_RETURN = _SQL.returning(KnownReturn, "known_return")
_INSERT_RETURN = _SQL.returning(_UnitId, "insert_return")


def open_shipment(  # noqa: PLR0917 - the columns of a shipment
    transaction: Transaction, code: str, customer_id: int, vehicle: str | None, carrier: str, by: str
) -> bool:
    """Add a shipment; False when the code is taken."""
    return bool(
        transaction.run(
            _OPEN, code=code, customer_id=customer_id, vehicle=vehicle, carrier=carrier, by=by
        )
    )


def place(transaction: Transaction, path: str) -> Place | None:
    """The place at `path`."""
    return transaction.row(_PLACE, path=path)


def lock(transaction: Transaction, code: str) -> Shipment | None:
    """The shipment with that code, locked."""
    return transaction.row(_LOCK, code=code)


def shipments(transaction: Transaction, code: str | None = None) -> list[Shipment]:
    """The shipments, newest first, or the one with that code."""
    return transaction.rows(_SHIPMENTS, code=code)


def lock_goods(
    transaction: Transaction, handling_units: Collection[str], unit_ids: Collection[int]
) -> None:
    """None of these moves or is held until the transaction ends; handling units first, as always."""
    transaction.rows(_LOCK_CARRIERS, codes=list(handling_units))
    transaction.rows(_LOCK_UNITS, unit_ids=list(unit_ids))


def things(transaction: Transaction, codes: Collection[str]) -> list[Told]:
    """The stock units that codes of units and handling units stand for."""
    return transaction.rows(_THINGS, codes=list(codes))


def picks_of(transaction: Transaction, unit_ids: Collection[int]) -> list[PickOfUnit]:
    """For whom units are picked."""
    return transaction.rows(_PICKS, unit_ids=list(unit_ids))


def load(transaction: Transaction, shipment_id: int, pick_ids: Collection[int]) -> None:
    """These picks go with the shipment."""
    transaction.run(_LOAD, shipment_id=shipment_id, pick_ids=list(pick_ids))


def cancel(transaction: Transaction, shipment_id: int, why: str) -> None:
    """The shipment does not leave; its picks may go with another one."""
    transaction.run(_UNLOAD, shipment_id=shipment_id)
    transaction.run(_CANCEL, shipment_id=shipment_id, why=why)


def loaded(transaction: Transaction, shipment_id: int) -> list[Loaded]:
    """What is loaded for the shipment."""
    return transaction.rows(_LOADED, shipment_id=shipment_id)


def strangers(
    transaction: Transaction, shipment_id: int, handling_units: Collection[str]
) -> list[Stranger]:
    """What is inside these handling units and not loaded for the shipment."""
    return transaction.rows(_STRANGERS, shipment_id=shipment_id, handling_units=list(handling_units))


def leave(transaction: Transaction, shipment_id: int, at: int, by: str) -> None:
    """Write the manifest from the picks, and that they have left."""
    transaction.run(_WRITE_MANIFEST, shipment_id=shipment_id)
    transaction.run(_PICKS_LEFT, shipment_id=shipment_id)
    transaction.run(_LEFT, shipment_id=shipment_id, at=moment(at), by=by)


def close_served(transaction: Transaction, shipment_id: int, by: str) -> list[str]:
    """Close the orders of which everything has left, and their waves; the codes of the orders."""
    closed = [row.code for row in transaction.rows(_CLOSE_SERVED, shipment_id=shipment_id, by=by)]
    end_served_waves(transaction)
    return closed


def insert_conditions(
    transaction: Transaction, shipment_id: int, at: int, found: Sequence[Condition]
) -> None:
    """Write down what each unit had felt when it left."""
    transaction.run(
        _CONDITIONS,
        shipment_id=shipment_id,
        until=moment(at),
        units=[one.unit for one in found],
        since=[one.since for one in found],
        readings=[one.readings for one in found],
        lowest=[one.lowest for one in found],
        highest=[one.highest for one in found],
        mean=[one.mean for one in found],
        mkt=[one.mkt for one in found],
        beyond=[msgspec.json.encode(one.beyond).decode() for one in found],
        unmonitored=[one.unmonitored for one in found],
    )


def deliver(
    transaction: Transaction, shipment_id: int, at: int, *, to: str, remark: str, by: str
) -> None:
    """Write down who took the shipment."""
    transaction.run(_DELIVERED, shipment_id=shipment_id, at=moment(at), to=to, remark=remark, by=by)


def manifest(transaction: Transaction, code: str) -> list[ManifestLine]:
    """What left with the shipment, lot by lot."""
    return transaction.rows(_MANIFEST, code=code)


def shipped(transaction: Transaction, shipment_id: int, unit: str) -> ShippedUnit | None:
    """A unit of the shipment, locked."""
    return transaction.row(_SHIPPED, shipment_id=shipment_id, unit=unit)


def known_return(transaction: Transaction, code: str, shipped_unit: int) -> KnownReturn | None:
    """What came back of a shipped unit under this code."""
    return transaction.row(_KNOWN_RETURN, code=code, shipped_unit=shipped_unit)


def insert_return(
    transaction: Transaction,
    code: str,
    shipment_id: int,
    *,
    unit: str,
    shipped_unit: int,
    quantity: Decimal,
    location: str,
    at: int,
    by: str,
    reason: str,
) -> int:
    """Write down what came back; the id of the unit that it is now."""
    return transaction.one(
        _INSERT_RETURN,
        code=code,
        shipment_id=shipment_id,
        unit=unit,
        shipped_unit=shipped_unit,
        quantity=quantity,
        location=location,
        at=moment(at),
        by=by,
        reason=reason,
    ).unit_id
