"""The metrics of this machine's workers: of one, or of all when `coldbind run all` runs them.

A worker says whether the others run beside it; then each of them has to answer, on its own port.
"""

import re
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from coldbind.doctor.check import Check
from coldbind.metrics import LARGEST_PORT, PATH, address
from coldbind.workers import NAMES

_PATIENCE = 3.0
_WHO = re.compile(r'^coldbind_worker\{together="(true|false)",worker="(\w+)"\}', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one port said: the `worker` it serves, empty when that is none, and what to tell of it."""

    worker: str
    together: bool
    text: str


def examine(host: str, first: int) -> list[Check]:
    """A check of the worker at port `first`, and one of each other worker that belongs there."""
    ports = {name: first + number for number, name in enumerate(NAMES)}
    answers = {name: _ask(host, port) for name, port in ports.items() if port <= LARGEST_PORT}
    if any(answer.together for answer in answers.values()):
        return [_belongs(name, answer) for name, answer in answers.items()]
    alone = answers[NAMES[0]]
    return [Check("metrics", bool(alone.worker), alone.text)]


def _belongs(name: str, answer: _Answer) -> Check:
    other = f", and it is the {answer.worker}'s: end what runs twice" if answer.worker else ""
    ok = answer.worker == name
    return Check(f"metrics of {name}", ok, answer.text if ok else answer.text + other)


def _ask(host: str, port: int) -> _Answer:
    at = address(host, port)
    try:
        with closing(HTTPConnection(host, port, timeout=_PATIENCE)) as connection:
            connection.request("GET", PATH)
            text = connection.getresponse().read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        why = str(error) or type(error).__name__
        return _Answer("", together=False, text=f"{at} does not answer ({why}): is the worker up?")
    who = _WHO.search(text)
    if who is None:
        strange = f"{at} is not a worker's: choose another COLDBIND_METRICS_PORT"
        return _Answer("", together=False, text=strange)
    counted = f"{at} has {len(text.splitlines())} lines"
    return _Answer(who[2], together=who[1] == "true", text=counted)
