"""Would a test notice? `python -m tests.mutation [--sample N] [--seed N] [FOLDER ...]`.

Changes one place of the pure rules at a time and runs the quick tests that run this place. Prints a
line for each survivor and one of figures for each folder; ends with 1 where less than 85 % are killed.
"""

import argparse
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.isolated import OUT_OF_TIME, STILLBORN, Changed, asked, load_libraries, verdict
from tests.mutation.mutants import Mutant, by_file, change, mutants, source_of, stratified
from tests.mutation.survey import Survey, survey

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("rules/core", "lotbinding/core")
WANTED = 0.85
KILLED, SURVIVED, LATE, UNTESTED, UNBORN = "killed", "survived", "out of time", "untested", "stillborn"
_OF_CODE = {
    pytest.ExitCode.OK: SURVIVED,
    pytest.ExitCode.TESTS_FAILED: KILLED,
    pytest.ExitCode.INTERRUPTED: KILLED,  # a test file could not even be imported
    pytest.ExitCode.USAGE_ERROR: KILLED,  # a test made from what the module says is not there any more
    OUT_OF_TIME: LATE,
    STILLBORN: UNBORN,
}


@dataclass
class Tally:
    """How the mutants of one folder ended."""

    folder: str
    ends: Counter[str] = field(default_factory=Counter[str])

    @property
    def killed(self) -> int:
        """Noticed by a test, or stopped by the limit of time."""
        return self.ends[KILLED] + self.ends[LATE]

    @property
    def counted(self) -> int:
        """All that could be imported."""
        return self.ends.total() - self.ends[UNBORN]

    def line(self, of: int) -> str:
        """The figures; `of` is how many mutants there are in all."""
        low, high = likely(self.killed, self.counted)
        return (
            f"{self.folder}: {self.killed} killed ({self.ends[LATE]} by the limit of time), "
            f"{self.counted - self.killed} survived ({self.ends[UNTESTED]} that no quick test runs), "
            f"{self.killed / max(1, self.counted):.1%} killed (95 % interval {low:.1%} to {high:.1%}); "
            f"{self.ends.total()} of {of} mutants tried, "
            f"{self.ends[UNBORN]} that cannot be imported left out"
        )


def likely(hits: int, tried: int) -> tuple[float, float]:
    """Where the share lies with 95 % confidence, after Wilson (1927)."""
    if not tried:
        return 0.0, 1.0
    z, share = 1.96, hits / tried
    middle = share + z * z / (2 * tried)
    reach = z * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    whole = 1 + z * z / tried
    return (middle - reach) / whole, (middle + reach) / whole


def end_of(mutant: Mutant, seen: Survey) -> tuple[str, str]:
    """How the mutant ended, and what it changed."""
    path = ROOT / mutant.path
    source = path.read_text(encoding="utf-8")
    changed = source_of(mutant, source)
    if not (tests := seen.killers(mutant.path, mutant.line)):
        return UNTESTED, change(source, changed)
    return _end(mutant.path, changed, tests, seen), change(source, changed)


def _end(name: str, source: str, tests: Sequence[str], seen: Survey) -> str:
    """By examples first, as most mutants need no more; then by properties."""
    module = name.removesuffix(".py").replace("/", ".")
    changed = Changed(module, ROOT / name, source)
    properties = [test for test in tests if test.startswith("tests/property/")]
    for stage in ([test for test in tests if test not in properties], properties):
        seconds = 4 + round(2 * sum(seen.seconds[test] for test in stage))
        end = _OF_CODE[verdict(changed, stage, seconds)] if stage else SURVIVED
        if end != SURVIVED:
            return end
    return SURVIVED


def _must_live(name: str, seen: Survey) -> None:
    """A change that changes nothing kills nothing; else the figures would mean nothing either."""
    source = (ROOT / name).read_text(encoding="utf-8")
    end = _end(name, source, seen.killers(name, 1), seen)
    assert end == SURVIVED, f"{name} as it is ended {end}"


def check(folder: str, seen: Survey, size: int, seed: int) -> bool:
    """Try a folder's mutants; tell the survivors as they come, then the figures."""
    files = [file for file in sorted((ROOT / folder).glob("*.py")) if file.name != "__init__.py"]
    every = by_file(mutant for file in files for mutant in mutants(file, str(file.relative_to(ROOT))))
    tally = Tally(folder)
    _must_live(max(every, key=lambda name: len(every[name])), seen)
    for chosen in stratified(every, size, Random(seed)).values():
        for mutant in chosen:
            end, changed = end_of(mutant, seen)
            tally.ends[end] += 1
            if end in {SURVIVED, UNTESTED}:
                _say(f"{end:8}  {mutant.path}:{mutant.line}  {changed}")
    _say(tally.line(sum(map(len, every.values()))))
    return tally.killed >= WANTED * tally.counted


def main(arguments: Sequence[str] | None = None) -> bool:
    """Whether enough of every folder's mutants are killed."""
    parser = argparse.ArgumentParser(prog="make mutation")
    parser.add_argument("--sample", type=int, default=sys.maxsize, help="mutants a folder; default all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    wish = parser.parse_args(arguments)
    os.chdir(ROOT)
    load_libraries()
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],  # nobody reads the smallest example
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    started = time.monotonic()
    seen = asked(partial(survey, ROOT, wish.folders))
    _say(f"{len(seen.seconds)} quick tests looked at in {time.monotonic() - started:.0f} s")
    folders: Iterable[str] = wish.folders
    enough = [check(folder.rstrip("/"), seen, wish.sample, wish.seed) for folder in folders]
    return all(enough)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(not main())
