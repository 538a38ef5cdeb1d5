"""The demo story, as whoever types `make demo` sees it: played whole, interrupted, killed."""

import json
import secrets
import signal
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from coldbind.demo.chapters import CLAIM_TOTAL, CLAIMED, EXCURSIONS, HELD
from storage import administration
from tests.commands import Running, coldbind
from tests.conftest import AnyPostgres, given_database

STORY = 90
"""Seconds within which the whole story is told, also on a busy machine."""


@pytest.fixture
def fresh(server_folder: Path, postgres: AnyPostgres) -> Generator[Callable[[], dict[str, str]]]:
    """The settings of a machine whose database is empty, or is for the demo to make."""
    made: list[str] = []

    def settings() -> dict[str, str]:
        told = {"COLDBIND_VAR": str(server_folder)}
        if not given_database():
            return told
        made.append(f"coldbind_test_demo_{secrets.token_hex(4)}")
        administration.create_database(postgres.url("postgres"), made[-1])
        return told | {"COLDBIND_DATABASE_URL": postgres.url(made[-1])}

    yield settings
    for name in made:
        administration.drop_database(postgres.url("postgres"), name)


def test_the_story_comes_out_as_told(fresh: Callable[[], dict[str, str]], server_folder: Path) -> None:
    told = fresh()
    with Running("demo", told=told, log=server_folder / "demo.log") as demo:
        assert demo.wait(STORY) == 0, demo.said
        assert demo.left_behind() == []
        said = demo.said
    result = json.loads((server_folder / "demo" / "result.json").read_text(encoding="utf-8"))
    delays = result.pop("hold_ms_p50"), result.pop("hold_ms_p99")
    assert 0 < delays[0] <= delays[1]
    sent, stored = result.pop("readings_sent"), result.pop("readings_stored")
    parked = result.pop("readings_parked")
    assert sent > 28_000
    assert (stored + parked, parked > 20) == (sent, True)
    assert result == {
        "story_ok": True,
        "readings_lost": 0,
        "readings_doubled": 0,
        "units": 12,
        "excursions": len(EXCURSIONS),
        "holds": len(HELD),
        "claims": 1,
        "faults": [],
    }
    for unit in HELD:
        assert f"hold placed  unit {unit}: above 8 degC" in said
    assert "excursion withdrawn  unit LOT-C/1" in said
    assert said.count("claim line added") == len(CLAIMED)
    assert "LOT-A/1:" not in said, "zone 1 had its door open for 4 minutes, and nothing happened"
    _the_traces_tell_it(told)


def _the_traces_tell_it(told: dict[str, str]) -> None:
    """Afterwards anybody may ask about a lot, in text or as JSON, and prove the audit chain."""
    warm = coldbind("trace", "LOT-B", "--demo", told=told)
    assert warm.code == 0, warm.err
    for words in ("Boreal Biologics", "PO-4712", "trailer 14 degC at opening", "CLM-GR-2", "HELD"):
        assert words in warm.out
    assert all(f"Unit {unit}: 48, " in warm.out for unit in CLAIMED)
    assert f"{CLAIM_TOTAL:,} EUR" in warm.out
    night = json.loads(coldbind("trace", "LOT-A", "--json", "--demo", told=told).out)
    held = {unit["code"] for unit in night["units"] if unit["held"]}
    assert held == {"LOT-A/4", "LOT-A/5", "LOT-A/6"}
    assert night["claims"] == []
    story = json.loads(coldbind("trace", "LOT-B", "--demo", "--json", told=told).out)
    for unit in story["units"]:
        (excursion,), (hold,) = unit["excursions"], unit["holds"]
        assert excursion["ended_at"] is not None
        (reason,) = hold["excursions"]
        in_whose_custody = reason["supplier_seconds"], reason["own_seconds"]
        assert in_whose_custody == pytest.approx((excursion["beyond_seconds"], 0), abs=0.001)
    for line in story["claims"][0]["lines"]:
        (proof,) = line["evidence"]
        assert proof["until"] == story["units"][0]["excursions"][0]["observed_until"]
    chain = coldbind("audit", "verify", "--demo", told=told)
    assert (chain.code, chain.out.startswith("the chain holds: ")) == (0, True), chain.out


@pytest.mark.thorough
def test_a_killed_and_an_interrupted_demo_leave_nothing_behind(
    fresh: Callable[[], dict[str, str]], server_folder: Path
) -> None:
    told = fresh()
    with Running("demo", told=told, log=server_folder / "killed.log") as demo:
        demo.wait_for("lot A is put away")
        demo.send(signal.SIGKILL)
        assert demo.wait(5) == -signal.SIGKILL
        assert demo.left_behind() == []
    if "COLDBIND_DATABASE_URL" in told:
        coldbind("demo", told=told).refused("holds lots already", "an empty one")
        told = fresh()
    with Running("demo", told=told, log=server_folder / "interrupted.log") as demo:
        demo.wait_for("lot A is put away")
        demo.send(signal.SIGINT)
        assert demo.wait(15) != 0
        assert demo.left_behind(1) == []
        assert "Traceback" not in demo.said
