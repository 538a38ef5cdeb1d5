"""Use cases of rules: remember whom to judge, and keep the profile catalog."""

from kernel.events import BindingChanged, ProfileAdopted
from kernel.refusal import Refusal
from rules import due_store, profile_store, register
from rules.core.profile import Profile
from rules.places import store as places
from storage.database import Transaction


def judge_again(event: BindingChanged, transaction: Transaction) -> None:
    """Units and places whose exposure changed are judged again, soon after this transaction commits."""
    if event.unit_ids:
        due_store.add_due_units(transaction, event.unit_ids)
    if event.location_ids:
        places.add_due_at(transaction, event.location_ids)


def install_profile(transaction: Transaction, profile: Profile, by: str) -> bool:
    """Store a profile of the catalog, which approves its own; False when it is approved already."""
    keep_profile(transaction, profile, by)
    known = register.versions(transaction, profile.name)
    (stored,) = [one for one in known if one.version == profile.version]
    if stored.state != register.DRAFT:
        return False
    register.install(transaction, stored.profile_id, stored.recorded_at)
    transaction.audit(
        by,
        "profile approved",
        register.subject(profile.name, profile.version),
        approved_by=register.CATALOG,
    )
    return True


def adopt(event: ProfileAdopted, transaction: Transaction) -> None:
    """Remember which profile version judges which lots; those that it newly judges become due."""
    profile_store.insert_adoption(transaction, event)
    if event.judge_again:
        units = profile_store.units_of_product(transaction, event.product_id)
        if units:
            due_store.add_due_units(transaction, units, moved=False)


def keep_profile(transaction: Transaction, profile: Profile, by: str) -> bool:
    """Store a profile version as a draft; False when exactly this version is stored already.

    A version is never changed: other rules under the same number are refused.
    """
    known = profile_store.profile_version(transaction, profile.name, profile.version)
    if known is None:
        profile_store.insert_profile(transaction, profile, by)
        transaction.audit(
            by,
            "profile recorded",
            register.subject(profile.name, profile.version),
            title=profile.title,
            source=profile.source,
            rules=[rule.name for rule in profile.rules],
            two_people=profile.two_people,
        )
        return True
    stored = register.stored_profile(transaction, profile.name, profile.version)
    if (set(stored.rules), stored.two_people) != (set(profile.rules), profile.two_people):
        raise Refusal(
            f"profile {profile.name} version {profile.version} is stored with other rules: "
            "give the changed profile a new version"
        )
    return False
