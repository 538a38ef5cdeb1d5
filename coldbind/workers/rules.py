"""Rules: judge what was stored."""

from coldbind.metrics import new_registry, served
from coldbind.settings import Settings
from coldbind.wiring import BINDING, open_database
from coldbind.workers.ground import database_url, ready, stop_signal, work
from rules.metrics import RulesMetrics
from rules.worker import Judges


def rules(settings: Settings) -> None:
    """Run until told to stop."""
    registry = new_registry("rules")
    metrics = RulesMetrics(registry)
    with (
        served(registry, settings),
        open_database(database_url(settings), "rules", listening=metrics.handlers()) as database,
    ):
        Judges(database, BINDING, metrics).run(stop_signal(), ready)


if __name__ == "__main__":
    work("rules", rules)
