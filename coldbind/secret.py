"""Settings that nobody else may read: they print as ***, and are taken out of every text that leaves.

A password reaches a log by ways nobody thought of (a library quotes the URL it could not parse), so
what is written down is searched for the words themselves.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import unquote

from wire.broker import parse_broker

HIDDEN = "***"
_LOGIN = re.compile(r"(?<=://)([^/?#\s:]*):([^/?#\s]*)(?=@)")
_IN_A_QUERY = re.compile(r"(?<=[?&]password=)[^&\s]+")
_SHORTEST = 4
"""A shorter word would be found in innocent places; as a part of a URL it is taken out all the same."""


class Secret:
    """A value that only `reveal` shows; `ValueError` when it cannot be one."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        self.check()

    def check(self) -> None:
        """Raise `ValueError` when the value cannot be what it is for; its text must not repeat it."""

    def reveal(self) -> str:
        """The value itself, for whoever it is meant for."""
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN


class DatabaseUrl(Secret):
    """Where a database is."""

    __slots__ = ()

    def check(self) -> None:
        """Only PostgreSQL will do."""
        if not self._value.startswith(("postgresql://", "postgres://")):
            raise ValueError("write it as postgresql://user:password@host:port/name")


class BrokerUrl(Secret):
    """Where an MQTT broker is."""

    __slots__ = ()

    def check(self) -> None:
        """It must name a host and say with or without TLS."""
        parse_broker(self._value)


def words_of(url: str) -> set[str]:
    """The passwords in `url`: as written, as meant, and as they stand in a line of JSON."""
    found = {login[1] for login in _LOGIN.findall(url)} | set(_IN_A_QUERY.findall(url))
    found |= {unquote(word) for word in found}
    found |= {json.dumps(word)[1:-1] for word in found}
    return {word for word in found if len(word) >= _SHORTEST}


def without(words: Iterable[str], text: str) -> str:
    """`text` without `words`, and without the password of any URL in it."""
    text = _IN_A_QUERY.sub(HIDDEN, _LOGIN.sub(rf"\1:{HIDDEN}", text))
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, HIDDEN)
    return text
