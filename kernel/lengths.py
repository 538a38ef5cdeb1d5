"""Lengths of time as people write them: 90 s, 15 min, 2 h, 1.5 d."""

import re

from kernel.instants import DAY, HOUR, MINUTE, SECOND

_UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?(s|min|h|d)")


def parse_length(text: str) -> int:
    """The length of time in microseconds; `ValueError` says how to write one."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a length of time such as 30 min, 2 h or 1 d")
    return round(float(match[1]) * _UNITS[match[2]])
