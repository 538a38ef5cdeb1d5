"""Site files in YAML: read as text with the place of every value, so that prices stay exact."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import yaml

from coldbind.site_file.entries import SiteFile
from coldbind.site_file.fields import Cell, Faults, Row
from kernel.refusal import Refusal

_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "value", "merge")
}
_DEEPEST = 2
"""Lists in lists end here: an order has lines, and a line has none."""
_NULL = ("", "~", "null", "Null", "NULL")


def rows_of_yaml(text: str, where: str, faults: Faults) -> dict[str, list[Row]]:
    """The entries of each section of a YAML text; `Refusal` when it is no YAML at all."""
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}: {_at(mark)}" if mark else where
        raise Refusal(f"{place}: {error.problem or error.context or 'not YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Refusal(f"{where}: {' '.join(str(error).split())}") from error
    found: dict[str, list[Row]] = {}
    sections = [section.name for section in fields(SiteFile)]
    if top is None:
        return found
    if not isinstance(top, yaml.MappingNode):
        raise Refusal(f"{where}: {_at(top.start_mark)}: write sections: {', '.join(sections)}")
    for key, value in top.value:
        name, place = str(key.value), f"{where}: {_at(key.start_mark)}"
        if name not in sections:
            faults.append(f"{place}: {name} is no section: write {', '.join(sections)}")
        elif name in found:
            faults.append(f"{place}: {name} is written twice")
        else:
            found[name] = list(_rows(value, f"{where}: ", name, faults))
    return found


def _rows(node: Any, where: str, section: str, faults: Faults) -> Iterable[Row]:
    if isinstance(node, yaml.ScalarNode) and _nothing(node):
        return
    if not isinstance(node, yaml.SequenceNode) or node.tag not in _TAGS:
        faults.append(f"{where}{_at(node.start_mark)}: {section}: write a list of entries")
        return
    for one in node.value:
        if isinstance(one, yaml.MappingNode):
            yield _row(one, where, section, faults)
        else:
            faults.append(f"{where}{_at(one.start_mark)}: {section}: write an entry with its fields")


def _row(node: yaml.MappingNode, where: str, section: str, faults: Faults) -> Row:
    cells: dict[str, Cell] = {}
    double: list[str] = []
    for key, value in node.value:
        name = str(key.value)
        place = f"{where}{_at(value.start_mark)}: {section}"
        if name in cells:
            double.append(name)
        cells[name] = _cell(value, place, where, f"{section}.{name}", faults)
    return Row(f"{where}{_at(node.start_mark)}: {section}", cells, tuple(double))


def _cell(node: Any, place: str, where: str, section: str, faults: Faults) -> Cell:
    if isinstance(node, yaml.SequenceNode) and section.count(".") < _DEEPEST:
        return Cell(place, rows=list(_rows(node, where, section, faults)))
    if isinstance(node, yaml.ScalarNode) and node.tag in _TAGS:
        return Cell(place, None if _nothing(node) else str(node.value))
    faults.append(f"{place}: write one value")
    return Cell(place, "")


def _nothing(node: yaml.ScalarNode) -> bool:
    return node.style is None and node.value in _NULL


def _at(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
