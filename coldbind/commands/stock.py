"""Commands about what stands where: stock, count, counts; movement upload."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import By, Demo, console, opened_database, recorded, transaction, whoever
from coldbind.commands.times import At, clock, when
from coldbind.commands.units import quantity_of
from coldbind.scanned import records_of
from erp.wms import counting
from erp.wms.stock import MOST, Asked, StockLine, asked_about, stock
from erp.wording import plain
from kernel.instants import instant, moment
from kernel.refusal import Refusal
from lotbinding.handlers.uploads import deliver


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command("stock")(tell_stock)
    app.command()(count)
    app.command()(counts)


def tell_stock(
    what: Annotated[str, typer.Argument(metavar="LOT|PRODUCT|LOCATION|UNIT")] = "",
    lot: Annotated[str, typer.Option(help="Only this lot.")] = "",
    product: Annotated[str, typer.Option(help="Only this product.")] = "",
    location: Annotated[str, typer.Option(help="Only what stands inside this place.")] = "",
    unit: Annotated[str, typer.Option(help="Only this unit.")] = "",
    at: At = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell where a lot or product is, or what is at a place: lots, expiry, receipt, held or free."""
    instant_ = when(at) if at else None
    with transaction(demo=use_demo) as running:
        asked = Asked(lot or None, product or None, location or None, unit or None)
        if what:
            asked = asked_about(running, what)
        found = stock(running, asked, instant_)
    today = (moment(instant_) if instant_ is not None else datetime.now(UTC)).date()
    if as_json:
        typer.echo(msgspec.json.encode({"stock": [one.told(today) for one in found]}).decode())
        return
    for one in found:
        console.print(_line(one, today), markup=False)
    totals = [f"{plain(total)} {measure}" for measure, total in _totals(found).items()]
    if found:
        console.print(f"{len(found)} units, {', '.join(totals)}", markup=False)
    if not found:
        console.print(f"nothing of {what or 'it'} is in stock", markup=False)
    if len(found) == MOST:
        console.print(f"only the first {MOST} units are shown: ask for less", markup=False)


def count(
    location: Annotated[str, typer.Argument(help="The place that was counted.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="CODE=QUANTITY of what was found; repeat it.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it differs from what we thought.")] = "",
    at: At = "",
    by: By = "",
    *,
    complete: Annotated[
        bool, typer.Option("--complete", help="All of the place was counted: the rest is missing.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Record what was counted at a place; what differs is adjusted and needs its reason."""
    told_ = counting.Count(location, _found(unit or ()), when(at), whoever(by), reason, complete)
    found = recorded(lambda running: counting.record_count(running, told_), demo=use_demo)
    differing = [one for one in found if one.differs(location)]
    for one in differing:
        was = f" at {one.stood_at or 'no place'}" if one.stood_at != location else ""
        console.print(
            f"unit {one.unit}: {plain(one.counted)}, we thought {plain(one.expected)}{was}",
            markup=False,
        )
    console.print(f"location {location}: {len(found)} counted, {len(differing)} differed", markup=False)


def counts(
    location: Annotated[str, typer.Argument(help="Only counts at this place.")] = "",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also what did not differ.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List what counts found to be different, with the reasons."""
    with transaction(demo=use_demo) as running:
        found = counting.counts(running, location or None, everything=everything)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        console.print(
            f"count {one.count_id} at {one.location}, {clock(instant(one.counted_at))} by "
            f"{one.counted_by}: {one.unit} {plain(one.counted)}, we thought {plain(one.expected)} at "
            f"{one.stood_at or 'no place'}{': ' if one.reason else ''}{one.reason}",
            markup=False,
        )
    if not found:
        console.print("no count differed", markup=False)


def upload_file(
    file: Annotated[Path, typer.Argument(help="JSON list, JSON lines or CSV.")],
    by: By = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Record movements that a scanner kept while offline, in any order; each has its answer."""
    records = records_of(_content(file))
    with opened_database(demo=use_demo) as database:
        answers = deliver(database, records, whoever(by))
    if as_json:
        typer.echo(msgspec.json.encode(answers).decode())
    else:
        for number, one in enumerate(answers, start=1):
            if one.outcome == "refused":
                named = one.client_id or f"record {number}"
                console.print(f"{named}: refused: {one.why}", markup=False)
        tally = Counter(one.outcome for one in answers)
        console.print(
            f"{tally['recorded']} recorded, {tally['known']} known before, {tally['refused']} refused",
            markup=False,
        )
    if any(one.outcome == "refused" for one in answers):
        raise typer.Exit(1)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error


def _found(told: Iterable[str]) -> dict[str, Decimal]:
    """What was counted of each unit."""
    found: dict[str, Decimal] = {}
    for code, quantity in map(_counted, told):
        if code in found:
            raise Refusal(f"--unit {code} is counted twice: write each unit once")
        found[code] = quantity
    return found


def _counted(text: str) -> tuple[str, Decimal]:
    code, _, quantity = text.rpartition("=")
    if not code:
        raise Refusal(f"--unit {text!r}: write CODE=QUANTITY, such as PAL-1=48")
    return code, quantity_of(quantity)


def _line(one: StockLine, today: date) -> str:
    expiry = f"expires {one.expires_on}" if one.expires_on else "no expiry"
    inside = f" in {one.handling_unit}" if one.handling_unit else ""
    reserved = f", {plain(one.reserved)} reserved" if one.reserved else ""
    return (
        f"{one.unit}  lot {one.lot}  {one.product}  "
        f"{plain(one.quantity)} {one.unit_of_measure}  {expiry}  "
        f"received {one.received_at:%Y-%m-%d}  {one.location or 'under way'}{inside}  "
        f"{one.state(today)}{reserved}"
    )


def _totals(found: list[StockLine]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for one in found:
        totals[one.unit_of_measure] = totals.get(one.unit_of_measure, Decimal(0)) + one.quantity
    return totals
