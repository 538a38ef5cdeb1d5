"""What each worker tells a Prometheus, held against what was sent and against the database."""

import json
import socket
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from coldbind.doctor.metrics import examine
from coldbind.install import install
from coldbind.metrics import ports
from coldbind.settings import Settings
from coldbind.supervisor import WorkerFailed, Workers
from coldbind.workers import NAMES
from kernel.refusal import Refusal
from storage.ports import free_port
from tests.commands import coldbind
from wire.datagram import receipt
from wire.senml import Record, encode_senml_cbor

Labels = Mapping[str, str]
PATIENCE = 80.0


class Scrape:
    """Every sample at `port` now."""

    def __init__(self, port: int, path: str = "/metrics") -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain")
            text = answer.read().decode()
        self.samples = [
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        ]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of `name` that have `labels`."""
        found = [
            sample.value
            for sample in self.samples
            if sample.name == f"coldbind_{name}" and labels.items() <= sample.labels.items()
        ]
        assert found, f"{name} {labels} is not there"
        return sum(found)


class House:
    """All workers, their metrics from `first` on, and one device."""

    def __init__(self, told: dict[str, str], folder: Path) -> None:
        self.first = _four_ports()
        self.url = told["COLDBIND_DATABASE_URL"]
        settings = Settings(metrics_port=self.first)
        self.workers = Workers(NAMES, folder / "run", told, ports(settings))
        self.addresses: dict[str, str] = {}

    def __enter__(self) -> "House":
        self.workers.__enter__()
        try:
            self.addresses = self.workers.wait_ready(PATIENCE)
        except BaseException:
            self.workers.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.__exit__()

    def scrape(self, name: str) -> Scrape:
        return Scrape(self.first + NAMES.index(name))

    def send(self, payload: bytes) -> None:
        """Send a datagram until it is answered."""
        host, _, port = self.addresses["gateway"].rpartition(":")
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as device:
            device.settimeout(5)
            device.sendto(payload, (host, int(port)))
            assert device.recv(100) == receipt(payload)

    def annoy_api(self) -> None:
        """Say something to the API that is not HTTP, which its library complains about."""
        host, _, port = self.addresses["api"].rpartition(":")
        with socket.create_connection((host, int(port)), 5) as caller:
            caller.sendall(b"\0\0\0 what?\r\n\r\n")
            caller.recv(100)

    def count(self, query: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])

    def until(self, what: Callable[[], bool], why: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, f"{why}: {self.logs()}"
            time.sleep(0.1)

    def logs(self) -> list[str]:
        return [
            line for name in NAMES for line in self.workers.log(name).read_text("utf-8").splitlines()
        ]


def _four_ports() -> int:
    """The first of as many free ports in a row as there are workers."""
    while True:
        first = free_port()
        try:
            with ExitStack() as held:
                for number in range(len(NAMES)):
                    held.enter_context(closing(socket.create_server(("127.0.0.1", first + number))))
        except (OSError, OverflowError):
            continue
        return first


@pytest.fixture
def told(database_url: str, broker_url: str, server_folder: Path) -> dict[str, str]:
    install(database_url)
    return {
        "COLDBIND_DATABASE_URL": database_url,
        "COLDBIND_MQTT_URL": broker_url,
        "COLDBIND_VAR": str(server_folder),
        "COLDBIND_SITE": f"metrics-{server_folder.name}",
        "COLDBIND_INGEST_CLIENT_ID": f"metrics-{server_folder.name}",
        "COLDBIND_UDP_PORT": "0",
        "COLDBIND_API_PORT": "0",
        "COLDBIND_LOG_FORMAT": "json",
        "COLDBIND_LOG_LEVEL": "debug",
        "COLDBIND_LATE_AFTER_S": "60",
    }


def readings(sensor: str, *ages: float) -> bytes:
    """A datagram of `sensor` with readings of these ages in seconds."""
    now = time.time_ns() // 1000
    return encode_senml_cbor(
        [
            Record(sensor, "temperature", "Cel", now - round(age * 1e6), 4.0 + number / 10)
            for number, age in enumerate(ages)
        ]
    )


def test_every_worker_counts_what_came_and_what_became_of_it(
    told: dict[str, str], server_folder: Path
) -> None:
    for name in ("m-1", "m-2"):
        assert coldbind("sensor", "add", name, told=told).code == 0
    with House(told, server_folder) as house:
        house.send(readings("m-1", 0.2, 1.5, 3, 120))
        house.send(readings("m-2", 0.1, 7200))
        house.send(readings("stranger", 0, 1))
        house.send(b"not CBOR at all")
        house.until(
            lambda: (
                house.count("select count(*) from telemetry.parked") >= 2
                and house.count("select count(*) from telemetry.reading") == 6
                and house.scrape("gateway").value("gateway_spool_batches") == 0
            ),
            "what was sent was not stored",
        )
        house.until(
            lambda: house.scrape("rules").value("rules_series_judged_total") >= 2, "nothing judged"
        )
        _look_at_gateway(house.scrape("gateway"))
        _look_at_ingest(house.scrape("ingest"), house)
        _look_at_rules(house.scrape("rules"))
        _look_at_api(house, told["COLDBIND_SITE"])
        assert [(check.what, check.ok) for check in examine("127.0.0.1", house.first)] == [
            (f"metrics of {name}", True) for name in NAMES
        ]
        house.annoy_api()
        house.until(lambda: any("Invalid HTTP request" in line for line in house.logs()), "no warning")
        for line in house.logs():
            assert {"worker", "level", "timestamp", "event"} <= json.loads(line).keys(), line


def _look_at_gateway(found: Scrape) -> None:
    assert found.value("worker", worker="gateway", together="true") == 1
    assert found.value("gateway_datagrams_received_total") == 4
    assert found.value("gateway_datagrams_answered_total") == 4
    assert found.value("gateway_datagrams_unreadable_total") == 1
    assert found.value("gateway_datagrams_turned_away_total") == 0
    assert found.value("gateway_readings_spooled_total") == 8
    spooled = found.value("gateway_batches_spooled_total")
    assert 2 <= spooled <= 4
    assert found.value("gateway_batches_published_total") >= spooled
    assert found.value("gateway_batches_confirmed_total") == spooled
    resent = found.value("gateway_batches_resent_total")
    assert found.value("gateway_batches_published_total") == spooled + resent
    assert found.value("gateway_broker_connected") == 1
    assert found.value("gateway_spool_oldest_age_seconds") == 0
    assert 0 < found.value("gateway_spool_bytes") < found.value("gateway_spool_limit_bytes")
    assert found.value("gateway_commit_seconds_count") >= 2
    assert found.value("gateway_readings_dropped_total") == 0


def _look_at_ingest(found: Scrape, house: House) -> None:
    assert found.value("ingest_readings_stored_total") == 6
    assert found.value("ingest_readings_repeated_total") == 0
    late = house.count("select count(*) from telemetry.reading where quality & 1 = 1")
    assert found.value("ingest_readings_late_total") == late == 2
    for code in ("unknown_series", "undecodable"):
        parked = house.count(f"select sum(records) from telemetry.parked where code = '{code}'")
        assert found.value("ingest_parked_records_total", code=code) == parked, code
    assert found.value("ingest_messages_total") >= 2
    assert found.value("ingest_group_messages_sum") == found.value("ingest_messages_total")
    assert found.value("ingest_copy_seconds_count") >= 1
    assert found.value("ingest_transaction_seconds_sum") > found.value("ingest_copy_seconds_sum")
    assert found.value("ingest_lag_seconds_count") == 6
    assert found.value("ingest_lag_seconds_bucket", le="60.0") == 4
    assert found.value("ingest_lag_seconds_bucket", le="300.0") == 5
    assert 7200 < found.value("ingest_lag_seconds_sum") < 7500
    assert found.value("ingest_publish_lag_seconds_bucket", le="30.0") >= 1
    assert found.value("ingest_broker_connected") == 1
    assert found.value("ingest_mailbox_bytes") == 0
    assert found.value("ingest_database_outages_total") == 0


def _look_at_rules(found: Scrape) -> None:
    assert found.value("rules_passes_total") >= found.value("rules_pass_seconds_count") >= 1
    assert found.value("rules_due_taken_total") >= 2
    assert found.value("rules_excursions_found_total") == 0


def _look_at_api(house: House, site: str) -> None:
    port = int(house.addresses["api"].rpartition(":")[2])
    for path in ("/health", "/lots/none/trace", "/no/such/page"):
        with pytest.raises(urllib.request.HTTPError) if path != "/health" else ExitStack():
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10).close()
    found = Scrape(port)
    where = {"site": site, "gateway": "gateway"}
    highest = house.count("select max(upper(committed)) - 1 from telemetry.gateway_epoch")
    assert found.value("link_highest_batch", **where) == highest
    assert found.value("link_missing_batches", **where) == 0
    assert time.time() - 60 < found.value("link_last_commit_timestamp_seconds", **where) <= time.time()
    assert found.value("database_up") == 1
    assert found.value("open_holds") == 0
    parked = house.count("select sum(records) from telemetry.parked where code = 'unknown_series'")
    assert found.value("parked_records", code="unknown_series") == parked
    assert found.value("api_requests_total", status="200", route="/health") == 1
    assert found.value("api_requests_total", status="404", route="/lots/{lot:path}/trace") == 1
    assert found.value("api_requests_total", status="404", route="other") == 1
    assert house.scrape("api").value("api_requests_total", route="/metrics") == 1


def test_a_taken_port_is_refused_in_one_sentence(told: dict[str, str], server_folder: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        workers = Workers(("rules",), server_folder / "run", told, {"rules": port})
        with (
            pytest.raises(WorkerFailed, match=f"metrics cannot be served at 127.0.0.1:{port}"),
            workers,
        ):
            workers.wait_ready()
        (line,) = workers.log("rules").read_text("utf-8").splitlines()
        assert json.loads(line)["level"] == "critical"


def test_no_port_means_no_metrics(told: dict[str, str], server_folder: Path, free_port: int) -> None:
    with Workers(
        ("rules",), server_folder / "run", told | {"COLDBIND_METRICS_PORT": str(free_port)}
    ) as one:
        one.wait_ready()
        with pytest.raises(OSError, match="refused"):
            Scrape(free_port)


def test_other_paths_are_not_there(told: dict[str, str], server_folder: Path, free_port: int) -> None:
    with Workers(("rules",), server_folder / "run", told, {"rules": free_port}) as one:
        one.wait_ready()
        with pytest.raises(urllib.request.HTTPError, match="404"):
            Scrape(free_port, "/")


def test_the_last_ports_are_too_few() -> None:
    assert ports(Settings(metrics_port=65532))["api"] == 65535
    with pytest.raises(Refusal, match="choose at most 65532"):
        ports(Settings(metrics_port=65533))
    assert set(ports(Settings(metrics_port=0)).values()) == {0}
    assert ports(Settings()) == {}


def test_doctor_says_that_nobody_answers(free_port: int) -> None:
    (check,) = examine("127.0.0.1", free_port)
    assert not check.ok
    assert "is the worker up?" in check.answer


def test_doctor_misses_one_of_all(told: dict[str, str], server_folder: Path) -> None:
    first = _four_ports()
    with Workers(("rules",), server_folder / "run", told, {"rules": first + 2}) as one:
        one.wait_ready()
        found = {check.what: check.ok for check in examine("127.0.0.1", first)}
    assert found == {f"metrics of {name}": name == "rules" for name in NAMES}
