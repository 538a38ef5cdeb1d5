"""Commands about what is in a handling unit: pack, unpack."""

from typing import Annotated

import typer

from coldbind.commands.goods import Happened
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from coldbind.commands.units import Document
from erp.quality.moving import Move, admit
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import add_handling_unit
from lotbinding.handlers.whereabouts import where
from storage.database import Transaction

Units = Annotated[list[str], typer.Argument(metavar="UNIT..", help="The stock units.")]
ClientId = Annotated[str, typer.Option(help="The scanner's id of this movement.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(pack)
    app.command()(unpack)


def pack(
    unit: Units,
    into: Annotated[str, typer.Option(help="The handling unit; made known when it is not.")],
    kind: Annotated[str, typer.Option(help="pallet, tote, box, cage, container.")] = "pallet",
    sscc: Annotated[str, typer.Option(help="The 18 digits of a new handling unit.")] = "",
    document: Document = "",
    client_id: ClientId = "",
    happened: Happened = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Put units into a handling unit: from then on they go where it goes.

    Held goods are packed where they stand, or into one that stands in a quarantine cage.
    """
    told = [_packing(one, "pack", when(at), by, document, client_id, into) for one in unit]
    with transaction(demo=use_demo) as running:
        add_handling_unit(running, into, kind, whoever(by), sscc or None)
        for one in told:
            _admit(running, one, into, happened)
            record_movement(running, one)
    console.print(f"handling unit {into}: {', '.join(unit)} packed", markup=False)


def unpack(
    unit: Units,
    document: Document = "",
    client_id: ClientId = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take units out of their handling unit; they stay where it stands."""
    told = [_packing(one, "unpack", when(at), by, document, client_id) for one in unit]
    with transaction(demo=use_demo) as running:
        for one in told:
            inside = where(running, one.unit, one.occurred_at).handling_unit
            if record_movement(running, one) and inside is None:
                raise Refusal(f"unit {one.unit} is in no handling unit: coldbind where {one.unit}")
    console.print(f"unit {', '.join(unit)}: taken out", markup=False)


def _packing(
    unit: str, kind: str, at: int, by: str, document: str, client_id: str, into: str | None = None
) -> Movement:
    return Movement(
        unit=unit,
        kind=kind,
        location=None,
        occurred_at=at,
        by=whoever(by),
        document=document,
        client_id=f"{client_id}/{unit}" if client_id else None,
        into=into,
    )


def _admit(running: Transaction, packing: Movement, into: str, happened: str) -> None:
    """Held goods come to stand where the handling unit stands: the same is asked as of a move."""
    there = where(running, into, packing.occurred_at).location
    here = where(running, packing.unit, packing.occurred_at).location
    if there not in {None, here}:
        admit(running, Move(packing.unit, there, packing.occurred_at, packing.by), happened)
