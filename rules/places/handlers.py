"""Use cases about judged places: let a profile judge one or no longer, and what came of it."""

from dataclasses import dataclass

from kernel.instants import moment
from kernel.refusal import Refusal
from rules import profile_store, register
from rules.core.profile import LOCATION
from rules.places import store
from rules.places.store import Listed, Location, Shown
from storage.database import Transaction


def judge_by(  # noqa: PLR0917 - who judges what from when on
    transaction: Transaction,
    place: str,
    profile: str,
    version: int | None,
    since: int | None,
    now: int,
    by: str,
) -> str:
    """The rules of a place in an approved profile version judge it from `since` on; in words.

    The newest approved version when not said which, from `now` on when not said since when. Another
    version of the same profile judges it until then.
    """
    location = _location(transaction, place)
    chosen = _approved(transaction, profile, version)
    name = f"{profile} version {chosen.version}"
    _has_rules_of_places(transaction, chosen)
    at = now if since is None else since
    if location.closed_at is not None:
        raise Refusal(f"location {place} is closed: coldbind location reopen {place} first")
    if at > now:
        raise Refusal(f"location {place}: a place is judged from now or earlier on")
    before = [one for one in store.pointings(transaction, place) if one.profile == profile]
    if any(one.until is None and one.version == chosen.version for one in before) and since is None:
        return f"location {place}: judged by {name} already"
    _comes_after(place, at, before)
    for one in before:
        if one.until is None:
            _end(transaction, one, at, by)
    id_ = store.point(transaction, location.location_id, chosen.profile_id, at, by)
    store.add_due(transaction, [id_])
    subject = f"location {place}"
    transaction.audit(by, "place judged", subject, profile=name, since=moment(at))
    return f"location {place}: judged by {name} from {moment(at):%Y-%m-%d %H:%M} UTC on"


@dataclass(frozen=True, slots=True)
class Pointing:
    """What a site says of a judged place: by which profile, from `since` (None: now) to `until`.

    Any version of the profile is meant when `version` is None, the newest approved one if none
    judges the place yet.
    """

    place: str
    profile: str
    version: int | None = None
    since: int | None = None
    until: int | None = None


def record(transaction: Transaction, told: Pointing, now: int, by: str) -> str:
    """Let the profile judge the place as told; in words, "" when it was recorded before."""
    _location(transaction, told.place)
    said = ""
    if _known(transaction, told) is None:
        said = judge_by(transaction, told.place, told.profile, told.version, told.since, now, by)
    known = _known(transaction, told)
    if known is None or told.until is None or told.until == known.until:
        return said
    return _judged_until(transaction, known, told.until, now, by)


def _judged_until(transaction: Transaction, one: Listed, until: int, now: int, by: str) -> str:
    words = f"location {one.place}: {one.profile} version {one.version} judges it"
    if one.until is not None:
        raise Refusal(f"{words} until {_clock(one.until)}: that cannot become {_clock(until)}")
    if not one.since <= until <= now:
        raise Refusal(f"{words} from {_clock(one.since)} on: it can end between then and now")
    _end(transaction, one, until, by)
    return f"{words} until {_clock(until)}"


def _known(transaction: Transaction, told: Pointing) -> Listed | None:
    """The pointing that is told, or goes on when since when is not told."""
    return next(
        (
            one
            for one in store.pointings(transaction, told.place)
            if one.profile == told.profile
            and told.version in {None, one.version}
            and (one.until is None if told.since is None else one.since == told.since)
        ),
        None,
    )


def judge_no_longer(transaction: Transaction, place: str, profile: str, at: int, by: str) -> str:
    """The profile judges the place until `at`; in words."""
    _location(transaction, place)
    found = [
        one
        for one in store.pointings(transaction, place)
        if one.profile == profile and one.until is None
    ]
    if not found:
        raise Refusal(f"location {place} is not judged by {profile}")
    (one,) = found
    if at < one.since:
        raise Refusal(f"location {place}: {profile} judges it from {_clock(one.since)} on")
    _end(transaction, one, at, by)
    return f"location {place}: no longer judged by {profile} version {one.version}"


def judged_places(transaction: Transaction, place: str | None) -> list[Listed]:
    """What judges the places, or one, and did."""
    if place is not None:
        _location(transaction, place)
    return store.pointings(transaction, place)


def excursions(transaction: Transaction, place: str | None, *, every: bool = False) -> list[Shown]:
    """The excursions of places, or of one and those inside it; `every` one also when withdrawn."""
    if place is not None:
        _location(transaction, place)
    return store.excursions(transaction, place, every=every)


def _end(transaction: Transaction, one: Listed, at: int, by: str) -> None:
    store.end(transaction, one.place_profile_id, at, by)
    store.add_due(transaction, [one.place_profile_id])
    transaction.audit(
        by,
        "place no longer judged",
        f"location {one.place}",
        profile=f"{one.profile} version {one.version}",
        until=moment(at),
    )


def _comes_after(place: str, at: int, before: list[Listed]) -> None:
    for one in before:
        taken = one.since + 1 if one.until is None else one.until
        if at < taken:
            until = "" if one.until is None else f" until {_clock(one.until)}"
            raise Refusal(
                f"location {place}: {one.profile} version {one.version} judges it from "
                f"{_clock(one.since)} on{until}: write a later time"
            )


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"


def _location(transaction: Transaction, place: str) -> Location:
    found = store.lock_location(transaction, place)
    if found is None:
        raise Refusal(f"there is no location {place}: coldbind location list tells which there are")
    return found


def _approved(transaction: Transaction, profile: str, version: int | None) -> register.Version:
    known = register.versions(transaction, profile)
    if version is None:
        approved = [one for one in known if one.state == register.APPROVED]
        if approved:
            return approved[-1]
    found = next((one for one in known if one.version == version), None)
    which = f"{profile} version {version}" if version else profile
    if found is None and (version or not known):
        raise Refusal(f"there is no profile {which}: coldbind rules list")
    if found is None or found.state != register.APPROVED:
        state = "has no approved version" if found is None else f"is {found.state}"
        raise Refusal(f"profile {which} {state}: only what is approved judges")
    return found


def _has_rules_of_places(transaction: Transaction, chosen: register.Version) -> None:
    rules = profile_store.rules_of(transaction, [chosen.profile_id])[chosen.profile_id]
    if not any(rule.scope == LOCATION for rule in rules):
        raise Refusal(
            f"profile {chosen.name} version {chosen.version} has no rule with scope location: "
            "it would judge no place"
        )
