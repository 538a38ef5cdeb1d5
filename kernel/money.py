"""Money: an exact decimal amount in one currency; sums never mix currencies and never use floats."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}
_CODE_LENGTH = 3


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`amount` in the ISO 4217 `currency`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        code = self.currency
        if not (len(code) == _CODE_LENGTH and code.isascii() and code.isupper() and code.isalpha()):
            raise ValueError(f"{code!r} is not an ISO 4217 currency code such as EUR")

    def __add__(self, other: Self) -> "Money":
        """The sum; adding another currency is a `ValueError`."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def times(self, quantity: Decimal) -> "Money":
        """Price times quantity, rounded half to even to the currency's smallest coin."""
        return Money(self.amount * quantity, self.currency).rounded()

    def rounded(self) -> "Money":
        """The amount at the currency's usual number of decimals (2 when not known otherwise)."""
        step = Decimal(1).scaleb(-_MINOR_DIGITS.get(self.currency, 2))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:,} {self.currency}"
