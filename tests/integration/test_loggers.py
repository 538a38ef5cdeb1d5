"""Travelling loggers on a real database: their readings and alarms reach the goods they went with."""

from collections.abc import Generator
from decimal import Decimal

import pytest

from kernel.instants import DAY, MINUTE
from kernel.refusal import Refusal
from lotbinding.handlers import movements, units
from lotbinding.store import exposure
from tests.logger_story import EIGHT, Loggers, content
from tests.warehouse import START, warehouse

WARM = content("qtag_warm_hour")
ALARM, ADDED = "device alarm above 8 degC for 30 min", "device alarm above 8 degC for 60 min in sum"


@pytest.fixture
def loggers(database_url: str) -> Generator[Loggers]:
    with warehouse(database_url) as house:
        house.receive("U1", "U2")
        yield Loggers(house)
        house.assert_felt_from_both_sides()


def test_a_logger_tells_what_happened_on_the_road(loggers: Loggers) -> None:
    """Warm for 40 minutes by the log, 50 by the device's own count, the day before the dock."""
    done = loggers.read(WARM, "U1")
    assert (done.new, done.bound, done.known) == (12, ("unit U1",), False)
    loggers.judge()
    assert loggers.excursions("U1") == [
        ("above 8 degC", 45, 85, 40),
        (ALARM, 41, 91, 50),
        (ADDED, 41, 85, 44),
    ]
    assert loggers.excursions("U2") == []
    assert loggers.house.ask("select code from erp.hold join binding.stock_unit using (unit_id)") == [
        ("U1",)
    ]
    ((deficiency,),) = loggers.house.ask("select deficiency from erp.claim_line")
    assert "device alarm above 8 degC for 30 min: above 8 degC for 50 min" in deficiency
    assert "peak 12.1 degC" in deficiency
    assert "in the supplier's custody" in deficiency
    first, *_ = loggers.house.exposures("U1")
    assert (first.location_id, first.span.start) == (None, EIGHT)


def test_the_same_file_again_changes_nothing(loggers: Loggers) -> None:
    loggers.read(WARM, "U1")
    loggers.judge()
    before = loggers.everything()
    again = loggers.read(WARM, "U1")
    assert (again.new, again.bound, again.known) == (0, (), True)
    assert loggers.everything() == before
    later = loggers.read(WARM, "U1", "U2")
    assert (later.new, later.bound, later.known) == (0, ("unit U2",), True)
    loggers.judge()
    assert loggers.excursions("U2") == loggers.excursions("U1")


def test_the_file_is_kept_with_its_figures(loggers: Loggers) -> None:
    loggers.read(WARM, "U1")
    ((kept, digest, zone),) = loggers.house.ask(
        "select content, digest = sha256(content), zone from binding.logger_file"
    )
    assert (bytes(kept), digest, zone) == (WARM, True, "UTC")
    figures = loggers.house.ask(
        "select name, device, round(ours::numeric, 3), tolerance from binding.logger_figure"
        " order by number"
    )
    assert figures[2:4] == [
        ("run: mean", 7.0, Decimal("6.909"), 0.1),
        ("run: mean kinetic temperature", 8.3, Decimal("7.838"), 0.1),
    ]


def test_what_contradicts_is_refused_and_changes_nothing(loggers: Loggers) -> None:
    loggers.read(WARM, "U1")
    loggers.judge()
    before = loggers.everything()
    for data, unit, zone, words in (
        (WARM, "U1", "+01:00", "was imported before with --zone UTC"),
        (WARM, "U9", "UTC", "unit 'U9' is not known"),
        (
            WARM.replace(b"08:50\t12.0", b"08:50\t5.0"),
            "U1",
            "UTC",
            "it was 12 degC by what is stored, and 5",
        ),
        (
            WARM.replace(b"Logging Interval: 10", b"Logging Interval: 20"),
            "U1",
            "UTC",
            "registered with a longest gap of 15 min, and this file needs 30 min",
        ),
        (WARM.replace(b"Serial: TRIP00001", b"Serial: TRIP 1"), "U1", "UTC", "a name is letters"),
    ):
        with pytest.raises(Refusal, match=words):
            loggers.read(data, unit, zone=zone)
    with pytest.raises(Refusal, match="it ran from 2026-03-01 08:00 UTC to 2026-03-01 10:00 UTC"):
        loggers.read(WARM, "U2", since=500, until=600)
    with pytest.raises(Refusal, match="handling unit 'H1' is not known"):
        loggers.read(WARM, inside=("H1",))
    with pytest.raises(Refusal, match="logger TRIP00001 is not bound to unit U2"):
        loggers.unbind("TRIP00001", "U2")
    assert loggers.everything() == before


def test_who_left_before_the_alarm_is_not_meant(loggers: Loggers) -> None:
    loggers.read(WARM, "U1", until=60)
    loggers.read(WARM, "U2", since=60)
    loggers.judge()
    assert loggers.excursions("U1") == []
    assert loggers.excursions("U2") == [(ALARM, 60, 91, 31), (ADDED, 60, 85, 25)]


def test_a_binding_taken_back_takes_the_excursions_with_it(loggers: Loggers) -> None:
    loggers.read(WARM, "U1")
    loggers.judge()
    loggers.unbind("TRIP00001", "U1")
    loggers.judge()
    assert loggers.excursions("U1") == []
    superseded = loggers.house.ask("select superseded_why from rules.excursion")
    assert len(superseded) == 3
    assert all("elsewhere" in why for (why,) in superseded)
    assert loggers.house.ask("select count(*) from erp.hold_excursion where withdrawn_at is null") == [
        (0,)
    ]
    assert loggers.read(WARM, "U1").bound == ("unit U1",)
    loggers.judge()
    assert len(loggers.excursions("U1")) == 3


def test_before_the_file_came_nobody_knew(loggers: Loggers) -> None:
    ((before,),) = loggers.house.ask("select public.micros(now())")
    loggers.read(WARM, "U1")
    ((bound,),) = loggers.house.ask("select public.micros(now())")
    loggers.unbind("TRIP00001", "U1")
    ((unit,),) = loggers.house.ask("select unit_id from binding.stock_unit where code = 'U1'")
    with loggers.house.database.transaction() as transaction:
        known = [exposure.exposures_of(transaction, [unit], at) for at in (before, bound, None)]
    assert [sum(one.location_id is None for one in felt) for felt in known] == [0, 1, 0]


def test_what_was_split_off_later_was_on_the_road_too(loggers: Loggers) -> None:
    with loggers.house.database.transaction() as transaction:
        units.split(transaction, units.Split("U1", "U1-a", Decimal("0.5"), START + 60 * MINUTE, "test"))
    loggers.read(WARM, "U1")
    loggers.judge()
    assert len(loggers.excursions("U1-a")) == 3
    assert loggers.excursions("U1-a") == loggers.excursions("U1")


@pytest.mark.parametrize("file_first", [True, False])
def test_a_logger_in_a_handling_unit_speaks_for_what_was_inside(
    loggers: Loggers, *, file_first: bool
) -> None:
    """U1 was put into the box before it left, U2 never."""
    with loggers.house.database.transaction() as transaction:
        units.add_handling_unit(transaction, "BOX", "box", "test")
    if file_first:
        loggers.read(WARM, inside=("BOX",))
        loggers.judge()
        assert loggers.excursions("U1") == []
    packed = movements.Movement("U1", "pack", None, EIGHT - DAY, "test", into="BOX")
    with loggers.house.database.transaction() as transaction:
        movements.record_movement(transaction, packed)
    if not file_first:
        loggers.read(WARM, inside=("BOX",))
    loggers.judge()
    assert [rule for rule, *_ in loggers.excursions("U1")] == ["above 8 degC", ALARM, ADDED]
    assert loggers.excursions("U2") == []


def test_an_alarm_counts_where_nothing_is_logged(loggers: Loggers) -> None:
    """A Fridge-tag 2 logs only the days' extremes; its alarm is a fact all the same."""
    done = loggers.read(content("fridge_tag_2"), "U1")
    assert done.new == 8
    loggers.judge()
    found = {rule: (start, end) for rule, start, end, _ in loggers.excursions("U1")}
    assert found["device alarm above 8 degC for 600 min"] == (1700, 2800)
    assert found["device alarm below -0.5 degC for 60 min"] == (580, 680)
    assert found["frozen"][0] == 600


def test_a_longer_report_of_the_same_logger_adds_what_is_new(loggers: Loggers) -> None:
    whole = content("fridge_tag_2_l")
    rows = whole.split(b"\t2026-03-01 09:20")[0]
    early = rows.replace(b"Creation: 2026-03-01 10:00", b"Creation: 2026-03-01 09:18")
    early = early.replace(b"t Acc: 62, TS A: 09:39", b"t Acc: 39, TS A: 09:14")
    whole = whole.replace(b"t Acc: 62, TS A: 09:39", b"t Acc: 63, TS A: 09:14")
    early, whole = (
        one.replace(b"T AL: +8.0, t AL: 60", b"T AL: +8.0, t AL: 35") for one in (early, whole)
    )
    assert loggers.read(early, "U1").new == 15
    loggers.judge()
    alarm = "device alarm above 8 degC for 35 min"
    assert (alarm, 39, None, 39) in loggers.excursions("U1")
    ((first,),) = loggers.house.ask(
        "select excursion_id from rules.excursion join rules.rule using (rule_id) where name = %s",
        alarm,
    )
    assert loggers.read(whole, "U1").new == 8
    loggers.judge()
    assert (alarm, 39, 102, 63) in loggers.excursions("U1")
    assert loggers.house.ask(
        "select excursion_id from rules.excursion join rules.rule using (rule_id) where name = %s",
        alarm,
    ) == [(first,)]


def test_a_logger_is_nearer_than_the_room(loggers: Loggers) -> None:
    """At the dock and in the zone the logger in the box speaks, until it is taken out."""
    later = WARM.replace(b"2026-03-01", b"2026-03-02")
    loggers.house.move("U1", 5, "dc.cold")
    loggers.read(later, "U1", until=24 * 60 + 100)
    shown = [(one.span.start, one.series) for one in loggers.house.exposures("U1")]
    ((series,),) = loggers.house.ask(
        "select series_id from telemetry.series join telemetry.sensor using (sensor_id)"
        " where name = 'TRIP00001'"
    )
    assert [series for _, series in shown] == [(series,), (series,), (2,)]
    assert shown[2][0] == START + 100 * MINUTE
