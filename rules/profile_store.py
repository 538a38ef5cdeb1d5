"""Profiles as they are stored: which versions there are, and which products are judged by them."""

from dataclasses import dataclass

from rules import excursion_store
from rules.core.profile import Profile
from storage.database import Transaction
from storage.statement import Statements

_SQL = Statements("rules")


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A stored version, how many rules it has, and the products whose new lots it judges."""

    profile_id: int
    name: str
    version: int
    title: str
    source: str
    rules: int
    products: list[str]


_PROFILES = _SQL.returning(StoredProfile, "stored_profiles")


def stored_profiles(transaction: Transaction) -> list[StoredProfile]:
    """Every stored version of every profile, by name and version."""
    return transaction.rows(_PROFILES)


def whole_profile(transaction: Transaction, stored: StoredProfile) -> Profile:
    """A stored version with its rules, in the order in which they were written."""
    rules = excursion_store.rules_of(transaction, [stored.profile_id])[stored.profile_id]
    return Profile(stored.name, stored.version, stored.title, stored.source, tuple(rules))
