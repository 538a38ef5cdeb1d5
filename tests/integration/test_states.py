"""The states of documents are drawn in the docs exactly as the database keeps them."""

import re
from pathlib import Path

import psycopg

DRAWN = Path(__file__).resolve().parents[2] / "docs" / "reference" / "states.md"


def test_every_arrow_is_drawn_and_no_other(database_url: str) -> None:
    sections = re.findall(
        r"^## (\w+)\n.*?```mermaid\n(.*?)```",
        DRAWN.read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    drawn = {
        (machine, before, after)
        for machine, picture in sections
        for before, after in re.findall(r"^\s+(\w+) --> (\w+)", picture, re.MULTILINE)
    }
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("select machine, before, after from erp.state_change").fetchall()
        guarded = connection.execute(
            "select distinct encode(tgargs, 'escape') from pg_trigger"
            " where tgfoid = 'erp.keep_to_states'::regproc"
        ).fetchall()
    assert drawn == set(kept)
    assert {name.split("\\000")[0] for (name,) in guarded} == {machine for machine, *_ in kept}
