"""`make chaos SEED=1 CYCLES=20`: one run in var/chaos, told as it goes; exit code 0 if all is well."""

import argparse
import logging
import shutil
import signal
import sys
from pathlib import Path

import structlog

from coldbind.var_folder import var_folder
from storage.errors import StorageError
from tests.chaos.house import BROKERS
from tests.chaos.run import run


def main() -> int:
    """Run as the arguments say."""
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="what is struck when; the same, the same")
    options.add_argument("--cycles", type=int, default=20, help="how many times something is struck")
    options.add_argument("--broker", choices=sorted(BROKERS), default="nats")
    chosen = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # outages are told as strikes
    signal.signal(signal.SIGTERM, _as_interrupt)
    folder = var_folder().root / "chaos"
    _clear(folder)
    try:
        report = run(chosen.seed, chosen.cycles, chosen.broker, folder, _say)
    except (AssertionError, StorageError) as error:
        sys.stderr.write(f"the run broke off: {error}\nlogs: {folder / 'run'}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; everything was ended\n")
        return 130
    sys.stderr.write(f"{report.summary()}\n")
    sys.stdout.write(f"{report.line()}\n")
    with (var_folder().root / "chaos.jsonl").open("a", encoding="utf-8") as history:
        history.write(f"{report.line()}\n")
    return 0 if report.ok else 1


def _clear(folder: Path) -> None:
    """Begin with nothing; the last run's database may lie elsewhere, where its user can reach it."""
    elsewhere = folder / "postgres" / "elsewhere"
    if elsewhere.is_symlink():
        shutil.rmtree(elsewhere.resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711, parents=True)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
