"""Lengths of time as people write them: 90 s, 15 min, 2 h, 1.5 d."""

import re

from kernel.instants import DAY, HOUR, MINUTE, SECOND

_STEPS = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND))
_UNITS = dict(_STEPS)
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?(s|min|h|d)")


def parse_length(text: str) -> int:
    """The length of time in microseconds; `ValueError` says how to write one."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a length of time such as 30 min, 2 h or 1 d")
    return round(float(match[1]) * _UNITS[match[2]])


def length(span: int) -> str:
    """A length of time in microseconds to the second, such as ``1 h 5 min``; ``0 s`` when shorter."""
    left = (span + SECOND // 2) // SECOND * SECOND
    words: list[str] = []
    for name, size in _STEPS:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {name}")
    return " ".join(words) or "0 s"
