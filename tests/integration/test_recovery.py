"""Rules workers as processes: the database goes away and comes back, and two work side by side."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from coldbind.supervisor import Workers
from kernel.instants import MINUTE
from rules.core.judge import judge
from rules.core.runs import Window, gaps, runs
from rules.core.timeline import Signal
from rules.profile_files import catalog
from storage import administration
from storage.embedded import EmbeddedPostgres
from storage.migrate import migrate
from tests.warehouse import START, Warehouse, warehouse

PATIENCE = 30
SEED = 20260302
MAX_GAP = 20 * MINUTE

Readings = Sequence[tuple[float, float]]


def wait_until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)


def is_restarted(workers: Workers, killed: int) -> bool:
    workers.restart_ended(0.05)
    return workers.pid("rules") != killed


def nothing_is_due(house: Warehouse) -> bool:
    return house.ask(
        "select (select count(*) from rules.due) + (select count(*) from rules.due_unit)"
    ) == [(0,)]


def told(url: str, folder: Path) -> dict[str, str]:
    return {"COLDBIND_DATABASE_URL": url, "COLDBIND_VAR": str(folder), "COLDBIND_LOG_FORMAT": "json"}


def test_the_judges_wait_for_a_database_that_is_away(server_folder: Path) -> None:
    server = EmbeddedPostgres(server_folder / "postgres")
    with server:
        administration.create_database(server.url("postgres"), "coldbind")
        url = server.url("coldbind")
        migrate(url)
        with warehouse(url) as house:
            house.receive("U1")
            house.move("U1", 0.5, "dc.warm")
            with Workers(("rules",), server_folder / "run", told(url, server_folder)) as workers:
                workers.wait_ready()
                pid = workers.pid("rules")
                house.measure("warm-t", [(minute, 12) for minute in range(0, 41, 5)])
                wait_until(lambda: len(house.excursions("U1")) == 1, "the first excursion")
                server.stop()
                log = workers.log("rules")
                wait_until(
                    lambda: "judging waits" in log.read_text("utf-8"), "a word about the database"
                )
                server.start()
                assert server.url("coldbind") == url, "the port is kept"
                house.measure("warm-t", [(45, 17), (50, 17)])
                wait_until(lambda: len(house.excursions("U1")) == 2, "the second excursion")
                assert "judging goes on" in log.read_text("utf-8")
                assert (workers.pid("rules"), workers.restart_ended(0)) == (pid, [])


def test_two_workers_give_the_verdicts_of_one(database_url: str, server_folder: Path) -> None:
    """Readings and movements come in any order, one of the two is killed in the middle."""
    order = np.random.default_rng(SEED)
    names = ("warm-t", "cold-t")
    told_by = {name: walk(order) for name in names}
    units = [f"U{number}" for number in range(8)]
    environment = told(database_url, server_folder)
    with (
        warehouse(database_url) as house,
        Workers(("rules",), server_folder / "one", environment) as one,
        Workers(("rules",), server_folder / "two", environment) as two,
    ):
        house.receive(*units)
        one.wait_ready()
        two.wait_ready()
        deeds: list[Callable[[], object]] = [
            lambda name=name, part=part: house.measure(name, part)
            for name in names
            for part in shuffled(order, told_by[name], 25)
        ]
        for unit in units:
            for minute in order.choice(600, 4, replace=False):
                place = ("dc.warm", "dc.cold", "dc.warm.bin", "dc.dock")[int(order.integers(4))]
                deeds.append(
                    lambda unit=unit, minute=minute, place=place: house.move(
                        unit, int(minute) + 1, place
                    )
                )
        killed = 0
        for number, deed in enumerate(order.permutation(len(deeds))):
            deeds[deed]()
            if number == len(deeds) // 2:
                killed = two.pid("rules")
                os.kill(killed, signal.SIGKILL)
        wait_until(lambda: is_restarted(two, killed), "the killed worker to be started again")
        wait_until(lambda: nothing_is_due(house), "everything to be judged")
        assert any(house.excursions(unit) for unit in units)
        for unit in units:
            found = [
                (rule, start, breach, end) for rule, start, breach, end, _ in house.excursions(unit)
            ]
            assert found == judged_at_once(house, unit, told_by), unit


def shuffled(
    order: np.random.Generator, readings: Readings, parts: int
) -> Iterator[list[tuple[float, float]]]:
    """The readings in any order, in so many parts."""
    for part in np.array_split(order.permutation(len(readings)), parts):
        yield [readings[int(i)] for i in part]


def walk(order: np.random.Generator) -> Readings:
    """Ten hours of readings around 8 degC, a few minutes to half an hour apart."""
    minutes = np.cumsum(order.choice([4, 5, 6, 7, 25], 80))
    celsius = 8 + np.cumsum(order.normal(0, 1.2, 80)) * 0.9
    return [
        (float(minute), round(float(value), 2)) for minute, value in zip(minutes, celsius, strict=True)
    ]


def judged_at_once(
    house: Warehouse, unit: str, told_by: Mapping[str, Readings]
) -> list[tuple[str, float, float, float | None]]:
    """The verdict of somebody who knows all the facts and judges once."""
    (profile,) = [one for one in catalog() if (one.name, one.version) == ("medicines-2-8", 1)]
    signals: dict[int, Signal] = {}
    for name, readings in told_by.items():
        ((series,),) = house.ask(
            "select series_id from telemetry.series join telemetry.sensor using (sensor_id)"
            " where name = %s",
            name,
        )
        window = Window(
            np.array([START + round(minute * MINUTE) for minute, _ in readings], np.int64),
            np.array([value for _, value in readings], np.float64),
        )
        found = {rule.limit: runs(window, rule.limit, MAX_GAP) for rule in profile.rules}
        signals[series] = Signal(*window.span, gaps(window, MAX_GAP), found)
    return sorted(
        (
            one.rule.name,
            (one.started_at - START) / MINUTE,
            (one.breached_at - START) / MINUTE,
            None if one.ended_at is None else (one.ended_at - START) / MINUTE,
        )
        for one in judge(house.exposures(unit), signals, profile.rules)
    )
