"""What time alone changes: alerts that waited too long, that evidence ended, that nothing raised yet.

Called by one judge at a time, every few seconds; whatever it finds it writes in one transaction.
"""

from itertools import groupby

from kernel.instants import HOUR, MINUTE, SECOND, moment
from rules.alerts import store, watched_store
from rules.alerts.core import life
from rules.alerts.core.neighbours import Neighbour, at_odds
from rules.alerts.handlers import (
    MACHINE,
    excursion_goes_on,
    raise_fact,
    resolve_by_evidence,
)
from rules.alerts.store import Fact, Listed
from storage.database import Transaction

CLOCK_MAY_BE_OFF = MINUTE
GATEWAY_MAY_REST = 15 * MINUTE
NEIGHBOURS_MAY_DIFFER_K = 2.0
_DIFFERS_FOR = 30 * MINUTE
_RECOVERED = 1.02
"""A battery is full again when it shows so much more than its limit."""
_FORGOTTEN = 7 * 24 * HOUR
"""A gateway that was silent for so long is not expected any more."""


def sweep(transaction: Transaction, now: int) -> None:
    """Escalate, end and raise what is due at `now`."""
    _end(transaction)
    _open_again(transaction)
    known = {(one.cause, one.subject): one for one in store.listed(transaction, most=10_000)}
    _calibrations(transaction, known)
    _batteries(transaction, known)
    _gateways(transaction, known, now)
    _neighbours(transaction, known, now)
    _escalate(transaction, now)


Known = dict[tuple[str, str], Listed]


def _end(transaction: Transaction) -> None:
    for over in store.excursion_alerts_over(transaction):
        why = (
            "readings show that all of it has ended"
            if over.stands
            else "later facts withdrew all of it"
        )
        resolve_by_evidence(transaction, over.id, why)
    for over in store.faults_withdrawn(transaction):
        resolve_by_evidence(transaction, over.id, "later readings bear the doubted ones out")


def _open_again(transaction: Transaction) -> None:
    for one in store.excursions_without_alert(transaction):
        excursion_goes_on(one, transaction)


def _follow(
    transaction: Transaction, known: Known, fact: Fact, *, so: bool, over: bool, why: str
) -> None:
    """Raise `fact` while it is `so`, and end its alert when it is `over`."""
    open_ = known.get((fact.cause, fact.subject))
    if so and (open_ is None or open_.last_at < fact.last_at):
        raise_fact(transaction, fact)
    elif over and open_ is not None:
        resolve_by_evidence(transaction, open_.alert_id, why)


def _calibrations(transaction: Transaction, known: Known) -> None:
    for one in watched_store.calibrations(transaction):
        fact = Fact(
            "calibration",
            f"sensor {one.sensor}",
            one.place,
            "minor",
            f"sensor {one.sensor}: its calibration was due on {one.due_on}",
            f"calibrate it, or swap it; its certificate is {one.certificate}",
            one.due_at,
            one.due_at,
            state=True,
        )
        why = f"calibrated: certificate {one.certificate} is due on {one.due_on}"
        _follow(transaction, known, fact, so=one.overdue, over=not one.overdue, why=why)


def _batteries(transaction: Transaction, known: Known) -> None:
    for one in watched_store.batteries(transaction):
        unit = "V" if one.unit == "V" else "%"
        fact = Fact(
            "battery",
            f"sensor {one.sensor}",
            one.place,
            "minor",
            f"sensor {one.sensor}: its battery shows {one.shows:g} {unit}, "
            f"less than {one.low:g} {unit}",
            "change the battery before it falls silent",
            one.at,
            one.at,
            state=True,
        )
        why = f"its battery shows {one.shows:g} {unit} again"
        low, full = one.shows < one.low, one.shows >= one.low * _RECOVERED
        _follow(transaction, known, fact, so=low, over=full, why=why)


def _gateways(transaction: Transaction, known: Known, now: int) -> None:
    for one in watched_store.gateways(transaction):
        off = one.clock_offset / SECOND
        direction = "behind" if off > 0 else "ahead"
        fact = Fact(
            "clock",
            f"gateway {one.gateway}",
            "",
            "minor",
            f"gateway {one.gateway}: its clock is {abs(off):.0f} s {direction}",
            "let it set its clock from a time server (NTP); its readings are marked",
            one.offset_at,
            one.offset_at,
            state=True,
        )
        wrong = abs(one.clock_offset) > CLOCK_MAY_BE_OFF
        _follow(transaction, known, fact, so=wrong, over=not wrong, why="its clock is right again")
        rests = now - one.last_at
        silence = Fact(
            "silent_gateway",
            f"gateway {one.gateway}",
            "",
            "major",
            f"gateway {one.gateway}: nothing came since {moment(one.last_at):%Y-%m-%d %H:%M:%S} UTC",
            "check its power, its network and the broker: coldbind status, coldbind doctor",
            one.last_at,
            one.last_at,
            state=True,
        )
        silent = GATEWAY_MAY_REST < rests < _FORGOTTEN
        heard = rests <= GATEWAY_MAY_REST
        _follow(transaction, known, silence, so=silent, over=heard, why="it brings readings again")


def _neighbours(transaction: Transaction, known: Known, now: int) -> None:
    since = watched_store.disagreements(transaction)
    differ: dict[int, float] = {}
    for _, group in groupby(watched_store.near(transaction), key=lambda one: one.location_id):
        near = {one.series_id: one for one in group}
        shown = {number: Neighbour(one.shows, one.calibrated) for number, one in near.items()}
        odd = at_odds(shown, NEIGHBOURS_MAY_DIFFER_K)
        differ |= odd
        for number, one in near.items():
            begun = since.get(number, now) if number in odd else now
            difference = odd.get(number, 0.0)
            fact = Fact(
                "disagreement",
                f"sensor {one.sensor}",
                one.place,
                "minor",
                f"sensor {one.sensor}: shows {difference:+.1f} K against the others at {one.place}",
                "compare it with a reference, calibrate it or swap it; until then the worst counts",
                begun,
                begun,
                state=True,
            )
            so = number in odd and now - begun >= _DIFFERS_FOR
            over = number not in odd and number not in since
            _follow(transaction, known, fact, so=so, over=over, why="it agrees with the others again")
    watched_store.put_disagreements(transaction, now, differ)


def _escalate(transaction: Transaction, now: int) -> None:
    for one in store.waiting(transaction):
        higher = life.escalate(one.alert, one.after, now)
        if higher is not None:
            words = f"nobody acknowledged it: level {higher.level}"
            store.step(transaction, higher, MACHINE, words)
            transaction.audit(
                MACHINE,
                "alert escalated",
                f"alert {higher.alert_id}",
                level=higher.level,
                words=one.words,
            )
