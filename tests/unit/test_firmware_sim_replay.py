"""A recorded CSV as a device: its rows, its unit, its times; and what is said about a bad one."""

import csv
from pathlib import Path

import pytest

from firmware_sim.core.packet import Measurement, Packet
from firmware_sim.core.replay import BadRecording, Recording, Replay, read_recording
from firmware_sim.worker import open_replay
from kernel.instants import DAY, HOUR, instant, parse_moment

OFFICE = Path(__file__).parents[3] / "shared" / "data" / "nab_ambient.csv"
EIGHT = instant(parse_moment("2026-03-01T08:00:00Z"))

TINY = """time,probe,other
2026-03-01 08:00:00,40.5,1
2026-03-01T09:00:00+01:00,41,2

2026-03-01T08:30:00.250Z,-3e1,3
"""


def tiny(text: str = TINY, column: str = "probe", unit: str = "F") -> Recording:
    return read_recording(text.splitlines(keepends=True), column=column, unit=unit)


def test_rows_are_readings_in_order_of_time_and_utc_without_a_zone() -> None:
    half = EIGHT + HOUR // 2 + 250_000
    assert tiny() == Recording("degF", (EIGHT, EIGHT, half), (40.5, 41.0, -30.0))


def test_the_time_column_can_be_named_and_the_mark_of_windows_is_no_part_of_it() -> None:
    lines = ["\ufeffvalue,when\n", "4.5,2026-03-01T08:00:00Z\n"]
    recording = read_recording(lines, column="value", unit="C", time_column="when")
    assert recording == Recording("Cel", (EIGHT,), (4.5,))


def test_a_shift_moves_every_reading_and_keeps_the_gaps() -> None:
    shifted = tiny().shifted(EIGHT + DAY)
    assert shifted.times == tuple(time + DAY for time in tiny().times)
    assert shifted.values == tiny().values


def test_it_plays_as_a_device_in_pieces() -> None:
    replay = Replay(tiny(), "office")
    assert (replay.start, replay.end) == (EIGHT, tiny().times[-1])
    assert replay.advance(EIGHT - 1) == []
    assert replay.advance(EIGHT) == [
        Packet(EIGHT, "office", (Measurement("temperature", "degF", EIGHT, 40.5),)),
        Packet(EIGHT, "office", (Measurement("temperature", "degF", EIGHT, 41.0),)),
    ]
    assert replay.advance(EIGHT - DAY) == []
    assert [packet.records[0].value for packet in replay.advance(EIGHT + DAY)] == [-30.0]
    assert replay.advance(EIGHT + 2 * DAY) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TINY.replace("41,", "warm,"), "line 3: 'warm' is not a number"),
        (TINY.replace("-3e1", "nan"), "line 5: 'nan' is not a finite number"),
        (TINY.replace("-3e1", ""), "line 5: '' is not a number"),
        (
            TINY.replace("2026-03-01 08:00:00", "01.03.2026"),
            "line 2: '01.03.2026' is not an ISO 8601 time",
        ),
        (TINY.replace(",40.5,1", ""), "line 2: only 1 of 2 columns"),
        (TINY.replace("40.5", '"40.5"x'), "line 2: "),
        (TINY.replace("probe", "sonde"), "line 1: no column 'probe' among time, sonde, other"),
        ("", "line 1: no column 'probe' among nothing"),
        ("time,probe\n", "there is no row below the header"),
    ],
)
def test_a_bad_row_is_named_by_its_line(text: str, sentence: str) -> None:
    with pytest.raises(BadRecording, match=sentence):
        tiny(text)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(BadRecording, match="unit 'R' is not one of C, F and K"):
        tiny(unit="R")


def test_the_file_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "fridge.csv"
    path.write_text(TINY.replace("41,", "warm,"), encoding="utf-8")
    with pytest.raises(BadRecording, match=r"fridge.csv: line 3: 'warm' is not a number"):
        open_replay(path, "office", column="probe", unit="F")
    path.write_bytes(b"time,probe\n\xff,1\n")
    with pytest.raises(BadRecording, match=r"fridge.csv: .*utf-8"):
        open_replay(path, "office", column="probe", unit="F")


@pytest.mark.skipif(not OFFICE.exists(), reason="the shared recordings are not on this machine")
def test_the_office_recording_plays_whole() -> None:
    replay = open_replay(OFFICE, "office", column="value", unit="F")
    packets = replay.advance(replay.end)
    with OFFICE.open(encoding="utf-8", newline="") as lines:
        rows = [(row["timestamp"], float(row["value"])) for row in csv.DictReader(lines)]
    assert len(packets) == 7267
    expected = [(instant(parse_moment(f"{stamp}Z")), value) for stamp, value in rows]
    assert [(packet.sent_at, packet.records[0].value) for packet in packets] == expected
    assert {packet.records[0].unit for packet in packets} == {"degF"}
