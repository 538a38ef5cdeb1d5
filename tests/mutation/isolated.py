"""Each question in a process of its own: a fork that has the libraries loaded and none of our modules.

So a mutant costs its tests and not the start of Python, no file is ever changed, and what a mutant does
to its process (loops, memory) ends with it.
"""

import importlib
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import TypeVar

import pytest

MEMORY = 4 << 30
"""Bytes a process may take."""
_LIBRARIES = ("hypothesis", "numpy", "psycopg", "yaml")
PYTEST = (
    "-q",
    "--noconftest",  # it starts servers
    "-pno:cacheprovider",
    "-Wignore::pytest.PytestAssertRewriteWarning",  # hypothesis is there before pytest, on purpose
)
_OUT_OF_TIME = (signal.SIGXCPU, signal.SIGKILL)
STILLBORN, OUT_OF_TIME = -1, -2

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Changed:
    """A module with another text than its file has."""

    module: str
    path: Path
    source: str


class _Loader(SourceFileLoader):
    def __init__(self, changed: Changed) -> None:
        super().__init__(changed.module, str(changed.path))
        self._source = changed.source

    def get_code(self, fullname: str) -> CodeType | None:
        """The changed text compiled, whatever is cached."""
        return compile(self._source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, changed: Changed) -> None:
        self._changed = changed

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """The changed module instead of the one on disk."""
        if fullname != self._changed.module:
            return None
        loader = _Loader(self._changed)
        return spec_from_file_location(fullname, self._changed.path, loader=loader)


def load_libraries() -> None:
    """Import once what every fork needs."""
    for name in _LIBRARIES:
        importlib.import_module(name)


def asked(question: Callable[[], Answer]) -> Answer:
    """The answer that a fork finds.

    Raises:
        RuntimeError: It died over it.
    """
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.close(reading)
            _silence()
            with os.fdopen(writing, "wb") as answer:
                pickle.dump(question(), answer)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the tests could not be looked at; do they pass?")
    return pickle.loads(told)


def verdict(changed: Changed, tests: Sequence[str], seconds: int) -> int:
    """pytest's exit code for the tests on the changed module, `STILLBORN` or `OUT_OF_TIME`.

    `seconds` are of processor time, so that a busy machine kills no mutant.
    """
    if not (child := os.fork()):
        try:
            _silence()
            os._exit(_verdict(changed, tests, seconds))
        finally:
            os._exit(pytest.ExitCode.INTERNAL_ERROR)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return OUT_OF_TIME if os.WTERMSIG(status) in _OUT_OF_TIME else pytest.ExitCode.TESTS_FAILED
    code = os.WEXITSTATUS(status)
    return STILLBORN if code == STILLBORN % 256 else code


def _verdict(changed: Changed, tests: Sequence[str], seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.meta_path.insert(0, _Finder(changed))
    try:
        importlib.import_module(changed.module)
    except Exception:
        return STILLBORN % 256
    return pytest.main(["-x", *PYTEST, *tests])


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
