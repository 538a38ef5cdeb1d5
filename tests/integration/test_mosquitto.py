"""Security on a real Mosquitto: who may connect, who may say and hear what, and what a refusal says."""

import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from coldbind.enrolment.authority import Authority
from kernel.instants import SECOND
from tests.commands import ROOT, environment
from tests.mosquitto import Site, needs_mosquitto, until
from tests.mosquitto import site as site  # noqa: PLC0414 - a fixture
from wire.broker import parse_broker
from wire.senml import Record, encode_senml_cbor

pytestmark = needs_mosquitto

PATIENCE = 20.0
DATA, ACK = "coldbind/v1/berlin/{}/data", "coldbind/v1/berlin/{}/ack"


def forge(told: Mapping[str, str], topic: str) -> None:
    """Publish what is not allowed, over a connection of its own: some brokers end it for that."""
    with Client(told) as forger, suppress(RuntimeError):
        forger.publish(topic, b"forged")


@dataclass
class Client:
    """An MQTT client with somebody's settings, which keeps what it hears."""

    told: Mapping[str, str]
    heard: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def __enter__(self) -> Self:
        broker = parse_broker(self.told["COLDBIND_MQTT_URL"])
        context = ssl.create_default_context(cafile=self.told["COLDBIND_MQTT_CA"])
        if "COLDBIND_MQTT_CERT" in self.told:
            context.load_cert_chain(self.told["COLDBIND_MQTT_CERT"], self.told["COLDBIND_MQTT_KEY"])
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(broker.username, broker.password)
        self._client.tls_set_context(context)  # pyright: ignore[reportUnknownMemberType] # paho leaves the context untyped
        self._client.on_message = lambda _client, _data, message: self.heard.append(
            (message.topic, bytes(message.payload))
        )
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        until(self._client.is_connected, lambda: "never connected")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def subscribe(self, topic: str) -> None:
        granted = threading.Event()

        def on_subscribe(*_: object) -> None:
            granted.set()

        self._client.on_subscribe = on_subscribe
        self._client.subscribe(topic, qos=1)
        assert granted.wait(PATIENCE)

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE)


@contextmanager
def worker(name: str, told: Mapping[str, str], log: Path) -> Generator[Path]:
    """A worker of ours as a process; its log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"coldbind.workers.{name}"],
            env=environment({"COLDBIND_LOG_FORMAT": "json", "COLDBIND_UDP_PORT": "0", **told}),
            stdout=output,
            stderr=output,
            cwd=ROOT,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(20)


def says(log: Path, words: str) -> None:
    until(
        lambda: words in log.read_text("utf-8"),
        lambda: f"{words!r} not in {log.read_text('utf-8')}",
        patience=90,
    )


def test_a_gateway_speaks_and_hears_under_its_own_name_only(site: Site) -> None:
    dock, gate = site.enrol("dock"), site.enrol("gate")
    with site.mosquitto(), Client(site.centre) as centre, Client(dock) as one, Client(gate) as other:
        centre.subscribe("coldbind/v1/#")
        for topic in (ACK.format("gate"), ACK.format("dock"), "#"):
            one.subscribe(topic)
        for topic in (DATA.format("dock"), ACK.format("dock"), "coldbind/v1/hamburg/gate/data"):
            forge(gate, topic)
        other.publish(DATA.format("gate"), b"its own")
        one.publish(DATA.format("dock"), b"its own")
        centre.publish(ACK.format("gate"), b"for the gate")
        centre.publish(ACK.format("dock"), b"for the dock")
        forge(site.centre, DATA.format("dock"))
        until(lambda: len(centre.heard) >= 4, lambda: str(centre.heard))
        until(lambda: len(one.heard) >= 1, lambda: str(one.heard))
        time.sleep(0.3)  # what may not come would come now
        assert sorted(centre.heard) == [
            (ACK.format("dock"), b"for the dock"),
            (DATA.format("dock"), b"its own"),
            (ACK.format("gate"), b"for the gate"),
            (DATA.format("gate"), b"its own"),
        ]
        assert {topic for topic, _ in one.heard} == {ACK.format("dock")}


def test_a_shared_subscription_hears_what_the_centre_may_read(site: Site) -> None:
    dock = site.enrol("dock")
    with site.mosquitto(), Client(site.centre) as centre, Client(dock) as gateway:
        centre.subscribe("$share/coldbind/coldbind/v1/+/+/data")
        gateway.publish(DATA.format("dock"), b"batch")
        until(lambda: centre.heard == [(DATA.format("dock"), b"batch")], lambda: str(centre.heard))


def test_every_refusal_is_a_sentence_in_the_log(site: Site) -> None:
    dock = site.enrol("dock")
    lost = site.enrol("lost")
    site.type("gateway", "revoke", "lost", "--why", "stolen")
    now = datetime.now(UTC)
    stranger = Authority.made("stranger", now)
    ours = Authority.read(site.root / "var/authority/ca.crt", site.root / "var/authority/ca.key", now)

    def with_certificate(name: str, authority: Authority, made_at: datetime) -> dict[str, str]:
        made = authority.client("berlin/dock", 1, made_at)
        certificate, key = site.root / f"{name}.crt", site.root / f"{name}.key"
        certificate.write_bytes(made.certificate)
        key.write_bytes(made.key)
        return dock | {"COLDBIND_MQTT_CERT": str(certificate), "COLDBIND_MQTT_KEY": str(key)}

    (site.root / "stranger.pem").write_bytes(stranger.text)
    bare = {name: value for name, value in dock.items() if name[-4:] not in ("CERT", "_KEY")}
    refused = {
        "strange-authority": (
            dock | {"COLDBIND_MQTT_CA": str(site.root / "stranger.pem")},
            "COLDBIND_MQTT_CA must name the certificate of the authority that signed it",
        ),
        "other-name": (
            dock | {"COLDBIND_MQTT_URL": f"mqtts://127.0.0.1:{site.port}"},
            "name the broker in COLDBIND_MQTT_URL as in its certificate",
        ),
        "no-certificate": (bare, "the broker asks for a certificate and we have none"),
        "expired": (with_certificate("old", ours, now - timedelta(days=9)), "it has expired"),
        "strange": (
            with_certificate("strange", stranger, now),
            "an authority that the broker does not",
        ),
        "revoked": (lost, "it has been revoked"),
    }
    with site.mosquitto(), ExitStack() as running:
        logs = {
            name: running.enter_context(
                worker(
                    "gateway", told | {"COLDBIND_VAR": str(site.root / name)}, site.root / f"{name}.log"
                )
            )
            for name, (told, _) in refused.items()
        }
        told = site.told | bare
        logs["ingest"] = running.enter_context(worker("ingest", told, site.root / "ingest.log"))
        for name, (_, words) in refused.items():
            says(logs[name], words)
        says(logs["ingest"], "the broker asks for a certificate and we have none")
        for name, log in logs.items():
            assert "Traceback" not in log.read_text("utf-8"), name


def test_from_device_to_row_to_confirmation_over_tls(site: Site, database_url: str) -> None:
    dock = site.enrol("dock")
    site.type("sensor", "add", "t-1")
    ready = site.root / "gateway.ready"
    told = dock | {"COLDBIND_VAR": str(site.root / "dock-var"), "COLDBIND_READY_FILE": str(ready)}
    with (
        site.mosquitto(),
        worker("ingest", site.told | site.centre, site.root / "ingest.log") as ingest,
        worker("gateway", told, site.root / "gateway.log") as gateway,
        psycopg.connect(database_url, autocommit=True) as connection,
    ):
        says(ingest, "connected to the MQTT broker")
        says(gateway, "connected to the broker")
        send(int(ready.read_text().rpartition(":")[2]))
        stored = "select value from telemetry.reading"
        until(lambda: connection.execute(stored).fetchall() == [(4.5,)], ingest.read_text)
        spool = site.root / "dock-var" / "spool" / "berlin-dock.sqlite"
        until(lambda: waiting(spool) == 0, gateway.read_text)


def test_a_password_in_place_of_a_certificate(site: Site) -> None:
    gate = site.enrol("gate", "--password")
    secret = parse_broker(gate["COLDBIND_MQTT_URL"]).password
    assert secret
    assert "COLDBIND_MQTT_CERT" not in gate
    wrong = gate | {"COLDBIND_MQTT_URL": gate["COLDBIND_MQTT_URL"].replace(secret, "wrong-word")}
    with site.mosquitto() as broker:
        with Client(site.centre) as centre, Client(gate) as gateway:
            centre.subscribe("coldbind/v1/#")
            forge(gate, DATA.format("dock"))
            gateway.publish(DATA.format("gate"), b"its own")
            until(lambda: bool(centre.heard), lambda: broker.said)
            assert centre.heard == [(DATA.format("gate"), b"its own")]
        with worker(
            "gateway", wrong | {"COLDBIND_VAR": str(site.root / "v")}, site.root / "w.log"
        ) as log:
            says(log, "Not authorized")
            assert "wrong-word" not in log.read_text()
        site.type("gateway", "revoke", "gate")
        broker.reload()
        with worker(
            "gateway", gate | {"COLDBIND_VAR": str(site.root / "v")}, site.root / "r.log"
        ) as log:
            says(log, "Not authorized")
            assert secret not in log.read_text()


def test_a_running_broker_learns_of_a_revocation(site: Site) -> None:
    dock = site.enrol("dock")
    with site.mosquitto() as broker:
        with Client(dock):
            pass
        site.type("gateway", "revoke", "dock")
        broker.reload()
        with worker(
            "gateway", dock | {"COLDBIND_VAR": str(site.root / "v")}, site.root / "r.log"
        ) as log:
            says(log, "it has been revoked")


def test_enrolling_is_recorded_and_refuses_to_overwrite(site: Site, database_url: str) -> None:
    first = site.enrol("dock")
    again = ("gateway", "enrol", "dock", "--out", str(site.root / "dock"))
    code, said = site.asked(*again)
    assert code == 1
    assert "berlin/dock is enrolled already" in said
    site.type("gateway", "revoke", "dock", "--why", "lost", "--by", "anna")
    code, said = site.asked(*again)
    assert code == 1
    assert "is there already" in said
    assert "--force" in said
    before = Path(first["COLDBIND_MQTT_KEY"]).read_text()
    site.type(*again, "--force")
    assert Path(first["COLDBIND_MQTT_KEY"]).read_text() != before
    listed = site.type("gateway", "list")
    assert listed.count("berlin/dock: certificate, revoked") == 1
    assert listed.count("berlin/dock: certificate, valid until") == 1
    code, said = site.asked("gateway", "revoke", "nobody")
    assert code == 1
    assert "berlin/nobody has no login that counts" in said
    with psycopg.connect(database_url) as connection:
        records = connection.execute(
            "select actor, action from audit.record where subject = 'gateway berlin/dock'"
        ).fetchall()
    assert [action for _, action in records] == [
        "gateway enrolled",
        "gateway revoked",
        "gateway enrolled",
    ]
    assert records[1][0] == "anna"


def test_what_cannot_be_enrolled_is_refused(site: Site, tmp_path: Path) -> None:
    for arguments, words in (
        (("gateway", "enrol", "a/b"), "cannot be a site or gateway name"),
        (("gateway", "enrol", "x" * 80, "--out", str(tmp_path / "x")), "is too long"),
        (("gateway", "enrol", "a", "--broker", "mqtt://h:1"), "mqtts://host:port"),
        (("gateway", "enrol", "a", "--broker", "mqtts://u:p@h:1"), "without a user"),
        (("gateway", "enrol", "a", "--ca-cert", "x.pem"), "go together"),
        (("broker", "config", "--host", "a b", "--out", str(tmp_path)), "is no name or address"),
    ):
        code, said = site.asked(*arguments)
        assert code == 1, said
        assert words in said
        assert "Traceback" not in said
    theirs = tmp_path / "mosquitto.conf"
    theirs.write_text("listener 1883\n")
    code, said = site.asked("broker", "config", "--host", "h", "--out", str(tmp_path))
    assert code == 1
    assert "was not written by Coldbind" in said
    assert theirs.read_text() == "listener 1883\n"


def test_writing_the_configuration_again_keeps_certificates_that_hold(site: Site) -> None:
    broker = site.root / "broker"
    before = (broker / "server.crt").read_text()
    same = ("broker", "config", "--out", str(broker), "--port", str(site.port), "--host", "localhost")
    site.type(*same)
    assert (broker / "server.crt").read_text() == before
    assert not any(line.startswith("password_file") for line in lines(broker))
    site.type(*same, "--host", "127.0.0.1")
    assert (broker / "server.crt").read_text() != before


def lines(broker: Path) -> list[str]:
    return (broker / "mosquitto.conf").read_text("utf-8").splitlines()


def send(port: int) -> None:
    """One reading from a device that repeats itself until it is answered."""
    import socket

    reading = Record("t-1", "temperature", "Cel", time.time_ns() // 1000 - SECOND, 4.5)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.settimeout(1)
        for _ in range(10):
            device.sendto(encode_senml_cbor([reading]), ("127.0.0.1", port))
            try:
                assert device.recv(64)
            except TimeoutError:
                continue
            return
    raise AssertionError("the gateway never answered")


def waiting(spool: Path) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{spool}?mode=ro", uri=True)) as kept:
        return int(kept.execute("select count(*) from batch").fetchone()[0])
