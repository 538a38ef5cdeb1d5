"""`coldbind doctor` on real Mosquittos: as Debian starts it, as we ship it, as we configure it."""

from pathlib import Path

import pytest

from coldbind.doctor import Check, broker
from coldbind.settings import Settings, read_settings
from storage.ports import free_port
from tests.commands import ROOT
from tests.mosquitto import Mosquitto, Site, folder_for_mosquitto, needs_mosquitto
from tests.mosquitto import site as site  # noqa: PLC0414 - a fixture

pytestmark = needs_mosquitto

SHIPPED = ROOT / "deploy" / "mosquitto.conf"


def looked_at(told: dict[str, str]) -> dict[str, Check]:
    settings: Settings = read_settings(told)
    assert settings.mqtt_url is not None
    return {check.what: check for check in broker.examine(settings, settings.mqtt_url.reveal())}


def test_a_broker_with_default_limits_is_found_out(server_folder: Path) -> None:
    port = free_port()
    started = server_folder / "default.conf"
    started.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with Mosquitto(started, port) as running:
        checks = looked_at({"COLDBIND_MQTT_URL": f"mqtt://127.0.0.1:{port}"})
        assert [name for name, check in checks.items() if not check.ok] == ["broker queue"], (
            running.said
        )
        assert "max_queued_messages 0" in checks["broker queue"].answer
        assert "kept 1000" in checks["broker queue"].answer
        assert "ingest can be several" in checks["shared subscriptions"].answer


def test_the_shipped_configuration_is_well(server_folder: Path) -> None:
    port = free_port()
    data = folder_for_mosquitto(server_folder / "data")
    text = SHIPPED.read_text("utf-8")
    for ours, here in (
        ("listener 1883", f"listener {port} 127.0.0.1"),
        ("allow_anonymous false", "allow_anonymous true"),
        ("password_file /mosquitto/secret/passwords\n", ""),
        ("/mosquitto/data/", f"{data}/"),
    ):
        assert ours in text
        text = text.replace(ours, here)
    started = server_folder / "shipped.conf"
    started.write_text(text)
    with Mosquitto(started, port) as running:
        checks = looked_at({"COLDBIND_MQTT_URL": f"mqtt://127.0.0.1:{port}"})
        assert [check for check in checks.values() if not check.ok] == [], running.said


def test_our_configuration_is_well_for_the_centre_and_for_a_gateway(site: Site) -> None:
    dock = site.enrol("dock")
    with site.mosquitto():
        for told in (site.centre, dock):
            checks = looked_at(told)
            assert [check for check in checks.values() if not check.ok] == []
            assert "days" in checks["broker TLS"].answer
        other = looked_at(dock | {"COLDBIND_GATEWAY": "gate"})
        assert "let this login write and read it" in other["broker messages"].answer
        bare = {name: value for name, value in dock.items() if name[-4:] not in ("CERT", "_KEY")}
        assert "the broker asks for a certificate" in looked_at(bare)["broker"].answer
    gone = looked_at(dock)
    assert "cannot be reached" in gone["broker"].answer


def test_doctor_on_a_machine_with_a_gateway_only(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dock = site.enrol("dock")
    for name, value in (dock | {"COLDBIND_VAR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COLDBIND_DATABASE_URL")
    with site.mosquitto():
        said = site.type("doctor")
    assert "database: none is named" in said
    assert "accepts the login" in said
    assert not (tmp_path / "postgres" / "password").exists()
