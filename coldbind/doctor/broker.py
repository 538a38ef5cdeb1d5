"""The broker: reached, trusted, let in, heard; and whether it keeps what it has acknowledged."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from paho.mqtt.enums import MQTTProtocolVersion

from coldbind.doctor.check import Check
from coldbind.doctor.probe import PATIENCE, Entrance, ProbeFailed, connected, new_name
from coldbind.enrolment.authority import read_certificate
from coldbind.enrolment.mosquitto import DOCTOR
from coldbind.settings import Settings
from coldbind.tls import broker_tls, meaning
from kernel.refusal import Refusal
from wire.broker import parse_broker
from wire.topics import Topic

QUEUED = 1_500
"""Messages in the probe of the broker's queue; Mosquitto's default keeps 1 000."""

_SILENCE = 2.0
_SOON = timedelta(days=30)


def examine(settings: Settings, url: str) -> list[Check]:
    """Every check of the broker at `url`; the first that fails ends those that need it."""
    broker = parse_broker(url)
    refused: list[str] = []
    try:
        tls = broker_tls(settings, refused.append)
    except ValueError as error:
        return [Check("TLS files", ok=False, answer=str(error))]
    checks = _certificates(settings)
    entrance = Entrance(broker, tls)
    checks += _reach(entrance)
    if not all(check.ok for check in checks):
        return checks
    topic = str(Topic(settings.site, settings.gateway, DOCTOR))
    checks.append(_login(entrance, refused))
    if checks[-1].ok:
        checks.append(_attempt("broker messages", lambda: _round_trip(entrance, topic)))
    if checks[-1].ok:
        checks.append(_shared(entrance, topic, wanted=settings.ingest_share is not None))
        checks.append(_attempt("broker queue", lambda: _queue(entrance, topic)))
    return checks


def _attempt(what: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except ProbeFailed as failure:
        return Check(what, ok=False, answer=str(failure))


def _reach(entrance: Entrance) -> list[Check]:
    """Whether somebody answers there, and with TLS whether it is the right one."""
    broker = entrance.broker
    try:
        with socket.create_connection((broker.host, broker.port), PATIENCE) as plain:
            if entrance.tls is None:
                return []
            with entrance.tls.wrap_socket(plain, server_hostname=broker.host) as line:
                return [_their_certificate(line.getpeercert(binary_form=True))]
    except ssl.SSLError as error:
        said = error.strerror or meaning(error)
        return [Check("broker TLS", ok=False, answer=f"{broker}: {said}")]
    except OSError as error:
        answer = f"{broker} cannot be reached ({error}): is it running there?"
        return [Check("broker", ok=False, answer=answer)]


def _their_certificate(encoded: bytes | None) -> Check:
    assert encoded is not None, "a server without a certificate ends the handshake"
    return _lasting("broker TLS", "the broker's certificate", x509.load_der_x509_certificate(encoded))


def _certificates(settings: Settings) -> list[Check]:
    """Whether our own files hold for a while."""
    files: list[tuple[str, Path | None]] = [
        ("our certificate", settings.mqtt_cert),
        ("the authority", settings.mqtt_ca),
    ]
    try:
        return [
            _lasting("certificate", f"{name} {file}", read_certificate(file))
            for name, file in files
            if file
        ]
    except Refusal as refusal:
        return [Check("certificate", ok=False, answer=str(refusal))]


def _lasting(what: str, name: str, certificate: x509.Certificate) -> Check:
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    until = f"{name} is valid until {certificate.not_valid_after_utc:%Y-%m-%d}, {left.days} days"
    advice = (
        "" if left > _SOON else ": renew it (coldbind gateway enrol --force, coldbind broker config)"
    )
    return Check(what, left > _SOON, until + advice)


def _login(entrance: Entrance, refused: list[str]) -> Check:
    """Whether we are let in; `refused` has what TLS said about it."""
    broker = entrance.broker
    try:
        with connected(entrance):
            return Check("broker", ok=True, answer=f"{broker} accepts the login")
    except ProbeFailed as failure:
        said = refused[-1] if refused else f"{failure}; check user, password and TLS"
        return Check("broker", ok=False, answer=f"{broker}: {said}")


def _round_trip(entrance: Entrance, topic: str) -> Check:
    """Whether this login may publish and hear under its name."""
    with connected(entrance) as probe:
        probe.subscribe(topic)
        probe.publish(topic, [b"here"])
        if probe.hear(1) == [b"here"]:
            return Check("broker messages", ok=True, answer=f"published to {topic} and heard again")
    advice = f"what is published to {topic} does not come back: let this login write and read it"
    return Check("broker messages", ok=False, answer=f"{advice} (access list)")


def _shared(entrance: Entrance, topic: str, *, wanted: bool) -> Check:
    """Whether several ingests can divide the messages among them."""
    what = "shared subscriptions"
    try:
        with connected(entrance, version=MQTTProtocolVersion.MQTTv5) as probe:
            probe.subscribe(f"$share/{new_name()}/{topic}")
            probe.publish(topic, [b"shared"])
            if probe.hear(1, _SILENCE) == [b"shared"]:
                return Check(
                    what, ok=True, answer="MQTT 5 with shared subscriptions: ingest can be several"
                )
        why = "nothing comes over one"
    except ProbeFailed as failure:
        why = str(failure)
    if wanted:
        return Check(what, ok=False, answer=f"not here ({why}): leave out COLDBIND_INGEST_SHARE")
    return Check(what, ok=True, answer=f"not here ({why}): run one ingest")


def _queue(entrance: Entrance, topic: str) -> Check:
    """Whether the broker keeps everything it acknowledges for somebody who is away."""
    name = new_name()
    try:
        with connected(entrance, name, keep=True) as away:
            away.subscribe(topic)
        with connected(entrance) as sender:
            sender.publish(topic, [b"%d" % number for number in range(QUEUED)])
        with connected(entrance, name, keep=True) as back:
            arrived = len(set(back.hear(QUEUED, _SILENCE)))
    finally:
        with connected(entrance, name):  # without keep: that removes the session
            pass
    if arrived == QUEUED:
        answer = f"{QUEUED} messages were kept for a consumer that was away"
        return Check("broker queue", ok=True, answer=answer)
    return Check(
        "broker queue",
        ok=False,
        answer=f"this broker drops queued messages: it acknowledged {QUEUED} for a consumer that was "
        f"away and kept {arrived}. In Mosquitto set max_queued_messages 0 and max_queued_bytes 0 "
        "(coldbind broker config writes both)",
    )
