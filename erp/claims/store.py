"""Reading and writing claims after they were drafted."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.claims.core import Match
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim; `total` is what is claimed, `goods` the units' part of it.

    `refused` says that its delivery was: nothing is owed for the goods then.
    """

    claim_id: int
    code: str
    state: str
    currency: str
    accepted: Decimal | None
    due_on: date
    supplier_id: int
    supplier: str
    receipt: str
    refused: bool
    order: str
    total: Decimal
    goods: Decimal
    credited: Decimal
    replaced: Decimal
    changed: bool

    @property
    def came(self) -> Decimal:
        """What came for it, as money and as goods."""
        return self.credited + self.replaced


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as lists show it; `since` is when it came into its state, None for a draft."""

    code: str
    state: str
    supplier: str
    receipt: str
    currency: str
    total: Decimal
    accepted: Decimal | None
    credited: Decimal
    replaced: Decimal
    opened_at: datetime
    due_on: date
    since: datetime | None
    answer_days: int
    changes: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step of a claim's life."""

    before: str
    after: str
    amount: Decimal | None
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    why: str
    document: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A unit that is claimed; `struck_why` or `reduced_why` when a person claims nothing or less."""

    unit: str
    lot: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    deficiency: str
    struck_why: str | None
    reduced_from: Decimal | None
    reduced_why: str | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided about goods that are claimed."""

    disposition_id: int
    unit: str
    kind: str
    quantity: Decimal
    child: str
    grade: str
    words: str
    by: str
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What is claimed for a unit, and what for the `whole` of it."""

    claim_line_id: int
    amount: Decimal
    whole: Decimal


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A cost that is claimed beside the goods, or what the agreement takes off them."""

    kind: str
    amount: Decimal
    words: str
    document: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """What was written, said or noted."""

    direction: str
    occurred_at: datetime
    recorded_by: str
    correspondent: str
    body: str
    document: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What became known about the goods after the claim was sent."""

    claim_change_id: int
    found_at: datetime
    words: str
    seen_at: datetime | None
    seen_by: str | None
    seen_why: str | None


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit note and how it met its claim; by whom and why it was taken back, if it was."""

    code: str
    claim: str
    credited_on: date
    amount: Decimal
    match: Match
    cancelled_by: str | None
    cancelled_why: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a supplier agreed to make good: percent of the price, and which costs beside it."""

    supplier_id: int
    supplier: str
    price_share: Decimal
    freight: bool
    handling: bool
    disposal: bool
    answer_days: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery that something shall be claimed about."""

    receipt_id: int
    order_id: int
    supplier_id: int
    currency: str
    arrived_at: int
    claim_deadline_days: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a delivery, what it holds and held at first, and the claims on its goods."""

    unit_id: int
    lot_id: int
    unit_price: Decimal
    held: Decimal
    began_with: Decimal
    claimed_under: list[str]


@dataclass(frozen=True, slots=True)
class Order:
    """An order, locked until commit, and the claim whose goods it replaces if any."""

    order_id: int
    supplier_id: int
    currency: str
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A claim on the goods of a unit."""

    claim_id: int
    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class SentOfExcursion(Sent):
    """The same for the unit of an excursion."""

    excursion_id: int


@dataclass(frozen=True, slots=True)
class Excursion:
    """An excursion in short; instants are microseconds, the peak is degC."""

    rule: str
    peak: float
    started_at: int
    observed_until: int


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


@dataclass(frozen=True, slots=True)
class _ClaimId:
    claim_id: int


@dataclass(frozen=True, slots=True)
class _LineId:
    claim_line_id: int


@dataclass(frozen=True, slots=True)
class _Digest:
    digest: str


_SQL = Statements("erp.claims")
_CLAIM = _SQL.returning(Claim, "claim")
_LOCK_CLAIM = _SQL.returning(_ClaimId, "lock_claim")
CLAIMS = _SQL.returning(ClaimRow, "claims")
SET_STATE = _SQL.command("set_state")
ADD_EVENT = _SQL.command("add_event")
EVENTS = _SQL.returning(EventRow, "events")
LINES = _SQL.returning(LineRow, "lines")
DECISIONS = _SQL.returning(DecisionRow, "decisions")
LINE_AMOUNT = _SQL.returning(LineAmount, "line_amount")
REDUCE_LINE = _SQL.command("reduce_line")
CHARGES = _SQL.returning(ChargeRow, "charges")
LETTERS = _SQL.returning(LetterRow, "letters")
CHANGES = _SQL.returning(ChangeRow, "changes")
CREDIT_NOTES = _SQL.returning(CreditRow, "credit_notes")
REPLACEMENTS = _SQL.returning(_Code, "replacements")
SEE_CHANGES = _SQL.command("see_changes")
ADD_CHARGE = _SQL.command("add_charge")
TERMS = _SQL.returning(Terms, "terms")
PUT_TERMS = _SQL.command("put_terms")
STRIKE_LINE = _SQL.command("strike_line")
ADD_LETTER = _SQL.command("add_letter")
ADD_ATTACHMENT = _SQL.returning(_Digest, "add_attachment")
ATTACHED = _SQL.returning(_Digest, "attached")
ADD_CREDIT_NOTE = _SQL.command("add_credit_note")
CREDIT_NOTE = _SQL.returning(CreditRow, "credit_note")
CANCEL_CREDIT_NOTE = _SQL.command("cancel_credit_note")
ORDER_OF_SUPPLIER = _SQL.returning(Order, "order_of_supplier")
LINK_REPLACEMENT = _SQL.command("link_replacement")
CLAIMS_ON_GOODS = _SQL.returning(Sent, "claims_on_goods")
SENT_CLAIMS = _SQL.returning(Sent, "sent_claims_of_unit")
SENT_CLAIMS_OF_EXCURSIONS = _SQL.returning(SentOfExcursion, "sent_claims_of_excursions")
KNOWN_AGREEMENT = _SQL.returning(_LineId, "known_agreement")
KNOWN_EVIDENCE = _SQL.returning(_LineId, "known_evidence")
EXCURSION = _SQL.returning(Excursion, "excursion_words")
NOTE_CHANGE = _SQL.command("note_change")
RECEIPT = _SQL.returning(Receipt, "receipt_for_claim")
DRAFT_BY_HAND = _SQL.command("draft_by_hand")
DRAFT_OF_RECEIPT = _SQL.returning(_Code, "draft_of_receipt")
UNIT = _SQL.returning(Unit, "unit_for_claim")
PUT_PROMISE = _SQL.command("put_promise")
CODE_OF_CLAIM = _SQL.returning(_Code, "code_of_claim")


def claim(transaction: Transaction, code: str, *, lock: bool = True) -> Claim | None:
    """The claim with that code, nobody else's until commit unless it is only looked at."""
    if lock:
        transaction.rows(_LOCK_CLAIM, code=code)
    return transaction.row(_CLAIM, code=code)


def claim_by_id(transaction: Transaction, claim_id: int) -> Claim:
    """The claim with that id, locked until commit."""
    code = transaction.one(CODE_OF_CLAIM, claim_id=claim_id).code
    found = claim(transaction, code)
    assert found is not None, "no claim is ever removed"
    return found
