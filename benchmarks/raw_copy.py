"""The yardstick: binary COPY of the same rows into the same table, and nothing else.

One connection, 10 000 rows a transaction, packed by NumPy. The rows of a transaction are sorted as
ingest sorts them, because that is the faster way into the index.
"""

import time
from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.frames import FRAME, SERIES, frame
from ingest.core import pgcopy
from ingest.core.pgcopy import Column, Table, pack
from kernel.quality import Quality

ROWS = 10_000
_COPY = (
    "copy telemetry.reading (series_id, quality, time, value, received_at, gateway_at)"
    " from stdin (format binary)"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of one transaction."""

    series: NDArray[np.int32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]


def chunks(first: int, frames: int) -> list[Chunk]:
    """The rows of these frames, 10 000 a chunk, each chunk in the order of the primary key."""
    ids = np.arange(1, SERIES + 1, dtype=np.int32)
    found: list[Chunk] = []
    for start in range(first, first + frames, ROWS // FRAME):
        parts = [frame(n) for n in range(start, min(start + ROWS // FRAME, first + frames))]
        series = ids[np.concatenate([part.index for part in parts])]
        times = np.concatenate([part.times for part in parts])
        values = np.concatenate([part.values for part in parts])
        order = np.lexsort((times, series))
        found.append(Chunk(series[order], times[order], values[order]))
    return found


def copy_all(url: str, rows: list[Chunk]) -> float:
    """Seconds to commit all `rows`."""
    with psycopg.connect(url) as connection:
        began = time.monotonic()
        for chunk in rows:
            now = np.full(len(chunk.series), time.time_ns() // 1000)
            columns = (
                pgcopy.series(chunk.series),
                Column(">i2", Quality.LATE),
                pgcopy.times(chunk.times),
                pgcopy.numbers(chunk.values),
                pgcopy.times(now),
                pgcopy.times(now),
            )
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.write(pack(Table(len(chunk.series), columns)))
            connection.commit()
        return time.monotonic() - began
