"""A hold told in words: on one line, and whole with why it was placed and what was decided."""

from collections.abc import Iterator

from erp.quality.disposition_store import DispositionLine, HoldLine
from erp.quality.holds import HoldCard, waiting
from erp.wording import plain


def line(one: HoldLine) -> str:
    """A hold on one line, with what it waits for."""
    where = one.location or "nowhere with us"
    grade = f", downgraded to {one.grade}" if one.grade else ""
    why = f": {one.why}" if one.why else ""
    amount = f"{plain(one.quantity)} {one.unit_of_measure}"
    return (
        f"hold {one.hold_id} for {one.cause} on {one.unit}, {amount} of {one.lot} at {where}{grade}, "
        f"{_state(one)}{why}"
    )


def card_lines(card: HoldCard) -> Iterator[str]:
    """All that is known of a hold."""
    yield line(card.hold)
    yield f"  placed {card.hold.placed_at:%Y-%m-%d %H:%M} UTC by {card.hold.placed_by}"
    yield f"  {card.allowed}"
    for told in card.excursions:
        yield f"  excursion {told.excursion_id}, {told.rule}: {told.reason}"
        if told.withdrawn_why is not None:
            yield f"    withdrawn: {told.withdrawn_why}"
    for one in card.dispositions:
        yield from _disposition(one)


def _disposition(one: DispositionLine) -> Iterator[str]:
    into = f" into {one.child}" if one.child else f" to {one.grade}" if one.grade else ""
    what = f"{one.kind.replace('_', ' ')} of {plain(one.quantity)}{into}"
    yield f"  disposition {one.disposition_id}: {what}, {one.state}"
    signed = f"signed {one.signed_at:%Y-%m-%d %H:%M} UTC by {one.signed_by}"
    yield f"    {signed}, {one.reason_code}: {one.words}"
    if one.second_by is not None:
        yield f"    and by {one.second_by} {one.effective_at:%Y-%m-%d %H:%M} UTC"
    if one.withdrawn_by is not None:
        yield f"    withdrawn by {one.withdrawn_by}: {one.withdrawn_why}"


def _state(one: HoldLine) -> str:
    waits = waiting(one)
    if waits is None:
        return f"ended {one.ended_at:%Y-%m-%d %H:%M} UTC by {one.ended_by}"
    proposed = "" if one.proposed is None else f" (disposition {one.proposed})"
    return f"waits for {waits}{proposed}"
