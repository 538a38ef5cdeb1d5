"""The tree of places: what may stand in what, and how a place is called."""

import re

PLACE_KINDS = (
    "site",
    "room",
    "zone",
    "aisle",
    "bay",
    "bin",
    "dock_door",
    "vehicle",
    "quarantine_cage",
)
TOP = "top"
"""Where a place stands that no other place is around."""
STANDS_IN: dict[str, tuple[str, ...]] = {
    "site": (TOP,),
    "room": ("site", "room", "zone"),
    "zone": ("site", "room", "zone", "vehicle"),
    "aisle": ("site", "room", "zone"),
    "bay": ("site", "room", "zone", "aisle"),
    "bin": ("site", "room", "zone", "aisle", "bay", "vehicle", "quarantine_cage"),
    "dock_door": ("site", "room", "zone"),
    "vehicle": (TOP, "site"),
    "quarantine_cage": ("site", "room", "zone", "vehicle"),
}
"""The kinds of place in which a place of a kind may stand."""
MOST_VOTES = 1000

_LABEL = r"[A-Za-z0-9_]{1,255}"
_PATH = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def is_path(text: str) -> bool:
    """Whether `text` can be the path of a place: labels joined by dots."""
    return _PATH.fullmatch(text) is not None


def around(path: str) -> str:
    """The path of the place around; empty at the top."""
    return path.rpartition(".")[0]


def fault(path: str, name: str, kind: str, needed: int | None) -> str | None:
    """What is wrong with a place as it was told, whatever else is known; None when nothing is."""
    if not is_path(path):
        return f"location {path!r}: use labels of letters, digits and _ joined by dots"
    if kind not in PLACE_KINDS:
        return f"location {path}: kind {kind!r} is not one of {', '.join(PLACE_KINDS)}"
    if not name.strip():
        return f"location {path}: write the name by which people call it"
    if needed is not None and not 1 <= needed <= MOST_VOTES:
        return (
            f"location {path}: needed {needed} is no number of sensors: "
            "write 1 (the worst counts) or more"
        )
    return None


def misplaced(path: str, kind: str, outer: str) -> str | None:
    """Why a place of `kind` may not stand in one of the kind `outer` (`TOP`: in none)."""
    if outer in STANDS_IN[kind]:
        return None
    inside = [one for one in STANDS_IN[kind] if one != TOP]
    wanted = f"inside a {', '.join(inside)}" if inside else ""
    if TOP in STANDS_IN[kind]:
        wanted = f"at the top{' or ' if wanted else ''}{wanted}"
    where = "at the top" if outer == TOP else f"inside a {outer}"
    return f"location {path}: a {kind} does not stand {where}: put it {wanted}"
