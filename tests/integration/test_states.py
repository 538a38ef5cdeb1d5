"""The states of documents are drawn in the docs exactly as the database keeps them."""

import re
from pathlib import Path

import psycopg
import pytest

_SOME = """
insert into erp.supplier (code, name, claim_deadline_days) values ('S', 'Supplier', 7);
insert into erp.purchase_order (code, supplier_id, ordered_on, currency, incoterm, named_place)
    select 'PO', supplier_id, '2026-03-01', 'EUR', 'DAP', 'Berlin' from erp.supplier;
insert into binding.location (path, name, kind) values ('dock', 'Dock', 'dock_door');
insert into erp.goods_receipt
    (code, order_id, dock, arrived_at, decision, decided_at, decided_by)
    select 'GR', order_id, 'dock', now(), 'refused', now(), 'anna' from erp.purchase_order;
insert into erp.supplier_invoice
    (code, supplier_id, order_id, invoiced_on, currency, total, state, recorded_by)
    select 'I', supplier_id, order_id, '2026-03-02', 'EUR', 1, 'matched', 'anna'
    from erp.purchase_order;
insert into rules.alert
    (cause, subject, place, severity, words, advice, happened_at, last_at,
     state, resolved_at, resolved_by, resolved_why)
    values ('battery', 's', '', 'minor', 'low', 'change it', now(), now(),
            'resolved', now(), 'anna', 'changed');
"""
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


def test_a_step_that_is_not_drawn_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_SOME)
        for document, change, refused in (
            ("rules.alert", "state = 'raised'", "alert cannot go from resolved to raised"),
            (
                "erp.goods_receipt",
                "decision = 'accepted'",
                "delivery GR was refused",
            ),
            ("erp.supplier_invoice", "state = 'blocked'", "invoice cannot go from matched to blocked"),
        ):
            with pytest.raises(psycopg.errors.RaiseException, match=refused):
                connection.execute(f"update {document} set {change}".encode())
