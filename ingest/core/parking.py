"""What cannot be stored, and why, in words a technician can act on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.core.decode import Message, Undecodable
from ingest.core.distinct import Contradictions
from ingest.core.group import Group
from ingest.core.screen import LARGEST_VALUE, Fault, Screened
from kernel.instants import moment, seconds
from wire.columns import SeriesName
from wire.frame import encode_body

_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Parked:
    """`records` readings from `topic` that were not stored, for the `reason` with that `code`.

    With `format` raw the `payload` is the message as it came; with columns it is a frame body.
    """

    topic: str
    code: str
    reason: str
    records: int
    format: str
    payload: bytes


def park_message(fault: Undecodable) -> Parked:
    """A whole message that could not be read."""
    return _parked_whole(fault.message, fault.code, fault.reason)


def park_refused(message: Message, why: str) -> Parked:
    """A whole message that the database refused although we found no fault in it."""
    return _parked_whole(message, "undecodable", f"the database refused it: {why}")


def _parked_whole(message: Message, code: str, reason: str) -> Parked:
    return Parked(_text(message.topic), code, _text(reason), 1, "raw", message.payload)


def park_faults(group: Group, screened: Screened, tolerance: int) -> Iterator[Parked]:
    """The readings at fault: one entry for each message, name and fault among them."""
    if screened.fault is None:
        return
    fault = screened.fault
    for rows in _alike(group, np.flatnonzero(fault != Fault.NONE), fault):
        code, reason = _explain(group, screened, int(rows[0]), tolerance)
        yield _parked_rows(group, rows, code, reason)


def park_contradictions(group: Group, found: Contradictions) -> Iterator[Parked]:
    """The readings that contradict what is stored: one entry for each message and name among them."""
    stored = np.zeros(len(group))
    stored[found.origin] = found.stored
    for rows in _alike(group, found.origin, np.zeros(len(group), np.int8)):
        row = int(rows[0])
        reason = (
            f"{_name(group, row)} already has the value {stored[row]} at "
            f"{_when(int(group.times[row]))}, this message says {group.values[row]} "
            f"{_series(group, row).unit}: the first one stays"
        )
        yield _parked_rows(group, rows, "contradiction", reason)


def _alike(group: Group, rows: NDArray[np.int64], fault: NDArray[np.int8]) -> list[NDArray[np.int64]]:
    """`rows` split by message, name and fault; work in proportion to the rows, not to the splits."""
    if not len(rows):
        return []
    source, name, kind = group.source[rows], group.name[rows], fault[rows]
    order = np.lexsort((rows, name, kind, source))
    keys = np.stack((source[order], name[order], kind[order]))
    edges = np.flatnonzero((keys[:, 1:] != keys[:, :-1]).any(axis=0)) + 1
    return np.split(rows[order], edges)


def _parked_rows(group: Group, rows: NDArray[np.int64], code: str, reason: str) -> Parked:
    topic = group.members[int(group.source[rows[0]])].message.topic
    body = encode_body(group.columns(rows))
    return Parked(_text(topic), code, _text(reason), len(rows), "columns", body)


def _explain(group: Group, screened: Screened, row: int, tolerance: int) -> tuple[str, str]:
    assert screened.fault is not None, "only a reading at fault is explained"
    route = screened.routes[int(group.name[row])]
    time = _when(int(group.times[row]))
    match Fault(int(screened.fault[row])):
        case Fault.NOT_A_VALUE:
            value = f"{group.values[row]} {_series(group, row).unit}"
            limits = f"{-LARGEST_VALUE:.0f} and {LARGEST_VALUE:.0f}"
            return (
                "not_a_value",
                f"{_name(group, row)} is {value} at {time}, not a number between {limits}",
            )
        case Fault.BEFORE_1970:
            return "not_a_value", f"{_name(group, row)} has the time {time}, before 1970: set its clock"
        case Fault.FUTURE:
            arrived = _when(group.members[int(group.source[row])].message.received_at)
            return "future", (
                f"{_name(group, row)} has the time {time}, but the message arrived at {arrived}, and a "
                f"clock may be ahead by {seconds(tolerance):g} s at most: set the clock"
            )
        case _:
            assert route.fault is not None, "what is left is a name without a route"
            return route.fault, route.reason


def _series(group: Group, row: int) -> SeriesName:
    return group.names[int(group.name[row])]


def _name(group: Group, row: int) -> str:
    name = _series(group, row)
    return f"{name.quantity} of sensor {name.sensor!r}"


def _when(at: int) -> str:
    try:
        return moment(at).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return f"{at} microseconds after 1970, outside the calendar"


def _text(text: str) -> str:
    """`text` as PostgreSQL takes it and a console shows it: printable, and not endless."""
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text[:_LONGEST_TEXT])
    return shown if len(text) <= _LONGEST_TEXT else f"{shown} ..."
