"""Pathway, an engine with a Rust core: its MQTT connector into its PostgreSQL connector.

Run by a Python that has Pathway and nothing of ours. Without persistence it acknowledges on receipt, so
a kill loses what it holds.
"""

import logging
import os
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

_COMMIT_MS = 100


def main() -> None:
    logging.disable(logging.INFO)  # it would log every acknowledgement
    pw: Any = import_module("pathway")
    schema = pw.schema_from_types(sensor=str, ts=str, temp=float)
    arriving = pw.io.mqtt.read(
        f"{os.environ['PEER_MQTT_URL']}/?client_id={os.environ['PEER_CLIENT']}",
        os.environ["PEER_TOPICS"],
        qos=1,
        format="json",
        schema=schema,
        autocommit_duration_ms=_COMMIT_MS,
    )
    at = arriving.ts.dt.strptime("%Y-%m-%dT%H:%M:%S.%fZ").dt.to_utc("UTC")
    rows = arriving.select(pw.this.sensor, ts=at, temp=pw.this.temp)
    pw.io.postgres.write(rows, _database(), "pathway_reading")
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)


def _database() -> dict[str, str]:
    url = urlsplit(os.environ["PEER_DATABASE_URL"])
    return {
        "host": url.hostname or "",
        "port": str(url.port),
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "dbname": url.path.lstrip("/"),
    }


if __name__ == "__main__":
    main()
