"""Spoiled messages through all decoders: readings or a reason, soon, and without memory that grows."""

import time
import tracemalloc
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.core.decode import Decoders
from tests.fuzz.__main__ import SLOWEST_S, run
from tests.fuzz.corpus import SOURCES, Sample, samples
from tests.fuzz.mutation import NASTY, mutated
from tests.fuzz.verdict import check

CORPUS = samples()
PAYLOADS = [sample.payload for sample in CORPUS]
DECODERS = Decoders(SOURCES)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_what_decoders_choke_on_is_taken_anywhere(nasty: bytes) -> None:
    """Each nasty piece alone, and in the middle of every sample."""
    for sample in CORPUS:
        middle = len(sample.payload) // 2
        for payload in (nasty, sample.payload[:middle] + nasty + sample.payload[middle:]):
            begun = time.thread_time()
            check(DECODERS, sample.topic, payload)
            assert time.thread_time() - begun < SLOWEST_S


@given(st.sampled_from(CORPUS), st.randoms(use_true_random=False))
def test_a_spoiled_message_is_decoded_or_explained(sample: Sample, random: Random) -> None:
    check(DECODERS, sample.topic, mutated(sample.payload, PAYLOADS, random))


@pytest.mark.thorough
@pytest.mark.timeout(900)
@settings(max_examples=20_000, deadline=1000)
@given(st.sampled_from(CORPUS), st.randoms(use_true_random=False))
def test_many_spoiled_messages_are_decoded_or_explained(sample: Sample, random: Random) -> None:
    check(DECODERS, sample.topic, mutated(sample.payload, PAYLOADS, random))


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_memory_stays_flat() -> None:
    run(20_000, seed=1)
    tracemalloc.start()
    try:
        run(5_000, seed=2)
        before, _ = tracemalloc.get_traced_memory()
        run(20_000, seed=3)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2**20
