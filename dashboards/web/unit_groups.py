"""Units with one and the same story, told once.

Units that were moved at the same times, heard the same sensors and are judged alike are one group, so
that a lot of forty pallets reads as the two or three stories it really is.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.web import words
from dashboards.web.story import Excursion, Stay, Story, Unit

_OPEN_AT_FIRST = 4
_URGENCY = {"held": 0, "excursion": 1, "unmonitored": 2, "not_judged": 3, "conforming": 4}
_PLACE_COLOURS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where the units of a group stood for a while; several bins of one zone are one place.

    `until` is None while they still stand there; `colour` numbers the places of the lot.
    """

    path: str
    name: str
    since: datetime
    until: datetime | None
    colour: int


@dataclass(frozen=True, slots=True)
class Group:
    """Units with the same story, told through `unit`, the first of them."""

    key: str
    label: str
    codes: tuple[str, ...]
    unit: Unit
    places: tuple[Place, ...]
    state: str
    shown: bool

    @property
    def longest_beyond(self) -> float:
        """Seconds beyond a limit in the longest of its standing excursions, 0 without one."""
        return max((excursion.beyond_seconds for excursion in standing(self.unit)), default=0.0)

    @property
    def location(self) -> str | None:
        """Where the units stand now, None when they left."""
        return self.places[-1].path if self.places and self.places[-1].until is None else None


def standing(unit: Unit) -> list[Excursion]:
    """The excursions of `unit` that no later fact contradicted."""
    return [excursion for excursion in unit.excursions if excursion.superseded_at is None]


def state_of(unit: Unit) -> str:
    """`held` when it is, otherwise what the judges found."""
    return "held" if unit.held else unit.state


def most_urgent(states: Sequence[str]) -> str:
    """The state that a person should see first."""
    return min(states, key=lambda state: _URGENCY.get(state, 0), default="not_judged")


def unit_groups(story: Story, heard: Mapping[str, Hashable]) -> tuple[Group, ...]:
    """The units of `story` in groups, the most urgent first.

    `heard` says by unit code which sensors spoke for the unit and when.
    """
    alike: dict[object, list[Unit]] = {}
    for unit in story.units:
        alike.setdefault((heard.get(unit.code, unit.stays), _same_story(unit)), []).append(unit)
    ordered = sorted(alike.values(), key=_urgency)
    colours = _colours(ordered)
    return tuple(
        _group(members, story.lot.code, colours, shown=position < _OPEN_AT_FIRST)
        for position, members in enumerate(ordered)
    )


def _same_story(unit: Unit) -> object:
    excursions = tuple(
        (e.rule, e.started_at, e.ended_at, e.superseded_at is None) for e in unit.excursions
    )
    holds = tuple((hold.cause, hold.released_at is None) for hold in unit.holds)
    times = tuple((stay.since, stay.until) for stay in unit.stays)
    return unit.state, unit.held, times, excursions, holds


def _urgency(members: list[Unit]) -> tuple[int, str]:
    return _URGENCY.get(state_of(members[0]), 0), members[0].code


def _group(members: list[Unit], lot: str, colours: Mapping[str, int], *, shown: bool) -> Group:
    first = members[0]
    return Group(
        key=first.code,
        label=words.unit_ranges([words.short_code(unit.code, lot) for unit in members]),
        codes=tuple(unit.code for unit in members),
        unit=first,
        places=tuple(
            Place(path, name, stay.since, stay.until, colours[path])
            for stay, (path, name) in zip(first.stays, _paths(members), strict=True)
        ),
        state=state_of(first),
        shown=shown,
    )


def _paths(members: list[Unit]) -> list[tuple[str, str]]:
    """Path and name of each stay, folded over the units of a group."""
    return [_fold(stays) for stays in zip(*(unit.stays for unit in members), strict=True)]


def _fold(stays: tuple[Stay, ...]) -> tuple[str, str]:
    paths = {stay.location for stay in stays}
    if len(paths) == 1:
        return stays[0].location, stays[0].name
    levels = zip(*(path.split(".") for path in paths), strict=False)
    shared = [level[0] for level in levels if len(set(level)) == 1]
    return ".".join(shared), f"{shared[-1] if shared else 'everywhere'}, {len(paths)} places"


def _colours(groups: Sequence[list[Unit]]) -> dict[str, int]:
    """A colour number for each place, in the order in which the lot came to them."""
    visits = [
        (stay.since, path)
        for members in groups
        for stay, (path, _) in zip(members[0].stays, _paths(members), strict=True)
    ]
    paths = dict.fromkeys(path for _, path in sorted(visits))
    return {path: number % _PLACE_COLOURS for number, path in enumerate(paths)}
