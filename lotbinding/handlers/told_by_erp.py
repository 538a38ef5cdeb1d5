"""What the ERP says happened to goods, recorded as the facts of lot binding they are.

Heard: GoodsMoved, GoodsDivided, GoodsCounted and GoodsWrittenOff. A refusal here undoes what the ERP
wanted to write.
"""

from kernel.events import GoodsCounted, GoodsDivided, GoodsMoved, GoodsWrittenOff
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import Count, Split, add_handling_unit, count, split
from storage.database import Transaction


def move(event: GoodsMoved, transaction: Transaction) -> None:
    """Record the movement; a handling unit that is packed into for the first time is made known."""
    if event.into is not None:
        add_handling_unit(transaction, event.into, "pallet", event.actor)
    movement = Movement(
        unit=event.code,
        kind=event.kind,
        location=event.location,
        occurred_at=event.occurred_at,
        by=event.actor,
        document=event.document,
        client_id=event.client_id,
        into=event.into,
    )
    record_movement(transaction, movement)


def divide(event: GoodsDivided, transaction: Transaction) -> None:
    """Make the new unit."""
    told = Split(
        event.unit, event.child, event.quantity, event.occurred_at, event.actor, event.document
    )
    split(transaction, told)


def count_goods(event: GoodsCounted, transaction: Transaction) -> None:
    """Record what was counted; nothing when it is what was known."""
    told = Count(event.unit, "adjust", event.quantity, event.occurred_at, event.actor, event.document)
    count(transaction, told)


def write_off(event: GoodsWrittenOff, transaction: Transaction) -> None:
    """Record what is lost."""
    told = Count(
        event.unit, "write_off", event.quantity, event.occurred_at, event.actor, event.document
    )
    count(transaction, told)
