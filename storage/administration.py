"""What is done to a database as a whole, from outside of it."""

import psycopg
from psycopg import sql

from storage.errors import Unavailable


def create_database(maintenance_url: str, name: str) -> None:
    """Make the database `name` on the server when it does not exist yet."""
    with _connect(maintenance_url) as connection:
        found = connection.execute("select from pg_database where datname = %s", (name,)).fetchone()
        if found is None:
            try:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return  # somebody else made it in this moment


def drop_database(maintenance_url: str, name: str) -> None:
    """Remove the database `name` and everything in it, also while somebody is connected."""
    with _connect(maintenance_url) as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database server cannot be reached: {error}") from error
