"""The product keeps its promise while its processes are killed and stalled under load.

`make chaos SEED=1 CYCLES=200` plays longer runs, `BROKER=mosquitto` another broker.
"""

import sys
from pathlib import Path

import pytest

from tests.chaos.run import run

SEED = 1
CYCLES = 20


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_nothing_is_lost_doubled_or_judged_otherwise(server_folder: Path) -> None:
    report = run(SEED, CYCLES, "nats", server_folder, _say)
    _say(report.summary())
    assert not report.faults
    assert report.readings > 20_000
    assert all(report.verdicts_compared.values()), "a run without verdicts would prove little"
