"""What can go wrong below the stages, in words an engineer can act on."""


class StorageError(Exception):
    """The database or its server did not do what was asked; the text says what and what to do."""


class Unavailable(StorageError):
    """The database cannot be reached now; nothing was written, trying again later is right."""


class DuplicateKey(StorageError):
    """A row with this key is already stored; the transaction can go on from its savepoint."""


class Refused(StorageError):
    """A rule of the schema (check, exclusion, reference, trigger) refused the change."""


class NotPrepared(StorageError):
    """The database has not the schema of this release."""
