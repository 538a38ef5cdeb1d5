"""What people do in that world: lots arrive, are decided on, put away, moved on; some is told late.

Each deed can be told again after a commit whose answer was lost: it is recorded once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from erp.receiving import handlers as receiving
from erp.receiving.core import Arrival, Decision, Verdict
from kernel.events import ArrivingUnit
from lotbinding.handlers.movements import Movement, record_movement
from storage.database import Transaction
from tests.chaos.world import COLD_ZONES, DOCKS, at, place

UNITS_A_LOT = 4
_STEPS_A_LOT = 8
_BY = "people"
_DECISIONS: dict[Verdict | None, int] = {
    "accepted": 6,
    "accepted_with_reservation": 2,
    "refused": 1,
    None: 1,
}
"""How often a receiver decides so, or not at all."""


@dataclass(frozen=True, slots=True)
class Deed:
    """`what` was done is told to the system at the step `told`, perhaps long after it happened."""

    told: int
    what: Arrival | Decision | Movement


def tell(transaction: Transaction, deed: Deed) -> None:
    """Record it; telling it twice changes nothing."""
    match deed.what:
        case Arrival() as arrival:
            receiving.arrive(transaction, arrival)
        case Decision() as decision:
            receiving.decide(transaction, decision)
        case Movement() as movement:
            record_movement(transaction, movement)


def deeds(seed: int, until: int) -> list[Deed]:
    """Every deed told at or before the step `until`, in the order of telling.

    For a later step the list begins the same.
    """
    lots = COLD_ZONES + until // _STEPS_A_LOT + 1
    all_of_them = [deed for number in range(lots) for deed in _story(seed, number)]
    return sorted(
        (deed for deed in all_of_them if deed.told <= until), key=lambda deed: deed.told
    )  # stable: what happened to one lot at one step stays in order


def _story(seed: int, number: int) -> Iterator[Deed]:
    """The life of one lot; the first ones stand in the cold zones from the beginning."""
    random = Random(f"{seed}/{number}")
    since = max(0, (number - COLD_ZONES + 1) * _STEPS_A_LOT)
    from_the_beginning = number < COLD_ZONES
    lot = f"LOT-{number:04}"
    units = [f"{lot}/{unit}" for unit in range(UNITS_A_LOT)]
    yield Deed(since, _arrival(number, random.randrange(DOCKS), since, lot, units))
    (verdict,) = random.choices(list(_DECISIONS), list(_DECISIONS.values()))
    decided = since + (1 if from_the_beginning else random.randint(3, 50))
    if verdict is not None:
        reservation = "" if verdict == "accepted" else "two pallets feel warm"
        yield Deed(
            decided + _delay(random),
            Decision(f"GR-{number:04}", verdict, at(decided), _BY, reservation),
        )
    for unit in units:
        zone = DOCKS + (number if from_the_beginning else random.randrange(COLD_ZONES))
        step = since + (2 if from_the_beginning else random.randint(3, 40))
        yield _moved(random, unit, "put_away", zone, step)
        if random.random() < 0.3:
            step += random.randint(10, 60)
            yield _moved(random, unit, "transfer", DOCKS + random.randrange(COLD_ZONES), step)
        if random.random() < 0.1:
            yield _moved(random, unit, "dispatch", None, step + random.randint(10, 60))


def _arrival(number: int, dock: int, step: int, lot: str, units: list[str]) -> Arrival:
    told = tuple(ArrivingUnit(unit, Decimal(12)) for unit in units)
    return Arrival(f"GR-{number:04}", "PO-1", 1, place(dock), at(step), lot, "", None, told, _BY)


def _moved(random: Random, unit: str, kind: str, zone: int | None, step: int) -> Deed:
    where = None if zone is None else place(zone)
    movement = Movement(unit, kind, where, at(step), _BY, client_id=f"{unit}:{kind}")
    return Deed(step + _delay(random), movement)


def _delay(random: Random) -> int:
    """Mostly people tell at once; one time in five an hour or two later."""
    return random.randint(30, 60) if random.random() < 0.2 else 0
