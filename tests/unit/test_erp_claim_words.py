"""What a claim says and asks for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from erp import wording
from erp.finance.core import Basis, Broken, amount, claim_code, deficiency, divided, due_on
from erp.quantities import storable
from kernel.instants import DAY, HOUR, MINUTE, SECOND, instant, parse_moment
from kernel.money import Money


def at(time: str) -> int:
    return instant(parse_moment(f"2026-03-01T{time}Z"))


BASIS = Basis(
    unit_id=1,
    unit="LOT-A/0001",
    lot_id=1,
    quantity=Decimal(101),
    claimed_before=False,
    unit_price=Decimal("12.345"),
    currency="EUR",
    order_id=1,
    incoterm="DAP",
    receipt_id=1,
    receipt="GR-1",
    arrived_at=at("08:00"),
    decided_at=at("10:05"),
    carrier="NordFrost",
    supplier_id=1,
    claim_deadline_days=7,
)
BROKEN = Broken(
    breached_at=at("09:40"),
    rule="above 8 degC",
    side="above",
    limit=8.0,
    tolerance=30 * MINUTE,
    peak=13.2,
    peak_at=at("09:41"),
    kind="single",
    window=None,
    stretch=None,
    thaw=None,
    times=1,
    measured=13.2,
)


def test_the_deficiency_says_what_was_measured_and_in_whose_custody() -> None:
    custody = "45 min in the supplier's custody: delivered DAP Berlin, not accepted yet"
    assert deficiency(BROKEN, 45 * MINUTE, custody) == (
        "above 8 degC for 45 min (tolerance 30 min), peak 13.2 degC at 2026-03-01 09:41 UTC, " + custody
    )


def test_a_rule_with_a_name_of_its_own_is_named() -> None:
    frozen = replace(BROKEN, rule="frozen", side="below", limit=0.0, tolerance=0, peak=-0.4)
    assert deficiency(frozen, 90 * SECOND, "").startswith(
        "frozen: below 0 degC for 1 min 30 s (no tolerance), peak -0.4 degC"
    )


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "expected"),
    [
        ("101", "12.345", "EUR", "1246.84"),  # 1246.845: half goes to the even cent
        ("1", "0.015", "EUR", "0.02"),
        ("3", "33.333333", "EUR", "100.00"),
        ("7", "100.5", "JPY", "704"),
        ("1", "1.2345", "KWD", "1.234"),
    ],
)
def test_the_amount_is_exact_to_the_smallest_coin(
    quantity: str, price: str, currency: str, expected: str
) -> None:
    basis = replace(BASIS, quantity=Decimal(quantity), unit_price=Decimal(price), currency=currency)
    assert amount(basis) == Money(Decimal(expected), currency)
    assert str(amount(basis).amount) == expected


def test_the_deadline_counts_from_the_day_of_arrival_in_utc() -> None:
    late = replace(BASIS, arrived_at=at("23:59"))
    assert due_on(late, "supplier") == date(2026, 3, 8)
    after_midnight = replace(BASIS, arrived_at=at("23:59") + MINUTE, claim_deadline_days=0)
    assert due_on(after_midnight, "supplier") == date(2026, 3, 2)
    assert due_on(replace(late, claim_deadline_days=30), "carrier") == date(2026, 3, 8)


def test_the_claim_is_named_after_the_receipt_and_who_it_is_on() -> None:
    assert claim_code("GR-1", "supplier") == "CLM-GR-1"
    assert claim_code("GR-1", "carrier") == "CLM-GR-1-CARRIER"


@pytest.mark.parametrize(
    ("supplier", "carrier", "expected"),
    [
        (45, 0, ("100.01", "0")),
        (0, 45, ("0.00", "100.01")),
        (20, 25, ("44.45", "55.56")),
        (1, 1, ("50.01", "50.00")),
        (0, 0, ("100.01", "0")),
    ],
)
def test_supplier_and_carrier_divide_the_price_and_no_cent_is_lost(
    supplier: int, carrier: int, expected: tuple[str, str]
) -> None:
    whole = Money(Decimal("100.01"), "EUR")
    parts = divided(whole, supplier, carrier)
    assert [part.amount for part in parts] == [Decimal(amount) for amount in expected]
    assert parts[0] + parts[1] == whole


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 s"),
        (400_000, "0 s"),
        (600_000, "1 s"),
        (59 * MINUTE + 59 * SECOND + 600_000, "1 h"),
        (DAY + 2 * HOUR + 5 * SECOND, "1 d 2 h 5 s"),
    ],
)
def test_lengths_of_time_in_words(span: int, words: str) -> None:
    assert wording.length(span) == words


@pytest.mark.parametrize(
    ("celsius", "words"),
    [
        (8.0, "8 degC"),
        (13.222222, "13.22 degC"),
        (-0.001, "0 degC"),
        (-18.5, "-18.5 degC"),
        (100.0, "100 degC"),
    ],
)
def test_temperatures_in_words(celsius: float, words: str) -> None:
    assert wording.degrees(celsius) == words


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1.123456", True),
        ("1.1234567", False),
        ("1.10000000", True),
        ("999999999999.999999", True),
        ("1000000000000", False),
        ("NaN", False),
        ("Infinity", False),
        ("-5", True),
    ],
)
def test_what_is_stored_exactly(number: str, expected: bool) -> None:
    assert storable(Decimal(number)) is expected
