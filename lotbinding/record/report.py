"""The figures of a lot as people and programs read them: a table, CSV, JSON."""

import csv
import io

import msgspec

from kernel.instants import BEGINNING, FOREVER, MINUTE, moment
from lotbinding.record.core.figures import Figures
from lotbinding.record.statistics import LotRecord

Cell = str | float | int | None


def facts(record: LotRecord, generated_at: int) -> list[tuple[str, str]]:
    """What a file is about, as a person reads it."""
    return [
        ("Lot", record.lot),
        ("Product", f"{record.product} {record.product_name}"),
        ("Profile", record.profile),
        ("Units", ", ".join(unit.code for unit in record.units)),
        ("Readings", str(sum(unit.figures.readings for unit in record.units))),
        ("Generated at", _clock(generated_at) or ""),
        ("As known at", _clock(record.as_known_at) or "the time of generation"),
    ]


def figures_table(record: LotRecord) -> list[dict[str, Cell]]:
    """A row a unit: temperatures in degC, lengths in minutes, budgets as a share; None is unknown."""
    return [{"unit": unit.code} | _row(unit.figures) for unit in record.units]


def figures_csv(record: LotRecord) -> str:
    """The figures as CSV."""
    rows, written = figures_table(record), io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def figures_json(record: LotRecord, generated_at: int) -> bytes:
    """What the record is about and its figures, for a program."""
    whole = {
        "lot": record.lot,
        "product": record.product,
        "profile": record.profile,
        "generated_at": _clock(generated_at),
        "as_known_at": _clock(record.as_known_at),
        "units": [
            {
                "unit": unit.code,
                **_plain(unit.figures),
                "limits": [
                    {"side": one.side, "limit_degc": one.limit, "minutes": one.length / MINUTE}
                    for one in unit.figures.beyond
                ],
                "budgets": [{"rule": one.rule, "used": one.used} for one in unit.figures.budgets],
            }
            for unit in record.units
        ],
    }
    return msgspec.json.encode(whole)


def _plain(figures: Figures) -> dict[str, Cell]:
    return {
        "readings": figures.readings,
        "since": _clock(figures.since),
        "monitored_until": _clock(figures.monitored_until),
        "min_degc": figures.lowest,
        "max_degc": figures.highest,
        "mean_degc": figures.mean,
        "mkt_degc": figures.mkt,
        "monitored_min": figures.monitored / MINUTE,
        "unmonitored_min": figures.unmonitored / MINUTE,
        "unmonitored_since": _clock(figures.unmonitored_since),
    }


def _row(figures: Figures) -> dict[str, Cell]:
    beyond = {f"{one.side}_{one.limit:g}_min": one.length / MINUTE for one in figures.beyond}
    budgets = {f"budget_{one.rule}": one.used for one in figures.budgets}
    return _plain(figures) | beyond | budgets


def _clock(at: int | None) -> str | None:
    if at is None or not BEGINNING < at < FOREVER:
        return None
    return moment(at).isoformat().replace("+00:00", "Z")
