"""The `coldbind` command in this very process: for tests that give many commands in a row."""

import io
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from coldbind.cli import main
from tests.commands import Answer, environment


def coldbind_here(*arguments: object, told: Mapping[str, str]) -> Answer:
    """Run a command to its end, with nothing of Coldbind in the environment but what is `told`."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        patch.dict(os.environ, environment(told), clear=True),
        patch.object(sys, "argv", ["coldbind", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return Answer(code if isinstance(code, int) else int(bool(code)), out.getvalue(), err.getvalue())
