"""What the console says in words: figures, groups of units, and the state of a lot."""

import json
from decimal import Decimal
from typing import Any

import pytest

from dashboards.web import words
from dashboards.web.lot_view import lot_view
from dashboards.web.story import read_story

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (95, "1 min 35 s"),
        (2820, "47 min"),
        (3599, "1 h"),
        (7800, "2 h 10 min"),
        (86400, "24 h"),
        (187200, "2 d 4 h"),
    ],
)
def test_span(seconds: float, said: str) -> None:
    assert words.span(seconds) == said.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["1"], "1"),
        (["2", "1"], "1 and 2"),
        (["0001", "0002", "0003", "0005"], "0001 to 0003 and 0005"),
        (["10", "9", "8", "P-1", "P-2", "P-3", "spare"], "8 to 10, P-1 to P-3 and spare"),
    ],
)
def test_unit_ranges(codes: list[str], said: str) -> None:
    assert words.unit_ranges(codes) == said


def test_figures() -> None:
    assert words.degrees(-18.04) == f"\N{MINUS SIGN}18.0{NBSP}°C"
    assert words.limit(8.0) == f"8{NBSP}°C"
    assert words.money(Decimal("16742.40"), "EUR") == f"16\N{NARROW NO-BREAK SPACE}742.40{NBSP}EUR"
    assert words.money(Decimal("1200"), "JPY") == f"1\N{NARROW NO-BREAK SPACE}200{NBSP}JPY"
    assert words.quantity(Decimal("120.000000"), "box") == f"120{NBSP}box"
    assert words.short_code("LOT-A/0001", "LOT-A") == "0001"
    assert words.short_code("SSCC-7", "LOT-A") == "SSCC-7"


def unit(code: str, location: str, **told: object) -> dict[str, Any]:
    """A unit that was received at the dock at six and stands at `location` since seven."""
    dock = {"location": "dc.dock", "name": "Dock", "since": "2026-03-02T06:00:00Z"}
    place = {"location": location, "name": location, "since": "2026-03-02T07:00:00Z", "until": None}
    plain = {
        "code": code,
        "quantity": "1",
        "state": "conforming",
        "unmonitored_seconds": 0.0,
        "held": False,
    }
    stays = [dock | {"until": "2026-03-02T07:00:00Z"}, place]
    return plain | {"location": location, "stays": stays} | told


def lot(*units: dict[str, Any], decision: str | None = "accepted") -> str:
    """The trace of a lot with these units."""
    profile = {"name": "medicines-2-8", "version": 1, "title": "Refrigerated medicines, 2 to 8 degC"}
    return json.dumps(
        {
            "lot": {
                "code": "L",
                "supplier_lot": "",
                "quantity": "1",
                "unit_of_measure": "box",
                "expires_on": None,
                "product": {"code": "P", "name": "P", "profile": profile},
            },
            "supplier": {"code": "S", "name": "S"},
            "purchase_order": {
                "code": "PO",
                "line": 1,
                "ordered_on": "2026-02-20",
                "quantity": "1",
                "unit_price": "1.00",
                "currency": "EUR",
            },
            "receipt": {
                "code": "R",
                "dock": "dc.dock",
                "arrived_at": "2026-03-02T06:00:00Z",
                "decision": decision,
                "decided_at": decision and "2026-03-02T06:30:00Z",
                "decided_by": decision and "O",
                "reservation": "",
            },
            "units": units,
        }
    )


EXCURSION: dict[str, Any] = {
    "id": 7,
    "rule": "above 8 degC",
    "severity": "major",
    "kind": "single",
    "side": "above",
    "limit": 8.0,
    "tolerance_seconds": 1800.0,
    "window_seconds": None,
    "stretch_seconds": None,
    "thaw": None,
    "times": 1,
    "measured": 13.2,
    "started_at": "2026-03-02T06:00:00Z",
    "breached_at": "2026-03-02T06:30:00Z",
    "ended_at": None,
    "observed_until": "2026-03-02T07:00:00Z",
    "beyond_seconds": 3600.0,
    "peak": 11.25,
    "peak_at": "2026-03-02T06:20:00Z",
    "sensors": ["dock-t"],
    "superseded_at": None,
    "superseded_why": None,
}
HOLD: dict[str, Any] = {
    "id": 3,
    "cause": "excursion",
    "placed_at": "2026-03-02T06:31:00Z",
    "released_at": None,
    "excursions": [
        {
            "id": 7,
            "supplier_seconds": 1800.0,
            "own_seconds": 0.0,
            "reason": "30 min in the supplier's custody: delivered DAP Berlin",
            "withdrawn_at": None,
            "withdrawn_why": None,
        }
    ],
}


def test_bins_that_heard_the_same_sensors_are_one_group() -> None:
    trace = lot(unit("L/1", "dc.z.b1"), unit("L/2", "dc.z.b2"), unit("L/3", "dc.z.b3"))
    (group,) = lot_view(read_story(trace), {"L/1": "zone", "L/2": "zone", "L/3": "zone"}).groups
    assert (group.label, group.location) == ("1 to 3", "dc.z")
    assert [place.name for place in group.places] == ["Dock", "z, 3 places"]


def test_a_bin_with_a_sensor_of_its_own_is_a_group_of_its_own() -> None:
    trace = lot(unit("L/1", "dc.z.b1"), unit("L/2", "dc.z.b2"))
    groups = lot_view(read_story(trace), {"L/1": "zone", "L/2": "bin"}).groups
    assert [group.label for group in groups] == ["1", "2"]


def test_what_is_held_comes_first_and_is_told_first() -> None:
    trace = lot(
        unit("L/1", "dc.z"),
        unit("L/2", "dc.z", held=True, state="excursion", excursions=[EXCURSION], holds=[HOLD]),
    )
    view = lot_view(read_story(trace), {})
    assert view.state == "held"
    assert [group.state for group in view.groups] == ["held", "conforming"]
    assert view.sentences[0] == f"1 of 2{NBSP}units is held. The others are free."
    assert view.sentences[1] == (
        f"Unit 2 was above 8{NBSP}°C for 1{NBSP}h, highest 11.2{NBSP}°C, and it has not ended."
    )
    assert [(row.mark, row.units, row.custody) for row in view.excursions] == [("E1", "2", "supplier")]
    assert view.excursions[0].why == "30 min in the supplier's custody: delivered DAP Berlin"


def test_a_hold_whose_excursion_was_withdrawn_waits_for_a_person() -> None:
    past = EXCURSION | {"superseded_at": "2026-03-02T09:00:00Z", "superseded_why": "it was elsewhere"}
    cause = HOLD["excursions"][0] | {
        "withdrawn_at": "2026-03-02T09:00:00Z",
        "withdrawn_why": "elsewhere",
    }
    trace = lot(
        unit("L/1", "dc.z", held=True, excursions=[past], holds=[HOLD | {"excursions": [cause]}])
    )
    view = lot_view(read_story(trace), {})
    assert (
        "Unit 1 is held by an excursion since withdrawn, until a person releases it." in view.sentences
    )
    assert view.holds[0].waits
    assert not any("was above" in sentence for sentence in view.sentences)


def test_before_the_decision_the_supplier_has_custody() -> None:
    view = lot_view(read_story(lot(unit("L/1", "dc.z"), decision=None)), {})
    assert "The delivery is not accepted: it is in the supplier's custody." in view.sentences


def test_the_carrier_and_the_customer_are_named_where_they_have_the_goods() -> None:
    carrier = {"party": "carrier", "since": None, "until": None, "why": "bought FCA Lyon"}
    there = unit("L/1", "dc.z") | {"custody": [carrier]}
    view = lot_view(read_story(lot(there, decision=None)), {})
    assert "The delivery is not accepted: it is in the carrier's custody." in view.sentences
    gone = there | {"custody": [carrier | {"party": "customer"}]}
    view = lot_view(read_story(lot(gone, decision="accepted")), {})
    assert f"1{NBSP}unit in the customer's custody." in view.sentences


def test_a_lot_without_units_says_so() -> None:
    view = lot_view(read_story(lot()), {})
    assert (view.state, view.sentences) == ("not_judged", ("No unit of this lot has arrived yet.",))
