"""The JSON routes and the pages, asked over a real port about a real database."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import httpx
import psycopg
import pytest

from kernel.instants import instant
from storage.revision import newest_revision
from tests.console_server import database_gone, serving
from tests.lot_story import ARRIVED, ZONE_2_SENSOR, add_reading, doubt, end_holds, write_story

LOT = "LOT/26-03.B 7"
LOT_PATH = f"/lots/{quote(LOT, safe='')}"


@pytest.fixture
def client(database_url: str, free_port: int) -> Generator[httpx.Client]:
    write_story(database_url, LOT)
    with (
        serving(database_url, free_port) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        yield client


def test_health_names_the_revision(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "expected_revision": newest_revision(),
        "revision": newest_revision(),
    }


def test_health_says_when_the_schema_is_old(client: httpx.Client, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("update schema_version set version_num = '0001'")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "run coldbind migrate" in answer.json()["detail"]


def test_lots_are_listed_with_what_is_held(client: httpx.Client) -> None:
    (lot,) = client.get("/lots").json()["lots"]
    assert lot["code"] == LOT
    assert (lot["product_code"], lot["receipt"], lot["supplier"]) == (
        "VAX-10",
        "GR-0815",
        "Acme Biologics",
    )
    assert (lot["units"], lot["held_units"], lot["open_excursions"]) == (3, 2, 0)


@pytest.mark.parametrize("path", [LOT_PATH, f"/lots/{LOT.replace(' ', '%20')}"])
def test_a_code_with_slash_dot_and_space_has_a_trace(client: httpx.Client, path: str) -> None:
    answer = client.get(f"{path}/trace")
    assert answer.status_code == 200
    story = answer.json()
    assert story["lot"]["code"] == LOT
    assert [unit["held"] for unit in story["units"]] == [True, True, False]
    assert story["claims"][0]["amount"] == "35640.00"


def test_an_unchanged_trace_is_not_sent_again(client: httpx.Client, database_url: str) -> None:
    tag = client.get(f"{LOT_PATH}/trace").headers["ETag"]
    assert client.get(f"{LOT_PATH}/trace", headers={"If-None-Match": tag}).status_code == 304
    end_holds(database_url)
    again = client.get(f"{LOT_PATH}/trace", headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert not any(unit["held"] for unit in again.json()["units"])


def test_a_trace_as_it_was_known_and_with_what_was_felt(client: httpx.Client) -> None:
    known = client.get(f"{LOT_PATH}/trace", params={"as_known_at": "2100-01-01T00:00Z"}).json()
    today = client.get(f"{LOT_PATH}/trace").json()
    assert (known["as_known_at"], today["as_known_at"]) == ("2100-01-01T00:00:00Z", None)
    for one, other in zip(known["units"], today["units"], strict=True):
        assert (one["stays"], one["custody"]) == (other["stays"], other["custody"])
    felt = client.get(f"{LOT_PATH}/trace", params={"stats": "true"}).json()
    readings = [stay["felt"]["readings"] for unit in felt["units"] for stay in unit["stays"]]
    assert sum(readings) > 0
    early = client.get(f"{LOT_PATH}/trace", params={"as_known_at": "2000-01-01T00:00Z"})
    assert (early.status_code, early.json()["detail"]) == (
        404,
        f"there is no lot {LOT!r} known at 2000-01-01T00:00Z",
    )
    wrong = client.get(f"{LOT_PATH}/trace", params={"as_known_at": "yesterday"})
    assert wrong.status_code == 422
    assert wrong.json()["detail"].startswith("as_known_at: ")


@pytest.mark.parametrize("what", ["trace", "temperature"])
def test_an_unknown_lot_is_a_sentence(client: httpx.Client, what: str) -> None:
    answer = client.get(f"/lots/NO-SUCH/{what}")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "there is no lot 'NO-SUCH'"}


def test_temperature_of_chosen_units(client: httpx.Client) -> None:
    asked: dict[str, str | int] = {"unit": f"{LOT}/0003", "buckets": 2000}
    answer = client.get(f"{LOT_PATH}/temperature", params=asked).json()
    (unit,) = answer["units"]
    dock, zone = unit["segments"]
    assert (dock["location"], dock["sensor"]) == ("dc1.dock1", "dock1-t1")
    assert (zone["location"], zone["sensor"], zone["until"]) == ("dc1.zone2", "zone2-t1", None)
    assert None in zone["values"], "the silent hour is a gap"
    assert {(limit["side"], limit["limit"]) for limit in answer["limits"]} >= {
        ("above", 8.0),
        ("below", 2.0),
    }


def test_what_a_fault_explains_is_told_apart(client: httpx.Client, database_url: str) -> None:
    since = ARRIVED + timedelta(minutes=240)
    until = since + timedelta(minutes=40)
    alone = ARRIVED + timedelta(minutes=300, seconds=30)
    add_reading(database_url, ZONE_2_SENSOR, alone, 85.0)
    doubt(database_url, ZONE_2_SENSOR, "stuck", since, until)
    doubt(database_url, ZONE_2_SENSOR, "out_of_range", alone, alone)
    asked: dict[str, str | int] = {"unit": f"{LOT}/0003", "buckets": 2000}
    answer = client.get(f"{LOT_PATH}/temperature", params=asked).json()
    dock, zone = answer["units"][0]["segments"]
    assert dock["doubted"] == []
    assert [one["why"] for one in zone["doubted"]] == ["stuck"] * 41 + ["out of range"]
    assert zone["doubted"][-1] == {"time": instant(alone) / 1e6, "value": 85.0, "why": "out of range"}
    evidence = [
        time for time, value in zip(zone["times"], zone["values"], strict=True) if value is not None
    ]
    assert not [time for time in evidence if instant(since) / 1e6 <= time <= instant(until) / 1e6]
    asked["since"] = (until - timedelta(minutes=2)).isoformat()
    later = client.get(f"{LOT_PATH}/temperature", params=asked).json()
    assert len(later["units"][0]["segments"][0]["doubted"]) == 3


def test_since_is_exclusive(client: httpx.Client, database_url: str) -> None:
    newest = ARRIVED + timedelta(minutes=360)
    asked = {"unit": f"{LOT}/0003", "since": "2026-03-02T12:00:00Z"}
    nothing = client.get(f"{LOT_PATH}/temperature", params=asked).json()
    assert [segment["times"] for unit in nothing["units"] for segment in unit["segments"]] == [[]]
    add_reading(database_url, ZONE_2_SENSOR, newest + timedelta(seconds=30), 7.25)
    fresh = client.get(f"{LOT_PATH}/temperature", params=asked).json()
    (segment,) = fresh["units"][0]["segments"]
    assert segment["values"] == [7.25]
    assert segment["times"] == [instant(newest + timedelta(seconds=30)) / 1e6]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=yesterday", "since: 'yesterday' is not an ISO 8601 time"),
        ("until=2026-03-02T08:00:00", "until: '2026-03-02T08:00:00' has no time zone"),
        ("since=2026-03-02T08:00:00Z&until=2026-03-02T08:00:00Z", "since must lie before until"),
        ("buckets=0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_question_is_answered_in_words(client: httpx.Client, query: str, sentence: str) -> None:
    answer = client.get(f"{LOT_PATH}/temperature?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text


def test_pages_tell_the_story_without_scripts(client: httpx.Client) -> None:
    listing = client.get("/")
    assert listing.status_code == 200
    assert LOT_PATH in listing.text
    assert "2\u00a0units of 1\u00a0lot are held." in listing.text
    page = client.get(LOT_PATH)
    assert page.status_code == 200
    assert "2 of 3\u00a0units are held." in page.text
    assert (
        "Units 0001 and 0002 were above 8\u00a0°C for 50\u00a0min, highest 11.9\u00a0°C." in page.text
    )
    assert "35\u202f640.00\u00a0EUR" in page.text
    assert client.get("/lots/NO-SUCH").status_code == 404
    assert "There is no lot" in client.get("/lots/NO-SUCH").text


def test_what_people_typed_is_not_markup(database_url: str, free_port: int) -> None:
    lot = "<img src=x onerror=alert(1)>"
    write_story(database_url, lot)
    with serving(database_url, free_port) as address:
        for path in ("/", f"/lots/{quote(lot, safe='')}", "/lots/%3Cscript%3Ealert(1)%3C%2Fscript%3E"):
            text = httpx.get(address + path, timeout=20).text
            assert "<img src=x" not in text
            assert "<script>alert" not in text


def test_page_files_are_served_from_here(client: httpx.Client) -> None:
    page = client.get(LOT_PATH).text
    for path in ("/static/console.css", "/static/lot_page.js", "/static/uplot/uPlot.min.css"):
        assert path in page
        assert client.get(path).status_code == 200
    assert client.get("/static/uplot/uPlot.esm.js").status_code == 200
    assert "https://" not in page


def test_without_a_database_everything_says_so_and_recovers(
    client: httpx.Client, database_url: str
) -> None:
    paths = ["/health", "/lots", f"{LOT_PATH}/trace", f"{LOT_PATH}/temperature", "/", LOT_PATH]
    with database_gone(database_url), ThreadPoolExecutor(len(paths)) as pool:
        *answers, listing, page = pool.map(client.get, paths)
    for answer in answers:
        assert answer.status_code == 503
        assert "the database cannot be reached" in answer.json()["detail"]
    for shown in (listing, page):
        assert shown.status_code == 503
        assert "The data cannot be reached" in shown.text
    assert client.get("/health").status_code == 200
    assert client.get(f"{LOT_PATH}/trace").status_code == 200
