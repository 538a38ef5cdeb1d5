"""Sparkplug B beyond the golden cases: lost messages, bounded memory, and what is asked of a node."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.instants import MINUTE, SECOND
from tests.sparkplug_messages import sparkplug_payload
from wire.columns import Content, Malformed, SeriesName
from wire.sparkplug_b import Sparkplug
from wire.sparkplug_schema import read_payload

NOW = 1_772_352_000 * SECOND
Written = dict[str, object]


def send(to: Sparkplug, kind: str, *metrics: Written, now: int = NOW, **fields: object) -> Content:
    """A message of node n, or of its device d."""
    topic = f"spBv1.0/g/{kind}/n" + ("/d" if kind.startswith("D") else "")
    return to.decode(topic, sparkplug_payload({"metrics": list(metrics), **fields}), now)


def test_a_rebirth_is_asked_for_with_the_command_of_the_specification() -> None:
    content = send(Sparkplug(), "NDATA", {"alias": 1, "value": 4}, seq=3)
    ((topic, payload),) = content.requests
    assert topic == "spBv1.0/g/NCMD/n"
    (metric,) = read_payload(payload).metrics
    assert (metric.name, metric.datatype, metric.boolean_value) == (b"Node Control/Rebirth", 11, True)


def test_after_a_birth_a_new_gap_may_ask_at_once() -> None:
    decoder = Sparkplug()
    assert send(decoder, "NDATA", {"alias": 1, "value": 4}, seq=3).requests
    assert not send(decoder, "NDATA", {"alias": 1, "value": 4}, seq=4, now=NOW + MINUTE - 1).requests
    send(decoder, "NBIRTH", seq=0, timestamp=1)
    send(decoder, "NDATA", seq=1)
    assert send(decoder, "NDATA", seq=3).requests


def test_what_is_put_aside_says_by_itself_what_it_is() -> None:
    """An alias lives as long as its birth; a parked record must be understood long after."""
    decoder = Sparkplug()
    temperature: Written = {"name": "temperature", "alias": 1, "type": "Double", "is_null": True}
    send(decoder, "DBIRTH", seq=0)
    send(decoder, "NBIRTH", seq=0, timestamp=1)
    send(decoder, "DBIRTH", {**temperature, "properties": {"engUnit": "°F"}}, seq=1)
    content = send(decoder, "DDATA", {"alias": 1, "type": "String", "value": "warm"}, seq=2)
    ((_, alone),) = content.refused
    (metric,) = read_payload(alone).metrics
    metric.double_value = 39.2
    corrected = read_payload(alone)
    corrected.metrics.add().CopyFrom(metric)
    again = Sparkplug().decode("spBv1.0/g/DDATA/n/d", corrected.SerializeToString(), NOW)
    assert again.columns.names == (SeriesName("d", "temperature", "degF"),)
    assert again.columns.values.tolist() == [39.2]


def test_a_record_that_is_read_again_makes_no_gap() -> None:
    decoder = Sparkplug()
    send(decoder, "NBIRTH", {"name": "temperature", "alias": 1, "is_null": True}, seq=0, timestamp=1)
    ((_, alone),) = send(decoder, "NDATA", {"alias": 9, "value": 1}, seq=1).refused
    decoder.decode("spBv1.0/g/NDATA/n", alone, NOW)
    content = send(decoder, "NDATA", {"alias": 1, "value": 4}, seq=2, now=NOW + 2 * MINUTE)
    assert (content.columns.values.tolist(), content.requests) == ([4.0], ())


def test_a_name_that_is_no_text_spoils_its_metric_only() -> None:
    payload = sparkplug_payload(
        {"metrics": [{"name": "temperature", "type": "Double", "value": 4}]}
    ) + bytes.fromhex("12040a02ffff")
    content = Sparkplug().decode("spBv1.0/g/NBIRTH/n", payload, NOW)
    assert content.columns.values.tolist() == [4.0]
    assert [reason for reason, _ in content.refused] == [
        "sparkplug: metric '\ufffd\ufffd': its name is not UTF-8"
    ]


def test_integers_keep_their_sign() -> None:
    metrics: list[Written] = [
        {"name": f"{kind}/temperature", "type": kind, "value": value}
        for kind, value in (("Int8", -5), ("Int16", -300), ("Int32", -70_000), ("Int64", -(2**40)))
    ]
    content = send(Sparkplug(), "NBIRTH", *metrics, seq=0)
    assert content.columns.values.tolist() == [-5.0, -300.0, -70_000.0, -float(2**40)]


@pytest.mark.parametrize(
    ("topic", "payload", "sentence"),
    [
        ("spBv1.0/g/NDATA", b"", "is no topic of Sparkplug B"),
        ("spBv1.0/g/NBIRTH/n/d", b"", "is no topic of Sparkplug B"),
        ("spBv1.0/g/WHAT/n", b"", "is no topic of Sparkplug B"),
        ("spBv1.0//NDATA/n", b"", "is no topic of Sparkplug B"),
        ("spBv1.0/g/NDATA/n", b"\xff\xff", "not a Sparkplug B payload"),
        ("spBv1.0/g/NDATA/n", b"\x22\x12SPBV1.0_COMPRESSED", "switch compression off"),
    ],
)
def test_what_is_no_sparkplug_is_malformed(topic: str, payload: bytes, sentence: str) -> None:
    with pytest.raises(Malformed, match=sentence):
        Sparkplug().decode(topic, payload, NOW)


def test_memory_is_bounded_by_nodes_and_by_metrics() -> None:
    decoder = Sparkplug(most_nodes=3, most_metrics=25)
    births: list[Written] = [
        {"name": f"{at}/temperature", "alias": at, "type": "Double", "value": 1} for at in range(10)
    ]
    for node in ("a", "b", "c", "d"):
        payload = sparkplug_payload({"seq": 0, "metrics": births})
        decoder.decode(f"spBv1.0/g/NBIRTH/{node}", payload, NOW)
    data = sparkplug_payload({"seq": 1, "metrics": [{"alias": 1, "value": 2}]})
    known = {
        node: len(decoder.decode(f"spBv1.0/g/NDATA/{node}", data, NOW).columns)
        for node in ("d", "c", "b", "a")
    }
    assert known == {"d": 1, "c": 1, "b": 0, "a": 0}


@dataclass
class EdgeNode:
    """A node as it should be: aliases change with each start, the value tells which metric it is."""

    start: int = 0
    seq: int = 0
    aliases: dict[int, int] = field(default_factory=dict[int, int])

    def born(self, shift: int, *, restarted: bool) -> tuple[str, Written]:
        if restarted:
            self.start += 1
            self.aliases = {(metric + shift) % 5: metric for metric in range(5)}
        metrics: list[Written] = [
            {"name": f"m{metric}/temperature", "alias": alias, "type": "Double", "value": metric}
            for alias, metric in self.aliases.items()
        ]
        metrics.append({"name": "bdSeq", "type": "UInt64", "value": self.start})
        self.seq = 0
        return "NBIRTH", {"metrics": metrics, "seq": 0}

    def tells(self, alias: int) -> tuple[str, Written]:
        self.seq = (self.seq + 1) % 256
        return "NDATA", {"metrics": [{"alias": alias, "value": self.aliases[alias]}], "seq": self.seq}

    def dead(self) -> tuple[str, Written]:
        return "NDEATH", {"metrics": [{"name": "bdSeq", "type": "UInt64", "value": self.start}]}


steps = st.lists(
    st.tuples(
        st.sampled_from(["data", "data", "data", "lost", "restart", "birth lost"]), st.integers(0, 4)
    ),
    max_size=30,
)


@given(steps)
def test_whatever_is_lost_no_value_gets_to_another_series(story: list[tuple[str, int]]) -> None:
    """Deaths come at QoS 1 from the broker; births and data may be lost, and rebirths are granted."""
    node, decoder = EdgeNode(), Sparkplug()
    clock = 1_772_352_000_000
    born = node.born(0, restarted=True)
    for what, number in [("first", 0), *story]:
        sent: list[tuple[str, Written]] = []
        if what == "first":
            sent = [born]
        elif what == "data":
            sent = [node.tells(number)]
        elif what == "lost":
            node.tells(number)
        else:
            sent = [node.dead()]
            born = node.born(number, restarted=True)
            sent += [] if what == "birth lost" else [born]
        while sent:
            kind, message = sent.pop(0)
            clock += 1000
            content = send(decoder, kind, now=clock * 1000, timestamp=clock, **message)
            if content.requests:
                sent.append(node.born(0, restarted=False))
            names = [content.columns.names[int(at)].sensor for at in content.columns.index.tolist()]
            assert names == [f"n.m{value:.0f}" for value in content.columns.values.tolist()]
