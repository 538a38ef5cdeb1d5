"""`coldbind parked` and `coldbind status` as a user types them, with what users get wrong."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from ingest.core.decode import Message
from ingest.settings import IngestSettings
from ingest.worker import Ingest
from storage.database import Database
from tests.commands import Answer
from tests.integration.test_commands import ask as ask  # noqa: PLC0414 - a fixture
from wire.columns import Columns, SeriesName
from wire.frame import encode_body, encode_frame

AT = 1_772_352_000_000_000
Ask = Callable[..., Answer]


@pytest.fixture
def parked(ask: Ask, database_url: str) -> Ask:
    """The commands on a database with three parked entries: two readings, JSON, and bytes."""
    names = (SeriesName("x9", "temperature", "Cel"),)
    times, values = np.array([AT, AT + 1_000_000]), np.array([4.5, 4.75])
    body = encode_body(Columns(names, np.zeros(2, np.uint32), times, values))
    messages = [
        Message("coldbind/v1/dc1/gw1/data", encode_frame(1, 1, AT, body), AT + 2_000_000),
        Message("shop/floor", b'{"hello": [1, 2]}', AT),
        Message("shop/floor", bytes(range(40)), AT),
    ]
    with Database(database_url) as database:
        Ingest(database, IngestSettings("mqtt://127.0.0.1")).commit_group(messages)
    return ask


def number(ask: Ask, code: str, last: bool = False) -> str:
    entries = json.loads(ask("parked", "list", "--json", "--code", code).out)["entries"]
    return str(entries[0 if last else -1]["parked_id"])


def test_what_is_parked_is_listed_by_reason(parked: Ask) -> None:
    told = parked("parked", "list").out
    assert "unknown series: 2 records in 1 entry" in told
    assert "unknown topic: 2 records in 2 entries" in told
    assert "sensor 'x9' is not registered: coldbind sensor add x9" in told
    few = parked("parked", "list", "--topic", "shop", "--limit", "1").out
    assert "unknown series" not in few
    assert "1 older entries are not shown: --limit 2 shows all" in few
    assert parked("parked", "list", "--sensor", "nobody").out == "nothing is parked\n"
    assert parked("parked", "list", "--since", "2999-01-01T00:00:00Z").out == "nothing is parked\n"
    parked("parked", "list", "--since", "yesterday").refused("--since", "'yesterday'")
    as_json = json.loads(parked("parked", "list", "--json").out)
    assert [one["code"] for one in as_json["reasons"]] == ["unknown_series", "unknown_topic"]
    assert len(as_json["entries"]) == 3


def test_a_payload_is_shown_as_people_read_it(parked: Ask) -> None:
    table = parked("parked", "show", number(parked, "unknown_series")).out
    assert "2026-03-01T08:00:00Z  x9  temperature  4.5 Cel" in table
    assert "state     waits" in table
    assert '"hello": [' in parked("parked", "show", number(parked, "unknown_topic")).out
    shown = parked("parked", "show", number(parked, "unknown_topic", last=True)).out
    assert "000010  10 11 12" in shown
    parked("parked", "show", "999").refused("no parked record 999", "coldbind parked list")


def test_registering_names_the_command_that_replays(parked: Ask) -> None:
    told = parked("sensor", "add", "x9").out
    assert "2 parked records wait for it: coldbind parked replay --sensor x9" in told
    replayed = parked("parked", "replay", "--sensor", "x9").out
    assert "1 entry replayed: 2 readings stored" in replayed
    assert "2 entries are parked now" in replayed
    parked("parked", "replay", "--sensor", "x9").refused("nothing waits of sensor 'x9'")
    everything = parked("parked", "replay", "--all").out
    assert "parked again, unknown topic: 2; newest: nothing is expected on topic" in everything


def test_what_to_replay_must_be_said(parked: Ask) -> None:
    for wrong in ((), ("1", "--all"), ("--code", "future", "--sensor", "x9")):
        parked("parked", "replay", *wrong).refused("--code, --sensor or --all")
    parked("parked", "replay", "12345").refused("no parked record 12345")
    parked("parked", "replay", "--code", "future").refused("'future'", "coldbind parked list")


def test_discarding(parked: Ask) -> None:
    one = number(parked, "unknown_topic")
    parked("parked", "discard", one).refused("--reason")
    done = parked("parked", "discard", one, one, "--reason", "a greeting", "--by", "anna")
    assert done.out == "1 parked entry is discarded\n"
    parked("parked", "discard", one, "--reason", "again").refused("was discarded by anna")
    parked("parked", "replay", one).refused("was discarded by anna")
    assert "discarded by anna on" in parked("parked", "show", one).out
    assert "a greeting" in parked("parked", "show", one).out
    assert parked("audit", "verify").code == 0


def test_status(parked: Ask) -> None:
    told = parked("status").out
    assert "gateway   dc1/gw1 epoch 1: batches up to 1" in told
    assert "unknown topic: 2 records in 2 entries" in told
    assert "0 pieces of work due" in told
    found = json.loads(parked("status", "--json").out)
    assert found["gateways"][0]["highest"] == 1
    assert found["due"] == 0
