"""Rules: judge what was stored."""

from coldbind.metrics import new_registry, served
from coldbind.reminders import Reminders
from coldbind.settings import Settings
from coldbind.wiring import BINDING, open_database
from coldbind.workers.ground import database_url, mqtt_url, ready, stop_signal, work
from rules.metrics import RulesMetrics
from rules.worker import Judges, now


def rules(settings: Settings) -> None:
    """Run until told to stop."""
    if settings.audit_head_mqtt:
        mqtt_url(settings)  # says what is missing before the first day is over
    registry = new_registry("rules")
    metrics = RulesMetrics(registry)
    with (
        served(registry, settings),
        open_database(database_url(settings), "rules", listening=metrics.handlers()) as database,
        open_database(database_url(settings), "reminders", size=1) as beside,
    ):
        stop = stop_signal()
        Reminders(beside, settings, stop, now).start()
        Judges(database, BINDING, metrics).run(stop, ready)


if __name__ == "__main__":
    work("rules", rules)
