"""What can be changed in a file so that a test ought to notice, and a sample of it.

cosmic-ray finds the places and makes the changes. Of its operators those are left out that only make
nonsense (`1 << 2` for `1 + 2`): whatever runs such a line kills it, and the share killed would flatter.
Decorators and annotations are left alone: types and `frozen=True` are for who reads, not for who runs.
A `*` that says how arguments are passed is no multiplication, though cosmic-ray takes it for one.
"""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Any

_COMPARISONS = (
    "Eq_NotEq NotEq_Eq Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Is_IsNot IsNot_Is"
)
_BINARY = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Div Mod_Mul Pow_Mul BitAnd_BitOr BitOr_BitAnd"
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in _COMPARISONS.split()),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in _BINARY.split()),
    "core/ReplaceUnaryOperator_Delete_USub",
    "core/ReplaceUnaryOperator_Delete_Invert",
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/AddNot",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/NumberReplacer",
    "core/ExceptionReplacer",
    "core/ZeroIterationForLoop",
)
_NO_ARITHMETIC = {"parameters", "lambdef", "dictorsetmaker"}
"""Where parso finds a `*`, a `/` or a `**` that computes nothing."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: str
    line: int
    operator: str
    occurrence: int
    """The how manieth place in the file where the operator applies, from 0."""


def sources(place: Path) -> list[Path]:
    """The files of a folder that say something, or the one file that it is."""
    return [file for file in sorted(place.glob("*.py")) if file.name != "__init__.py"] or [place]


def mutants(path: Path, name: str) -> list[Mutant]:
    """Every change of the file, in order of line; `name` is what reports call it."""
    source = path.read_text(encoding="utf-8")
    silent = _declarations(source)
    tree = _cosmic_ray("ast").get_ast(source)
    nodes = list(_cosmic_ray("ast").ast_nodes(tree))
    found: list[Mutant] = []
    for operator in OPERATORS:
        positions = _operator(operator).mutation_positions
        places = [(start, node) for node in nodes for start, _ in positions(node)]
        found.extend(
            Mutant(name, start[0], operator, number)
            for number, (start, node) in enumerate(places)
            if not any(first <= start < last for first, last in silent)
            and node.parent.type not in _NO_ARITHMETIC
        )
    return sorted(found, key=lambda mutant: (mutant.line, mutant.operator, mutant.occurrence))


def source_of(mutant: Mutant, source: str) -> str:
    """The file's text with the change made.

    Raises:
        ValueError: The file has no such place.
    """
    mutate = _cosmic_ray("mutating").mutate_code
    changed: str | None = mutate(source, _operator(mutant.operator), mutant.occurrence)
    if changed is None:
        raise ValueError(mutant)
    return changed


def change(before: str, after: str) -> str:
    """The lines that differ, as `before -> after`."""
    old, new = before.splitlines(), after.splitlines()
    for tag, start, end, other_start, other_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            return f"{_one_line(old[start:end])}  ->  {_one_line(new[other_start:other_end])}"
    return "nothing"


def stratified(
    by_file: Mapping[str, Sequence[Mutant]], size: int, random: Random
) -> dict[str, list[Mutant]]:
    """A random sample in which every file has its share of `size`; everything when that is less."""
    total = sum(map(len, by_file.values()))
    if size >= total:
        return {path: list(found) for path, found in by_file.items()}
    shares = {path: len(found) * size / total for path, found in by_file.items()}
    counts = {path: int(share) for path, share in shares.items()}
    by_rest = sorted(shares, key=lambda path: (counts[path] - shares[path], path))
    for path in by_rest[: size - sum(counts.values())]:
        counts[path] += 1
    return {
        path: sorted(random.sample(found, counts[path]), key=found.index)
        for path, found in by_file.items()
    }


def by_file(found: Iterable[Mutant]) -> dict[str, list[Mutant]]:
    """The mutants of each file."""
    grouped: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in found:
        grouped[mutant.path].append(mutant)
    return dict(grouped)


def _declarations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where (line and column) there are decorators and annotations."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            found += [*node.decorator_list, node.returns]
        elif isinstance(node, ast.ClassDef):
            found += node.decorator_list
        elif isinstance(node, ast.AnnAssign | ast.arg):
            found.append(node.annotation)
    return [
        ((one.lineno, one.col_offset), (one.end_lineno or 0, one.end_col_offset or 0))
        for one in found
        if one is not None
    ]


def _one_line(lines: Sequence[str]) -> str:
    return " / ".join(line.strip() for line in lines)


def _operator(name: str) -> Any:
    return _cosmic_ray("plugins").get_operator(name)()


def _cosmic_ray(module: str) -> Any:
    return importlib.import_module(f"cosmic_ray.{module}")
