"""What is known of Sparkplug's edge nodes: their births, and whether their messages come without gaps.

A birth counts for sure once a message follows it by number: a birth that the broker kept and hands out
again is old, and the numbers tell. Nodes not heard of for longest are forgotten when there are many.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from kernel.instants import MINUTE
from wire.sparkplug_metrics import Known

NUMBERS = 256
"""Sequence numbers count from 0 to 255 and begin again."""

NodeName = tuple[str, str]
"""Group and edge node."""


@dataclass(slots=True)
class Birth:
    """A node's birth and those of its devices: metrics by alias, and by device and name.

    `taken` tells for sensor and quantity which device and metric they belong to.

    `born_at` is the time in the birth (milliseconds), `death_number` its bdSeq, `seq` the number of
    the last message that belongs to it.
    """

    seq: int | None
    born_at: int
    death_number: int | None
    aliases: dict[int, tuple[str, Known]] = field(default_factory=dict[int, tuple[str, Known]])
    names: dict[tuple[str, str], Known] = field(default_factory=dict[tuple[str, str], Known])
    taken: dict[tuple[str, str], tuple[str, str]] = field(
        default_factory=dict[tuple[str, str], tuple[str, str]]
    )
    followed: bool = False

    def forget(self, device: str) -> None:
        """A device died, or is about to be born again."""
        self.taken = {key: who for key, who in self.taken.items() if who[0] != device}
        self.names = {key: known for key, known in self.names.items() if key[0] != device}
        self.aliases = {alias: one for alias, one in self.aliases.items() if one[0] != device}

    def is_followed_by(self, seq: int) -> bool:
        """Whether the message numbered `seq` is the next one, which it then becomes."""
        if self.seq is None or seq != (self.seq + 1) % NUMBERS:
            return False
        self.seq, self.followed = seq, True
        return True


@dataclass(slots=True)
class Node:
    """One edge node: the birth in force, another that may be, and when a rebirth was last asked for."""

    birth: Birth | None = None
    candidate: Birth | None = None
    asked_at: int | None = None

    def is_born(self, birth: Birth) -> None:
        """Take notice of `birth`; one no newer than that in force waits until its numbers go on."""
        if self.birth is None or birth.born_at > self.birth.born_at:
            self.birth, self.candidate, self.asked_at = birth, None, None
        else:
            self.candidate = birth

    def dies(self, death_number: int | None) -> None:
        """The node's connection ended; a death that belongs to an earlier birth changes nothing."""
        born = None if self.birth is None else self.birth.death_number
        if death_number == born or death_number is None or born is None:
            self.birth = self.candidate = None

    def goes_on(self, seq: int | None) -> bool:
        """Whether no message is missing before the one numbered `seq`, which is dealt with hereby.

        A birth that nothing followed is given up at a gap: it may be an old one.
        """
        if seq is None or self.birth is None:
            return self.birth is not None
        if self.birth.is_followed_by(seq):
            self.candidate = None
            return True
        if self.candidate is not None and self.candidate.is_followed_by(seq):
            self.birth, self.candidate, self.asked_at = self.candidate, None, None
            return True
        if seq == self.birth.seq:
            return True
        self.birth.seq = seq
        if not self.birth.followed:
            self.birth = None
        return False

    def may_be_asked(self, now: int) -> bool:
        """Whether to ask for a rebirth: once until it comes, and again after a minute."""
        if self.asked_at is not None and 0 <= now - self.asked_at < MINUTE:
            return False
        self.asked_at = now
        return True


class Nodes:
    """The nodes heard of, at most `most_nodes` with `most_metrics` among them."""

    def __init__(self, most_nodes: int, most_metrics: int) -> None:
        self._most_nodes = most_nodes
        self._most_metrics = most_metrics
        self._nodes: OrderedDict[NodeName, Node] = OrderedDict()
        self._metrics: dict[NodeName, int] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._nodes)

    def of(self, name: NodeName) -> Node:
        """The node `name`, heard of just now."""
        node = self._nodes.get(name)
        if node is None:
            node = self._nodes[name] = Node()
            self._make_room()
        self._nodes.move_to_end(name)
        return node

    def weigh(self, name: NodeName) -> None:
        """Count the metrics of `name` again after a birth or a death."""
        node = self._nodes[name]
        births = (birth for birth in (node.birth, node.candidate) if birth is not None)
        count = sum(len(birth.names) for birth in births)
        self._total += count - self._metrics.get(name, 0)
        self._metrics[name] = count
        self._make_room()

    def _make_room(self) -> None:
        while len(self._nodes) > 1 and (
            len(self._nodes) > self._most_nodes or self._total > self._most_metrics
        ):
            name, _ = self._nodes.popitem(last=False)
            self._total -= self._metrics.pop(name, 0)
