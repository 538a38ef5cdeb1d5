"""How the way into the database is doing: numbers missing or on their way, thinned, clocks, parked."""

import asyncio
from datetime import UTC, datetime
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from api.app import application
from ingest.status import GatewayLink, Links, links
from ingest.status_text import lines, numbers
from storage.database import Database
from tests.console_server import serving


def write(url: str, *statements: LiteralString) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def look(url: str) -> Links:
    with Database(url) as database, database.transaction() as transaction:
        return links(transaction)


def only(url: str) -> GatewayLink:
    (link,) = look(url).gateways
    return link


OLD: LiteralString = (
    "insert into telemetry.gateway_epoch (site, gateway, epoch, committed, last_commit_at, overtaken, "
    "marked, marked_at) values ('dc1', 'gw1', 1, '{[1,5),[8,9),[12,20)}', now() - interval '3 hours', "
    "6, 13, now() - interval '3 hours')"
)
JUST_NOW: LiteralString = (
    "update telemetry.gateway_epoch set last_commit_at = now(), marked_at = now() - interval '30 s'"
)


def test_nobody_delivered_yet(database_url: str) -> None:
    found = look(database_url)
    assert (found.gateways, found.parked, found.due) == ([], [], 0)
    assert "none has delivered yet" in next(iter(lines(found)))


def test_what_a_silent_gateway_left_open_is_missing(database_url: str) -> None:
    write(database_url, OLD)
    link = only(database_url)
    assert (link.highest, link.missing, link.missing_ranges) == (19, 6, [[5, 7], [9, 11]])
    assert (link.coming, link.coming_ranges) == (0, [])
    assert "missing: 5 to 7, 9 to 11 (6 batches)" in "\n".join(lines(look(database_url)))


def test_what_newer_numbers_overtook_just_now_is_on_the_way(database_url: str) -> None:
    write(database_url, OLD, JUST_NOW)
    link = only(database_url)
    assert (link.missing, link.missing_ranges) == (1, [[5, 5]])
    assert (link.coming, link.coming_ranges) == (5, [[6, 7], [9, 11]])
    write(database_url, "update telemetry.gateway_epoch set marked_at = now() - interval '2 min'")
    link = only(database_url)
    assert (link.missing, link.coming) == (6, 0), "the mark itself is old enough now"


def test_while_holes_are_filled_all_are_on_the_way(database_url: str) -> None:
    write(database_url, OLD, "update telemetry.gateway_epoch set filled_at = now()")
    link = only(database_url)
    assert (link.missing, link.coming) == (0, 6)


def test_an_epoch_that_ended_with_holes_is_still_told(database_url: str) -> None:
    write(
        database_url,
        OLD,
        "insert into telemetry.gateway_epoch (site, gateway, epoch, committed) values "
        "('dc1', 'gw1', 2, '{[20,23)}'), ('dc1', 'gw0', 1, '{[1,2)}'), ('dc1', 'gw0', 2, '{[2,3)}')",
    )
    found = look(database_url).gateways
    assert [(link.gateway, link.epoch, link.current, link.missing) for link in found] == [
        ("gw0", 2, True, 0),
        ("gw1", 2, True, 0),
        ("gw1", 1, False, 6),
    ]
    text = "\n".join(lines(look(database_url)))
    assert "epoch 1 (ended)" in text
    assert "lost with the gateway's spool" in text


def test_what_a_full_spool_did_is_named(database_url: str) -> None:
    write(
        database_url,
        OLD,
        "insert into telemetry.thinned (site, gateway, epoch, seq, first_seq, last_seq, "
        "readings_before, readings_left) values ('dc1', 'gw1', 1, 15, 1, 2, 200, 20), "
        "('dc1', 'gw1', 1, 16, 1, 3, 220, 12), ('dc1', 'gw1', 1, 17, 4, 4, 100, 0)",
    )
    link = only(database_url)
    assert (link.thinned, link.thinned_ranges) == (3, [[1, 3]]), "the wider one includes the other"
    assert (link.thinned_before, link.thinned_left) == (220, 12)
    assert (link.dropped, link.dropped_ranges, link.dropped_readings) == (1, [[4, 4]], 100)
    text = "\n".join(lines(look(database_url)))
    assert "thinned by a full spool: 1 to 3 (3 batches), 220 readings to 12" in text
    assert "dropped by a full spool: 4 (1 batch), 100 readings" in text


def test_a_clock_that_is_wrong_is_told(database_url: str) -> None:
    write(
        database_url,
        OLD,
        JUST_NOW,
        "insert into telemetry.gateway_clock (site, gateway, clock_offset, offset_at, published_at) "
        "values ('dc1', 'gw1', 50000, now(), now() - interval '1 second')",
    )
    link = only(database_url)
    assert link.offset_s == pytest.approx(0.05)
    assert link.lag_s == pytest.approx(1, abs=0.2)
    write(
        database_url,
        "update telemetry.gateway_clock set clock_offset = -7200000000",
        "insert into telemetry.clock_jump (site, gateway, seen_at, offset_before, offset_after) values "
        "('dc1', 'gw1', now() - interval '2 d', null, '5 min'), "
        "('dc1', 'gw1', now(), '1 second', '-2 hours')",
    )
    link = only(database_url)
    assert (link.offset_s, link.lag_s, link.jumps) == (-7200, None, 2)
    text = "\n".join(lines(look(database_url)))
    assert "its clock is 2 h ahead: set it" in text
    assert "2 times in 7 days, last" in text
    write(database_url, "update telemetry.gateway_clock set settles_at = now()")
    assert only(database_url).offset_s is None


def test_numbers_in_words() -> None:
    assert numbers([[1, 3], [5, 5]], 4) == "1 to 3, 5 (4 batches)"
    assert numbers([[1, 3]], 9) == "1 to 3, ... (9 batches)"


class TestOverHttp:
    """The same as JSON and as a page, at one address."""

    def test_a_program_gets_json_and_a_browser_the_page(
        self, database_url: str, free_port: int
    ) -> None:
        write(database_url, OLD, PARKED)
        with serving(database_url, free_port) as address:
            told: dict[str, Any] = httpx.get(f"{address}/links").json()
            page = httpx.get(f"{address}/links", headers={"Accept": "text/html,*/*;q=0.8"})
        assert told["gateways"][0]["missing_ranges"] == [[5, 7], [9, 11]]
        assert told["parked"][0]["code"] == "unknown_series"
        assert datetime.fromisoformat(told["now"]).astimezone(UTC).year > 2000
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["vary"] == "Accept"
        for words in ("dc1/gw1", "Batches missing", "5 to 7, 9 to 11", "coldbind sensor add x9"):
            assert words in page.text
        assert "<script>" not in page.text

    def test_without_a_page_everybody_gets_json(self, database_url: str) -> None:
        async def asked(database: Database) -> list[httpx.Response]:
            transport = httpx.ASGITransport(application(database))
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                html = await client.get("/links", headers={"Accept": "text/html"})
                return [html, await client.get("/links"), await client.post("/links")]

        with Database(database_url) as database:
            html, plain, posted = asyncio.run(asked(database))
        assert html.json()["gateways"] == plain.json()["gateways"] == []
        assert posted.status_code == 405


PARKED: LiteralString = (
    "insert into telemetry.parked (topic, code, reason, records, format, payload, received_at, "
    "last_received_at, digest) values ('a', 'unknown_series', 'sensor ''x9'' is not registered: "
    "coldbind sensor add x9 --quantity <script>', 3, 'raw', '1', now(), now(), '1')"
)
