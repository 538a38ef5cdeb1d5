"""The sample is fair and its own, a change is shown to who runs its line, and figures are right."""

from collections import Counter
from random import Random

import pytest

from tests.mutation.__main__ import KILLED, LATE, SURVIVED, UNBORN, UNTESTED, Tally, likely
from tests.mutation.mutants import Mutant, by_file, change, stratified
from tests.mutation.survey import Survey


def made(**sizes: int) -> dict[str, list[Mutant]]:
    return by_file(
        Mutant(path, line, "AddNot", line) for path, size in sizes.items() for line in range(size)
    )


def test_every_file_has_its_share_of_the_sample() -> None:
    every = made(a=100, b=50, c=30, d=1)
    for seed in range(20):
        chosen = stratified(every, 60, Random(seed))
        sizes = {path: len(found) for path, found in chosen.items()}
        assert sum(sizes.values()) == 60
        assert abs(sizes["a"] - 33) <= 1
        assert abs(sizes["b"] - 16.5) <= 1
        for path, found in chosen.items():
            assert len(set(found)) == len(found)
            assert set(found) <= set(every[path])
            assert [mutant.line for mutant in found] == sorted(mutant.line for mutant in found)


def test_a_sample_is_its_seed_and_no_larger_than_all() -> None:
    every = made(a=100, b=50)
    assert stratified(every, 20, Random(1)) == stratified(every, 20, Random(1))
    assert stratified(every, 20, Random(1)) != stratified(every, 20, Random(2))
    assert stratified(every, 150, Random(1)) == every


def test_a_change_is_shown_to_the_tests_that_run_the_function_around_it() -> None:
    seen = Survey(
        {"slow": 2.0, "quick": 0.1, "other": 0.5},
        {("f.py", 10): {"slow", "quick"}, ("f.py", 14): {"slow"}, ("f.py", 30): {"other"}},
        {"f.py": {10: 20, 14: 16, 30: 40}},
    )
    assert seen.killers("f.py", 12) == ["quick", "slow"]
    assert seen.killers("f.py", 15) == ["slow"], "the innermost"
    assert seen.killers("f.py", 40) == ["other"]
    assert seen.killers("f.py", 2) == ["quick", "other", "slow"], "outside functions: all of the file"
    assert seen.killers("g.py", 2) == []


def test_the_change_is_told_in_a_line() -> None:
    assert change("a\n  b = 1\nc\n", "a\n  b = 2\nc\n") == "b = 1  ->  b = 2"
    assert change("a\n", "a\n") == "nothing"


def test_out_of_time_counts_as_killed_and_stillborn_does_not_count() -> None:
    ends = Counter({KILLED: 7, LATE: 1, SURVIVED: 1, UNTESTED: 1, UNBORN: 5})
    tally = Tally("rules/core", ends)
    assert (tally.killed, tally.counted) == (8, 10)
    assert "8 killed (1 by the limit of time), 2 survived (1 that no quick test runs)" in tally.line(99)
    assert "80.0% killed (95 % interval 49.0% to 94.3%); 15 of 99 mutants tried" in tally.line(99)


def test_the_interval_is_the_one_of_wilson() -> None:
    assert likely(85, 100) == pytest.approx((0.7672, 0.9069), abs=1e-4)
    assert likely(0, 0) == (0.0, 1.0)
