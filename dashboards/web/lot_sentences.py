"""The state of a lot in words: what is held and why, whose custody it was in, what is claimed."""

from collections.abc import Iterable

from dashboards.web import words
from dashboards.web.story import Claim, Excursion, Hold, Story, Unit
from dashboards.web.unit_groups import standing

BEYOND = frozenset({"single", "cumulative", "immediate", "device_alarm"})
"""The kinds that speak of time beyond a limit."""


def sentences(story: Story) -> Iterable[str]:
    """The sentences below the lot's name, the most urgent first."""
    if not story.units:
        yield "No unit of this lot has arrived yet."
        return
    yield _standing_of_units(story.units)
    yield from _excursion_sentences(story)
    yield from _waiting_sentences(story)
    yield from _blind_sentences(story.units)
    yield from (
        f"{flag.kind.replace('_', ' ').capitalize()}: {flag.words}."
        for flag in story.receipt.flags
        if flag.withdrawn_at is None
    )
    yield from _custody_sentences(story)
    yield from map(_claim_sentence, story.claims)


def waits_for_release(hold: Hold) -> bool:
    """Whether every excursion behind an open `hold` was withdrawn; the machine never releases."""
    causes = hold.excursions
    return hold.released_at is None and bool(causes) and all(cause.withdrawn_at for cause in causes)


def _claim_sentence(claim: Claim) -> str:
    state = "a draft" if claim.state == "draft" else words.plain(claim.state)
    amount, due = words.money(claim.amount, claim.currency), words.day(claim.due_on)
    return f"Claim {claim.code} for {amount} is {state}, due by {due}."


def _standing_of_units(units: tuple[Unit, ...]) -> str:
    held = sum(unit.held for unit in units)
    if held:
        everything = {1: "The only unit is", 2: "Both units are"}.get(
            len(units), f"All {len(units)} units are"
        )
        some = f"{held} of {words.count(len(units), 'unit')} {'is' if held == 1 else 'are'}"
        free = "" if held == len(units) else " The others are free."
        return f"{everything if held == len(units) else some} held.{free}"
    if all(unit.state == "conforming" for unit in units):
        return f"{words.count(len(units), 'unit')}, all within the limits. Nothing is held."
    waiting = sum(unit.state == "not_judged" for unit in units)
    judged = f" {words.count(waiting, 'unit')} not judged yet." if waiting else ""
    return f"{words.count(len(units), 'unit')}, none held.{judged}"


def _excursion_sentences(story: Story) -> Iterable[str]:
    worst: dict[str, tuple[list[str], Excursion]] = {}
    for unit in story.units:
        code = words.short_code(unit.code, story.lot.code)
        for excursion in standing(unit):
            codes, before = worst.setdefault(excursion.words.line, ([], excursion))
            longer = max(before, excursion, key=lambda one: one.beyond_seconds)
            worst[excursion.words.line] = ([*codes, code], longer)
    for codes, excursion in worst.values():
        distinct = list(dict.fromkeys(codes))
        several = len(distinct) > 1
        who = f"Units {words.unit_ranges(distinct)}" if several else f"Unit {distinct[0]}"
        still = ", and it has not ended" if excursion.ended_at is None else ""
        yield f"{who} {_broken(excursion, several=several)}{still}."


def _broken(excursion: Excursion, *, several: bool) -> str:
    """What happened to one unit or several, after their name."""
    if excursion.kind in BEYOND:
        extreme = "highest" if excursion.side == "above" else "lowest"
        beyond = f"{excursion.side} {words.limit(excursion.limit)}"
        lasted = words.span(excursion.beyond_seconds)
        be = "were" if several else "was"
        return f"{be} {beyond} for {lasted}, {extreme} {words.degrees(excursion.peak)}"
    found = words.sign(excursion.found)
    if excursion.kind == "mkt":
        return f"had too high a mean: the {found}"
    return f"{'were' if several else 'was'} {found}" if excursion.kind != "rate" else found


def _waiting_sentences(story: Story) -> Iterable[str]:
    waiting = [
        words.short_code(unit.code, story.lot.code)
        for unit in story.units
        if unit.held and all(hold.released_at or waits_for_release(hold) for hold in unit.holds)
    ]
    if waiting:
        who = (
            f"Unit {waiting[0]} is" if len(waiting) == 1 else f"Units {words.unit_ranges(waiting)} are"
        )
        yield f"{who} held by an excursion since withdrawn, until a person releases it."


def _blind_sentences(units: tuple[Unit, ...]) -> Iterable[str]:
    blind = [seconds for unit in units if (seconds := unit.unmonitored_seconds or 0) >= 1]
    if blind:
        yield (
            f"{words.count(len(blind), 'unit')} went unmonitored for up to {words.span(max(blind))}; "
            "that time is not assumed good."
        )


_HOLDER = {"supplier": "the supplier's", "carrier": "the carrier's", "own": "our"}


def _custody_sentences(story: Story) -> Iterable[str]:
    """What was decided, and who has the goods now."""
    receipt = story.receipt
    if receipt.decision is None or receipt.decided_at is None:
        before = {unit.custody[-1].party for unit in story.units if unit.custody} or {"supplier"}
        whose = " or ".join(_HOLDER[party] for party in sorted(before, reverse=True))
        yield f"The delivery is not accepted: it is in {whose} custody."
    elif receipt.decision == "refused":
        yield f"The delivery was refused on {words.clock(receipt.decided_at)} UTC."
    else:
        yield f"In our custody since {words.clock(receipt.decided_at)} UTC."
    gone = [unit for unit in story.units if unit.custody and unit.custody[-1].party == "customer"]
    if gone:
        yield f"{words.count(len(gone), 'unit')} in the customer's custody."
