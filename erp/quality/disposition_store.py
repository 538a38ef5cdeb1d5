"""Reading holds and what was decided about them, and writing decisions down."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from erp.quality.core import Decision, Held, Kind
from erp.quality.store import ToldSplit
from kernel.instants import moment
from storage.database import Transaction
from storage.statement import Statements


@dataclass(frozen=True, slots=True)
class HoldToDecide:
    """A hold with all that a decision about it depends on; its unit is locked.

    `two_people` says whether the profile of the lot asks for them, `decisions` how many were made
    before, `proposed` which one waits for its second signature.
    """

    hold_id: int
    unit_id: int
    unit: str
    cause: str
    why: str
    placed_at: int
    ended: bool
    lot: str
    product: str
    quantity: Decimal
    receipt: str
    verdict: str | None
    recall: str | None
    rejected: bool
    two_people: bool
    decisions: int
    proposed: int | None

    @property
    def held(self) -> Held:
        """What a decision is held against."""
        return Held(
            self.hold_id,
            self.unit,
            self.cause,
            self.quantity,
            self.receipt,
            self.verdict,
            self.recall,
            self.rejected,
        )


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold as it is listed; of its excursions so many are still standing.

    `flag_withdrawn` says that the machine placed it for a flag of the delivery that no longer holds.
    """

    hold_id: int
    unit: str
    lot: str
    product: str
    cause: str
    why: str
    placed_at: datetime
    placed_by: str
    ended_at: datetime | None
    ended_by: str | None
    quantity: Decimal
    unit_of_measure: str
    location: str | None
    in_quarantine: bool
    grade: str | None
    excursions: int
    standing: int
    rejected: bool
    proposed: int | None
    flag_withdrawn: bool


@dataclass(frozen=True, slots=True)
class DispositionLine:
    """A decision about a hold, with who signed it."""

    disposition_id: int
    kind: str
    state: str
    quantity: Decimal
    child: str
    grade: str
    reason_code: str
    words: str
    two_people: bool
    signed_by: str
    signed_at: datetime
    second_by: str | None
    effective_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision as it was first signed, by whom, under what content."""

    disposition_id: int
    hold_id: int
    kind: Kind
    state: str
    quantity: Decimal
    child: str
    grade: str
    reason_code: str
    words: str
    login: str
    digest: bytes

    @property
    def decision(self) -> Decision:
        """What was decided."""
        part = self.quantity if self.kind == "partial_release" else None
        return Decision(self.kind, self.reason_code, self.words, part, self.child, self.grade)


@dataclass(frozen=True, slots=True)
class ListedReason:
    """A reason that may be given for a kind of decision."""

    kind: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A hold that was ended just now."""

    hold_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """A profile whose goods need two people for every decision, by a command or by a version of it."""

    profile: str
    since: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class _Excursion:
    excursion_id: int
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class _UnitId:
    unit_id: int


@dataclass(frozen=True, slots=True)
class _HoldId:
    hold_id: int


@dataclass(frozen=True, slots=True)
class _Id:
    disposition_id: int


@dataclass(frozen=True, slots=True)
class _Known:
    known: bool


_SQL = Statements("erp.quality")
_LOCK = _SQL.returning(_UnitId, "lock_unit_of_hold")
_LOCK_HOLDS = _SQL.returning(_HoldId, "lock_holds_of_unit")
_HOLD = _SQL.returning(HoldToDecide, "hold_to_decide")
_EXCURSIONS = _SQL.returning(_Excursion, "excursions_of_hold")
_REASONS = _SQL.returning(ListedReason, "reasons_listed")
_PROPOSE = _SQL.returning(_Id, "propose")
_EFFECTIVE = _SQL.command("make_effective")
_WITHDRAW = _SQL.command("withdraw_disposition")
_DISPOSITION = _SQL.returning(Proposal, "disposition")
_END_HOLDS = _SQL.returning(Ended, "end_holds")
_DOWNGRADE = _SQL.command("downgrade")
_HOLDS = _SQL.returning(HoldLine, "holds_listed")
_DISPOSITIONS = _SQL.returning(DispositionLine, "dispositions_of_hold")
_TOLD = _SQL.returning(ToldSplit, "told_of_hold")
_EXPIRED = _SQL.returning(_UnitId, "expired_units")
_ASK_TWO = _SQL.command("ask_two_people")
_ASK_ONE = _SQL.command("ask_one_person")
_PROFILE = _SQL.returning(_Known, "profile_known")
_TWO_PEOPLE = _SQL.returning(TwoPeople, "two_people")


def lock_hold(transaction: Transaction, hold_id: int) -> HoldToDecide | None:
    """The hold; until commit its unit neither moves nor is held or decided about by others."""
    unit = transaction.row(_LOCK, hold_id=hold_id)
    if unit is None:
        return None
    transaction.rows(_LOCK_HOLDS, unit_id=unit.unit_id)
    return transaction.one(_HOLD, hold_id=hold_id)


def excursions_of(transaction: Transaction, hold_id: int) -> dict[int, str | None]:
    """The excursions a hold was placed for, each with why it was withdrawn, None when it stands."""
    rows = transaction.rows(_EXCURSIONS, hold_id=hold_id)
    return {row.excursion_id: row.withdrawn_why for row in rows}


def reasons(transaction: Transaction) -> list[ListedReason]:
    """All reasons of the list, by kind of decision."""
    return transaction.rows(_REASONS)


def propose(
    transaction: Transaction,
    hold: HoldToDecide,
    decision: Decision,
    signature_id: int,
    *,
    two_people: bool,
) -> int:
    """Write down a decision that was signed, before it takes effect; its number."""
    return transaction.one(
        _PROPOSE,
        hold_id=hold.hold_id,
        kind=decision.kind,
        quantity=hold.quantity if decision.part is None else decision.part,
        child=decision.child,
        grade=decision.grade,
        reason_code=decision.reason_code,
        words=decision.words,
        two_people=two_people,
        signature_id=signature_id,
    ).disposition_id


def make_effective(
    transaction: Transaction, disposition_id: int, at: int, second_id: int | None
) -> None:
    """The decision takes effect at the instant `at`."""
    transaction.run(_EFFECTIVE, disposition_id=disposition_id, at=moment(at), second_id=second_id)


def withdraw(transaction: Transaction, disposition_id: int, signature_id: int) -> None:
    """The proposed decision is taken back."""
    transaction.run(_WITHDRAW, disposition_id=disposition_id, signature_id=signature_id)


def proposal(transaction: Transaction, disposition_id: int) -> Proposal | None:
    """The decision with that number."""
    return transaction.row(_DISPOSITION, disposition_id=disposition_id)


def end_holds(
    transaction: Transaction,
    unit_id: int,
    disposition_id: int,
    *,
    at: int,
    by: str,
    cause: str | None = None,
) -> list[Ended]:
    """End the open hold of a unit for `cause`, or all of them, by a decision."""
    return transaction.rows(
        _END_HOLDS,
        unit_id=unit_id,
        disposition_id=disposition_id,
        at=moment(at),
        by=by,
        cause=cause,
    )


def downgrade(transaction: Transaction, unit_id: int, disposition_id: int, grade: str) -> None:
    """The unit is of this lower quality from now on."""
    transaction.run(_DOWNGRADE, unit_id=unit_id, disposition_id=disposition_id, grade=grade)


def holds(
    transaction: Transaction,
    *,
    hold_id: int | None = None,
    unit: str | None = None,
    lot: str | None = None,
    cause: str | None = None,
    ended: bool = False,
    most: int = 1000,
) -> list[HoldLine]:
    """The newest holds that fit, only open ones unless `ended`."""
    return transaction.rows(
        _HOLDS, hold_id=hold_id, unit=unit, lot=lot, cause=cause, ended=ended, most=most
    )


def dispositions(transaction: Transaction, hold_id: int) -> list[DispositionLine]:
    """What was decided about a hold, in order."""
    return transaction.rows(_DISPOSITIONS, hold_id=hold_id)


def told_of(transaction: Transaction, hold_id: int) -> list[ToldSplit]:
    """The excursions that speak, or spoke, for a hold, in order of time."""
    return transaction.rows(_TOLD, hold_id=hold_id)


def expired_units(transaction: Transaction, today: date, most: int | None = None) -> list[int]:
    """Units with us that are too old on that day, not held for it, and not released from it."""
    return [row.unit_id for row in transaction.rows(_EXPIRED, today=today, most=most)]


def ask_two_people(transaction: Transaction, profile: str, by: str, why: str) -> bool:
    """Decisions about goods of the profile need two people; False when they did before."""
    return bool(transaction.run(_ASK_TWO, profile=profile, by=by, why=why))


def ask_one_person(transaction: Transaction, profile: str) -> bool:
    """One person is enough for goods of the profile; False when it was before."""
    return bool(transaction.run(_ASK_ONE, profile=profile))


def is_profile(transaction: Transaction, profile: str) -> bool:
    """Whether there is a profile of that name."""
    return transaction.one(_PROFILE, profile=profile).known


def two_people(transaction: Transaction) -> list[TwoPeople]:
    """The profiles that ask for two people."""
    return transaction.rows(_TWO_PEOPLE)
