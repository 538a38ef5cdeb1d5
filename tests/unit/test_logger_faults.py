"""What is wrong with a logger's file is told with its line, and nothing of it is read."""

from contextlib import suppress
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coldbind.commands.loggers import parse_zone
from kernel.refusal import Refusal
from lotbinding.loggers.core.csv_mapping import parse_mapping
from lotbinding.loggers.core.formats import parse_file

CASES = Path(__file__).parents[1] / "golden" / "loggers"
QTAG = (CASES / "qtag_warm_hour" / "report.txt").read_bytes()
FRIDGE = (CASES / "fridge_tag_2_l" / "report.txt").read_bytes()
MAPPING = "serial: A\ncolumns: {time: t, temperature: c}\n"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"Serial: TRIP00001", b"Serial:", "f.txt, line 6: 'Serial' is missing in Conf"),
        (b"TS Stop: 2026-03-01 10:00", b"TS Stop:", "line 31: 'TS Stop' is missing in Res"),
        (b"TS Stop: 2026-03-01 10:00", b"TS Stop: 2026-03-01 07:00", "line 31: TS Stop is not later"),
        (b"TS Start: 2026-03-01 08:00", b"TS Start: 1.3.26", "line 35: '1.3.26' is not a time such as"),
        (b"Type: 2", b"Type: 9", "line 22: alarm type '9' is not 1, 2, 3 or 4"),
        (b"Avrg T: 7.0", b"Avrg T: warm", "line 43: 'warm' is not a number"),
        (b"Avrg T: 7.0", b"Avrg T: 7000.0", "line 43: '7000.0' cannot be a temperature"),
        (b"t A: 50", b"t A: -5", "line 47: '-5' is not a number of minutes"),
        (b"TS S: 2026-03-01 08:41, t A: 65", b"t A: 65", "line 49: an alarm needs its start"),
        (
            b"08:50\t12.0",
            b"08:40\t12.0",
            "line 62: 2026-03-01 08:40 is not later than the reading before",
        ),
        (b"\t1\t4.0\t2026-03-01 08:15", b"\t1", "line 54: a mark needs a number and a time"),
        (b"08:50\t12.0\tx", b"08:50", "line 62: a reading needs a time and a temperature"),
        (b"Device: Q-tag CLm doc LR", b"Device: Thermo 5", "line 1: this is no report of a Q-tag"),
        (b"Device: Q-tag", b"%PDF-1.4", "f.txt is a PDF: import the text file"),
    ],
)
def test_a_q_tag_report(before: bytes, after: bytes, words: str) -> None:
    assert QTAG.count(before) >= 1
    with pytest.raises(Refusal) as refused:
        parse_file(QTAG.replace(before, after, 1), "f.txt", UTC)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"TS Report Creation: 2026-03-01 10:00", b"", "'TS Report Creation' is missing in Hist"),
        (
            b"Creation: 2026-03-01 10:00",
            b"Creation: 2026-02-01 10:00",
            "before the device was activated",
        ),
        (b"Date: 2026-03-01", b"Date: 2026-02-01", "this day is not one the device was running"),
        (b"Date: 2026-03-01", b"Date: March", "'March' is not a day such as 2026-03-01"),
        (b"TS A: 09:39", b"TS A: 25:39", "'25:39' is not a time of day"),
        (b"  0:\n   T AL", b"  7:\n   T AL", "alarm '7' is neither 0 (cold) nor 1 (warm)"),
    ],
)
def test_a_fridge_tag_report(before: bytes, after: bytes, words: str) -> None:
    assert FRIDGE.count(before) >= 1
    with pytest.raises(Refusal) as refused:
        parse_file(FRIDGE.replace(before, after, 1), "f.txt", UTC)
    assert words in str(refused.value)
    assert "f.txt, line " in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("t,c\n2026-03-01T08:00Z,5\n", "line 1: two readings at least are needed, found 1"),
        ("t,x\n2026-03-01T08:00Z,5\n", "line 1: no column 'c'; there are: t, x"),
        ("t,c\n2026-03-01T08:00Z,5\nsoon,5\n", "line 3: 'soon' is not an ISO 8601 time"),
        ("t,c\n2026-03-01T08:00Z,5\n2026-03-01T08:00Z,5\n", "line 3: this reading is not later"),
        ("t,c\n2026-03-01T08:00Z,5\n2026-03-01T08:05Z,a\n", "line 3: 'a' is not a number"),
        ("t,c\n2026-03-01T08:00Z,nan\n", "line 2: 'nan' cannot be a temperature"),
        ("t,c\n2026-03-01T08:00Z\n", "line 2: column 2 is missing"),
        ("t,c\n" + "x" * 200_000, "line 2: this is no line of a CSV file (field larger than"),
        ("", "line 1: the column names should be in line 1"),
        ("t,c\n2026-03-29 02:30,5\n", "line 2: 2026-03-29 02:30:00 did not exist in this zone"),
    ],
)
def test_a_csv_file(text: str, words: str) -> None:
    mapping = parse_mapping(MAPPING, "m.yaml")
    with pytest.raises(Refusal) as refused:
        parse_file(text.encode(), "f.csv", ZoneInfo("Europe/Vienna"), mapping)
    assert f"f.csv, {words}" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("serial: A\n", "mapping m.yaml: Object missing required field `columns`"),
        (MAPPING + "colour: red\n", "mapping m.yaml: Object contains unknown field `colour`"),
        (MAPPING + "unit: degR\n", "mapping m.yaml: Invalid enum value 'degR'"),
        (MAPPING + "decimal: ','\n", "mapping m.yaml: the delimiter is one character"),
        (MAPPING + "header: 0\n", "mapping m.yaml: header is the number of a line"),
        (MAPPING + "interval: soon\n", "mapping m.yaml: interval: 'soon' is not a length"),
        (MAPPING + "interval: 0 s\n", "mapping m.yaml: interval: a second is the shortest"),
        ("columns: {date: d, temperature: c}\n", "mapping m.yaml: columns needs either time, or both"),
        ("columns: {\n", "m.yaml: line 2"),
    ],
)
def test_a_mapping(text: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_mapping(text, "m.yaml")
    assert words in str(refused.value)


def test_a_csv_file_without_a_serial_asks_for_it() -> None:
    mapping = parse_mapping("columns: {time: t, temperature: c}\n", "m.yaml")
    text = b"t,c\n2026-03-01T08:00Z,5\n2026-03-01T08:05Z,5\n"
    with pytest.raises(Refusal, match="which logger is it"):
        parse_file(text, "f.csv", UTC, mapping)
    assert parse_file(text, "f.csv", UTC, mapping, "B-2").serial == "B-2"


@pytest.mark.parametrize("whole", [QTAG, FRIDGE], ids=["q-tag", "fridge-tag"])
def test_a_report_that_was_cut_is_refused_or_known_to_be_cut(whole: bytes) -> None:
    for end in range(0, len(whole) - len(b"Sig: 00\r\n"), 7):
        report = None
        with suppress(Refusal):
            report = parse_file(whole[:end], "f.txt", UTC)
        assert report is None or not report.signed
    assert parse_file(whole, "f.txt", UTC).signed


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "+25:00", "", "../etc", "+2"])
def test_a_zone_nobody_knows(zone: str) -> None:
    with pytest.raises(Refusal, match="write a zone such as"):
        parse_zone(zone)
