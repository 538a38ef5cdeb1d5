"""A claim as a person checks it: units claimed for the same reason with the same proof are one line."""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from dashboards.web import words
from dashboards.web.story import Claim, ClaimLine, Evidence


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Units of a claim that are alike in everything but their code; `line` is one of them."""

    units: str
    count: int
    line: ClaimLine
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """A claim with its lines drawn together."""

    claim: Claim
    rows: tuple[ClaimRow, ...]


def claim_rows(claim: Claim, lot: str) -> ClaimRows:
    """The lines of `claim` as the page of `lot` shows them."""
    alike: dict[object, list[ClaimLine]] = {}
    for line in claim.lines:
        alike.setdefault(_reason(line), []).append(line)
    return ClaimRows(claim, tuple(_row(lines, lot) for lines in alike.values()))


def _reason(line: ClaimLine) -> object:
    return line.quantity, line.unit_price, line.deficiency, tuple(map(_proof, line.evidence))


def _proof(evidence: Evidence) -> Evidence:
    """The proof without the number of the excursion, which every unit has of its own."""
    return msgspec.structs.replace(evidence, excursion=0)


def _row(lines: list[ClaimLine], lot: str) -> ClaimRow:
    units = words.unit_ranges([words.short_code(line.unit, lot) for line in lines])
    return ClaimRow(units, len(lines), lines[0], sum((line.amount for line in lines), Decimal(0)))
