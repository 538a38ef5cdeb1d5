"""Which decisions about held goods are possible, for every kind and every state of the goods."""

from decimal import Decimal
from itertools import product
from typing import Any, get_args

import pytest

from erp.quality.core import Decision, Held, Kind, fault, waits_for

KINDS: tuple[Kind, ...] = get_args(Kind)


def held(
    *,
    quantity: str = "10",
    verdict: str | None = "accepted",
    cause: str = "damage",
    recall: str | None = None,
    rejected: bool = False,
) -> Held:
    return Held(3, "U1", cause, Decimal(quantity), "GR-1", verdict, recall, rejected)


def decision(kind: Kind) -> Decision:
    """One that is complete."""
    part = Decimal(4) if kind == "partial_release" else None
    return Decision(kind, "other", "seen", part, grade="feed" if kind == "downgrade" else "")


def possible(of: Held) -> set[Kind]:
    return {kind for kind in KINDS if fault(decision(kind), of) is None}


def test_what_is_ours_and_here_can_become_anything() -> None:
    assert possible(held()) == set(KINDS)
    assert possible(held(verdict="accepted_with_reservation")) == set(KINDS)


def test_what_is_gone_can_only_be_released_whatever_else_is_true() -> None:
    for verdict, recall, rejected in product(
        ("accepted", "refused", None), (None, "R-1"), (False, True)
    ):
        gone = held(quantity="0", verdict=verdict, cause="recall", recall=recall, rejected=rejected)
        assert possible(gone) == {"release"}


def test_what_is_the_suppliers_is_not_ours_to_use_up() -> None:
    assert possible(held(verdict="refused")) == {"return_to_supplier"}
    assert possible(held(verdict=None)) == {"release", "partial_release", "reject"}


def test_an_open_recall_and_a_rejection_leave_no_way_into_use() -> None:
    stopped = held(cause="recall", recall="R-1")
    assert possible(stopped) == {"reject", "return_to_supplier", "destroy"}
    assert possible(held(cause="recall")) == set(KINDS)
    assert possible(held(rejected=True)) == {"return_to_supplier", "destroy"}


@pytest.mark.parametrize("part", [None, "0", "-1", "10", "10.5", "0.0000001", "NaN"])
def test_a_part_is_less_than_all_and_more_than_nothing(part: str | None) -> None:
    told = Decision("partial_release", "other", "seen", None if part is None else Decimal(part))
    assert "is no part of it" in (fault(told, held()) or "")


def test_a_downgrade_says_to_what() -> None:
    assert "--grade" in (fault(Decision("downgrade", "other", "seen", grade=" "), held()) or "")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"excursions": 1, "proposed": True, "rejected": True}, "second person"),
        ({"excursions": 1, "rejected": True}, "it was rejected"),
        ({"excursions": 2}, "every excursion that it was placed for is withdrawn"),
        ({"flag_withdrawn": True}, "the flag of the delivery that it was placed for is withdrawn"),
        ({"excursions": 2, "standing": 1}, "the decision of a person"),
        ({}, "the decision of a person"),
    ],
)
def test_what_a_hold_waits_for(known: dict[str, Any], words: str) -> None:
    nothing: dict[str, Any] = {"excursions": 0, "standing": 0}
    nothing |= dict.fromkeys(("proposed", "rejected", "flag_withdrawn"), False)
    assert words in waits_for(**{**nothing, **known})
