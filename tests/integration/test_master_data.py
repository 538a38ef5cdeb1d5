"""Master data: imported line by line with faults named, told again without harm, exported as it is."""

import json
from collections.abc import Generator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from coldbind.install import install
from coldbind.site_file import apply_site
from coldbind.site_file.reading import read_site_files
from coldbind.site_file.writing import csv_of, recorded_site, yaml_of
from coldbind.wiring import open_database
from kernel.refusal import Refusal
from storage.database import Database
from tests.commands import coldbind

SUPPLIERS = "code,name,incoterm,named_place,payment_days,contact\nS,Supplier,DAP,Berlin,,s@s.example\n"
PRODUCTS = """code;name;unit_of_measure;profile;gtin;price;currency;shelf_life_days
P;Vaccine;box;medicines-2-8;4006381333931;62.50;EUR;730
Q;Tablets;box;medicines-2-8;;;;
"""
CUSTOMERS = "code,name,min_remaining_days,lowest,highest\nCLINIC,City clinic,90,2,8\nSHOP,Shop,0,,\n"


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    install(database_url)
    with open_database(database_url, "test") as database:
        yield database


def files(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in texts]


def record(database: Database, folder: Path, **texts: str) -> tuple[str, ...]:
    site = read_site_files(files(folder, **texts))
    with database.transaction() as transaction:
        return apply_site(transaction, site, "test").changes


def test_it_is_recorded_once_and_exported_as_it_is(database: Database, tmp_path: Path) -> None:
    told = {"suppliers": SUPPLIERS, "products": PRODUCTS, "customers": CUSTOMERS}
    assert record(database, tmp_path, **told) == (
        "supplier S: created",
        "product P: created",
        "product Q: created",
        "customer CLINIC: created",
        "customer SHOP: created",
    )
    assert record(database, tmp_path, **told) == ()
    with database.transaction() as transaction:
        site = recorded_site(transaction)
    (supplier,), (vaccine, _), (clinic, _) = site.suppliers, site.products, site.customers
    assert (supplier.claim_deadline_days, supplier.payment_days) == (14, 30)
    assert (vaccine.gtin, vaccine.price, vaccine.shelf_life_days) == (
        "04006381333931",
        Decimal("62.5"),
        730,
    )
    assert (clinic.min_remaining_days, clinic.lowest, clinic.highest) == (90, Decimal(2), Decimal(8))
    (tmp_path / "all.yaml").write_text(yaml_of(site), encoding="utf-8")
    again = read_site_files([tmp_path / "all.yaml"])
    with database.transaction() as transaction:
        assert apply_site(transaction, again, "test").changes == ()
    assert (
        record(database, tmp_path, **{Path(name).stem: text for name, text in csv_of(site).items()})
        == ()
    )


def test_what_is_left_out_stays_as_it_is(database: Database, tmp_path: Path) -> None:
    record(database, tmp_path, suppliers=SUPPLIERS, products=PRODUCTS, customers=CUSTOMERS)
    short = "code,name,claim_deadline_days\nS,Supplier Ltd,5\n"
    assert record(database, tmp_path, suppliers=short) == ("supplier S: changed",)
    assert record(database, tmp_path, suppliers="code,name\nS,Supplier Ltd\n") == ()
    few = "code,name,unit_of_measure,profile\nP,Vaccine,box,medicines-2-8\n"
    assert record(database, tmp_path, products=few) == ()
    less = "code,name,min_remaining_days,highest\nCLINIC,City clinic,60,\n"
    assert record(database, tmp_path, customers=less) == ("customer CLINIC: changed",)
    with database.transaction() as transaction:
        site = recorded_site(transaction)
    assert (site.suppliers[0].incoterm, site.suppliers[0].contact) == ("DAP", "s@s.example")
    assert (site.suppliers[0].claim_deadline_days, site.products[0].price) == (5, Decimal("62.5"))
    assert (site.customers[0].min_remaining_days, site.customers[0].highest) == (60, Decimal(8))


FAULTS = [
    (
        "products",
        "X;X;box;medicines-2-8;4006381333932;;;",
        "GTIN 4006381333932 ends with 2, and its check",
    ),
    ("products", "X;X;box;medicines-2-8;123;;;", "has 3 digits: write its 8, 12, 13 or 14"),
    ("products", "X;X;box;medicines-2-8;40063813x3931;;;", "is no GTIN"),
    ("products", "X;X;box;medicines-2-8;04006381333931;;;", "is that of P: give each its own"),
    ("products", "X;X;box;medicines-2-8;;5;;", "a price needs its currency"),
    ("products", "X;X;box;medicines-2-8;;-5;EUR;", "-5 is no price"),
    ("products", "X;X;box;medicines-2-8;;5;euro;", "'euro' is not an ISO 4217 currency"),
    ("products", "X;X;box;medicines-2-8;;;;0", "a shelf life of 0 days is none"),
    ("products", "X;X;box;cold;;;;", "there is no temperature profile 'cold'"),
    ("products", "X;X;box;medicines-2-8;;;;soon", "'soon' is not a whole number"),
    ("customers", "X,X,-1,,", "-1 days of use left are less than none"),
    ("customers", "X,X,5,8,2", "8 to 2 degC is no range"),
    ("customers", "X,X,5,2.123,", "2.123 is no temperature"),
    ("customers", "X,,5,,", "name is missing"),
    ("suppliers", "X,X,DAT,Berlin,,", "'DAT' is no Incoterms 2020 rule"),
    ("suppliers", "X,X,,,-1,", "give 0 or more payment days"),
]


def test_a_faulty_line_is_named_and_nothing_is_recorded(database: Database, tmp_path: Path) -> None:
    texts = {"suppliers": SUPPLIERS, "products": PRODUCTS, "customers": CUSTOMERS}
    for section, row, words in FAULTS:
        number = texts[section].count("\n") + 1
        with pytest.raises(Refusal) as refused:
            record(database, tmp_path, **{section: texts[section] + row + "\n"})
        assert f"{section}.csv: line {number}: {section}" in str(refused.value), row
        assert words in str(refused.value), row
    with database.transaction() as transaction:
        site = recorded_site(transaction)
    assert [*site.suppliers, *site.products, *site.customers] == []


def test_the_commands_list_it_and_a_dry_run_records_nothing(
    database_url: str, server_folder: Path
) -> None:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}
    ask = partial(coldbind, told=told)
    assert ask("migrate").code == 0
    files(server_folder, suppliers=SUPPLIERS, products=PRODUCTS, customers=CUSTOMERS)
    dry = ask("site", "import", str(server_folder), "--dry-run")
    assert "customer CLINIC: created" in dry.out
    assert ask("customer", "list").out == (
        "there are no customers: import them with coldbind site import\n"
    )
    assert ask("site", "import", str(server_folder)).code == 0
    assert ask("customer", "list").out.splitlines() == [
        "CLINIC  City clinic, at least 90 days left, delivered at least 2 degC and at most 8 degC",
        "SHOP  Shop, at least 0 days left",
    ]
    assert "S  Supplier, DAP Berlin, claims within 14 days, payment in 30 days, s@s.example" in (
        ask("supplier", "list").out
    )
    (vaccine, _) = json.loads(ask("product", "list", "--json").out)
    assert (vaccine["gtin"], vaccine["price"], vaccine["currency"]) == (
        "04006381333931",
        "62.500000",
        "EUR",
    )
