"""One link of the path, and whether it holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it holds, and what was seen or what to do."""

    what: str
    ok: bool
    answer: str
