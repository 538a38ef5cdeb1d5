"""Commands about recalls: recall find, open, list, show, notify, reply, close."""

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from coldbind.commands.units import quantity_of
from coldbind.csv_rows import csv_of
from coldbind.felt_by import units_that_felt
from coldbind.site_file import parse_time
from erp.recall import handlers, store
from erp.recall.core import Effect, Fate, Handle, together
from erp.recall.handlers import Opening, Scope
from erp.wording import plain
from kernel.intervals import Span
from kernel.refusal import Refusal

Code = Annotated[str, typer.Argument(help="The recall.")]
Lot = Annotated[str, typer.Option(help="Our lot.")]
SupplierLot = Annotated[str, typer.Option(help="The supplier's lot.")]
Supplier = Annotated[str, typer.Option(help="The supplier of that lot.")]
Order = Annotated[str, typer.Option(help="The purchase order.")]
Product = Annotated[str, typer.Option(help="The product, received --from --to.")]
Sensor = Annotated[str, typer.Option(help="What felt this sensor, --from --to.")]
Excursion = Annotated[str, typer.Option(help="The number of an excursion.")]
Since = Annotated[str, typer.Option("--from", help="ISO 8601 with zone.")]
Until = Annotated[str, typer.Option("--to", help="ISO 8601 with zone.")]


class Form(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


As = Annotated[Form, typer.Option("--format", help="table, csv (who got what) or json.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    recall = typer.Typer(help="Who has bad goods, and what became of them.", no_args_is_help=True)
    recall.command("find")(find)
    recall.command("open")(open_recall)
    recall.command("list")(list_recalls)
    recall.command("show")(show)
    recall.command("notify")(notify)
    recall.command("reply")(reply)
    recall.command("close")(close)
    app.add_typer(recall, name="recall")


def find(
    lot: Lot = "",
    supplier_lot: SupplierLot = "",
    supplier: Supplier = "",
    order: Order = "",
    product: Product = "",
    sensor: Sensor = "",
    excursion: Excursion = "",
    since: Since = "",
    until: Until = "",
    form: As = Form.TABLE,
    *,
    use_demo: Demo = False,
) -> None:
    """Tell who has goods, from whom they came and what of them is left here; changes nothing."""
    subjects = (lot, supplier_lot, order, product, sensor, excursion)
    handle = _handle(subjects, supplier, since, until)
    with transaction(demo=use_demo) as running:
        scope = handlers.find(running, handle, units_that_felt)
    if form is Form.JSON:
        typer.echo(msgspec.json.encode(_scope(scope)).decode())
    elif form is Form.CSV:
        typer.echo(csv_of(store.Forward, scope.forward), nl=False)
    else:
        _print(scope)


def open_recall(
    code: Code,
    reason: Annotated[str, typer.Option(help="Why.")],
    lot: Lot = "",
    supplier_lot: SupplierLot = "",
    supplier: Supplier = "",
    order: Order = "",
    product: Product = "",
    sensor: Sensor = "",
    excursion: Excursion = "",
    since: Since = "",
    until: Until = "",
    by: By = "",
    *,
    mock: Annotated[bool, typer.Option("--mock", help="An exercise: nothing is held.")] = False,
    use_demo: Demo = False,
) -> None:
    """Open a recall: what is left is held at once, and a notice waits for every customer."""
    subjects = (lot, supplier_lot, order, product, sensor, excursion)
    told = Opening(code, _handle(subjects, supplier, since, until), reason, whoever(by), mock)
    scope = recorded(
        lambda running: handlers.open_recall(running, told, units_that_felt), demo=use_demo
    )
    _print(scope)
    with transaction(demo=use_demo) as running:
        seconds = handlers.known_case(running, code).traced_seconds
    kind = "mock recall" if mock else "recall"
    console.print(f"{kind} {code}: open, traced in {seconds:.2f} s", markup=False)


def list_recalls(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List the recalls, the newest first."""
    with transaction(demo=use_demo) as running:
        found = store.recalls(running)
    report(found, map(_line, found), "no recalls", as_json=as_json)


def show(code: Code, form: As = Form.TABLE, *, use_demo: Demo = False) -> None:
    """Tell who has the goods of a recall, who was told, and how much is accounted for."""
    with transaction(demo=use_demo) as running:
        case = handlers.whole_case(running, code)
    if form is Form.JSON:
        told = {
            "recall": case.recall,
            **_scope(case.scope),
            "notices": case.notices,
            "replies": case.replies,
            "effect": [_effect(one) for one in case.effects],
        }
        typer.echo(msgspec.json.encode(told).decode())
        return
    if form is Form.CSV:
        typer.echo(csv_of(store.Forward, case.scope.forward), nl=False)
        return
    console.print(_line(case.recall), markup=False)
    _print(case.scope)
    for notice in case.notices:
        told_ = f", told by {notice.sent_by}: {notice.sent_how}" if notice.sent_by else ""
        contact = notice.contact or "no contact known"
        console.print(f"notice to {notice.customer} ({contact}): {notice.state}{told_}", markup=False)
    for one in case.replies:
        console.print(
            f"{one.customer}: {plain(one.quantity)} of {one.lot} {one.fate.replace('_', ' ')}"
            f"{': ' if one.remark else ''}{one.remark}",
            markup=False,
        )
    whole = together(case.effects)
    console.print(
        f"accounted for: {whole.share:.1%} of {plain(whole.shipped)} shipped, {plain(whole.open)} open",
        markup=False,
    )


def notify(
    code: Code,
    customer: Annotated[str, typer.Argument(help="The customer.")],
    how: Annotated[str, typer.Option(help="Such as phone, or the mail's number.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Write down that a customer was told."""
    new = recorded(
        lambda running: handlers.notify(running, code, customer, how, whoever(by)), demo=use_demo
    )
    console.print(
        f"recall {code}: {customer} {'told' if new else 'was told before, nothing changed'}",
        markup=False,
    )


def reply(
    code: Code,
    customer: Annotated[str, typer.Argument(help="The customer.")],
    lot: Annotated[str, typer.Option(help="The lot.")],
    fate: Annotated[str, typer.Option(help="destroyed, used, lost, will_return.")],
    quantity: Annotated[str, typer.Option(help="How much.")],
    remark: Annotated[str, typer.Option(help="Their words.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Write down what a customer says became of recalled goods."""
    told = Fate(customer, fate, quantity_of(quantity))
    recorded(
        lambda running: handlers.reply(running, code, told, whoever(by), lot=lot, remark=remark),
        demo=use_demo,
    )
    console.print(f"recall {code}: {quantity} of {lot} {fate.replace('_', ' ')}", markup=False)


def close(
    code: Code,
    conclusion: Annotated[str, typer.Option(help="What came of it.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """The recall is over; holds stay until quality decides about them."""
    left = recorded(
        lambda running: handlers.close(running, code, whoever(by), conclusion), demo=use_demo
    )
    console.print(f"recall {code}: closed, {plain(left)} not accounted for", markup=False)


def _handle(subjects: tuple[str, ...], supplier: str, since: str, until: str) -> Handle:
    kinds = ("lot", "supplier_lot", "order", "product", "sensor", "excursion")
    given = [(kind, subject) for kind, subject in zip(kinds, subjects, strict=True) if subject]
    if len(given) != 1:
        names = ", ".join(f"--{kind.replace('_', '-')}" for kind in kinds)
        raise Refusal(f"say by what to recall: exactly one of {names}")
    during = None
    if since or until:
        start, end = parse_time(since, "--from"), parse_time(until, "--to")
        if end <= start:
            raise Refusal(f"--to {until} is not after --from {since}")
        during = Span(start, end)
    return Handle(*given[0], supplier or None, during)


def _print(scope: Scope) -> None:
    for source in scope.backward:
        console.print(
            f"lot {source.lot} (theirs: {source.supplier_lot or '-'}) from {source.supplier}, order "
            f"{source.order} line {source.line}, receipt {source.receipt} of "
            f"{source.arrived_at:%Y-%m-%d}",
            markup=False,
        )
    for got in scope.forward:
        back = f", {plain(got.returned)} back" if got.returned else ""
        console.print(
            f"{got.customer} {got.name} ({got.contact or 'no contact known'}): {plain(got.quantity)} "
            f"{got.unit_of_measure} of {got.lot}, unit {got.unit}, shipment {got.shipment} "
            f"{got.dispatched_at:%Y-%m-%d %H:%M} UTC{back}",
            markup=False,
        )
    for left in scope.present:
        state = "blocked" if left.blocked else "held" if left.held else "NOT BLOCKED"
        console.print(
            f"here: {left.unit}, {plain(left.quantity)} {left.unit_of_measure} of {left.lot} at "
            f"{left.location or 'no place'}, {state}",
            markup=False,
        )
    customers = len({got.customer for got in scope.forward})
    console.print(
        f"{len(scope.backward)} lots, {customers} customers, {len(scope.present)} units left here",
        markup=False,
    )


def _scope(scope: Scope) -> dict[str, object]:
    return {"forward": scope.forward, "backward": scope.backward, "present": scope.present}


def _effect(one: Effect) -> dict[str, object]:
    told: dict[str, object] = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return {**told, "open": one.open, "share": one.share}


def _line(one: store.Recall) -> str:
    kind = "mock recall" if one.mock else "recall"
    took = f", traced in {one.traced_seconds:.2f} s" if one.traced_seconds is not None else ""
    end = f": {one.conclusion}" if one.conclusion else ""
    return (
        f"{kind} {one.code} by {one.kind.replace('_', ' ')} {one.subject}, {one.state}{took}: "
        f"{one.reason}{end}"
    )
