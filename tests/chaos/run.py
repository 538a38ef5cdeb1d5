"""One run: strike a loaded installation again and again, let it come to rest, hold it to account."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from coldbind.wiring import open_database
from tests.chaos.clock import Clock
from tests.chaos.devices import Fleet
from tests.chaos.house import House, house
from tests.chaos.people import People
from tests.chaos.plan import Cycle, plan
from tests.chaos.recovery import Recovery
from tests.chaos.report import Report, actions
from tests.chaos.truth import Difference, Readings, check_audit, check_readings
from tests.chaos.undisturbed import play
from tests.chaos.verdicts import Verdicts, differences, verdicts
from tests.chaos.world import SENSORS, readings

PATIENCE_S = 180
"""How long a house that nobody strikes any more may take to come to rest."""
_WARM_UP_S = 3
_LOOK_EVERY_S = 0.25

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the people and things of a run did until all was quiet."""

    end: int
    sent: Mapping[str, Readings]
    sent_again: int
    deeds: int
    recovery: tuple[float, int]
    drained_in: float
    faults: list[str]


@dataclass(frozen=True, slots=True)
class _Account:
    """What the database says of that, beside an undisturbed one with the same facts."""

    difference: Difference
    audit_records: int
    found: Verdicts
    expected: Verdicts
    faults: list[str]


class _Log:
    """Tells each event with its instant since the beginning."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = time.monotonic()

    def __call__(self, text: str) -> None:
        self._say(f"{self.seconds:7.2f} s  {text}")

    @property
    def seconds(self) -> float:
        """How long it has gone on."""
        return time.monotonic() - self._began


def run(seed: int, cycles: int, broker: str, folder: Path, say: Say) -> Report:
    """Play the plan of `seed` in `folder`, which begins empty."""
    log, drawn = _Log(say), plan(seed, cycles)
    with house(folder, broker) as running:
        log("database, broker, ingest, rules and two gateways are at work")
        outcome = _live(running, seed, drawn, log)
        log("the same facts once more, undisturbed")
        account = _hold_to_account(running, seed, outcome)
    difference, found, expected = account.difference, account.found, account.expected
    return Report(
        seed=seed,
        cycles=cycles,
        broker=broker,
        actions=actions(drawn),
        seconds=round(log.seconds, 1),
        sensors=len(SENSORS),
        readings=difference.sent,
        sent_again=outcome.sent_again,
        lost=difference.lost,
        doubled=difference.doubled,
        foreign=difference.foreign,
        changed=difference.changed,
        deeds=outcome.deeds,
        longest_recovery=round(outcome.recovery[0], 1),
        longest_recovery_cycle=outcome.recovery[1],
        drained_in=round(outcome.drained_in, 1),
        audit_records=account.audit_records,
        verdicts_compared=expected.counts,
        faults=[*outcome.faults, *account.faults, *differences(found, expected)],
    )


def _live(running: House, seed: int, drawn: Sequence[Cycle], log: _Log) -> _Outcome:
    clock = Clock()
    with ExitStack() as stack:
        fleet = stack.enter_context(Fleet(seed, clock, running.gateways))
        people = stack.enter_context(People(seed, clock, running.database_url))
        recovery = stack.enter_context(Recovery(running.database_url))
        time.sleep(_WARM_UP_S)
        faults = _strike_all(running, drawn, recovery, log)
        quiet, end = time.monotonic(), clock.finish()
        log(f"no strike any more; the devices finish at step {end}")
        _rest(running, "devices that were not answered", lambda: fleet.waiting(end))
        _rest(running, "people", lambda: people.waiting(end))
        _rest(running, "spools", running.spooled)
        _rest(running, "judges", lambda: _due(running.database_url))
        _rest(running, "recovery", recovery.waiting)
        log("everything is answered, confirmed and judged")
        return _Outcome(
            end=end,
            sent={
                device.sensor.name: readings(seed, device.sensor, 0, device.answered)
                for device in fleet.devices
            },
            sent_again=fleet.sent_again,
            deeds=people.told,
            recovery=recovery.longest,
            drained_in=time.monotonic() - quiet,
            faults=[*faults, *running.ended_by_themselves()],
        )


def _hold_to_account(running: House, seed: int, outcome: _Outcome) -> _Account:
    difference = check_readings(running.database_url, outcome.sent)
    with open_database(running.database_url, "chaos") as database:
        audit_records, broken = check_audit(database)
    other = running.fresh_database("undisturbed")
    play(other, seed, outcome.sent, outcome.end)
    return _Account(
        difference=difference,
        audit_records=audit_records,
        found=verdicts(running.database_url),
        expected=verdicts(other),
        faults=[*difference.sentences, *broken],
    )


def _strike_all(running: House, drawn: Sequence[Cycle], recovery: Recovery, log: _Log) -> list[str]:
    """Play the plan; what ended without having been struck."""
    faults: list[str] = []
    for number, cycle in enumerate(drawn, 1):
        time.sleep(cycle.calm)
        faults += running.ended_by_themselves()
        _strike(running, number, cycle, log)
        recovery.restored(number)
    return faults


def _strike(running: House, number: int, cycle: Cycle, log: _Log) -> None:
    for strike in cycle.strikes:
        part = running.parts[strike.target]
        if not part.runs:  # it ended by itself, which is told already
            part.start()
        part.strike(strike)
        log(f"cycle {number}: {strike.kind}, for {strike.seconds} s")
    fell = time.monotonic()
    for strike in sorted(cycle.strikes, key=lambda strike: strike.seconds):
        time.sleep(max(0.0, strike.seconds - (time.monotonic() - fell)))
        running.parts[strike.target].restore()
        log(f"cycle {number}: {strike.target} is back")


def _rest(running: House, what: str, waiting: Callable[[], list[str]]) -> None:
    """Wait until nobody waits any more; fail with who does."""
    deadline = time.monotonic() + PATIENCE_S
    while stuck := waiting():
        assert time.monotonic() < deadline, (
            f"{what}: after {PATIENCE_S} s without a strike {len(stuck)} still wait: "
            f"{'; '.join([*stuck[:5], *running.ended_by_themselves()])}"
        )
        time.sleep(_LOOK_EVERY_S)


def _due(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select (select count(*) from rules.due), (select count(*) from rules.due_unit)"
        ).fetchone()
    return [] if row == (0, 0) else [f"{row} series and units are due"]
