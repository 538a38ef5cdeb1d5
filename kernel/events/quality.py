"""Quality: holds and why, agreements, and in whose custody it happened."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.events.event import Event


@dataclass(frozen=True, slots=True)
class AgreementBroken(Event):
    """A unit was not within what its order line agreed for receiving, from `since` to `until`.

    `flag_id` is the flag raised for it, `words` say what was measured, `series` measured it, last at
    `last_at`; `until` is FOREVER while the delivery is undecided. Published again when it changes.
    """

    flag_id: int
    unit_id: int
    words: str
    since: int
    until: int
    last_at: int
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AgreementKept(Event):
    """Later facts contradict the flag of an `AgreementBroken`: it is withdrawn, `why` says by what."""

    flag_id: int
    why: str


@dataclass(frozen=True, slots=True)
class CustodySplit(Event):
    """A held unit's time beyond the limit, split by who had custody of it.

    Published when an excursion joins a hold, again when a fact moves a boundary (the decision on the
    receipt, the carriage, a dispatch or return), and when the excursion has ended. Lengths are
    microseconds. `parties` are those who had custody during any of it, also when it was too short to
    have a length; `reason` tells the split in words, with the facts behind it.
    """

    excursion_id: int
    unit_id: int
    supplier: int
    carrier: int
    own: int
    customer: int
    parties: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class HoldPlaced(Event):
    """A unit is held from now on, for `cause`; nothing of it is picked or dispatched."""

    hold_id: int
    unit_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class HoldOrdered(Event):
    """Units must be held for `cause` from now on, because of what `why` says."""

    unit_ids: tuple[int, ...]
    cause: str
    why: str
    actor: str


@dataclass(frozen=True, slots=True)
class DispositionEffective(Event):
    """What was decided about a held unit was done: `kind` as in erp.disposition, signed last by `by`.

    `quantity` is what it was about, `child` the unit that a released part became, `grade` what the
    goods are downgraded to.
    """

    disposition_id: int
    unit_id: int
    kind: str
    quantity: Decimal
    child: str
    grade: str
    words: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class RecallOpened(Event):
    """A recall, and no mock one, was opened; its goods are known to us from `since` on."""

    recall_id: int
    code: str
    reason: str
    since: int
    by: str


@dataclass(frozen=True, slots=True)
class RecallClosed(Event):
    """A person closed a recall and said what came of it."""

    recall_id: int
    code: str
    conclusion: str
    by: str


@dataclass(frozen=True, slots=True)
class HoldsChanged(Event):
    """A hold on each of `unit_ids` was placed or ended."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HoldReasonWithdrawn(Event):
    """An excursion no longer speaks for a hold on the unit; the hold itself waits for a person."""

    excursion_id: int
    unit_id: int
    why: str
