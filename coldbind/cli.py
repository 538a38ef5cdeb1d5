"""The `coldbind` command: every command is a few lines around a use case of a stage.

What a user can do wrong is answered with one sentence on stderr and exit code 1; nothing is left
half-written, because each command is one transaction. One that collides with another is run again.
"""

import sys

import typer
from rich.console import Console

from coldbind.again import run_until_it_fits
from coldbind.commands import (
    alerts,
    auditing,
    budget,
    claims,
    deliveries,
    evidence,
    gateways,
    goods,
    history,
    holds,
    invoices,
    ledger,
    loggers,
    looking,
    orders,
    parked,
    people,
    picking,
    places,
    recalls,
    registers,
    retention,
    rules,
    running,
    scanning,
    sealing,
    sensors,
    shipping,
    simulating,
    status,
    stock,
    tracking,
    units,
    warehouse,
)
from coldbind.logs import quiet_libraries
from coldbind.settings import SettingsError, without_secrets
from coldbind.supervisor import WorkerFailed
from gateway.store import SpoolError
from gateway.worker import GatewayError
from kernel.refusal import Refusal
from storage.errors import StorageError

app = typer.Typer(
    name="coldbind",
    help="Open cold-chain telemetry: every reading bound to the goods that felt it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for commands in (
    running,
    looking,
    auditing,
    status,
    places,
    sensors,
    registers,
    goods,
    rules,
    deliveries,
    scanning,
    units,
    warehouse,
    stock,
    orders,
    picking,
    shipping,
    recalls,
    tracking,
    history,
    loggers,
    alerts,
    holds,
    ledger,
    invoices,
    claims,
    evidence,
    retention,
    parked,
    sealing,
    simulating,
    gateways,
    people,
    rules,
    budget,
):
    commands.add_to(app)


def main() -> None:
    """Run the command line; faults become sentences."""
    quiet_libraries()
    fault = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        run_until_it_fits(app)
    except (StorageError, WorkerFailed, GatewayError, SpoolError) as error:
        fault.print(f"[bold red]coldbind:[/] {_plain(error)}")
        sys.exit(1)
    except SettingsError as error:
        for sentence in error.sentences:
            fault.print(f"[bold red]coldbind:[/] {sentence}")
        sys.exit(1)
    except (Refusal, ValueError) as error:
        fault.print(f"[bold red]coldbind:[/] {_plain(error)}")
        sys.exit(1)
    except KeyboardInterrupt:
        fault.print("stopped")
        sys.exit(130)


def _plain(error: BaseException) -> str:
    return without_secrets(str(error)).replace("[", "\\[")
