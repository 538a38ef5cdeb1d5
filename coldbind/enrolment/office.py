"""Where enrolments are made: the register, the authority that signs, and who asks."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coldbind.enrolment.authority import Authority
from coldbind.enrolment.register import Register, register
from kernel.refusal import Refusal

Audit = Callable[..., None]
"""`audit(action, subject, **detail)` records it in the audit chain, before anything is handed out."""
Files = tuple[Path, Path]
"""An authority's certificate and its key."""


@dataclass(frozen=True, slots=True)
class Office:
    """The `register` as it is `now`, open for a change that `by` asks for."""

    register: Register
    authority: Authority
    now: datetime
    by: str
    audit: Audit


@contextmanager
def office(folder: Path, given: Files | None, by: str, audit: Audit) -> Generator[Office]:
    """The office in `folder`; what it registered is kept when the block ends well.

    The first time it makes an authority of its own, or takes the `given` one, and keeps to it.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with register(folder) as known:
        files = _files(known, folder, given)
        if known.authority is None and given is None:
            _make(files, now)
        known.authority = (str(files[0]), str(files[1]))
        yield Office(known, Authority.read(*files, now), now, by, audit)


def _files(known: Register, folder: Path, given: Files | None) -> Files:
    if known.authority is not None:
        kept = (Path(known.authority[0]), Path(known.authority[1]))
        if given is not None and given != kept:
            raise Refusal(
                f"this installation's authority is {kept[0]}: leave out --ca-cert and --ca-key, or "
                f"begin anew by moving {folder} away"
            )
        return kept
    return given or (folder / "ca.crt", folder / "ca.key")


def _make(files: Files, now: datetime) -> None:
    if not any(file.exists() for file in files):
        Authority.made(f"Coldbind authority of {now:%Y-%m-%d}", now).write(*files)
