"""The sources file: what a site may write, and the sentence for everything else."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.core.sources import (
    CONTRACT_SOURCES,
    READY_MADE,
    Source,
    check_filter,
    matches,
    parse_sources,
)
from kernel.refusal import Refusal
from wire.fields import Measured


def parsed(text: str) -> tuple[Source, ...]:
    return parse_sources(yaml.safe_load(text))


def test_our_own_sources_come_first_whatever_is_written() -> None:
    assert parsed("sources: []") == CONTRACT_SOURCES
    assert parsed("sources: [chirpstack]") == (*CONTRACT_SOURCES, READY_MADE["chirpstack"])


def test_a_source_with_everything() -> None:
    text = """
    sources:
      - filter: spBv1.0/Plant/#
        format: sparkplug_b
        sensor_prefix: plant.
        fields:
          TempC_DS: temperature
          Cabinet: temperature degF
          TempC_SHT:
    """
    fields = (
        ("TempC_DS", Measured("temperature", "Cel")),
        ("Cabinet", Measured("temperature", "degF")),
        ("TempC_SHT", None),
    )
    assert parsed(text)[-1] == Source("spBv1.0/Plant/#", "sparkplug_b", "plant.", fields)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "write 'sources:' with a list below it"),
        ("sources: 5", "write 'sources:' with a list below it"),
        ("sources: [lorawan]", "entry 1: 'lorawan' is not one of sparkplug, chirpstack, thingsboard"),
        ("sources: [chirpstack, 5]", "entry 2: write a name such as chirpstack, or filter and format"),
        ("sources: [{filter: a, kind: b}]", "'kind' is not one of filter, format"),
        ("sources: [{format: senml}]", "'filter' must be a topic filter such as"),
        ("sources: [{filter: 'a/b#', format: senml}]", "level 2 is 'b#': a wildcard stands alone"),
        ("sources: [{filter: 'a/#/b', format: senml}]", "level 2 is '#', which may only be the last"),
        ("sources: [{filter: '', format: senml}]", "filter '': it is empty"),
        ("sources: [{filter: $share/g/a, format: senml}]", "leave $share/... away"),
        (
            "sources: [{filter: '#', format: senml}]",
            "takes in coldbind/v1/..., which is served already",
        ),
        ("sources: [{filter: coldbind/v1/a/b/c, format: senml}]", "which is served already"),
        (
            "sources: [{filter: a, format: xml}]",
            "format 'xml' is not one of plain_json, senml, sparkplug_b",
        ),
        ("sources: [{filter: a, format: coldbind_frame}]", "is not one of plain_json"),
        ("sources: [{filter: a, format: [x]}]", "format ['x'] is not one of plain_json"),
        ("sources: [{filter: a, format: senml, sensor_prefix: 'a b'}]", "sensor_prefix 'a b' must be"),
        ("sources: [{filter: a, format: senml, fields: {x: door}}]", "leave 'fields' away"),
        ("sources: [{filter: a, format: chirpstack, fields: [x]}]", "'fields' must map field names"),
        (
            "sources: [{filter: a, format: chirpstack, fields: {x: warmth}}]",
            "field 'x': 'warmth' is not one of temperature, humidity",
        ),
        (
            "sources: [{filter: a, format: chirpstack, fields: {x: temperature V}}]",
            "'V' is no unit of temperature: Cel, K, degF",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=re.escape(sentence)):
        parsed(text)


@pytest.mark.parametrize(
    ("filter_", "topic", "taken"),
    [
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/b/d", False),
        ("a/+", "a", False),
        ("a/+", "a/", True),
        ("+", "/a", False),
        ("/+", "/a", True),
        ("+/+", "/a", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/#", "ab", False),
        ("#", "a/b", True),
        ("#", "$SYS/uptime", False),
        ("+/uptime", "$SYS/uptime", False),
        ("$SYS/#", "$SYS/uptime", True),
    ],
)
def test_filters_as_the_standard_tells(filter_: str, topic: str, taken: bool) -> None:
    assert matches(filter_, topic) is taken


def matches_slowly(wanted: list[str], levels: list[str]) -> bool:
    """The standard in words, one level after the other."""
    if wanted == ["#"]:
        return True
    if not wanted or not levels:
        return not wanted and not levels
    if wanted[0] not in ("+", levels[0]):
        return False
    return matches_slowly(wanted[1:], levels[1:])


level = st.sampled_from(["a", "b", "", "$a"])


@given(
    st.lists(level | st.just("+"), min_size=1, max_size=4),
    st.booleans(),
    st.lists(level, min_size=1, max_size=4),
)
@example(["a"], True, ["a"])
def test_matching_is_what_the_standard_says(
    wanted: list[str], open_end: bool, levels: list[str]
) -> None:
    wanted = [*wanted, "#"] if open_end else wanted
    check_filter("/".join(wanted)) if wanted != [""] else None
    own = levels[0].startswith("$") and wanted[0] in ("+", "#")
    assert matches("/".join(wanted), "/".join(levels)) == (not own and matches_slowly(wanted, levels))
