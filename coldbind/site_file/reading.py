"""Reading site files: YAML, CSV or a folder of CSV files; all faults of all files at once."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from coldbind.site_file.csv_form import CSV_KINDS, rows_of_csv
from coldbind.site_file.entries import OrderEntry, SiteFile, together
from coldbind.site_file.fields import Faults, Row, entry
from coldbind.site_file.yaml_form import rows_of_yaml
from kernel.refusal import Refusal

_KINDS = {**CSV_KINDS, "orders": OrderEntry}
_LINE = re.compile(r"(.*?): line (\d+)")
_Form = Callable[[str, str, Faults], Mapping[str, list[Row]]]


def read_site(text: str, where: str) -> SiteFile:
    """The site in YAML `text`; `Refusal` says where each fault is and what it is, a line for each."""
    faults: Faults = []
    site = _site(rows_of_yaml, text, where, faults)
    refuse(faults)
    return site


def read_site_files(paths: list[Path]) -> SiteFile:
    """The site in these files or folders of CSV files, together; all faults in one `Refusal`."""
    faults: Faults = []
    found: list[SiteFile] = []
    for path in [file for given in paths for file in _files(given)]:
        form: _Form = rows_of_csv if path.suffix.lower() == ".csv" else rows_of_yaml
        try:
            found.append(_site(form, _text_of(path), str(path), faults))
        except Refusal as fault:
            faults.append(str(fault))
    refuse(faults)
    return together(found)


def refuse(faults: Faults) -> None:
    """Refuse when there is any fault."""
    if faults:
        raise Refusal("\n".join(sorted(faults, key=_place)))


def _place(fault: str) -> tuple[str, int]:
    """The file and the line a fault is about; one without a line comes first."""
    found = _LINE.match(fault)
    return (found[1], int(found[2])) if found else ("", 0)


def _site(form: _Form, text: str, where: str, faults: Faults) -> SiteFile:
    rows = form(text, where, faults)
    found = {
        section: [one for row in its if (one := entry(_KINDS[section], row, faults)) is not None]
        for section, its in rows.items()
    }
    return SiteFile(**found)  # type: ignore[arg-type]  # the kind of each section is in _KINDS


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.csv"))
    if not found:
        raise Refusal(f"{path} holds no CSV files: write the file to read")
    return found


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{path} cannot be read: it is not UTF-8 text") from error
