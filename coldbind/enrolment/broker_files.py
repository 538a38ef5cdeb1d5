"""The folder with the broker's configuration: written whole, and brought up to date after each change.

Running it again is how certificates are renewed: those that still hold for a while are kept.
"""

from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

from cryptography import x509

from coldbind.enrolment.authority import Credential, read_certificate
from coldbind.enrolment.handing_out import (
    CA,
    CERTIFICATE,
    KEY,
    SETTINGS,
    hand_over,
    prepare,
    settings_text,
    write_files,
)
from coldbind.enrolment.mosquitto import CENTRE, MARK, configuration, permissions
from coldbind.enrolment.office import Office
from coldbind.enrolment.register import BrokerPlace, Enrolled
from kernel.refusal import Refusal
from storage.server_errors import explained
from wire.broker import Broker

CONFIGURATION = "mosquitto.conf"

_DAYS = 730
_RENEW = timedelta(days=60)


def write_broker(office: Office, place: BrokerPlace, *, force: bool = False) -> list[str]:
    """Write everything the broker needs, and the login of the centre; what was written, in words.

    Certificates that hold for longer than 60 days are kept unless `force` renews them. `Refusal` when a
    configuration is there that somebody else wrote.
    """
    folder = Path(place.folder)
    _check_ours(folder / CONFIGURATION, force=force)
    prepare(folder, (), force=True)
    office.register.broker = place
    said = [f"{folder / CONFIGURATION}, permissions and the list of revoked certificates"]
    if force or not _holds(folder / "server.crt", place.hosts, office.now):
        until = _issue_server(office, place)
        said.append(f"the broker's certificate for {', '.join(place.hosts)}, {until}")
    if force or not _holds(folder / CENTRE / CERTIFICATE, [], office.now):
        until = _issue_centre(office, place)
        said.append(f"{folder / CENTRE / SETTINGS}, the login of ingest, {until}")
    bring_up_to_date(office)
    return said


def bring_up_to_date(office: Office) -> bool:
    """Write who is revoked and which passwords count into the broker's folder; False without one."""
    known, place = office.register, office.register.broker
    if place is None or not Path(place.folder).is_dir():
        return False
    folder, there = Path(place.folder), PurePosixPath(place.installed_in)
    texts: dict[str, bytes | str] = {
        CONFIGURATION: configuration(there, place.port, place.password_port, place.largest_payload),
        "acl": permissions(),
        CA: office.authority.text,
        "crl.pem": office.authority.revocations(known.revoked(), office.now),
    }
    if place.password_port is not None:
        texts["passwords"] = "".join(f"{line}\n" for line in known.password_lines())
    write_files(folder, texts)
    for name in ("local.d", "data"):
        with explained(folder / name):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
            hand_over(folder / name)
    return True


def _issue_server(office: Office, place: BrokerPlace) -> str:
    made = office.authority.server(place.hosts, _DAYS, office.now)
    about = {"serial": f"{made.serial:x}", "expires_at": made.expires_at, "hosts": place.hosts}
    office.audit("broker certificate issued", f"broker {place.hosts[0]}", **about)
    write_files(Path(place.folder), {"server.crt": made.certificate, "server.key": made.key})
    return _registered(office, place.hosts[0], "server", made)


def _issue_centre(office: Office, place: BrokerPlace) -> str:
    made = office.authority.client(CENTRE, _DAYS, office.now)
    about = {"serial": f"{made.serial:x}", "expires_at": made.expires_at}
    office.audit("centre enrolled", f"login {CENTRE}", **about)
    folder = Path(place.folder) / CENTRE
    prepare(folder, (), force=True)
    hand_over(folder)
    until = _registered(office, CENTRE, "certificate", made)
    broker = Broker(place.hosts[0], place.port, None, None, tls=True)
    there = PurePosixPath(place.installed_in) / CENTRE
    settings = settings_text(
        f"Settings of the centre for coldbind run ingest, {until}", broker, there, {}
    )
    files = {CA: office.authority.text, CERTIFICATE: made.certificate, KEY: made.key}
    write_files(folder, files | {SETTINGS: settings.encode()})
    return until


def _registered(
    office: Office, user: str, kind: Literal["certificate", "server"], made: Credential
) -> str:
    login = Enrolled(
        user=user,
        kind=kind,
        enrolled_at=office.now,
        by=office.by,
        serial=f"{made.serial:x}",
        expires_at=made.expires_at,
    )
    office.register.enrolled.append(login)
    return login.state(office.now)


def _check_ours(file: Path, *, force: bool) -> None:
    with explained(file):
        ours = not file.exists() or file.read_text(encoding="utf-8", errors="replace").startswith(MARK)
    if not ours and not force:
        raise Refusal(
            f"{file} was not written by Coldbind: choose another folder with --out, or replace it with "
            "--force"
        )


def _holds(file: Path, hosts: list[str], now: datetime) -> bool:
    """Whether a certificate is there, lasts for a while, and names exactly `hosts`."""
    if not file.exists():
        return False
    certificate = read_certificate(file)
    return certificate.not_valid_after_utc > now + _RENEW and _hosts(certificate) == set(hosts)


def _hosts(certificate: x509.Certificate) -> set[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in found}
