"""Whoever says something in a worker: one JSON object a line with worker, level, time and event."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coldbind.workers import NAMES
from tests.commands import ROOT, environment

EVERYBODY = """
import asyncio, gc, logging, threading, warnings
import structlog
from coldbind.settings import Settings
from coldbind.workers.ground import work

class Careless:
    def __del__(self):
        raise KeyError("nobody can catch this")

def worker(settings: Settings) -> None:
    for library in ("uvicorn.error", "mqtt", "psycopg", "asyncio", "prometheus"):
        logging.getLogger(library).warning("%s says\\ntwo lines", library)
    logging.getLogger("odd").log(35, "between levels")
    logging.getLogger("wrong").warning("%d", "no number")
    warnings.warn("this will go away", DeprecationWarning, stacklevel=1)
    try:
        raise LookupError("caught")
    except LookupError:
        structlog.stdlib.get_logger().exception("it broke", where={1, 2})
    one = threading.Thread(target=lambda: structlog.stdlib.get_logger().info("from a thread"))
    two = threading.Thread(target=lambda: {}["missing"])
    for thread in (one, two):
        thread.start()
        thread.join()
    Careless()
    gc.collect()

    async def forgotten():
        asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def fail():
        raise OSError("nobody waits for me")

    asyncio.run(forgotten())
    gc.collect()
    raise RuntimeError("the end")

work("everybody", worker)
"""


def lines(text: str) -> list[dict[str, Any]]:
    """Every line read, none left out."""
    return [json.loads(line) for line in text.splitlines()]


def test_libraries_threads_and_bugs_take_the_same_form() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", EVERYBODY],
        env=environment({"COLDBIND_LOG_FORMAT": "json"}),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    said = lines(done.stderr)
    for line in said:
        assert {"worker", "level", "timestamp", "event"} <= line.keys(), line
        assert line["worker"] == "everybody"
    events = " | ".join(line["event"] for line in said)
    for words in ("uvicorn.error says", "mqtt says", "psycopg says", "between levels", "it broke"):
        assert words in events
    for words in ("this will go away", "from a thread", "never retrieved"):
        assert words in events
    told = " | ".join(line.get("exception", "") for line in said)
    for words in ("LookupError: caught", "KeyError: 'missing'", "nobody can catch", "the end"):
        assert words in told, words


@pytest.mark.parametrize("name", NAMES)
def test_a_worker_that_cannot_begin_says_why_in_json(name: str, server_folder: Path) -> None:
    told = {
        "COLDBIND_VAR": str(server_folder),
        "COLDBIND_LOG_FORMAT": "json",
        "COLDBIND_METRICS_PORT": "many",
    }
    done = subprocess.run(
        [sys.executable, "-m", f"coldbind.workers.{name}"],
        env=environment(told),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    (line,) = lines(done.stderr)
    assert (line["worker"], line["level"]) == (name, "critical")
    assert line["event"].startswith("COLDBIND_METRICS_PORT: ")
