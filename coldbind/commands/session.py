"""What most commands need: the settings, and a transaction on the wired database."""

import getpass
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from coldbind.install import install
from coldbind.servers import DATABASE, database_server
from coldbind.settings import read_settings
from coldbind.wiring import open_database
from storage.database import Database, Transaction

console = Console(highlight=False, soft_wrap=True)

Done = TypeVar("Done")

DEMO_DATABASE = "demo"

Demo = Annotated[bool, typer.Option("--demo", help="Use the database of the last demo.")]
By = Annotated[str, typer.Option("--by", help="Who records this.", show_default="your login name")]


def whoever(by: str) -> str:
    """The name for the audit record."""
    return by or getpass.getuser()


@contextmanager
def transaction(*, demo: bool = False) -> Generator[Transaction]:
    """One transaction on the database of the settings, its own server started when none runs."""
    with opened_database(demo=demo) as database, database.transaction() as running:
        yield running


@contextmanager
def opened_database(*, demo: bool = False) -> Generator[Database]:
    """The same for a command that takes more than one transaction."""
    settings = read_settings()
    with database_server(settings, DEMO_DATABASE if demo else DATABASE) as url:
        if settings.database_url is None:
            install(url)
        with open_database(url, "command") as database:
            yield database


def recorded(work: Callable[[Transaction], Done], *, demo: bool = False) -> Done:
    """What `work` did in one transaction; it runs again when others came in between."""
    with opened_database(demo=demo) as database:
        return database.attempt(work)
