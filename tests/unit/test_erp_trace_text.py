"""A trace as a story for a terminal."""

from copy import deepcopy

from erp import subjects
from erp.trace.shape import Trace
from erp.trace.text import lines

TRACE: Trace = {
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
            "severity": "major",
            "scope": "unit",
        }
    ],
    "units": [
        {
            "code": "LOT-B/0001",
            "quantity": "120",
            "state": "excursion",
            "unmonitored_seconds": 90,
            "held": True,
            "location": "dc1.dock1",
            "stays": [
                {
                    "location": "dc1.dock1",
                    "name": "Dock 1",
                    "since": "2026-03-01T08:00:00Z",
                    "until": None,
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
