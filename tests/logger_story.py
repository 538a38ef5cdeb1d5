"""Logger files in the warehouse, imported and judged; minutes count from the files' usual start."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from coldbind.commands.loggers import parse_zone
from kernel.instants import MINUTE, instant, parse_moment
from lotbinding.loggers import handlers
from tests.warehouse import Warehouse

CASES = Path(__file__).parent / "golden" / "loggers"
EIGHT = instant(parse_moment("2026-03-01T08:00:00Z"))
"""When most of the invented files begin, a day before the lot arrives."""


def content(case: str) -> bytes:
    """The bytes of an invented logger file."""
    (file,) = (CASES / case).glob("report.*")
    return file.read_bytes()


@dataclass(frozen=True)
class Loggers:
    """The warehouse, and what loggers tell about its goods."""

    house: Warehouse

    def read(
        self,
        data: bytes,
        *units: str,
        inside: tuple[str, ...] = (),
        since: float | None = None,
        until: float | None = None,
        zone: str = "UTC",
    ) -> handlers.Imported:
        """Import a file for these units and handling units, from minute `since` to `until`."""
        file = handlers.LoggerFile("report.txt", data, parse_zone(zone) if zone != "UTC" else UTC, zone)
        journey = handlers.Journey(units, inside, _at(since), _at(until))
        with self.house.database.transaction() as transaction:
            return handlers.import_file(transaction, file, journey, "test")

    def unbind(self, serial: str, *units: str) -> None:
        """The logger did not go with these units."""
        with self.house.database.transaction() as transaction:
            handlers.unbind(transaction, serial, handlers.Journey(units), "wrong box", "test")

    def judge(self) -> None:
        """Let the judges do all that is due."""
        self.house.judges.judge_all()

    def excursions(self, unit: str) -> list[tuple[str, float, float | None, float]]:
        """(rule, start, end, minutes beyond) of the standing excursions."""
        return [
            (rule, _minute(start), None if end is None else _minute(end), round(float(beyond) / 60, 2))
            for rule, start, end, beyond in self.house.ask(
                "select name, started_at, ended_at, (select extract(epoch from sum(upper(part) -"
                " lower(part))) from unnest(beyond) part) from rules.excursion"
                " join rules.rule using (rule_id) join binding.stock_unit using (unit_id)"
                " where code = %s and superseded_at is null order by name, started_at",
                unit,
            )
        ]

    def everything(self) -> list[tuple[Any, ...]]:
        """How much is recorded."""
        return self.house.ask(
            "select (select count(*) from binding.logger_file),"
            " (select count(*) from binding.logger_figure),"
            " (select count(*) from binding.logger_travel), (select count(*) from rules.device_alarm),"
            " (select count(*) from telemetry.reading), (select count(*) from telemetry.sensor),"
            " (select count(*) from rules.due), (select count(*) from rules.due_unit),"
            " (select count(*) from rules.excursion), (select count(*) from audit.record)"
        )


def _at(minute: float | None) -> int | None:
    return None if minute is None else EIGHT + round(minute * MINUTE)


def _minute(at: Any) -> float:
    return round((instant(at) - EIGHT) / MINUTE, 2)
