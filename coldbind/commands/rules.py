"""Commands about temperature profiles: rules list, show, check, add, adopt."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coldbind.commands.session import By, Demo, console, transaction, whoever
from erp.purchasing import handlers as purchasing
from kernel.lengths import length
from kernel.refusal import Refusal
from rules.core.profile import LOCATION, MKT, Profile, Rule
from rules.handlers import keep_profile
from rules.profile_files import read_profile
from rules.profile_store import StoredProfile, stored_profiles, whole_profile

Name = Annotated[str, typer.Argument(metavar="PROFILE", help="The name of a profile.")]
File = Annotated[Path, typer.Argument(help="A profile as YAML; see docs/reference/rules.md.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    rules = typer.Typer(help="Temperature profiles and their rules.", no_args_is_help=True)
    rules.command("list")(list_profiles)
    rules.command("show")(show_profile)
    rules.command("check")(check_file)
    rules.command("add")(add_file)
    rules.command("adopt")(adopt)
    app.add_typer(rules, name="rules")


def list_profiles(*, as_json: Json = False, use_demo: Demo = False) -> None:
    """Show every stored profile version, and the products whose new lots it judges."""
    with transaction(demo=use_demo) as running:
        found = stored_profiles(running)
    if as_json:
        typer.echo(msgspec.json.encode([asdict(one) for one in found]).decode())
        return
    for one in found:
        judges = f"; judges {', '.join(one.products)}" if one.products else ""
        console.print(
            f"{one.name} version {one.version}: {one.title}, {one.rules} rules{judges}", markup=False
        )


def show_profile(
    profile: Name,
    version: Annotated[int | None, typer.Option(help="The newest when left out.")] = None,
    *,
    as_json: Json = False,
    use_demo: Demo = False,
) -> None:
    """Show the rules of a profile version, and the source of its numbers."""
    with transaction(demo=use_demo) as running:
        whole = whole_profile(running, _stored(stored_profiles(running), profile, version))
    if as_json:
        typer.echo(msgspec.json.encode(whole).decode())
        return
    for line in profile_lines(whole):
        console.print(line, markup=False)


def check_file(file: File) -> None:
    """Say whether a profile file is right, and where it is not; records nothing."""
    profile = _read(file)
    console.print(f"{file}: profile {profile.name} version {profile.version} is right", markup=False)
    for line in profile_lines(profile)[1:]:
        console.print(line, markup=False)


def add_file(file: File, by: By = "", *, use_demo: Demo = False) -> None:
    """Record a profile version; a version that is stored is never changed."""
    profile = _read(file)
    with transaction(demo=use_demo) as running:
        new = keep_profile(running, profile, whoever(by))
    what = "is recorded" if new else "is stored already, nothing changed"
    console.print(f"profile {profile.name} version {profile.version} {what}", markup=False)


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
        *(f"  {rule.name}: {rule.words.asks} ({', '.join(_details(rule))})" for rule in profile.rules),
        f"  source: {profile.source.strip()}",
    ]


def _details(rule: Rule) -> list[str]:
    found = [rule.kind, rule.severity]
    if rule.hysteresis:
        found.append(f"ends {rule.hysteresis:g} within")
    if rule.ignore_first:
        found.append(f"ignores the first {length(rule.ignore_first)} beside a sensor")
    if rule.kind == MKT:
        found.append(f"when {rule.least_monitored:.3g} of it was monitored")
    if rule.scope == LOCATION:
        found.append("of the location")
    return found


def _read(file: Path) -> Profile:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"profile file {file}: {error}") from error
    return read_profile(text, str(file))


def _stored(found: list[StoredProfile], name: str, version: int | None) -> StoredProfile:
    of_that_name = [one for one in found if one.name == name]
    if not of_that_name:
        known = ", ".join(sorted({one.name for one in found})) or "none"
        raise Refusal(f"there is no profile {name!r} (known: {known})")
    wanted = of_that_name[-1].version if version is None else version
    for one in of_that_name:
        if one.version == wanted:
            return one
    versions = ", ".join(str(one.version) for one in of_that_name)
    raise Refusal(f"profile {name} has no version {wanted} (it has {versions})")
