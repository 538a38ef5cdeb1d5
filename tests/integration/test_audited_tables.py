"""Every table of the system is audited, or says here why it is not."""

import psycopg

from storage.audit_guard import GUARDS, KEPT, WATCHED

NOT_WATCHED = {
    "audit.record": "the chain itself: append-only, hash-linked",
    "audit.head": "the chain's end: goes forward only, to a record that is there",
    "binding.lineage": "follows from splits, which are movements",
    "binding.placement": "follows from placings, which are watched",
    "binding.stay": "follows from movements, which are watched",
    "erp.claim_attachment": "append-only and kept",
    "erp.claim_event": "append-only and kept",
    "erp.claim_letter": "append-only and kept",
    "erp.credit_note": "append-only and kept",
    "erp.hold_excursion_change": "append-only",
    "erp.journal_entry": "append-only; its digest is in the chain",
    "erp.journal_line": "append-only; in the digest of its entry",
    "erp.kept_reading": "append-only; in the digest of the evidence it was kept for",
    "erp.period_close": "append-only and kept",
    "erp.reservation": "every change of it is a row of reservation_change",
    "erp.reservation_change": "append-only",
    "erp.signature": "append-only and kept",
    "erp.sscc_serial": "the next number to give out",
    "erp.stock": "follows from movements, holds and reservations",
    "public.schema_version": "which migrations ran",
    "rules.alert": "what people do with it is a row of alert_step; the rest follows from readings",
    "rules.alert_excursion": "follows from excursions",
    "rules.alert_place_excursion": "follows from excursions of places",
    "rules.budget_use": "follows from readings; every change of it is a row of budget_use_change",
    "rules.budget_use_change": "append-only",
    "rules.disagreement": "follows from readings",
    "rules.due": "work that waits",
    "rules.due_place": "work that waits",
    "rules.due_unit": "work that waits",
    "rules.excursion": "follows from readings; every change of it is a row of excursion_change",
    "rules.excursion_change": "append-only",
    "rules.forecast": "follows from readings",
    "rules.gap": "follows from readings",
    "rules.patience": "until when a silent series is waited for",
    "rules.place_excursion": "follows from readings",
    "rules.place_verdict": "follows from readings",
    "rules.run": "follows from readings",
    "rules.sensor_fault": "follows from readings",
    "rules.signal": "follows from readings",
    "rules.verdict": "follows from readings; every change of it is a row of verdict_change",
    "rules.verdict_change": "append-only",
    "rules.watch": "follows from the rules of profiles",
    "telemetry.clock_jump": "told by gateways; dropped by retention, which is audited",
    "telemetry.gateway_clock": "told by gateways",
    "telemetry.gateway_epoch": "which batches were committed",
    "telemetry.parked": "told by devices; what people do with it is audited by number",
    "telemetry.reading": "millions a day; those under claim are kept and digested",
    "telemetry.sealed_day": "a copy of readings",
    "telemetry.sealing": "how far sealing came",
    "telemetry.thinned": "told by gateways; dropped by retention, which is audited",
    "telemetry.unsealed_day": "work that waits",
}
_TABLES = """
    select format('%s.%s', nspname, relname),
           exists (select from pg_trigger where tgrelid = class.oid and tgname = 'changes_are_audited')
    from pg_class class
    join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p')
        and nspname in ('audit', 'binding', 'erp', 'public', 'rules', 'telemetry')
"""
_ALWAYS = """
    select format('%s.%s', nspname, relname), tgname
    from pg_trigger
    join pg_class class on class.oid = tgrelid
    join pg_namespace on pg_namespace.oid = relnamespace
    where not tgisinternal and tgenabled = 'A' and nspname not like '\\_timescaledb%'
"""
_KEPT = """
    select tgrelid::regclass::text,
           trim(trailing ',' from replace(encode(tgargs, 'escape'), '\\000', ','))
    from pg_trigger
    where tgname = 'additions_are_audited'
"""


def test_every_table_is_watched_or_says_why_not(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables: dict[str, bool] = dict(connection.execute(_TABLES).fetchall())
    assert {name for name, watched in tables.items() if not watched} == set(NOT_WATCHED)
    assert {name for name, watched in tables.items() if watched} == set(WATCHED)


def test_every_guard_of_the_database_is_asked_for_by_verify(database_url: str) -> None:
    """The database cannot be asked which triggers it should have: whoever drops one owns it."""
    with psycopg.connect(database_url) as connection:
        always = set(connection.execute(_ALWAYS).fetchall())
        kept = connection.execute(_KEPT).fetchall()
    assert set(GUARDS) == always
    assert {name: tuple(keys.split(",")) for name, keys in kept} == dict(KEPT)


def test_a_watched_table_of_people_is_audited_with_before_and_after(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into erp.customer (code, name, min_remaining_days) values ('C', 'Clinic', 0)"
        )
        connection.execute("update erp.customer set name = 'Clinic North'")
        connection.execute(
            "insert into erp.account (login, full_name, password_hash, recorded_by)"
            " values ('anna', 'Anna Berg', '$argon2id$x', 'root')"
        )
        connection.execute("update erp.account set password_hash = '$argon2id$y'")
    with psycopg.connect(database_url) as connection:
        told = connection.execute(
            "select subject, action, before::text, after::text from audit.told order by record_id"
        ).fetchall()
    customer = [row for row in told if row[0].startswith("erp.customer")]
    assert customer == [
        ("erp.customer 1", "row changed", '{"name": "Clinic"}', '{"name": "Clinic North"}')
    ]
    account = [row for row in told if row[0].startswith("erp.account")]
    assert [row[1] for row in account] == ["row added", "row changed"]
    assert "argon2id" not in str(account), "a password's hash is not for everybody who may read the log"
    assert "sha256:" in account[1][3]
