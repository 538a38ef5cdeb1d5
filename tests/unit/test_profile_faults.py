"""A profile whose fields are not even of the right kind: faults are told in words, with their place."""

import pytest

from kernel.refusal import Refusal
from rules.profile_files import read_profile

WRITTEN = """
name: test
version: 1
title: A test
source: nobody
rules:
  - {name: warm, kind: single, above: 8, for: 30 min, severity: major}
budget:
  - {name: cold, severity: major, ranges: [{from: 2, to: 0, for: 4 h}]}
"""


def test_it_is_right_as_it_is_written() -> None:
    assert len(read_profile(WRITTEN, "test.yaml").rules) == 2


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("30 min", "30", "rule warm: for: write a length such as 30 min, not a whole number"),
        ("above: 8", "above: mild", "rule warm: above: write a number, not text"),
        ("min, severity: major", "min", "rule warm: severity is missing"),
        ("above: 8", "abov: 8", "rule warm: abov is no field here"),
        ("name: warm, ", "", "rule number 1: name is missing"),
        ("name: warm", "name: 7", "rule number 1: name: write text, not a whole number"),
        ("rules:", "rules:\n  - 5", "rule number 1: write fields with values, not a whole number"),
        ("budget:", "  - {name: two}\nbudget:", "rule two: kind is missing"),
        ("version: 1", "version: one", "version: write a whole number, not text"),
        ("version: 1", "version: true", "version: write a whole number, not yes or no"),
        ("source: nobody", "sauce: nobody", "sauce is no field here"),
        ("title: A test\n", "", "title is missing"),
        ("title: A test", "title:", "title: write text, not nothing"),
        ("for: 4 h", "for: 4", "budget cold: ranges[0].for: write a length such as 30 min, not"),
        ("name: cold, ", "", "budget number 1: name is missing"),
        ("to: 0", "side: up", "budget cold: ranges[0].side: Invalid enum value 'up'"),
        ("[{from: 2, to: 0, for: 4 h}]", "cold", "budget cold: ranges: write a list, not text"),
    ],
)
def test_what_is_not_of_the_right_kind(right: str, wrong: str, fault: str) -> None:
    assert WRITTEN.count(right) == 1
    with pytest.raises(Refusal) as refused:
        read_profile(WRITTEN.replace(right, wrong), "test.yaml")
    assert str(refused.value).startswith(f"profile test.yaml: {fault}")


def test_a_document_without_fields_is_no_profile() -> None:
    with pytest.raises(Refusal, match=r"^profile test.yaml: write fields with values, not a list$"):
        read_profile("[1]", "test.yaml")
