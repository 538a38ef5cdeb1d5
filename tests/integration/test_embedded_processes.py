"""Child processes end when we end, and a recorded process is never confused with another."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from storage.processes import (
    Account,
    ProcessIdentity,
    end_process,
    identify,
    is_running,
    start_child,
    wait_until,
)

ROOT = Path(__file__).parents[2]
SLEEP = "/bin/sleep"
PARENT = """
import sys
from pathlib import Path
from storage.processes import Account, start_child
account = Account(*map(int, sys.argv[2:])) if len(sys.argv) > 2 else None
print(start_child(["/bin/sleep", "60"], log=Path(sys.argv[1]), account=account).pid, flush=True)
sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a child as another user")


def _child_of_a_killed_parent(log: Path, *account: str) -> ProcessIdentity:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(log), *account],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = identify(int(parent.stdout.readline()))
        assert child is not None
        name = Path(f"/proc/{child.pid}/comm")
        assert wait_until(lambda: name.read_text().strip() == "sleep", 10)
        parent.send_signal(signal.SIGKILL)
    return child


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    child = _child_of_a_killed_parent(tmp_path / "log")
    assert wait_until(lambda: not is_running(child), 1)


@as_root
def test_a_child_of_another_user_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    child = _child_of_a_killed_parent(tmp_path / "log", "65534", "65534")
    assert wait_until(lambda: not is_running(child), 1)


@as_root
def test_a_child_has_no_rights_but_those_of_its_account(tmp_path: Path) -> None:
    child = start_child(["/usr/bin/id"], log=tmp_path / "log", account=Account(65534, 65534))
    assert child.wait(10) == 0
    said = (tmp_path / "log").read_text()
    assert said.startswith("uid=65534")
    assert "root" not in said


def test_stop_insists_when_it_is_ignored(tmp_path: Path) -> None:
    log = tmp_path / "log"
    deaf = start_child(
        ["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"], log=log
    )
    assert wait_until(lambda: log.read_text() == "deaf\n", 10)
    assert deaf.stop(signal.SIGTERM, patience=0.2) == -signal.SIGKILL


def test_a_child_leads_its_own_session_so_ctrl_c_does_not_reach_it(tmp_path: Path) -> None:
    child = start_child([SLEEP, "60"], log=tmp_path / "log")
    assert os.getsid(child.pid) == child.pid
    assert child.stop() == -signal.SIGTERM


def test_a_program_that_is_missing_is_named_in_the_log(tmp_path: Path) -> None:
    child = start_child(["/nowhere/program"], log=tmp_path / "log")
    assert child.wait(10) == 127
    assert "cannot run /nowhere/program" in (tmp_path / "log").read_text()


def test_a_child_started_by_a_thread_outlives_the_thread(tmp_path: Path) -> None:
    started = [start_child([SLEEP, "60"], log=tmp_path / "log")]
    for _ in range(2):
        thread = threading.Thread(
            target=lambda: started.append(start_child([SLEEP, "60"], log=tmp_path / "log"))
        )
        thread.start()
        thread.join()
    try:
        assert len(started) == 3
        assert not wait_until(lambda: any(child.poll() is not None for child in started), 0.3)
    finally:
        assert [child.stop() for child in started] == [-signal.SIGTERM] * 3


def test_end_process_spares_a_later_process_with_the_same_pid(tmp_path: Path) -> None:
    child = start_child([SLEEP, "60"], log=tmp_path / "log")
    end_process(ProcessIdentity(child.pid, "an earlier one"), signal.SIGKILL, 0.2)
    assert child.poll() is None
    end_process(child.identity, signal.SIGTERM, 5)
    assert child.wait(1) == -signal.SIGTERM
    assert identify(child.pid) is None
    end_process(child.identity, signal.SIGTERM, 0.2)
