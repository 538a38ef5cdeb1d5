"""What a recall is about, and how much of what left is accounted for."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kernel.intervals import Span

KINDS = ("lot", "supplier_lot", "order", "product", "sensor", "excursion")
FATES = ("destroyed", "used", "lost", "will_return")
_RANGED = ("product", "sensor")


@dataclass(frozen=True, slots=True)
class Handle:
    """By what goods are recalled.

    `subject` is a code: of our lot, of the supplier's lot (of `supplier`, when that is named), of a
    purchase order, of a product received `during` a time, of a sensor felt `during` a time, or the
    number of an excursion.
    """

    kind: str
    subject: str
    supplier: str | None = None
    during: Span | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a customer got of recalled goods, and what of it is physically back."""

    customer: str
    shipped: Decimal
    returned: Decimal


@dataclass(frozen=True, slots=True)
class Fate:
    """What a customer says became of recalled goods."""

    customer: str
    fate: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """How much of what a customer got is accounted for: back, destroyed, used or lost."""

    customer: str
    shipped: Decimal
    returned: Decimal
    destroyed: Decimal
    used: Decimal
    lost: Decimal

    @property
    def open(self) -> Decimal:
        """What nobody knows anything of yet."""
        return max(self.shipped - self.returned - self.destroyed - self.used - self.lost, Decimal(0))

    @property
    def share(self) -> Decimal:
        """The part accounted for, from 0 to 1."""
        return (self.shipped - self.open) / self.shipped if self.shipped else Decimal(1)


def fault(handle: Handle) -> str | None:
    """What is wrong with a handle, as a sentence, or None."""
    if handle.kind not in KINDS:
        return f"goods are not recalled by {handle.kind!r}: give one of {', '.join(KINDS)}"
    if not handle.subject.strip():
        return f"a recall by {handle.kind.replace('_', ' ')} needs its code"
    if (handle.kind in _RANGED) != (handle.during is not None):
        return (
            f"a recall by {handle.kind} needs {'a' if handle.kind in _RANGED else 'no'} range of time"
        )
    if handle.supplier is not None and handle.kind != "supplier_lot":
        return "only a supplier lot is of a supplier"
    if handle.kind == "excursion" and not (handle.subject.isascii() and handle.subject.isdigit()):
        return f"excursion {handle.subject!r}: give its number"
    return None


def effects(sent: Iterable[Sent], told: Iterable[Fate]) -> list[Effect]:
    """What is accounted for, customer by customer; what they will return counts when it is back."""
    fates: dict[tuple[str, str], Decimal] = {}
    for one in told:
        key = (one.customer, one.fate)
        fates[key] = fates.get(key, Decimal(0)) + one.quantity
    return [
        Effect(
            one.customer,
            one.shipped,
            one.returned,
            *(fates.get((one.customer, fate), Decimal(0)) for fate in ("destroyed", "used", "lost")),
        )
        for one in sent
    ]


def together(all_of: Iterable[Effect]) -> Effect:
    """The effect of a whole recall."""
    found = list(all_of)
    return Effect(
        "",
        *(
            sum((getattr(one, name) for one in found), Decimal(0))
            for name in ("shipped", "returned", "destroyed", "used", "lost")
        ),
    )
