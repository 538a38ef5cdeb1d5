"""Commands that play devices: sim run, sim replay."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.session import console
from coldbind.site_file import parse_span, parse_time
from firmware_sim.core.replay import BadRecording
from firmware_sim.core.scenario import InvalidScenario
from firmware_sim.core.simulation import Simulation
from firmware_sim.link import DeviceLink
from firmware_sim.scenario_file import load_scenario
from firmware_sim.worker import Source, open_replay, play
from kernel.instants import moment
from kernel.refusal import Refusal

_PATIENCE_S = 30.0
_LAST_PORT = 65_535

Gateway = Annotated[str, typer.Option(help="HOST:PORT of the gateway's UDP side.")]
Speed = Annotated[float, typer.Option(help="Simulated seconds in each second.", min=0.001)]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    sim = typer.Typer(help="Devices that do not exist.", no_args_is_help=True)
    sim.command("run")(run)
    sim.command("replay")(replay)
    app.add_typer(sim, name="sim")


def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario file (YAML).")],
    length: Annotated[str, typer.Option("--for", help="How long, in simulated time.")] = "24 h",
    gateway: Gateway = "127.0.0.1:5683",
    speed: Speed = 60,
) -> None:
    """Let the rooms and sensors of a scenario send to a gateway."""
    try:
        world = load_scenario(scenario)
    except InvalidScenario as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(f"{scenario} cannot be read: {error.strerror}") from error
    until = world.start + parse_span(length, "--for")
    asyncio.run(_play(Simulation(world), gateway, speed, until))


def replay(
    file: Annotated[Path, typer.Argument(help="A CSV with a header line.")],
    sensor: Annotated[str, typer.Option(help="The sensor it is played as.")],
    column: Annotated[str, typer.Option(help="The column with the values.")] = "value",
    unit: Annotated[str, typer.Option(help="C, F or K.")] = "C",
    start: Annotated[str, typer.Option(help="Shift the first reading to this time.")] = "",
    gateway: Gateway = "127.0.0.1:5683",
    speed: Speed = 3600,
) -> None:
    """Play a recorded series as a sensor."""
    begin = parse_time(start, "--start") if start else None
    try:
        recorded = open_replay(file, sensor, column=column, unit=unit, start=begin)
    except BadRecording as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    asyncio.run(_play(recorded, gateway, speed, recorded.end))


async def _play(source: Source, gateway: str, speed: float, until: int) -> None:
    host, _, port = gateway.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _LAST_PORT:
        raise Refusal(f"--gateway {gateway!r}: write HOST:PORT, such as 127.0.0.1:5683")
    try:
        opened = await DeviceLink.open(host, int(port))
    except OSError as error:
        raise Refusal(f"--gateway {gateway}: {error.strerror or error}") from error
    async with opened as link:
        with console.status("playing") as status:
            readings = await play(
                source, link, speed, until, lambda at: status.update(f"{moment(at):%Y-%m-%d %H:%M} UTC")
            )
            confirmed = await link.drained(_PATIENCE_S)
    if not confirmed:
        raise Refusal(
            f"no gateway confirmed at {gateway}: is one running there (coldbind run gateway)?"
        )
    console.print(f"{readings} readings sent, all confirmed by the gateway")
