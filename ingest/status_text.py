"""The links in words: sentences that the command and the console's page both tell."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ingest.parked import ParkedGroup
from ingest.status import GatewayLink, Links

_TOLERATED_S = 60.0
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def lines(links: Links) -> Iterator[str]:
    """What `coldbind status` prints."""
    if not links.gateways:
        yield "gateways  none has delivered yet"
    for link in links.gateways:
        yield headline(link, links.now)
        for sentence in remarks(link):
            yield f"    {sentence}"
    yield f"parked    {'nothing' if not links.parked else ''}".rstrip()
    for group in links.parked:
        yield f"    {parked_line(group)}"
        yield f"        newest: {group.newest}"
    yield f"judging   {_count(links.due, 'piece')} of work due"


def headline(link: GatewayLink, now: datetime) -> str:
    """A gateway's epoch in one line."""
    ago = span((now - link.last_commit_at).total_seconds())
    lag = f", lag {link.lag_s:.2f} s" if link.lag_s is not None else ""
    ended = "" if link.current else " (ended)"
    return (
        f"gateway   {link.site}/{link.gateway} epoch {link.epoch}{ended}: batches up to "
        f"{link.highest}, last commit {ago} ago{lag}"
    )


def remarks(link: GatewayLink) -> Iterator[str]:
    """What is worth knowing about it beyond that it works."""
    if link.missing and link.current:
        yield (
            f"missing: {numbers(link.missing_ranges, link.missing)}; "
            "the gateway keeps them until they are confirmed"
        )
    elif link.missing:
        yield (
            f"missing: {numbers(link.missing_ranges, link.missing)} when the epoch ended; "
            "sent again in the next one, or lost with the gateway's spool"
        )
    if link.coming:
        yield f"on the way: {numbers(link.coming_ranges, link.coming)}"
    if link.thinned:
        yield (
            f"thinned by a full spool: {numbers(link.thinned_ranges, link.thinned)}, "
            f"{link.thinned_before} readings to {link.thinned_left}"
        )
    if link.dropped:
        yield (
            f"dropped by a full spool: {numbers(link.dropped_ranges, link.dropped)}, "
            f"{link.dropped_readings} readings"
        )
    yield from _clock(link)


def _clock(link: GatewayLink) -> Iterator[str]:
    if link.offset_s is not None and abs(link.offset_s) > _TOLERATED_S:
        yield f"its clock is {_off(link.offset_s)}: set it, or let it follow a time server"
    if link.jump_seen_at is not None and link.jump_before_s is not None:
        assert link.jump_after_s is not None, "a jump leads somewhere"
        times = "" if link.jumps == 1 else f"{link.jumps} times in 7 days, last "
        yield (
            f"its clock was set {times}at {link.jump_seen_at:%Y-%m-%d %H:%M} UTC: "
            f"from {_off(link.jump_before_s)} to {_off(link.jump_after_s)}"
        )


def _off(offset_s: float) -> str:
    if abs(offset_s) < 1:
        return "right"
    return f"{span(abs(offset_s))} {'behind' if offset_s > 0 else 'ahead'}"


def parked_line(group: ParkedGroup) -> str:
    """What waits for one reason, in one line."""
    again = f", {_count(group.repeats, 'repetition')}" if group.repeats else ""
    return (
        f"{group.code.replace('_', ' ')}: {_count(group.records, 'record')} in "
        f"{group.entries} {'entry' if group.entries == 1 else 'entries'}{again}"
    )


def numbers(ranges: Sequence[Sequence[int]], total: int) -> str:
    """The numbers in words: `5 to 7, 12 (4 batches)`; more than the `ranges` shown end in dots."""
    shown = [str(first) if first == last else f"{first} to {last}" for first, last in ranges]
    if sum(last - first + 1 for first, last in ranges) < total:
        shown.append("...")
    return f"{', '.join(shown)} ({total} {'batch' if total == 1 else 'batches'})"


def span(seconds: float) -> str:
    """A length of time in its largest unit: `3 s`, `47 min`, `5 h`, `3 d`."""
    whole = max(round(seconds), 0)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < 2 * _HOUR:
        return f"{whole // _MINUTE} min"
    return f"{whole // _HOUR} h" if whole < 2 * _DAY else f"{whole // _DAY} d"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
