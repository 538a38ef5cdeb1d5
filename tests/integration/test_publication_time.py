"""An excursion says when its reading was sent, also when the judges saw it before they were told."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from coldbind.wiring import BINDING
from kernel.instants import MINUTE, moment
from kernel.intervals import Span
from rules.worker import Judges
from storage.database import Transaction
from tests.warehouse import START, warehouse


def test_a_reading_seen_before_its_due_work_was_claimed(database_url: str) -> None:
    """The hot reading commits after the judge claimed the one before it, and before he reads back."""
    with warehouse(database_url) as house:
        house.receive("U1")
        house.move("U1", 1, "dc.warm")
        house.judges.judge_all()
        house.measure("warm-t", [(2, 5), (3, 5)])
        sent_at = START + 5 * MINUTE

        def arrive(
            transaction: Transaction,
            stretches: Sequence[tuple[int, Span]],
            among: Collection[int] | None,
        ) -> set[int]:
            house.ask(
                "insert into rules.due (series_id, since, until, published_at)"
                " select series_id, %s, %s, %s from telemetry.series join telemetry.sensor"
                " using (sensor_id) where name = 'warm-t' returning 1",
                moment(START + 4 * MINUTE),
                moment(START + 4 * MINUTE),
                moment(sent_at),
            )
            return BINDING.units_near_series(transaction, stretches, among)

        house.measure("warm-t", [(4, 20)])
        house.ask("delete from rules.due where since = %s returning 1", moment(START + 4 * MINUTE))
        Judges(house.database, replace(BINDING, units_near_series=arrive)).judge_once()
        held = house.ask(
            "select excursion.breached_at, hold.published_at from rules.excursion"
            " join erp.hold_excursion using (excursion_id) join erp.hold using (hold_id)"
        )
        assert [published_at for _, published_at in held] == [moment(sent_at)]
