"""The custody timeline against an oracle that asks of every minute who had the goods."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from erp.custody import Delivery, Party, shares, timeline
from erp.incoterms import INCOTERMS
from kernel.instants import BEGINNING, FOREVER, MINUTE
from kernel.intervals import Span
from tests.examples import examples

LAST = 60
minutes = st.integers(0, LAST)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])


def who(minute: int, kept: Delivery, with_us: set[int]) -> Party:
    """Who had custody in a minute, asked of the facts one by one."""
    taken = kept.decision in {"accepted", "accepted_with_reservation"}
    if taken and kept.decided_at is not None and minute * MINUTE >= kept.decided_at:
        gone = any(before <= minute for before in with_us) and minute not in with_us
        return "customer" if gone else "own"
    if kept.incoterm in {"", "DAP", "DPU", "DDP"}:
        return "supplier"
    if kept.handed_over_at is not None and minute * MINUTE < kept.handed_over_at:
        return "supplier"
    return "carrier"


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    decision = draw(st.sampled_from([None, "accepted", "accepted_with_reservation", "refused"]))
    handed = draw(st.none() | minutes)
    return Delivery(
        draw(st.sampled_from(["", *INCOTERMS])),
        "Berlin",
        draw(st.sampled_from(["", "NordFrost"])),
        None if handed is None else handed * MINUTE,
        decision,
        None if decision is None else draw(minutes) * MINUTE,
    )


@settings(max_examples=examples(300), deadline=None)
@given(deliveries(), st.lists(spans, max_size=4), st.lists(spans, max_size=4), st.booleans())
def test_the_timeline_and_the_shares_equal_the_oracle(
    kept: Delivery, stays: list[tuple[int, int]], beyond: list[tuple[int, int]], stays_on: bool
) -> None:
    with_us = {minute for start, end in stays for minute in range(start, end)}
    told = [Span(start * MINUTE, end * MINUTE) for start, end in stays]
    if stays_on and stays:
        told.append(Span(max(end for _, end in stays) * MINUTE, FOREVER))
        with_us |= set(range(max(end for _, end in stays), LAST))
    phases = timeline(kept, told)
    assert [phases[0].span.start, phases[-1].span.end] == [BEGINNING, FOREVER]
    assert all(one.span.end == two.span.start for one, two in pairwise(phases))
    expected: Counter[str] = Counter()
    for minute in {minute for start, end in beyond for minute in range(start, end)}:
        party = who(minute, kept, with_us)
        expected[party] += 1
        (there,) = [one for one in phases if one.span.start <= minute * MINUTE < one.span.end]
        assert there.party == party
    parts = shares(0, [Span(start * MINUTE, end * MINUTE) for start, end in beyond], phases)
    found: Counter[str] = Counter()
    for part in parts:
        found[part.party] += part.length // MINUTE
    assert +found == expected
    assert parts
