"""Commands about temperature profiles: rules list, show, check, adopt, and the way of one into use."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands import profiles_tried
from coldbind.commands.answers import AsJson, report
from coldbind.commands.profiles_tried import profile_from
from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.purchasing import handlers as purchasing
from kernel.lengths import length
from kernel.refusal import Refusal
from rules import register
from rules.core.profile import LOCATION, MKT, Profile, Rule
from rules.core.profile_entries import ONE_PERSON, TWO_PEOPLE

Name = Annotated[str, typer.Argument(metavar="PROFILE", help="The name of a profile.")]
File = Annotated[Path, typer.Argument(help="A profile as YAML; see docs/reference/rules.md.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    rules = typer.Typer(help="Temperature profiles and their rules.", no_args_is_help=True)
    rules.command("list")(list_profiles)
    rules.command("show")(show_profile)
    rules.command("check")(check_file)
    profiles_tried.add_to(rules)
    rules.command("adopt")(adopt)
    app.add_typer(rules, name="rules")


def list_profiles(
    name: Annotated[str, typer.Argument(metavar="[PROFILE]", help="Only its versions.")] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Show the versions of profiles: draft, approved by whom, retired, and the products they judge."""
    with transaction(demo=use_demo) as running:
        found = register.versions(running, name or None)
    if name and not found:
        raise Refusal(f"there is no profile {name}: coldbind rules list shows all")
    report(
        [asdict(one) for one in found],
        (f"{one.name} version {one.version}: {one.title}; {_state(one)}" for one in found),
        as_json=as_json,
    )


def show_profile(
    profile: Name,
    version: Annotated[int | None, typer.Option(help="The newest when left out.")] = None,
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Show the rules of a profile version, and the source of its numbers."""
    with transaction(demo=use_demo) as running:
        whole = register.stored_profile(running, profile, version)
    report(whole, profile_lines(whole), as_json=as_json)


def check_file(file: File) -> None:
    """Say whether a profile file is right, and where it is not; records nothing."""
    profile = profile_from(file)
    console.print(f"{file}: profile {profile.name} version {profile.version} is right", markup=False)
    for line in profile_lines(profile)[1:]:
        console.print(line, markup=False)


def adopt(
    profile: Name,
    version: Annotated[int, typer.Argument(help="The version.")],
    product: Annotated[list[str], typer.Option(help="A product code; repeat it.")],
    by: By = "",
    *,
    rejudge: Annotated[
        bool,
        typer.Option(
            "--rejudge", help="Judge the lots received before again; both verdicts stay visible."
        ),
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Let products be judged by this profile version, their new lots or all of them."""
    with transaction(demo=use_demo) as running:
        changed = [
            code
            for code in product
            if purchasing.adopt_profile(
                running, code, profile, version, judge_again=rejudge, actor=whoever(by)
            )
        ]
    for code in product:
        lots = "all lots are judged again" if rejudge else "lots received from now on"
        what = lots if code in changed else "it was before, nothing changed"
        console.print(f"product {code}: judged by {profile} version {version}, {what}", markup=False)


def profile_lines(profile: Profile) -> list[str]:
    """A profile as a person reads it."""
    return [
        f"{profile.name} version {profile.version}: {profile.title}",
        *(f"  {rule.name}: {_asks(rule)} ({', '.join(_details(rule))})" for rule in profile.rules),
        f"  dispositions: {TWO_PEOPLE if profile.two_people else ONE_PERSON}",
        f"  source: {profile.source.strip()}",
    ]


def _asks(rule: Rule) -> str:
    return f"{rule.words.asks}; source: {rule.source.strip()}" if rule.source else rule.words.asks


def _details(rule: Rule) -> list[str]:
    found = [rule.kind, rule.severity]
    if rule.hysteresis:
        found.append(f"ends {rule.hysteresis:g} within")
    if rule.ignore_first:
        found.append(f"ignores the first {length(rule.ignore_first)} beside a sensor")
    if rule.kind == MKT:
        found.append(f"when {rule.least_monitored:.3g} of it was monitored")
    if rule.ranges:
        found.append(f"runs low from {rule.warn_at:.3g} of it on")
    if rule.scope == LOCATION:
        found.append("of the location")
    return found


def _state(one: register.Version) -> str:
    if one.approved_at is None:
        return f"draft, stored {one.recorded_at:%Y-%m-%d} by {one.recorded_by}"
    approved = f"approved {one.approved_at:%Y-%m-%d} by {one.approved_by}"
    if one.retired_at is not None:
        return f"retired {one.retired_at:%Y-%m-%d}; {approved}"
    judged = [*one.products, *(f"location {path}" for path in one.places)]
    return f"{approved}; judges {', '.join(judged) or 'nothing'}"
