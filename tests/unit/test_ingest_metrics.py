"""The lag histogram, which takes a whole group at a time, against one value after the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram

from ingest.metrics import LAGS, Lags
from kernel.instants import SECOND

EDGES = [round(bound * SECOND) for bound in LAGS]
AROUND = st.sampled_from(EDGES).flatmap(lambda edge: st.integers(edge - 2, edge + 2))


@given(st.lists(st.lists(AROUND | st.integers(-(10**12), 10**12), max_size=30), max_size=4))
def test_it_counts_like_prometheus_own(groups: list[list[int]]) -> None:
    registry, oracle = CollectorRegistry(), CollectorRegistry()
    ours = Lags("lag_seconds", "text", registry)
    theirs = Histogram("lag_seconds", "text", buckets=LAGS, registry=oracle)
    for group in groups:
        ours.observe(np.array(group, np.int64))
        for lag in group:
            theirs.observe(max(lag, 0) / SECOND)
    for suffix, labels in [("count", {}), *(("bucket", {"le": str(float(bound))}) for bound in LAGS)]:
        name = f"lag_seconds_{suffix}"
        assert registry.get_sample_value(name, labels) == oracle.get_sample_value(name, labels), labels
    total, expected = (one.get_sample_value("lag_seconds_sum") for one in (registry, oracle))
    assert total is not None
    assert expected is not None
    assert abs(total - expected) < 1e-3
