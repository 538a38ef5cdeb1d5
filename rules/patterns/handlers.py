"""Use cases about patterns: tell those of a place, and ask whether a short rise is one."""

from kernel.refusal import Refusal
from rules.patterns import store
from rules.patterns.core.patterns import Pattern
from storage.database import Transaction

KINDS = ("door", "defrost")


def tell_pattern(transaction: Transaction, place: str, pattern: Pattern, by: str) -> bool:
    """Rises of this kind at the place, and everywhere in it, are no news while they are short.

    False when exactly this was told already.
    """
    location = _location(transaction, place)
    _check(pattern, place)
    if not store.put(transaction, location, pattern, by):
        return False
    transaction.audit(
        by,
        "pattern told",
        f"location {place}",
        kind=pattern.kind,
        longest_s=pattern.longest / 1_000_000,
        rise_k=pattern.rise,
        every_s=None if pattern.every is None else pattern.every / 1_000_000,
    )
    return True


def forget_pattern(transaction: Transaction, place: str, kind: str, by: str) -> None:
    """Rises of this kind are news again at the place."""
    if not store.drop(transaction, _location(transaction, place), kind):
        raise Refusal(f"location {place} has no pattern of kind {kind!r}")
    transaction.audit(by, "pattern forgotten", f"location {place}", kind=kind)


def patterns(transaction: Transaction, place: str | None) -> list[store.Listed]:
    """All patterns told, or those of one place."""
    if place is not None:
        _location(transaction, place)
    return store.listed(transaction, place)


def is_daily_work(transaction: Transaction, series_id: int, since: int, until: int) -> bool:
    """Whether a rise from `since` to `until` is no longer than a door or a defrost there may be."""
    found = store.patterns_of(transaction, [series_id], until)[series_id]
    return any(until - since <= pattern.longest for pattern in found)


def _location(transaction: Transaction, place: str) -> int:
    found = store.location(transaction, place)
    if found is None:
        raise Refusal(f"there is no location {place}: coldbind location list tells which there are")
    return found


def _check(pattern: Pattern, place: str) -> None:
    where = f"location {place}, {pattern.kind}"
    if pattern.kind not in KINDS:
        raise Refusal(f"{where}: the kinds are {' and '.join(KINDS)}")
    if pattern.longest <= 0 or not 0 < pattern.rise < 1000:  # noqa: PLR2004 - no room rises by so much
        raise Refusal(f"{where}: a length and a rise of more than nothing are needed")
    if pattern.every is not None and pattern.every <= pattern.longest:
        raise Refusal(f"{where}: one must be over before the next one comes")
