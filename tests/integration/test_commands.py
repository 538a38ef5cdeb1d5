"""Every command as a user types it, with what users get wrong: one sentence, nothing half-written."""

import json
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from coldbind import cli
from tests.commands import Answer, Running, coldbind

SITE = """
locations:
  - {path: dc, name: Distribution centre, kind: site}
  - {path: dc.dock, name: Dock, kind: dock_door}
  - {path: dc.zone, name: Zone, kind: zone}
sensors: [{name: t-1, location: dc.zone, since: 2026-03-01T00:00:00Z}]
suppliers: [{code: S, name: Supplier}]
products: [{code: P, name: Tablets, unit_of_measure: box, profile: medicines-2-8}]
orders:
  - code: PO-1
    supplier: S
    ordered_on: 2026-02-01
    currency: EUR
    lines: [{line: 1, product: P, quantity: 10, unit_price: 1.20}]
"""
NOWHERE = "postgresql://user:word@127.0.0.1:1/coldbind"

Ask = Callable[..., Answer]


@pytest.fixture
def ask(
    database_url: str,
    server_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Type a command: the program's own entry, in this process because starting one takes seconds."""
    monkeypatch.setenv("COLDBIND_DATABASE_URL", database_url)
    monkeypatch.setenv("COLDBIND_VAR", str(server_folder))

    def asked(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["coldbind", *map(str, arguments)])
        code: int | str | None = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert isinstance(code, int)
        return Answer(code, said.out, said.err)

    return asked


@pytest.fixture
def applied(ask: Ask, tmp_path: Path) -> Ask:
    """The same, on a database that knows the site above."""
    assert ask("migrate").code == 0
    done = ask("apply", written(tmp_path, SITE))
    assert done.out == (
        "3 locations, 1 sensors, 1 suppliers, 1 products and 1 orders are as the file says\n"
    ), done.err
    return ask


def written(folder: Path, text: str) -> Path:
    path = folder / "site.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def everything(url: str) -> tuple[object, ...] | None:
    """How much is recorded: what a refused command may not change."""
    count: LiteralString = (
        "select (select count(*) from binding.location), (select count(*) from telemetry.sensor),"
        " (select count(*) from binding.placement), (select count(*) from erp.supplier),"
        " (select count(*) from erp.product), (select count(*) from erp.purchase_order),"
        " (select count(*) from erp.goods_receipt), (select count(*) from erp.lot),"
        " (select count(*) from binding.stock_unit), (select count(*) from binding.movement),"
        " (select count(*) from rules.due_unit), (select count(*) from audit.record)"
    )
    with psycopg.connect(url) as connection:
        return connection.execute(count).fetchone()


RECEIVE = ("receive", "GR-1", "--order", "PO-1", "--lot", "L1", "--dock", "dc.dock")
EIGHT = ("--at", "2026-03-02T08:00:00Z")


def test_a_delivery_from_dock_to_trace(applied: Ask) -> None:
    received = applied(
        *RECEIVE, "--unit", "U1=5", "--unit", "U2=2.5", *EIGHT, "--expires", "2027-01-31"
    )
    assert received.out == "lot L1: 2 units stand at dc.dock\n", received.err
    again = applied(*RECEIVE, "--unit", "U1=5", "--unit", "U2=2.5", *EIGHT, "--expires", "2027-01-31")
    assert "told before, nothing changed" in again.out
    decided = applied("decide", "GR-1", "accepted", "--at", "2026-03-02T08:30:00Z", "--by", "anna")
    assert decided.out == (
        "receipt GR-1: accepted\n  short: line 1: 7.5 of 10 box received, 2.5 missing\n"
    )
    move = ("move", "U1", "dc.zone", "--kind", "put_away", "--at", "2026-03-02T09:00:00Z")
    assert applied(*move, "--client-id", "s-1").out == "unit U1: recorded\n"
    assert "recorded before" in applied(*move, "--client-id", "s-1").out
    assert applied("move", "U2", "--kind", "dispatch", "--at", "2026-03-02T10:00:00Z").code == 0
    told = applied("trace", "L1")
    assert "Lot L1: 7.5 box of P Tablets, expires 2027-01-31" in told.out
    assert "Accepted 2026-03-02 08:30 by anna" in told.out
    story = json.loads(applied("trace", "L1", "--json").out)
    assert [unit["location"] for unit in story["units"]] == ["dc.zone", None]
    assert applied("audit", "verify").out.startswith("the chain holds: ")


def test_places_and_sensors(applied: Ask) -> None:
    assert applied("location", "add", "dc.cage", "--kind", "quarantine_cage").code == 0
    assert "t-2 (temperature) is registered\n" in applied("sensor", "add", "t-2").out
    assert "registered already" in applied("sensor", "add", "t-2").out
    hung = applied("sensor", "place", "t-2", "dc.cage", "--since", "2026-03-01T00:00:00Z")
    assert hung.out == "sensor t-2 hangs at dc.cage\n"
    assert "schema is at revision" in applied("migrate").out


def test_applying_a_file_again_changes_nothing(applied: Ask, database_url: str, tmp_path: Path) -> None:
    before = everything(database_url)
    assert applied("apply", written(tmp_path, SITE)).code == 0
    assert everything(database_url) == before


WRONG_FILES = [
    (SITE.replace(", kind: zone", ""), ("site.yaml", "kind")),
    (SITE + "colours: []\n", ("site.yaml", "colours")),
    ("locations: [", ("site.yaml: line 1, column 13", "expected the node content")),
    ("locations:\n\t- x", ("site.yaml: line 2, column 1", "cannot start any token")),
    (SITE.replace("medicines-2-8", "nope"), ("product P", "'nope'", "medicines-2-8")),
    (SITE.replace("quantity: 10", "quantity: -10"), ("order PO-1 line 1", "-10 is no quantity")),
    (SITE.replace("1.20", "NaN"), ("order PO-1 line 1", "NaN is no price")),
    (SITE.replace("EUR", "euro"), ("order PO-1", "'euro'")),
    (SITE.replace("supplier: S", "supplier: X"), ("order PO-1", "'X'")),
    (SITE.replace("since: 2026-03-01T00:00:00Z", "since: then"), ("site.yaml: line", "since: 'then'")),
    (SITE.replace(", since: 2026-03-01T00:00:00Z", ""), ("sensor t-1", "add since")),
    (SITE.replace("dc.zone", "dd.zone"), ("'dd'", "coldbind location add dd")),
]


def test_a_wrong_site_file_is_refused_whole(ask: Ask, database_url: str, tmp_path: Path) -> None:
    ask("migrate")
    before = everything(database_url)
    for text, words in WRONG_FILES:
        ask("apply", written(tmp_path, text)).refused(*words)
    ask("apply", tmp_path / "nothing.yaml").refused("nothing.yaml cannot be read: No such file")
    ask("apply", tmp_path).refused("cannot be read: Is a directory")
    (tmp_path / "latin.yaml").write_bytes("Kühlhaus".encode("latin-1"))
    ask("apply", tmp_path / "latin.yaml").refused("latin.yaml cannot be read: it is not UTF-8")
    assert everything(database_url) == before


def test_what_contradicts_the_world_is_refused(applied: Ask, database_url: str) -> None:
    assert applied(*RECEIVE, "--unit", "U1=5", *EIGHT).code == 0
    before = everything(database_url)
    add = ("location", "add")
    applied(*add, "dc.x", "--kind", "castle").refused("kind 'castle'", "dock_door")
    applied(*add, "dc.x-1", "--kind", "zone").refused("'dc.x-1'", "joined by dots")
    applied(*add, "dd.x", "--kind", "zone").refused("'dd' is not known")
    applied("sensor", "add", "t-2", "--max-gap", "often").refused("--max-gap", "'often'", "30 min")
    applied("sensor", "add", "t-2", "--max-gap", "0 s").refused("t-2", "more than nothing")
    applied("sensor", "add", "t-2", "--quantity", "colour").refused("'colour'", "temperature")
    applied("sensor", "add", "t 2").refused("'t 2'")
    applied("sensor", "add", "t-1", "--max-gap", "1 h").refused(
        "t-1", "15 min", "would change verdicts"
    )
    applied("sensor", "place", "t-9", "dc.zone").refused("'t-9' is not registered", "sensor add t-9")
    applied("sensor", "place", "t-1", "dc.cellar").refused("'dc.cellar' is not known")
    applied("sensor", "place", "t-1", "dc.dock", "--since", "2026-03-01T00:00:00Z").refused(
        "t-1", "another placing at 2026-03-01 00:00:00 UTC is recorded already"
    )
    for unit in ("U2", "U2=", "=5", "U2=-5", "U2=0", "U2=nan", "U2=Infinity", "U2=five"):
        applied(*RECEIVE, "--unit", unit).refused(f"--unit {unit!r}", "PAL-1=48")
    for quantity in ("1e30", "0.0000001"):
        applied(*RECEIVE, "--unit", f"U2={quantity}").refused("'U2'", "at most 6 decimals")
    two = ("--unit", "U2=1", "--unit", "U2=1")
    applied("receive", "GR-2", "--order", "PO-1", "--lot", "L2", "--dock", "dc.dock", *two).refused(
        "U2 is counted twice"
    )
    assert everything(database_url) == before


def test_unknown_codes_and_impossible_times_are_refused(applied: Ask, database_url: str) -> None:
    assert applied(*RECEIVE, "--unit", "U1=5", *EIGHT).code == 0
    before = everything(database_url)
    other = ("receive", "GR-2", "--lot", "L2", "--unit", "U2=1")
    applied(*other, "--order", "PO-9", "--dock", "dc.dock").refused("'PO-9'")
    applied(*other, "--order", "PO-1", "--dock", "dc.zone").refused("dc.zone", "give a dock door")
    applied(*other, "--order", "PO-1", "--dock", "dc.dock", "--line", "7").refused("no line 7")
    applied(*other, "--order", "PO-1", "--dock", "dc.dock", "--expires", "soon").refused("'soon'")
    applied(*RECEIVE, "--unit", "U1=6", *EIGHT).refused("L1")
    again = ("receive", "GR-1", "--order", "PO-1", "--lot", "L3", "--dock", "dc.dock", *EIGHT)
    applied(*again, "--unit", "U1=5").refused("U1", "already a unit of lot L1")
    applied("decide", "GR-9", "accepted").refused("'GR-9'")
    applied("decide", "GR-1", "accepted", "--at", "2026-03-02T07:00:00Z").refused("GR-1", "arrived at")
    applied("decide", "GR-1", "accepted_with_reservation").refused(
        "GR-1", "a reservation needs its words"
    )
    applied("decide", "GR-1", "refused").refused("GR-1", "write in --reason why")
    applied("move", "U9", "dc.zone").refused("'U9' is not known")
    applied("move", "U1", "dc.cellar").refused("'dc.cellar' is not known")
    applied("move", "U1", "dc.zone", "--kind", "teleport").refused("'teleport'", "put_away")
    applied("move", "U1").refused("U1", "what leaves us has no location")
    applied("move", "U1", "dc.zone", "--kind", "dispatch").refused("what leaves us has no location")
    applied("move", "U1", "dc.zone", "--at", "2026-03-01T08:00:00Z").refused("U1", "it arrived at")
    for time, words in (
        ("noon", "'noon' is not an ISO 8601 time"),
        ("2026-03-02T10:00:00", "no time zone"),
        ("2126-03-02T10:00:00Z", "has not come yet"),
        ("9999-12-31T23:59:59.999999Z", "the year of"),
        ("0001-01-01T00:00:00Z", "the year of"),
    ):
        applied("move", "U1", "dc.zone", "--at", time).refused("--at", words)
    applied("trace", "L9").refused("'L9' is not known")
    applied("trace", "[bold]").refused("'[bold]' is not known")
    applied("trace", "L9", "--as-known-at", "2026-01-01T00:00Z").refused("'L9' was not known at 2026")
    applied("trace", "L9", "--as-known-at", "then").refused("--as-known-at")
    assert everything(database_url) == before


def test_usage_is_explained(ask: Ask, database_url: str) -> None:
    before = everything(database_url)
    for arguments, words in (
        (("frobnicate",), "No such command"),
        (("receive", "GR-1", "--order", "PO-1", "--lot", "L1"), "--dock"),
        (("decide", "GR-1", "perhaps"), "accepted_with_reservation"),
        (("run", "everything"), "gateway"),
        (("sim", "replay", "x.csv", "--sensor", "t", "--speed", "-1"), "--speed"),
    ):
        answer = ask(*arguments)
        assert answer.code == 2
        assert words in answer.err
        assert "Traceback" not in answer.err
    assert everything(database_url) == before


def test_recordings_and_scenarios_that_cannot_be_played(ask: Ask, tmp_path: Path) -> None:
    recording = tmp_path / "recording.csv"
    recording.write_text("timestamp,value\n2026-03-02T00:00:00Z,5.0\n", encoding="utf-8")
    replay = ("sim", "replay", recording, "--sensor", "t-1")
    ask("sim", "replay", tmp_path / "no.csv", "--sensor", "t-1").refused(
        "no.csv cannot be read: No such"
    )
    ask(*replay, "--unit", "X").refused("recording.csv", "unit 'X' is not one of C, F and K")
    ask(*replay, "--column", "temp").refused("recording.csv: line 1", "'temp'", "timestamp, value")
    ask(*replay, "--start", "tomorrow").refused("--start", "'tomorrow'")
    ask(*replay, "--gateway", "here").refused("--gateway 'here'", "HOST:PORT")
    ask(*replay, "--gateway", "127.0.0.1:99999").refused("HOST:PORT")
    ask(*replay, "--gateway", "nowhere.invalid:5683").refused("--gateway nowhere.invalid:5683")
    recording.write_text("timestamp,value\n2026-03-02T00:00:00Z,warm\n", encoding="utf-8")
    ask(*replay).refused("recording.csv: line 2: 'warm' is not a number")
    ask("sim", "run", tmp_path / "no.yaml").refused("no.yaml cannot be read: No such file")
    (tmp_path / "bad.yaml").write_text("rooms: [", encoding="utf-8")
    ask("sim", "run", tmp_path / "bad.yaml").refused("bad.yaml", "not YAML")
    ask("sim", "run", recording, "--for", "long").refused("recording.csv")


def test_servers_that_are_not_there(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    for url in ("nonsense", "mysql://user:word@127.0.0.1/coldbind", ""):
        monkeypatch.setenv("COLDBIND_DATABASE_URL", url)
        ask("trace", "L1").refused("postgresql://user:password@host:port/name")
        ask("migrate").refused("postgresql://user:password@host:port/name")
    monkeypatch.setenv("COLDBIND_DATABASE_URL", f"{database_url}_gone")
    trace = ask("trace", "L1")
    trace.refused("the database cannot be reached", "does not exist")
    assert database_url not in trace.err, "URLs hold passwords"
    monkeypatch.setenv("COLDBIND_DATABASE_URL", NOWHERE)
    ask("migrate").refused("the database cannot be reached", "port 1")
    monkeypatch.setenv("COLDBIND_MQTT_URL", "mqtt://127.0.0.1:1")
    doctor = ask("doctor")
    assert doctor.code == 1
    assert "FAIL broker: 127.0.0.1:1 cannot be reached" in doctor.out
    monkeypatch.setenv("COLDBIND_UDP_PORT", "many")
    ask("migrate").refused("COLDBIND_UDP_PORT")


def test_a_database_that_was_never_prepared(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("COLDBIND_DATABASE_URL", f"{database_url.rpartition('/')[0]}/postgres")
    ask("trace", "L1").refused("has not been prepared", "run coldbind migrate")


def test_doctor_finds_what_is_wrong(
    applied: Ask, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDBIND_MQTT_URL", broker_url)
    well = applied("doctor")
    assert well.code == 0, well.out
    for line in ("accepts the login", "schema: revision", "parked: nothing", "records hold"):
        assert line in well.out
    monkeypatch.setenv("COLDBIND_MQTT_URL", broker_url.replace("coldbind:", "coldbind:x"))
    wrong = applied("doctor")
    assert wrong.code == 1
    assert "check user, password and TLS" in wrong.out


def test_an_altered_audit_record_is_named(applied: Ask, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table audit.record disable trigger record_is_append_only")
        connection.execute("update audit.record set actor = 'mallory' where record_id = 3")
        connection.execute("alter table audit.record enable always trigger record_is_append_only")
    answer = applied("audit", "verify")
    assert answer.code == 1
    assert answer.out.startswith("record 3 ")


def test_workers_say_what_they_miss(server_folder: Path) -> None:
    told = {"COLDBIND_VAR": str(server_folder)}
    coldbind("run", "rules", told=told).refused("COLDBIND_DATABASE_URL is not set", "run all")


def test_a_taken_port_is_named(server_folder: Path) -> None:
    told = {"COLDBIND_VAR": str(server_folder), "COLDBIND_DATABASE_URL": NOWHERE}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = coldbind("run", "api", told=told | {"COLDBIND_API_PORT": str(port)})
        answer.refused(f"127.0.0.1:{port}", "Address already in use", "COLDBIND_API_PORT")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told |= {"COLDBIND_MQTT_URL": "mqtt://127.0.0.1:1", "COLDBIND_UDP_PORT": str(port)}
        answer = coldbind("run", "gateway", told=told)
        assert answer.code == 1
        assert f"cannot listen for devices on UDP 127.0.0.1:{port}" in answer.err.splitlines()[-1]
        assert "Traceback" not in answer.err


def test_run_all_ends_with_everything_it_started(
    database_url: str, broker_url: str, server_folder: Path
) -> None:
    told = {
        "COLDBIND_VAR": str(server_folder),
        "COLDBIND_DATABASE_URL": database_url,
        "COLDBIND_MQTT_URL": broker_url,
        "COLDBIND_UDP_PORT": "0",
        "COLDBIND_API_PORT": "0",
        "COLDBIND_SITE": "run-all",
        "COLDBIND_INGEST_CLIENT_ID": "run-all",
    }
    with Running("run", "all", told=told, log=server_folder / "all.log") as everything_:
        everything_.wait_for("Ctrl-C ends everything.")
        assert "console and API  http://127.0.0.1:" in everything_.said
        everything_.send(signal.SIGINT)
        assert everything_.wait(60) == 0
        assert everything_.left_behind(1) == []
        assert "Traceback" not in everything_.said
