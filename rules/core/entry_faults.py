"""What is wrong with a written profile in words: which rule or budget, which field, what to write."""

import re
from typing import Any

_ENTRY = re.compile(r"(rules|budget)\[(\d+)\]\.?(.*)")
_TYPES = re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`")
_FIELD = re.compile(r"Object (missing required|contains unknown) field `(.*)`")
_LENGTHS = {"for", "within", "over", "ignore first"}
_IN_WORDS = {
    "str": "text",
    "float": "a number",
    "int": "a whole number",
    "bool": "yes or no",
    "null": "nothing",
    "array": "a list",
    "object": "fields with values",
}


def in_words(fault: str, loaded: Any) -> str:
    """A fault that msgspec found in the `loaded` document, with the name of the entry it is in."""
    what, _, path = fault.partition(" - at `$")
    place, field = "", path.strip(".`")
    if entry := _ENTRY.fullmatch(field):
        section, number, field = entry.groups()
        kind = "rule" if section == "rules" else "budget"
        place = f"{kind} {_name(loaded[section][int(number)], int(number))}"
    return ": ".join(part for part in (place, field, _what(what, field)) if part)


def _name(entry: Any, number: int) -> str:
    """What the entry calls itself, else its number from 1 on."""
    name = entry.get("name") if isinstance(entry, dict) else None  # type: ignore[reportUnknownMemberType]  # YAML can be anything
    return name if isinstance(name, str) else f"number {number + 1}"


def _what(what: str, field: str) -> str:
    if types := _TYPES.fullmatch(what):
        wanted, got = (_IN_WORDS.get(one, one) for one in types.groups())
        length = field.rpartition(".")[2] in _LENGTHS
        return f"write {'a length such as 30 min' if length else wanted}, not {got}"
    if named := _FIELD.fullmatch(what):
        said = "is missing" if named[1].startswith("missing") else "is no field here"
        return f"{named[2]} {said}"
    return what
