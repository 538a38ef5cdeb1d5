"""Files for people and programs: the record of a lot as CSV, Excel workbook or Parquet.

Columns carry their unit, every row its limits. A workbook begins with a sheet that says what it is
about, and has the figures of the units; a Parquet file says the same in the attributes of its frame.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from numpy.typing import NDArray

from kernel.refusal import Refusal
from lotbinding.record.history import History
from lotbinding.record.report import facts, figures_json, figures_table

_SHEET_ROWS = 1_048_575
"""What an Excel sheet holds below its first row."""
_TIMES = "%Y-%m-%dT%H:%M:%SZ"
"""With microseconds, because these are the resolution of the column."""
_HEADINGS = (
    "time (UTC)",
    "unit",
    "location",
    "series",
    "value (degC)",
    "quality",
    "lowest limit (degC)",
    "highest limit (degC)",
)


class Form(StrEnum):
    """The kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


def exported(history: History, form: Form, generated_at: int) -> bytes:
    """The file; `Refusal` when an Excel sheet cannot hold it."""
    if form is Form.CSV:
        return _csv(_plain(history, generated_at))
    if form is Form.PARQUET:
        figures = figures_json(history.record, generated_at)
        return _parquet(_plain(history, generated_at), figures)
    return _workbook(history, generated_at)


def _plain(history: History, generated_at: int) -> pd.DataFrame:
    """The readings with a column for each limit; what they are about goes with them."""
    plain = history.readings.drop(columns="limits").rename(columns={"value": "value_degc"})
    plain["lowest_limit_degc"] = np.nan if history.lowest is None else history.lowest
    plain["highest_limit_degc"] = np.nan if history.highest is None else history.highest
    plain.attrs = dict(facts(history.record, generated_at))
    return plain


def _csv(plain: pd.DataFrame) -> bytes:
    times: NDArray[np.datetime64] = plain["time"].dt.tz_localize(None).to_numpy("datetime64[us]")
    plain["time"] = np.char.add(np.datetime_as_string(times, "us"), "Z")
    return plain.to_csv(index=False, lineterminator="\n").encode()


def _parquet(plain: pd.DataFrame, figures: bytes) -> bytes:
    plain.attrs["Figures"] = figures.decode()
    written = io.BytesIO()
    plain.to_parquet(written, index=False)
    return written.getvalue()


def _workbook(history: History, generated_at: int) -> bytes:
    if len(history.readings) > _SHEET_ROWS:
        raise Refusal(
            f"{len(history.readings):,} readings are more than an Excel sheet holds: ask for one unit, "
            "or for csv or parquet"
        )
    written = io.BytesIO()
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    book: Any
    with xlsxwriter.Workbook(written, options) as book:
        bold = book.add_format({"bold": True})
        about = book.add_worksheet("Record")
        about.set_column(0, 1, 24)
        for number, (name, told) in enumerate(facts(history.record, generated_at)):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, told)
        figures = book.add_worksheet("Figures")
        rows = figures_table(history.record)
        figures.write_row(0, 0, list(rows[0]), bold)
        for number, row in enumerate(rows, 1):
            figures.write_row(number, 0, list(row.values()))
        sheet = book.add_worksheet("Readings")
        sheet.set_column(0, 3, 24)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, _HEADINGS, bold)
        for number, row in enumerate(_rows(history), 1):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def _rows(history: History) -> Iterator[tuple[datetime | str | float | None, ...]]:
    """The readings as cells; Excel knows no time zones."""
    readings = history.readings
    columns = (
        readings["time"].dt.tz_localize(None).dt.to_pydatetime(),
        *(readings[name].tolist() for name in ("unit", "location", "series", "value", "quality")),
    )
    for row in zip(*columns, strict=True):
        yield (*row, history.lowest, history.highest)
