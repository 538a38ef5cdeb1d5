"""The committed dashboard is the one the code builds, and its SQL runs on the database of this test.

Macros are replaced the way Grafana's PostgreSQL data source replaces them.
"""

import json
import re
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
import yaml
from psycopg.rows import dict_row

from dashboards.grafana import build, query
from tests.lot_story import write_story

FROM, TO = "'2026-03-02T06:00:00Z'", "'2026-03-02T12:00:00Z'"
PANELS: list[dict[str, Any]] = json.loads(build.rooms_now())["panels"]


def as_grafana(sql: str, interval_ms: int = 600_000) -> str:
    """The statement that Grafana sends."""
    sql = re.sub(r"\$__timeFilter\(([^)]*)\)", rf"\1 BETWEEN {FROM} AND {TO}", sql)
    sql = sql.replace("$__timeFrom()", FROM).replace("$__timeTo()", TO)
    return sql.replace("$__interval_ms", str(interval_ms))


def answer(url: str, title: str) -> list[dict[str, Any]]:
    """The rows of the panel whose title begins with `title`."""
    (panel,) = (panel for panel in PANELS if panel["title"].startswith(title))
    with psycopg.connect(url) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(as_grafana(panel["targets"][0]["rawSql"]).encode()).fetchall()


def test_the_committed_dashboard_is_the_built_one() -> None:
    assert build.FILE.read_text(encoding="utf-8") == build.rooms_now(), (
        "run python -m dashboards.grafana.build and commit rooms_now.json"
    )


def test_the_data_source_is_the_provisioned_one() -> None:
    file = Path(build.__file__).parent / "provisioning" / "datasources" / "coldbind.yaml"
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["datasources"]
    assert (source["uid"], source["type"]) == (query.SOURCE.uid, query.SOURCE.type_val)
    for panel in PANELS:
        assert panel["datasource"] == {"type": source["type"], "uid": source["uid"]}
        assert [target["datasource"] for target in panel["targets"]] == [panel["datasource"]]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: cast("str", panel["title"]))
def test_every_query_runs_on_an_empty_database(database_url: str, panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        sql = as_grafana(target["rawSql"])
        assert "$__" not in sql, "a macro is left that the test does not know"
        with psycopg.connect(database_url) as connection:
            assert connection.execute(sql.encode()).description


def test_rooms_show_what_the_database_holds(database_url: str) -> None:
    write_story(database_url, "LOT-B")
    rooms = {row["Room"]: row for row in answer(database_url, "Rooms now")}
    assert set(rooms) == {"Dock 1", "Zone 1", "Zone 2"}
    assert (rooms["Zone 1"]["Units"], rooms["Zone 1"]["Held"]) == (2, 2)
    assert (rooms["Zone 2"]["Units"], rooms["Zone 2"]["Held"]) == (1, 0)
    assert rooms["Zone 1"]["Standing"] == "silent", "its newest reading is from March 2026"
    assert rooms["Zone 1"]["Since last reading"] > 0


def test_a_room_is_judged_by_the_tightest_watched_limit(database_url: str) -> None:
    write_story(database_url, "LOT-B")
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into rules.watch values (2, 'above', 8), (2, 'above', 15), (2, 'below', 2)"
        )
        connection.execute(
            "insert into telemetry.reading (series_id, time, value) values (2, now(), 8.5)"
        )
    (room,) = (row for row in answer(database_url, "Rooms now") if row["Room"] == "Zone 1")
    assert (room["Lower limit"], room["Upper limit"]) == (2.0, 8.0)
    assert (room["Temperature"], room["Standing"]) == (8.5, "above")


def test_the_chart_keeps_the_extremes(database_url: str) -> None:
    write_story(database_url, "LOT-B")
    drawn = [
        row["value"] for row in answer(database_url, "Temperatures") if "dock1-t1" in row["metric"]
    ]
    with psycopg.connect(database_url) as connection:
        extremes = connection.execute(
            "select min(value), max(value) from telemetry.reading where series_id = 1 "
            "and time between '2026-03-02T06:00:00Z' and '2026-03-02T12:00:00Z'"
        ).fetchone()
    assert (min(drawn), max(drawn)) == extremes
    assert len(drawn) <= 2 * 37, "two readings for each ten minutes of six hours"


def test_standing_counts_and_excursions(database_url: str) -> None:
    write_story(database_url, "LOT-B")
    (row,) = answer(database_url, "What needs")
    assert row == {"Units held": 2, "Excursions going on": 0, "Sensors silent": 3, "Records parked": 0}
    told = answer(database_url, "Excursions")
    assert [(row["Unit"], row["Peak"], row["Beyond"]) for row in told] == [
        ("LOT-B/0001", 11.9, 3000.0),
        ("LOT-B/0002", 11.9, 3000.0),
    ]
