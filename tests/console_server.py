"""The real API and console on a real port, and a way to take their database away."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
import uvicorn
from psycopg import sql

from api.app import application
from coldbind.wiring import open_database
from dashboards.web.pages import mount


@contextmanager
def serving(database_url: str, port: int) -> Generator[str]:
    """Serve API and console on `port` of the loopback; the address they answer at."""
    with open_database(database_url, "test", size=8) as database:
        app = application(database)
        mount(app, database)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, log_level="warning", lifespan="off", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="console")
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server ended before it listened"
                thread.join(0.01)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def database_gone(database_url: str) -> Generator[None]:
    """Inside, nobody can connect to the database, and whoever was connected is cut off."""
    server, _, name = database_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        statement = sql.SQL("alter database {} allow_connections {}")
        connection.execute(statement.format(sql.Identifier(name), sql.SQL("false")))
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        try:
            yield
        finally:
            connection.execute(statement.format(sql.Identifier(name), sql.SQL("true")))
