"""docker-compose.yml names only commands, variables, ports and files that exist."""

import re
from pathlib import Path
from typing import Any, cast

import click
import pytest
import typer
import yaml

from coldbind.cli import command_line
from coldbind.commands.running import What
from coldbind.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
LISTENS_ON = {"mosquitto": 1883, "grafana": 3000, "timescaledb": 5432, "prometheus": 9090}
"""Where other people's images listen; mosquitto's also stands in its configuration."""


def texts() -> list[str]:
    """Every value of every environment."""
    return [str(value) for service in SERVICES.values() for value in service["environment"].values()]


def test_the_services_are_the_whole_of_coldbind() -> None:
    workers = {service["command"][1] for service in OURS.values() if service["command"][0] == "run"}
    assert workers == {what.value for what in What} - {"all"}
    assert OURS["migrate"]["command"] == ["migrate"]


@pytest.mark.parametrize("service", OURS)
def test_every_command_exists(service: str) -> None:
    command, *arguments = OURS[service]["command"]
    group = cast("click.Group", typer.main.get_command(command_line()))
    assert command in group.commands
    group.commands[command].make_context(command, list(arguments))


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_a_setting_and_acceptable(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in OURS[service]["environment"].items():
        assert name.startswith("COLDBIND_")
        assert name.removeprefix("COLDBIND_").lower() in Settings.__struct_fields__
        monkeypatch.setenv(name, filled(str(value)))
    read_settings()


def test_every_service_is_told_what_its_command_needs() -> None:
    for name, service in OURS.items():
        told = set(service["environment"])
        if name != "gateway":
            assert "COLDBIND_DATABASE_URL" in told, name
        if name in {"gateway", "ingest"}:
            assert "COLDBIND_MQTT_URL" in told, name


def test_published_ports_are_the_ones_listened_on() -> None:
    for name, service in SERVICES.items():
        for mapping in service.get("ports", []):
            target = int(str(mapping).partition("/")[0].rpartition(":")[2])
            assert target == listening_port(name), f"{name} does not listen on {target}"


def test_urls_point_at_services_and_their_ports() -> None:
    found = re.findall(r"@([a-z]+):(\d+)", " ".join(texts()))
    found += re.findall(r"^([a-z]+):(\d+)$", "\n".join(texts()), re.MULTILINE)
    assert {name for name, _ in found} == {"timescaledb", "mosquitto"}
    for name, port in found:
        assert int(port) == listening_port(name)


def test_every_mounted_and_built_file_exists() -> None:
    named_volumes = set(COMPOSE["volumes"])
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), f"{name} mounts {source}, which is not there"
            else:
                assert source in named_volumes, f"{name} mounts the undeclared volume {source}"
    for service in OURS.values():
        assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_the_image_copies_only_what_exists() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE)
    assert copied
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
    ignore = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    for kept in re.findall(r"^!(\S+)$", ignore, re.MULTILINE):
        assert (ROOT / kept).exists(), kept
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r"^packages = \[(.*?)\]", pyproject, re.MULTILINE | re.DOTALL)
    assert packages
    assert set(re.findall(r'"(\w+)"', packages[1])) <= set(
        re.findall(r"^!(\w+)$", ignore, re.MULTILINE)
    )


def test_there_is_no_default_password() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable:
                assert re.fullmatch(r"\$\{\w*PASSWORD:\?.+\}", str(value)), f"{name}: {variable}"
    for text in texts():
        for password in re.findall(r"://\w+:(.+)@", text):
            assert re.fullmatch(r"\$\{\w+:\?.+\}", password)


def test_images_are_pinned_and_exactly_one_is_timescale_on_postgres_17() -> None:
    images = [service["image"] for service in SERVICES.values()]
    assert all(re.search(r":v?\d+\.\d+\.\d+", image) for image in images)
    assert any(re.fullmatch(r"timescale/timescaledb:[\d.]+-pg17", image) for image in images)


def test_grafana_is_told_every_variable_its_data_source_reads() -> None:
    source = ROOT / "dashboards" / "grafana" / "provisioning" / "datasources" / "coldbind.yaml"
    read = set(re.findall(r"\$(\w+)", source.read_text(encoding="utf-8").partition("datasources:")[2]))
    assert read
    assert read <= set(SERVICES["grafana"]["environment"])


def test_grafana_finds_the_dashboards_where_the_provider_looks() -> None:
    provider = ROOT / "dashboards" / "grafana" / "provisioning" / "dashboards" / "coldbind.yaml"
    folder = yaml.safe_load(provider.read_text(encoding="utf-8"))["providers"][0]["options"]["path"]
    targets = [volume.split(":")[1] for volume in SERVICES["grafana"]["volumes"]]
    assert f"{folder}/rooms_now.json" in targets
    assert SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] in targets


def listening_port(name: str) -> int:
    """Where a service listens, by its own configuration."""
    environment = SERVICES[name]["environment"]
    if name == "mosquitto":
        configuration = (ROOT / "deploy" / "mosquitto.conf").read_text(encoding="utf-8")
        (port,) = re.findall(r"^listener (\d+)$", configuration, re.MULTILINE)
        assert int(port) == LISTENS_ON[name]
        return int(port)
    for setting in ("COLDBIND_API_PORT", "COLDBIND_UDP_PORT"):
        if setting in environment:
            return int(environment[setting])
    return LISTENS_ON[name]


def filled(value: str) -> str:
    """What compose makes of a value: defaults taken, required variables given."""
    value = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
    return re.sub(r"\$\{\w+:\?[^}]*\}", "secret", value)
