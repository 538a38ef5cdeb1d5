"""One look at one series and limit: whether somebody should be warned that it is heading there."""

from collections.abc import Sequence
from typing import NamedTuple

from rules.core.profile import Limit
from rules.patterns.core.patterns import Pattern, recognised
from rules.warnings.core.forecast import Times, Values, course, is_unusual, stays_warm, usual


class Seen(NamedTuple):
    """When the limit will be reached, or None, and whether it is too warm to call a warning off.

    The `pattern` speaks against a crossing, if one does.
    """

    crossing: int | None
    warm: bool = False
    pattern: Pattern | None = None


def look(times: Times, values: Values, limit: Limit, patterns: Sequence[Pattern]) -> Seen:
    """What the readings of a day, in order of time, say about `limit`."""
    if not len(times):
        return Seen(None)
    band = usual(times, values, limit.side, int(times[-1]))
    warm = stays_warm(times, values, limit.side, band)
    found = course(times, values, limit)
    if found is None:
        return Seen(None, warm)
    pattern = recognised(times, values, limit.side, patterns)
    if pattern is not None:
        return Seen(None, warm, pattern)
    return Seen(found.crossing if is_unusual(found.edge, band, limit.side) else None, warm)
