"""A trace as a story for a terminal."""

from copy import deepcopy

from erp import subjects
from erp.trace.shape import Trace
from erp.trace.text import lines

TRACE: Trace = {
    "as_known_at": None,
    "lot": {
        "code": "LOT-B",
        "supplier_lot": "",
        "quantity": "120",
        "unit_of_measure": "box",
        "expires_on": None,
        "product": {
            "code": "VAX-10",
            "name": "Influenza vaccine",
            "profile": {"name": "fridge", "version": 2, "title": "Refrigerated"},
        },
    },
    "supplier": {"code": "ACME", "name": "Acme Biologics"},
    "purchase_order": {
        "code": "PO-1",
        "line": 1,
        "ordered_on": "2026-02-20",
        "quantity": "360",
        "unit_price": "12.345",
        "currency": "EUR",
        "incoterm": "FCA",
        "named_place": "Lyon",
        "lowest": 2,
        "highest": 5.5,
    },
    "receipt": {
        "code": "GR-1",
        "dock": "dc1.dock1",
        "carrier": "NordFrost",
        "handed_over_at": "2026-02-28T16:00:00Z",
        "arrived_at": "2026-03-01T08:00:00Z",
        "decision": "refused",
        "decided_at": "2026-03-01T08:50:30.5Z",
        "decided_by": "anna",
        "reservation": "warm to the touch",
        "flags": [
            {
                "id": 1,
                "kind": "too_warm",
                "unit": "LOT-B/0001",
                "words": "unit LOT-B/0001: 14 min above the agreed 5.5 degC",
                "numbers": {"agreed": 5.5},
                "raised_at": "2026-03-01T08:50:31Z",
                "withdrawn_at": None,
                "withdrawn_why": None,
            }
        ],
    },
    "limits": [
        {
            "rule": "above 8 degC",
            "kind": "single",
            "side": "above",
            "limit": 8,
            "tolerance_seconds": 1800,
            "window_seconds": None,
            "stretch_seconds": None,
            "thaw": None,
            "times": 1,
            "shares": [],
            "severity": "major",
            "scope": "unit",
        }
    ],
    "units": [
        {
            "code": "LOT-B/0001",
            "quantity": "120",
            "contains": "100",
            "split_from": None,
            "split_at": None,
            "state": "excursion",
            "unmonitored_seconds": 90,
            "held": True,
            "location": "dc1.dock1",
            "stays": [
                {
                    "location": "dc1.dock1",
                    "name": "Dock 1",
                    "handling_unit": None,
                    "since": "2026-03-01T08:00:00Z",
                    "until": None,
                    "felt": None,
                }
            ],
            "custody": [
                {
                    "party": "supplier",
                    "since": None,
                    "until": "2026-02-28T16:00:00Z",
                    "why": "bought FCA Lyon",
                },
                {"party": "carrier", "since": "2026-02-28T16:00:00Z", "until": None, "why": "refused"},
            ],
            "movements": [],
            "excursions": [
                {
                    "id": 3,
                    "rule": "above 8 degC",
                    "severity": "major",
                    "kind": "single",
                    "side": "above",
                    "limit": 8,
                    "tolerance_seconds": 1800,
                    "window_seconds": None,
                    "stretch_seconds": None,
                    "thaw": None,
                    "times": 1,
                    "started_at": "2026-03-01T08:00:00Z",
                    "breached_at": "2026-03-01T08:30:00Z",
                    "ended_at": None,
                    "observed_until": "2026-03-01T08:45:00Z",
                    "unmonitored_since": None,
                    "beyond_seconds": 2700,
                    "beyond": [["2026-03-01T08:00:00Z", "2026-03-01T08:45:00Z"]],
                    "measured": 13.2,
                    "peak": 13.2,
                    "peak_at": "2026-03-01T08:41:00Z",
                    "sensors": ["dock1-t1", "dock1-t2"],
                    "recorded_at": "2026-03-01T08:30:01Z",
                    "superseded_at": "2026-03-01T10:00:00Z",
                    "superseded_why": "late readings",
                }
            ],
            "budgets": [
                {
                    "rule": "out of the fridge",
                    "used": 0.53125,
                    "low_at": None,
                    "ranges": [
                        {"from": 8, "to": 15, "used_seconds": 2700, "allowed_seconds": 86400},
                        {"from": 15, "to": None, "used_seconds": 3600, "allowed_seconds": 7200},
                    ],
                }
            ],
            "holds": [
                {
                    "id": 1,
                    "cause": "excursion",
                    "placed_at": "2026-03-01T08:30:01Z",
                    "placed_by": "coldbind",
                    "why": "",
                    "released_at": None,
                    "dispositions": [],
                    "excursions": [
                        {
                            "id": 3,
                            "supplier_seconds": 2700,
                            "carrier_seconds": 0,
                            "own_seconds": 0,
                            "customer_seconds": 0,
                            "reason": "45 min in the supplier's custody: bought FCA Lyon",
                            "withdrawn_at": "2026-03-01T10:00:00Z",
                            "withdrawn_why": "late readings",
                        }
                    ],
                }
            ],
        }
    ],
    "stock": [
        {
            "unit": "LOT-B/0001",
            "location": "dc1.dock1",
            "handling_unit": "PAL-1",
            "since": "2026-03-01T08:00:00Z",
            "quantity": "100",
            "reserved": "20",
            "held": True,
        }
    ],
    "picks": [
        {
            "order": "SO-1",
            "line": 1,
            "unit": "LOT-B/0002",
            "taken_from": "LOT-B/0001",
            "quantity": "20",
            "state": "dispatched",
            "picked_at": "2026-03-01T08:10:00Z",
            "recorded_at": "2026-03-01T08:10:01Z",
            "picked_by": "ben",
            "in_order": False,
            "expires_on": None,
            "first_unit": "LOT-A/0001",
            "first_lot": "LOT-A",
            "first_expires_on": "2027-01-31",
            "reason": "blocked aisle",
            "put_back_why": "",
        }
    ],
    "shipments": [
        {
            "code": "SH-1",
            "customer": "HOSP",
            "name": "Hospital",
            "contact": "qa@hosp.example",
            "carrier": "NordFrost",
            "quantity": "20",
            "dispatched_at": "2026-03-01T08:20:00Z",
            "dispatched_by": "ben",
            "delivered_at": "2026-03-01T12:00:00Z",
            "delivered_to": "Dr Lind",
            "lines": [
                {
                    "order": "SO-1",
                    "unit": "LOT-B/0002",
                    "quantity": "20",
                    "handling_unit": None,
                    "condition": {
                        "since": "2026-03-01T08:00:00Z",
                        "until": "2026-03-01T08:20:00Z",
                        "readings": 20,
                        "lowest": 4.5,
                        "highest": 6,
                        "mean": 5,
                        "mkt": 5.1,
                        "beyond": {"above 8": 0},
                        "unmonitored_seconds": 0,
                        "verdict": "conforming",
                    },
                }
            ],
        }
    ],
    "returns": [
        {
            "code": "RMA-1",
            "shipment": "SH-1",
            "customer": "HOSP",
            "unit": "LOT-B/0002",
            "shipped_unit": "LOT-B/0002",
            "quantity": "20",
            "location": "dc1.cage",
            "returned_at": "2026-03-02T08:00:00Z",
            "recorded_at": "2026-03-02T08:00:01Z",
            "recorded_by": "ben",
            "reason": "too warm",
        }
    ],
    "recalls": [
        {
            "code": "RC-1",
            "mock": False,
            "reason": "glass",
            "kind": "lot",
            "subject": "LOT-B",
            "opened_at": "2026-03-03T08:00:00Z",
            "opened_by": "quinn",
            "closed_at": None,
            "conclusion": "",
            "units": ["LOT-B/0001", "LOT-B/0002"],
        }
    ],
    "money": [
        {
            "currency": "EUR",
            "cost": "1481.40",
            "written_off": "0.00",
            "claimed": "1481.40",
            "credited": "500.00",
            "accounts": [{"account": "1210", "name": "Inventory, held", "amount": "1234.50"}],
        }
    ],
    "claims": [
        {
            "code": "CLM-GR-1",
            "state": "draft",
            "supplier": "ACME",
            "against": "supplier",
            "carrier": "",
            "currency": "EUR",
            "opened_at": "2026-03-01T08:30:01Z",
            "due_on": "2026-03-08",
            "amount": "1481.40",
            "accepted": None,
            "credited": "0",
            "charges": [],
            "items": [],
            "lines": [
                {
                    "unit": "LOT-B/0001",
                    "quantity": "120",
                    "unit_price": "12.345",
                    "amount": "1481.40",
                    "deficiency": "above 8 degC for 45 min",
                    "evidence": [
                        {
                            "excursion": 3,
                            "flag": None,
                            "sensor": "dock1-t1",
                            "since": "2026-03-01T08:00:00Z",
                            "until": "2026-03-01T08:45:00Z",
                            "readings": 45,
                            "lowest": 8.1,
                            "highest": 13.2,
                            "digest": "00112233445566778899",
                        }
                    ],
                }
            ],
        }
    ],
    "audit": [
        {
            "record_id": 7,
            "recorded_at": "2026-03-01T08:00:01Z",
            "actor": "anna",
            "action": "lot received",
            "subject": "lot LOT-B",
            "detail": {},
        }
    ],
}


def test_the_whole_story() -> None:
    assert lines(TRACE) == [
        "Lot LOT-B: 120 box of VAX-10 Influenza vaccine",
        (
            "Bought from ACME Acme Biologics, order PO-1 line 1 of 2026-02-20: 360 box at 12.345 EUR, "
            "FCA Lyon, agreed for receiving: at least 2 degC at most 5.5 degC"
        ),
        "Handed over to NordFrost, 2026-02-28 16:00",
        "Arrived on GR-1 at dc1.dock1, 2026-03-01 08:00 (all times UTC)",
        "Refused 2026-03-01 08:50 by anna: warm to the touch",
        "  flag, too warm: unit LOT-B/0001: 14 min above the agreed 5.5 degC",
        "Judged by fridge version 2: Refrigerated",
        "  never above 8 degC for more than 30 min (single, major)",
        "Unit LOT-B/0001: 120, excursion, HELD, at dc1.dock1",
        "  unmonitored for 1 min 30 s",
        "  stood at dc1.dock1 (Dock 1) from 2026-03-01 08:00 to now",
        "  custody: the supplier's to 2026-02-28 16:00 (bought FCA Lyon)",
        "  custody: the carrier's from 2026-02-28 16:00 (refused)",
        "  excursion 3, major: above 8 degC for 45 min from 2026-03-01 08:00, peak 13.2 degC",
        "    at 2026-03-01 08:41, told by dock1-t1, dock1-t2",
        "    superseded 2026-03-01 10:00: late readings",
        (
            "  stability budget out of the fridge: 53.1% used "
            "(45 min of 1 d from 8 degC to 15 degC, 1 h of 2 h beyond 15 degC)"
        ),
        "  hold 1 for excursion, placed 2026-03-01 08:30, still held",
        "    excursion 3: 45 min in the supplier's custody: bought FCA Lyon",
        "      withdrawn 2026-03-01 10:00: late readings",
        "Left: 100 box of LOT-B/0001 at dc1.dock1 in PAL-1 since 2026-03-01 08:00, 20 promised, HELD",
        (
            "Picked 20 as LOT-B/0002 off LOT-B/0001 for SO-1 line 1, 2026-03-01 08:10 by ben: "
            "OUT OF ORDER, LOT-A/0001 of LOT-A, expires 2027-01-31 was first: blocked aisle"
        ),
        (
            "Shipment SH-1: 20 box to HOSP Hospital (qa@hosp.example), left 2026-03-01 08:20 with "
            "NordFrost, delivered 2026-03-01 12:00 to Dr Lind"
        ),
        "  20 of LOT-B/0002 for SO-1: conforming when it left, 20 readings, 4.5 degC to 6 degC",
        (
            "Returned RMA-1: 20 box, LOT-B/0002, by HOSP from SH-1 to dc1.cage, "
            "2026-03-02 08:00: too warm"
        ),
        "Recall RC-1, 2 units, opened 2026-03-03 08:00: glass; open",
        "Money in EUR: cost 1,481.40, written off 0.00, claimed 1,481.40, credited 500.00",
        "  1210 Inventory, held: 1,234.50",
        "Claim CLM-GR-1 on ACME: 1,481.40 EUR, draft, due 2026-03-08",
        "  LOT-B/0001: 120 at 12.345 is 1,481.40 EUR",
        "    above 8 degC for 45 min",
        "    45 readings of dock1-t1 from 2026-03-01 08:00 to 2026-03-01 08:45, 8.1 degC to 13.2 degC",
        "      sha256 00112233445566778899",
        "Audit records:",
        "  2026-03-01 08:00 anna: lot received, lot LOT-B",
    ]


def test_what_was_decided_and_whom_a_claim_is_on() -> None:
    trace = deepcopy(TRACE)
    trace["receipt"]["decision"] = "accepted_with_reservation"
    assert "Accepted with reservation 2026-03-01 08:50 by anna: warm to the touch" in lines(trace)
    trace["receipt"]["decision"] = None
    trace["receipt"]["decided_at"] = None
    assert "Not decided yet" in lines(trace)
    trace["claims"][0]["against"] = "carrier"
    trace["claims"][0]["carrier"] = "NordFrost"
    assert any(line.startswith("Claim CLM-GR-1 on NordFrost: 1,481.40 EUR") for line in lines(trace))


def test_a_unit_that_left_and_was_never_judged() -> None:
    trace = deepcopy(TRACE)
    unit = trace["units"][0]
    unit["location"], unit["state"], unit["held"] = None, "not_judged", False
    unit["unmonitored_seconds"] = None
    (hold,) = unit["holds"]
    hold["released_at"], hold["why"] = "2026-03-02T08:00:00Z", "it fell"
    hold["dispositions"] = [
        {
            "id": 7,
            "kind": "partial_release",
            "state": "effective",
            "quantity": "4",
            "reason": "inspected_sound",
            "words": "four boxes are sound",
            "signed_by": "Anna Berg",
            "signed_at": "2026-03-02T07:59:00Z",
            "second_by": "Bert Lind",
            "effective_at": "2026-03-02T08:00:00Z",
        }
    ]
    story = lines(trace)
    assert "Unit LOT-B/0001: 120, not judged, not in the house" in story
    assert not any("unmonitored" in line for line in story)
    assert "  hold 1 for excursion, placed 2026-03-01 08:30, ended 2026-03-02 08:00: it fell" in story
    assert (
        "    partial release of 4, effective, signed 2026-03-02 07:59 by Anna Berg and Bert Lind: "
        "four boxes are sound" in story
    )


def test_when_an_excursion_ended_and_what_shares_a_budget() -> None:
    trace = deepcopy(TRACE)
    trace["units"][0]["excursions"][0]["ended_at"] = "2026-03-01T08:45:00Z"
    limit = trace["limits"][0]
    limit["kind"], limit["severity"] = "cumulative", "critical"
    limit["shares"] = [
        {"from": 8, "to": 15, "allowed_seconds": 86400},
        {"from": 15, "to": None, "allowed_seconds": 7200},
    ]
    story = lines(trace)
    shared = "1 d from 8 degC to 15 degC, 2 h above 15 degC, which share one budget"
    assert any(line.endswith(f"{shared} (cumulative, critical)") for line in story)
    found = "above 8 degC for 45 min from 2026-03-01 08:00 to 2026-03-01 08:45, peak 13.2 degC"
    assert f"  excursion 3, major: {found}" in story


def test_what_was_felt_at_a_place_and_known_then() -> None:
    trace = deepcopy(TRACE)
    trace["as_known_at"] = "2026-03-01T09:00:00Z"
    unit = trace["units"][0]
    unit["state"], unit["split_from"], unit["split_at"] = (
        "not_kept",
        "LOT-B/0000",
        "2026-03-01T08:00:00Z",
    )
    unit["stays"][0]["felt"] = {
        "readings": 45,
        "lowest": 4,
        "highest": 9.5,
        "mean": 6,
        "mkt": 6.25,
        "monitored_seconds": 2700,
        "unmonitored_seconds": 60,
        "beyond": [
            {"side": "above", "limit": 8, "seconds": 120},
            {"side": "below", "limit": 2, "seconds": 0},
        ],
    }
    trace["picks"][0]["in_order"], trace["picks"][0]["state"] = True, "put_back"
    trace["picks"][0]["put_back_why"] = "held: recall"
    story = lines(trace)
    assert story[0] == "As known 2026-03-01 09:00"
    assert "Unit LOT-B/0001: 120, standing then not kept, HELD, at dc1.dock1" in story
    assert "  split off LOT-B/0000 2026-03-01 08:00" in story
    assert (
        "    felt: 45 readings, 4 degC to 9.5 degC, mean 6 degC, mkt 6.25 degC, above 8 degC for 2 min"
        ", unmonitored for 1 min"
    ) in story
    assert (
        "Picked 20 as LOT-B/0002 off LOT-B/0001 for SO-1 line 1, 2026-03-01 08:10 by ben, put back: "
        "held: recall: in order of expiry"
    ) in story
    unit["stays"][0]["felt"]["lowest"] = None
    assert "    felt: no reading, unmonitored for 1 min" in lines(trace)


def test_subjects_are_spelled_once() -> None:
    assert [
        subjects.lot("A"),
        subjects.unit("A/1"),
        subjects.receipt("GR-1"),
        subjects.order("PO-1"),
        subjects.claim("CLM-1"),
        subjects.supplier("S"),
        subjects.product("P"),
    ] == ["lot A", "unit A/1", "receipt GR-1", "order PO-1", "claim CLM-1", "supplier S", "product P"]
