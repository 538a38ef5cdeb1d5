"""`lot_history`: every reading that the units of a lot felt, by binding, as a pandas frame.

A reading is in it once for each unit that felt it; what was split off has the readings of its ancestors
up to the split. Nothing is copied or loops reading by reading: columns are slices of what was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kernel.exposure import Exposure
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.record import store
from lotbinding.record.core.figures import ABOVE, RuleOfProfile
from lotbinding.record.statistics import LotRecord, asked, record_of
from storage.database import Transaction

MOST_ROWS = 20_000_000
"""What fits into 2 GB; a lot of many units that felt the same is better asked unit by unit."""
UNDER_WAY = "under way"
"""Where a unit was inside a handling unit of which no place was known."""


@dataclass(frozen=True, slots=True)
class History:
    """The record of a lot or unit: its figures, the range that its profile asks for, and all readings.

    `lowest` and `highest` are degC, None where the profile has no such limit. The columns of `readings`
    are those of `lot_history`.
    """

    record: LotRecord
    lowest: float | None
    highest: float | None
    readings: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Part:
    """Readings that one unit felt during one exposure, in order of time."""

    unit: int
    location: int | None
    series: NDArray[np.int32]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    qualities: NDArray[np.int16]


def lot_history(
    transaction: Transaction,
    lot: str | None = None,
    *,
    unit: str | None = None,
    as_known_at: int | None = None,
) -> pd.DataFrame:
    """Every reading felt by the units of `lot`, or by the one `unit`; with both, by that of the lot.

    Columns: time (UTC), unit, location, series (sensor/quantity), value (degC), quality (bits, 0 is
    good), limits (the range within every limit of the product's profile). Rows are by unit and time.
    `as_known_at` asks for what would have been answered then. `UnknownGoods` when there is no such lot
    or unit, `Refusal` when the answer would not fit into memory.
    """
    return history(transaction, lot, unit=unit, as_known_at=as_known_at).readings


def history(
    transaction: Transaction,
    lot: str | None = None,
    *,
    unit: str | None = None,
    as_known_at: int | None = None,
    within: Span | None = None,
) -> History:
    """`lot_history` with the figures of the units; `within` asks for a part of their lives."""
    units = asked(transaction, lot, unit)
    found = store.felt(
        transaction, [one.unit_id for one in units], as_known_at, qualities=True, within=within
    )
    counted = {series: one.evidence() for series, one in found.readings.items()}
    record = record_of(transaction, units, replace(found, readings=counted), as_known_at)
    _fits(record)
    lowest, highest = limits_of(store.rules_of(transaction, units[0].profile_id))
    parts = [
        part
        for one in units
        for exposure in found.exposures[one.unit_id]
        if (part := _part(exposure, found)) is not None
    ]
    names = {one.unit_id: one.code for one in units}
    return History(record, lowest, highest, _frame(parts, names, found, (lowest, highest)))


def limits_of(rules: Iterable[RuleOfProfile]) -> tuple[float | None, float | None]:
    """The range in which no rule counts: the highest lower limit and the lowest upper one."""
    rules = list(rules)
    return (
        max((rule.limit for rule in rules if rule.side != ABOVE), default=None),
        min((rule.limit for rule in rules if rule.side == ABOVE), default=None),
    )


def _fits(record: LotRecord) -> None:
    rows = sum(unit.figures.readings for unit in record.units)
    if rows > MOST_ROWS:
        raise Refusal(
            f"the {len(record.units)} units of {record.lot} felt {rows:,} readings, more than "
            f"{MOST_ROWS:,}: ask for one unit after the other"
        )


def _part(exposure: Exposure, found: store.Felt) -> _Part | None:
    """The readings of the series that spoke for the unit; None when there are none."""
    slices = [
        (series, one, one.inside(exposure.span))
        for series in exposure.series
        if (one := found.readings.get(series)) is not None
    ]
    if not slices:
        return None
    part = _Part(
        exposure.unit_id,
        exposure.location_id,
        np.concatenate([np.full(len(one.times[s]), series, np.int32) for series, one, s in slices]),
        np.concatenate([one.times[s] for _, one, s in slices]),
        np.concatenate([one.values[s] for _, one, s in slices]),
        np.concatenate([one.qualities[s] for _, one, s in slices]),
    )
    return part if len(slices) == 1 else _in_order(part)


def _in_order(part: _Part) -> _Part:
    order = np.argsort(part.times, kind="stable")
    return _Part(
        part.unit,
        part.location,
        part.series[order],
        part.times[order],
        part.values[order],
        part.qualities[order],
    )


def _frame(
    parts: Sequence[_Part],
    units: Mapping[int, str],
    found: store.Felt,
    limits: tuple[float | None, float | None],
) -> pd.DataFrame:
    lengths = np.array([len(part.times) for part in parts], np.int64)
    times = _joined([part.times for part in parts], np.int64)
    places: dict[int | None, str] = {None: UNDER_WAY, **found.places}
    low = -np.inf if limits[0] is None else limits[0]
    high = np.inf if limits[1] is None else limits[1]
    return pd.DataFrame(
        {
            "time": pd.DatetimeIndex(times.view("datetime64[us]"), tz="UTC"),
            "unit": _repeated([units[part.unit] for part in parts], lengths),
            "location": _repeated([places[part.location] for part in parts], lengths),
            "series": _named(_joined([part.series for part in parts], np.int32), found.series),
            "value": _joined([part.values for part in parts], np.float64),
            "quality": _joined([part.qualities for part in parts], np.int16),
            "limits": pd.arrays.IntervalArray.from_arrays(
                np.full(len(times), low), np.full(len(times), high), closed="both"
            ),
        },
        copy=False,
    )


def _joined(columns: Sequence[NDArray[np.generic]], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate([np.empty(0, kind), *columns])


def _repeated(names: Sequence[str], lengths: NDArray[np.int64]) -> Any:
    """A column that says the name of each part as often as the part has rows."""
    known = sorted(set(names))
    codes = np.searchsorted(known, names) if names else np.empty(0, np.int64)
    return _categorical(np.repeat(codes, lengths), known)


def _named(series: NDArray[np.generic], names: Mapping[int, str]) -> Any:
    """A column with the names of series instead of their ids."""
    ids = np.array(sorted(names), np.int32)
    return _categorical(np.searchsorted(ids, series), [names[number] for number in ids.tolist()])


def _categorical(codes: NDArray[np.int64], known: list[str]) -> Any:
    made: Any = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(known))
    return made
