"""The benchmarks at their smallest: they run, check what they did, and print what the contract says."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks import (
    backlog,
    batch_vs_copy,
    goods_world,
    growth,
    hold_delay,
    memory,
    rules,
    stays,
    trace,
)
from benchmarks.__main__ import BENCHMARKS
from benchmarks.figure import Figure, at_least, at_most

KEYS = ["name", "value", "unit", "goal", "ok", "detail"]


def test_a_figure_tells_whether_it_reaches_its_goal() -> None:
    assert at_least("a", 0.7, "ratio", 0.7, {}).ok
    assert not at_least("a", 0.69, "ratio", 0.7, {}).ok
    assert at_most("a", 250.0, "ms", 250.0, {}).ok
    assert not at_most("a", 250.1, "ms", 250.0, {}).ok
    assert at_most("a", 1.0, "s", None, {}).ok


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (
            lambda: batch_vs_copy.measure(batch_vs_copy.Size(frames=2, rounds=1, warm_up=1)),
            ["path.batch_vs_copy"],
        ),
        (
            lambda: hold_delay.measure(
                [
                    (
                        "path.hold_ms_p99",
                        hold_delay.Size(20, 2, zones=3, seconds=1, warm_up=1, warm_for=2),
                    )
                ]
            ),
            ["path.hold_ms_p99"],
        ),
        (
            lambda: memory.measure(memory.Size(datagrams=10, frames=2)),
            ["path.rss_mb_gateway", "path.rss_mb_ingest"],
        ),
        (
            lambda: growth.measure(growth.Size(small=4, large=8, frames=2, warm_up=1, rounds=1)),
            ["path.growth_cpu", "path.growth_wall"],
        ),
        (
            lambda: backlog.measure(backlog.Size(backlog=2000, a_batch=100, datagrams=10, devices=20)),
            ["path.backlog_drain", "path.backlog_live_ms_p99"],
        ),
        (
            lambda: rules.measure(
                rules.Size(series=20, readings=30, few=10, many=20, days=62, at_once=5, rounds=1)
            ),
            [
                "rules.in_range_s",
                "rules.units_ratio",
                "rules.sensor_year_s",
                "rules.at_once_s",
            ],
        ),
        (
            lambda: trace.measure(goods_world.Size(2000, 6000, 0.01, 100, 60, 5, 4, asked=4)),
            [
                "trace.lot_p95_ms",
                "trace.lot_of_many_orders_ms",
                "trace.recall_lot_p95_ms",
                "trace.recall_of_many_orders_ms",
                "trace.allocate_50_lines_ms",
            ],
        ),
        (lambda: stays.measure(units=14, days=2), ["trace.stats_p95_ms"]),
    ],
    ids=["batch_vs_copy", "hold_delay", "memory", "growth", "backlog", "rules", "trace", "stays"],
)
def test_each_benchmark_prints_a_line_a_figure(
    measure: Callable[[], Iterator[Figure]], names: list[str], bench_alone: None
) -> None:
    lines = [json.loads(figure.line()) for figure in measure()]
    assert [line["name"] for line in lines] == names
    for line in lines:
        assert list(line) == KEYS
        assert line["value"] > 0
        assert line["detail"]


def test_benchmarks_are_found_by_the_beginning_of_their_name() -> None:
    assert [name for name in BENCHMARKS if name.startswith("path.ba")] == [
        "path.batch_vs_copy",
        "path.backlog",
    ]


@pytest.fixture
def bench_alone(monkeypatch: pytest.MonkeyPatch, server_folder: Path) -> None:
    """Servers of its own: a benchmark that somebody runs meanwhile is not disturbed."""
    monkeypatch.setenv("COLDBIND_VAR", str(server_folder))
