"""Sparkplug B (specification 3.0): births name metrics, data refers to them, gaps ask for a rebirth.

The decoder remembers births, so the messages of a node must come to one decoder, in their order. Birth
certificates hold readings too. What cannot be understood without a birth that never came is refused
with that reason, while the node is asked to send its birth again.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wire.columns import Content, Malformed
from wire.fields import WORDS, Measured
from wire.gathering import Gathering
from wire.sparkplug_metrics import (
    Known,
    announced,
    announces_itself,
    doubted,
    introduce,
    name_of,
    time_of,
    value_of,
)
from wire.sparkplug_nodes import Birth, Node, NodeName, Nodes
from wire.sparkplug_schema import Metric, Payload, new_payload, read_payload

NAMESPACE = "spBv1.0"
REBIRTH = "Node Control/Rebirth"

_STATE = "STATE"
_COMMANDS = frozenset(("NCMD", "DCMD"))
_OF_NODES = frozenset(("NBIRTH", "NDATA", "NDEATH", "NCMD"))
_OF_DEVICES = frozenset(("DBIRTH", "DDATA", "DDEATH", "DCMD"))
_NODE_LEVELS, _DEVICE_LEVELS = 4, 5
_BOOLEAN = 11
_COMPRESSED = b"SPBV1.0_COMPRESSED"
_BIRTH_NUMBER = b"bdSeq"
_LONGEST_SHOWN = 64
_UNBORN = "comes without the birth certificate that explains it; a rebirth has been asked for"


class Address(NamedTuple):
    """What a topic says: which `kind` of message of which `node`; `device` is empty for the node."""

    kind: str
    node: NodeName
    device: str

    @property
    def place(self) -> str:
        """Whose metrics these are, as the sensor's name begins."""
        return self.device or self.node[1]


class Sparkplug:
    """Decodes Sparkplug messages, remembering at most `most_nodes` nodes and `most_metrics` metrics."""

    def __init__(
        self,
        words: Mapping[str, Measured] = WORDS,
        *,
        most_nodes: int = 10_000,
        most_metrics: int = 200_000,
    ) -> None:
        self._words = words
        self._nodes = Nodes(most_nodes, most_metrics)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Content:
        """The readings in a message; `Malformed` when it is no Sparkplug message at all.

        Among the requests is that for a rebirth, when a message is missing or cannot be understood.
        """
        address = _address(topic)
        if address is None or address.kind in _COMMANDS:
            return Gathering().content()
        message = read_payload(payload)
        if message.uuid == _COMPRESSED:
            raise Malformed("sparkplug: compressed payloads are not understood: switch compression off")
        node = self._nodes.of(address.node)
        match address.kind:
            case "NBIRTH" | "DBIRTH":
                return self._birth(address, node, message, received_at)
            case "NDEATH" | "DDEATH":
                return self._death(address, node, message, received_at)
            case _:
                return self._data(address, node, message, received_at)

    def _birth(self, address: Address, node: Node, message: Payload, received_at: int) -> Content:
        found = Gathering()
        seq = message.seq if message.HasField("seq") else None
        whole = True
        if address.device:
            whole = node.goes_on(seq)
            birth = node.birth or Birth(None, 0, None)
            birth.forget(address.device)
        else:
            birth = Birth(seq, message.timestamp, _death_number(message))
            node.is_born(birth)
        for metric in message.metrics:
            try:
                known = _enter(
                    birth, address.device, announced(metric, address.place, self._words), metric
                )
            except Malformed as fault:
                _put_aside(found, metric, None, message, str(fault))
            else:
                _read(metric, known, message, received_at, found)
        self._nodes.weigh(address.node)
        return _content(found, address.node, node, received_at, whole=whole)

    def _death(self, address: Address, node: Node, message: Payload, received_at: int) -> Content:
        whole = True
        if not address.device:
            node.dies(_death_number(message))
        elif node.birth is not None:
            whole = node.goes_on(message.seq if message.HasField("seq") else None)
            (node.birth or Birth(None, 0, None)).forget(address.device)
        self._nodes.weigh(address.node)
        return _content(Gathering(), address.node, node, received_at, whole=whole)

    def _data(self, address: Address, node: Node, message: Payload, received_at: int) -> Content:
        whole = node.goes_on(message.seq if message.HasField("seq") else None)
        found = Gathering()
        unborn: list[Metric] = []
        for metric in message.metrics:
            try:
                known = self._known(address, node.birth, metric)
            except Malformed as fault:
                _put_aside(found, metric, None, message, str(fault))
                continue
            if known is None:
                unborn.append(metric)
            else:
                _read(metric, known, message, received_at, found)
        if unborn:
            found.refuse(f"sparkplug: {_UNBORN}", _alone(message, unborn))
        return _content(found, address.node, node, received_at, whole=whole and not unborn)

    def _known(self, address: Address, birth: Birth | None, metric: Metric) -> Known | None:
        """What the birth, or else the metric itself, says that `metric` is; None when neither does."""
        if metric.HasField("name"):
            known = birth.names.get((address.device, name_of(metric))) if birth else None
            if known is None and announces_itself(metric):
                return announced(metric, address.place, self._words)
            return known
        _, known = birth.aliases.get(metric.alias, ("", None)) if birth else ("", None)
        return known


def _address(topic: str) -> Address | None:
    """Who says what; None for the state of a host, which concerns nobody here."""
    levels = topic.split("/")
    if levels[0] == _STATE or levels[:2] == [NAMESPACE, _STATE]:
        return None
    kind = levels[2] if len(levels) > _NODE_LEVELS - 1 else ""
    of_node = len(levels) == _NODE_LEVELS and kind in _OF_NODES
    of_device = len(levels) == _DEVICE_LEVELS and kind in _OF_DEVICES
    if levels[0] != NAMESPACE or not (of_node or of_device) or not all(levels):
        raise Malformed(f"sparkplug: {topic[:_LONGEST_SHOWN]!r} is no topic of Sparkplug B")
    return Address(kind, (levels[1], levels[3]), levels[4] if of_device else "")


def _enter(birth: Birth, device: str, known: Known, metric: Metric) -> Known:
    """Remember what a birth says of `metric`; a series that another metric has already is at fault."""
    if known.series is not None:
        other = birth.taken.setdefault(known.series[:2], (device, known.name))
        if other != (device, known.name):
            same = f"would be {known.series} like {other[1]!r}: rename one of them"
            known = known._replace(series=None, fault=same)
    birth.names[device, known.name] = known
    if metric.HasField("alias"):
        birth.aliases[metric.alias] = (device, known)
    return known


def _read(metric: Metric, known: Known, message: Payload, received_at: int, found: Gathering) -> None:
    """Add the reading in `metric`, or put it aside when it cannot be kept."""
    if metric.is_null or (known.series is None and known.fault is None):
        return
    if known.series is None:
        _put_aside(found, metric, known, message, str(known.fault))
        return
    try:
        value = value_of(metric, metric.datatype or known.datatype)
        at = time_of(metric, message.timestamp, received_at)
        found.add(known.series, at, value, flagged=doubted(metric))
    except Malformed as fault:
        _put_aside(found, metric, known, message, str(fault))


def _put_aside(
    found: Gathering, metric: Metric, known: Known | None, message: Payload, fault: str
) -> None:
    """What is put aside says by itself which series it is, for aliases live only as long as a birth."""
    alone = new_payload()
    alone.timestamp = message.timestamp
    copy = alone.metrics.add()
    copy.CopyFrom(metric)
    if known is not None:
        introduce(copy, known)
    name = copy.name.decode(errors="replace")[:_LONGEST_SHOWN] or f"alias {metric.alias}"
    found.refuse(f"sparkplug: metric {name!r}: {fault}", alone.SerializeToString())


def _alone(message: Payload, metrics: Sequence[Metric]) -> bytes:
    """A message of these metrics alone, without a number, so that reading it again makes no gap."""
    alone = new_payload()
    alone.timestamp = message.timestamp
    for metric in metrics:
        alone.metrics.add().CopyFrom(metric)
    return alone.SerializeToString()


def _death_number(message: Payload) -> int | None:
    """The bdSeq that a birth and its death have in common."""
    for metric in message.metrics:
        if metric.name == _BIRTH_NUMBER:
            kind = metric.WhichOneof("value")
            if kind in ("long_value", "int_value"):
                return metric.long_value if kind == "long_value" else metric.int_value
    return None


def _content(found: Gathering, name: NodeName, node: Node, received_at: int, *, whole: bool) -> Content:
    """What was found, with the request for a rebirth when something is missing."""
    if whole or not node.may_be_asked(received_at):
        return found.content()
    return found.content((f"{NAMESPACE}/{name[0]}/NCMD/{name[1]}", _rebirth(received_at)))


def _rebirth(now: int) -> bytes:
    command = new_payload()
    command.timestamp = max(now, 0) // 1000
    metric = command.metrics.add()
    metric.name, metric.datatype, metric.boolean_value = REBIRTH.encode(), _BOOLEAN, True
    return command.SerializeToString()
