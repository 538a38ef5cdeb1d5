"""The same with atheris, which follows the paths that messages take through our code.

Does nothing but say so where atheris is not installed: it is no dependency of ours.
"""

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, cast

_NAME = "fuzz.decoders_guided"
_OURS = ["wire", "ingest.core", "kernel"]


class _Atheris(Protocol):
    """The part of atheris that is used here."""

    def instrument_imports(self, include: Sequence[str]) -> AbstractContextManager[None]: ...
    def Setup(self, arguments: list[str], test: Callable[[bytes], None]) -> object: ...  # noqa: N802 - its own name
    def Fuzz(self) -> None: ...  # noqa: N802 - its own name


def main() -> None:
    """Fuzz until `RUNS` messages are through; libFuzzer ends the process."""
    runs, seed = int(sys.argv[1]), int(sys.argv[2])
    try:
        atheris = cast("_Atheris", importlib.import_module("atheris"))
    except ImportError:
        sys.stdout.write(json.dumps({"name": _NAME, "skipped": "atheris is not installed"}) + "\n")
        return
    with atheris.instrument_imports(include=_OURS):
        from tests.fuzz.corpus import samples  # what is imported here is followed
    corpus = samples()
    topics = sorted({sample.topic for sample in corpus})
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(corpus):
            start = bytes([topics.index(sample.topic)])
            Path(folder, str(number)).write_bytes(start + sample.payload)
        atheris.Setup(
            [sys.argv[0], f"-runs={runs}", f"-seed={seed}", "-max_len=4096", "-timeout=2", folder],
            _test(topics, runs),
        )
        atheris.Fuzz()


def _test(topics: list[str], runs: int) -> Callable[[bytes], None]:
    from ingest.core.decode import Decoders
    from tests.fuzz.__main__ import resident_kib
    from tests.fuzz.corpus import SOURCES
    from tests.fuzz.verdict import check

    decoders, started = Decoders(SOURCES), time.perf_counter()
    done, slowest, resident = 0, 0.0, 0

    def test(data: bytes) -> None:
        nonlocal done, slowest, resident
        begun = time.thread_time()
        if data:
            check(decoders, topics[data[0] % len(topics)], data[1:])
        slowest = max(slowest, time.thread_time() - begun)
        done += 1
        if done == runs // 2:
            resident = resident_kib()
        if done == runs:
            result = {
                "name": _NAME,
                "runs": runs,
                "a_second": round(runs / (time.perf_counter() - started)),
                "slowest_s": round(slowest, 4),
                "rss_growth_kib": resident_kib() - resident,
            }
            sys.stdout.write(json.dumps(result) + "\n")
            sys.stdout.flush()

    return test


if __name__ == "__main__":
    main()
