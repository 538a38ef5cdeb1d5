"""The page of the links in a real browser: what is wrong comes first, it fits, and it stays live."""

from collections.abc import Generator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboards import screenshot
from tests.console_server import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        screenshot.find_chromium() is None,
        reason="no Chromium: install one (apt-get install chromium) or set COLDBIND_CHROMIUM",
    ),
]
STATE = """
insert into telemetry.gateway_epoch
    (site, gateway, epoch, committed, last_commit_at, marked_at, overtaken)
values ('dc1', 'dock-north', 1767225600, '{[1,90000)}', now(), now(), 0),
       ('dc1', 'zone-2', 1767225600, '{[1,5),[8,9),[12,4021)}', now() - interval '3 hours', now(), 0),
       ('dc1', 'zone-3', 1767225600, '{[1,300)}', now(), now(), 0),
       ('dc1', 'truck-17', 1767225600, '{[1,12),[14,20)}', now(), now(), 0),
       ('dc1', 'truck-17', 1767000000, '{[1,12),[14,20)}', now() - interval '9 d', now(), 0);
insert into telemetry.gateway_clock (site, gateway, clock_offset, offset_at, published_at)
values ('dc1', 'dock-north', 40000, now(), now() - interval '70 ms'),
       ('dc1', 'zone-3', 7200000000, now(), now() - interval '2 h');
insert into telemetry.clock_jump (site, gateway, seen_at, offset_before, offset_after)
values ('dc1', 'zone-3', now() - interval '20 min', '50 ms', '2 h');
insert into telemetry.thinned
    (site, gateway, epoch, seq, first_seq, last_seq, readings_before, readings_left)
values ('dc1', 'zone-2', 1767225600, 900, 100, 163, 64000, 640);
insert into telemetry.parked
    (topic, code, reason, records, format, payload, received_at, last_received_at, digest)
values ('coldbind/v1/dc1/zone-2/data', 'unknown_series',
        'sensor ''x9-with-a-rather-long-name-as-makers-like-them'' is not registered: '
        'coldbind sensor add x9-with-a-rather-long-name-as-makers-like-them --quantity temperature',
        1240, 'raw', '1', now(), now(), '1');
"""


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=screenshot.find_chromium(), args=list(screenshot.FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Generator[Page]:
    """A page whose scripts may not fail."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def address(database_url: str, free_port: int) -> Generator[str]:
    """A console over four gateways, of which two have something wrong."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(STATE.encode())
    with serving(database_url, free_port) as address:
        yield address


def test_what_is_wrong_comes_first(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.get_by_role("link", name="Links").click()
    expect(page.locator("h1")).to_have_text("Links")
    rows = page.locator("#gateways tbody tr")
    expect(rows).to_have_count(5)
    expect(page.locator("#gateways .chip")).to_have_text(
        ["Batches missing", "Clock wrong", "On the way", "Complete", "Ended"]
    )
    expect(rows.nth(0)).to_contain_text("5 to 7, 9 to 11 (6 batches)")
    expect(rows.nth(0)).to_contain_text("64000 readings to 640")
    expect(rows.nth(1)).to_contain_text("2 h behind: set it")
    expect(page.locator("#parked")).to_contain_text("coldbind sensor add")
    expect(page.locator("#summary")).to_contain_text("6 batch numbers missing")


def test_the_page_stays_live(page: Page, address: str, database_url: str) -> None:
    page.goto(f"{address}/links")
    page.evaluate("window.stayed = true")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("update telemetry.gateway_epoch set committed = '{[1,4021)}', epoch = epoch")
    expect(page.locator("#gateways .chip").first).to_have_text("Clock wrong", timeout=8000)
    assert page.evaluate("window.stayed") is True


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_nothing_is_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/links")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
