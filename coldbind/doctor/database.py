"""The database: what it is, whether it has this release's schema, and what its tables tell."""

from dataclasses import dataclass
from datetime import UTC, datetime

from coldbind.doctor.check import Check
from coldbind.settings import without_secrets
from coldbind.wiring import open_database
from ingest.status import gateways, parked_counts
from rules.due_store import count_due
from storage.database import Transaction
from storage.errors import StorageError
from storage.revision import newest_revision, schema_revision
from storage.statement import Statements

_VERSIONS = range(15, 19)
_BACKLOG = 10_000
_CLOCKS_DIFFER_S = 5

_SQL = Statements("coldbind.doctor")


@dataclass(frozen=True, slots=True)
class _Server:
    major: int
    version: str
    timescale: str | None
    license: str | None
    keeps_commit_times: bool
    now: datetime


_SERVER = _SQL.returning(_Server, "server")


def examine(url: str) -> list[Check]:
    """Every check of the database at `url`; one that cannot go on leaves out those after it."""
    checks: list[Check] = []
    try:
        with open_database(url, "doctor") as database:
            with database.transaction() as transaction:
                checks += _server(transaction.one(_SERVER))
            with database.transaction() as transaction:
                checks.append(_schema(transaction))
                if checks[-1].ok:
                    checks += _path(transaction)
    except StorageError as error:
        what = "schema" if checks else "database"
        checks.append(Check(what, ok=False, answer=without_secrets(str(error))))
    return checks


def _server(server: _Server) -> list[Check]:
    known = server.major in _VERSIONS
    advice = "" if known else ": Coldbind is tested on 15 to 18"
    checks = [Check("database", known, f"PostgreSQL {server.version}{advice}")]
    if server.timescale is None:
        seen = "not there: plain tables, right for one site; readings are never compressed"
    else:
        seen = f"{server.timescale}, {server.license or 'unknown'} edition"
    checks.append(Check("TimescaleDB", ok=True, answer=seen))
    times = "kept" if server.keeps_commit_times else "not kept (track_commit_timestamp = on keeps them)"
    checks.append(Check("commit times", ok=True, answer=f"{times}; only measurements need them"))
    apart = abs((server.now - datetime.now(UTC)).total_seconds())
    ok = apart < _CLOCKS_DIFFER_S
    advice = "" if ok else ": let chrony keep both"
    checks.append(Check("database clock", ok, f"{apart:.1f} s from this machine's{advice}"))
    return checks


def _schema(transaction: Transaction) -> Check:
    revision, expected = schema_revision(transaction), newest_revision()
    if revision == expected:
        return Check("schema", ok=True, answer=f"revision {revision}")
    advice = f"revision {revision}, this release needs {expected}: run coldbind migrate"
    return Check("schema", ok=False, answer=advice)


def _path(transaction: Transaction) -> list[Check]:
    """What the tables say about the path: gateways, parked records, due work, the audit chain."""
    checks = [*_gateways(transaction), *_parked(transaction)]
    due = count_due(transaction)
    advice = "" if due < _BACKLOG else ": is coldbind run rules running?"
    checks.append(Check("judging", due < _BACKLOG, f"{due} pieces of work are due{advice}"))
    records, findings = transaction.verify_audit()
    answer = f"{records} records hold" if not findings else "broken: run coldbind audit verify"
    checks.append(Check("audit chain", not findings, answer))
    return checks


def _gateways(transaction: Transaction) -> list[Check]:
    checks: list[Check] = []
    for gateway in gateways(transaction):
        seen = f"last commit {gateway.last_commit_at:%Y-%m-%d %H:%M:%S} UTC"
        holes = f", {gateway.missing} batches missing below number {gateway.highest}"
        answer = seen + (holes if gateway.missing else "")
        checks.append(Check(f"gateway {gateway.site}/{gateway.gateway}", gateway.missing == 0, answer))
    return checks


def _parked(transaction: Transaction) -> list[Check]:
    parked = [
        Check(
            f"parked, {one.code.replace('_', ' ')}",
            ok=False,
            answer=f"{one.records}; newest: {one.newest}",
        )
        for one in parked_counts(transaction)
    ]
    return parked or [Check("parked", ok=True, answer="nothing")]
