"""Rules: judge what was stored."""

from coldbind.settings import Settings
from coldbind.wiring import BINDING, open_database
from coldbind.workers.ground import database_url, ready, stop_signal, work
from rules.worker import Judges


def rules(settings: Settings) -> None:
    """Run until told to stop."""
    with open_database(database_url(settings), "rules") as database:
        Judges(database, BINDING).run(stop_signal(), ready)


if __name__ == "__main__":
    work("rules", rules)
