"""Site files: read exactly as written, and every fault is named with its place."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from coldbind.site_file import parse_span, parse_time, read_site
from kernel.instants import MINUTE
from kernel.refusal import Refusal

SITE = """
locations: [{path: dc, name: Distribution centre, kind: site}]
sensors:   [{name: t-1, location: dc, since: 2026-01-01T00:00:00Z, max_gap: 15 min}, {name: t-2}]
suppliers: [{code: 0815, name: Alpine Dairy}]
products:  [{code: 1e3, name: Vaccine, unit_of_measure: box, profile: medicines-2-8}]
orders:
  - code: PO-1
    supplier: 0815
    ordered_on: 2026-01-01
    currency: EUR
    lines: [{line: 1, product: 1e3, quantity: 100, unit_price: 4.20}]
"""


def test_everything_is_read_as_it_was_written() -> None:
    site = read_site(SITE, "site.yaml")
    assert (site.suppliers[0].code, site.products[0].code) == ("0815", "1e3")
    assert site.suppliers[0].claim_deadline_days is None
    assert [sensor.location for sensor in site.sensors] == ["dc", None]
    (order,) = site.orders
    assert order.ordered_on == date(2026, 1, 1)
    assert order.lines[0].unit_price == Decimal("4.20")
    assert str(order.lines[0].unit_price) == "4.20"


def test_an_empty_file_holds_nothing() -> None:
    assert read_site("", "site.yaml") == read_site("# nothing yet\n", "site.yaml")


def test_the_demos_own_file_is_one() -> None:
    text = (files("coldbind.demo") / "site.yaml").read_text(encoding="utf-8")
    assert len(read_site(text, "site.yaml").locations) == 16


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("locations: [", "line 1"),
        ("- dc", "line 1, column 1: write sections: locations"),
        ("places: []", "places"),
        ("locations: [{path: dc, name: DC}]", "kind"),
        (
            "locations: [{path: dc, name: DC, kind: site, colour: red}]",
            "line 1, column 54: locations: colour is no field here",
        ),
        (
            "suppliers: [{code: S, name: S, claim_deadline_days: soon}]",
            "suppliers: claim_deadline_days: 'soon' is not a whole number",
        ),
        (
            SITE.replace("4.20", "cheap"),
            "line 11, column 64: orders.lines: unit_price: 'cheap' is not a number",
        ),
        (
            SITE.replace("ordered_on: 2026-01-01", "ordered_on: January"),
            "line 9, column 17: orders: ordered_on: 'January' is not a day",
        ),
        (
            SITE.replace("line: 1", "line: one"),
            "line 11, column 20: orders.lines: line: 'one' is not a whole number",
        ),
        ("locations: !!python/object/apply:os.getcwd []", "site.yaml"),
    ],
)
def test_faults_are_named_with_their_place(text: str, fault: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_site(text, "site.yaml")
    assert str(caught.value).startswith("site.yaml: ")
    assert fault in str(caught.value)


def test_lengths_and_times_name_what_they_are_for() -> None:
    assert parse_span("15 min", "--max-gap") == 15 * MINUTE
    with pytest.raises(Refusal, match="--max-gap: 'often' is not a length of time"):
        parse_span("often", "--max-gap")
    with pytest.raises(Refusal, match="--at: '2026-01-01' has no time zone"):
        parse_time("2026-01-01", "--at")
