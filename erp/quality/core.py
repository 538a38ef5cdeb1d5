"""What quality decides by itself: which excursions stop a unit, and which decisions are possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from erp.quantities import storable
from erp.wording import plain

Kind = Literal["release", "partial_release", "reject", "return_to_supplier", "destroy", "downgrade"]
"""What a person can decide about a hold."""
CAUSES = ("excursion", "recall", "expiry", "damage", "inspection")
WHILE_HELD = (
    "while held it may be brought into a quarantine cage, split and counted; nothing of it is "
    "promised, picked, loaded or dispatched until a person has decided about every hold on it"
)
"""What is allowed with held goods, in words."""
_MAKES_USABLE = frozenset({"release", "partial_release", "downgrade"})
_LEAVES_HELD = frozenset({"release", "partial_release", "reject"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided and why: a reason of the list, and words.

    `part` and its unit's code `child` belong to a partial release, `grade` to a downgrade.
    """

    kind: Kind
    reason_code: str
    words: str
    part: Decimal | None = None
    child: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a hold when it is decided about.

    `quantity` is what the unit holds with us, 0 when it is gone; `verdict` the decision on its
    `receipt`; `recall` an open recall that means the unit; `rejected` whether it was rejected before.
    """

    hold_id: int
    unit: str
    cause: str
    quantity: Decimal
    receipt: str
    verdict: str | None
    recall: str | None
    rejected: bool


def calls_for_hold(severity: str) -> bool:
    """Whether an excursion of this severity stops the unit; a notice is only noted."""
    return severity != "notice"


def fault(decision: Decision, held: Held) -> str | None:
    """Why the decision is not possible, as a sentence; None when it is."""
    if not held.quantity:
        if decision.kind == "release":
            return None
        return f"unit {held.unit} is not with us any more: only a release ends its hold"
    return _not_ours(decision, held) or _stopped(decision, held) or _unclear(decision, held)


def _not_ours(decision: Decision, held: Held) -> str | None:
    if held.verdict == "refused" and decision.kind != "return_to_supplier":
        return (
            f"delivery {held.receipt} was refused: unit {held.unit} is the supplier's, "
            f"coldbind hold return {held.hold_id} sends it back"
        )
    if held.verdict is None and decision.kind not in _LEAVES_HELD:
        return (
            f"unit {held.unit} is the supplier's while delivery {held.receipt} is not decided: "
            f"coldbind decide {held.receipt} first"
        )
    return None


def _stopped(decision: Decision, held: Held) -> str | None:
    if held.rejected and decision.kind not in {"destroy", "return_to_supplier"}:
        return f"unit {held.unit} was rejected: destroy it or return it to the supplier"
    if held.cause == "recall" and held.recall is not None and decision.kind in _MAKES_USABLE:
        return (
            f"unit {held.unit} stays blocked while recall {held.recall} is open: "
            f"coldbind recall close {held.recall} first, or destroy or return the unit"
        )
    return None


def _unclear(decision: Decision, held: Held) -> str | None:
    if decision.kind == "downgrade" and not decision.grade.strip():
        return f"unit {held.unit}: write in --grade to what it is downgraded"
    if decision.kind != "partial_release":
        return None
    part = decision.part
    if part is None or not storable(part) or not 0 < part < held.quantity:
        asked = "nothing" if part is None else plain(part)
        return (
            f"unit {held.unit} holds {plain(held.quantity)}: {asked} is no part of it, "
            "leave the quantity out to release all"
        )
    return None


def held_by(holds: Sequence[int], causes: Sequence[str]) -> str:
    """The holds on a unit in words."""
    return ", ".join(f"hold {one} for {cause}" for one, cause in zip(holds, causes, strict=True))


def waits_for(
    *, excursions: int, standing: int, proposed: bool, rejected: bool, flag_withdrawn: bool
) -> str:
    """What an open hold waits for, in words; so many excursions spoke for it, and still do."""
    if proposed:
        return "the signature of a second person"
    if rejected:
        return "its destruction or return: it was rejected"
    if excursions and not standing:
        return "a person: every excursion that it was placed for is withdrawn"
    if flag_withdrawn:
        return "a person: the flag of the delivery that it was placed for is withdrawn"
    return "the decision of a person"
