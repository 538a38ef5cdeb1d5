"""The sample is fair and its own, a change is shown to who runs its line, and figures are right."""

import sys
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.mutation.__main__ import KILLED, LATE, SURVIVED, UNBORN, UNTESTED, Tally, likely, not_killed
from tests.mutation.isolated import asked
from tests.mutation.mutants import Mutant, by_file, change, mutants, sources, stratified
from tests.mutation.survey import Survey, survey


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


def test_what_a_test_file_calls_while_it_is_imported_all_its_tests_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "house_rules").mkdir()
    (tmp_path / "house_rules/limits.py").write_text("def limit():\n    return 8\n")
    (tmp_path / "tests/unit").mkdir(parents=True)
    (tmp_path / "tests/unit/test_one.py").write_text(
        "from house_rules.limits import limit\nL = limit()\ndef test_a(): pass\ndef test_b(): pass\n"
    )
    (tmp_path / "tests/unit/test_two.py").write_text("import house_rules\ndef test_c(): pass\n")
    monkeypatch.chdir(tmp_path)
    seen = asked(partial(survey, tmp_path, ["house_rules"]))
    assert set(seen.killers("house_rules/limits.py", 2)) == {
        "tests/unit/test_one.py::test_a",
        "tests/unit/test_one.py::test_b",
    }


def test_a_star_in_a_signature_is_no_multiplication(tmp_path: Path) -> None:
    pytest.importorskip("cosmic_ray", reason="make mutation installs it")
    file = tmp_path / "one.py"
    file.write_text(
        "def area(a, *, b):\n    return a * b\n\nwhole = {**{}, 'area': area(2, **{'b': 3})}\n"
    )
    multiplied = [one.line for one in mutants(file, "one.py") if "BinaryOperator" in one.operator]
    assert multiplied == [2]


def test_a_place_is_a_folder_or_a_file(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "__init__.py", "note.txt"):
        (tmp_path / name).touch()
    assert sources(tmp_path) == [tmp_path / "a.py", tmp_path / "b.py"]
    assert sources(tmp_path / "b.py") == [tmp_path / "b.py"]


def test_what_an_earlier_run_did_not_kill_is_read_from_its_output() -> None:
    output = """426 quick tests looked at in 26 s
survived   rules/core/a.py:9  a < b  ->  a <= b
untested   rules/core/a.py:12  return 1  ->  return 2
stillborn  rules/core/a.py:3  LIMIT = 1  ->  LIMIT = 0
rules/core: 8 killed (0 by the limit of time), 2 survived (1 that no quick test runs)
"""
    assert not_killed(output) == {
        "rules/core/a.py:9  a < b  ->  a <= b",
        "rules/core/a.py:12  return 1  ->  return 2",
        "rules/core/a.py:3  LIMIT = 1  ->  LIMIT = 0",
    }


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
