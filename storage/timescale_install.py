"""A Debian with PostgreSQL and TimescaleDB in a folder, from the package mirror this machine uses.

debootstrap builds it beside its final place and a rename puts it there, so what is there is complete.
It needs root, and touches nothing outside the folder (but for installing debootstrap itself).
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from storage.processes import start_child
from storage.server_errors import NoBinaries, NotPermitted, StartFailed, log_since

SUITE = "trixie"
MAJOR = 17
PACKAGES = (f"postgresql-{MAJOR}", f"postgresql-{MAJOR}-timescaledb")
BINARIES = Path(f"/usr/lib/postgresql/{MAJOR}/bin")
"""The server programs, as seen inside."""

_APT = Path("/etc/apt")
_SAY_EVERY = 5.0
_OWN_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

Say = Callable[[str], None]


def say_on_stderr(text: str) -> None:
    """Print one line of progress."""
    sys.stderr.write(f"timescale: {text}\n")
    sys.stderr.flush()


def is_installed(root: Path) -> bool:
    """Whether `root` holds the finished Debian."""
    extension = root / f"usr/share/postgresql/{MAJOR}/extension/timescaledb.control"
    return extension.is_file() and (root / BINARIES.relative_to("/") / "postgres").is_file()


def install(folder: Path, say: Say = say_on_stderr) -> Path:
    """The Debian in `folder`/root, installed now if it is not there yet (about a minute).

    Raises `NotPermitted` without root, `NoBinaries` when something it needs is missing, `StartFailed`
    with the last line of the log when debootstrap fails.
    """
    root = folder.absolute() / "root"
    if is_installed(root):
        return root
    if os.geteuid() != 0:
        raise NotPermitted(
            "installing TimescaleDB from Debian packages needs root: run `sudo make timescale`, or set "
            "COLDBIND_DATABASE_URL to a TimescaleDB server"
        )
    _bring_debootstrap(say)
    found = debian_mirrors(_apt_sources())
    if not found:
        raise NoBinaries(
            f"no Debian package mirror is named in {_APT}, and that is where TimescaleDB comes from: "
            "use a Debian machine, or set COLDBIND_DATABASE_URL to a TimescaleDB server"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "install.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second installation waits, and finds it done
        if not is_installed(root):
            _install_from(found, root, say)
    return root


def _install_from(mirrors: list[str], root: Path, say: Say) -> None:
    """Try each mirror; Debian's own name for its archive stands first."""
    fresh, log = root.with_name("root.new"), root.with_name("install.log")
    said = ""
    for mirror in mirrors:
        _remove_tree(fresh)
        _remove_tree(root)
        said = _debootstrap(mirror, fresh, log, say)
        if is_installed(fresh):
            shutil.rmtree(fresh / "var/cache/apt/archives", ignore_errors=True)  # 100 MB of packages
            fresh.rename(root)
            return
    _remove_tree(fresh)
    raise StartFailed(f"debootstrap failed: {said or 'it said nothing'} (log: {log})")


def _bring_debootstrap(say: Say) -> None:
    if shutil.which("debootstrap", path=_OWN_SYSTEM_PATH):
        return
    if shutil.which("apt-get", path=_OWN_SYSTEM_PATH) is None:
        raise NoBinaries("debootstrap is needed and this machine has no apt-get to install it with")
    say("installing debootstrap with apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "debootstrap"]):
        done = subprocess.run(
            ["apt-get", "--quiet", *arguments],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["apt-get said nothing"])[-1]
        raise NoBinaries(f"debootstrap is needed and could not be installed with apt-get: {last}")


def _apt_sources() -> dict[str, str]:
    """The machine's apt source files, by name."""
    files = [_APT / "sources.list", *sorted((_APT / "sources.list.d").glob("*"))]
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in files
        if path.suffix in {".list", ".sources"} and path.is_file()
    }


def debian_mirrors(sources: Mapping[str, str]) -> list[str]:
    """Package mirrors in apt source files, by file name; those that end in /debian first.

    Understands one-line `.list` and deb822 `.sources` files; security and third-party suites that name
    a folder are left out, as are sources that are switched off or are no network mirror.
    """
    found: list[str] = []
    for name, text in sources.items():
        entries = _deb822(text) if name.endswith(".sources") else _one_line(text)
        for uri, suite in entries:
            plain = uri.rstrip("/")
            if re.match(r"https?://", plain) and "security" not in f"{plain} {suite}" and suite != "/":
                found.append(plain)
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda uri: not uri.endswith("/debian"))


def _one_line(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        matched = re.match(r"\s*deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", line)
        if matched:
            yield matched[1], matched[2]


def _deb822(text: str) -> Iterator[tuple[str, str]]:
    uncommented = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", uncommented):
        unfolded = re.sub(r"\n[ \t]+", " ", stanza)
        fields = {
            name.strip().lower(): value.split()
            for name, _, value in (line.partition(":") for line in unfolded.splitlines())
        }
        if fields.get("enabled", ["yes"])[:1] == ["no"] or "deb" not in fields.get("types", []):
            continue
        for uri in fields.get("uris", []):
            yield from ((uri, suite) for suite in fields.get("suites", []))


def _debootstrap(mirror: str, target: Path, log: Path, say: Say) -> str:
    """Run debootstrap with its output in `log` and a line of progress every few seconds.

    It has namespaces of its own, so neither a mount nor a process stays, however it or we end. Returns
    the last line it printed.
    """
    say(f"installing Debian {SUITE} with {' and '.join(PACKAGES)} (once, about a minute)")
    alone = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
    packages = ["--variant=minbase", f"--include={','.join(PACKAGES)}"]
    log.unlink(missing_ok=True)
    started = time.monotonic()
    child = start_child(
        [_program("unshare"), *alone, _program("debootstrap"), *packages, SUITE, str(target), mirror],
        log=log,
        env={**os.environ, **_apt_proxy(), "PATH": _OWN_SYSTEM_PATH, "LC_ALL": "C"},
    )
    try:
        while child.wait(_SAY_EVERY) is None:
            say(f"{time.monotonic() - started:3.0f} s: {_last_line(log)}")
    finally:
        child.stop(signal.SIGKILL)
    return _last_line(log)


def _program(name: str) -> str:
    found = shutil.which(name, path=_OWN_SYSTEM_PATH)
    if found is None:
        raise NoBinaries(f"the program {name} is needed to install TimescaleDB: install it first")
    return found


def _last_line(log: Path) -> str:
    lines = log_since(log, 0).strip().splitlines()
    return lines[-1].removeprefix("I: ") if lines else ""


def _apt_proxy() -> dict[str, str]:
    """The proxy apt is configured with, as the variable that debootstrap's downloads obey."""
    asked = subprocess.run(
        ["apt-config", "shell", "proxy", "Acquire::http::Proxy"],
        capture_output=True,
        text=True,
        check=False,
    )
    matched = re.match(r"proxy='(https?://[^']+)'", asked.stdout)
    return {"http_proxy": matched[1]} if matched and "http_proxy" not in os.environ else {}


def _remove_tree(tree: Path) -> None:
    """Remove a half-finished installation, unless something is mounted in it."""
    if not tree.exists():
        return
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    inside = [point for point in (line.split()[4] for line in mounts) if point.startswith(f"{tree}/")]
    if inside:
        raise StartFailed(
            f"{inside[0]} is still mounted from an earlier try: unmount it, then start again"
        )
    shutil.rmtree(tree)
