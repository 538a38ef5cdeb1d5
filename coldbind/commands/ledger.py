"""Commands about the books: what they say, booking a cost, closing a month, checking them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson
from coldbind.commands.session import By, Demo, console, opened_database, transaction, whoever
from coldbind.commands.times import At, when
from erp.ledger import books, costs, handlers
from erp.ledger.books import Balance, JournalLine, LotValue, Wanted
from erp.ledger.costs import Cost
from kernel.refusal import Refusal

_ZONES = timedelta(days=1)
"""East of us it is tomorrow already."""

AsOf = Annotated[str, typer.Option("--as-of", help="The end of this day, such as 2026-03-31; today.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    ledger = typer.Typer(help="The books: what goods and claims are worth.", no_args_is_help=True)
    ledger.command("trial-balance")(trial_balance)
    ledger.command("valuation")(valuation)
    ledger.command("journal")(journal)
    ledger.command("cost")(cost)
    ledger.command("close-period")(close_period)
    ledger.command("check")(check)
    ledger.command("catch-up")(catch_up)
    app.add_typer(ledger, name="ledger")


def trial_balance(as_of: AsOf = "", *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Debits and credits of every account, by currency."""
    with transaction(demo=use_demo) as running:
        found = books.trial_balance(running, day(as_of, "--as-of"))
    if as_json:
        typer.echo(msgspec.json.encode([_balance(one) for one in found]).decode())
        return
    for currency, rows in _by_currency(found).items():
        console.print(f"{'account':<36}{'debit':>16}{'credit':>16}  {currency}", markup=False)
        for one in rows:
            debit, credit = max(one.balance, Decimal(0)), max(-one.balance, Decimal(0))
            console.print(f"{one.account} {one.name:<31}{_cell(debit)}{_cell(credit)}", markup=False)
        total = sum((max(one.balance, Decimal(0)) for one in rows), Decimal(0))
        other = sum((max(-one.balance, Decimal(0)) for one in rows), Decimal(0))
        console.print(f"{'total':<36}{total:>16,}{other:>16,}", markup=False)
    if not found:
        console.print("nothing is booked")


def valuation(
    as_of: AsOf = "",
    *,
    by_fact: Annotated[
        bool, typer.Option("--by-fact", help="What was true that day, whenever it was booked.")
    ] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """What each lot with us is worth: free to use, and held."""
    with transaction(demo=use_demo) as running:
        found = books.valuation(running, day(as_of, "--as-of"), by_fact=by_fact)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        console.print(_lot_line(one), markup=False)
    worth: dict[str, list[Decimal]] = defaultdict(list)
    for one in found:
        worth[one.currency].append(one.free + one.held)
    for currency, amounts in sorted(worth.items()):
        lots = "1 lot" if len(amounts) == 1 else f"{len(amounts)} lots"
        console.print(f"{lots} worth {sum(amounts):,} {currency} in all", markup=False)
    if not found:
        console.print("no lot with us is worth anything")


def journal(
    lot: Annotated[str, typer.Option(help="Only this lot.")] = "",
    unit: Annotated[str, typer.Option(help="Only this unit.")] = "",
    claim: Annotated[str, typer.Option(help="Only this claim.")] = "",
    document: Annotated[str, typer.Option(help="Only what this paper is for.")] = "",
    since: Annotated[str, typer.Option("--from", help="From this day on.")] = "0001-01-01",
    until: Annotated[str, typer.Option("--to", help="Until this day.")] = "9999-12-31",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Every entry with its lines, as it was posted."""
    wanted = Wanted(
        day(since, "--from"),
        day(until, "--to"),
        lot or None,
        unit or None,
        claim or None,
        document or None,
    )
    with transaction(demo=use_demo) as running:
        found = books.journal(running, wanted)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    shown = 0
    for line in found:
        if line.entry_id != shown:
            shown = line.entry_id
            console.print(_entry_line(line), markup=False)
        debit, credit = max(line.amount, Decimal(0)), max(-line.amount, Decimal(0))
        console.print(f"    {line.account} {line.name:<31}{_cell(debit)}{_cell(credit)}", markup=False)
    if not found:
        console.print("no entry is about that")


def cost(
    kind: Annotated[str, typer.Argument(help="destruction, freight or handling.")],
    amount: Annotated[str, typer.Argument(help="What it costs.")],
    currency: Annotated[str, typer.Argument(help="ISO 4217, such as EUR.")],
    document: Annotated[str, typer.Option(help="The paper it is for.")],
    claim: Annotated[str, typer.Option(help="The claim it belongs to.")] = "",
    at: At = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Book what spoiled goods cost beside their own worth."""
    told = Cost(
        kind, decimal(amount, "AMOUNT"), currency, when(at), document, whoever(by), claim or None
    )
    with transaction(demo=use_demo) as running:
        number = costs.incur(running, told)
    console.print(f"entry {number}: {kind} of {amount} {currency} booked", markup=False)


def close_period(
    period: Annotated[str, typer.Argument(help="A month, such as 2026-03.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Close the books of a month; what is told of it later goes into the next open one."""
    with transaction(demo=use_demo) as running:
        last = books.close_period(running, period, datetime.now(UTC).date(), whoever(by))
    console.print(f"the books are closed through {last}", markup=False)


def check(*, use_demo: Demo = False) -> None:
    """Hold the books against every unit, invoice and claim; nobody waits for it."""
    with opened_database(demo=use_demo) as database, database.snapshot() as running:
        found = books.check(running)
    for sentence in found:
        console.print(sentence, markup=False)
    if found:
        raise typer.Exit(1)
    console.print("every unit, invoice and claim is in the books as its facts say")


def catch_up(*, use_demo: Demo = False) -> None:
    """Post what the books lack about any unit, such as after an upgrade."""
    after, entries = 0, 0
    with opened_database(demo=use_demo) as database:
        while True:
            done = database.attempt(lambda running, after=after: handlers.catch_up(running, after))
            if done is None:
                break
            after, entries = done[0], entries + done[1]
    console.print(f"{entries} entries posted")


def day(text: str, option: str) -> date:
    """The day of an option; today when it is empty."""
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{option} {text!r} is not a day such as 2026-03-31") from error


def past_day(text: str, option: str) -> date:
    """The day of a paper; today when it is empty, refused when it has not come yet."""
    told = day(text, option)
    if told > datetime.now(UTC).date() + _ZONES:
        raise Refusal(f"{option} {text} has not come yet: write the date of the paper")
    return told


def decimal(text: str, what: str) -> Decimal:
    """A finite decimal number."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Refusal(f"{what} {text!r} is not a number such as 12.50") from error
    if not number.is_finite():
        raise Refusal(f"{what} {text!r} is not a number such as 12.50")
    return number


def _by_currency(found: Sequence[Balance]) -> dict[str, list[Balance]]:
    grouped: dict[str, list[Balance]] = defaultdict(list)
    for one in found:
        grouped[one.currency].append(one)
    return grouped


def _balance(one: Balance) -> dict[str, str]:
    return {
        "currency": one.currency,
        "account": one.account,
        "name": one.name,
        "kind": one.kind,
        "debit": str(one.debit),
        "credit": str(one.credit),
        "balance": str(one.balance),
    }


def _cell(amount: Decimal) -> str:
    return f"{amount:>16,}" if amount else " " * 16


def _lot_line(one: LotValue) -> str:
    held = f", {one.held:,} of it held" if one.held else ""
    expires = f", expires {one.expires_on}" if one.expires_on else ""
    return f"lot {one.lot} ({one.product}{expires}): {one.free + one.held:,} {one.currency}{held}"


def _entry_line(line: JournalLine) -> str:
    about = [
        f"unit {line.unit}" if line.unit else "",
        f"claim {line.claim}" if line.claim else "",
        line.document,
        line.words,
    ]
    late = "" if line.occurred_at.date() == line.booked_on else f", booked on {line.booked_on}"
    when_ = f"{line.occurred_at:%Y-%m-%d %H:%M} UTC{late}"
    words = ", ".join(one for one in about if one)
    return f"entry {line.entry_id}: {line.kind.replace('_', ' ')} at {when_}  {words}  {line.currency}"
