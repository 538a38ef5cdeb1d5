"""Commands that add claims up: ageing, recovery, scorecard; and a claim in words."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

import typer

from coldbind.commands.ledger import day
from coldbind.commands.session import Demo, console, transaction
from erp.claims import reports
from erp.claims.core import BUCKETS
from erp.claims.item_store import ItemRow
from erp.claims.reports import WholeClaim
from erp.claims.store import CreditRow, DecisionRow, LineRow
from erp.wording import plain
from kernel.money import Money

Today = Annotated[str, typer.Option(help="As if it were this day.")]


def add_to(claims: typer.Typer) -> None:
    """Put these commands under `claims`."""
    claims.command("ageing")(ageing)
    claims.command("recovery")(recovery)
    claims.command("scorecard")(scorecard)


def ageing(today: Today = "", *, use_demo: Demo = False) -> None:
    """What suppliers still owe for sent claims, by age in days."""
    with transaction(demo=use_demo) as running:
        found = reports.ages(running, day(today, "--today"))
    ends = [f"to {end}" for end in BUCKETS] + [f"over {BUCKETS[-1]}"]
    if found:
        console.print(f"{'supplier':<16}" + "".join(f"{end:>14}" for end in (*ends, "all")))
    for one in found:
        amounts = "".join(f"{amount:>14,}" for amount in (*one.amounts, one.total))
        console.print(f"{one.supplier:<16}{amounts}  {one.currency}", markup=False)
    if not found:
        console.print("nothing is open")


def recovery(*, use_demo: Demo = False) -> None:
    """What came back of all that was ever claimed, by supplier."""
    with transaction(demo=use_demo) as running:
        found = reports.recovery(running)
    for one in found:
        console.print(
            f"{one.supplier}: {one.rate} % of {Money(one.claimed, one.currency)} in "
            f"{one.claims} claims came back ({one.credited:,} credited, {one.replaced:,} in goods); "
            f"{one.accepted_claims} accepted, {one.rejected_claims} rejected",
            markup=False,
        )
    if not found:
        console.print("no claim was ever sent")


def scorecard(
    since: Annotated[str, typer.Option("--from", help="First day; a year ago when left out.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day; today when left out.")] = "",
    *,
    use_demo: Demo = False,
) -> None:
    """How suppliers delivered: on time, in temperature, and what of our claims they accepted."""
    last = day(until, "--to")
    first: date = day(since, "--from") if since else last - timedelta(days=365)
    with transaction(demo=use_demo) as running:
        found = reports.scorecard(running, first, last)
    for one in found:
        console.print(
            f"{one.supplier} ({one.name}): {one.deliveries} deliveries, "
            f"{_share(one.on_time, one.promised)} on time, "
            f"{_share(one.in_temperature, one.measured)} measured in temperature, "
            f"{one.deliveries - one.measured} not measured, {one.refused} refused, "
            f"{_share(one.claims_accepted, one.claims)} claims accepted",
            markup=False,
        )
    if not found:
        console.print(f"nothing was delivered from {first} to {last}")


def lines_of(whole: WholeClaim) -> Iterator[str]:
    """A claim in words."""
    claim = whole.claim
    yield (
        f"claim {claim.code} on {claim.supplier}, receipt {claim.receipt}, order {claim.order}: "
        f"{Money(claim.total, claim.currency)}, {claim.state.replace('_', ' ')}, "
        f"to be sent by {claim.due_on}"
    )
    for line in whole.lines:
        yield f"  unit {line.unit}: {_claimed(line)}: {line.deficiency}"
    for item in whole.items:
        yield f"  item {item.claim_item_id}, {_item(item)}: {item.deficiency}"
    for decided in whole.decisions:
        yield f"  {_decision(decided)}"
    for charge in whole.charges:
        yield f"  {charge.kind}: {charge.amount:,}: {charge.words}"
    for event in whole.events:
        about = ", ".join(word for word in (_amount(event.amount), event.why, event.document) if word)
        yield (
            f"  {event.occurred_at:%Y-%m-%d %H:%M} UTC {event.after.replace('_', ' ')} "
            f"by {event.recorded_by}{': ' if about else ''}{about}"
        )
    for letter in whole.letters:
        who = f" {letter.correspondent}" if letter.correspondent else ""
        yield f"  {letter.occurred_at:%Y-%m-%d %H:%M} UTC {letter.direction}{who}: {letter.body}"
    for note in whole.credit_notes:
        yield f"  credit note {note.code} of {note.credited_on}: {note.amount:,} {_credit(note)}"
    for order in whole.replacements:
        yield f"  replaced by goods under order {order}"
    for change in whole.changes:
        seen = f" (seen by {change.seen_by}: {change.seen_why})" if change.seen_by else " (to look at)"
        yield f"  known since {change.found_at:%Y-%m-%d %H:%M} UTC{seen}: {change.words}"


def _credit(note: CreditRow) -> str:
    if note.cancelled_by:
        return f"[taken back by {note.cancelled_by}: {note.cancelled_why}]"
    return f"({note.match})"


def _claimed(line: LineRow) -> str:
    whole = line.amount if line.reduced_from is None else line.reduced_from
    claimed = f"{plain(line.quantity)} x {plain(line.unit_price)} = {whole:,}"
    if line.struck_why:
        return f"{claimed} [not claimed: {line.struck_why}]"
    if line.reduced_from is not None:
        return f"{claimed}, reduced to {line.amount:,} [{line.reduced_why}]"
    return claimed


def _item(item: ItemRow) -> str:
    of = f" of lot {item.lot}" if item.lot else ""
    struck = f" [not claimed: {item.struck_why}]" if item.struck_why else ""
    return (
        f"{item.kind.replace('_', ' ')}{of}, line {item.order_line}: {plain(item.quantity)} x "
        f"{plain(item.unit_price)} = {item.amount:,}{struck}"
    )


def _decision(one: DecisionRow) -> str:
    into = {"downgrade": f" to {one.grade}", "partial_release": f" as {one.child}"}.get(one.kind, "")
    return (
        f"unit {one.unit}: {one.kind.replace('_', ' ')} of {plain(one.quantity)}{into} by {one.by} on "
        f"{one.effective_at:%Y-%m-%d %H:%M} UTC: {one.words}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "none of 0"


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,}"
