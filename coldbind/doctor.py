"""`coldbind doctor`: look at every link of the path and say what to do about what does not hold."""

import shutil
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from coldbind.servers import servers
from coldbind.settings import Settings, state_folder
from coldbind.wiring import open_database
from ingest.status import gateways, parked_counts
from rules.store import count_due
from storage.database import Database
from storage.errors import StorageError
from storage.revision import newest_revision, schema_revision
from wire.broker import parse_broker

_PATIENCE = 5.0
_LEAST_FREE = 2 * 2**30
_BACKLOG = 10_000


@dataclass(frozen=True, slots=True)
class Check:
    """One link: what was looked at, whether it holds, and what was seen or what to do."""

    what: str
    ok: bool
    answer: str


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which a reading passes the links."""
    checks = [_disk(state_folder(settings).root)]
    try:
        with servers(settings) as running:
            checks.append(_broker(running.mqtt_url))
            with open_database(running.database_url, "doctor") as database:
                checks += _database(database)
    except StorageError as error:
        checks.append(Check("servers", ok=False, answer=str(error)))
    return checks


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    ok = free > _LEAST_FREE
    advice = "" if ok else ": free some before the spool and the database stop"
    return Check("disk", ok, f"{free / 2**30:.1f} GiB free at {existing}{advice}")


def _broker(url: str) -> Check:
    try:
        broker = parse_broker(url)
    except ValueError as error:
        return Check("broker", ok=False, answer=str(error))
    answered = threading.Event()
    said: list[str] = []

    def on_connect(
        _client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        said.append("" if code == 0 else str(code))
        answered.set()

    client = Client(CallbackAPIVersion.VERSION2, client_id="coldbind-doctor")
    client.on_connect = on_connect
    client.username_pw_set(broker.username, broker.password)
    if broker.tls:
        client.tls_set_context(ssl.create_default_context())  # pyright: ignore[reportUnknownMemberType] # paho leaves the context untyped
    try:
        client.connect(broker.host, broker.port)
    except OSError as error:
        return Check(
            "broker", ok=False, answer=f"{broker} cannot be reached ({error}): is it running there?"
        )
    client.loop_start()
    answered.wait(_PATIENCE)
    client.disconnect()
    client.loop_stop()
    if said == [""]:
        return Check("broker", ok=True, answer=f"{broker} accepts the login")
    reason = said[0] if said else "no answer to CONNECT"
    return Check("broker", ok=False, answer=f"{broker}: {reason}; check user, password and TLS")


def _database(database: Database) -> list[Check]:
    with database.transaction() as transaction:
        revision, expected = schema_revision(transaction), newest_revision()
        if revision != expected:
            advice = f"revision {revision}, this release needs {expected}: run coldbind migrate"
            return [Check("schema", ok=False, answer=advice)]
        checks = [Check("schema", ok=True, answer=f"revision {revision}")]
        for gateway in gateways(transaction):
            name = f"gateway {gateway.site}/{gateway.gateway}"
            seen = f"last commit {gateway.last_commit_at:%Y-%m-%d %H:%M:%S} UTC"
            holes = f", {gateway.missing} batches missing below number {gateway.highest}"
            checks.append(Check(name, gateway.missing == 0, seen + (holes if gateway.missing else "")))
        parked = parked_counts(transaction)
        checks += [
            Check(
                f"parked, {p.code.replace('_', ' ')}",
                ok=False,
                answer=f"{p.records}; newest: {p.newest}",
            )
            for p in parked
        ]
        if not parked:
            checks.append(Check("parked", ok=True, answer="nothing"))
        due = count_due(transaction)
        advice = "" if due < _BACKLOG else ": is coldbind run rules running?"
        checks.append(Check("judging", due < _BACKLOG, f"{due} pieces of work are due{advice}"))
        records, findings = transaction.verify_audit()
        answer = f"{records} records hold" if not findings else "broken: run coldbind audit verify"
        checks.append(Check("audit chain", not findings, answer))
    return checks
