"""Where goods may go, what is filled up and what a count finds, held against plain loops."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp.wms.core import Goods, Reserve, Room, compare, fill_up, misfit, suggest

goods = st.builds(
    Goods, st.integers(1, 3), st.integers(1, 2), st.sampled_from(["cold", "frozen"]), st.booleans()
)
rooms = st.lists(
    st.builds(
        Room,
        st.integers(1, 9),
        st.sampled_from([f"dc.b{n}" for n in range(9)]),
        st.sampled_from(["bin", "zone", "quarantine_cage"]),
        st.sampled_from(["cold", "frozen", None]),
        st.integers(1, 3),
        st.sampled_from(["lot", "product", None]),
        st.integers(0, 3),
        st.lists(st.integers(1, 3), max_size=2),
        st.lists(st.integers(1, 2), max_size=2),
    ),
    max_size=6,
    unique_by=lambda room: room.path,
)


def may_stand(one: Goods, room: Room) -> bool:
    """The rules of the house, said another way."""
    if room.units + 1 > room.capacity or one.held is not (room.kind == "quarantine_cage"):
        return False
    if not one.held and room.temperature_class is None:
        return False
    if room.temperature_class is not None and room.temperature_class != one.temperature_class:
        return False
    if room.keeps_apart == "lot":
        return set(room.lots) <= {one.lot_id}
    return room.keeps_apart is None or set(room.products) <= {one.product_id}


@given(goods, rooms)
def test_the_suggestion_fits_and_nothing_that_fits_is_better(one: Goods, there: list[Room]) -> None:
    found = suggest(one, there)
    fitting = [room for room in there if may_stand(one, room)]
    assert [room for room in there if misfit(one, room) is None] == fitting
    if found is None:
        assert not fitting
        return
    assert found.room in fitting
    for room in fitting:
        if one.lot_id in room.lots:
            assert one.lot_id in found.room.lots
        elif one.product_id in room.products:
            assert {one.lot_id, one.product_id} & {*found.room.lots, *found.room.products}


@given(
    st.integers(0, 20),
    st.integers(1, 10),
    st.integers(0, 10),
    st.lists(st.integers(1, 8), max_size=6),
)
def test_a_pick_face_is_filled_up_with_as_few_units_as_will_do(
    there: int, minimum: int, more: int, reserve: list[int]
) -> None:
    fill_to = minimum + more
    units = [Reserve(str(n), Decimal(quantity)) for n, quantity in enumerate(reserve)]
    chosen = fill_up(Decimal(there), Decimal(minimum), Decimal(fill_to), units)
    enough = [
        n for n in range(len(reserve) + 1) if there + sum(reserve[:n]) >= fill_to or n == len(reserve)
    ]
    wanted = 0 if there >= minimum else enough[0]
    assert chosen == [str(n) for n in range(wanted)]


def test_a_count_names_what_differs_in_quantity_or_place() -> None:
    there = {"A": Decimal(5), "B": Decimal(3)}
    elsewhere: dict[str, tuple[Decimal, str | None]] = {
        "C": (Decimal(2), "dc.x"),
        "D": (Decimal(0), None),
    }
    counted = {"A": Decimal(5), "C": Decimal(2), "D": Decimal(1)}
    for complete in (True, False):
        lines = compare("dc.b", there, elsewhere, counted, complete=complete)
        differing = {one.unit for one in lines if one.differs("dc.b")}
        assert differing == ({"B", "C", "D"} if complete else {"C", "D"})
        found = next(one for one in lines if one.unit == "C")
        assert (found.expected, found.stood_at) == (Decimal(2), "dc.x")
