"""From message to readings or to a reason; a frame with a spoiled body keeps its numbers."""

from collections.abc import Iterator

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.core.decode import CONTRACT, Batch, Decoded, Decoders, Loose, Message, Undecodable
from ingest.core.sources import CONTRACT_SOURCES, Source, parse_sources
from kernel.instants import DAY
from wire.columns import Columns, SeriesName
from wire.fields import Measured
from wire.frame import Thinned, encode_body, encode_frame
from wire.topics import SUBSCRIPTIONS

AT = 1_700_000_000_000_000
BODY = encode_body(
    Columns(
        (SeriesName("t1", "temperature", "Cel"),),
        np.array([0], np.uint32),
        np.array([AT], np.int64),
        np.array([4.5]),
    )
)


def _undecodable(topic: str, payload: bytes) -> Undecodable:
    opened = CONTRACT.decode(Message(topic, payload, AT))
    assert isinstance(opened, Undecodable)
    return opened


def _decoded(topic: str, payload: bytes) -> Decoded:
    opened = CONTRACT.decode(Message(topic, payload, AT))
    assert isinstance(opened, Decoded)
    return opened


def test_a_frame_has_numbers_and_readings() -> None:
    opened = _decoded("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT - 5, BODY))
    assert (opened.batch, opened.published_at) == (Batch("dc1", "gw1", 3, 9), AT - 5)
    assert opened.columns.values.tolist() == [4.5]


def test_a_plain_json_object_has_readings_and_no_numbers() -> None:
    opened = _decoded("coldbind/v1/dc1/fridge/json", b'{"sensor": "fridge", "temp": 4.5}')
    assert (opened.batch, opened.published_at) == (None, None)
    assert opened.columns.times.tolist() == [AT]


def test_a_spoiled_body_keeps_its_numbers() -> None:
    opened = _undecodable("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT, b"\xff"))
    assert (opened.code, opened.batch) == ("undecodable", Batch("dc1", "gw1", 3, 9))
    assert "body" in opened.reason


def test_a_spoiled_envelope_has_no_numbers() -> None:
    opened = _undecodable("coldbind/v1/dc1/gw1/data", b"\xff")
    assert (opened.code, opened.batch) == ("undecodable", None)


def test_a_topic_outside_the_contract_is_named() -> None:
    for topic in ("coldbind/v1/dc1/gw1/ack", "other/topic", "coldbind/v1/a b/gw1/data"):
        opened = _undecodable(topic, encode_frame(3, 9, AT, BODY))
        assert opened.code == "unknown_topic"
        assert topic in opened.reason


def test_a_sending_time_from_a_broken_clock_is_unknown() -> None:
    opened = _decoded("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT + DAY, BODY))
    assert opened.published_at is None


def test_a_number_larger_than_every_float_is_a_refused_record() -> None:
    for field in (b'"temp": ' + b"9" * 400, b'"temp": 1, "ts": ' + b"9" * 400):
        opened = _decoded("coldbind/v1/dc1/x/json", b'{"sensor": "x", ' + field + b"}")
        assert (len(opened.columns), len(opened.refused)) == (0, 1)


def test_senml_comes_in_json_and_in_cbor() -> None:
    for payload in (b'[{"n":"a/t","v":4.5}]', bytes.fromhex("81a20063612f7402f94480")):
        opened = _decoded("coldbind/v1/dc1/x/senml", payload)
        assert opened.columns.names == (SeriesName("a", "t", ""),)
        assert opened.columns.values.tolist() == [4.5]


def test_the_contract_is_what_is_subscribed_to() -> None:
    assert Decoders().subscriptions == SUBSCRIPTIONS
    assert Decoders().ordered == ()


def test_sources_of_a_site_are_served_beside_our_own() -> None:
    decoders = Decoders(parse_sources({"sources": ["chirpstack", "sparkplug", "thingsboard"]}))
    assert decoders.subscriptions == (
        *SUBSCRIPTIONS,
        "application/+/device/+/event/up",
        "v1/gateway/telemetry",
    )
    assert decoders.ordered == ("spBv1.0/#",)
    opened = decoders.decode(Message("v1/gateway/telemetry", b'{"Fridge 1": [{"temp": 4}]}', AT))
    assert isinstance(opened, Decoded)
    assert opened.columns.names == (SeriesName("Fridge-1", "temperature", "Cel"),)


def test_a_source_prefixes_sensors_and_has_its_own_words() -> None:
    source = Source(
        "tele/#",
        "plain_json",
        "dock.",
        (("kelvin", Measured("temperature", "K")), ("temp", None)),
    )
    opened = Decoders([source]).decode(
        Message("tele/x", b'{"sensor": "a", "kelvin": 277, "temp": 5}', AT)
    )
    assert isinstance(opened, Decoded)
    assert opened.columns.names == (SeriesName("dock.a", "temperature", "K"),)
    assert opened.columns.values.tolist() == [277.0]


def test_words_of_a_source_hold_for_devices_too() -> None:
    fields = (("TempC_DS", Measured("temperature", "Cel")), ("TempC_SHT", None))
    decoders = Decoders([Source("up", "chirpstack", fields=fields)])
    payload = b'{"deviceInfo": {"devEui": "A8"}, "object": {"TempC_DS": 4, "TempC_SHT": 20}}'
    opened = decoders.decode(Message("up", payload, AT))
    assert isinstance(opened, Decoded)
    assert opened.columns.values.tolist() == [4.0]
    assert not opened.refused


def test_of_two_sources_that_match_the_first_one_counts() -> None:
    decoders = Decoders([Source("a/+", "plain_json", "one."), Source("a/#", "plain_json", "two.")])
    for topic, sensor in (("a/b", "one.x"), ("a/b/c", "two.x")):
        opened = decoders.decode(Message(topic, b'{"sensor": "x", "temp": 4}', AT))
        assert isinstance(opened, Decoded)
        assert opened.columns.names[0].sensor == sensor


def test_a_source_takes_nothing_of_our_own_topics() -> None:
    decoders = Decoders([*CONTRACT_SOURCES, Source("#", "plain_json")])
    opened = decoders.decode(Message("coldbind/v1/a b/x/json", b'{"sensor": "x", "temp": 4}', AT))
    assert isinstance(opened, Undecodable)
    assert opened.code == "unknown_topic"


def test_frames_come_on_our_own_topic_only() -> None:
    opened = Decoders([Source("frames", "coldbind_frame")]).decode(
        Message("frames", encode_frame(3, 9, AT, BODY), AT)
    )
    assert isinstance(opened, Undecodable)
    assert "SITE/GATEWAY/data" in opened.reason


@given(st.sampled_from(["data", "json", "senml", "ack"]), st.binary(max_size=100))
def test_no_payload_is_an_exception(kind: str, payload: bytes) -> None:
    assert CONTRACT.decode(Message(f"coldbind/v1/dc1/x/{kind}", payload, AT)).message.payload == payload


JSON = "coldbind/v1/dc1/x/json"


def _json(n: int, **more: object) -> Message:
    told = {"sensor": f"s{n % 7}", "ts": 1_700_000_000 + n, "temp": n / 10, **more}
    return Message(JSON, msgspec.json.encode(told), AT + n)


def _rows(sources: NDArray[np.int64], columns: Columns) -> Iterator[tuple[int, int, int, float]]:
    lists = (sources, columns.index, columns.times, columns.values)
    return zip(*(one.tolist() for one in lists), strict=True)


def _flat(opened: list[Decoded | Undecodable], loose: list[Loose]) -> list[tuple[object, ...]]:
    """What was read: the message, the series, the time and the value of each reading."""
    parts: list[tuple[NDArray[np.int64], tuple[Message, ...], Columns]] = [
        (np.zeros(len(one.columns), np.int64), (one.message,), one.columns)
        for one in opened
        if isinstance(one, Decoded)
    ]
    parts += [(one.source, one.messages, one.columns) for one in loose]
    return sorted(
        (messages[source], columns.names[number], time, value)
        for sources, messages, columns in parts
        for source, number, time, value in _rows(sources, columns)
    )


payloads = st.sampled_from(
    [
        b'{"sensor":"a","ts":1700000000,"temp":1.5}',
        b'{"sensor":"a","ts":1700000001,"temp":2,"rh":60}',
        b'{"sensor":"b","ts":"2026-03-01T08:00:00Z","rh":61.5}',
        b'{"sensor":"b","temp":3}',
        b'{"sensor":"c","ts":1700000000000,"battery":3.1,"temp":null}',
        b'[{"sensor":"d","temp":4},{"sensor":"e","temp":5}]',
        b'{"sensor":"f"}',
        b'{"temp":1}',
        b'{"sensor":"a",\n"ts":1700000002,"temp":1}',
        b'{"sensor":"a","temp":1}\n{"sensor":"b","temp":2}',
        b'{"sensor":"a","temp":1},{"sensor":"b","temp":2}',
        b'{"sensor":"a"',
        b'"temp":1}',
        b"",
        b"nonsense",
        b"\xff",
    ]
)


@given(st.lists(payloads, max_size=12))
def test_messages_opened_together_say_what_each_says_alone(sent: list[bytes]) -> None:
    messages = [Message(JSON, payload, AT + n) for n, payload in enumerate(sent)]
    opened, loose = CONTRACT.decode_all(messages)
    alone = [CONTRACT.decode(message) for message in messages]
    assert _flat(opened, loose) == _flat(alone, [])
    refused = [(one.message, one.refused) for one in opened if isinstance(one, Decoded) and one.refused]
    assert refused == [
        (one.message, one.refused) for one in alone if isinstance(one, Decoded) and one.refused
    ]
    assert [one for one in opened if isinstance(one, Undecodable)] == [
        one for one in alone if isinstance(one, Undecodable)
    ]


def test_single_readings_are_opened_together() -> None:
    frame = Message("coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT, BODY), AT)
    opened, loose = CONTRACT.decode_all([_json(0), frame, *(_json(n) for n in range(1, 700))])
    assert [one.batch for one in opened] == [Batch("dc1", "gw1", 3, 9)]
    assert sum(len(one.messages) for one in loose) == 700
    assert sum(len(one.columns) for one in loose) == 700


def test_one_spoiled_message_does_not_slow_the_others_down() -> None:
    spoiled = Message(JSON, b"{", AT)
    opened, loose = CONTRACT.decode_all([*(_json(n) for n in range(600)), spoiled])
    assert sum(len(one.messages) for one in loose) >= 512
    assert [one.message for one in opened if isinstance(one, Undecodable)] == [spoiled]


def test_a_source_with_words_of_its_own_is_opened_one_by_one() -> None:
    source = Source("vendor/+", "plain_json", sensor_prefix="v.")
    messages = [Message("vendor/1", b'{"sensor":"a","temp":1}', AT)] * 3
    opened, loose = Decoders((source,)).decode_all(messages)
    assert (len(opened), loose) == (3, [])
    assert isinstance(opened[0], Decoded)
    assert opened[0].columns.names == (SeriesName("v.a", "temperature", "Cel"),)


def test_what_is_too_large_says_so() -> None:
    cut = Message(JSON, b'{"sensor":"a","te', AT, 5_000_000)
    for opened in (CONTRACT.decode(cut), *CONTRACT.decode_all([cut])[0]):
        assert isinstance(opened, Undecodable)
        assert opened.code == "too_large"
        assert "5000017 bytes" in opened.reason
        assert "COLDBIND_MAX_PAYLOAD_KB" in opened.reason


def test_a_batch_with_too_many_readings_keeps_its_number() -> None:
    small = Decoders(most=2)
    readings = Columns(
        (SeriesName("t1", "temperature", "Cel"),),
        np.zeros(3, np.uint32),
        np.array([AT, AT + 1, AT + 2]),
        np.array([1.0, 2.0, 3.0]),
    )
    frame = encode_frame(3, 9, AT, encode_body(readings))
    opened = small.decode(Message("coldbind/v1/dc1/gw1/data", frame, AT))
    assert isinstance(opened, Undecodable)
    assert (opened.code, opened.batch) == ("too_large", Batch("dc1", "gw1", 3, 9))
    assert "3 readings, more than 2" in opened.reason


def test_a_frame_that_is_too_large_keeps_its_number() -> None:
    beginning = encode_frame(3, 9, AT, bytes(5000))[:1000]
    opened = CONTRACT.decode(Message("coldbind/v1/dc1/gw1/data", beginning, AT, 4000))
    assert isinstance(opened, Undecodable)
    assert (opened.code, opened.batch) == ("too_large", Batch("dc1", "gw1", 3, 9))


def test_a_spoiled_batch_still_says_for_which_it_stands() -> None:
    thinned = Thinned(2, 8, 100)
    opened = _undecodable(
        "coldbind/v1/dc1/gw1/data", encode_frame(3, 9, AT, b"\xff", taken_at=AT, thinned=thinned)
    )
    assert (opened.batch, opened.thinned) == (Batch("dc1", "gw1", 3, 9), thinned)
