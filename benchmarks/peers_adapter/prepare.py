"""Make the harness's database ours: empty, installed, 800 sensors registered, a view to be counted.

The harness reads its clock from a column `ingested`, which the product has no use for.
"""

import os
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg

from coldbind.install import install
from coldbind.wiring import open_database
from ingest.handlers import SensorRegistration, register_sensor
from storage import administration

SENSORS = 800
QUANTITIES = ("temperature", "humidity")
_FOR_THE_HARNESS: tuple[LiteralString, ...] = (
    """alter table telemetry.reading
       add column ingested timestamptz not null default clock_timestamp()""",
    """create view public.readings_ours as
       select sensor.name as sensor, reading.time as ts, reading.ingested
       from telemetry.reading
       join telemetry.series using (series_id)
       join telemetry.sensor using (sensor_id)
       where series.quantity = 'temperature'""",
)


def prepare(url: str) -> None:
    """Begin anew in the database at `url`; whatever it held is gone."""
    maintenance, name = f"{url.rpartition('/')[0]}/postgres", urlsplit(url).path.lstrip("/")
    administration.drop_database(maintenance, name)
    administration.create_database(maintenance, name)
    install(url)
    with open_database(url, "bench") as database, database.transaction() as transaction:
        for number in range(SENSORS):
            for quantity in QUANTITIES:
                register_sensor(transaction, SensorRegistration(f"z-{number:04}", quantity), "bench")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _FOR_THE_HARNESS:
            connection.execute(statement)


if __name__ == "__main__":
    prepare(os.environ["COLDBIND_DATABASE_URL"])
