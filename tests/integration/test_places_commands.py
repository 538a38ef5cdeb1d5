"""The commands about places, sensors and site files, as an engineer and a program use them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Answer, coldbind

SITE = """
locations:
  - {path: dc, name: Centre, kind: site}
  - {path: dc.z1, name: Zone 1, kind: zone, needed: 2}
  - {path: dc.z1.b1, name: Bin 1, kind: bin}
  - {path: dc.old, name: Old room, kind: room, closed: 2026-03-03T00:00:00Z}
sensors:
  - {name: t-1, model: LR-4, location: dc.z1, since: 2026-03-01T00:00:00Z}
  - {name: t-1, quantity: humidity, max_gap: 1 h}
"""

Ask = Callable[..., Answer]


@pytest.fixture
def ask(database_url: str, server_folder: Path) -> Ask:
    told = {"COLDBIND_DATABASE_URL": database_url, "COLDBIND_VAR": str(server_folder)}

    def ask(*arguments: object) -> Answer:
        return coldbind(*map(str, arguments), told=told)

    assert ask("migrate").code == 0
    return ask


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def at(clock: str) -> tuple[str, str]:
    return "--at", f"2026-03-02T{clock}:00Z"


def test_a_site_is_imported_exported_and_imported_again(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "site.yaml", SITE)
    tried = ask("site", "import", file, "--dry-run")
    assert tried.out.splitlines()[-1] == "8 changes would be recorded", tried.err
    assert json.loads(ask("location", "list", "--json").out) == []
    done = ask("site", "import", file)
    assert done.out.splitlines() == [
        "location dc: site 'Centre' added",
        "location dc.z1: zone 'Zone 1' added",
        "location dc.old: room 'Old room' added",
        "location dc.z1.b1: bin 'Bin 1' added",
        "sensor t-1: temperature registered",
        "sensor t-1: humidity registered",
        "sensor t-1: hangs at dc.z1 from 2026-03-01T00:00:00Z",
        "location dc.old: closed since 2026-03-03 00:00:00 UTC",
        "8 changes recorded",
    ]
    assert ask("site", "import", file).out == "nothing to change\n"
    exported = ask("site", "export").out
    assert (
        ask("site", "import", written(tmp_path / "again.yaml", exported)).out == "nothing to change\n"
    )
    folder = tmp_path / "csv"
    assert ask("site", "export", "--format", "csv", "--out", folder).code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["locations.csv", "placings.csv", "sensors.csv"]
    assert ask("site", "import", folder).out == "nothing to change\n"
    assert ask("site", "export").out == exported
    ask("site", "export", "--format", "csv").refused("name their folder with --out")
    ask("site", "export", "--format", "xml").refused("'xml'", "yaml or csv")


def test_every_fault_is_told_with_its_line(ask: Ask, tmp_path: Path) -> None:
    file = written(
        tmp_path / "locations.csv",
        "\ufeffpath;kind;name;needed\ndc;site;Centre;\ndc.x;zone;Zone;many\ndc.y;zone\ndc.z;zone;;\n",
    )
    told = ask("site", "import", file)
    assert told.code == 1
    assert [line.partition("locations.csv: ")[2] for line in told.err.splitlines()] == [
        "line 3: locations: needed: 'many' is not a whole number",
        "line 4: it has 2 columns, the first line 4",
        "line 5: locations: name is missing",
    ]
    file = written(
        tmp_path / "site.yaml",
        SITE.replace("kind: zone", "kind: castle").replace("path: dc.old", "path: dd.old")
        + "  - {name: t-2, location: dc.cellar, since: 2026-03-01T00:00:00Z}\n",
    )
    told = ask("site", "import", file, "--dry-run")
    assert [line.partition("site.yaml: ")[2] for line in told.err.splitlines()] == [
        (
            "line 4, column 5: locations: location dc.z1: kind 'castle' is not one of "
            "site, room, zone, aisle, bay, bin, dock_door, vehicle, quarantine_cage"
        ),
        "line 6, column 5: locations: location 'dd' is not known: coldbind location add dd ...",
        (
            "line 10, column 5: sensors: location 'dc.cellar' is not known: "
            "coldbind location add dc.cellar ..."
        ),
    ]
    assert json.loads(ask("location", "list", "--json").out) == []
    ask("site", "import", written(tmp_path / "odd.csv", "a,b\n1,2\n")).refused(
        "odd.csv: line 1", "path,"
    )
    ask("site", "import", written(tmp_path / "x.csv", 'path,kind,name\n"dc,site,x\n')).refused("line")
    (tmp_path / "empty").mkdir()
    ask("site", "import", tmp_path / "empty").refused("holds no CSV files")


def test_a_sensor_is_hung_swapped_corrected_and_calibrated(ask: Ask, tmp_path: Path) -> None:
    ask("site", "import", written(tmp_path / "site.yaml", SITE))
    swapped = ask("sensor", "swap", "t-1", "t-2", *at("08:00"))
    assert swapped.out == (
        "sensor t-2 takes the place of t-1 at dc.z1, registered with the quantities of t-1\n"
    ), swapped.err
    listed = json.loads(ask("sensor", "list", "--json").out)
    assert [(one["sensor"], one["quantity"], one["location"]) for one in listed] == [
        ("t-1", "temperature", None),
        ("t-1", "humidity", None),
        ("t-2", "temperature", "dc.z1"),
        ("t-2", "humidity", "dc.z1"),
    ]
    assert ask("sensor", "take-down", "t-2", *at("09:00")).out == "sensor t-2 is taken down\n"
    again = ask("sensor", "take-down", "t-2", *at("09:00"))
    assert again.out == "sensor t-2 is taken down (told before, nothing changed)\n"
    story = json.loads(ask("sensor", "history", "t-2", "--json").out)
    number = story["placings"][1]["placing"]
    fixed = ask("sensor", "correct", number, "--at", "2026-03-02T10:00:00Z", "--reason", "read wrongly")
    assert fixed.out.startswith(f"placing {number}: corrected by placing"), fixed.err
    told = ask("sensor", "history", "t-2").out
    assert "2026-03-02 10:00:00 UTC  taken down" in told
    assert "read wrongly" in told
    assert ask("sensor", "cancel", number + 1, "--reason", "still there").code == 0
    assert "at dc.z1 since 2026-03-02 08:00:00 UTC" in ask("sensor", "show", "t-2").out
    calibrate = ("sensor", "calibrate", "t-2", "--on", "2026-03-01", "--certificate", "C/7")
    assert ask(*calibrate, "--offset", "-0.2", "--due", "2026-03-31").out == (
        "sensor t-2: calibrated on 2026-03-01, due 2026-03-31\n"
    )
    assert "showed -0.2 K, certificate C/7, due 2026-03-31" in ask("sensor", "show", "t-2").out
    ask(*calibrate, "--offset", "much", "--due", "2026-03-31").refused("--offset 'much'")
    ask(*calibrate, "--offset", "0", "--due", "soon").refused("--due 'soon'")
    ask("sensor", "show", "t-9").refused("'t-9' is not registered")
    ask("sensor", "put", "t-2", "PAL").refused("'PAL'")


def test_the_tree_is_shown_renamed_and_closed(ask: Ask, tmp_path: Path) -> None:
    ask("site", "import", written(tmp_path / "site.yaml", SITE))
    assert ask("location", "list").out.splitlines() == [
        "dc  Centre (site)",
        "  dc.old  Old room (room, closed since 2026-03-03 00:00 UTC)",
        "  dc.z1  Zone 1 (zone, 2 sensors must agree)",
        "    dc.z1.b1  Bin 1 (bin)",
    ]
    assert ask("location", "rename", "dc.z1", "east").out == "location dc.z1 is now dc.east\n"
    ask("location", "close", "dc.east").refused("sensor t-1 hangs there", "sensor take-down")
    assert ask("location", "close", "dc.east.b1").out.startswith("location dc.east.b1: closed since")
    assert ask("location", "reopen", "dc.east.b1").out == "location dc.east.b1: in use again\n"
    ask("location", "reopen", "dc.east.b1").refused("is not closed")
    added = ask("location", "add", "dc.east", "--kind", "zone", "--name", "East", "--needed", "1")
    assert added.code == 0
    assert "dc.east  East (zone)" in ask("location", "list").out
