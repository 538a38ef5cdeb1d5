"""Times, lengths and temperatures in the words people use on paper."""

from decimal import Decimal

from kernel.instants import DAY, HOUR, MINUTE, SECOND, moment

_STEPS = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND))
_CENTS = Decimal(1).scaleb(-2)


def day_and_time(at: int) -> str:
    """An instant to the minute, such as ``2026-03-01 09:41 UTC``."""
    return moment(at).strftime("%Y-%m-%d %H:%M UTC")


def length(span: int) -> str:
    """A length of time in microseconds to the second, such as ``1 h 5 min``; ``0 s`` when shorter."""
    left = (span + SECOND // 2) // SECOND * SECOND
    words: list[str] = []
    for name, size in _STEPS:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {name}")
    return " ".join(words) or "0 s"


def degrees(celsius: float) -> str:
    """A temperature to the hundredth, without needless zeros, such as ``13.2 degC``."""
    value = Decimal(repr(celsius)).quantize(_CENTS) + 0  # + 0 turns -0.00 into 0.00
    return f"{plain(value)} degC"


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros and without an exponent, such as ``12.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
