"""Made-up codes stay with their lots and units, whatever part of a delivery is told in which order."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from erp.receiving.core.naming import Label, Names, RecordedLot, units_named
from kernel.events import ArrivingUnit
from tests.examples import examples

LABELS = [
    Label(product, lot, expires, None, None)
    for product in (1, 2)
    for lot in ("S-1", "S-2")
    for expires in (None, date(2027, 1, 31))
]


def told(recorded: list[RecordedLot], labels: list[Label]) -> list[RecordedLot]:
    """Tell lots without codes; all that are recorded then, each under line 1."""
    names = Names("GR-1", recorded, ())
    lots = {names.lot(label): Label(label.product_id, label.supplier_lot, label.expires_on, None, 1)
            for label in labels}  # fmt: skip
    known = {one.code for one in recorded}
    return [*recorded, *(RecordedLot(code, lot) for code, lot in lots.items() if code not in known)]


@settings(max_examples=examples(100))
@given(st.sets(st.sampled_from(LABELS)), st.permutations(LABELS))
def test_a_part_told_first_keeps_its_codes(part: set[Label], order: list[Label]) -> None:
    first = told([], [label for label in LABELS if label in part])
    second = told(first, order)
    assert second[: len(first)] == first
    assert len({one.code for one in second}) == len(second) == len(LABELS)
    assert told(second, LABELS) == second


def test_a_code_that_another_lot_names_is_not_given_out() -> None:
    names = Names("GR-1", [RecordedLot("GR-1-2", LABELS[1])], ["GR-1-1"])
    assert [names.lot(LABELS[0]), names.lot(LABELS[1]), names.lot(LABELS[1])] == [
        "GR-1-3",
        "GR-1-2",
        "GR-1-4",
    ]


@settings(max_examples=examples(100))
@given(st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_units_keep_their_codes(quantities: list[int]) -> None:
    units = [ArrivingUnit("", Decimal(quantity)) for quantity in quantities]
    some = units[::2]
    first = {one.code: one.quantity for one in units_named("L", some, {})}
    second = units_named("L", units, first)
    assert first.items() <= {one.code: one.quantity for one in second}.items()
    assert len({one.code for one in second}) == len(units)
    assert [one.quantity for one in second] == [one.quantity for one in units]
