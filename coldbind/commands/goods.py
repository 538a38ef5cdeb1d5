"""Commands about goods: receive, accept, move."""

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.commands.times import At, when
from erp.quality.moving import Move, admit
from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Carriage, Decision
from erp.receiving.flag_store import standing
from kernel.events import ArrivingUnit
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement

Happened = Annotated[
    str, typer.Option(help="Held goods went there already: how that came. An alert is raised.")
]


class Answer(StrEnum):
    """What a receiver can decide."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_RESERVATION = "accepted_with_reservation"
    REFUSED = "refused"


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(receive)
    app.command()(handover)
    app.command()(decide)
    app.command()(move)


def receive(
    receipt: Annotated[str, typer.Argument(help="The number of this delivery.")],
    order: Annotated[str, typer.Option(help="The purchase order.")],
    lot: Annotated[str, typer.Option(help="Our lot code.")],
    dock: Annotated[str, typer.Option(help="The dock door it arrived at.")],
    unit: Annotated[list[str], typer.Option(help="CODE=QUANTITY of a pallet or case; repeat it.")],
    line: Annotated[int, typer.Option(help="The order's line.")] = 1,
    supplier_lot: Annotated[str, typer.Option(help="The supplier's own lot number.")] = "",
    expires: Annotated[str, typer.Option(help="Last day of use, such as 2026-12-31.")] = "",
    damaged: Annotated[
        list[str] | None, typer.Option(help="CODE=QUANTITY of it that is damaged; repeat it.")
    ] = None,
    damage: Annotated[str, typer.Option(help="What is damaged, in words.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record goods that stand at a dock door; the supplier still has custody."""
    units = _units(unit, damaged or [])
    arrival = Arrival(
        receipt=receipt,
        order=order,
        line=line,
        dock=dock,
        arrived_at=when(at),
        lot=lot,
        supplier_lot=supplier_lot,
        expires_on=_day(expires) if expires else None,
        units=units,
        actor=whoever(by),
        damaged=sum((one.damaged for one in units), Decimal(0)),
        damage=damage,
    )
    with transaction(demo=use_demo) as running:
        done = receiving.arrive(running, arrival)
    told = "" if done.recorded else " (told before, nothing changed)"
    console.print(f"lot {lot}: {len(unit)} units stand at {dock}{told}", markup=False)


def handover(
    receipt: Annotated[str, typer.Argument(help="The delivery.")],
    carrier: Annotated[str, typer.Option(help="Who carried it.")],
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record when the supplier gave a delivery to its carrier; told again, the newest counts."""
    told = Carriage(receipt, carrier, when(at), whoever(by))
    with transaction(demo=use_demo) as running:
        new = receiving.hand_over(running, told)
    ending = "" if new else " (told before, nothing changed)"
    console.print(f"receipt {receipt}: handed over to {carrier}{ending}", markup=False)


def decide(
    receipt: Annotated[str, typer.Argument(help="The delivery.")],
    decision: Annotated[Answer, typer.Argument(help="What was decided.")],
    reservation: Annotated[
        str,
        typer.Option(
            "--reservation", "--reason", help="What the delivery note says; why it is refused."
        ),
    ] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Accept or refuse a delivery; custody passes to us when it is accepted."""
    told = Decision(
        receipt,
        decision.value,
        when(at),
        whoever(by),
        reservation,
    )
    with transaction(demo=use_demo) as running:
        done = receiving.decide(running, told)
        flags = standing(running, done.receipt_id)
    console.print(f"receipt {receipt}: {decision.value.replace('_', ' ')}", markup=False)
    for flag in flags:
        console.print(f"  {flag.kind.replace('_', ' ')}: {flag.words}", markup=False, soft_wrap=True)


def move(
    unit: Annotated[str, typer.Argument(help="The stock unit or handling unit.")],
    location: Annotated[str, typer.Argument(help="Where it went; leave out for a dispatch.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="put_away, replenish, transfer, pick, load, dispatch, return, return_to_supplier."
        ),
    ] = "transfer",
    document: Annotated[str, typer.Option(help="The paper or task it belongs to.")] = "",
    client_id: Annotated[str, typer.Option(help="The scanner's id of this movement.")] = "",
    happened: Happened = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record where a unit or handling unit went; may be told late, what counts is when it happened.

    Held goods go into a quarantine cage only; where they went all the same is recorded with --happened.
    """
    movement = Movement(
        unit=unit,
        kind=kind,
        location=location or None,
        occurred_at=when(at),
        by=whoever(by),
        document=document,
        client_id=client_id or None,
    )
    with transaction(demo=use_demo) as running:
        wanted = Move(unit, movement.location, movement.occurred_at, movement.by)
        admit(running, wanted, happened)
        new = record_movement(running, movement)
    told = "recorded" if new else "recorded before, nothing changed"
    console.print(f"unit {unit}: {told}", markup=False)


def _units(units: list[str], damaged: list[str]) -> tuple[ArrivingUnit, ...]:
    """The units as counted, with how much of each is damaged."""
    spoiled = dict(_amount(text, "--damaged") for text in damaged)
    counted = [_amount(text, "--unit") for text in units]
    for stranger in spoiled.keys() - {code for code, _ in counted}:
        raise Refusal(f"--damaged {stranger}: no --unit has this code")
    return tuple(ArrivingUnit(code, amount, spoiled.get(code, Decimal(0))) for code, amount in counted)


def _amount(text: str, option: str) -> tuple[str, Decimal]:
    code, _, quantity = text.rpartition("=")
    try:
        amount = Decimal(quantity)
    except InvalidOperation:
        amount = Decimal(0)
    if not code or not amount.is_finite() or amount <= 0:
        raise Refusal(f"{option} {text!r}: write CODE=QUANTITY, such as PAL-1=48")
    return code, amount


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"--expires {text!r} is not a day such as 2026-12-31") from error
