"""What a label says: the GS1 codes on it and the lines beside them, from the facts of a unit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.wording import plain
from kernel.gs1 import check_digit

_LOT_LONGEST = 20
_COUNT_LONGEST = 8
_ALLOWED = set("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
"""GS1 character set 82, General Specifications 7.11."""
FIXED = ("00", "01", "02", "17")
"""Identifiers whose values have one length, and need no separator after them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A stock unit, or a handling unit and nothing of what is in it; what is not known is None."""

    code: str
    sscc: str | None
    product: str | None = None
    product_name: str | None = None
    gtin: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    quantity: Decimal | None = None
    unit_of_measure: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """The elements of the DataMatrix in their order, the SSCC for the bars, and the lines of text."""

    matrix: tuple[tuple[str, str], ...]
    sscc: str | None
    lines: tuple[str, ...]

    @property
    def readable(self) -> str:
        """The elements as people read them: (01)04006381333931(10)AB-77."""
        return "".join(f"({ai}){value}" for ai, value in self.matrix)


def label(facts: Facts) -> Label:
    """The label of a unit: fixed lengths first, so that the code needs few separators."""
    matrix: list[tuple[str, str]] = []
    if facts.sscc is not None:
        matrix.append(("00", facts.sscc))
    if facts.gtin is not None:
        matrix.append(("02" if facts.sscc else "01", facts.gtin))
    if facts.expires_on is not None and facts.gtin is not None:
        matrix.append(("17", f"{facts.expires_on:%y%m%d}"))
    if facts.gtin is not None and facts.sscc is not None and _countable(facts.quantity):
        matrix.append(("37", plain(facts.quantity or Decimal(0))))
    if facts.lot is not None and facts.gtin is not None:
        matrix.append(("10", facts.lot))
    if facts.sscc is None and facts.gtin is not None:
        matrix.append(("21", facts.code))
    return Label(tuple(matrix), facts.sscc, tuple(_lines(facts)))


def label_fault(facts: Facts) -> str | None:
    """Why no label can be made of it, as a sentence, or None."""
    if facts.sscc is None and facts.gtin is None:
        return (
            f"unit {facts.code} has no SSCC and its product no GTIN, so there is nothing to put into a "
            "code: import the product with its gtin, or pack the unit with --sscc"
        )
    for what, text in (("lot", facts.lot), ("unit", facts.code if facts.sscc is None else None)):
        if text is not None and facts.gtin is not None:
            wrong = sorted(set(text) - _ALLOWED)
            if wrong:
                return f"{what} {text} cannot be put into a GS1 code: {wrong[0]!r} is not allowed in it"
            if len(text) > _LOT_LONGEST:
                return f"{what} {text} cannot be put into a GS1 code: it has more than 20 characters"
    return None


def next_sscc(prefix: str, serial: int, extension: int = 0) -> str:
    """The SSCC with this company prefix and serial reference, with its check digit."""
    body = f"{extension}{prefix}{serial:0{16 - len(prefix)}d}"
    return body + check_digit(body)


def _countable(quantity: Decimal | None) -> bool:
    if quantity is None or quantity != quantity.to_integral_value() or quantity <= 0:
        return False
    return len(plain(quantity)) <= _COUNT_LONGEST


def _lines(facts: Facts) -> list[str]:
    lines = [facts.code]
    if facts.product is not None:
        lines.append(f"{facts.product} {facts.product_name or ''}".strip())
    if facts.lot is not None:
        lines.append(f"Lot {facts.lot}")
    if facts.expires_on is not None:
        lines.append(f"Expires {facts.expires_on.isoformat()}")
    if facts.quantity is not None:
        lines.append(f"{plain(facts.quantity)} {facts.unit_of_measure or ''}".strip())
    return lines
