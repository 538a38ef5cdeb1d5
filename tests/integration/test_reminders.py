"""What nobody has to ask for: alerts about the days of claims, and the head of the chain once a day."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from coldbind.claim_reminders import remind
from coldbind.doctor.probe import Entrance, connected
from coldbind.published_heads import publish_daily, read_heads
from coldbind.reminders import Reminders
from coldbind.settings import Settings, read_settings
from coldbind.wiring import HANDLERS
from erp.claims import handlers as claims
from erp.claims.handlers import Told
from kernel.events import BindingChanged, TimePassed
from kernel.instants import DAY
from kernel.refusal import Refusal
from rules import sweep
from rules.alerts import handlers as alerts
from storage.database import Database
from tests.commands import ROOT, coldbind, environment
from tests.erp_world import World, after, order, prepare
from wire.broker import parse_broker
from wire.topics import AUDIT_HEAD

CODE = "CLM-GR-1"
PATIENCE = 30.0


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """A drafted claim over 1246.84 EUR, to be sent by 8 March."""
    prepare(database_url)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        world = World(database_url, database)
        world.arrive()
        world.found(10, 55)
        yield world


def now() -> int:
    return time.time_ns() // 1000


def look(world: World, days: float) -> None:
    """Look so many days after the delivery arrived."""
    with world.database.transaction() as run:
        remind(TimePassed(after(0) + round(days * DAY)), run)


def told(world: World, *, resolved: bool = False) -> list[tuple[str, str, str]]:
    with world.database.transaction() as run:
        found = alerts.alerts(run, resolved=resolved)
    return sorted((one.subject, one.severity, one.words) for one in found if one.cause == "deadline")


def test_a_claim_is_told_once_when_it_is_due_and_once_when_it_is_late(world: World) -> None:
    look(world, -1)
    assert told(world) == [], "eight days are left"
    look(world, 0)
    look(world, 3)
    due = f"claim {CODE} is due on 2026-03-08"
    assert told(world) == [
        (f"claim {CODE}: send", "minor", f"{due}: 1,246.84 EUR on ACME"),
    ]
    look(world, 8)
    look(world, 9)
    assert told(world) == [
        (f"claim {CODE}: send, late", "major", f"{due}, and late: 1,246.84 EUR on ACME"),
    ]
    with world.database.transaction() as run:
        claims.submit(run, CODE, Told("carla", after(9 * 24 * 60)))
    look(world, 9)
    assert told(world) == [], "sent, and the supplier has 14 days"
    look(world, 17)
    ((subject, _, words),) = told(world)
    assert subject == f"claim {CODE}: answer"
    assert words.startswith(f"claim {CODE}: the supplier's answer is due on 2026-03-24")
    lives = world.ask(
        "select state, resolved_by from rules.alert where cause = 'deadline' order by alert_id"
    )
    assert [(one["state"], one["resolved_by"]) for one in lives] == [
        ("resolved", "coldbind"),
        ("resolved", "coldbind"),
        ("raised", None),
    ]


def test_what_a_person_settled_is_not_told_again(world: World) -> None:
    look(world, 3)
    with world.database.transaction() as run:
        (one,) = [one for one in alerts.alerts(run) if one.cause == "deadline"]
        alerts.resolve(run, one.alert_id, "carla", "the supplier was called")
    look(world, 4)
    assert told(world) == []


def publish(world: World, settings: Settings, at: int) -> bool:
    with world.database.transaction() as run:
        return publish_daily(run, settings, at)


def test_the_head_is_published_once_a_day(world: World, server_folder: Path, broker_url: str) -> None:
    file = server_folder / "heads.jsonl"
    settings = read_settings(
        {
            "COLDBIND_AUDIT_HEAD_FILE": str(file),
            "COLDBIND_AUDIT_HEAD_MQTT": "true",
            "COLDBIND_MQTT_URL": broker_url,
        }
    )
    assert publish(world, settings, now())
    assert not publish(world, settings, now())
    with connected(Entrance(parse_broker(broker_url), None)) as listener:
        listener.subscribe(AUDIT_HEAD)
        assert listener.hear(1) == [file.read_bytes().splitlines()[0]]
    assert publish(world, settings, now() + DAY)
    assert len(read_heads(file)) == 2
    assert world.actions("audit chain") == ["audit head published"] * 2
    commands = {"COLDBIND_DATABASE_URL": world.url, "COLDBIND_VAR": str(server_folder)}
    answer = coldbind("audit", "verify", "--against", str(file), told=commands)
    assert (answer.code, answer.out.endswith("as 2 published heads say\n")) == (0, True), answer
    assert not publish(world, Settings(), now() + 2 * DAY), "not asked for"


def test_judges_who_sweep_hold_up_no_reminder(world: World, server_folder: Path) -> None:
    file = server_folder / "heads.jsonl"
    settings = read_settings({"COLDBIND_AUDIT_HEAD_FILE": str(file)})
    reminders = Reminders(world.database, settings, threading.Event(), now)
    with world.database.transaction() as judge:
        assert judge.alone(sweep.WORK)
        reminders.look_once()
    assert len(read_heads(file)) == 1
    assert told(world) != []


def test_a_head_that_nobody_took_is_tried_again(world: World, server_folder: Path) -> None:
    folder = server_folder / "mount"
    settings = read_settings({"COLDBIND_AUDIT_HEAD_FILE": str(folder / "heads.jsonl")})
    with pytest.raises(Refusal, match="cannot be written"):
        publish(world, settings, now())
    assert world.actions("audit chain") == []
    stop = threading.Event()
    reminders = Reminders(world.database, settings, stop, now)
    with pytest.raises(Refusal, match="cannot be written"):
        reminders.look_once()
    assert told(world) != [], "a disk that is away holds up no reminder"
    folder.mkdir()
    reminders.start()
    until = time.monotonic() + PATIENCE
    while not (folder / "heads.jsonl").exists() and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    reminders.join(PATIENCE)
    assert len(read_heads(folder / "heads.jsonl")) == 1


def test_the_judges_do_it_by_themselves(world: World, server_folder: Path) -> None:
    file = server_folder / "heads.jsonl"
    settings = {
        "COLDBIND_DATABASE_URL": world.url,
        "COLDBIND_VAR": str(server_folder),
        "COLDBIND_AUDIT_HEAD_FILE": str(file),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "coldbind.workers.rules"], env=environment(settings), cwd=ROOT
    )
    try:
        until = time.monotonic() + PATIENCE
        while not (file.exists() and told(world)) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    assert len(read_heads(file)) == 1
    assert [subject for subject, _, _ in told(world)] == [f"claim {CODE}: send, late"]
    unnamed = environment({"COLDBIND_DATABASE_URL": world.url, "COLDBIND_AUDIT_HEAD_MQTT": "true"})
    refused = subprocess.run(
        [sys.executable, "-m", "coldbind.workers.rules"],
        env=unnamed,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "COLDBIND_MQTT_URL is not set" in refused.stderr
