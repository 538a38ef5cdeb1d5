"""The lot page in a real browser: what it shows, how soon, at every width, and without a server."""

import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect, sync_playwright

from dashboards import screenshot
from kernel.instants import SECOND, instant
from tests.console_server import serving
from tests.lot_story import ZONE_1_SENSOR, ZONE_2_SENSOR, add_reading, doubt, end_holds, write_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        screenshot.find_chromium() is None,
        reason="no Chromium: install one (apt-get install chromium) or set COLDBIND_CHROMIUM",
    ),
]
LOT = "LOT/26-03.B 7"
PATH = f"/lots/{quote(LOT, safe='')}"
HELD, FREE = f"{LOT}/0001", f"{LOT}/0003"


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
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def address(database_url: str, free_port: int, now: datetime) -> Generator[str]:
    """A console with a lot that arrived six hours ago and is read until a minute ago."""
    write_story(database_url, LOT, now - timedelta(minutes=361))
    with serving(database_url, free_port) as address:
        yield address


def panel(page: Page, unit: str) -> str:
    return f'.panel[data-unit="{unit}"]'


def open_lot(page: Page, address: str) -> None:
    page.goto(address + PATH)
    page.wait_for_selector(f"{panel(page, HELD)} [data-last]")


def test_the_story_is_on_the_page(page: Page, address: str) -> None:
    open_lot(page, address)
    expect(page.locator("h1")).to_contain_text(LOT)
    expect(page.locator("h1 .chip")).to_have_text("Held")
    expect(page.locator(f"{panel(page, HELD)} h3")).to_contain_text("Units 0001 and 0002")
    expect(page.locator(f"{panel(page, HELD)} .strip li")).to_have_text(["Dock 1", "Zone 1"])
    expect(page.locator(f"{panel(page, FREE)} .strip li")).to_have_text(["Dock 1", "Zone 2"])
    expect(page.locator(".chart canvas")).to_have_count(2)
    expect(page.locator("#excursions tbody tr")).to_have_count(1)
    expect(page.locator("#claims")).to_contain_text("CL-0001")
    expect(page.locator("#banner")).to_be_hidden()


def test_a_stored_reading_is_on_the_page_within_a_second(
    page: Page, address: str, database_url: str, now: datetime
) -> None:
    open_lot(page, address)
    delays: list[float] = []
    for number in range(5):
        at = now + timedelta(seconds=number)
        add_reading(database_url, ZONE_2_SENSOR, at, 6.0 + number / 8)
        stored = time.monotonic()
        page.wait_for_selector(
            f'{panel(page, FREE)} [data-last="{instant(at) // SECOND}"]', timeout=5000
        )
        delays.append(time.monotonic() - stored)
    expect(page.locator(f"{panel(page, FREE)} [data-readout]")).to_contain_text("6.50")
    assert max(delays) < 1.0, delays


def test_a_reading_after_a_silence_leaves_a_gap(
    page: Page, address: str, database_url: str, now: datetime
) -> None:
    open_lot(page, address)
    add_reading(database_url, ZONE_1_SENSOR, now + timedelta(minutes=40), 5.0)
    later = instant(now + timedelta(minutes=40)) // SECOND
    page.wait_for_selector(f'{panel(page, HELD)} [data-last="{later}"]')
    blind = page.evaluate(
        """async ([lot, unit, since]) => {
            const { Felt, unmonitored } = await import("/static/felt.js");
            const ask = async (more) => (await fetch(`${lot}/temperature?unit=${unit}${more}`)).json();
            const felt = new Felt();
            felt.load(await ask(`&until=${since}`));
            felt.look();
            const from = new Date((Date.parse(since) / 1000 - 60) * 1e3).toISOString();
            felt.extend(await ask(`&since=${from}`), Date.parse(from) / 1000);
            return unmonitored(felt.segments(decodeURIComponent(unit)), 0).map(([a, b]) => b - a);
        }""",
        [PATH, quote(HELD, safe=""), (now - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")],
    )
    assert blind == [pytest.approx(41 * 60)]


def test_readings_of_a_sensor_fault_are_crossed_and_no_evidence(
    page: Page, address: str, database_url: str, now: datetime
) -> None:
    since, broken = now - timedelta(minutes=150), now - timedelta(minutes=60, seconds=30)
    add_reading(database_url, ZONE_2_SENSOR, broken, 85.0)
    doubt(database_url, ZONE_2_SENSOR, "out_of_range", broken, broken)
    doubt(database_url, ZONE_2_SENSOR, "stuck", since, since + timedelta(minutes=40))
    open_lot(page, address)
    doubts = page.locator(f"{panel(page, FREE)} [data-doubts]")
    expect(doubts).to_contain_text("zone2-t1 stuck, ")
    expect(doubts).to_contain_text("zone2-t1 out of range, ")
    expect(page.locator(f"{panel(page, HELD)} [data-doubts]")).to_be_hidden()
    expect(page.locator(".legend")).to_contain_text("sensor fault: no evidence")
    readout = page.locator(f"{panel(page, FREE)} [data-readout]")
    expect(readout).not_to_contain_text("85")
    drawn = page.locator(f"{panel(page, FREE)} .u-over")
    size = drawn.bounding_box()
    assert size
    there = size["width"] * 300.5 / (360 * 1.015)  # minutes after the arrival, of the time shown
    drawn.hover(position={"x": there, "y": size["height"] / 2})
    expect(readout).to_contain_text("85.00")
    expect(readout).to_contain_text("sensor fault (out of range): no evidence")


def test_a_release_shows_without_loading_the_page_again(
    page: Page, address: str, database_url: str
) -> None:
    open_lot(page, address)
    page.evaluate("window.stayed = true")
    end_holds(database_url)
    expect(page.locator("h1 .chip")).to_have_text("Excursion", timeout=8000)
    expect(page.locator(f"{panel(page, HELD)} h3 .chip")).to_have_text("Excursion")
    assert page.evaluate("window.stayed") is True


def test_the_page_says_when_the_server_is_gone(
    page: Page, database_url: str, free_port: int, now: datetime
) -> None:
    write_story(database_url, LOT, now - timedelta(minutes=361))
    with serving(database_url, free_port) as address:
        open_lot(page, address)
    expect(page.locator("#banner")).to_be_visible(timeout=8000)
    expect(page.locator("#banner")).to_contain_text("Connection lost, showing data as of")
    expect(page.locator(".chart canvas").first).to_be_visible()
    with serving(database_url, free_port):
        expect(page.locator("#banner")).to_be_hidden(timeout=8000)


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_nothing_is_wider_than_the_screen(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in (PATH, "/", "/lots/unknown"):
        page.goto(address + path)
        if path == PATH:
            page.wait_for_selector(f"{panel(page, HELD)} [data-last]")
            for fold in page.locator("details").all():
                fold.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_forty_units_read_as_two_stories(
    page: Page, database_url: str, free_port: int, now: datetime
) -> None:
    write_story(database_url, LOT, now - timedelta(minutes=361), free=38)
    with serving(database_url, free_port) as address:
        open_lot(page, address)
        expect(page.locator("#groups tbody tr")).to_have_count(2)
        expect(page.locator("#groups")).to_contain_text("0003 to 0040")
        pick = page.get_by_role("checkbox", name="Draw 0003 to 0040")
        pick.uncheck()
        expect(page.locator(panel(page, FREE))).to_be_hidden()
        pick.check()
        expect(page.locator(f"{panel(page, FREE)} canvas")).to_be_visible()


def test_time_shown_can_be_chosen_by_keyboard(page: Page, address: str) -> None:
    open_lot(page, address)
    button = page.get_by_role("button", name="Excursion")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    strip = page.locator(f"{panel(page, HELD)} .strip li").first
    expect(strip).to_be_visible()
    whole_strip = page.locator(f"{panel(page, HELD)} .strip")
    wait_until(lambda: share(strip.bounding_box(), whole_strip.bounding_box()) > 0.3)


def test_the_picture_script_takes_a_picture(address: str, tmp_path: Path) -> None:
    file = tmp_path / "images" / "lot.png"
    done = screenshot_process(address + PATH, file)
    assert done == 0
    assert file.read_bytes().startswith(b"\x89PNG")


def screenshot_process(url: str, file: Path) -> int:
    """Run the script as people do: it starts its own browser, which this process already has."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "dashboards.screenshot", url, str(file), "--width", "820"]
    return subprocess.run(command, check=False, timeout=90).returncode


def share(part: FloatRect | None, whole: FloatRect | None) -> float:
    assert part
    assert whole
    return part["width"] / whole["width"]


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
