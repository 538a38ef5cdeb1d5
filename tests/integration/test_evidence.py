"""The evidence pack of a real claim: the same bytes each time, and every alteration is found."""

import hashlib
import io
import json
import struct
import zlib
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from pypdf import PdfReader, PdfWriter

from coldbind.evidence_packs import dispatch_certificate, lot_file
from coldbind.wiring import HANDLERS
from erp.claims import answering, drafting, handlers
from erp.claims.drafting import Attachment, Charge
from erp.claims.handlers import Told
from erp.evidence.handlers import claim_pack
from erp.evidence.verifying import check, check_here
from erp.receiving import handlers as receiving
from erp.receiving.core import Decision
from kernel.events import BindingChanged
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from storage.database import Database
from tests.commands import coldbind
from tests.erp_world import World, after, order, prepare
from tests.warehouse import START, Warehouse, warehouse

CODE = "CLM-GR-1"
FREIGHT = Decimal("45.00")


@pytest.fixture
def world(database_url: str) -> Generator[World]:
    """A warm delivery that is claimed and sent, with a photo and a calibrated sensor."""
    prepare(database_url)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        world = World(database_url, database)
        world.arrive()
        world.read(1, -5, [4.0 + 0.25 * minute for minute in range(60)])
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "insert into binding.calibration"
                " (sensor_id, calibrated_on, offset_k, due_on, certificate, recorded_by)"
                " values (1, '2026-01-05', 0.05, '2027-01-05', 'CAL-<7>#*', 'anna')"
            )
        world.found(10, 50)
        world.decide("accepted_with_reservation", 40)
        with database.transaction() as run:
            drafting.charge(
                run, CODE, Charge("freight", FREIGHT, "truck & driver, $5 #1"), Told("anna", 0)
            )
            photo = Attachment("door [1].png", png(), "the door, *open*")
            drafting.attach(run, CODE, photo, "anna")
            drafting.attach(run, CODE, Attachment("note.txt", b"two pallets warm", ""), "anna")
            handlers.submit(run, CODE, Told("carla", after(600)))
        yield world


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    with warehouse(database_url) as house:
        yield house


def png() -> bytes:
    """A picture of two by two red points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff\0\0" * 2) * 2
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def make(world: World, by: str = "carla") -> bytes:
    with world.database.transaction() as run:
        return claim_pack(run, CODE, by)


def test_a_pack_made_again_has_the_same_bytes(world: World) -> None:
    first = make(world)
    assert make(world, "dora") == first
    with world.database.transaction() as run:
        answering.answer(run, CODE, FREIGHT, Told("carla", after(2000), "freight only"))
    assert make(world) == first, "what happens to a sent claim is not part of its evidence"
    drafted = hashlib.sha256(first).hexdigest()
    with world.database.transaction() as run:
        checked = check_here(run, first)
    assert checked.faults == ()
    assert checked.made is not None
    assert checked.made.file == drafted


def test_it_says_what_a_supplier_asks(world: World) -> None:
    pdf = make(world)
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    for words in (
        "Evidence for claim CLM-GR-1",
        "Acme Biologics",
        "1291.84",  # 1246.84 and 45.00 of freight
        "above 8 degC for 40 min",
        "custody",
        "two pallets warm",
        "CAL-<7>#*",
        "truck & driver, $5 #1",
        "13.2",
        "MKT of the stretch",
    ):
        assert words in text, words
    files = PdfReader(io.BytesIO(pdf)).attachments
    assert sorted(files) == [
        "attachment-door [1].png",
        "attachment-note.txt",
        "facts.json",
        "manifest.txt",
        "readings.csv",
    ]
    readings = files["readings.csv"][0].decode().splitlines()
    assert readings[0] == "sensor,time,value_degc,quality"
    assert readings[1] == "dock1-t1,2026-03-01T08:00:00.000000Z,5.25,0", "from arrival on"
    assert len(readings) == 1 + 51


def altered(pdf: bytes, name: str, content: bytes) -> bytes:
    """The same document with other content in one of its files."""
    writer = PdfWriter()
    writer.clone_document_from_reader(PdfReader(io.BytesIO(pdf)))
    for one in writer.attachment_list:
        if one.name == name:
            one.content = content
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_every_alteration_is_found(world: World) -> None:
    pdf = make(world)
    files = {name: one[0] for name, one in PdfReader(io.BytesIO(pdf)).attachments.items()}
    cooler = files["readings.csv"].replace(b",13.5,", b",7.5,")
    assert cooler != files["readings.csv"]
    one_file = altered(pdf, "readings.csv", cooler)
    assert check(one_file).faults == (
        "readings.csv was altered: it does not have the SHA-256 of the manifest",
    )
    manifest = files["manifest.txt"].replace(
        hashlib.sha256(files["readings.csv"]).hexdigest().encode(),
        hashlib.sha256(cooler).hexdigest().encode(),
    )
    consistent = altered(one_file, "manifest.txt", manifest)
    (fault,) = check(consistent).faults
    assert "the readings are not those that were evidence" in fault
    with world.database.transaction() as run:
        assert check_here(run, consistent).faults[-1].startswith("no pack with these contents was made")
        around = check_here(run, altered(pdf, "none", b""))
    assert around.faults[0].endswith("the document around them is not")


def test_the_commands(world: World, server_folder: Path) -> None:
    told = {"COLDBIND_DATABASE_URL": world.url, "COLDBIND_VAR": str(server_folder)}
    file = server_folder / "pack.pdf"
    assert coldbind("evidence", "make", CODE, "--out", str(file), told=told).code == 0
    answer = coldbind("evidence", "verify", str(file), told=told)
    assert answer.code == 0, answer
    assert "4 files are as the manifest says" in answer.out
    assert "about claim CLM-GR-1, audit record" in answer.out
    nothing = {"COLDBIND_VAR": str(server_folder)}
    assert coldbind("evidence", "verify", str(file), "--alone", told=nothing).code == 0
    coldbind("evidence", "make", "CLM-9", told=told).refused("there is no claim")
    coldbind("evidence", "verify", __file__, "--alone", told=nothing).refused("no PDF")
    file.write_bytes(altered(file.read_bytes(), "facts.json", b"{}"))
    answer = coldbind("evidence", "verify", str(file), "--alone", told=nothing)
    assert (answer.code, answer.out) == (
        1,
        "facts.json was altered: it does not have the SHA-256 of the manifest\n",
    )


def test_a_damaged_photo_is_named_and_stops_no_pack(world: World) -> None:
    world.found(10, 50, "LOT-A/0002")
    code = f"{CODE}-2"
    with world.database.transaction() as run:
        drafting.attach(run, code, Attachment("broken.png", b"\x89PNG", ""), "anna")
        drafting.attach(run, code, Attachment("whole.png", png(), "the truck"), "anna")
    with world.database.transaction() as run:
        pack = claim_pack(run, code, "carla")
    with world.database.transaction() as run:
        assert check_here(run, pack).faults == ()
    facts = json.loads(PdfReader(io.BytesIO(pack)).attachments["facts.json"][0])
    assert {one["name"]: (one["picture"], one["damaged"]) for one in facts["photos"]} == {
        "attachment-broken.png": (False, True),
        "attachment-whole.png": (True, False),
    }


def test_the_file_of_a_lot_and_the_condition_at_dispatch(house: Warehouse, server_folder: Path) -> None:
    house.receive("U1", "U2")
    with house.database.transaction() as run:
        receiving.decide(run, Decision("GR", "accepted", START + 2 * MINUTE, "anna"))
    house.move("U1", 10, "dc.cold.bin")
    house.measure("cold-t", [(minute, 4.0 + minute % 3) for minute in range(5, 200, 5)])
    house.judges.judge_all()
    with house.database.transaction() as run, pytest.raises(Refusal, match="did not leave us"):
        dispatch_certificate(run, "U1", "anna")
    house.move("U1", 180, None)
    house.judges.judge_all()
    with house.database.transaction() as run:
        lot, unit = lot_file(run, "LOT", "anna"), dispatch_certificate(run, "U1", "anna")
    with house.database.transaction() as run:
        assert lot_file(run, "LOT", "ben") == lot
        assert dispatch_certificate(run, "U1", "ben") == unit
        assert check_here(run, lot).faults == ()
        assert check_here(run, unit).faults == ()
        with pytest.raises(Refusal, match="not known"):
            lot_file(run, "L9", "anna")
    inside = PdfReader(io.BytesIO(unit)).attachments["readings.csv"][0].decode().splitlines()
    assert inside[-1].startswith("2026-03-02T10:55:00.000000Z,U1,"), "nothing after it left"
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(unit)).pages).split())
    assert "left us on 2026-03-02 11:00:00 UTC" in text
    assert "Until then no excursion from the limits of" in text
    assert "34 readings watched it for" in text, "every 5 min from minute 10 to 175 in the bin"
    assert "It was not held at that time" in text


def test_what_came_back_still_has_its_certificate(house: Warehouse) -> None:
    house.receive("U1", "U2")
    with house.database.transaction() as run:
        receiving.decide(run, Decision("GR", "accepted", START + 2 * MINUTE, "anna"))
    house.move("U1", 10, "dc.cold.bin")
    house.measure("cold-t", [(minute, 4.0) for minute in range(5, 300, 5)])
    house.move("U1", 100, None)
    house.move("U1", 200, "dc.cold.bin")
    house.move("U2", 5, None)
    with house.database.transaction() as run:
        pdfs = [dispatch_certificate(run, unit, "anna") for unit in ("U1", "U2")]
    told = [PdfReader(io.BytesIO(pdf)) for pdf in pdfs]
    texts = [" ".join("".join(p.extract_text() for p in one.pages).split()) for one in told]
    inside = told[0].attachments["readings.csv"][0].decode().splitlines()
    assert inside[-1].startswith("2026-03-02T09:35:00.000000Z,U1,"), "nothing of after it left us first"
    assert "left us on 2026-03-02 09:40:00 UTC" in texts[0]
    assert "No reading speaks for it: its temperature with us is not known." in texts[1]
    for secret in ("Bought from", "EUR", "Supplier"):
        assert secret not in texts[0] + texts[1], "a customer is told nothing of what we paid, and whom"


def test_every_kind_of_rule_is_told_in_its_own_words(database_url: str) -> None:
    prepare(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(_EVERY_KIND)
    with Database(database_url, {**HANDLERS, BindingChanged: []}) as database:
        order(database)
        world = World(database_url, database)
        world.arrive()
        world.read(1, -5, [4.0 + 0.25 * minute for minute in range(60)])
        world.publish(world.excursion(10, 50, rule="heating", peak=6.5))
        world.publish(world.excursion(10, 50, rule="mean", peak=9.25))
        pdf = make(world)
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    for words in (
        "never above 8 degC for more than 2 h in sum within 1 d",
        "never mean kinetic temperature over 1 d above 8 degC",
        "never rising faster than 3 degC/h over 30 min",
        "never unmonitored for 30 min or longer",
        "never frozen below -0.5 degC and thawed above 0 degC 2 times or more",
        "rose by 6.5 degC/h over 30 min, faster than 3 degC/h",
        "mean kinetic temperature over 1 d was 9.25 degC, above 8 degC",
    ):
        assert words in text, words
    facts = json.loads(PdfReader(io.BytesIO(pdf)).attachments["facts.json"][0])
    assert [one["limits"] for one in facts["figures"]] == [[8.0]], "no limit of a change among degC"


_EVERY_KIND = """
insert into rules.profile (name, version, title, source) values ('fridge', 3, 'Every kind', 'a test');
insert into rules.rule
    (profile_id, name, kind, side, limit_value, tolerance, window_size, stretch, thaw_value, times,
     severity)
select profile_id, told.*
from rules.profile,
     (values ('sum', 'cumulative', 'above', 8, interval '2 hours', interval '1 day', null::interval,
              null::double precision, 1, 'major'),
             ('mean', 'mkt', 'above', 8, '0', '1 day', null, null, 1, 'major'),
             ('heating', 'rate', 'above', 3, '0', null, '30 minutes', null, 1, 'major'),
             ('mute', 'silence', 'above', 0.5, '30 minutes', null, null, null, 1, 'major'),
             ('thawed', 'freeze_thaw', 'below', -0.5, '0', null, null, 0, 2, 'critical')) told
where profile.name = 'fridge' and version = 3;
update rules.profile set state = 'approved', approved_at = now(), approved_by = 'Coldbind catalog'
where state = 'draft'
"""
