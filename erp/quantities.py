"""What a quantity or a price must be, so that it is stored exactly as it was given."""

from decimal import Decimal

_DECIMALS = 6
_LARGEST = Decimal(10) ** 12


def storable(number: Decimal) -> bool:
    """Whether `number` fits the 12 digits before and 6 after the point that the database keeps."""
    return number.is_finite() and abs(number) < _LARGEST and number == round(number, _DECIMALS)
