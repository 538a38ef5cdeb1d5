"""Parked entries in words, and their payloads as people can read them: a table, JSON or hex."""

import json
from collections.abc import Iterator, Sequence

from ingest.parked import ParkedEntry, ParkedGroup, ParkedLine
from ingest.replay import Replayed
from ingest.status_text import parked_line
from kernel.instants import moment
from kernel.quality import Quality
from wire.columns import Columns, Malformed
from wire.frame import Envelope, decode_body, decode_envelope

_MOST_ROWS = 50
_MOST_BYTES = 512
_MOST_SIGNS = 4_000
_WIDTH = 16
_PRINTABLE = range(0x20, 0x7F)


def group_lines(groups: Sequence[ParkedGroup], entries: Sequence[ParkedLine]) -> Iterator[str]:
    """What `coldbind parked list` prints."""
    if not groups:
        yield "nothing is parked"
    for group in groups:
        yield parked_line(group)
        yield f"    newest, {group.last_received_at:%Y-%m-%d %H:%M:%S} UTC: {group.newest}"
    if entries:
        yield ""
    for entry in entries:
        again = f" +{entry.repeats}" if entry.repeats else ""
        yield (
            f"{entry.parked_id:>8}  {entry.received_at:%Y-%m-%d %H:%M:%S}  {entry.topic}  "
            f"{entry.records}{again}  {entry.reason}"
        )
    shown = len(entries)
    total = sum(group.entries for group in groups)
    if shown < total:
        yield f"{total - shown} older entries are not shown: --limit {total} shows all"


def entry_lines(entry: ParkedEntry) -> Iterator[str]:
    """What `coldbind parked show` prints."""
    yield f"parked record {entry.parked_id}: {entry.code.replace('_', ' ')}"
    yield f"reason    {entry.reason}"
    yield f"topic     {entry.topic}"
    again = f", again {entry.repeats} times, last {_when(entry)}" if entry.repeats else ""
    yield f"received  {entry.received_at:%Y-%m-%d %H:%M:%S} UTC{again}"
    if entry.quality:
        bits = (str(bit.name) for bit in Quality(entry.quality))
        yield f"quality   {', '.join(bit.lower().replace('_', ' ') for bit in bits)}"
    yield f"state     {_state(entry)}"
    yield f"payload   {len(entry.payload)} bytes, {entry.records} records"
    yield from _payload(entry)


def replayed_lines(done: Replayed, left: int) -> Iterator[str]:
    """What `coldbind parked replay` prints."""
    yield (
        f"{done.entries} {'entry' if done.entries == 1 else 'entries'} replayed: "
        f"{done.stored} {'reading' if done.stored == 1 else 'readings'} stored"
    )
    for one in done.again:
        yield f"parked again, {one.code.replace('_', ' ')}: {one.records}; newest: {one.reason}"
    yield f"{left} {'entry is' if left == 1 else 'entries are'} parked now"


def _when(entry: ParkedEntry) -> str:
    return f"{entry.last_received_at:%Y-%m-%d %H:%M:%S} UTC"


def _state(entry: ParkedEntry) -> str:
    if entry.resolved_at is None:
        return "waits"
    why = f": {entry.note}" if entry.note else ""
    return f"{entry.resolution} by {entry.resolved_by} on {entry.resolved_at:%Y-%m-%d %H:%M} UTC{why}"


def _payload(entry: ParkedEntry) -> Iterator[str]:
    if entry.format == "columns":
        try:
            yield from _table(decode_body(entry.payload))
        except Malformed as error:
            yield f"    {error}"
            yield from _hex(entry.payload)
        return
    try:
        text = json.dumps(json.loads(entry.payload), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        yield from _frame(entry.payload)
        yield from _hex(entry.payload)
        return
    yield from (f"    {line}" for line in _printable(text[:_MOST_SIGNS]).splitlines())
    if len(text) > _MOST_SIGNS:
        yield "    ..."


def _table(columns: Columns) -> Iterator[str]:
    for row in range(min(len(columns), _MOST_ROWS)):
        name = columns.names[int(columns.index[row])]
        at, value = _moment(int(columns.times[row])), float(columns.values[row])
        yield _printable(f"    {at}  {name.sensor}  {name.quantity}  {value} {name.unit}")
    if len(columns) > _MOST_ROWS:
        yield f"    ... and {len(columns) - _MOST_ROWS} more"


def _moment(at: int) -> str:
    try:
        return moment(at).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return f"{at} microseconds after 1970"


def _frame(payload: bytes) -> Iterator[str]:
    """The numbers on a frame's envelope, when that is what the payload begins as."""
    try:
        envelope: Envelope = decode_envelope(payload)
    except Malformed:
        return
    sent = _moment(envelope.published_at)
    yield f"    a frame: epoch {envelope.epoch}, batch {envelope.seq}, sent {sent}"


def _hex(payload: bytes) -> Iterator[str]:
    for start in range(0, min(len(payload), _MOST_BYTES), _WIDTH):
        row = payload[start : start + _WIDTH]
        signs = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in row)
        yield f"    {start:06x}  {row.hex(' '):<{3 * _WIDTH - 1}}  {signs}"
    if len(payload) > _MOST_BYTES:
        yield f"    ... and {len(payload) - _MOST_BYTES} bytes more"


def _printable(text: str) -> str:
    """`text` without anything that a terminal would obey."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)
