"""Who had custody while it was too warm, and the words for it."""

import pytest

from erp.custody import Delivery, Share, reason, shares, time_of, timeline
from erp.incoterms import INCOTERMS, terms_fault
from erp.quality.core import calls_for_hold
from kernel.instants import BEGINNING, FOREVER, MINUTE, instant, parse_moment
from kernel.intervals import Span

EIGHT = instant(parse_moment("2026-03-01T08:00:00Z"))


def at(minute: int) -> int:
    return EIGHT + minute * MINUTE


BEYOND = [Span(at(10), at(30)), Span(at(40), at(60))]
HERE = [Span(at(0), FOREVER)]


def delivery(incoterm: str, decision: str | None = "accepted", minute: int = 42) -> Delivery:
    decided = None if decision is None else at(minute)
    return Delivery(incoterm, "Berlin", "NordFrost", at(-30), decision, decided)


@pytest.mark.parametrize(
    ("minute", "theirs", "ours"),
    [(70, 40, 0), (60, 40, 0), (50, 30, 10), (35, 20, 20), (10, 0, 40), (5, 0, 40)],
)
def test_the_time_beyond_is_split_at_the_acceptance(minute: int, theirs: int, ours: int) -> None:
    parts = shares(at(10), BEYOND, timeline(delivery("DAP", minute=minute), HERE))
    assert time_of(parts, "supplier") == theirs * MINUTE
    assert time_of(parts, "own") == ours * MINUTE


@pytest.mark.parametrize("decision", [None, "refused"])
def test_what_is_not_accepted_never_becomes_ours(decision: str | None) -> None:
    assert [phase.party for phase in timeline(delivery("DDP", decision), HERE)] == ["supplier"]
    assert [phase.party for phase in timeline(delivery("FCA", decision), HERE)] == [
        "supplier",
        "carrier",
    ]


@pytest.mark.parametrize("code", list(INCOTERMS))
def test_before_acceptance_the_rule_says_whether_it_was_the_carriers(code: str) -> None:
    phases = timeline(delivery(code), HERE)
    before = ["supplier", "carrier"] if INCOTERMS[code].at_origin else ["supplier"]
    assert [phase.party for phase in phases] == [*before, "own"]
    assert phases[0].span.start == BEGINNING


def test_the_rules_with_risk_passing_before_the_carriage_are_these() -> None:
    early = {code for code, rule in INCOTERMS.items() if rule.at_origin}
    assert early == {"EXW", "FCA", "CPT", "CIP", "FAS", "FOB", "CFR", "CIF"}
    assert set(INCOTERMS) - early == {"DAP", "DPU", "DDP"}


def test_a_handover_nobody_recorded_leaves_all_of_it_to_the_carrier() -> None:
    (before, _) = timeline(Delivery("FCA", "Lyon", decision="accepted", decided_at=at(42)), HERE)
    assert before.party == "carrier"
    assert "when the carrier took it over is not recorded" in before.why


def test_all_four_have_their_share_and_the_reason_is_written_out() -> None:
    with_us = [Span(at(0), at(50)), Span(at(55), FOREVER)]
    kept = Delivery("FCA", "Lyon", "NordFrost", at(15), "accepted", at(42))
    parts = shares(at(10), BEYOND, timeline(kept, with_us))
    assert [(part.party, part.length // MINUTE) for part in parts] == [
        ("supplier", 5),
        ("carrier", 17),
        ("own", 8),
        ("customer", 5),
        ("own", 5),
    ]
    handed = "bought FCA Lyon, handed over to NordFrost at 2026-03-01 08:15 UTC"
    assert reason(parts) == (
        f"5 min in the supplier's custody: {handed}; "
        f"17 min in the carrier's custody: {handed}, accepted at 2026-03-01 08:42 UTC; "
        "8 min in our custody: accepted at 2026-03-01 08:42 UTC, dispatched at 2026-03-01 08:50 UTC; "
        "5 min in the customer's custody: dispatched at 2026-03-01 08:50 UTC; "
        "5 min in our custody: came back at 2026-03-01 08:55 UTC"
    )


def test_what_went_back_to_its_supplier_is_theirs_again() -> None:
    with_us = [Span(at(0), at(50)), Span(at(55), at(70))]
    kept = Delivery("DAP", "Berlin", decision="accepted", decided_at=at(2))
    phases = timeline(kept, with_us, [at(70)])
    assert [phase.party for phase in phases] == ["supplier", "own", "customer", "own", "supplier"]
    assert phases[-1].why == "sent back at 2026-03-01 09:10 UTC"


def test_one_isolated_reading_has_no_length_and_still_belongs_to_somebody() -> None:
    phases = timeline(delivery("DAP", minute=2), HERE)
    assert shares(at(1), [], phases) == [
        Share("supplier", 0, "delivered DAP Berlin, accepted at 2026-03-01 08:02 UTC")
    ]
    (ours,) = shares(at(2), [], phases)
    assert ours.party == "own"
    assert reason([ours]) == "an instant in our custody: accepted at 2026-03-01 08:02 UTC"


def test_overlapping_stretches_count_once() -> None:
    twice = [*BEYOND, Span(at(20), at(45))]
    assert (
        time_of(shares(at(10), twice, timeline(delivery("DAP", None), HERE)), "supplier") == 50 * MINUTE
    )


@pytest.mark.parametrize(
    ("incoterm", "place", "words"),
    [
        ("", "", None),
        ("DAP", "Berlin", None),
        ("", "Berlin", "give both"),
        ("DAT", "Berlin", "'DAT' is no Incoterms 2020 rule"),
        ("FCA", " ", "needs its named place"),
    ],
)
def test_terms_are_checked(incoterm: str, place: str, words: str | None) -> None:
    fault = terms_fault(incoterm, place)
    assert fault is None if words is None else words in str(fault)


def test_a_notice_holds_nothing() -> None:
    assert [calls_for_hold(name) for name in ("notice", "minor", "major", "critical")] == [
        False,
        True,
        True,
        True,
    ]
