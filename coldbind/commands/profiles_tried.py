"""Commands that bring a profile into use: rules draft, try, review, approve, retire."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.passwords import password
from coldbind.commands.places import now
from coldbind.commands.session import By, Demo, console, opened_database, transaction, whoever
from coldbind.settings import read_settings
from coldbind.signing import sign_and_act
from coldbind.site_file import parse_time
from coldbind.trial_text import as_json as trial_json
from coldbind.trial_text import lines
from coldbind.wiring import BINDING
from erp.people.core import Meaning
from erp.people.handlers import Pen
from kernel.intervals import Span
from kernel.refusal import Refusal
from kernel.signing import Signature
from rules import register
from rules.core.profile import Profile
from rules.handlers import keep_profile
from rules.profile_files import read_profile
from rules.trial import Asked, try_profile
from storage.database import Transaction

Name = Annotated[str, typer.Argument(help="The profile's name.")]
Version = Annotated[int, typer.Argument(help="Which version of it.")]
Reason = Annotated[str, typer.Option(help="Why, as it will stand beside the signature.")]
Signer = Annotated[str, typer.Option("--as", help="Your account.", show_default="your login name")]


def add_to(rules: typer.Typer) -> None:
    """Put these commands beside the others about rules."""
    rules.command("draft")(draft)
    rules.command("try")(try_it)
    rules.command("review")(review)
    rules.command("approve")(approve)
    rules.command("retire")(retire)


def draft(
    file: Annotated[Path, typer.Argument(help="The profile as YAML.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Store a profile version as a draft, which judges nothing until it is approved."""
    profile = profile_from(file)
    with transaction(demo=use_demo) as running:
        new = keep_profile(running, profile, whoever(by))
    told = "stored as a draft" if new else "stored before, nothing changed"
    console.print(f"profile {profile.name} version {profile.version}: {told}", markup=False)


def try_it(
    profile: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="A file, or what is stored under a name.")
    ],
    since: Annotated[str, typer.Option("--from", help="ISO 8601 with zone.")],
    until: Annotated[str, typer.Option("--to", help="ISO 8601 with zone; now when left out.")] = "",
    version: Annotated[
        int | None, typer.Option(help="Of a stored one.", show_default="the newest")
    ] = None,
    product: Annotated[str, typer.Option(help="Units of this product.")] = "",
    lot: Annotated[str, typer.Option(help="Units of this lot.")] = "",
    replaces: Annotated[
        str,
        typer.Option(help="Units judged by this profile.", show_default="the profile of the same name"),
    ] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Judge history by a profile: which units would be judged otherwise. Writes nothing."""
    period = Span(parse_time(since, "--from"), parse_time(until, "--to") if until else now())
    if period.length <= 0:
        raise Refusal(f"--to {until or 'now'} is not after --from {since}")
    with opened_database(demo=use_demo) as database, database.snapshot() as running:
        tried = _tried(running, profile, version)
        whose = replaces or (None if product or lot else tried.name)
        asked = Asked(period, lot or None, product or None, whose)
        found = try_profile(running, tried, asked, BINDING.exposures_of)
    report(trial_json(found), lines(found), as_json=as_json)


def review(
    name: Name, version: Version, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that you looked at a draft; the second person where two are needed."""

    def act(running: Transaction, signed: Signature) -> None:
        register.review(running, name, version, signed)

    signed = _signed(name, version, _pen(signer, "review", reason), act, use_demo=use_demo)
    console.print(f"profile {name} version {version}: reviewed by {signed}", markup=False)


def approve(
    name: Name, version: Version, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign a draft: from then on products may be judged by it."""
    four_eyes = read_settings().four_eyes

    def act(running: Transaction, signed: Signature) -> None:
        register.approve(running, name, version, signed, four_eyes=four_eyes)

    signed = _signed(name, version, _pen(signer, "approval", reason), act, use_demo=use_demo)
    console.print(f"profile {name} version {version}: approved by {signed}", markup=False)


def retire(
    name: Name, version: Version, reason: Reason, signer: Signer = "", *, use_demo: Demo = False
) -> None:
    """Sign that an approved version judges nothing any more."""

    def act(running: Transaction, signed: Signature) -> None:
        register.retire(running, name, version, signed)

    signed = _signed(name, version, _pen(signer, "retirement", reason), act, use_demo=use_demo)
    console.print(f"profile {name} version {version}: retired by {signed}", markup=False)


def _tried(running: Transaction, profile: str, version: int | None) -> Profile:
    file = Path(profile)
    if file.is_file():
        return profile_from(file)
    if file.suffix in {".yaml", ".yml"}:
        raise Refusal(f"there is no file {profile}")
    return register.stored_profile(running, profile, version)


def profile_from(file: Path) -> Profile:
    """The profile in a file; `Refusal` says what is wrong with it."""
    try:
        return read_profile(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{file} cannot be read: {error}") from error


def _pen(signer: str, meaning: Meaning, reason: str) -> Pen:
    login = signer or whoever("")
    return Pen(login, password(f"Password of {login}: "), meaning, reason)


def _signed(
    name: str,
    version: int,
    pen: Pen,
    act: Callable[[Transaction, Signature], None],
    *,
    use_demo: bool,
) -> str:
    """Sign and act; the signer's name."""

    def act_and_tell(running: Transaction, signed: Signature) -> str:
        act(running, signed)
        return signed.full_name

    with opened_database(demo=use_demo) as database:
        return sign_and_act(
            database, pen, lambda running: register.document(running, name, version), act_and_tell
        )
