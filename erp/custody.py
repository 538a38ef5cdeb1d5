"""Whose custody a unit was in, when, and why in words: from delivery terms, receipt and stays.

Supplier or carrier have it until a receiver accepts, we have it until it leaves us, then the
customer, or again the supplier, until it comes back. A pure function of the facts, so that a fact told
late moves every boundary by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from erp.incoterms import INCOTERMS
from erp.wording import day_and_time, length
from kernel.instants import BEGINNING, FOREVER
from kernel.intervals import Span, difference, intersection, total, union

Party = Literal["supplier", "carrier", "own", "customer"]
"""Who can have custody of a unit."""
PARTIES: tuple[Party, ...] = ("supplier", "carrier", "own", "customer")
WHOSE = {
    "supplier": "the supplier's",
    "carrier": "the carrier's",
    "own": "our",
    "customer": "the customer's",
}
"""A party as the owner of custody, in words."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a unit came to us: its terms, its carriage and the decision on it; instants or None.

    `incoterm` is empty when none was agreed. `handed_over_at` is when the supplier gave it to the
    `carrier`; both may be unknown.
    """

    incoterm: str = ""
    named_place: str = ""
    carrier: str = ""
    handed_over_at: int | None = None
    decision: str | None = None
    decided_at: int | None = None

    @property
    def accepted_at(self) -> int:
        """When custody passed to us; `FOREVER` while undecided and after a refusal."""
        if self.decided_at is None or self.decision == "refused":
            return FOREVER
        return self.decided_at


class Phase(NamedTuple):
    """During `span` the unit was in the custody of `party`; `why` names the facts that say so."""

    party: Party
    span: Span
    why: str


class Share(NamedTuple):
    """So many microseconds of an excursion were in the custody of `party`, and why."""

    party: Party
    length: int
    why: str


def timeline(
    delivery: Delivery, with_us: Sequence[Span], sent_back: Collection[int] = ()
) -> list[Phase]:
    """Who had custody, without a gap from `BEGINNING` to `FOREVER`.

    `with_us` are the times at which the unit stood at a place of ours, in any order; `sent_back` the
    instants at which it left for its supplier and not for a customer.
    """
    accepted = delivery.accepted_at
    phases = _before_us(delivery, accepted)
    stays = union(with_us)
    away = difference([Span(stays[0].start, FOREVER)], stays) if stays else []
    since = accepted
    because = _decided(delivery)
    for gone in away:
        if gone.end <= accepted:
            continue
        party: Party = "supplier" if gone.start in sent_back else "customer"
        how = "sent back" if party == "supplier" else "dispatched"
        left = f"{how} at {day_and_time(gone.start)}"
        leaves = max(gone.start, accepted)
        phases.append(Phase("own", Span(since, leaves), f"{because}, {left}"))
        phases.append(Phase(party, Span(leaves, gone.end), left))
        since = gone.end
        because = f"came back at {day_and_time(gone.end)}" if since < FOREVER else ""
    phases.append(Phase("own", Span(since, FOREVER), because))
    return [phase for phase in phases if phase.span.start < phase.span.end]


def _before_us(delivery: Delivery, accepted: int) -> list[Phase]:
    terms = f"{delivery.incoterm} {delivery.named_place}".strip()
    decided = _decided(delivery)
    rule = INCOTERMS.get(delivery.incoterm)
    if rule is None:
        return [Phase("supplier", Span(BEGINNING, accepted), f"no delivery terms agreed, {decided}")]
    if not rule.at_origin:
        return [Phase("supplier", Span(BEGINNING, accepted), f"delivered {terms}, {decided}")]
    carrier = delivery.carrier or "the carrier"
    if delivery.handed_over_at is None:
        unknown = f"when {carrier} took it over is not recorded"
        return [Phase("carrier", Span(BEGINNING, accepted), f"bought {terms}, {unknown}, {decided}")]
    handed = min(delivery.handed_over_at, accepted)
    over = f"bought {terms}, handed over to {carrier} at {day_and_time(handed)}"
    return [
        Phase("supplier", Span(BEGINNING, handed), over),
        Phase("carrier", Span(handed, accepted), f"{over}, {decided}"),
    ]


def _decided(delivery: Delivery) -> str:
    if delivery.decision is None or delivery.decided_at is None:
        return "not accepted yet"
    return f"{delivery.decision.replace('_', ' ')} at {day_and_time(delivery.decided_at)}"


def shares(started_at: int, beyond: Sequence[Span], phases: Sequence[Phase]) -> list[Share]:
    """The time `beyond` a limit split by custody, in order of time; at least one share.

    An excursion too short to have a length, such as one isolated freezing reading, is theirs who had
    custody when it started.
    """
    times = union(beyond)
    parts = [
        Share(phase.party, total(intersection(times, [phase.span])), phase.why) for phase in phases
    ]
    if total(times):
        return [part for part in parts if part.length]
    return [
        Share(phase.party, 0, phase.why)
        for phase in phases
        if phase.span.start <= started_at < phase.span.end
    ]


def time_of(parts: Sequence[Share], party: Party) -> int:
    """Microseconds of an excursion in the custody of `party`."""
    return sum(part.length for part in parts if part.party == party)


def reason(parts: Sequence[Share]) -> str:
    """The shares in words, such as ``12 min in the supplier's custody: delivered DAP Berlin, ...``."""
    return "; ".join(
        f"{_long(part.length)} in {WHOSE[part.party]} custody: {part.why}" for part in parts
    )


def _long(span: int) -> str:
    return length(span) if span else "an instant"
