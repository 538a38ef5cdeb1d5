"""Would a test notice? `python -m tests.mutation [--sample N] [--seed N] [--again OUTPUT] [PLACE ...]`.

Changes one place of the pure rules at a time and runs the quick tests that run this place. Prints a
line for each mutant that is not killed and one of figures for each folder or file; ends with 1 where
less than 85 % are killed.
"""

import argparse
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.isolated import OUT_OF_TIME, STILLBORN, Changed, asked, load_libraries, verdict
from tests.mutation.mutants import Mutant, by_file, change, mutants, source_of, sources, stratified
from tests.mutation.survey import Survey, survey

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("rules/core", "rules/faults/core", "lotbinding/core")
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
    """How the mutants of one folder or file ended."""

    place: str
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
            f"{self.place}: {self.killed} killed ({self.ends[LATE]} by the limit of time), "
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


def end_of(mutant: Mutant, seen: Survey, again: Collection[str] | None) -> tuple[str, str]:
    """How the mutant ended, and what it changed; killed when it is not among those to try `again`."""
    source = (ROOT / mutant.path).read_text(encoding="utf-8")
    changed = source_of(mutant, source)
    told = f"{mutant.path}:{mutant.line}  {change(source, changed)}"
    if again is not None and told not in again:
        return KILLED, told
    tests = seen.killers(mutant.path, mutant.line)
    return _end(mutant.path, changed, tests, seen) if tests else UNTESTED, told


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


def not_killed(output: str) -> set[str]:
    """What an earlier run of everything told about the mutants that it did not kill."""
    told = (line.split(maxsplit=1) for line in output.splitlines())
    return {words[1] for words in told if words and words[0] in {SURVIVED, UNTESTED, UNBORN}}


def check(place: str, seen: Survey, size: int, seed: int, again: Collection[str] | None = None) -> bool:
    """Try the mutants of a folder or file; tell those not killed as they come, then the figures."""
    every = by_file(
        mutant
        for file in sources(ROOT / place)
        for mutant in mutants(file, str(file.relative_to(ROOT)))
    )
    tally = Tally(place)
    if every:
        _must_live(max(every, key=lambda name: len(every[name])), seen)
    for chosen in stratified(every, size, Random(seed)).values():
        for mutant in chosen:
            end, told = end_of(mutant, seen, again)
            tally.ends[end] += 1
            if end not in {KILLED, LATE}:
                _say(f"{end:9}  {told}")
    _say(tally.line(sum(map(len, every.values()))))
    return tally.killed >= WANTED * tally.counted


def main(arguments: Sequence[str] | None = None) -> bool:
    """Whether enough of every folder's mutants are killed."""
    parser = argparse.ArgumentParser(prog="make mutation")
    parser.add_argument("--seed", type=int, default=1)
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--sample", type=int, default=sys.maxsize, help="mutants a folder; default all")
    some.add_argument("--again", type=Path, help="output of a run of all; try only what lived then")
    parser.add_argument("places", nargs="*", default=FOLDERS, help="folders or single files")
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
    again = not_killed(wish.again.read_text(encoding="utf-8")) if wish.again else None
    places: Iterable[str] = wish.places
    seen = asked(partial(survey, ROOT, wish.places))
    _say(f"{len(seen.seconds)} quick tests looked at in {time.monotonic() - started:.0f} s")
    enough = [check(place.rstrip("/"), seen, wish.sample, wish.seed, again) for place in places]
    return all(enough)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(not main())
