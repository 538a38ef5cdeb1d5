"""Commands about who may speak to the broker: gateway enrol, list, revoke; broker config."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from coldbind.commands.session import By, console, transaction, whoever
from coldbind.enrolment.broker_files import bring_up_to_date, write_broker
from coldbind.enrolment.gateways import Enrolment, broker_of, enrol, revoke
from coldbind.enrolment.handing_out import SETTINGS
from coldbind.enrolment.office import Office, office
from coldbind.enrolment.register import BrokerPlace, Register, register
from coldbind.settings import read_settings, state_folder
from kernel.refusal import Refusal
from wire.broker import Broker, parse_broker
from wire.topics import checked_name

_RELOAD = "let the broker read it again: systemctl reload mosquitto, or send it SIGHUP"

Site = Annotated[str, typer.Option(help="The gateway's site.", show_default="COLDBIND_SITE")]
Out = Annotated[Path | None, typer.Option(help="The folder to write into.")]
InstalledIn = Annotated[
    str, typer.Option(help="Where the files will lie when they are used.", show_default="--out")
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
AuthorityCertificate = Annotated[
    Path | None, typer.Option("--ca-cert", help="An authority of your own: its certificate (PEM).")
]
AuthorityKey = Annotated[Path | None, typer.Option("--ca-key", help="Its EC key (PEM).")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    gateway = typer.Typer(help="Gateways, and their logins at the broker.", no_args_is_help=True)
    gateway.command("enrol")(enrol_gateway)
    gateway.command("list")(list_gateways)
    gateway.command("revoke")(revoke_gateway)
    broker = typer.Typer(help="A broker of your own.", no_args_is_help=True)
    broker.command("config")(configure_broker)
    app.add_typer(gateway, name="gateway")
    app.add_typer(broker, name="broker")


def enrol_gateway(
    name: Annotated[str, typer.Argument(help="The gateway's name; each of a site has its own.")],
    site: Site = "",
    out: Out = None,
    installed_in: InstalledIn = "",
    broker: Annotated[
        str, typer.Option(help="mqtts://host:port.", show_default="of coldbind broker config")
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it counts.")] = 730,
    ca_cert: AuthorityCertificate = None,
    ca_key: AuthorityKey = None,
    by: By = "",
    *,
    password: Annotated[
        bool, typer.Option("--password", help="A user and a password in place of a certificate.")
    ] = False,
    force: Force = False,
) -> None:
    """Write key, certificate and settings with which one gateway may speak to the broker."""
    site = checked_name(site or read_settings().site)
    folder = (out or Path(f"{site}.{checked_name(name)}")).absolute()
    with _office(ca_cert, ca_key, by) as opened:
        asked = Enrolment(
            site=site,
            gateway=name,
            broker=_broker(opened.register, broker, password=password),
            out=folder,
            installed_in=PurePosixPath(installed_in or folder),
            days=days,
            with_password=password,
            force=force,
        )
        state = enrol(opened, asked)
        changed = password and bring_up_to_date(opened)
    console.print(f"gateway {asked.user} is enrolled, {state}", markup=False)
    console.print(f"bring {folder} to it; its settings are in {SETTINGS}", markup=False)
    if changed:
        console.print(f"the broker's passwords changed; {_RELOAD}")


def list_gateways() -> None:
    """Every login that was handed out, and whether it still counts."""
    now = datetime.now(UTC)
    with register(state_folder(read_settings()).authority) as known:
        for one in known.enrolled:
            serial = f", serial {one.serial}" if one.serial else ""
            about = f"{one.kind}, {one.state(now)}, enrolled {one.enrolled_at:%Y-%m-%d} by {one.by}"
            console.print(f"{one.user}: {about}{serial}", markup=False)
        if not known.enrolled:
            console.print("nobody is enrolled")


def revoke_gateway(
    name: Annotated[str, typer.Argument(help="The gateway.")],
    site: Site = "",
    why: Annotated[str, typer.Option(help="For the audit record.")] = "",
    by: By = "",
) -> None:
    """End all logins of a gateway: a lost key, a machine that was given away."""
    user = f"{checked_name(site or read_settings().site)}/{checked_name(name)}"
    with _office(None, None, by) as opened:
        ended = revoke(opened, user, why)
        brought = bring_up_to_date(opened)
    console.print(f"gateway {user}: {len(ended)} logins revoked", markup=False)
    if brought:
        console.print(f"the broker's configuration knows; {_RELOAD}. A gateway that is connected")
        console.print("stays so until it reconnects: restart the broker to cut it off now.")
    else:
        console.print("no broker's configuration was written: run coldbind broker config")


def configure_broker(
    host: Annotated[list[str], typer.Option(help="What gateways call the broker; repeat it.")],
    out: Annotated[Path, typer.Option(help="The folder to write into.")],
    installed_in: InstalledIn = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="For certificates.")] = 8883,
    password_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="For passwords; none when left out.")
    ] = None,
    ca_cert: AuthorityCertificate = None,
    ca_key: AuthorityKey = None,
    by: By = "",
    *,
    force: Force = False,
) -> None:
    """Write a Mosquitto configuration: TLS, own topics for each gateway, no limit that loses."""
    folder = out.absolute()
    place = BrokerPlace(
        hosts=_hosts(host),
        port=port,
        password_port=password_port,
        folder=str(folder),
        installed_in=installed_in or str(folder),
        largest_payload=read_settings().max_payload_kb * 1024,
    )
    if port == password_port:
        raise Refusal(f"--password-port {port} is the port for certificates: choose another one")
    with _office(ca_cert, ca_key, by) as opened:
        for written in write_broker(opened, place, force=force):
            console.print(f"written: {written}", markup=False)
    console.print(f"start it with: mosquitto -c {place.installed_in}/mosquitto.conf", markup=False)


@contextmanager
def _office(certificate: Path | None, key: Path | None, by: str) -> Generator[Office]:
    if (certificate is None) != (key is None):
        raise Refusal("--ca-cert and --ca-key go together: give both, or neither")
    given = (certificate.absolute(), key.absolute()) if certificate and key else None
    actor = whoever(by)

    def audit(action: str, subject: str, **detail: object) -> None:
        with transaction() as running:
            running.audit(actor, action, subject, **detail)

    with office(state_folder(read_settings()).authority, given, actor, audit) as opened:
        yield opened


def _broker(known: Register, url: str, *, password: bool) -> Broker:
    if not url or password:  # the password counts only where its hash is written
        return broker_of(known, with_password=password)
    broker = parse_broker(url)
    if not broker.tls or broker.username is not None:
        raise Refusal(
            "--broker: write it as mqtts://host:port, without a user: it will be the gateway's"
        )
    return broker


def _hosts(hosts: list[str]) -> list[str]:
    for host in hosts:
        if not host.isascii() or not host or any(sign in host for sign in " /@*"):
            raise Refusal(f"--host {host!r} is no name or address of a machine")
    return hosts
