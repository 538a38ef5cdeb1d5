"""Each stage writes its own tables only, one statement a file: read from the SQL files themselves."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_WRITE = {
    "ingest": {"telemetry", "rules.due", "arriving"},
    "lotbinding": {"binding"},
    "rules": {"rules"},
    "erp": {"erp"},
    "coldbind": set[str](),
    "dashboards": set[str](),
    "api": set[str](),
    "storage": set[str](),
}
"""Stage to schemas or tables; `arriving` is ingest's temporary table. The gateway's SQL is SQLite's."""
FILES = sorted(
    path
    for stage in MAY_WRITE
    for path in (ROOT / stage).rglob("sql/*.sql")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)

_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_WRITES = re.compile(
    r"\b(?:insert\s+into|merge\s+into|delete\s+from|truncate(?:\s+table)?|(?:create|alter|drop)\s+"
    r"(?:temporary\s+)?table|copy(?!\s*\()|(?<!for\s)(?<!key\s)(?<!do\s)update)\s+(?:only\s+)?([a-z_.]+)",
    re.IGNORECASE,
)


def code(path: Path) -> str:
    """The file without comments and string literals."""
    return _NOT_CODE.sub("''", path.read_text(encoding="utf-8"))


def written(path: Path) -> set[str]:
    """The tables that the file's statement writes."""
    return {found.group(1).lower() for found in _WRITES.finditer(code(path))}


def test_there_is_sql_to_look_at() -> None:
    assert len(FILES) > 100
    assert written(ROOT / "ingest/sql/copy_due.sql") == {"rules.due"}
    assert written(ROOT / "rules/sql/grow_excursions.sql") == {"rules.excursion"}
    assert written(ROOT / "rules/sql/claim_units.sql") == {"rules.due_unit"}
    assert written(ROOT / "erp/finance/sql/line.sql") == set()


@pytest.mark.parametrize("stage", MAY_WRITE)
def test_a_stage_writes_only_what_it_owns(stage: str) -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] != stage:
            continue
        for table in written(path):
            allowed = {table, table.partition(".")[0]} & MAY_WRITE[stage]
            assert allowed, f"{path.relative_to(ROOT)} writes {table}"


def test_a_file_holds_one_statement() -> None:
    for path in FILES:
        statement = code(path).strip()
        assert statement, f"{path.relative_to(ROOT)} is empty"
        assert ";" not in statement, f"{path.relative_to(ROOT)} holds more than one statement"


def test_every_file_is_used() -> None:
    python = "\n".join(
        path.read_text(encoding="utf-8")
        for stage in MAY_WRITE
        for path in (ROOT / stage).rglob("*.py")
        if "node_modules" not in path.parts
    )
    for path in FILES:
        assert re.search(rf'"{path.stem}(\.sql)?"', python), f"nobody uses {path.relative_to(ROOT)}"
