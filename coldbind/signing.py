"""Signing and acting on it as one: the signature and what it allows commit together or not at all."""

from collections.abc import Callable
from typing import TypeVar

from erp.people import handlers as people
from erp.people.core import Declined
from erp.people.handlers import Pen
from kernel.refusal import Refusal
from kernel.signing import Document, Signature
from storage.database import Database, Transaction

Done = TypeVar("Done")


def sign_and_act(
    database: Database,
    pen: Pen,
    document: Callable[[Transaction], Document],
    act: Callable[[Transaction, Signature], Done],
) -> Done:
    """Sign the `document`, then `act` on the signature; `Refusal` when either cannot be.

    A wrong password commits its failed attempt before it is refused.
    """
    with database.transaction() as transaction:
        signed = people.sign(transaction, pen, document(transaction))
        if isinstance(signed, Signature):
            return act(transaction, signed)
    raise _refusal(signed)


def _refusal(declined: Declined) -> Refusal:
    return Refusal(declined.sentence)
