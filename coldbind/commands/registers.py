"""Commands that list master data: supplier list, product list, customer list."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import Demo, transaction
from erp.purchasing.registers import KnownProduct, KnownSupplier, products, suppliers
from erp.sales.store import KnownCustomer, customers
from erp.wording import plain
from storage.database import Transaction


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    for name, words, command in (
        ("supplier", "Who delivers, and under which terms.", list_suppliers),
        ("product", "What is bought and sold.", list_products),
        ("customer", "Who buys, and what they ask of the goods.", list_customers),
    ):
        group = typer.Typer(help=words, no_args_is_help=True)
        group.command("list")(command)
        app.add_typer(group, name=name)


def list_suppliers(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List suppliers with their terms."""
    _list(suppliers, _supplier, "suppliers", as_json=as_json, use_demo=use_demo)


def list_products(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List products with the profile they are judged by."""
    _list(products, _product, "products", as_json=as_json, use_demo=use_demo)


def list_customers(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List customers with what they ask of the goods."""
    _list(customers, _customer, "customers", as_json=as_json, use_demo=use_demo)


def _list(
    ask: Callable[[Transaction], Sequence[object]],
    line: Callable[..., str],
    what: str,
    *,
    as_json: bool,
    use_demo: bool,
) -> None:
    with transaction(demo=use_demo) as running:
        found = ask(running)
    report(
        found,
        map(line, found),
        f"there are no {what}: import them with coldbind site import",
        as_json=as_json,
    )


def _supplier(one: KnownSupplier) -> str:
    terms = f", {one.incoterm} {one.named_place}" if one.incoterm else ", no delivery terms"
    contact = f", {one.contact}" if one.contact else ""
    return (
        f"{one.code}  {one.name}{terms}, claims within {one.claim_deadline_days} days, "
        f"payment in {one.payment_days} days{contact}"
    )


def _product(one: KnownProduct) -> str:
    gtin = f", GTIN {one.gtin}" if one.gtin else ""
    price = "" if one.price is None else f", {plain(one.price)} {one.currency} a {one.unit_of_measure}"
    life = "" if one.shelf_life_days is None else f", keeps {one.shelf_life_days} days"
    judged = f"judged by {one.profile} version {one.profile_version}"
    return f"{one.code}  {one.name}, in {one.unit_of_measure}, {judged}{gtin}{price}{life}"


def _customer(one: KnownCustomer) -> str:
    contact = f", {one.contact}" if one.contact else ""
    return (
        f"{one.code}  {one.name}, at least {one.min_remaining_days} days left"
        f"{_range(one.lowest, one.highest)}{contact}"
    )


def _range(lowest: Decimal | None, highest: Decimal | None) -> str:
    sides = (("at least", lowest), ("at most", highest))
    told = [f"{words} {plain(limit)} degC" for words, limit in sides if limit is not None]
    return f", delivered {' and '.join(told)}" if told else ""
