"""SQL lives in files, one statement each, beside the store module that runs it.

A statement knows the row type it returns: a dataclass or NamedTuple whose fields are the statement's
columns, by name.
"""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Generic, LiteralString, TypeVar, cast

Row = TypeVar("Row")


@dataclass(frozen=True)
class Statement(Generic[Row]):
    """One SQL statement in the file `name`.sql of `package`, returning rows of type `row`."""

    package: str
    name: str
    row: type[Row]

    @cached_property
    def text(self) -> LiteralString:
        """The SQL, with psycopg's named parameters."""
        path = files(self.package) / "sql" / f"{self.name}.sql"
        return cast("LiteralString", path.read_text(encoding="utf-8"))

    def __str__(self) -> str:
        return f"{self.package}/sql/{self.name}.sql"


class Statements:
    """The statements in the `sql` folder of one package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def returning(self, row: type[Row], name: str) -> Statement[Row]:
        """The statement in `name`.sql, whose columns are the fields of `row`."""
        return Statement(self._package, name, row)

    def command(self, name: str) -> Statement[None]:
        """The statement in `name`.sql, which returns no rows."""
        return Statement(self._package, name, type(None))
