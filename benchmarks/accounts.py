"""Where the processor time went: seconds of user and system time, by process."""

from collections.abc import Mapping
from contextlib import suppress

import psutil


class Accounts:
    """Counts the processor seconds of named processes from now on."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        """Seconds spent by each process and its children since this object was made."""
        return {name: spent - self._before[name] for name, spent in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: _seconds(process) for name, process in self._processes.items()}


def _seconds(process: psutil.Process) -> float:
    """A server's backends count, also those that ended.

    One that ends while we look is either still listed or already in the server's account, never
    neither: until the account stands still we look again.
    """
    times = process.cpu_times()
    while True:
        total = times.user + times.system + times.children_user + times.children_system
        for child in process.children():
            with suppress(psutil.NoSuchProcess):
                own = child.cpu_times()
                total += own.user + own.system
        before, times = times, process.cpu_times()
        if before[2:4] == times[2:4]:
            return total


def peak_rss_mib(pid: int) -> float:
    """The most memory the process ever had resident (VmHWM), MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:  # noqa: PTH123 - a /proc file
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmHWM: it ended")
