"""The `coldbind` command: every command is a few lines around a use case of a stage.

What a user can do wrong is answered with one sentence on stderr and exit code 1; nothing is left
half-written, because each command is one transaction. One that collides with another is run again.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module

import typer
from rich.console import Console

from coldbind.again import run_until_it_fits
from coldbind.logs import quiet_libraries
from coldbind.settings import SettingsError, without_secrets
from coldbind.supervisor import WorkerFailed
from gateway.store import SpoolError
from gateway.worker import GatewayError
from kernel.refusal import Refusal
from storage.errors import StorageError

COMMANDS: Mapping[str, Sequence[str]] = {
    "running": ("run", "demo", "migrate"),
    "looking": ("trace", "custody", "doctor"),
    "auditing": ("audit",),
    "status": ("status",),
    "places": ("location", "apply", "site"),
    "sensors": ("sensor",),
    "registers": ("supplier", "product", "customer"),
    "goods": ("receive", "handover", "decide", "move"),
    "rules": ("rules",),
    "purchase_orders": ("order",),
    "deliveries": ("delivery",),
    "scanning": ("scan", "label", "sscc"),
    "units": ("unit",),
    "packing": ("pack", "unpack"),
    "warehouse": ("storage", "task", "pick-face", "replenish"),
    "stock": ("stock", "count", "counts"),
    "orders": ("sale", "wave"),
    "picking": ("pick", "rotation"),
    "shipping": ("shipment", "return"),
    "recalls": ("recall",),
    "tracking": ("where", "felt", "changes", "movement"),
    "history": ("history",),
    "loggers": ("logger",),
    "alerts": ("alert",),
    "holds": ("hold",),
    "ledger": ("ledger",),
    "invoices": ("invoice",),
    "claims": ("claims",),
    "evidence": ("evidence",),
    "retention": ("retention",),
    "parked": ("parked",),
    "sealing": ("seal",),
    "simulating": ("sim",),
    "gateways": ("gateway", "broker"),
    "people": ("user", "signatures"),
    "budget": ("budget",),
}
"""The modules of coldbind/commands, in the order of the help, with the names each answers to."""


def command_line(modules: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with the commands of these modules."""
    app = typer.Typer(
        name="coldbind",
        help="Open cold-chain telemetry: every reading bound to the goods that felt it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(lambda: None)  # so that a lone command keeps its name
    for module in modules:
        import_module(f"coldbind.commands.{module}").add_to(app)
    return app


def modules_for(arguments: Sequence[str]) -> Sequence[str]:
    """What has to be loaded for these arguments: every module that is not is time saved."""
    wanted = arguments[0] if arguments else ""
    return [module for module, names in COMMANDS.items() if wanted in names] or list(COMMANDS)


def main() -> None:
    """Run the command line; faults become sentences."""
    quiet_libraries()
    fault = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        run_until_it_fits(command_line(modules_for(sys.argv[1:])))
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
