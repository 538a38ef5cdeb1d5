"""What a person puts on a draft, or takes off it, and what is agreed with a supplier about claims."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import PurePath

from erp import subjects
from erp.claims import item_store, store
from erp.claims.handlers import Told, known, refuse_unowed
from erp.claims.store import Claim, Terms
from erp.quantities import storable
from erp.wording import plain
from kernel.instants import moment
from kernel.money import Money
from kernel.refusal import Refusal
from storage.database import Transaction

CHARGES = ("freight", "handling", "disposal", "missing", "other")
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}
DIRECTIONS = ("in", "out", "note")
_LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class HandLine:
    """A unit a person claims: all it holds when `quantity` is None; `deficiency` is what is wrong."""

    unit: str
    quantity: Decimal | None
    deficiency: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A cost claimed beside the goods: one of `CHARGES`, how much, and what it is for."""

    kind: str
    amount: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or paper by its file name, and what it shows."""

    name: str
    content: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What was written or said: `in` from the supplier, `out` to them, or a `note` of ours."""

    direction: str
    correspondent: str
    body: str


def is_picture(name: str) -> bool:
    """Whether an attachment of that name is one that a pack shows."""
    return MEDIA_TYPES.get(PurePath(name).suffix.lower(), "").startswith("image/")


def open_claim(transaction: Transaction, receipt: str, lines: tuple[HandLine, ...], by: str) -> str:
    """Claim units of a delivery by hand, on its draft if there is one; the claim's code."""
    found = transaction.row(store.RECEIPT, receipt=receipt)
    if found is None:
        raise Refusal(f"there is no receipt {receipt!r} to claim about: record the arrival first")
    due = moment(found.arrived_at).date() + timedelta(days=found.claim_deadline_days)
    drafted = transaction.run(
        store.DRAFT_BY_HAND,
        code=f"CLM-{receipt}",
        supplier_id=found.supplier_id,
        order_id=found.order_id,
        receipt_id=found.receipt_id,
        currency=found.currency,
        due_on=due,
    )
    code = transaction.one(store.DRAFT_OF_RECEIPT, receipt_id=found.receipt_id).code
    claim = known(transaction, code)
    if drafted:
        transaction.audit(
            by,
            "claim drafted",
            subjects.claim(code),
            receipt=receipt,
            currency=found.currency,
            due_on=due.isoformat(),
        )
    if lines:
        refuse_unowed(claim)
    for line in lines:
        _add_line(transaction, claim, found.receipt_id, line, by)
    return code


def strike(transaction: Transaction, code: str, unit: str, why: str, by: str) -> None:
    """Take a unit off a draft: it is not claimed, and stays there with the reason."""
    claim = draft(transaction, code)
    if not why.strip():
        raise Refusal(f"claim {code}: write why unit {unit} is not claimed in --reason")
    if not transaction.run(store.STRIKE_LINE, claim_id=claim.claim_id, unit=unit, by=by, why=why):
        raise Refusal(f"claim {code} claims no unit {unit!r}: coldbind claims show {code}")
    transaction.audit(by, "claim line struck", subjects.claim(code), unit=unit, why=why)


def reduce(  # noqa: PLR0917 - which line, to what, and who says so why
    transaction: Transaction, code: str, unit: str, amount: Decimal, why: str, by: str
) -> Decimal:
    """Claim less for a unit on a draft, by what its goods are still worth to us; what it was before."""
    claim = draft(transaction, code)
    line = transaction.row(store.LINE_AMOUNT, claim_id=claim.claim_id, unit=unit)
    if line is None:
        raise Refusal(f"claim {code} claims no unit {unit!r}: coldbind claims show {code}")
    money = Money(amount, claim.currency)
    if not 0 < amount <= line.whole or money.rounded() != money:
        raise Refusal(
            f"claim {code}: claim for unit {unit} more than 0 and at most "
            f"{Money(line.whole, claim.currency)}, in whole coins; claims strike claims nothing"
        )
    if not why.strip():
        raise Refusal(f"claim {code}: write why less is claimed for unit {unit} in --reason")
    transaction.run(store.REDUCE_LINE, claim_line_id=line.claim_line_id, amount=amount, by=by, why=why)
    transaction.audit(
        by,
        "claim line reduced",
        subjects.claim(code),
        unit=unit,
        before=str(Money(line.amount, claim.currency)),
        after=str(money),
        why=why,
    )
    return line.amount


def charge(transaction: Transaction, code: str, wanted: Charge, told: Told) -> None:
    """Claim a cost beside the goods, when the supplier agreed to bear such costs."""
    claim = draft(transaction, code)
    kind, amount, words = wanted.kind, wanted.amount, wanted.words
    if kind not in CHARGES:
        raise Refusal(f"{kind!r} is no kind of charge: give one of {', '.join(CHARGES)}")
    terms = transaction.one(store.TERMS, supplier=claim.supplier)
    if not getattr(terms, kind, True):
        raise Refusal(
            f"supplier {claim.supplier} did not agree to bear {kind}: coldbind claims terms shows what"
        )
    money = Money(amount, claim.currency)
    if amount <= 0 or money.rounded() != money or not words.strip():
        raise Refusal(f"claim {code}: give an amount in whole coins above 0, and words for it")
    transaction.run(
        store.ADD_CHARGE,
        claim_id=claim.claim_id,
        kind=kind,
        amount=amount,
        words=words,
        document=told.document,
        by=told.by,
    )
    transaction.audit(
        told.by, "claim charge added", subjects.claim(code), kind=kind, amount=str(money), words=words
    )


def put_terms(transaction: Transaction, terms: Terms, by: str) -> bool:
    """What a supplier agreed to make good; False when that is known."""
    before = agreed_terms(transaction, terms.supplier)
    terms = replace(terms, supplier_id=before.supplier_id)
    if not 0 <= terms.price_share <= 100 or terms.answer_days < 1:  # noqa: PLR2004 - percent
        raise Refusal("the share of the price is 0 to 100 percent, the days to answer at least 1")
    if terms == before:
        return False
    told = _terms_told(terms)
    transaction.run(store.PUT_TERMS, supplier_id=terms.supplier_id, **told)
    transaction.audit(
        by,
        "claim terms agreed",
        subjects.supplier(terms.supplier),
        before=_terms_told(before),
        after=told,
    )
    return True


def agreed_terms(transaction: Transaction, supplier: str) -> Terms:
    """What is agreed with a supplier, or what holds without an agreement."""
    found = transaction.row(store.TERMS, supplier=supplier)
    if found is None:
        raise Refusal(f"there is no supplier {supplier!r}: record the supplier first")
    return found


def write(transaction: Transaction, code: str, letter: Letter, told: Told) -> None:
    """Keep what was written or said about a claim."""
    claim = known(transaction, code)
    if letter.direction not in DIRECTIONS or not letter.body.strip():
        raise Refusal(f"claim {code}: say whether it came in, went out or is a note, and what it says")
    transaction.run(
        store.ADD_LETTER,
        claim_id=claim.claim_id,
        direction=letter.direction,
        at=moment(told.at),
        by=told.by,
        correspondent=letter.correspondent,
        body=letter.body,
        document=told.document,
    )
    transaction.audit(
        told.by,
        "claim correspondence",
        subjects.claim(code),
        occurred_at=moment(told.at),
        direction=letter.direction,
        correspondent=letter.correspondent,
        body=letter.body,
        document=told.document,
    )


def attach(transaction: Transaction, code: str, wanted: Attachment, by: str) -> str:
    """Keep a photo or paper with a claim, for the evidence pack; its SHA-256."""
    claim = known(transaction, code)
    name, content, words = wanted.name, wanted.content, wanted.words
    media_type = MEDIA_TYPES.get(PurePath(name).suffix.lower())
    if media_type is None:
        raise Refusal(f"{name}: attach one of {', '.join(MEDIA_TYPES)}")
    if not 0 < len(content) <= _LARGEST:
        raise Refusal(f"{name}: attach 1 byte to {_LARGEST // 1_000_000} MB")
    known_digest = transaction.row(store.ATTACHED, claim_id=claim.claim_id, name=name)
    if known_digest is not None:
        if known_digest.digest == sha256(content).hexdigest():
            return known_digest.digest
        raise Refusal(f"claim {code} has another {name} already: give this one another name")
    digest = transaction.one(
        store.ADD_ATTACHMENT,
        claim_id=claim.claim_id,
        name=name,
        media_type=media_type,
        content=content,
        words=words,
        by=by,
    ).digest
    transaction.audit(
        by, "claim attachment added", subjects.claim(code), name=name, digest=digest, words=words
    )
    return digest


def promise(transaction: Transaction, order: str, on: date, by: str) -> None:
    """The day on which a supplier promised to deliver an order."""
    if not transaction.run(store.PUT_PROMISE, order=order, promised_on=on, by=by):
        raise Refusal(f"there is no order {order!r}: record the purchase order first")
    transaction.audit(by, "delivery promised", subjects.order(order), after={"promised_on": str(on)})


def draft(transaction: Transaction, code: str) -> Claim:
    """The claim with that code; `Refusal` when it was sent, because then it stays as it is."""
    claim = known(transaction, code)
    if claim.state != "draft":
        raise Refusal(f"claim {code} was sent: it stays as it is; open another one for the rest")
    return claim


def _add_line(transaction: Transaction, claim: Claim, receipt_id: int, line: HandLine, by: str) -> None:
    unit = transaction.row(store.UNIT, unit=line.unit, receipt_id=receipt_id)
    if unit is None:
        raise Refusal(f"claim {claim.code}: its delivery had no unit {line.unit!r}")
    if unit.claimed_under:
        raise Refusal(f"unit {line.unit} is claimed already, under {', '.join(unit.claimed_under)}")
    quantity = unit.held if line.quantity is None else line.quantity
    if not (storable(quantity) and 0 < quantity <= unit.began_with) or not line.deficiency.strip():
        raise Refusal(
            f"unit {line.unit}: claim more than 0 of it, at most the {plain(unit.began_with)} that it "
            "held at first, and say what is wrong with it"
        )
    amount = Money(unit.unit_price, claim.currency).times(quantity)
    wanted = item_store.UnitLine(unit.unit_id, unit.lot_id, quantity, unit.unit_price, line.deficiency)
    item_store.add_line(transaction, claim.claim_id, wanted, amount.amount)
    transaction.audit(
        by,
        "claim line added",
        subjects.claim(claim.code),
        unit=line.unit,
        quantity=plain(quantity),
        unit_price=plain(unit.unit_price),
        amount=str(amount),
        deficiency=line.deficiency,
    )


def _terms_told(terms: Terms) -> dict[str, object]:
    return {
        "price_share": terms.price_share,
        "freight": terms.freight,
        "handling": terms.handling,
        "disposal": terms.disposal,
        "answer_days": terms.answer_days,
    }
