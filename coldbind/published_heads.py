"""Heads of the audit chain outside of the database: lines of a file, or a retained MQTT message.

A head is one JSON object: the number of the newest record, its hash, and when it was asked for.
"""

from datetime import UTC
from pathlib import Path

import msgspec

from coldbind.doctor.probe import Entrance, ProbeFailed, connected
from coldbind.servers import broker_server
from coldbind.settings import Settings
from coldbind.tls import broker_tls
from erp.subjects import MACHINE
from erp.trace.audit_log import Looked, log
from kernel.instants import moment
from kernel.refusal import Refusal
from storage.audit_guard import Head
from storage.database import Transaction
from wire.broker import parse_broker
from wire.topics import AUDIT_HEAD

_SUBJECT = "audit chain"


class _Line(msgspec.Struct):
    record_id: int
    hash: str


def write_head(file: Path, told: bytes) -> None:
    """Append a head to a file."""
    try:
        with file.open("ab") as lines:
            lines.write(told + b"\n")
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}") from error


def read_heads(file: Path) -> list[Head]:
    """Every head in a file."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    return [_head(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def head_told(transaction: Transaction, now: int) -> bytes:
    """The head of the chain as it is published."""
    newest = transaction.audit_head()
    return msgspec.json.encode({"record_id": newest.record_id, "hash": newest.hash, "at": moment(now)})


def publish_daily(transaction: Transaction, settings: Settings, now: int) -> bool:
    """Publish the head where the settings say, once a day (UTC); False when that is done or not asked.

    That it was published is a record of the chain. `Refusal` when the file or the broker does not take
    it: then it is tried again.
    """
    if settings.audit_head_file is None and not settings.audit_head_mqtt:
        return False
    published = log(transaction, Looked(_SUBJECT, MACHINE, 1))
    if published and published[-1].recorded_at.astimezone(UTC).date() >= moment(now).date():
        return False
    told = head_told(transaction, now)
    if settings.audit_head_mqtt:
        publish(settings, told)
    if settings.audit_head_file is not None:
        write_head(settings.audit_head_file, told)
    transaction.audit(MACHINE, "audit head published", _SUBJECT, head=told.decode())
    return True


def publish(settings: Settings, told: bytes) -> None:
    """Leave a head on the broker for whoever subscribes, now or later."""
    with broker_server(settings) as url:
        entrance = Entrance(parse_broker(url), broker_tls(settings))
        try:
            with connected(entrance) as client:
                client.publish(AUDIT_HEAD, [told], retain=True)
        except ProbeFailed as failure:
            raise Refusal(f"the head was not published, the broker says: {failure}") from failure


def _head(file: Path, number: int, line: bytes) -> Head:
    try:
        told = msgspec.json.decode(line, type=_Line)
    except msgspec.MsgspecError as error:
        raise Refusal(f"{file} line {number} is no head of an audit chain: {error}") from error
    return Head(told.record_id, told.hash)
