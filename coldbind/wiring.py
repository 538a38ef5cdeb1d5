"""Who hears whom: the one place where stages are connected.

Everything here happens inside the transaction of whoever publishes the event, so an excursion, its
hold, its claim and their audit records commit together or not at all.
"""

from collections.abc import Sequence

from coldbind.claim_reminders import remind
from erp.claims import decisions, flagged, legal_holds
from erp.claims import handlers as claims
from erp.finance import handlers as finance
from erp.fulfilment import handlers as sales
from erp.ledger import handlers as ledger
from erp.quality import handlers as quality
from erp.quality import holds, moving
from erp.recall import handlers as recall
from erp.receiving import deliveries
from erp.receiving.conditions import Conditions
from erp.wms import handlers as wms
from ingest import imports
from kernel.events import (
    AgreementBroken,
    AgreementKept,
    BindingChanged,
    BudgetLasts,
    BudgetRunsLow,
    CarriageTold,
    ClaimAgreed,
    ClaimClosed,
    CostIncurred,
    CreditCancelled,
    CreditNoted,
    CustodySplit,
    DeviceAlarm,
    DispositionEffective,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    FlagsSettled,
    GoodsArrived,
    GoodsCounted,
    GoodsDivided,
    GoodsMoved,
    GoodsWrittenOff,
    HeldGoodsMoved,
    HoldOrdered,
    HoldPlaced,
    HoldReasonWithdrawn,
    HoldsChanged,
    LoggerRead,
    MovementsRecorded,
    ProfileAdopted,
    RecallClosed,
    RecallOpened,
    ReceiptDecided,
    ReplacementLinked,
    ReplacementReceived,
    SensorFaultFound,
    StockChanged,
    TimePassed,
    UnitSplit,
)
from lotbinding.handlers import told_by_erp, units
from lotbinding.record.window import felt_between
from lotbinding.store import exposure
from lotbinding.store.places_felt import exposures_of_places
from rules import device_alarms
from rules import handlers as rules
from rules.alerts import handlers as alerts
from rules.worker import Binding
from storage.database import Database, Handlers, Together, Transaction


def _claim(splits: Sequence[CustodySplit], transaction: Transaction) -> None:
    """What was sent to a supplier stays as it was sent; anything else goes on the delivery's draft."""
    finance.claim(claims.leave_sent_claims_alone(splits, transaction), transaction)


def _claim_agreement(broken: AgreementBroken, transaction: Transaction) -> None:
    """The same for what was agreed for receiving."""
    if not claims.leave_sent_agreements_alone(broken, transaction):
        finance.claim_agreement(broken, transaction)


CONDITIONS = Conditions(felt_between)
"""What was agreed for receiving, judged by what binding says that units felt."""

HANDLERS: Handlers = {
    GoodsArrived: [
        units.receive_units,
        deliveries.settle_arrived,
        CONDITIONS.arrived,
        recall.arrived,
    ],
    GoodsMoved: [told_by_erp.move],
    GoodsDivided: [told_by_erp.divide],
    GoodsCounted: [told_by_erp.count_goods],
    GoodsWrittenOff: [told_by_erp.write_off],
    StockChanged: [sales.release_short, wms.project, recall.catch, ledger.follow_goods],
    MovementsRecorded: [moving.note_movements],
    HeldGoodsMoved: [alerts.held_goods_moved],
    UnitSplit: [quality.inherit, recall.divided],
    HoldOrdered: [quality.hold_ordered],
    HoldPlaced: [Together(sales.tell_released), Together(wms.quarantine)],
    LoggerRead: [imports.store_logger],
    DeviceAlarm: [device_alarms.keep_alarm],
    BindingChanged: [rules.judge_again, quality.follow, CONDITIONS.moved],
    BudgetRunsLow: [quality.note_budget],
    BudgetLasts: [quality.note_budget_lasts],
    ProfileAdopted: [rules.adopt],
    ExcursionFound: [Together(quality.hold), Together(alerts.excursions_found)],
    ExcursionEnded: [quality.close],
    ExcursionWithdrawn: [quality.withdraw],
    ReceiptDecided: [
        quality.settle,
        CONDITIONS.decided,
        deliveries.settle_decided,
        ledger.follow_decision,
    ],
    FlagsSettled: [flagged.follow_flags],
    HoldsChanged: [ledger.follow_holds, wms.let_go],
    CustodySplit: [Together(_claim)],
    DispositionEffective: [decisions.ask_what_to_claim],
    RecallOpened: [legal_holds.recall_opened],
    RecallClosed: [legal_holds.recall_closed],
    CostIncurred: [claims.charge_cost],
    ClaimAgreed: [ledger.follow_agreement],
    ClaimClosed: [ledger.follow_close],
    CreditNoted: [ledger.follow_credit],
    CreditCancelled: [ledger.follow_cancelled_credit],
    ReplacementLinked: [ledger.follow_replacement],
    ReplacementReceived: [claims.replacement_came],
    CarriageTold: [quality.settle],
    HoldReasonWithdrawn: [finance.withdraw],
    AgreementBroken: [_claim_agreement],
    AgreementKept: [finance.withdraw_agreement],
    SensorFaultFound: [alerts.fault_found],
    TimePassed: [holds.time_passed, remind],
}

BINDING = Binding(exposure.exposures_of, exposure.units_near_series, exposures_of_places)


def open_database(
    url: str, application: str, *, size: int = 4, listening: Handlers | None = None
) -> Database:
    """The database at `url`, with all stages wired together, and `listening` after them."""
    wired = {event: [*HANDLERS.get(event, ()), *heard] for event, heard in (listening or {}).items()}
    return Database(url, {**HANDLERS, **wired}, application=f"coldbind {application}", size=size)
