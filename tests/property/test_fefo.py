"""First expired, first out, held against a brute force that hands out goods one piece at a time."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from erp.fulfilment.core import Stock, Want, allocate, judge, short, unfit
from tests.examples import examples

TODAY = date(2026, 3, 1)
KINDS = ("bin", "zone", "quarantine_cage", "vehicle", None)


@st.composite
def stock_units(draw: st.DrawFn) -> list[Stock]:
    def one(number: int) -> Stock:
        days = draw(st.none() | st.integers(-2, 5))
        kind = draw(st.sampled_from(KINDS))
        return Stock(
            unit_id=number,
            unit=f"U{number}",
            lot_id=number % 3,
            lot=f"L{number % 3}",
            product_id=draw(st.integers(1, 2)),
            expires_on=None if days is None else TODAY + timedelta(days=days),
            received_at=draw(st.integers(0, 3)),
            free=Decimal(draw(st.integers(0, 4))),
            held=draw(st.integers(0, 3)) == 0,
            decision=draw(st.sampled_from(["accepted", "accepted_with_reservation", "refused", None])),
            location=None if kind is None else f"dc.{kind}",
            location_kind=kind,
        )

    units = [one(number) for number in range(draw(st.integers(0, 7)))]
    return draw(st.permutations(units))


wants = st.lists(
    st.builds(
        Want,
        st.integers(1, 2),
        st.integers(1, 9),
        st.integers(1, 2),
        st.integers(1, 9).map(Decimal),
        st.integers(0, 4).map(lambda days: TODAY + timedelta(days=days)),
    ),
    max_size=4,
    unique_by=lambda want: (want.order_id, want.line),
)


def may_be_promised(one: Stock, want: Want) -> bool:
    return (
        one.product_id == want.product_id
        and not one.held
        and one.decision is not None
        and one.decision.startswith("accepted")
        and one.location_kind in {"bin", "zone"}
        and not (one.expires_on is not None and one.expires_on < want.usable_until)
    )


def by_hand(asked: list[Want], stock: list[Stock]) -> dict[tuple[int, int, int], int]:
    """Give one piece after the other, each from the best unit that still has one."""
    left = {one.unit_id: int(one.free) for one in stock}
    given_: dict[tuple[int, int, int], int] = {}
    for want in asked:
        for _ in range(int(want.quantity)):
            best: Stock | None = None
            for one in stock:
                if left[one.unit_id] == 0 or not may_be_promised(one, want):
                    continue
                if best is None or before(one, best):
                    best = one
            if best is None:
                break
            left[best.unit_id] -= 1
            key = (want.order_id, want.line, best.unit_id)
            given_[key] = given_.get(key, 0) + 1
    return given_


def before(one: Stock, other: Stock) -> bool:
    if one.expires_on != other.expires_on:
        if one.expires_on is None or other.expires_on is None:
            return other.expires_on is None
        return one.expires_on < other.expires_on
    return (one.received_at, one.unit_id) < (other.received_at, other.unit_id)


@settings(max_examples=examples(300))
@given(wants, stock_units())
def test_lines_are_promised_what_a_brute_force_gives_them(
    asked: list[Want], stock: list[Stock]
) -> None:
    shares = allocate(asked, stock)
    told = {(one.order_id, one.line, one.unit_id): int(one.quantity) for one in shares}
    assert len(told) == len(shares)
    assert told == by_hand(asked, stock)
    for one in stock:
        promised = sum((share.quantity for share in shares if share.unit_id == one.unit_id), Decimal(0))
        assert promised <= one.free
    lacking = short(asked, shares)
    for want in asked:
        got = sum(much for key, much in told.items() if key[:2] == (want.order_id, want.line))
        assert lacking.get((want.order_id, want.line), Decimal(0)) == want.quantity - got


@settings(max_examples=examples(300))
@given(wants.filter(bool), stock_units().filter(bool))
def test_a_pick_is_in_order_when_nothing_fit_expires_earlier(
    asked: list[Want], stock: list[Stock]
) -> None:
    want, picked = asked[0], stock[0]
    others = [one for one in stock if one.product_id == picked.product_id]
    told = judge(picked, others, want.usable_until)
    earlier = [
        one
        for one in others
        if one.free > 0
        and unfit(one, want.usable_until) is None
        and before(one, picked)
        and (one.expires_on, one.received_at) != (picked.expires_on, picked.received_at)
    ]
    assert told.in_order is (not earlier)
    assert told.first in [picked, *others]
    if earlier:
        assert not any(before(one, told.first) for one in earlier)
    else:
        assert told.first == picked
