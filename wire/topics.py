"""Topic names of the contract.

    coldbind/v1/{site}/{gateway}/data    our columnar frames, gateway to centre
    coldbind/v1/{site}/{gateway}/ack     committed batch numbers, centre to gateway
    coldbind/v1/{site}/{device}/json     plain JSON objects, from anybody
    coldbind/v1/{site}/{device}/senml    SenML packs in JSON or CBOR, from anybody
    coldbind/v1/audit/head               the newest audit record and its hash, retained, from the centre

A name in a topic is letters, digits, dot, hyphen and underscore, so that no broker stumbles over it.
"""

import re
from dataclasses import dataclass

PREFIX = "coldbind/v1"
SUBSCRIPTIONS = (f"{PREFIX}/+/+/data", f"{PREFIX}/+/+/json", f"{PREFIX}/+/+/senml")
"""What ingest listens to."""
AUDIT_HEAD = f"{PREFIX}/audit/head"
"""Where the head of the audit chain is published, so that others keep a witness of it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """A parsed topic: who speaks (`site`, `sender`) and what kind of payload follows."""

    site: str
    sender: str
    kind: str

    def __str__(self) -> str:
        return f"{PREFIX}/{self.site}/{self.sender}/{self.kind}"


def parse_topic(text: str) -> Topic | None:
    """The parts of a contract topic, or None when `text` is not one."""
    parts = text.split("/")
    if len(parts) != _LEVELS or "/".join(parts[:2]) != PREFIX:
        return None
    if not all(_NAME.fullmatch(part) for part in parts[2:]):
        return None
    return Topic(*parts[2:])


def checked_name(name: str) -> str:
    """`name` when it may stand in a topic; otherwise a `ValueError` that says what may."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be a site or gateway name: use letters, digits, dot, hyphen, underscore"
        )
    return name
