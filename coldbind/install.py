"""Prepare a database for this release: schema, and the profiles of the catalog."""

from coldbind.wiring import open_database
from rules.handlers import install_profile
from rules.profile_files import catalog
from storage.errors import NotPrepared
from storage.revision import newest_revision, schema_revision


def install(url: str) -> str | None:
    """Bring the database at `url` to this release; what it was before, None when it was empty.

    Doing it again changes nothing.
    """
    before = revision(url)
    if before != newest_revision():
        from storage.migrate import migrate  # noqa: PLC0415 - alembic takes a second to load

        migrate(url)
    with open_database(url, "install") as database, database.transaction() as transaction:
        for profile in catalog():
            install_profile(transaction, profile, "coldbind")
    return before


def revision(url: str) -> str | None:
    """The revision of the schema in the database at `url`, None when it has none."""
    with open_database(url, "install") as database:
        try:
            with database.transaction() as transaction:
                return schema_revision(transaction)
        except NotPrepared:
            return None
