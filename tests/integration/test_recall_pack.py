"""The evidence of a recall: who got what, who was told, what the goods felt; each time the same."""

import io
import json
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from coldbind.felt_by import units_that_felt
from coldbind.recall_pack import recall_pack
from erp.evidence.verifying import check, check_here
from erp.recall import handlers as recall
from erp.recall.core import Fate, Handle
from erp.recall.handlers import Opening
from kernel.instants import moment
from kernel.intervals import Span
from kernel.refusal import Refusal
from lotbinding.handlers.placements import Hanging, hang
from tests.commands import coldbind
from tests.erp_world import after
from tests.stocked import Stocked, sell, stocked


@pytest.fixture
def centre(database_url: str) -> Generator[Stocked]:
    """Two lots; A1 was warm, ten of it and B1 together went to a clinic, the rest stands in a bin."""
    with stocked(database_url) as centre:
        centre.customer("NORTH", contact="+49 30 1234")
        with centre.database.transaction() as run:
            hang(run, [Hanging("dock1-t1", after(0), "dc1", None)], "test")
        centre.read(1, 0, [4.0 + 0.25 * minute for minute in range(60)])
        centre.receive("A", [("A1", 10)], supplier_lot="S-77", bin_="dc1.zone1.a")
        centre.receive("B", [("B1", 5)], supplier_lot="S-78", minute=5, bin_="dc1.zone1.b")
        sell(centre, "SO-1", "NORTH", 4, 60)
        yield centre


def opened(centre: Stocked, code: str, handle: Handle, *, mock: bool = False) -> None:
    with centre.database.transaction() as run:
        recall.open_recall(
            run, Opening(code, handle, "glass, in <a> vial", "quinn", mock), units_that_felt
        )


def made(centre: Stocked, code: str, by: str = "quinn") -> bytes:
    with centre.database.transaction() as run:
        return recall_pack(run, code, by)


def words(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def inside(pdf: bytes) -> dict[str, str]:
    attached = PdfReader(io.BytesIO(pdf)).attachments
    return {name: content[0].decode() for name, content in attached.items()}


def test_it_shows_goods_customers_notices_and_what_is_accounted_for(centre: Stocked) -> None:
    opened(centre, "RC-1", Handle("supplier_lot", "S-77", "ACME"))
    with centre.database.transaction() as run:
        recall.notify(run, "RC-1", "NORTH", "phone", "quinn")
        recall.reply(run, "RC-1", Fate("NORTH", "used", Decimal(3)), "quinn", lot="A", remark="#1")
    pdf = made(centre, "RC-1")
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    text = words(pdf)
    for told in (
        "Evidence of recall RC-1",
        "glass, in <a> vial",
        "supplier lot S-77 of ACME",
        "+49 30 1234",
        "SH-SO-1",
        "by quinn: phone",
        "75.0%",
        "dc1.zone1.a, blocked",
        "it was known who has the goods, and what was left was blocked",
    ):
        assert told in text, told
    assert "The excursion that is the cause" not in text
    files = inside(pdf)
    assert sorted(files) == [
        "facts.json",
        "manifest.txt",
        "notifications.csv",
        "shipments.csv",
        "units.csv",
    ]
    header, *units = files["units.csv"].splitlines()
    assert header.startswith(
        "unit,lot,supplier_lot,product,supplier,order,line,receipt,joined_at,why,here"
    )
    assert [row.split(",")[:8] for row in units if row.startswith("A1,")] == [
        ["A1", "A", "S-77", "VAX-10", "ACME", "PO-1", "1", "GR-A"]
    ]
    (shipped,) = files["shipments.csv"].splitlines()[1:]
    assert shipped.startswith("NORTH,NORTH clinic,+49 30 1234,SH-SO-1,2026-03-01T09:02:00Z,")
    facts = json.loads(files["facts.json"])
    assert facts["whole"] == {
        "customer": "",
        "shipped": "4",
        "returned": "0",
        "destroyed": "0",
        "used": "3",
        "lost": "0",
        "open": "1",
        "share": "75.0%",
    }


def test_made_again_it_has_the_same_bytes_until_something_new_is_known(centre: Stocked) -> None:
    opened(centre, "RC-1", Handle("lot", "A"))
    first = made(centre, "RC-1")
    assert made(centre, "RC-1", "dora") == first
    with centre.database.transaction() as run:
        assert check_here(run, first).faults == ()
        recall.notify(run, "RC-1", "NORTH", "phone", "quinn")
    assert made(centre, "RC-1") != first
    with pytest.raises(Refusal, match="there is no recall 'RC-9'"):
        made(centre, "RC-9")


def test_the_cause_is_shown_with_its_readings(centre: Stocked) -> None:
    centre.receive("C", [("C1", 6)], minute=9, bin_="dc1.zone1.c")
    found = centre.excursion(17, 50, "C1")
    opened(centre, "RC-2", Handle("excursion", str(found.excursion_id)))
    pdf = made(centre, "RC-2")
    text = words(pdf)
    for told in (
        "The excursion that is the cause",
        "above 8 degC for 33 min",
        "dock1-t1",
        "34 readings",
    ):
        assert told in text, told
    readings = inside(pdf)["readings.csv"].splitlines()
    assert readings[1] == "dock1-t1,2026-03-01T08:17:00.000000Z,8.25,0"
    assert len(readings) == 1 + 34
    assert check(pdf).faults == ()
    centre.ask("delete from telemetry.reading")
    assert made(centre, "RC-2") == pdf, "its readings are kept, whatever becomes of the archive"


def test_a_cause_that_no_sensor_showed_is_told_without_one(centre: Stocked) -> None:
    found = centre.excursion(17, 50, "B1", series=())
    opened(centre, "RC-3", Handle("excursion", str(found.excursion_id)))
    pdf = made(centre, "RC-3")
    assert "Sensor none" in words(pdf)
    assert inside(pdf)["readings.csv"] == "sensor,time,value_degc,quality\n"
    assert check(pdf).faults == ()


def test_what_the_sensor_showed_that_is_the_cause(centre: Stocked) -> None:
    opened(centre, "RC-4", Handle("sensor", "dock1-t1", during=Span(after(10), after(20))))
    pdf = made(centre, "RC-4")
    text = words(pdf)
    for told in ("The sensor that is the cause", "dock1-t1", "6.5 °C", "8.75 °C", "10 readings"):
        assert told in text, told
    assert "The excursion that is the cause" not in text
    rows = inside(pdf)["readings.csv"].splitlines()[1:]
    assert (rows[0], len(rows)) == ("dock1-t1,2026-03-01T08:10:00.000000Z,6.5,0", 10)
    facts = json.loads(inside(pdf)["facts.json"])["sensor"]
    (stored,) = centre.ask(
        "select erp.kept_digest(series_id, %(since)s, %(until)s) as digest from telemetry.series"
        " join telemetry.sensor using (sensor_id) where name = 'dock1-t1'",
        since=moment(after(10)),
        until=moment(after(19)),
    )
    assert facts["digest"] == stored["digest"]
    assert (facts["readings"], facts["lowest"], facts["highest"]) == (10, 6.5, 8.75)
    assert check(pdf).faults == ()
    centre.ask("delete from telemetry.reading")
    assert made(centre, "RC-4") == pdf, "its readings are kept, whatever becomes of the archive"


def test_a_sensor_that_showed_nothing_is_told_so(centre: Stocked) -> None:
    centre.ask("delete from telemetry.reading")
    opened(centre, "RC-5", Handle("sensor", "dock1-t1", during=Span(after(10), after(20))))
    pdf = made(centre, "RC-5")
    assert "no readings" in words(pdf)
    assert inside(pdf)["readings.csv"] == "sensor,time,value_degc,quality\n"


def test_a_mock_recall_says_that_it_is_one(centre: Stocked) -> None:
    opened(centre, "M-1", Handle("lot", "A"), mock=True)
    text = words(made(centre, "M-1"))
    assert "Evidence of mock recall M-1" in text
    assert "an exercise: it holds nothing" in text
    assert "blocked" not in text


def test_the_command(centre: Stocked, server_folder: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": centre.url, "COLDBIND_VAR": str(server_folder)}
    opened(centre, "RC-1", Handle("lot", "A"))
    file = server_folder / "recall.pdf"
    assert coldbind("evidence", "recall", "RC-1", "--out", str(file), told=told).code == 0
    answer = coldbind("evidence", "verify", str(file), told=told)
    assert answer.code == 0, answer
    assert "about recall RC-1, audit record" in answer.out
    coldbind("evidence", "recall", "RC-9", told=told).refused("there is no recall")
