"""Check digits as GS1 computes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.gs1 import check_digit, gtin14, gtin_fault, sscc_fault


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


def test_an_sscc_has_18_digits_of_which_the_last_one_fits() -> None:
    assert sscc_fault("340123450000000000") is None
    assert "write its 18 digits" in str(sscc_fault("34012345000000000"))
    assert "write its 18 digits" in str(sscc_fault("34012345000000000x"))
    assert "its check digit is 0: read it again" in str(sscc_fault("340123450000000009"))
