"""The figures of each unit of a lot: what the readings it felt come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.exposure import Exposure
from kernel.intervals import Span
from kernel.refusal import Refusal
from kernel.temperature import DH_R
from lotbinding.record import store
from lotbinding.record.core.figures import Figures, RuleOfProfile, figures_of
from storage.database import Transaction

_Life = tuple[tuple[Span, tuple[int, ...], int], ...]
"""All that a unit was exposed to; units that stood side by side are computed once."""


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """The figures of the unit `code`."""

    code: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class LotRecord:
    """A lot, or one unit of it, with its product and profile, and the figures of each unit by code."""

    lot: str
    product: str
    product_name: str
    profile: str
    as_known_at: int | None
    units: tuple[UnitRecord, ...]


class UnknownGoods(Refusal):
    """There is no such lot, and no such unit."""


def lot_statistics(
    transaction: Transaction,
    lot: str | None = None,
    *,
    unit: str | None = None,
    as_known_at: int | None = None,
) -> LotRecord:
    """The figures of the units of `lot`, or of the one `unit`; with both, of that unit of the lot.

    `as_known_at` asks for what would have been answered then. `UnknownGoods` when there is no such lot
    or unit.
    """
    units = asked(transaction, lot, unit)
    found = store.felt(transaction, [one.unit_id for one in units], as_known_at)
    return record_of(transaction, units, found, as_known_at)


def units_statistics(transaction: Transaction, units: Sequence[str]) -> list[UnitRecord]:
    """The figures of these units, whatever lots they are of; in their order."""
    found = [one for code in units for one in asked(transaction, None, code)]
    felt = store.felt(transaction, [one.unit_id for one in found])
    seen: dict[int, dict[_Life, Figures]] = {}
    rules = {
        profile: store.rules_of(transaction, profile) for profile in {one.profile_id for one in found}
    }
    return [
        UnitRecord(
            one.code,
            _figures(
                felt.exposures[one.unit_id],
                felt,
                rules[one.profile_id],
                seen.setdefault(one.profile_id, {}),
            ),
        )
        for one in found
    ]


def asked(transaction: Transaction, lot: str | None, unit: str | None) -> list[store.UnitAsked]:
    """The units of `lot`, or the one `unit`; `UnknownGoods` when there are none."""
    units = store.units_asked(transaction, lot, unit)
    if units:
        return units
    if unit is None:
        raise UnknownGoods(f"there is no lot {lot!r} with units: check the code, or ask for a unit")
    of = "" if lot is None else f" in lot {lot!r}"
    raise UnknownGoods(f"there is no unit {unit!r}{of}: check the code, or ask for a lot")


def record_of(
    transaction: Transaction,
    units: list[store.UnitAsked],
    found: store.Felt,
    as_known_at: int | None,
) -> LotRecord:
    """The figures of `units`, which felt what was `found`."""
    first = units[0]
    rules = store.rules_of(transaction, first.profile_id)
    seen: dict[_Life, Figures] = {}
    return LotRecord(
        first.lot,
        first.product,
        first.product_name,
        f"{first.profile} version {first.profile_version}",
        as_known_at,
        tuple(
            UnitRecord(one.code, _figures(found.exposures[one.unit_id], found, rules, seen))
            for one in units
        ),
    )


def _figures(
    exposures: list[Exposure],
    found: store.Felt,
    rules: list[RuleOfProfile],
    seen: dict[_Life, Figures],
) -> Figures:
    life = tuple((one.span, one.series, one.needed) for one in exposures)
    if life not in seen:
        seen[life] = figures_of(exposures, found.readings, rules, DH_R)
    return seen[life]
