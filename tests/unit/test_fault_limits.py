"""Limits of sensors: the catalog of models as it is written, and limits that no sensor can have."""

import math
from typing import Any

import pytest

from kernel.instants import HOUR, MINUTE
from kernel.refusal import Refusal
from rules.faults.core.limits import TEMPERATURE, Limits, check, limits_of, parse_models
from rules.faults.models import models


def entry(**told: Any) -> list[dict[str, Any]]:
    return [{"model": "LR-4", "source": "data sheet", **told}]


def test_what_a_model_does_not_say_has_no_limit() -> None:
    (one,) = parse_models(entry())
    assert one.limits == Limits()
    assert one.limits == Limits(-math.inf, math.inf, (), math.inf, 0.0, None, 5, None)
    assert one.quantity == TEMPERATURE == "temperature"


def test_a_model_is_read_whole() -> None:
    told = {
        "quantity": "humidity",
        "lowest": -1.5,
        "highest": 30,
        "errors": [85.0, -127],
        "max_step": 2,
        "max_rate": 0.5,
        "stuck_after": "90 min",
        "levels": 3,
        "low": 2.5,
    }
    (one,) = parse_models(entry(**told))
    assert one.quantity == "humidity"
    assert one.limits == Limits(-1.5, 30.0, (85.0, -127.0), 2.0, 0.5, 90 * MINUTE, 3, 2.5)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"maximum": 3}, "unknown field `maximum`"),
        ({"lowest": "cold"}, "the catalog of sensor models: Expected"),
        ({"lowest": 5, "highest": 5}, "model LR-4: the lowest value must be below"),
    ],
)
def test_a_faulty_model_is_refused(told: dict[str, Any], fault: str) -> None:
    with pytest.raises(Refusal, match=fault):
        parse_models(entry(**told))


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(lowest=5.0, highest=5.1),
        Limits(max_step=0.1, max_rate=0.0),
        Limits(max_step=0.1, max_rate=0.1),
        Limits(stuck_after=1),
        Limits(levels=0),
        Limits(errors=(85.0, -127.0)),
    ],
)
def test_what_a_sensor_can_have(limits: Limits) -> None:
    check(limits, "sensor t-1")


@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        (Limits(lowest=5.0, highest=5.0), "lowest value must be below"),
        (Limits(lowest=6.0, highest=5.0), "lowest value must be below"),
        (Limits(max_step=0.0), "a step is more than nothing"),
        (Limits(max_step=-0.5), "a step is more than nothing"),
        (Limits(max_step=math.nan), "a step is more than nothing"),
        (Limits(max_rate=-0.5), "a step is more than nothing"),
        (Limits(stuck_after=0), "more than nothing"),
        (Limits(stuck_after=-1), "more than nothing"),
        (Limits(levels=-1), "whole number from 0 on"),
        (Limits(errors=(85.0, math.nan)), "a finite number"),
        (Limits(errors=(math.inf,)), "a finite number"),
    ],
)
def test_what_no_sensor_can_have(limits: Limits, fault: str) -> None:
    with pytest.raises(Refusal, match=f"sensor t-1: .*{fault}"):
        check(limits, "sensor t-1")


def test_the_first_model_that_matches_counts_for_its_quantity() -> None:
    known = parse_models(
        [
            {"model": "DS18B20", "source": "", "highest": 125},
            {"model": "ds18", "source": "", "highest": 99},
            {"model": "", "source": "", "quantity": "humidity", "highest": 105},
        ]
    )
    assert limits_of(known, "my ds18b20 probe", "temperature").highest == 125
    assert limits_of(known, "DS1820", "temperature").highest == 99
    assert limits_of(known, "DS18B20", "humidity").highest == 105
    assert limits_of(known, "LR-4", "temperature") == Limits()
    assert limits_of(known, "DS18B20", "battery") == Limits()


def test_the_catalog_has_a_last_entry_for_every_sensor() -> None:
    any_sensor = limits_of(models(), "", "temperature")
    assert (any_sensor.lowest, any_sensor.highest, any_sensor.stuck_after) == (-200, 150, 4 * HOUR)
    assert limits_of(models(), "ds18b20", "temperature").errors == (85.0, -127.0)
    assert limits_of(models(), "", "battery").low == 2.5
