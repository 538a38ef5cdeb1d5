"""Commands about alerts: list, show, acknowledge, resolve, and how long they may wait."""

from typing import Annotated

import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.session import By, Demo, console, transaction, whoever
from coldbind.site_file.lengths_and_times import parse_span, span_text
from kernel.refusal import Refusal
from rules.alerts import handlers, shown
from rules.core.profile import SEVERITIES

_LARGEST = 2**63 - 1
Number = Annotated[
    int, typer.Argument(metavar="N", min=1, max=_LARGEST, help="Its number; see alert list.")
]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    alert = typer.Typer(help="What somebody has to look at.", no_args_is_help=True)
    alert.command("list")(list_alerts)
    alert.command("show")(show_alert)
    alert.command("acknowledge")(acknowledge)
    alert.command("resolve")(resolve)
    alert.command("escalation")(escalation)
    app.add_typer(alert, name="alert")


def list_alerts(
    most: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="At most so many.")] = 200,
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that are resolved.")] = False,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """List open alerts, the most urgent first."""
    with transaction(demo=use_demo) as running:
        found = handlers.alerts(running, resolved=every, most=most)
    report([shown.as_json(one) for one in found], map(shown.line, found), "no alerts", as_json=as_json)


def show_alert(number: Number, *, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """Show one alert: what it is about, since when, what was done."""
    with transaction(demo=use_demo) as running:
        told = handlers.tell(running, number)
    report(shown.told_json(told), shown.whole(told), as_json=as_json)


def acknowledge(
    number: Number,
    comment: Annotated[str, typer.Option(help="What you found or will do; it is kept.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Look after an alert: it is escalated no further."""
    with transaction(demo=use_demo) as running:
        handlers.acknowledge(running, number, whoever(by), comment)
    console.print(f"alert {number}: acknowledged by {whoever(by)}", markup=False)


def resolve(
    number: Number,
    comment: Annotated[str, typer.Option(help="What was done; it is kept.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Settle a maintenance alert; excursions and warnings end by what sensors measure."""
    with transaction(demo=use_demo) as running:
        handlers.resolve(running, number, whoever(by), comment)
    console.print(f"alert {number}: resolved by {whoever(by)}", markup=False)


def escalation(
    severity: Annotated[
        str, typer.Argument(help="notice, minor, major or critical; all when left out.")
    ] = "",
    after: Annotated[str, typer.Option(help="How long one may wait, such as 20 min; or never.")] = "",
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Show or change how long alerts may wait before they go up a level."""
    if after and not severity:
        raise Refusal(f"name the severity that may wait so long: {', '.join(SEVERITIES)}")
    with transaction(demo=use_demo) as running:
        if after:
            length = None if after == "never" else parse_span(after, "--after")
            handlers.tell_escalation(running, severity, length, whoever(by))
        told = handlers.escalations(running, severity or None)
    for one in told:
        waits = "never escalated" if one.after is None else f"escalated every {span_text(one.after)}"
        console.print(f"{one.severity}: {waits} while nobody acknowledges it", markup=False)
