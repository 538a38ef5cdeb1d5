"""The `coldbind` command asked again and again of one database."""

from collections.abc import Callable

from tests.commands import Answer, coldbind

Ask = Callable[..., Answer]


def asking(database_url: str, **settings: str) -> Ask:
    """Runs a command line on the database, split at its blanks; `more` arguments stay whole."""
    told = {"COLDBIND_DATABASE_URL": database_url, **settings}

    def ask(line: str, *more: str) -> Answer:
        return coldbind(*line.split(), *more, told=told)

    return ask
