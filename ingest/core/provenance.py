"""Where readings come from: when each came, when its gateway took it in, what is remarkable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.core.group import Group
from ingest.core.screen import Rows
from kernel.quality import Quality


@dataclass(frozen=True, slots=True)
class Provenance:
    """Reading i came at `received_at[i]`, and `quality[i]` is a set of `Quality` bits.

    Its gateway took it in at `gateway_at[i]`, or that is `Group.UNKNOWN`.
    """

    received_at: NDArray[np.int64]
    gateway_at: NDArray[np.int64]
    quality: NDArray[np.int16]


def provenance(
    group: Group, rows: Rows, marks: NDArray[np.int16] | None, late_after: int
) -> Provenance:
    """The provenance of `rows`; those that came more than `late_after` microseconds later are late.

    `marks` are bits that hold for all readings of a member, None when there are none.
    """
    source = group.source[rows.origin]
    received_at = group.received_at[source]
    quality = (received_at - rows.times > late_after) * np.int16(Quality.LATE)
    if group.flagged is not None:
        quality |= group.flagged[rows.origin] * np.int16(Quality.DEVICE_FLAGGED)
    if marks is not None:
        quality |= marks[source]
    return Provenance(received_at, group.taken_at[source], quality)
