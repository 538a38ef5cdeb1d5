"""What the judges count: excursions found and withdrawn, once each, and only what was committed."""

import pytest
from prometheus_client import CollectorRegistry

from coldbind.wiring import BINDING, open_database
from kernel.events import ExcursionFound
from rules.metrics import RulesMetrics
from rules.worker import Judges
from storage.database import Transaction
from storage.errors import StorageError
from tests.warehouse import Warehouse, warehouse


def value(registry: CollectorRegistry, name: str) -> float:
    found = registry.get_sample_value(f"coldbind_rules_{name}")
    assert found is not None, name
    return found


def recorded(house: Warehouse) -> tuple[int, int]:
    """Excursions in the database, and how many of them are withdrawn."""
    ((found, withdrawn),) = house.ask("select count(*), count(superseded_at) from rules.excursion")
    return found, withdrawn


def test_excursions_count_when_their_pass_has_committed(database_url: str) -> None:
    registry = CollectorRegistry()
    metrics = RulesMetrics(registry)
    failing = [True]

    def fail(_: ExcursionFound, __: Transaction) -> None:
        if failing:
            failing.clear()
            raise StorageError("the database went away")

    heard = metrics.handlers()
    listening = {**heard, ExcursionFound: [*heard[ExcursionFound], fail]}
    with (
        warehouse(database_url) as house,
        open_database(database_url, "test", listening=listening) as database,
    ):
        judges = Judges(database, BINDING, metrics, clock=lambda: 0)
        house.receive("U1")
        house.move("U1", 1, "dc.warm")
        judges.judge_all()
        assert value(registry, "units_judged_total") == 1

        house.measure("warm-t", [(minute, 30) for minute in range(2, 60)])
        with pytest.raises(StorageError, match="went away"):
            judges.judge_all()
        assert recorded(house) == (0, 0)
        assert value(registry, "excursions_found_total") == 0

        judges.judge_all()
        found, _ = recorded(house)
        assert value(registry, "excursions_found_total") == found > 0
        assert value(registry, "series_judged_total") == 1
        assert value(registry, "publish_to_hold_seconds_count") == 0  # nobody said when it was sent

        house.move("U1", 1.5, "dc.cold")
        judges.judge_all()
        found, withdrawn = recorded(house)
        assert value(registry, "excursions_found_total") == found
        assert value(registry, "excursions_withdrawn_total") == withdrawn > 0
        assert value(registry, "passes_total") > value(registry, "pass_seconds_count") >= 3
