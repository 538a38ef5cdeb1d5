"""What a claim says and asks for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from erp import wording
from erp.finance.core import Basis, amount, claim_code, deficiency, due_on
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
    receipt_id=1,
    receipt="GR-1",
    arrived_at=at("08:00"),
    decision="accepted",
    decided_at=at("10:05"),
    supplier_id=1,
    claim_deadline_days=7,
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
MEASURED = "above 8 degC for 45 min (tolerance 30 min), peak 13.2 degC at 2026-03-01 09:41 UTC, "


@pytest.mark.parametrize(
    ("basis", "own", "custody"),
    [
        (BASIS, 0, "before acceptance at 2026-03-01 10:05 UTC"),
        (BASIS, 10, "35 min of it before acceptance at 2026-03-01 10:05 UTC"),
        (
            replace(BASIS, decision="accepted_with_reservation"),
            0,
            "before acceptance with reservation at 2026-03-01 10:05 UTC",
        ),
        (
            replace(BASIS, decision="refused"),
            0,
            "in the supplier's custody, as the delivery was refused at 2026-03-01 10:05 UTC",
        ),
        (
            replace(BASIS, decision=None, decided_at=None),
            0,
            "in the supplier's custody, as the delivery is not accepted yet",
        ),
    ],
)
def test_the_deficiency_says_what_was_measured_and_in_whose_custody(
    basis: Basis, own: int, custody: str
) -> None:
    assert deficiency(basis, (45 - own) * MINUTE, own * MINUTE) == MEASURED + custody


def test_a_rule_with_a_name_of_its_own_is_named() -> None:
    frozen = replace(BASIS, rule="frozen", side="below", limit=0.0, tolerance=0, peak=-0.4)
    assert deficiency(frozen, 90 * SECOND, 0).startswith(
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
    assert due_on(at("23:59"), 7) == date(2026, 3, 8)
    assert due_on(at("23:59") + MINUTE, 0) == date(2026, 3, 2)


def test_the_claim_is_named_after_the_receipt() -> None:
    assert claim_code("GR-1") == "CLM-GR-1"


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
