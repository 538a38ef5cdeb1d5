"""The last step before a server runs: give up rights, tie its life to ours, become the server.

Run as a script, by path, with nothing but the standard library. It stands between us and the server
because a uid change clears the death signal and because running Python between fork and exec is not
safe in a process with threads.
"""

import ctypes
import json
import os
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 127


def _become(order: dict[str, Any]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the rights to read it are given up
    if order["root"] is not None:
        os.chroot(order["root"])
    if order["cwd"] is not None:
        os.chdir(order["cwd"])
    if order["uid"] is not None:
        os.setgroups([])
        os.setgid(order["gid"])
        os.setuid(order["uid"])
    if sys.platform == "linux" and order["death_signal"]:
        libc.prctl(PR_SET_PDEATHSIG, order["death_signal"], 0, 0, 0)
        if os.getppid() != order["parent"]:  # it ended before the signal was armed
            sys.exit(CANNOT_RUN)
    os.execve(order["argv"][0], order["argv"], order["env"])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    _order = json.loads(sys.argv[1])
    try:
        _become(_order)
    except OSError as _error:
        sys.stderr.write(f"FATAL: cannot run {_order['argv'][0]}: {_error}\n")
        sys.exit(CANNOT_RUN)
