"""Commands about the audit chain: verify it and what hangs on it, publish its head, look into it."""

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import Demo, console, opened_database, transaction
from coldbind.published_heads import head_told, publish, read_heads, write_head
from coldbind.settings import read_settings
from erp.claims import integrity as claims_integrity
from erp.ledger import integrity as ledger_integrity
from erp.trace.audit_log import Looked, Told, log
from storage.database import Transaction

Against = Annotated[
    list[Path] | None, typer.Option(help="A file that audit head --out wrote; repeat it.")
]

_PLAIN = ("record_id", "recorded_at", "occurred_at", "actor", "action", "subject", "why")


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    chain = typer.Typer(help="The audit chain.", no_args_is_help=True)
    chain.command("verify")(verify)
    chain.command("head")(head)
    chain.command("log")(show_log)
    app.add_typer(chain, name="audit")


def verify(against: Against = None, *, use_demo: Demo = False) -> None:
    """Name all that was altered, removed or inserted: records, rows, journal, readings under claim."""
    heads = [one for file in against or [] for one in read_heads(file)]
    with opened_database(demo=use_demo) as database, database.snapshot() as running:
        records, findings = running.verify_audit()
        faults = [f"record {one.record_id} {one.fault}" for one in findings]
        faults += [f"record {one.record_id} {one.fault}" for one in running.contradicted_heads(heads)]
        faults += [*running.missing_audit_guards(), *_hanging_on_it(running)]
    for fault in faults:
        console.print(fault, style="red", markup=False)
    if faults:
        raise typer.Exit(1)
    witnesses = f", as {len(heads)} published heads say" if heads else ""
    console.print(f"the chain holds: {records} records{witnesses}")


def head(
    out: Annotated[Path | None, typer.Option(help="Append it to this file, kept elsewhere.")] = None,
    *,
    to_broker: Annotated[bool, typer.Option("--publish", help="Publish it by MQTT, retained.")] = False,
    use_demo: Demo = False,
) -> None:
    """Tell the newest record and its hash: kept elsewhere, it proves that nothing was rewritten."""
    with transaction(demo=use_demo) as running:
        told = head_told(running, time.time_ns() // 1000)
    if out is not None:
        write_head(out, told)
    if to_broker:
        publish(read_settings(), told)
    typer.echo(told.decode())


def show_log(
    subject: Annotated[str, typer.Option(help="Only about this, such as 'claim CLM-GR-1'.")] = "",
    actor: Annotated[str, typer.Option(help="Only by this person.")] = "",
    last: Annotated[int, typer.Option(help="How many of the newest.")] = 50,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    use_demo: Demo = False,
) -> None:
    """Who did what, when it was true and when recorded, why, and what it was before and after."""
    with transaction(demo=use_demo) as running:
        found = log(running, Looked(subject or None, actor or None, last))
    if as_json:
        typer.echo(msgspec.json.encode([_json(one) for one in found]).decode())
        return
    for one in found:
        recorded = f"{one.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
        parts = [f"{one.record_id} {recorded} {one.actor}: {one.action}, {one.subject}"]
        parts += [f"true at {one.occurred_at}"] if one.occurred_at else []
        parts += [f"why: {one.why}"] if one.why else []
        parts += [f"before {one.before}"] if one.before else []
        parts += [f"after {one.after}"] if one.after else []
        console.print("; ".join(parts), markup=False)


def _hanging_on_it(transaction: Transaction) -> list[str]:
    return [
        *map(str, transaction.altered_rows()),
        *ledger_integrity.faults(transaction),
        *claims_integrity.faults(transaction),
    ]


def _json(one: Told) -> dict[str, object]:
    """Before, after and detail as the JSON they are."""
    told: dict[str, object] = {name: getattr(one, name) for name in _PLAIN}
    parts = {"before": one.before, "after": one.after, "detail": one.detail}
    return told | {
        name: None if text is None else msgspec.Raw(text.encode()) for name, text in parts.items()
    }
