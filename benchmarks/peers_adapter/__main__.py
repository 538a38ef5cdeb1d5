"""Our ingest and rules workers on the harness's servers: prepares its database once, then stands aside.

Run by its path, with nothing but the standard library, because its memory counts as ours. The workers
stay in its process group, so that the harness's kill -9 hits all three at once.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("ingest", "rules")
SOURCES = """\
sources:
  - {filter: "cc/#", format: plain_json}
"""
_POLL = 0.02


def main() -> None:
    """Print READY when ingest has subscribed; end when a worker ends."""
    folder = Path(os.environ["WD"])
    told = environment(folder)
    prepared = folder / "prepared"
    if not prepared.exists():  # the harness empties the folder before a fresh start, and only then
        (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "benchmarks.peers_adapter.prepare"], env=told, check=True)
        prepared.touch()
    running = [_start(name, folder, told) for name in WORKERS]
    while not all(_ready_file(folder, name).exists() for name in WORKERS):
        if any(worker.poll() is not None for worker in running):
            sys.exit("a worker ended before it was ready")
        time.sleep(_POLL)
    print("READY", flush=True)
    os.wait()
    sys.exit("a worker ended")


def environment(folder: Path) -> dict[str, str]:
    """What the harness tells us, in our own words."""
    dsn = dict(part.split("=", 1) for part in os.environ["PGDSN"].split())
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "COLDBIND_DATABASE_URL": "postgresql://{user}@{host}:{port}/{dbname}".format_map(dsn),
        "COLDBIND_MQTT_URL": f"mqtt://127.0.0.1:{os.environ['MQPORT']}",
        "COLDBIND_SOURCES": str(folder / "sources.yaml"),
        "COLDBIND_INGEST_CLIENT_ID": "ingest",
        "COLDBIND_VAR": str(folder / "var"),
        "COLDBIND_LOG_FORMAT": "json",
    }


def _start(name: str, folder: Path, told: dict[str, str]) -> subprocess.Popen[bytes]:
    ready = _ready_file(folder, name)
    ready.unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", f"coldbind.workers.{name}"],
        env=told | {"COLDBIND_READY_FILE": str(ready)},
    )


def _ready_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.ready"


if __name__ == "__main__":
    main()
