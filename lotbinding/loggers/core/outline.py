"""The outline of a Berlinger text report: indented `key: value` lines and tab-separated tables.

Every text keeps the number of its line, so that a fault can name it.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from kernel.refusal import Refusal


class Text(NamedTuple):
    """What stands behind a key or in a cell, and in which line (the first is 1)."""

    text: str
    line: int


@dataclass(slots=True)
class Section:
    """What is indented below a line: all its fields, the lines they stood in, sections and rows."""

    name: str
    line: int
    fields: dict[str, Text] = field(default_factory=dict[str, Text])
    lines: list[dict[str, Text]] = field(default_factory=list[dict[str, Text]])
    sections: dict[str, "Section"] = field(default_factory=dict[str, "Section"])
    rows: list[list[Text]] = field(default_factory=list[list[Text]])

    def section(self, name: str) -> "Section":
        """The section `name`, empty when there is none."""
        return self.sections.get(name) or Section(name, self.line)

    def get(self, key: str) -> Text | None:
        """What stands behind `key`; None when nothing does."""
        found = self.fields.get(key)
        return found if found is not None and found.text else None


def outline(text: str) -> Section:
    """The report as nested sections; nothing is judged yet."""
    top = Section("", 1)
    open_sections: list[tuple[int, Section]] = [(-1, top)]
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line.startswith("\t"):
            open_sections[-1][1].rows.append(
                [Text(cell.strip(), number) for cell in line.split("\t")[1:]]
            )
            continue
        depth = len(line) - len(line.lstrip(" "))
        while open_sections[-1][0] >= depth:
            open_sections.pop()
        fields = _fields(line, number)
        parent = open_sections[-1][1]
        parent.lines.append(fields)
        for key, value in fields.items():
            parent.fields.setdefault(key, value)
        first = next(iter(fields))
        if len(fields) == 1 and not fields[first].text:
            section = Section(first, number)
            parent.sections.setdefault(first, section)
            open_sections.append((depth, section))
    return top


def _fields(line: str, number: int) -> dict[str, Text]:
    found: dict[str, Text] = {}
    last = ""
    for piece in line.strip().rstrip(",").split(","):
        key, colon, value = piece.strip().partition(":")
        if colon or not last:
            last = key.strip()
            found[last] = Text(value.strip(), number)
        else:  # a comma inside a value
            found[last] = Text(f"{found[last].text}, {piece.strip()}", number)
    return found


def fault(where: str, line: int, what: str) -> Refusal:
    """A fault in the file `where`."""
    return Refusal(f"{where}, line {line}: {what}")
