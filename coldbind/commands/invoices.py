"""Commands about supplier invoices: invoice record, list, show, approve, cancel."""

from decimal import Decimal
from typing import Annotated

import typer

from coldbind.commands.ledger import decimal, past_day
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.ledger import invoices
from erp.ledger.core.invoice import Invoice, InvoiceLine, Variance
from erp.ledger.invoice_store import InvoiceRow
from kernel.money import Money
from kernel.refusal import Refusal

Supplier = Annotated[str, typer.Argument(help="The supplier.")]
Code = Annotated[str, typer.Argument(help="The supplier's number of the invoice.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    invoice = typer.Typer(help="Supplier invoices and how they match.", no_args_is_help=True)
    invoice.command("record")(record)
    invoice.command("list")(listed)
    invoice.command("show")(show)
    invoice.command("approve")(approve)
    invoice.command("cancel")(cancel)
    app.add_typer(invoice, name="invoice")


def record(
    code: Code,
    order: Annotated[str, typer.Option(help="The purchase order it is for.")],
    line: Annotated[
        list[str],
        typer.Option(help="ORDERLINE:QUANTITY@PRICE, or ORDERLINE:QUANTITY@PRICE=AMOUNT; repeat it."),
    ],
    on: Annotated[str, typer.Option("--on", help="Its date; today when left out.")] = "",
    currency: Annotated[
        str, typer.Option(help="ISO 4217, as the invoice says; the order's when left out.")
    ] = "",
    charges: Annotated[str, typer.Option(help="Freight and the like, which no order line has.")] = "0",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Record an invoice, match it with order and receipts, and post it."""
    with transaction(demo=use_demo) as running:
        coin = invoices.currency_of(running, order)
        told = Invoice(
            code,
            order,
            past_day(on, "--on"),
            currency.upper() or coin,
            tuple(_line(text, coin) for text in line),
            decimal(charges, "--charges"),
            whoever(by),
        )
        done = invoices.record(running, told)
    told_before = "" if done.new else " (told before, nothing changed)"
    console.print(f"invoice {code}: {Money(told.total, coin)}, {done.state}{told_before}", markup=False)
    _show_variances(done.variances)


def listed(
    state: Annotated[str, typer.Option(help="matched, blocked, approved or cancelled.")] = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Every invoice, newest first."""
    with transaction(demo=use_demo) as running:
        found = invoices.invoices(running, state or None)
    for one in found:
        console.print(
            f"{one.supplier} {one.code} of {one.invoiced_on}, order {one.order}: "
            f"{Money(one.total, one.currency)}, {one.state}",
            markup=False,
        )
    if not found:
        console.print("no invoices")


def show(supplier: Supplier, code: Code, *, use_demo: Demo = False) -> None:
    """An invoice, and in what it differs as things stand now."""
    with transaction(demo=use_demo) as running:
        one, found = invoices.match(running, supplier, code)
    console.print(
        f"invoice {one.code} of {one.supplier}, {one.invoiced_on}, order {one.order}: "
        f"{Money(one.total, one.currency)}, {one.state}{_by_whom(one)}",
        markup=False,
    )
    _show_variances(found)


def approve(
    supplier: Supplier,
    code: Code,
    reason: Annotated[str, typer.Option(help="Why it may be paid although it differs.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Let an invoice be paid although it differs; somebody else than who recorded it does that."""
    with transaction(demo=use_demo) as running:
        new = invoices.approve(running, supplier, code, reason, whoever(by))
    told = "approved" if new else "approved before, nothing changed"
    console.print(f"invoice {code}: {told}", markup=False)


def cancel(
    supplier: Supplier,
    code: Code,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Take back an invoice that was recorded wrongly: it is reversed, its number can be told anew."""
    with transaction(demo=use_demo) as running:
        invoices.cancel(running, supplier, code, reason, now(), whoever(by))
    console.print(f"invoice {code}: cancelled, its entries are reversed", markup=False)


def _by_whom(one: InvoiceRow) -> str:
    if one.state == "cancelled":
        return f" by {one.cancelled_by}: {one.cancelled_why}"
    return f" by {one.approved_by}: {one.approved_why}" if one.approved_by else ""


def _show_variances(found: tuple[Variance, ...] | list[Variance]) -> None:
    for one in found:
        where = f"order line {one.order_line}: " if one.order_line else ""
        console.print(
            f"  {one.kind.replace('_', ' ')}: {where}{one.words} ({one.amount:+,})", markup=False
        )


def _line(text: str, currency: str) -> InvoiceLine:
    number, colon, rest = text.partition(":")
    quantity, sign, price = rest.partition("@")
    price, _, amount = price.partition("=")
    if not (colon and sign and number.isdigit()):
        raise Refusal(f"--line {text!r}: write ORDERLINE:QUANTITY@PRICE, such as 1:48@12.30")
    many, each = decimal(quantity, "--line, quantity"), decimal(price, "--line, price")
    written: Decimal = (
        decimal(amount, "--line, amount") if amount else Money(each, currency).times(many).amount
    )
    return InvoiceLine(int(number), many, each, written)
