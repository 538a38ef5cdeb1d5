"""Whatever goes wrong, at whatever log level: no password reaches a log, a message or a traceback."""

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.commands import ROOT, coldbind, environment
from tests.mosquitto import until

WORDS = {"plain": "Wr0ngPassw0rd", "signs": 'a"b\\c/d@Secr3t', "percent": "p%zzSecr3t"}
AND_AGAIN_S = 3.0
"""So long that what failed is tried again."""

A_BUG = """
import logging, os, sys, threading
import structlog
from coldbind.logs import configure_logs
from coldbind.settings import read_settings
configure_logs(read_settings(), "bug")
url = os.environ["COLDBIND_MQTT_URL"]
log = structlog.stdlib.get_logger()
try:
    raise RuntimeError(f"cannot open {url}")
except RuntimeError:
    log.exception("failed", url=url, nested={"url": [url]})
    logging.getLogger("library").exception("failed at %s", url)
logging.getLogger("library").debug("connecting to %s", url)
thread = threading.Thread(target=lambda: sys.stderr.write("in the thread\\n") and int(url))
thread.start()
thread.join()
raise RuntimeError(url)
"""


def urls(database_url: str, broker_url: str, word: str) -> dict[str, dict[str, str]]:
    """Settings with `word` as the password: servers that refuse it, and no servers at all."""
    written = word if word == WORDS["percent"] else quote(word, safe="")
    database, broker = urlsplit(database_url), urlsplit(broker_url)

    def at(scheme: str, user: str | None, host: str | None, port: int | None, rest: str) -> str:
        return f"{scheme}://{user}:{written}@{host}:{port}{rest}"

    return {
        "refused": {
            "COLDBIND_DATABASE_URL": at(
                "postgresql", database.username, database.hostname, database.port, database.path
            ),
            "COLDBIND_MQTT_URL": at("mqtt", broker.username, broker.hostname, broker.port, ""),
        },
        "nobody": {
            "COLDBIND_DATABASE_URL": at("postgresql", "u", "127.0.0.1", 1, "/coldbind"),
            "COLDBIND_MQTT_URL": at("mqtts", "u", "127.0.0.1", 1, ""),
        },
        "nonsense": {
            "COLDBIND_DATABASE_URL": at("postgresql", "u", "127.0.0.1", 99999, "/coldbind"),
            "COLDBIND_MQTT_URL": at("mqtt", "u", "127.0.0.1", 99999, ""),
        },
    }


def forms(word: str) -> set[str]:
    """The password as it is, as it stands in a URL, and the part that a quoting library would keep."""
    return {word, quote(word, safe=""), word[-6:]}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "log_format"), [("plain", "console"), ("signs", "json"), ("percent", "json")]
)
def test_workers_keep_passwords_to_themselves(
    database_url: str, broker_url: str, server_folder: Path, kind: str, log_format: str
) -> None:
    word = WORDS[kind]
    with ExitStack() as running:
        logs: dict[str, Path] = {}
        for case, told in urls(database_url, broker_url, word).items():
            for name in ("gateway", "ingest", "rules"):
                log = server_folder / f"{case}-{name}.log"
                logs[f"{case} {name}"] = log
                told |= {
                    "COLDBIND_VAR": str(server_folder / case),
                    "COLDBIND_UDP_PORT": "0",
                    "COLDBIND_INGEST_CLIENT_ID": f"no-secret-{kind}-{log_format}",
                    "COLDBIND_LOG_LEVEL": "debug",
                    "COLDBIND_LOG_FORMAT": log_format,
                }
                running.enter_context(_worker(name, told, log))
        for name, log in logs.items():
            until(lambda log=log: log.stat().st_size > 0, lambda name=name: f"{name} said nothing", 90)
        time.sleep(AND_AGAIN_S)
    for name, log in logs.items():
        said = log.read_text("utf-8", errors="replace")
        for form in forms(word):
            assert form not in said, f"{name}: {said}"


@pytest.mark.thorough
@pytest.mark.parametrize("kind", WORDS)
def test_commands_keep_passwords_to_themselves(
    database_url: str, broker_url: str, server_folder: Path, kind: str
) -> None:
    for case, told in urls(database_url, broker_url, WORDS[kind]).items():
        for arguments in (("doctor",), ("trace", "L1"), ("run", "all")):
            answer = coldbind(*arguments, told=told | {"COLDBIND_VAR": str(server_folder)})
            assert answer.code, f"{case}: {arguments}"
            for form in forms(WORDS[kind]):
                assert form not in answer.out + answer.err, f"{case}: {answer}"


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("kind", ["plain", "signs"])
def test_a_bug_keeps_passwords_to_itself(server_folder: Path, kind: str, log_format: str) -> None:
    told = {
        "COLDBIND_VAR": str(server_folder),
        "COLDBIND_MQTT_URL": f"mqtt://u:{quote(WORDS[kind], safe='')}@h",
        "COLDBIND_LOG_LEVEL": "debug",
        "COLDBIND_LOG_FORMAT": log_format,
    }
    done = subprocess.run(
        [sys.executable, "-c", A_BUG],
        env=environment(told),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert done.stderr.count("RuntimeError") >= 3
    assert "in the thread" in done.stderr
    assert "ValueError: invalid literal for int()" in done.stderr
    for form in forms(WORDS[kind]):
        assert form not in done.stderr + done.stdout, done.stderr


class _worker:  # noqa: N801 - used like a function
    """A worker of ours, ended when the block ends."""

    def __init__(self, name: str, told: dict[str, str], log: Path) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"coldbind.workers.{name}"],
                env=environment(told),
                stdout=output,
                stderr=output,
                cwd=ROOT,
            )

    def __enter__(self) -> None:
        return

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
