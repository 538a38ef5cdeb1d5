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
from coldbind.servers import database_server, servers, told
from coldbind.settings import Settings, state_folder
from coldbind.supervisor import Workers
from coldbind.workers import NAMES
from storage.revision import newest_revision


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
    raise typer.Exit(show(Settings(), console, keep_running if keep else None))


def migrate() -> None:
    """Bring the database's schema and profile catalog to this release."""
    with database_server(Settings()) as url:
        before = install(url)
    newest = newest_revision()
    if before == newest:
        console.print(f"the schema is at revision {newest} already")
    else:
        console.print(f"schema brought from {before or 'nothing'} to {newest}")


def run(what: Annotated[What, typer.Argument(help="Which worker to run.")]) -> None:
    """Run one worker, or all of them together with the servers they need."""
    if what is What.ALL:
        _run_all(Settings())
        return
    os.execv(sys.executable, [sys.executable, "-m", f"coldbind.workers.{what.value}"])  # noqa: S606 - becomes the worker, with the same pid


def _run_all(settings: Settings) -> None:
    signal.signal(signal.SIGTERM, _as_interrupt)
    with servers(settings) as running:
        install(running.database_url)
        folder = state_folder(settings).run
        with Workers(NAMES, folder, told(settings, running)) as workers:
            addresses = workers.wait_ready()
            console.print(f"console and API  http://{addresses['api']}/")
            console.print(f"devices          UDP {addresses['gateway']}")
            console.print(f"MQTT             {running.mqtt_url}", soft_wrap=True)
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


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
