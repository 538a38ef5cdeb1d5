"""Prepare a database for this release: schema, and the profiles of the catalog."""

from coldbind.wiring import open_database
from rules.handlers import keep_profile
from rules.profile_files import catalog
from storage.migrate import Migrated, migrate


def install(url: str) -> Migrated:
    """Bring the database at `url` to this release; doing it again changes nothing."""
    done = migrate(url)
    with open_database(url, "install") as database, database.transaction() as transaction:
        for profile in catalog():
            keep_profile(transaction, profile, "coldbind")
    return done
