"""What is known of a scanned code, and labels of what really stands in the house."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from erp.labels.handlers import label_of, number
from erp.purchasing import handlers as purchasing
from erp.purchasing.core import Product
from erp.scanning.core import read
from erp.scanning.handlers import Known, look_up
from kernel.instants import MINUTE
from kernel.refusal import Refusal
from lotbinding.handlers.movements import Movement, record_movement
from lotbinding.handlers.units import add_handling_unit
from tests.warehouse import START, Warehouse, warehouse

GTIN = "4006381333931"
SSCC = "040123450000000016"


@pytest.fixture
def house(database_url: str) -> Generator[Warehouse]:
    """LOT with U1 and U2 of P, which has a GTIN; U1 lies on the pallet PAL-9 in the cold zone."""
    with warehouse(database_url) as house:
        with house.database.transaction() as transaction:
            product = Product("P", "Vaccine", "box", "medicines-2-8", gtin=GTIN)
            purchasing.put_product(transaction, product)
        house.receive("U1", "U2")
        with house.database.transaction() as transaction:
            add_handling_unit(transaction, "PAL-9", "pallet", "test", SSCC)
            packed = Movement("U1", "pack", None, START + MINUTE, "test", into="PAL-9")
            record_movement(transaction, packed)
        house.move("PAL-9", 5, "dc.cold")
        yield house


def known(house: Warehouse, code: str) -> Known:
    with house.database.transaction() as transaction:
        return look_up(transaction, read(code, date(2026, 3, 2)))


def test_a_pallet_is_found_by_its_sscc_where_it_stands(house: Warehouse) -> None:
    (pallet,) = known(house, SSCC).things
    assert (pallet.code, pallet.kind, pallet.location) == ("PAL-9", "pallet", "dc.cold")


def test_a_unit_is_found_by_lot_and_serial_and_told_when_it_is_held(house: Warehouse) -> None:
    found = known(house, f"(01)0{GTIN}(10)LOT(21)U2")
    assert found.product is not None
    assert (found.product.code, [lot.lot for lot in found.lots]) == ("P", ["LOT"])
    assert [(one.code, one.location, one.held) for one in found.things] == [("U2", "dc.dock", False)]
    house.hang("spare-t", "dc.dock", 0)
    house.measure("spare-t", [(minute, 20) for minute in range(0, 120, 10)])
    house.judges.judge_all()
    assert [one.held for one in known(house, f"(01)0{GTIN}(10)LOT(21)U2").things] == [True]


def test_a_serial_of_another_lot_names_no_unit_of_ours(house: Warehouse) -> None:
    assert known(house, "(10)OTHER(21)U2").things == []
    assert known(house, "96385074") == Known(None, [], [])
    other = "(01)00000096385074(10)LOT"
    assert known(house, other).lots == []


def test_labels_of_a_unit_and_of_a_pallet(house: Warehouse) -> None:
    with house.database.transaction() as transaction:
        assert label_of(transaction, "U1").readable == f"(01)0{GTIN}(10)LOT(21)U1"
        assert label_of(transaction, "PAL-9").readable == f"(00){SSCC}"
        with pytest.raises(Refusal, match="unit 'NONE' is not known"):
            label_of(transaction, "NONE")


def test_no_number_is_given_out_twice_also_not_at_once(house: Warehouse) -> None:
    def one(_: int) -> str:
        with house.database.transaction() as transaction:
            return number(transaction, "4012345")

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(one, range(20)))
    assert sorted(numbers)[0] == SSCC
    assert len(set(numbers)) == 20
    for prefix in ("12", "40123x", "1234567890123"):
        with (
            house.database.transaction() as transaction,
            pytest.raises(Refusal, match="is no GS1 company prefix"),
        ):
            number(transaction, prefix)
