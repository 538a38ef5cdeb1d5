"""Commands about people: user add, list, password, deactivate, activate; signatures."""

from dataclasses import asdict
from typing import Annotated

import msgspec
import typer

from coldbind.commands.answers import AsJson, report
from coldbind.commands.passwords import new_password, password
from coldbind.commands.session import By, Demo, console, recorded, transaction, whoever
from erp.people import handlers as people
from erp.people import store
from erp.people.core import Declined
from kernel.refusal import Refusal
from storage.database import Transaction

Login = Annotated[str, typer.Argument(help="Small letters, digits and . _ @ -; given once.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    user = typer.Typer(help="People who may sign.", no_args_is_help=True)
    user.command("add")(add_user)
    user.command("list")(list_users)
    user.command("password")(change_password)
    user.command("deactivate")(deactivate_user)
    user.command("activate")(activate_user)
    app.add_typer(user, name="user")
    app.command()(signatures)


def add_user(
    login: Login,
    name: Annotated[str, typer.Option(help="The full name, as signatures show it.")],
    by: By = "",
    *,
    use_demo: Demo = False,
) -> None:
    """Make an account; the password is typed unseen, or comes from COLDBIND_NEW_PASSWORD or stdin."""
    chosen = new_password()
    recorded(
        lambda running: people.add_account(running, login, name, chosen, whoever(by)), demo=use_demo
    )
    console.print(f"account {login}: {name} may sign", markup=False)


def list_users(*, as_json: AsJson = False, use_demo: Demo = False) -> None:
    """List all accounts, and what keeps one from signing."""
    with transaction(demo=use_demo) as running:
        found = store.accounts(running)
    report(
        [asdict(one) for one in found],
        (f"{one.login}  {one.full_name}, {_state(one)}" for one in found),
        "nobody may sign yet: coldbind user add",
        as_json=as_json,
    )


def change_password(
    login: Login,
    reason: Annotated[str, typer.Option(help="With --reset: why.")] = "",
    by: By = "",
    *,
    reset: Annotated[
        bool, typer.Option("--reset", help="It was forgotten: without the old one, audited.")
    ] = False,
    use_demo: Demo = False,
) -> None:
    """Replace a password: by proving the old one, or with --reset by whoever runs this house."""
    old = "" if reset else password("Old password: ")
    chosen = new_password()

    def change(running: Transaction) -> Declined | None:
        if not reset:
            return people.change_password(running, login, old, chosen)
        people.reset_password(running, login, chosen, reason, whoever(by))
        return None

    declined = recorded(change, demo=use_demo)
    if declined is not None:
        raise Refusal(declined.sentence)
    console.print(f"account {login}: password {'reset' if reset else 'changed'}", markup=False)


def deactivate_user(login: Login, reason: Reason, by: By = "", *, use_demo: Demo = False) -> None:
    """End that a person may sign; what was signed stays."""
    with transaction(demo=use_demo) as running:
        people.deactivate(running, login, reason, whoever(by))
    console.print(f"account {login}: deactivated", markup=False)


def activate_user(login: Login, reason: Reason, by: By = "", *, use_demo: Demo = False) -> None:
    """Let a person sign again."""
    with transaction(demo=use_demo) as running:
        people.activate(running, login, reason, whoever(by))
    console.print(f"account {login}: active", markup=False)


def signatures(
    subject: Annotated[str, typer.Option("--of", help="Such as 'profile medicines-2-8 v2'.")] = "",
    login: Annotated[str, typer.Option("--by", help="Only this person's.")] = "",
    *,
    as_json: AsJson = False,
    use_demo: Demo = False,
) -> None:
    """Tell who signed what, when, what for and why; --json with the whole signed content."""
    with transaction(demo=use_demo) as running:
        found = store.signatures(running, subject or None, login or None)
    if as_json:
        typer.echo(msgspec.json.encode([asdict(one) for one in found]).decode())
        return
    for one in found:
        console.print(
            f"{one.signature_id:>5}  {one.signed_at:%Y-%m-%d %H:%M:%S} UTC  {one.subject}: "
            f"{one.meaning}, {one.full_name} ({one.login}): {one.reason}",
            markup=False,
        )
        console.print(f"       sha256 {one.digest}", markup=False)
    if not found:
        console.print("nothing was signed")


def _state(one: store.ListedAccount) -> str:
    if one.deactivated_at is not None:
        when = f"{one.deactivated_at:%Y-%m-%d}"
        return f"deactivated {when} by {one.deactivated_by}: {one.deactivated_why}"
    if one.locked_until is not None:
        return f"locked until {one.locked_until:%H:%M} UTC"
    return f"active, {one.signatures} signatures"
