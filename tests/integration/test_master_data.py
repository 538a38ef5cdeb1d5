"""Master data: imported line by line with faults named, told again without harm, exported as it is."""

import json
from collections.abc import Generator
from decimal import Decimal
from functools import partial
from pathlib import Path

import psycopg
import pytest

from coldbind.install import install
from coldbind.site_file import apply_site
from coldbind.site_file.reading import read_site_files
from coldbind.site_file.writing import csv_of, recorded_site, yaml_of
from coldbind.wiring import open_database
from erp.purchasing import registers
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
    ("products", "X;X;box;cold;;;;", "profile 'cold'"),
    ("products", "X;X;box;medicines-2-8;;;;soon", "'soon' is not a whole number"),
    ("customers", "X,X,-1,,", "-1 days of use left are less than none"),
    ("customers", "X,X,5,8,2", "8 to 2 degC is no range"),
    ("customers", "X,X,5,2.123,", "2.123 is no temperature"),
    ("customers", "X,,5,,", "name is missing"),
    ("suppliers", "X,X,DAT,Berlin,,", "'DAT' is no Incoterms 2020 rule"),
    ("suppliers", "X,X,,,-1,", "give 0 or more payment days"),
]


def test_a_product_is_exported_with_the_version_that_judges_it(
    database: Database, tmp_path: Path
) -> None:
    record(database, tmp_path, products=PRODUCTS.replace("medicines-2-8", "medicines-2-8@1"))
    with database.transaction() as transaction:
        site = recorded_site(transaction)
    assert [one.profile for one in site.products] == ["medicines-2-8@1"] * 2
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(yaml_of(site).replace("code: Q", "code: R"), encoding="utf-8")
    with database.transaction() as transaction:
        done = apply_site(transaction, read_site_files([elsewhere]), "test")
        judged = {one.code: one.profile_version for one in registers.products(transaction)}
    assert done.changes == ("product R: created",)
    assert judged == {"P": 1, "Q": 1, "R": 1}, "not by the newest version"


PLACES = "path,name,kind\ndc,Distribution centre,site\ndc.zone,Zone,zone\n"
PATTERNS = "location,kind,longest,rise,every\ndc.zone,door,10 min,6,\ndc.zone,defrost,25 min,5.5,6 h\n"


def test_patterns_are_recorded_once_and_exported(database: Database, tmp_path: Path) -> None:
    told = {"locations": PLACES, "patterns": PATTERNS}
    assert record(database, tmp_path, **told)[2:] == (
        "location dc.zone, door: up to 10 min and 6 K told",
        "location dc.zone, defrost: up to 25 min and 5.5 K told",
    )
    assert record(database, tmp_path, **told) == ()
    longer = PATTERNS.replace("25 min", "30 min")
    assert record(database, tmp_path, patterns=longer) == (
        "location dc.zone, defrost: up to 30 min and 5.5 K told",
    )
    with database.transaction() as transaction:
        found = recorded_site(transaction)
    with psycopg.connect(database.url) as connection:
        counted = connection.execute(
            "select count(*) from audit.record where action = 'pattern told'"
        ).fetchone()
    assert counted == (3,), "what was known already is not told again"
    assert [(one.kind, one.longest, one.rise, one.every) for one in found.patterns] == [
        ("defrost", "30 min", Decimal("5.5"), "6 h"),
        ("door", "10 min", Decimal(6), None),
    ]


PATTERN_FAULTS = [
    ("dc.zone,window,10 min,6,", "location dc.zone, window: the kinds are door and defrost"),
    ("dc.none,door,10 min,6,", "there is no location dc.none"),
    ("dc.zone,door,often,6,", "longest: 'often' is not a length of time"),
    ("dc.zone,door,10 min,6,never", "every: 'never' is not a length of time"),
    ("dc.zone,door,10 min,high,", "rise: 'high' is not a number"),
    ("dc.zone,door,10 min,NaN,", "a length and a rise of more than nothing are needed"),
    ("dc.zone,door,10 min,-1,", "a length and a rise of more than nothing are needed"),
    ("dc.zone,door,10 min,6,5 min", "one must be over before the next one comes"),
    ("dc.zone,door,,6,", "longest is missing"),
]


@pytest.mark.parametrize(("row", "words"), PATTERN_FAULTS)
def test_a_faulty_pattern_is_named(database: Database, tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        record(database, tmp_path, locations=PLACES, patterns=f"{PATTERNS}{row}\n")
    assert "patterns.csv: line 4: patterns" in str(refused.value)
    assert words in str(refused.value)


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
