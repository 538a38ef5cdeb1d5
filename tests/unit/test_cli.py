"""The command line: every command is found, and what is not asked for is not loaded."""

from typing import cast

import click
import pytest
import typer

from coldbind.cli import COMMANDS, command_line, modules_for
from tests.commands import coldbind


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_answers_to_the_names_told(module: str) -> None:
    group = cast("click.Group", typer.main.get_command(command_line([module])))
    assert sorted(group.commands) == sorted(COMMANDS[module])


def test_only_what_is_asked_for_is_loaded() -> None:
    assert modules_for(["unit", "show", "U1"]) == ["units"]
    assert modules_for(["--help"]) == modules_for([]) == modules_for(["unti"]) == list(COMMANDS)


def test_the_help_knows_every_command() -> None:
    told = coldbind("--help", told={}).out
    for names in COMMANDS.values():
        for name in names:
            assert f" {name} " in told, name


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    answer = coldbind("recal", told={})
    assert answer.code == 2
    assert "recall" in answer.err
