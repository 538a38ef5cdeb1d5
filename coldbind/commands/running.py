"""Commands that run Coldbind: demo, migrate, run."""

import os
import signal
import sys
from enum import StrEnum
from types import FrameType
from typing import Annotated

import typer

from coldbind.commands.session import console
from coldbind.demo.show import keep_running, show
from coldbind.install import install
from coldbind.metrics import address, ports
from coldbind.servers import database_server, servers, told
from coldbind.settings import Settings, read_settings, state_folder
from coldbind.supervisor import Workers
from coldbind.workers import NAMES
from storage.revision import newest_revision
from wire.broker import parse_broker


class What(StrEnum):
    """What `coldbind run` can run."""

    GATEWAY = "gateway"
    INGEST = "ingest"
    RULES = "rules"
    API = "api"
    ALL = "all"


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(demo)
    app.command()(migrate)
    app.command()(run)


def demo(
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running, with the console.")
    ] = False,
) -> None:
    """Play the story from sensor to claim on embedded servers, and say whether it came out as told."""
    raise typer.Exit(show(read_settings(), console, keep_running if keep else None))


def migrate() -> None:
    """Bring the database's schema and profile catalog to this release."""
    with database_server(read_settings()) as url:
        before = install(url)
    newest = newest_revision()
    if before == newest:
        console.print(f"the schema is at revision {newest} already")
    else:
        console.print(f"schema brought from {before or 'nothing'} to {newest}")


def run(what: Annotated[What, typer.Argument(help="Which worker to run.")]) -> None:
    """Run one worker, or all of them together with the servers they need."""
    if what is What.ALL:
        _run_all(read_settings())
        return
    os.execv(sys.executable, [sys.executable, "-m", f"coldbind.workers.{what.value}"])  # noqa: S606 - becomes the worker, with the same pid


def _run_all(settings: Settings) -> None:
    signal.signal(signal.SIGTERM, _as_interrupt)
    metrics_ports = ports(settings)
    with servers(settings) as running:
        install(running.database_url)
        folder = state_folder(settings).run
        with Workers(NAMES, folder, told(settings, running), metrics_ports) as workers:
            addresses = workers.wait_ready()
            console.print(f"console and API  http://{addresses['api']}/")
            console.print(f"devices          UDP {addresses['gateway']}")
            console.print(f"MQTT             {_shown(settings, running.mqtt_url)}", soft_wrap=True)
            for name, port in metrics_ports.items():
                console.print(f"metrics          {_metrics_address(settings, port)}  {name}")
            console.print(f"logs             {folder}")
            console.print("Ctrl-C ends everything.")
            try:
                while True:
                    for name in workers.restart_ended(0.5):
                        console.print(
                            f"[yellow]{name} ended; it is started again (see {folder}/{name}.log)"
                        )
            except KeyboardInterrupt:
                console.print("stopping")


def _metrics_address(settings: Settings, port: int) -> str:
    """Where a worker's metrics are; which port it took when any would do stands in its log."""
    return address(settings.metrics_host, port) if port else "(see its log)"


def _shown(settings: Settings, mqtt_url: str) -> str:
    """The broker's address; with its password only when we made that up and nobody else knows it."""
    return mqtt_url if settings.mqtt_url is None else str(parse_broker(mqtt_url))


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
