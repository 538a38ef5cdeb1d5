"""Every metric of the code is in the reference, and no other; alerts name metrics that exist."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from api.app import application
from coldbind.metrics import new_registry
from coldbind.settings import Settings
from gateway.metrics import GatewayMetrics
from gateway.store import Spool
from ingest.metrics import IngestMetrics
from rules.metrics import RulesMetrics
from storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
REFERENCE = (ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "how-to" / "watch-coldbind.md").read_text(encoding="utf-8")
ALERTS: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"]
RULES: list[dict[str, Any]] = [rule for group in ALERTS for rule in group["rules"]]
PROMETHEUS: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus.yml").read_text("utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))

Labels = dict[str, tuple[str, set[str]]]


@pytest.fixture
def existing(database_url: str, tmp_path: Path) -> Labels:
    """Name, type and labels of every metric that a worker has."""
    registries = [CollectorRegistry() for _ in range(4)]
    gateway = GatewayMetrics(registries[0])
    IngestMetrics(registries[1])
    RulesMetrics(registries[2])
    found: Labels = {}
    with closing(Spool(tmp_path / "spool", 1)) as spool, Database(database_url) as database:
        gateway.watch(spool)
        application(database, registries[3])
        for registry in [*registries, new_registry("api")]:
            for family in registry.collect():
                labels = {label for sample in family.samples for label in sample.labels} - {"le"}
                found[family.name] = (family.type, labels)
    return {name: one for name, one in found.items() if name.startswith("coldbind_")}


def documented() -> dict[str, bool]:
    """Every metric in the reference, and whether it is said to be a histogram."""
    rows = [line for line in REFERENCE.splitlines() if line.startswith("| `coldbind_")]
    return {
        name: " H " in row.split("|")[1] + " "
        for row in rows
        for name in re.findall(r"`(coldbind_\w+)`", row.split("|")[1])
    }


def test_reference_and_code_have_the_same_metrics(existing: Labels) -> None:
    told = {f"{name}_total" if kind == "counter" else name for name, (kind, _) in existing.items()}
    assert told == set(documented())
    for name, histogram in documented().items():
        kind, _ = existing[name.removesuffix("_total")]
        assert histogram == (kind == "histogram"), name


def test_names_follow_the_rules_of_prometheus(existing: Labels) -> None:
    for name, (kind, _) in existing.items():
        assert re.fullmatch(r"coldbind_[a-z]+(_[a-z]+)*", name), name
        assert not name.endswith(("_ms", "_kb", "_count", "_sum", "_bucket", "_total")), name
        assert kind in {"counter", "gauge", "histogram"}, name


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\bcoldbind_\w+", re.sub(r'"[^"]*"', "", expression)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alerts_ask_for_what_exists(rule: dict[str, Any], existing: Labels) -> None:
    assert set(rule) <= {"alert", "expr", "for", "annotations"}
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    expression = str(rule["expr"])
    assert expression.count("(") == expression.count(")")
    used = names_in(expression)
    assert used or "up{" in expression
    labels = {"instance", "job"}
    for name in used:
        base = re.sub(r"_(bucket|sum|count|total)$", "", name)
        kind, own = existing[base]
        assert (name != base) == (kind in {"counter", "histogram"}), name
        labels |= own | ({"site", "gateway"} if base.startswith("coldbind_link_") else set[str]())
        labels |= {"code"} if "parked" in base else set[str]()
    summary = rule["annotations"]["summary"]
    assert set(re.findall(r"\$labels\.(\w+)", summary)) <= labels
    assert f"| `{rule['alert']}`" in GUIDE or f", `{rule['alert']}`" in GUIDE


def test_the_guide_names_no_other_alert() -> None:
    rows = [line.split("|")[1] for line in GUIDE.splitlines() if re.match(r"\| `[A-Z]", line)]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {rule["alert"] for rule in RULES}


def test_prometheus_asks_every_worker_where_it_listens() -> None:
    (job,) = PROMETHEUS["scrape_configs"]
    targets = {target for group in job["static_configs"] for target in group["targets"]}
    listening = set[str]()
    for name, service in COMPOSE["services"].items():
        if port := service.get("environment", {}).get("COLDBIND_METRICS_PORT"):
            listening.add(f"{name}:{port}")
    assert targets == listening
    assert {target.partition(":")[0] for target in targets} == {"gateway", "ingest", "rules", "api"}
    assert f'up{{job="{job["job_name"]}"}}' in RULES[0]["expr"]
    mounted = {volume.split(":")[0] for volume in COMPOSE["services"]["prometheus"]["volumes"]}
    assert {
        "./deploy/prometheus.yml",
        *(f"./deploy/{one}" for one in PROMETHEUS["rule_files"]),
    } <= mounted
    assert Settings().metrics_host == "127.0.0.1"
