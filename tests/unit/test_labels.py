"""Labels say what the unit is, and what is written can be scanned again."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from erp.labels.core import Facts, label, label_fault, next_sscc
from erp.labels.drawing import HEIGHT, WIDTH, drawing
from erp.labels.formats import pdf, svg, zpl
from erp.scanning.core import read

TODAY = date(2026, 3, 1)
UNIT = Facts(
    code="L1/0001",
    sscc="340123450000000000",
    product="P",
    product_name="Vaccine <10 ml> (frozen)",
    gtin="04006381333931",
    lot="AB_77",
    expires_on=date(2027, 1, 31),
    quantity=Decimal(48),
    unit_of_measure="box",
)
BARE = replace(UNIT, sscc=None)


def test_what_is_on_it() -> None:
    assert label(UNIT).readable == "(00)340123450000000000(02)04006381333931(17)270131(37)48(10)AB_77"
    assert label(BARE).readable == "(01)04006381333931(17)270131(10)AB_77(21)L1/0001"
    assert label(replace(UNIT, quantity=Decimal("2.5"))).readable.count("(37)") == 0
    assert label(Facts("PAL-1", "340123450000000000")).readable == "(00)340123450000000000"
    assert label(UNIT).lines == (
        "L1/0001",
        "P Vaccine <10 ml> (frozen)",
        "Lot AB_77",
        "Expires 2027-01-31",
        "48 box",
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts("U1", None), "has no SSCC and its product no GTIN"),
        (replace(UNIT, lot="Ä1"), "lot Ä1 cannot be put into a GS1 code: 'Ä' is not allowed"),
        (replace(UNIT, lot="X" * 21), "it has more than 20 characters"),
        (replace(BARE, code="a b"), "unit a b cannot be put into a GS1 code"),
    ],
)
def test_what_cannot_be_coded_is_said(facts: Facts, words: str) -> None:
    assert words in str(label_fault(facts))
    assert label_fault(UNIT) is None


def test_the_drawing_lies_inside_the_label_and_has_both_codes() -> None:
    drawn = drawing(label(UNIT))
    assert len(drawn.boxes) > 100
    for box in drawn.boxes:
        assert 0 <= box.x <= box.x + box.width <= WIDTH
        assert 0 <= box.y <= box.y + box.height <= HEIGHT
    assert max(text.y for text in drawn.texts) < HEIGHT
    assert len(drawing(label(BARE)).boxes) < len(drawn.boxes)


def test_svg_is_xml_of_its_real_size() -> None:
    root = ElementTree.fromstring(svg(label(UNIT)))
    assert (root.get("width"), root.get("height")) == ("105mm", "74mm")
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "P Vaccine <10 ml> (frozen)" in texts


def test_pdf_objects_stand_where_the_table_says() -> None:
    made = pdf(label(replace(UNIT, product_name="Ø (Ω)")))
    (start,) = re.findall(rb"startxref\n(\d+)\n", made)
    assert made[int(start) :].startswith(b"xref\n0 6\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", made)]
    for number, place in enumerate(places, start=1):
        assert made[place:].startswith(b"%d 0 obj" % number)
    (length,) = re.findall(rb"/Length (\d+)", made)
    stream = made[made.index(b"stream\n") + 7 : made.index(b"\nendstream")]
    assert len(stream) == int(length)
    assert "(P Ø \\(?\\))".encode("latin-1") in stream


def test_what_the_printer_is_told_is_scanned_again_as_it_was() -> None:
    for facts in (UNIT, BARE):
        made = zpl(label(facts)).decode()
        assert made.startswith("^XA")
        assert made.endswith("^XZ\n")
        (field,) = re.findall(r"\^BXN[^^]*\^FD(.*?)\^FS", made)
        sent = field.replace("__", "\0").replace("_1", "\x1d").replace("\0", "_")
        scanned = read(sent, TODAY)
        assert "".join(f"({one.ai})" for one in scanned.elements) == re.sub(
            r"\)[^(]*", ")", label(facts).readable
        )
        assert scanned.text("10") == "AB_77"
        assert scanned.value("17") == date(2027, 1, 31)
    assert "^FD(00)340123450000000000^FS" in zpl(label(UNIT)).decode()
    assert "\\5E" in zpl(label(replace(UNIT, product_name="a^b"))).decode()


def test_new_numbers_have_their_check_digit() -> None:
    assert next_sscc("4012345", 1) == "040123450000000016"
    assert read(next_sscc("4012345", 999_999_999), TODAY).form == "sscc"
