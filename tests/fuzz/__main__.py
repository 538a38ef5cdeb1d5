"""Many spoiled messages through all decoders in one process: `python -m tests.fuzz RUNS [SEED]`.

Prints one JSON line: how many, how fast, the slowest by processor time, and by how much memory grew in
the second half, when what decoders remember of names is full. Our own mutator always goes first; where
atheris is installed as many runs follow that look for new paths in the code.
A message that breaks a decoder is written to the folder in COLDBIND_VAR, or the working folder.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from ingest.core.decode import Decoders
from tests.fuzz.corpus import SOURCES, samples
from tests.fuzz.mutation import mutated
from tests.fuzz.verdict import check

SLOWEST_S = 1.0
_GUIDED = "tests.fuzz.guided"


def run(runs: int, seed: int) -> dict[str, object]:
    """Spoil and decode `runs` messages; an AssertionError or another exception ends it at once."""
    random, decoders, corpus = Random(seed), Decoders(SOURCES), samples()
    payloads = [sample.payload for sample in corpus]
    decoded, slowest, resident = 0, 0.0, 0
    started = time.perf_counter()
    for number in range(runs):
        sample = random.choice(corpus)
        payload = mutated(sample.payload, payloads, random)
        begun = time.thread_time()
        try:
            decoded += check(decoders, sample.topic, payload)
        except BaseException:
            _keep(sample.topic, payload)
            raise
        slowest = max(slowest, time.thread_time() - begun)
        if number == runs // 2:
            resident = resident_kib()
    took = time.perf_counter() - started
    return {
        "name": "fuzz.decoders",
        "runs": runs,
        "seed": seed,
        "decoded": decoded,
        "a_second": round(runs / took),
        "slowest_s": round(slowest, 4),
        "rss_growth_kib": resident_kib() - resident,
    }


def resident_kib() -> int:
    """Memory of this process that lies in RAM."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _keep(topic: str, payload: bytes) -> None:
    folder = Path(os.environ.get("COLDBIND_VAR", "."))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fuzz-failure.json").write_text(
        json.dumps({"topic": topic, "payload_hex": payload.hex()}), encoding="utf-8"
    )


def main() -> int:
    """Run, and say what came out; 1 when a message took too long."""
    runs, seed = (int(text) for text in (*sys.argv[1:], "100000", "1")[:2])
    result = run(runs, seed)
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    guided = subprocess.run(
        [sys.executable, "-m", _GUIDED, str(runs), str(seed)], check=False, stderr=subprocess.PIPE
    )
    if guided.returncode:
        sys.stderr.buffer.write(guided.stderr)
    return int(bool(guided.returncode) or float(str(result["slowest_s"])) > SLOWEST_S)


if __name__ == "__main__":
    sys.exit(main())
