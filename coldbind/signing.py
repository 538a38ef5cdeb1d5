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

    def signed_and_done(transaction: Transaction) -> Done | Declined:
        signed = people.sign(transaction, pen, document(transaction))
        return act(transaction, signed) if isinstance(signed, Signature) else signed

    done = database.attempt(signed_and_done)
    if isinstance(done, Declined):
        raise Refusal(done.sentence)
    return done
