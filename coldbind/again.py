"""A command that collided with somebody else's is run again, as long as it has said nothing.

Each command is one transaction, and a collision (a deadlock, a serialisation failure) undoes all of it:
whoever typed the command need not know.
"""

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import TextIO, cast

from storage.database import ATTEMPTS, Collision, still_colliding


class _Heard:
    """An output that knows whether anything was written to it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.anything = False

    def write(self, text: str) -> int:
        self.anything = True
        return self._out.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._out, name)


def run_until_it_fits(command: Callable[[], object]) -> None:
    """Run `command`; again when it collided and nobody has read a word of it yet.

    Raises `Unavailable` when it still collides at the last attempt.
    """
    for attempt in range(1, ATTEMPTS + 1):
        heard = _Heard(sys.stdout)
        try:
            with redirect_stdout(cast("TextIO", heard)):
                command()
        except Collision as collision:
            if attempt == ATTEMPTS or heard.anything:
                raise still_colliding(collision) from collision
        else:
            return
