"""What the lot page shows, worked out from the trace: the rows of its tables, group by group."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from dashboards.web import words
from dashboards.web.claim_rows import ClaimRows, claim_rows
from dashboards.web.lot_sentences import sentences, waits_for_release
from dashboards.web.story import Excursion, Hold, HoldCause, Movement, Story, Unit
from dashboards.web.unit_groups import Group, most_urgent, state_of, unit_groups


@dataclass(frozen=True, slots=True)
class ExcursionRow:
    """An excursion of a group of units, numbered as the chart labels it (`E1`)."""

    mark: str
    units: str
    excursion: Excursion
    custody: str
    why: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold of a group of units."""

    units: str
    hold: Hold
    marks: str

    @property
    def waits(self) -> bool:
        """Whether only a person's release is missing, because no excursion behind it stands."""
        return waits_for_release(self.hold)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement of one or more units at the same instant."""

    units: str
    movement: Movement
    late_seconds: float


@dataclass(frozen=True, slots=True)
class LotView:
    """Everything the template needs beside the story itself."""

    story: Story
    state: str
    sentences: tuple[str, ...]
    groups: tuple[Group, ...]
    excursions: tuple[ExcursionRow, ...]
    holds: tuple[HoldRow, ...]
    movements: tuple[MovementRow, ...]
    claims: tuple[ClaimRows, ...]


def lot_view(story: Story, heard: Mapping[str, Hashable]) -> LotView:
    """The page of `story`; `heard` says by unit code which sensors spoke for the unit and when."""
    groups = unit_groups(story, heard)
    marks = _marks(groups)
    return LotView(
        story=story,
        state=most_urgent([state_of(unit) for unit in story.units]),
        sentences=tuple(sentences(story)),
        groups=groups,
        excursions=tuple(_excursion_rows(groups, marks)),
        holds=tuple(_hold_rows(groups, marks)),
        movements=tuple(_movement_rows(story)),
        claims=tuple(claim_rows(claim, story.lot.code) for claim in story.claims),
    )


def _marks(groups: Iterable[Group]) -> dict[int, str]:
    """`E1`, `E2`... for the excursions the page tells, standing ones first in order of time."""
    told = [excursion for group in groups for excursion in group.unit.excursions]
    told.sort(key=lambda excursion: (excursion.superseded_at is not None, excursion.started_at))
    return {excursion.id: f"E{number}" for number, excursion in enumerate(told, start=1)}


def _excursion_rows(groups: Iterable[Group], marks: dict[int, str]) -> list[ExcursionRow]:
    rows = [
        ExcursionRow(marks[excursion.id], group.label, excursion, *_custody(group.unit, excursion.id))
        for group in groups
        for excursion in group.unit.excursions
    ]
    return sorted(rows, key=lambda row: int(row.mark[1:]))


def _custody(unit: Unit, excursion_id: int) -> tuple[str, str]:
    """In whose custody it was, in short and in the words of the hold; empty when it holds nothing."""
    for cause in _causes(unit):
        if cause.id == excursion_id:
            return _shares(cause), cause.reason
    return "", ""


def _shares(cause: HoldCause) -> str:
    """Who had custody, and for how long each when it was more than one, as the hold tells it."""
    parts = {
        "supplier": cause.supplier_seconds,
        "carrier": cause.carrier_seconds,
        "own": cause.own_seconds,
        "customer": cause.customer_seconds,
    }
    shared = {whose: seconds for whose, seconds in parts.items() if seconds > 0}
    if len(shared) == 1:
        return next(iter(shared))
    return ", ".join(f"{whose} {words.span(seconds)}" for whose, seconds in shared.items())


def _causes(unit: Unit) -> list[HoldCause]:
    return [cause for hold in unit.holds for cause in hold.excursions]


def _hold_rows(groups: Iterable[Group], marks: dict[int, str]) -> list[HoldRow]:
    return [
        HoldRow(group.label, hold, ", ".join(marks[c.id] for c in hold.excursions if c.id in marks))
        for group in groups
        for hold in group.unit.holds
    ]


def _movement_rows(story: Story) -> list[MovementRow]:
    together: dict[Movement, list[str]] = {}
    for unit in story.units:
        for movement in unit.movements:
            at_once = _without_recording_instant(movement)
            together.setdefault(at_once, []).append(words.short_code(unit.code, story.lot.code))
    rows = [
        MovementRow(words.unit_ranges(codes), movement, _delay(movement))
        for movement, codes in together.items()
    ]
    return sorted(rows, key=lambda row: (row.movement.occurred_at, row.units))


def _without_recording_instant(movement: Movement) -> Movement:
    """One scan of forty pallets is recorded within the same minute: told as one movement."""
    recorded = movement.recorded_at.replace(second=0, microsecond=0)
    return Movement(
        movement.kind,
        movement.location,
        movement.occurred_at,
        recorded,
        movement.recorded_by,
        movement.document,
    )


def _delay(movement: Movement) -> float:
    return (movement.recorded_at - movement.occurred_at).total_seconds()
