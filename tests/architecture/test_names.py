"""Names and numbers of modules and migrations, as CONTRIBUTING.md promises them."""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]
MODULES = sorted(
    path
    for package in [*PACKAGES, "benchmarks", "tests"]
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
MEANINGLESS = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "manager",
    "managers",
    "service",
    "services",
}
MIGRATIONS = ROOT / "storage" / "migrations"


def test_no_module_is_called_after_nothing() -> None:
    for path in MODULES:
        words = set(re.split(r"[_.]", path.stem)) | set(path.relative_to(ROOT).parts[:-1])
        assert not words & MEANINGLESS, path.relative_to(ROOT)


def test_every_module_says_what_it_is() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if text.strip():
            assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} has no docstring"


def test_every_file_and_function_can_be_read_at_once() -> None:
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] in {"tests", "benchmarks"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 350, f"{path.relative_to(ROOT)} wants to be two files"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno
                assert lines <= 60, f"{path.relative_to(ROOT)}: {node.name} wants to be two functions"


def test_migrations_are_numbered_without_a_gap() -> None:
    statements = sorted(path.stem for path in (MIGRATIONS / "sql").glob("*.sql"))
    versions = sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert statements == versions
    numbers = [int(name.partition("_")[0]) for name in versions]
    assert numbers == list(range(1, len(versions) + 1))


def test_every_stage_has_its_layer() -> None:
    """A folder with Python at the top that no contract knows would be outside of every rule."""
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert here - {"benchmarks"} == set(PACKAGES)
