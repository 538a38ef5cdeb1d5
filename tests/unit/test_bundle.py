"""Several frames in one message: taken apart as they were, and whatever else it is has a reason."""

from itertools import pairwise

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.joining import TOGETHER, TOGETHER_BYTES, backlog_bytes, joined
from gateway.store import EMPTY, Batch
from ingest.core.decode import CONTRACT, Decoded, Message, Undecodable
from wire.bundle import MOST_FRAMES, Bundled, encode_bundle, frames_of, is_bundle
from wire.columns import Malformed
from wire.frame import encode_frame

AT = 1_772_352_000_000_000
DATA = "coldbind/v1/dc1/gw1/data"


def frame(seq: int, body: bytes = EMPTY) -> bytes:
    return encode_frame(7, seq, AT, body, taken_at=AT)


def numbers(message: Message) -> list[int | None]:
    opened, _ = CONTRACT.decode_all([message])
    return [None if one.batch is None else one.batch.seq for one in opened]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=40))
def test_frames_come_out_as_they_went_in(frames: list[bytes]) -> None:
    bundle = encode_bundle(frames)
    assert is_bundle(bundle)
    assert frames_of(bundle) == [Bundled(one) for one in frames]
    assert frames_of(bundle, cut=True) == [Bundled(one) for one in frames]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=40), st.data())
def test_of_a_bundle_that_was_cut_off_the_whole_frames_are_kept(
    frames: list[bytes], data: st.DataObject
) -> None:
    bundle = encode_bundle(frames)
    begin = len(encode_bundle(frames)) - len(b"".join(map(cbor2.dumps, frames)))
    kept = data.draw(st.integers(begin + 9, len(bundle)) if len(bundle) > begin + 9 else st.nothing())
    found = frames_of(bundle[:kept], cut=True)
    whole = [one for one in found if not one.missing]
    assert [one.payload for one in whole] == frames[: len(whole)]
    assert found
    if not whole:
        (beginning,) = found
        assert frames[0].startswith(beginning.payload)
        assert len(beginning.payload) + beginning.missing == len(frames[0])


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_a_bundle_or_have_a_reason(data: bytes, cut: bool) -> None:
    found, why = list[Bundled](), ""
    try:
        found = frames_of(b"\x82\x02" + data, cut=cut)
    except Malformed as reason:
        why = str(reason)
    assert bool(why) <= why.startswith("bundle: ")
    assert sum(len(one.payload) for one in found) <= len(data)


def test_each_frame_is_taken_in_as_if_it_had_come_alone() -> None:
    message = Message(DATA, encode_bundle([frame(3), frame(5, b"\xff"), b"nonsense", frame(4)]), AT)
    opened, loose = CONTRACT.decode_all([message])
    assert loose == []
    assert [type(one) for one in opened] == [Decoded, Undecodable, Undecodable, Decoded]
    assert numbers(message) == [3, 5, None, 4]
    assert [one.message.payload for one in opened] == [
        frame(3),
        frame(5, b"\xff"),
        b"nonsense",
        frame(4),
    ]


def test_a_bundle_that_is_too_large_gets_on_all_the_same() -> None:
    bundle = encode_bundle([frame(1), frame(2), frame(3)])
    assert numbers(Message(DATA, bundle[:-5], AT, missing=5)) == [1, 2]
    large = encode_bundle([frame(1, bytes(5000)), frame(2)])
    opened, _ = CONTRACT.decode_all([Message(DATA, large[:1000], AT, missing=len(large) - 1000)])
    (only,) = opened
    assert isinstance(only, Undecodable)
    assert (only.code, only.batch and only.batch.seq) == ("too_large", 1)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (encode_bundle([frame(1), frame(2)])[:-3], "ends within a frame"),
        (encode_bundle([frame(1)]) + b"\x00", "something follows"),
        (encode_bundle([b""] * (MOST_FRAMES + 1)), "more than"),
        (cbor2.dumps([2, [1, 2]]), "not an array of byte strings"),
        (cbor2.dumps([2, b"frame"]), "not an array of byte strings"),
        (b"\x82\x02", "not an array of byte strings"),
        (b"\x82\x02\x9b\x00", "not an array of byte strings"),
    ],
)
def test_what_is_no_bundle_is_parked_as_a_whole(payload: bytes, why: str) -> None:
    opened, _ = CONTRACT.decode_all([Message(DATA, payload, AT)])
    (only,) = opened
    assert isinstance(only, Undecodable)
    assert why in only.reason
    assert only.message.payload == payload


def test_only_a_gateway_bundles() -> None:
    opened, _ = CONTRACT.decode_all([Message("coldbind/v1/dc1/x/json", encode_bundle([frame(1)]), AT)])
    assert [type(one) for one in opened] == [Undecodable]


sizes = st.lists(st.integers(0, TOGETHER_BYTES // 2) | st.integers(0, 3 * TOGETHER_BYTES), max_size=200)


@settings(deadline=None)
@given(sizes)
def test_neighbours_share_a_message_while_it_is_small(lengths: list[int]) -> None:
    batches = [Batch(seq, bytes(length), AT) for seq, length in enumerate(lengths)]
    messages = joined(batches)
    assert [one for message in messages for one in message] == batches
    for message in messages:
        assert len(message) <= TOGETHER
        assert len(message) == 1 or sum(len(one.body) for one in message) <= TOGETHER_BYTES
    for before, after in pairwise(messages):
        full = sum(len(one.body) for one in (*before, after[0]))
        assert full > TOGETHER_BYTES or len(before) == TOGETHER


@settings(deadline=None)
@given(sizes, st.integers(2, 64))
def test_what_is_read_at_once_fits_the_senders(lengths: list[int], senders: int) -> None:
    most, left = backlog_bytes(senders), list[Batch]()
    for seq, length in enumerate(lengths[: senders * TOGETHER]):
        left.append(Batch(seq, bytes(max(length, 1024)), AT))
        most -= len(left[-1].body)
        if most <= 0:
            break
    assert len(joined(left)) <= senders + 1
