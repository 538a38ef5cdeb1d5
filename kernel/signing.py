"""What a person signs, and the signature: the words in which stages hand them to each other.

The area of people makes signatures; whoever acts on one checks that it is of exactly the content it
acts on, and never sees a password.
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """Something to sign: its `subject`, as audit records name it, and its whole `content` as text."""

    subject: str
    content: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the content in UTF-8."""
        return hashlib.sha256(self.content.encode()).digest()


@dataclass(frozen=True, slots=True)
class Signature:
    """`full_name`, whose login is `login`, signed what has this `digest`, at `signed_at`.

    `meaning` is what the signature stands for, such as review or approval, `reason` the signer's words.
    """

    signature_id: int
    login: str
    full_name: str
    signed_at: int
    meaning: str
    reason: str
    subject: str
    digest: bytes

    def is_of(self, document: Document) -> bool:
        """Whether it stands under exactly this document."""
        return (self.subject, self.digest) == (document.subject, document.digest)
