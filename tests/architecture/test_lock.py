"""The locked dependencies: pinned, hashed, and free of any registry or machine."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

_ENTRY = re.compile(
    r"([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^\s;]+)( ; [^\\]+)?((?: --hash=sha256:[0-9a-f]{64})+)"
)


def entries(lock: Path) -> list[str]:
    """One line for each requirement, with its continuation lines joined."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def pinned(lock: Path) -> set[str]:
    return {plain(re.split(r"[=\[;]", entry)[0]) for entry in entries(lock)}


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def wanted(requirements: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=!~;]", requirement)[0]) for requirement in requirements}


def test_there_is_a_lock_to_run_and_one_to_develop() -> None:
    assert [lock.name for lock in LOCKS] == ["dev.txt", "runtime.txt"]
    dev, runtime = LOCKS
    assert pinned(runtime) < pinned(dev)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_hashes_and_nothing_else_is_said(lock: Path) -> None:
    for entry in entries(lock):
        assert _ENTRY.fullmatch(entry), f"not a pinned, hashed package: {entry[:120]}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_registry_and_no_machine_is_named(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for word in (
        "://",
        "--index",
        "--extra-index",
        "--find-links",
        "--trusted",
        " @ ",
        "file:",
        "-e ",
        "/",
    ):
        assert word not in text, f"{lock.name} says {word!r}"


def test_every_dependency_is_locked() -> None:
    dev, runtime = LOCKS
    groups: dict[str, list[str]] = PROJECT["dependency-groups"]
    assert wanted(PROJECT["project"]["dependencies"] + groups["build"]) <= pinned(runtime)
    assert wanted(groups["dev"]) <= pinned(dev)
