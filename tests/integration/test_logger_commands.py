"""The logger commands as a user types them: what they print, and what they refuse in one sentence."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coldbind import cli
from tests.commands import Answer
from tests.logger_story import CASES
from tests.warehouse import warehouse

Ask = Callable[..., Answer]
WARM = CASES / "qtag_warm_hour" / "report.txt"


@pytest.fixture
def ask(
    database_url: str,
    server_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Type a command about the warehouse, in which the units U1 and U2 were received."""
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
    monkeypatch.setenv("COLDBIND_DATABASE_URL", database_url)
    monkeypatch.setenv("COLDBIND_VAR", str(server_folder))

    def asked(*arguments: str | Path) -> Answer:
        group = () if arguments[0] == "delivery" else ("logger",)
        monkeypatch.setattr(sys, "argv", ["coldbind", *group, *map(str, arguments)])
        code: int | str | None = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert isinstance(code, int)
        return Answer(code, said.out, said.err)

    return asked


def test_a_file_is_imported_and_shown(ask: Ask) -> None:
    done = ask("import", WARM, "--unit", "U1")
    assert done.code == 0, done.err
    assert "Q-tag CLm doc LR, serial TRIP00001: 12 readings, every 10 min" in done.out
    assert "its clock is read as UTC" in done.out
    assert "device alarm above 8 degC for 30 min: from 2026-03-01 08:41 UTC" in done.out
    assert "6 figures of the device, 2 differ from ours beyond tolerance" in done.out
    (differing,) = [line for line in done.out.splitlines() if "mean kinetic" in line]
    assert differing.split()[-6:] == ["8.3", "degC", "7.84", "-0.46", "0.1", "differs"]
    assert done.out.endswith("12 new readings, bound to unit U1\n")
    again = ask("import", WARM, "--unit", "U1")
    assert again.out.endswith(
        "imported before, nothing changed: 0 new readings, bound to nothing new\n"
    )
    for what in ("TRIP00001", "report.txt"):
        shown = ask("show", what)
        assert "went with unit U1 from 2026-03-01 08:00 UTC to 2026-03-01 10:00 UTC" in shown.out
        assert "50 min by the device's count" in shown.out
        assert "2026-03-01 08:15 UTC mark 1" in shown.out
    listed = ask("list").out.splitlines()
    assert listed[-1].split()[:2] == ["TRIP00001", "report.txt"]
    taken = ask("unbind", "TRIP00001", "--unit", "U1", "--reason", "wrong box")
    assert taken.out == "logger TRIP00001 did not go with U1: recorded\n"
    assert "taken back: wrong box" in ask("show", "TRIP00001").out


def test_the_logger_of_the_trailer_speaks_for_the_whole_delivery(ask: Ask) -> None:
    done = ask("import", WARM, "--receipt", "GR")
    assert done.code == 0, done.err
    assert done.out.endswith("12 new readings, bound to unit U1, unit U2\n")
    ask("import", WARM, "--receipt", "GR-9").refused("there is no receipt 'GR-9'")
    (way,) = [line for line in ask("delivery", "show", "GR").out.splitlines() if "under way" in line]
    assert "12 readings in 1 h 50 min, told by TRIP00001" in way


def test_a_csv_file_with_its_mapping(ask: Ask) -> None:
    case = CASES / "csv_decimal_comma"
    done = ask("import", case / "report.csv", "--mapping", case / "mapping.yaml", "--unit", "U2")
    assert done.code == 0, done.err
    assert "LogBox, serial LB-7: 5 readings, every 60 min, 1 failed" in done.out
    assert "its clock is read as Europe/Vienna" in done.out


def test_what_cannot_be_done_is_one_sentence(ask: Ask, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("hello\n", encoding="utf-8")
    broken = tmp_path / "broken.txt"
    broken.write_bytes(WARM.read_bytes().replace(b"Avrg T: 7.0", b"Avrg T: ?"))
    for arguments, words in (
        (("import", WARM), "which goods? write --unit CODE, --handling-unit CODE or --receipt CODE"),
        (("import", WARM, "--unit", "U9"), "unit 'U9' is not known"),
        (("import", WARM, "--unit", "U1", "--zone", "Mars"), "--zone 'Mars': write a zone such as"),
        (
            ("import", WARM, "--unit", "U1", "--from", "today"),
            "--from: 'today' is not an ISO 8601 time",
        ),
        (("import", tmp_path / "none.txt", "--unit", "U1"), "cannot be read: No such file"),
        (("import", other, "--unit", "U1"), "other.txt, line 1: this is no report of a Q-tag"),
        (("import", broken, "--unit", "U1"), "broken.txt, line 43: '?' is not a number"),
        (("show", "X1"), "no file of a logger 'X1' was imported"),
        (("unbind", "X1", "--unit", "U1", "--reason", "r"), "logger X1 is not bound to unit U1"),
        (("unbind", "X1", "--unit", "U1", "--reason", " "), "say why with --reason"),
    ):
        ask(*arguments).refused(words)
