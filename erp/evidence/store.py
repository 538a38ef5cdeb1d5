"""Reading what goes into a pack, and whether a pack was made here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from erp.evidence.core import Reading
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or paper of a claim."""

    name: str
    media_type: str
    content: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Made:
    """That a pack was made: when, by whom, about what; its contents hash and the file's SHA-256."""

    record_id: int
    recorded_at: datetime
    actor: str
    subject: str
    contents: str
    file: str


@dataclass(frozen=True, slots=True)
class _Facts:
    facts: str


@dataclass(frozen=True, slots=True)
class _Reading:
    sensor: str
    at: int
    value: float
    quality: int


_SQL = Statements("erp.evidence")
_CLAIM_FACTS = _SQL.returning(_Facts, "claim_facts")
_CLAIM_READINGS = _SQL.returning(_Reading, "claim_readings")
_CLAIM_ATTACHMENTS = _SQL.returning(Attachment, "claim_attachments")
_KEEP_CONDITIONS = _SQL.command("keep_conditions")
_KEEP_EXCURSION = _SQL.command("keep_excursion")
_EXCURSION_FACTS = _SQL.returning(_Facts, "excursion_facts")
_EXCURSION_READINGS = _SQL.returning(_Reading, "excursion_readings")
_MADE = _SQL.returning(Made, "made")


def claim_facts(transaction: Transaction, code: str) -> str | None:
    """The facts of a claim as JSON text; None when there is no such claim."""
    row = transaction.row(_CLAIM_FACTS, code=code)
    return None if row is None else row.facts


def claim_readings(transaction: Transaction, code: str) -> dict[str, list[Reading]]:
    """Readings of the sensors of a claim's evidence, from arrival on, kept now if they were not."""
    transaction.run(_KEEP_CONDITIONS, code=code)
    return _by_sensor(transaction.rows(_CLAIM_READINGS, code=code))


def excursion_facts(transaction: Transaction, excursion_id: int) -> str:
    """An excursion by each sensor that showed it, as JSON text; its readings are kept from now on."""
    transaction.run(_KEEP_EXCURSION, excursion_id=excursion_id)
    return transaction.one(_EXCURSION_FACTS, excursion_id=excursion_id).facts


def excursion_readings(transaction: Transaction, excursion_id: int) -> dict[str, list[Reading]]:
    """The kept readings of the sensors of an excursion, from its start to the last that is known."""
    return _by_sensor(transaction.rows(_EXCURSION_READINGS, excursion_id=excursion_id))


def attachments(transaction: Transaction, code: str) -> list[Attachment]:
    """The photos and papers of a claim."""
    return transaction.rows(_CLAIM_ATTACHMENTS, code=code)


def made(transaction: Transaction, contents: str, file: str) -> Made | None:
    """The record of a pack with these contents, or of this very file."""
    return transaction.row(_MADE, contents=contents, file=file)


def _by_sensor(rows: Iterable[_Reading]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for row in rows:
        found[row.sensor].append(Reading(row.at, row.value, row.quality))
    return dict(found)
