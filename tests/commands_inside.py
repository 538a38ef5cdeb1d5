"""The `coldbind` command run inside the test: much quicker than a process."""

from collections.abc import Callable

from typer.testing import CliRunner

from coldbind.cli import app
from tests.commands import Answer

Ask = Callable[..., Answer]


def asking(database_url: str) -> Ask:
    """Runs a command line on the database; the sentence that `main` would print is in `err`."""

    def ask(line: str, *more: str) -> Answer:
        told = {"COLDBIND_DATABASE_URL": database_url, "COLUMNS": "200"}
        done = CliRunner().invoke(app, [*line.split(), *more], env=told)
        fault = (
            ""
            if done.exception is None or isinstance(done.exception, SystemExit)
            else str(done.exception)
        )
        return Answer(done.exit_code, done.stdout, fault + done.stderr)

    return ask
