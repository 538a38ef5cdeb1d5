"""What cannot be stored, and why, in words a technician can act on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ingest.core.decode import Decoded, Message, Undecodable
from ingest.core.distinct import Contradictions
from ingest.core.group import Group, taken_in
from ingest.core.screen import LARGEST_VALUE, Fault, Screened
from kernel.instants import moment, seconds
from kernel.quality import Quality
from wire.columns import SeriesName
from wire.frame import encode_body

_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Parked:
    """`records` readings from `topic` that were not stored, for the `reason` with that `code`.

    With `format` raw the `payload` is a message as it came; with columns it is a frame body, whose
    readings are all `quantity` of `sensor`. It came at `received_at`, its gateway took it in at
    `gateway_at` (None when unknown), and `quality` holds for all of it.
    """

    topic: str
    code: str
    reason: str
    records: int
    format: str
    payload: bytes
    received_at: int
    gateway_at: int | None = None
    quality: Quality = Quality.NONE
    sensor: str | None = None
    quantity: str | None = None

    def digest(self) -> bytes:
        """The same for what is parked again for the same reason."""
        return sha256(f"{self.code}\n{self.topic}\n".encode() + self.payload).digest()


def park_message(fault: Undecodable, quality: Quality = Quality.NONE) -> Parked:
    """A whole message that could not be read."""
    return _parked_whole(fault.message, fault.code, fault.reason, quality)


def park_refused(message: Message, why: str) -> Parked:
    """A whole message that the database refused although we found no fault in it."""
    return _parked_whole(message, "undecodable", f"the database refused it: {why}", Quality.NONE)


def park_records(members: Sequence[Decoded], marks: NDArray[np.int16] | None) -> Iterator[Parked]:
    """The records of messages that their decoder could not keep, each by itself."""
    for number, member in enumerate(members):
        for record in member.refused:
            message = member.message._replace(payload=record.payload)
            parked = _parked_whole(message, "undecodable", record.reason, _mark(marks, number))
            yield replace(parked, gateway_at=taken_in(member))


def _parked_whole(message: Message, code: str, reason: str, quality: Quality) -> Parked:
    topic, at = _text(message.topic), message.received_at
    return Parked(topic, code, _text(reason), 1, "raw", message.payload, at, quality=quality)


def park_faults(
    group: Group, screened: Screened, tolerance: int, marks: NDArray[np.int16] | None = None
) -> Iterator[Parked]:
    """The readings at fault: one entry for each message, name and fault among them."""
    if screened.fault is None:
        return
    fault = screened.fault
    for rows in _alike(group, np.flatnonzero(fault != Fault.NONE), fault):
        code, reason = _explain(group, screened, int(rows[0]), tolerance)
        yield _parked_rows(group, rows, code, reason, marks)


def park_contradictions(
    group: Group, found: Contradictions, marks: NDArray[np.int16] | None = None
) -> Iterator[Parked]:
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
        yield _parked_rows(group, rows, "contradiction", reason, marks)


def _alike(group: Group, rows: NDArray[np.int64], fault: NDArray[np.int8]) -> list[NDArray[np.int64]]:
    """`rows` split by message, name, fault and flag; work in proportion to the rows alone."""
    if not len(rows):
        return []
    flagged = np.zeros(len(rows), np.bool_) if group.flagged is None else group.flagged[rows]
    source, name, kind = group.source[rows], group.name[rows], fault[rows]
    order = np.lexsort((rows, flagged, name, kind, source))
    keys = np.stack((source[order], name[order], kind[order], flagged[order]))
    edges = np.flatnonzero((keys[:, 1:] != keys[:, :-1]).any(axis=0)) + 1
    return np.split(rows[order], edges)


def _parked_rows(
    group: Group, rows: NDArray[np.int64], code: str, reason: str, marks: NDArray[np.int16] | None
) -> Parked:
    row = int(rows[0])
    source = int(group.source[row])
    message, name = group.messages[source], _series(group, row)
    taken_at = int(group.taken_at[source])
    flagged = group.flagged is not None and bool(group.flagged[row])
    return Parked(
        _text(message.topic),
        code,
        _text(reason),
        len(rows),
        "columns",
        encode_body(group.columns(rows)),
        message.received_at,
        None if taken_at == Group.UNKNOWN else taken_at,
        _mark(marks, source) | (Quality.DEVICE_FLAGGED if flagged else Quality.NONE),
        _text(name.sensor),
        _text(name.quantity),
    )


def _mark(marks: NDArray[np.int16] | None, message: int) -> Quality:
    return Quality.NONE if marks is None else Quality(int(marks[message]))


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
            arrived = _when(int(group.received_at[int(group.source[row])]))
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
