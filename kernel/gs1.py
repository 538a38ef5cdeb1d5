"""GS1 numbers: check digits, trade items (GTIN) in their one stored form, and logistic units (SSCC)."""

GTIN_LENGTHS = (8, 12, 13, 14)
_SSCC_LENGTH = 18
_LONGEST = 14


def check_digit(digits: str) -> str:
    """The check digit that follows `digits`: modulo 10, weights 3 and 1 (GS1 Gen. Spec., 7.9)."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def gtin_fault(text: str) -> str | None:
    """What is wrong with a GTIN as it was written, as a sentence, or None."""
    if not (text.isascii() and text.isdigit()):
        return f"{text!r} is no GTIN: write its 8, 12, 13 or 14 digits"
    if len(text) not in GTIN_LENGTHS:
        return f"GTIN {text} has {len(text)} digits: write its 8, 12, 13 or 14"
    return _wrong_check_digit("GTIN", text)


def sscc_fault(text: str) -> str | None:
    """What is wrong with an SSCC as it was written, as a sentence, or None."""
    if not (text.isascii() and text.isdigit() and len(text) == _SSCC_LENGTH):
        return f"{text!r} is no SSCC: write its 18 digits"
    return _wrong_check_digit("SSCC", text)


def gtin14(text: str) -> str:
    """A right GTIN with leading zeros to 14 digits, as it is stored."""
    return text.rjust(_LONGEST, "0")


def _wrong_check_digit(what: str, text: str) -> str | None:
    right = check_digit(text[:-1])
    if text[-1] == right:
        return None
    return f"{what} {text} ends with {text[-1]}, and its check digit is {right}: read it again"
