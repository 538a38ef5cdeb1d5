"""Check digits as GS1 computes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp.gs1 import check_digit, gtin14, gtin_fault


@pytest.mark.parametrize(
    "gtin", ["4006381333931", "036000291452", "96385074", "10614141000415", "04006381333931"]
)
def test_published_numbers_are_right(gtin: str) -> None:
    assert gtin_fault(gtin) is None
    assert gtin_fault(gtin14(gtin)) is None


@settings(max_examples=200)
@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, place: int, by: int) -> None:
    right = body + check_digit(body)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert gtin_fault(right) is None
    assert gtin_fault(wrong) is not None
