"""Shares as people write them in a profile: 80 %."""

import re

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")
_WHOLE = 100


def parse_share(text: str) -> float | None:
    """The share, above 0 and at most 1; None when `text` says none."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None or not 0 < float(match[1]) <= _WHOLE:
        return None
    return float(match[1]) / _WHOLE
