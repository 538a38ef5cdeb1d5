"""`coldbind demo`: set the stage, play, check, clean up."""

import asyncio
import json
import shutil
import signal
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from types import FrameType

import msgspec
from rich.console import Console

from coldbind.commands.session import DEMO_DATABASE
from coldbind.demo.chapters import Chapter, chapters
from coldbind.demo.ledger import News, lots
from coldbind.demo.player import Player, StoryStuck
from coldbind.demo.result import Result, examine
from coldbind.embedded_broker import EmbeddedBroker
from coldbind.install import install
from coldbind.servers import Servers, told
from coldbind.settings import Settings, state_folder
from coldbind.site_file import apply_site, read_site
from coldbind.supervisor import Workers
from coldbind.var_folder import VarFolder
from coldbind.wiring import open_database
from coldbind.workers import NAMES
from firmware_sim.core.simulation import Simulation
from firmware_sim.scenario_file import parse_scenario
from kernel.instants import moment
from kernel.refusal import Refusal
from storage import administration
from storage.database import Database
from storage.embedded import EmbeddedPostgres

SPEED = 3600.0
"""Simulated seconds a second: 17 sensors at one reading a minute are 1 020 readings a second."""
SITE, GATEWAY = "demo", "edge-1"


Afterwards = Callable[[Console, Workers, str], None]
"""What to do with the finished story, while everything still runs: told the console's address."""


def show(settings: Settings, console: Console, afterwards: Afterwards | None = None) -> int:
    """Play the demo; 0 when the story came out as told, 1 otherwise."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    folder = state_folder(settings)
    began = time.monotonic()
    console.print(
        "[bold]Coldbind demo[/]: one day and night of a distribution centre, in half a minute"
    )
    with _stage(settings, folder) as running:
        environment = told(settings, running) | {
            "COLDBIND_SITE": SITE,
            "COLDBIND_GATEWAY": GATEWAY,
            "COLDBIND_UDP_PORT": "0",
            "COLDBIND_API_PORT": str(settings.api_port) if afterwards else "0",
            "COLDBIND_VAR": str(folder.demo),
            "COLDBIND_INGEST_CLIENT_ID": "coldbind-demo",
            "COLDBIND_LOG_FORMAT": "json",
        }
        with Workers(NAMES, folder.demo / "run", environment) as workers:
            addresses = workers.wait_ready()
            page = f"http://{addresses['api']}"
            console.print(
                f"servers and workers ready after {time.monotonic() - began:.1f} s; live at {page}/"
            )
            with open_database(running.database_url, "demo") as database:
                result = _perform(database, addresses["gateway"], console)
            _write(folder, result)
            _tell_result(console, result, folder)
            if afterwards is not None:
                afterwards(console, workers, page)
    if afterwards is None:
        console.print(
            "to look around: [bold]coldbind demo --keep[/], or [bold]coldbind trace LOT-B --demo[/]"
        )
    return 0 if result.story_ok else 1


@contextmanager
def _stage(settings: Settings, folder: VarFolder) -> Generator[Servers]:
    """Servers with an empty database and nothing left of an earlier performance."""
    shutil.rmtree(folder.demo / "spool", ignore_errors=True)
    broker = EmbeddedBroker(folder.demo / "broker")
    if settings.database_url is None:
        with EmbeddedPostgres(folder.postgres, settings.postgres_binaries) as server:
            administration.drop_database(server.url("postgres"), DEMO_DATABASE)
            administration.create_database(server.url("postgres"), DEMO_DATABASE)
            yield from _with_broker(settings, server.url(DEMO_DATABASE), broker)
        return
    yield from _with_broker(settings, settings.database_url.reveal(), broker)


def _with_broker(settings: Settings, url: str, broker: EmbeddedBroker) -> Generator[Servers]:
    install(url)
    with open_database(url, "demo") as database, database.transaction() as transaction:
        if lots(transaction):
            raise Refusal(
                "the database of COLDBIND_DATABASE_URL holds lots already: give the demo an empty one"
            )
    if settings.mqtt_url is not None:
        yield Servers(url, settings.mqtt_url.reveal())
        return
    broker.erase()
    with broker:
        yield Servers(url, broker.start())


def _perform(database: Database, gateway: str, console: Console) -> Result:
    here = files("coldbind.demo")
    site = read_site((here / "site.yaml").read_text(encoding="utf-8"), "the demo's site file")
    with database.transaction() as transaction:
        apply_site(transaction, site, "demo")
    simulation = Simulation(parse_scenario((here / "rooms.yaml").read_text(encoding="utf-8")))
    player = Player(
        database,
        simulation,
        speed=SPEED,
        tell=lambda chapter: _tell(console, chapter),
        report=lambda found: _report(console, found),
    )
    host, _, port = gateway.rpartition(":")
    try:
        asyncio.run(player.play(host, int(port), chapters()))
    except StoryStuck as stuck:
        console.print(f"[red]{stuck}[/]")
    with database.transaction() as transaction:
        return examine(transaction, player.sent, player.nonsense)


def _tell(console: Console, chapter: Chapter) -> None:
    console.print(f"[dim]{moment(chapter.at):%a %H:%M}[/]  {chapter.text}", soft_wrap=True)


def _report(console: Console, found: Sequence[News]) -> None:
    for one in found:
        about = _about(one.action, msgspec.json.decode(one.detail, type=dict[str, object]))
        if about is not None:
            line = f"           [bold yellow]{one.action}[/]  {one.subject}: {about}"
            console.print(line, soft_wrap=True)


def _about(action: str, detail: dict[str, object]) -> str | None:
    match action:
        case "hold placed":
            return f"{detail['rule']}, {_share(detail)} custody"
        case "claim drafted":
            return f"due {detail['due_on']}"
        case "claim line added":
            sum_ = f"{detail['quantity']} x {detail['unit_price']} = {detail['amount']}"
            return f"{detail['unit']}: {sum_}"
        case "excursion withdrawn":
            return f"{detail['why']}; its hold waits for a person"
        case _:
            return None


def _share(detail: dict[str, object]) -> str:
    shares = {"supplier_seconds": "supplier's", "carrier_seconds": "carrier's"}
    return next((whose for name, whose in shares.items() if detail.get(name)), "own")


def _write(folder: VarFolder, result: Result) -> None:
    target = folder.demo / "result.json"
    target.write_text(json.dumps(result.as_dict(), indent=2) + "\n", encoding="utf-8")


def _tell_result(console: Console, result: Result, folder: VarFolder) -> None:
    console.print(
        f"{result.readings_sent} readings sent, {result.readings_stored} stored, "
        f"{result.readings_parked} parked with a reason, {result.readings_lost} lost, "
        f"{result.readings_doubled} doubled"
    )
    console.print(
        f"{result.units} units: {result.excursions} excursions, {result.holds} holds, "
        f"{result.claims} claim; "
        f"publish to committed hold p50 {result.hold_ms_p50} ms, p99 {result.hold_ms_p99} ms"
    )
    for fault in result.faults:
        console.print(f"[red]not as told:[/] {fault}", soft_wrap=True)
    verdict = (
        "[bold green]the story came out as told[/]"
        if result.story_ok
        else "[bold red]the story did not come out as told[/]"
    )
    console.print(f"{verdict}  ({folder.demo / 'result.json'})", soft_wrap=True)


def keep_running(console: Console, workers: Workers, page: str) -> None:
    """Leave it to be looked at until Ctrl-C."""
    console.print(
        f"console: {page}/   a warm delivery: {page}/lots/LOT-B   "
        f"a night without cooling: {page}/lots/LOT-A"
    )
    console.print("Ctrl-C ends everything.")
    try:
        while True:
            for name in workers.restart_ended(0.5):
                console.print(f"[yellow]{name} ended; it is started again (see {workers.log(name)})[/]")
    except KeyboardInterrupt:
        console.print("stopping")


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
