"""Passwords on the command line: typed unseen on a terminal, else from the environment or from stdin.

Never an argument: whoever lists the processes of a machine reads their arguments.
"""

import getpass
import os
import sys

from kernel.refusal import Refusal

OLD, NEW = "COLDBIND_PASSWORD", "COLDBIND_NEW_PASSWORD"


def password(prompt: str = "Password: ", variable: str = OLD) -> str:
    """The password of whoever signs; from `variable` when that is set."""
    if given := os.environ.get(variable):
        return given
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Refusal(f"a password is needed: type it, set {variable}, or write it as a line on stdin")
    return line


def new_password() -> str:
    """A new password, typed twice on a terminal."""
    first = password("New password: ", NEW)
    typed = sys.stdin.isatty() and not os.environ.get(NEW)
    if typed and getpass.getpass("The same again: ") != first:
        raise Refusal("the two passwords differ: nothing was changed")
    return first
