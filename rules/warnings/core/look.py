"""One look at one series and limit: whether somebody should be warned that it is heading there."""

from collections.abc import Sequence
from typing import NamedTuple

from rules.core.profile import Limit
from rules.patterns.core.patterns import Pattern, recognised
from rules.warnings.core.forecast import Times, Values, course, is_unusual, usual


class Seen(NamedTuple):
    """When the limit will be reached, or None; the `pattern` that speaks against it, if one does."""

    crossing: int | None
    pattern: Pattern | None = None


def look(times: Times, values: Values, limit: Limit, patterns: Sequence[Pattern]) -> Seen:
    """What the readings of a day, in order of time, say about `limit`."""
    found = course(times, values, limit)
    if found is None:
        return Seen(None)
    pattern = recognised(times, values, limit.side, patterns)
    if pattern is not None:
        return Seen(None, pattern)
    band = usual(times, values, limit.side, int(times[-1]))
    return Seen(found.crossing if is_unusual(found.edge, band, limit.side) else None)
