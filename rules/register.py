"""The register of profiles: a version is a draft, then approved, then retired; approved ones judge.

Each step but the first is signed; a signature counts for exactly the content that is stored.
"""

from dataclasses import dataclass
from datetime import datetime

from kernel.instants import moment
from kernel.refusal import Refusal
from kernel.signing import Document, Signature
from rules import profile_store
from rules.core.profile import Profile
from storage.database import Transaction
from storage.statement import Statements

DRAFT, APPROVED, RETIRED = "draft", "approved", "retired"
CATALOG = "Coldbind catalog"
"""Who approves the profiles that come with a release."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version in the register, the codes of the `products` it judges, the paths of the `places`."""

    profile_id: int
    name: str
    version: int
    title: str
    state: str
    recorded_at: datetime
    recorded_by: str
    approved_at: datetime | None
    approved_by: str | None
    retired_at: datetime | None
    products: list[str]
    places: list[str]


@dataclass(frozen=True, slots=True)
class _Locked:
    profile_id: int
    name: str
    version: int
    title: str
    source: str
    two_people: bool
    state: str
    review_id: int | None


@dataclass(frozen=True, slots=True)
class _Content:
    content: str


@dataclass(frozen=True, slots=True)
class _Review:
    digest: bytes
    login: str


@dataclass(frozen=True, slots=True)
class _Product:
    code: str


_SQL = Statements("rules")
_VERSIONS = _SQL.returning(Version, "profile_versions")
_LOCK = _SQL.returning(_Locked, "lock_profile")
_LOOK = _SQL.returning(_Locked, "look_at_profile")
_CONTENT = _SQL.returning(_Content, "profile_content")
_REVIEW = _SQL.command("review_profile")
_REVIEWED = _SQL.returning(_Review, "reviewed")
_APPROVE = _SQL.command("approve_profile")
_RETIRE = _SQL.command("retire_profile")
_PRODUCTS = _SQL.returning(_Product, "products_judged_by")


def subject(name: str, version: int) -> str:
    """How audit records and signatures name a version."""
    return f"profile {name} v{version}"


def versions(transaction: Transaction, name: str | None = None) -> list[Version]:
    """Every version of every profile, or those of one."""
    return transaction.rows(_VERSIONS, name=name)


def stored_profile(transaction: Transaction, name: str, version: int | None) -> Profile:
    """A version as it is stored, the newest when not said which; `Refusal` when there is none."""
    found = [one for one in versions(transaction, name) if version in (None, one.version)]
    if not found:
        which = f" version {version}" if version else ""
        raise Refusal(f"there is no profile {name}{which}: coldbind rules list")
    one = _known(transaction, name, found[-1].version, lock=False)
    rules = profile_store.rules_of(transaction, [one.profile_id])[one.profile_id]
    return Profile(one.name, one.version, one.title, one.source, tuple(rules), one.two_people)


def document(transaction: Transaction, name: str, version: int) -> Document:
    """What is signed about a version: all of it, as it is stored; nobody changes it meanwhile."""
    found = _known(transaction, name, version)
    return Document(subject(name, version), _content(transaction, found))


def install(transaction: Transaction, profile_id: int, at: datetime) -> None:
    """A profile of the catalog is approved by the catalog."""
    transaction.run(_APPROVE, profile_id=profile_id, at=at, by=CATALOG, signature_id=None)


def review(transaction: Transaction, name: str, version: int, signed: Signature) -> None:
    """Somebody has looked at a draft and stands for it."""
    found = _in_state(transaction, name, version, DRAFT, "reviewed")
    _is_of(transaction, found, signed)
    transaction.run(_REVIEW, profile_id=found.profile_id, signature_id=signed.signature_id)
    transaction.audit(
        signed.login, "profile reviewed", subject(name, version), signature=signed.signature_id
    )


def approve(
    transaction: Transaction, name: str, version: int, signed: Signature, *, four_eyes: bool
) -> None:
    """A draft is approved, from now on products may be judged by it.

    With `four_eyes` somebody else must have reviewed exactly this content before.
    """
    found = _in_state(transaction, name, version, DRAFT, "approved")
    _is_of(transaction, found, signed)
    if four_eyes:
        _reviewed_by_another(transaction, found, signed)
    transaction.run(
        _APPROVE,
        profile_id=found.profile_id,
        at=moment(signed.signed_at),
        by=signed.full_name,
        signature_id=signed.signature_id,
    )
    transaction.audit(
        signed.login,
        "profile approved",
        subject(name, version),
        signature=signed.signature_id,
        sha256=signed.digest.hex(),
        why=signed.reason,
    )


def retire(transaction: Transaction, name: str, version: int, signed: Signature) -> None:
    """An approved version judges nothing any more; refused while a product points to it."""
    found = _in_state(transaction, name, version, APPROVED, "retired")
    _is_of(transaction, found, signed)
    products = [row.code for row in transaction.rows(_PRODUCTS, profile_id=found.profile_id)]
    if products:
        raise Refusal(
            f"profile {name} version {version} judges {', '.join(products)}: "
            "let these be judged by another version first"
        )
    transaction.run(
        _RETIRE,
        profile_id=found.profile_id,
        at=moment(signed.signed_at),
        signature_id=signed.signature_id,
    )
    transaction.audit(
        signed.login,
        "profile retired",
        subject(name, version),
        signature=signed.signature_id,
        why=signed.reason,
    )


def _known(transaction: Transaction, name: str, version: int, *, lock: bool = True) -> _Locked:
    found = transaction.row(_LOCK if lock else _LOOK, name=name, version=version)
    if found is None:
        raise Refusal(f"there is no profile {name} version {version}: coldbind rules list")
    return found


def _in_state(transaction: Transaction, name: str, version: int, state: str, what: str) -> _Locked:
    found = _known(transaction, name, version)
    if found.state != state:
        raise Refusal(
            f"profile {name} version {version} is {found.state}: only what is {state} can be {what}"
        )
    return found


def _content(transaction: Transaction, found: _Locked) -> str:
    return transaction.one(_CONTENT, profile_id=found.profile_id).content


def _is_of(transaction: Transaction, found: _Locked, signed: Signature) -> None:
    whole = Document(subject(found.name, found.version), _content(transaction, found))
    if not signed.is_of(whole):
        raise Refusal(
            f"the signature is not of profile {found.name} version {found.version} as it is stored: "
            "sign it again"
        )


def _reviewed_by_another(transaction: Transaction, found: _Locked, signed: Signature) -> None:
    reviewed = transaction.row(_REVIEWED, profile_id=found.profile_id)
    name = f"profile {found.name} version {found.version}"
    if reviewed is None or bytes(reviewed.digest) != signed.digest:
        raise Refusal(f"{name} needs a second person: coldbind rules review by somebody else first")
    if reviewed.login == signed.login:
        raise Refusal(f"{name} was reviewed by {signed.login}: somebody else must approve it")
