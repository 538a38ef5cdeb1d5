"""Child processes that never outlive us, and records of processes that never lie.

A child gets the kernel's promise (PR_SET_PDEATHSIG) to be signalled when we end, however we end. A
recorded process is its pid and its start time, so a pid that was given to somebody else is not ours.
Where the kernel has no such promise (other POSIX systems) the record alone cleans up at the next start.
"""

import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_LAUNCH = Path(__file__).with_name("process_launch.py")
_START_TIME = 19
"""Place of the start time in /proc/PID/stat, counted after the command name."""
_POLL = 0.01


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user to run a child as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, for ever: `started` tells it from a later process with the same pid."""

    pid: int
    started: str


def identify(pid: int) -> ProcessIdentity | None:
    """The process that has `pid` now, or None when there is none (or only a zombie)."""
    if sys.platform == "linux":
        return _identify_by_proc(pid)
    listed = subprocess.run(
        ["/bin/ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = listed.stdout.strip().partition(" ")
    return ProcessIdentity(pid, started.strip()) if started and not state.startswith("Z") else None


def _identify_by_proc(pid: int) -> ProcessIdentity | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the command name may hold spaces and brackets
    return None if fields[0] in "ZX" else ProcessIdentity(pid, f"{boot}/{fields[_START_TIME]}")


def is_running(process: ProcessIdentity) -> bool:
    """Whether exactly this process still runs."""
    return identify(process.pid) == process


def end_process(process: ProcessIdentity, how: signal.Signals, patience: float) -> None:
    """End a process that need not be our child: `how`, and SIGKILL after `patience` seconds.

    Does nothing when it is gone, also when its pid belongs to somebody else by now. Raises
    `PermissionError` when it belongs to another user.
    """
    for attempt in (how, signal.SIGKILL):
        if not _signal(process, attempt):
            return
        if wait_until(lambda: not is_running(process), patience):
            return


def _signal(process: ProcessIdentity, number: signal.Signals) -> bool:
    """Send a signal; False when the process is gone."""
    try:
        handle = os.pidfd_open(process.pid) if hasattr(os, "pidfd_open") else None
    except ProcessLookupError:
        return False
    try:
        if not is_running(process):  # checked while the handle keeps the pid from being given away
            return False
        if handle is None:
            os.kill(process.pid, number)
        else:
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Poll `condition` every 10 ms for at most `patience` seconds; whether it came true."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        select.select((), (), (), _POLL)
    return True


class Child:
    """A process that we started; make one with `start_child`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        self.identity = identify(process.pid) or ProcessIdentity(process.pid, "ended at once")

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def wait(self, patience: float) -> int | None:
        """Wait up to `patience` seconds; the exit code, or None when it still runs."""
        wait_until(lambda: self.poll() is not None, patience)
        return self.poll()

    def stop(self, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> int:
        """Ask it to end with `how`, insist with SIGKILL after `patience` seconds; its exit code."""
        if self.poll() is None:
            self._process.send_signal(how)
            if self.wait(patience) is None:
                self._process.kill()
        return self._process.wait()


def start_child(
    argv: Sequence[str],
    *,
    log: Path,
    account: Account | None = None,
    root: Path | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> Child:
    """Start `argv` in its own session; on Linux it gets `death_signal` when this process ends.

    `argv[0]` is a path. Its output is appended to `log`, which only we may read. `account` and `root`
    (the folder to chroot into; `argv` and `cwd` are then paths in there) need root. A program that
    cannot be run ends with exit code 127 and says why in the log.
    """
    order = json.dumps(
        {
            "argv": list(argv),
            "uid": account and account.uid,
            "gid": account and account.gid,
            "root": root and str(root),
            "cwd": cwd and str(cwd),
            "env": dict(env or {}),
            "death_signal": int(death_signal),
            "parent": os.getpid(),
        }
    )
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        return Child(_from_lasting_thread(lambda: _spawn(order, output)))
    finally:
        os.close(output)


def _spawn(order: str, output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LAUNCH), order],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _from_lasting_thread(work: Callable[[], Result]) -> Result:
    """Do `work` in a thread that lives as long as the process: the death signal follows the thread."""
    if threading.current_thread() is threading.main_thread():
        return work()
    done: Future[Result] = Future()

    def step() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # it is raised again in the thread that asked
            done.set_exception(error)

    _lasting_thread().put(step)
    return done.result()


_steps: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
_lasting: list[threading.Thread] = []
_lasting_lock = threading.Lock()


def _lasting_thread() -> "queue.SimpleQueue[Callable[[], None]]":
    with _lasting_lock:
        if not _lasting:
            thread = threading.Thread(target=_run_steps, name="starts processes", daemon=True)
            thread.start()
            _lasting.append(thread)
    return _steps


def _run_steps() -> None:
    while True:
        _steps.get()()
