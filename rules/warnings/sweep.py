"""Look at the series that are near a limit, and warn while there is still time.

Only these are read back, eighty minutes of each, and a day where these show a rise; so a thousand quiet
rooms cost one question to the database.
"""

from collections.abc import Collection, Mapping, Sequence

from kernel.instants import MINUTE, moment
from kernel.intervals import Span
from rules import store as readings
from rules.alerts import store as alerts
from rules.alerts.handlers import raise_fact, resolve_by_evidence
from rules.alerts.store import Fact
from rules.core.profile import Limit
from rules.core.runs import Window
from rules.patterns.store import patterns_of
from rules.warnings import store
from rules.warnings.core.forecast import BAND, LOOK_BACK, NEAR_K, Heading, course, follow
from rules.warnings.core.look import Seen, look
from rules.warnings.store import Candidate, Followed, Way
from storage.database import Transaction

_NOTHING = Seen(None)
ADVICE = "close doors, check cooling, move goods that must not get beyond the limit"


def sweep(transaction: Transaction, now: int) -> None:
    """Bring warnings up to date with what was measured until `now`."""
    followed = store.headings(transaction)
    before = {way: one.heading for way, one in followed.items()}
    near = {one.way: one for one in store.candidates(transaction, now, NEAR_K)}
    if not near and not before:
        return
    news = [one for way, one in near.items() if way not in before or one.at > before[way].last_at]
    told = {way for way, heading in before.items() if heading.sure}
    looks = _looks(transaction, news, told)
    after: dict[Way, Heading] = {}
    for way in {*before, *near}:
        one = near.get(way)
        if one is not None and way not in looks:
            heading = before[way]  # nothing new was measured
        else:
            seen = looks.get(way, _NOTHING)
            at = now if one is None else one.at
            heading = follow(before.get(way), seen.crossing, at, warm=seen.warm)
        if heading is not None:
            after[way] = heading
    store.put(transaction, after)
    store.drop(transaction, set(before) - set(after))
    _tell(transaction, after, near, followed)


def _looks(
    transaction: Transaction, news: Sequence[Candidate], told: Collection[Way]
) -> Mapping[Way, Seen]:
    """What the readings of each say; a day is read back only of those that rise or were `told` of."""
    found: dict[Way, Seen] = {one.way: _NOTHING for one in news}
    hours = _windows(transaction, news, LOOK_BACK)
    asked = [one for one in news if one.way in told or _rises(hours.get(one.series_id), one)]
    if not asked:
        return found
    days = _windows(transaction, asked, BAND + LOOK_BACK)
    patterns = patterns_of(transaction, list(days), max(one.at for one in asked))
    for one in asked:
        day, limit = days[one.series_id], one.way[1]
        found[one.way] = look(day.times, day.values, limit, patterns.get(one.series_id, []))
    return found


def _rises(window: Window | None, one: Candidate) -> bool:
    return window is not None and course(window.times, window.values, one.way[1]) is not None


def _windows(transaction: Transaction, near: Sequence[Candidate], length: int) -> dict[int, Window]:
    spans = {one.series_id: Span(one.at - length, one.at) for one in near}
    return dict(readings.windows(transaction, list(spans.items())))


def _tell(
    transaction: Transaction,
    headings: Mapping[Way, Heading],
    near: Mapping[Way, Candidate],
    followed: Mapping[Way, Followed],
) -> None:
    """Raise a warning for each place and limit, by the sensor that gets there first; end the others."""
    places = {way: one.place for way, one in (*followed.items(), *near.items())}
    kept: set[str] = set()
    raised: set[str] = set()
    for way, heading in sorted(headings.items(), key=lambda item: item[1].expected_at):
        if not heading.sure:
            continue
        subject = _subject(places[way], way)
        kept.add(subject)
        if way in near and subject not in raised:
            raised.add(subject)
            raise_fact(transaction, _fact(subject, near[way], heading))
    reached = {_subject(one.place, way) for way, one in followed.items() if one.reached}
    for alert in alerts.listed(transaction, most=10_000):
        if alert.cause == "warning" and alert.subject not in kept:
            true = alert.subject in reached
            why = "the limit was reached" if true else "it is not heading there any more"
            resolve_by_evidence(transaction, alert.alert_id, why)


def _subject(place: str, way: Way) -> str:
    return f"{place} {_words(way[1])}"


def _words(limit: Limit) -> str:
    return f"{limit.side} {limit.value:g} degC"


def _fact(subject: str, one: Candidate, heading: Heading) -> Fact:
    clock = f"{moment(heading.expected_at):%H:%M} UTC"
    minutes = (heading.expected_at - one.at) / MINUTE
    when = f"in {minutes:.0f} min ({clock})" if minutes > 0 else f"any minute (expected for {clock})"
    words = f"{one.place}: {_words(one.way[1])} {when} if it goes on so, by {one.sensor}"
    return Fact(
        "warning",
        subject,
        one.place,
        "notice",
        words,
        ADVICE,
        heading.first_at,
        one.at,
        state=True,
    )
