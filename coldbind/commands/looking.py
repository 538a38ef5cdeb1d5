"""Commands that look: trace, custody, doctor."""

from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import Demo, console, transaction
from coldbind.commands.times import KnownAt, clock, known, told
from coldbind.doctor import examine
from coldbind.settings import read_settings
from erp.quality.custody import CustodyCard, custody_of
from erp.trace.handlers import More, trace_lot
from erp.trace.text import lines
from kernel.instants import BEGINNING, FOREVER
from kernel.refusal import Refusal
from lotbinding.record.stays import lot_stays, lot_stays_felt


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(trace)
    app.command()(custody)
    app.command()(doctor)


def trace(
    lot: Annotated[str, typer.Argument(help="The lot's code.")],
    *,
    as_known_at: KnownAt = "",
    stats: Annotated[
        bool, typer.Option("--stats", help="With what was felt at each place; looks at every reading.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole story as JSON.")] = False,
    use_demo: Demo = False,
) -> None:
    """Tell a lot's whole story: order, receipt, stays, excursions, holds, customers, money, claims."""
    at = known(as_known_at)
    with transaction(demo=use_demo) as running:
        more = More(lot_stays_felt if stats else lot_stays, at)
        story = trace_lot(running, lot, more if stats or at is not None else None)
    if story is None and at is not None:
        raise Refusal(f"lot {lot!r} was not known at {clock(at)}: ask for a later time")
    if story is None:
        raise Refusal(f"lot {lot!r} is not known: write its code as it was received")
    if as_json:
        typer.echo(story)
        return
    for line in lines(msgspec.json.decode(story)):
        console.print(line, markup=False, soft_wrap=True)


def custody(
    unit: Annotated[str, typer.Argument(help="The stock unit.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    use_demo: Demo = False,
) -> None:
    """Tell whose custody a unit was in, when and why, and how its excursions were split."""
    with transaction(demo=use_demo) as running:
        card = custody_of(running, unit)
    if as_json:
        typer.echo(msgspec.json.encode(_as_json(card)).decode())
        return
    for phase in card.phases:
        since = "the beginning" if phase.span.start == BEGINNING else clock(phase.span.start)
        until = "on" if phase.span.end == FOREVER else f"to {clock(phase.span.end)}"
        console.print(
            f"{phase.party:<8}  from {since} {until}: {phase.why}", markup=False, soft_wrap=True
        )
    for one in card.excursions:
        gone = f" (withdrawn: {one.withdrawn_why})" if one.withdrawn_why else ""
        broken = f"excursion {one.excursion_id}, {one.rule}, from {clock(one.started_at)}"
        console.print(f"{broken}: {one.reason}{gone}", markup=False, soft_wrap=True)


def _as_json(card: CustodyCard) -> dict[str, object]:
    return {
        "unit": card.unit,
        "custody": [
            {
                "party": phase.party,
                "since": told(phase.span.start),
                "until": told(phase.span.end),
                "why": phase.why,
            }
            for phase in card.phases
        ],
        "excursions": [
            {
                "id": one.excursion_id,
                "rule": one.rule,
                "started_at": told(one.started_at),
                "supplier_seconds": one.supplier_seconds,
                "carrier_seconds": one.carrier_seconds,
                "own_seconds": one.own_seconds,
                "customer_seconds": one.customer_seconds,
                "reason": one.reason,
                "withdrawn_why": one.withdrawn_why,
            }
            for one in card.excursions
        ],
    }


def doctor() -> None:
    """Check every link of the path and say what to do about what does not hold."""
    checks = examine(read_settings())
    for check in checks:
        mark = "[green]ok  [/]" if check.ok else "[red]FAIL[/]"
        console.print(f"{mark} {check.what}: ", end="")
        console.print(check.answer, markup=False, soft_wrap=True)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)
