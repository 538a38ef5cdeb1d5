"""What stages tell each other, inside one database transaction.

A stage publishes an event; coldbind/wiring.py decides who hears it. Instants are microseconds since
the epoch, UTC; identifiers are the database's.
"""

from kernel.events.event import (
    Event,
)
from kernel.events.goods import (
    ArrivingUnit,
    BindingChanged,
    CarriageTold,
    FlagsSettled,
    GoodsArrived,
    GoodsCounted,
    GoodsDivided,
    GoodsMoved,
    GoodsWrittenOff,
    HeldGoodsMoved,
    MovementsRecorded,
    ReceiptDecided,
    StockChanged,
    UnitSplit,
)
from kernel.events.judging import (
    BudgetLasts,
    BudgetRunsLow,
    DeviceAlarm,
    ExcursionEnded,
    ExcursionFound,
    ExcursionWithdrawn,
    LoggerRead,
    ProfileAdopted,
    SensorFaultFound,
    SensorFaultWithdrawn,
)
from kernel.events.money import (
    ClaimAgreed,
    ClaimClosed,
    CostIncurred,
    CreditNoted,
    ReplacementLinked,
    ReplacementReceived,
)
from kernel.events.quality import (
    AgreementBroken,
    AgreementKept,
    CustodySplit,
    DispositionEffective,
    HoldOrdered,
    HoldPlaced,
    HoldReasonWithdrawn,
    HoldsChanged,
    RecallClosed,
    RecallOpened,
)
from kernel.events.time import TimePassed

__all__ = [
    "AgreementBroken",
    "AgreementKept",
    "ArrivingUnit",
    "BindingChanged",
    "BudgetLasts",
    "BudgetRunsLow",
    "CarriageTold",
    "ClaimAgreed",
    "ClaimClosed",
    "CostIncurred",
    "CreditNoted",
    "CustodySplit",
    "DeviceAlarm",
    "DispositionEffective",
    "Event",
    "ExcursionEnded",
    "ExcursionFound",
    "ExcursionWithdrawn",
    "FlagsSettled",
    "GoodsArrived",
    "GoodsCounted",
    "GoodsDivided",
    "GoodsMoved",
    "GoodsWrittenOff",
    "HeldGoodsMoved",
    "HoldOrdered",
    "HoldPlaced",
    "HoldReasonWithdrawn",
    "HoldsChanged",
    "LoggerRead",
    "MovementsRecorded",
    "ProfileAdopted",
    "RecallClosed",
    "RecallOpened",
    "ReceiptDecided",
    "ReplacementLinked",
    "ReplacementReceived",
    "SensorFaultFound",
    "SensorFaultWithdrawn",
    "StockChanged",
    "TimePassed",
    "UnitSplit",
]
