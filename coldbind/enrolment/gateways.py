"""Enrol a gateway and end its enrolment: what the broker must know, and what the gateway takes away."""

import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from coldbind.enrolment.authority import LONGEST_NAME
from coldbind.enrolment.handing_out import (
    CA,
    CERTIFICATE,
    KEY,
    SETTINGS,
    prepare,
    settings_text,
    write_files,
)
from coldbind.enrolment.mosquitto import SALT_BYTES, password_line
from coldbind.enrolment.office import Office
from coldbind.enrolment.register import BrokerPlace, Enrolled, Register
from kernel.refusal import Refusal
from wire.broker import Broker
from wire.topics import checked_name


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A gateway that is to speak to `broker`, its files in `out` here and in `installed_in` there.

    It introduces itself with a certificate that lasts `days`, or with a password. `force` renews one
    that is enrolled already.
    """

    site: str
    gateway: str
    broker: Broker
    out: Path
    installed_in: PurePosixPath
    days: int
    with_password: bool
    force: bool

    @property
    def user(self) -> str:
        """What the broker calls it."""
        return f"{checked_name(self.site)}/{checked_name(self.gateway)}"

    @property
    def names(self) -> dict[str, str]:
        """Its names as settings."""
        return {"COLDBIND_SITE": self.site, "COLDBIND_GATEWAY": self.gateway}


def enrol(office: Office, asked: Enrolment) -> str:
    """Hand out a login, and say how long it counts.

    `Refusal` when the gateway has one already or a file would be overwritten, unless `force` is given.
    """
    user, known, now = asked.user, office.register, office.now
    if len(user) > LONGEST_NAME:
        raise Refusal(
            f"{user} is too long: site and gateway have {LONGEST_NAME - 1} characters at most"
        )
    standing = known.standing(user, now)
    if standing and not asked.force:
        raise Refusal(
            f"gateway {user} is enrolled already ({standing[-1].state(now)}): renew it with --force, "
            f"or end that with coldbind gateway revoke {asked.gateway} --site {asked.site}"
        )
    login, texts = (_password if asked.with_password else _certificate)(office, asked)
    prepare(asked.out, texts, force=asked.force)
    office.audit("gateway enrolled", f"gateway {user}", **_told(login))
    write_files(asked.out, texts)
    if asked.with_password:
        known.end_passwords(user, now)
    known.enrolled.append(login)
    return login.state(now)


def revoke(office: Office, user: str, why: str) -> list[Enrolled]:
    """End every login of `user`; `Refusal` when it has none."""
    ended = office.register.standing(user, office.now)
    if not ended:
        raise Refusal(
            f"gateway {user} has no login that counts: see coldbind gateway list for those that do"
        )
    serials = [one.serial for one in ended if one.serial]
    office.audit("gateway revoked", f"gateway {user}", logins=len(ended), serials=serials, why=why)
    return office.register.revoke(user, office.now)


def broker_of(known: Register, *, with_password: bool) -> Broker:
    """The broker that `coldbind broker config` wrote a configuration for; `Refusal` when none."""
    place = known.broker
    if place is None:
        raise Refusal(
            "no broker is known: name it with --broker mqtts://host:port, or write its configuration "
            "with coldbind broker config"
        )
    port = password_port(place) if with_password else place.port
    return Broker(place.hosts[0], port, None, None, tls=True)


def password_port(place: BrokerPlace | None) -> int:
    """Where the configured broker takes passwords; `Refusal` when it takes none."""
    if place is None or place.password_port is None:
        raise Refusal(
            "the broker takes certificates only: let it take passwords too with "
            "coldbind broker config --password-port 8884"
        )
    return place.password_port


def _certificate(office: Office, asked: Enrolment) -> tuple[Enrolled, dict[str, bytes | str]]:
    made = office.authority.client(asked.user, asked.days, office.now)
    login = Enrolled(
        user=asked.user,
        kind="certificate",
        enrolled_at=office.now,
        by=office.by,
        serial=f"{made.serial:x}",
        expires_at=made.expires_at,
    )
    comment = f"Settings of gateway {asked.user} for coldbind run gateway, {login.state(office.now)}"
    settings = settings_text(comment, asked.broker, asked.installed_in, asked.names)
    files = {
        CA: office.authority.text,
        CERTIFICATE: made.certificate,
        KEY: made.key,
        SETTINGS: settings,
    }
    return login, files


def _password(office: Office, asked: Enrolment) -> tuple[Enrolled, dict[str, bytes | str]]:
    password = secrets.token_urlsafe(24)
    line = password_line(asked.user, password, secrets.token_bytes(SALT_BYTES))
    login = Enrolled(user=asked.user, kind="password", enrolled_at=office.now, by=office.by, line=line)
    comment = f"Settings of gateway {asked.user} for coldbind run gateway, {login.state(office.now)}"
    host = Broker(asked.broker.host, asked.broker.port, asked.user, password, tls=True)
    settings = settings_text(comment, host, asked.installed_in, asked.names)
    return login, {CA: office.authority.text, SETTINGS: settings}


def _told(login: Enrolled) -> dict[str, object]:
    """What the audit record says of a login."""
    expires = msgspec.to_builtins(login.expires_at) if login.expires_at else None
    return {"kind": login.kind, "serial": login.serial, "expires_at": expires}
