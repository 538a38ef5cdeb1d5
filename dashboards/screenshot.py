"""Take a picture of a console page: `python -m dashboards.screenshot URL FILE [--width 1440]`.

The picture in the README is made by this, from `coldbind demo --keep`. Needs Playwright (a development
dependency) and a Chromium: the one named by COLDBIND_CHROMIUM or the first found on PATH.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Literal

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that runs anywhere and talks to nobody but the page."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_DRAWN = ".chart canvas, table, .notice"
_PATIENCE_MS = 15_000


class CannotTake(Exception):
    """There is no picture; the text says what is missing and what to do."""


def find_chromium() -> str | None:
    """The browser of COLDBIND_CHROMIUM, else the first Chromium on PATH, else None."""
    named = os.environ.get("COLDBIND_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


def take(
    url: str,
    file: Path,
    width: int,
    height: int | None = None,
    scheme: Literal["light", "dark"] = "light",
) -> None:
    """Write a PNG of the page at `url`, `width` CSS pixels wide; whole, or its first `height` pixels.

    Raises `CannotTake` when the browser or the page is missing.
    """
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - development dependency
    except ImportError as error:
        raise CannotTake("Playwright is not installed: run make setup, which installs it") from error
    chromium = find_chromium()
    if chromium is None:
        raise CannotTake(
            "no Chromium found: install one (apt-get install chromium) or name it in COLDBIND_CHROMIUM"
        )
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            page = browser.new_page(
                viewport={"width": width, "height": height or 900},
                color_scheme=scheme,
                device_scale_factor=2,
            )
            page.goto(url)
            page.wait_for_selector(_DRAWN, timeout=_PATIENCE_MS)
            page.wait_for_timeout(1_500)  # the charts fill after the page is shown
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file, full_page=height is None)
            browser.close()
        except Error as error:
            reason = error.message.partition("\n")[0]
            raise CannotTake(f"the page could not be drawn: {reason}") from error


def main() -> int:
    """Take the picture that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m dashboards.screenshot")
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("--width", type=int, default=1440, help="CSS pixels")
    parser.add_argument("--height", type=int, help="CSS pixels from the top; the whole page without it")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    asked = parser.parse_args()
    try:
        take(asked.url, asked.file, asked.width, asked.height, asked.scheme)
    except CannotTake as error:
        sys.stderr.write(f"screenshot: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
