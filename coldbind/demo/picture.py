"""The README's picture: `python -m coldbind.demo.picture FILE` plays the demo and takes it."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console

from coldbind.demo.show import show
from coldbind.settings import read_settings
from coldbind.supervisor import Workers
from dashboards.screenshot import take

LOT = "LOT-A"
_WIDTH, _HEIGHT = 1280, 1245


def main() -> int:
    """Play, take the picture of a lot that was partly held, end."""
    file = Path(sys.argv[1])

    def picture(console: Console, _workers: Workers, page: str) -> None:
        take(f"{page}/lots/{LOT}", file, _WIDTH, _HEIGHT)
        console.print(f"picture written to {file}")

    return show(msgspec.structs.replace(read_settings(), api_port=0), Console(), picture)


if __name__ == "__main__":
    sys.exit(main())
