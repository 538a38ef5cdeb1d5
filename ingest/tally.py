"""What a transaction did with a group, as numbers: counted by the worker once it has committed.

A transaction may be tried again, so nothing is counted inside it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.core.parking import Parked

_NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Tally:
    """Batches that came again, and what became of readings.

    `repeated` readings were stored already or came twice in the group, `late` ones are marked so.
    `parked` counts records by their code, `jumps` those of gateways' clocks. Writing the readings took
    `copy_s` seconds; None when there were none. `times` are when they were measured, `published_at`
    when their messages were sent (`Group.UNKNOWN` where nobody said), in microseconds.
    """

    redelivered: int = 0
    repeated: int = 0
    late: int = 0
    jumps: int = 0
    parked: Mapping[str, int] = field(default_factory=dict[str, int])
    copy_s: float | None = None
    times: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)
    published_at: NDArray[np.int64] = field(default_factory=lambda: _NOTHING)


def by_code(parked: Iterable[Parked]) -> Mapping[str, int]:
    """How many records were parked for each code."""
    counts: Counter[str] = Counter()
    for one in parked:
        counts[one.code] += one.records
    return counts
