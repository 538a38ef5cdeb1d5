"""Which test runs which line of which file, found by running the tests once.

Only tests that need no server are asked; a mutant is shown to those that run the function it is in.
What a test file calls while it is imported, such as for its constants, all of its tests run.
"""

import inspect
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import pytest

from tests.mutation.isolated import PYTEST
from tests.mutation.mutants import sources

FOLDERS = ("tests/unit", "tests/golden", "tests/property")
SERVERS = {"postgres", "database_url", "template_database", "broker_url"}
SLOW = ("thorough", "worlds", "chaos", "browser", "timescale", "mosquitto")
_SPEAKS_OF = ("rules", "lotbinding", "tests.judging")


@dataclass(frozen=True)
class Survey:
    """What the tests did."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])
    """Processor time of each test."""
    ran: dict[tuple[str, int], set[str]] = field(default_factory=dict[tuple[str, int], set[str]])
    """The tests that ran the function which begins in (file, line)."""
    functions: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    """First and last line of each function that was run, by file."""

    def killers(self, path: str, line: int) -> list[str]:
        """The tests to show a change of the line, quickest first.

        A line outside functions is shown to all tests that run something of the file.
        """
        begins = self.functions.get(path, {})
        around = [first for first, last in begins.items() if first <= line <= last]
        chosen = [max(around)] if around else list(begins)
        tests = {test for first in chosen for test in self.ran[path, first]}
        return sorted(tests, key=lambda test: (self.seconds[test], test))


class _Witness:
    """A pytest plugin that notes what each test calls, and each test file while it is imported."""

    def __init__(self, root: Path, places: Sequence[str]) -> None:
        self._within = frozenset(str(file) for place in places for file in sources(root / place))
        self._from = len(str(root)) + 1
        self._caller = ""
        self._codes: defaultdict[CodeType, set[str]] = defaultdict(set)
        self._seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, object, object]:
        """Watch the import of one test file."""
        if not isinstance(collector, pytest.Module):
            return (yield)
        return (yield from self._watched(collector.nodeid))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what needs a server or patience."""
        items[:] = [item for item in items if _is_quick(item)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch one test."""
        started = time.process_time()
        try:
            return (yield from self._watched(item.nodeid))
        finally:
            self._seconds[item.nodeid] = time.process_time() - started

    def _watched(self, caller: str) -> Generator[None, object, object]:
        self._caller = caller
        sys.setprofile(self._saw)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def _saw(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename in self._within:
            self._codes[code].add(self._caller)

    def survey(self) -> Survey:
        """What was seen, in lines instead of code."""
        found = Survey(self._seconds)
        tests_of: defaultdict[str, set[str]] = defaultdict(set)
        for test in self._seconds:
            tests_of[test].add(test)
            tests_of[test.partition("::")[0]].add(test)
        for code, callers in self._codes.items():
            if not code.co_flags & inspect.CO_OPTIMIZED:  # a module's or a class's own lines
                continue
            path, first = code.co_filename[self._from :], code.co_firstlineno
            last = max((line for *_, line in code.co_lines() if line), default=first)
            functions = found.functions.setdefault(path, {})
            functions[first] = max(last, functions.get(first, 0))
            found.ran.setdefault((path, first), set()).update(*(tests_of[caller] for caller in callers))
        return found


def survey(root: Path, places: Sequence[str]) -> Survey:
    """Run the quick tests once and note what they call in the places: folders and files.

    Raises:
        AssertionError: One of them fails as it is.
    """
    witness = _Witness(root, places)
    ended = pytest.main([*PYTEST, *_files(root)], plugins=[witness])
    assert ended == pytest.ExitCode.OK, ended
    return witness.survey()


def _is_quick(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return SERVERS.isdisjoint(fixtures) and not any(map(item.get_closest_marker, SLOW))


def _files(root: Path) -> list[str]:
    return [
        str(file)
        for folder in FOLDERS
        for file in sorted((root / folder).glob("test_*.py"))
        if any(word in file.read_text(encoding="utf-8") for word in _SPEAKS_OF)
    ]
