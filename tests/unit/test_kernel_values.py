"""Money, units and mean kinetic temperature: figures that anybody can compute again."""

from decimal import Decimal

import pytest

from kernel.money import Money
from kernel.temperature import mean_kinetic_temperature
from kernel.units import CONVERSIONS, QUANTITY_UNITS


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


class TestMoney:
    """Exact decimals in one currency."""

    def test_price_times_quantity(self) -> None:
        assert euros("87.20").times(Decimal(48)) == euros("4185.60")
        assert str(euros("87.20").times(Decimal(192))) == "16,742.40 EUR"

    def test_sums_are_exact(self) -> None:
        assert euros("0.1") + euros("0.2") == euros("0.3")

    @pytest.mark.parametrize(
        ("amount", "rounded"),
        [("0.125", "0.12"), ("0.135", "0.14"), ("-0.125", "-0.12"), ("7", "7.00")],
    )
    def test_halves_go_to_the_even_cent(self, amount: str, rounded: str) -> None:
        assert str(euros(amount).rounded().amount) == rounded

    def test_coins_differ(self) -> None:
        assert Money(Decimal("1234.5"), "JPY").rounded().amount == Decimal(1234)
        assert Money(Decimal("1.23456"), "KWD").rounded().amount == Decimal("1.235")

    def test_currencies_do_not_mix(self) -> None:
        with pytest.raises(ValueError, match="cannot add USD to EUR"):
            assert euros("1") + Money(Decimal(1), "USD")

    @pytest.mark.parametrize("code", ["", "eur", "EURO", "E1R", "ÄÖÜ"])
    def test_currency_codes(self, code: str) -> None:
        with pytest.raises(ValueError, match="is not an ISO 4217 currency code"):
            Money(Decimal(1), code)


class TestMeanKineticTemperature:
    """Haynes' formula with dH/R = 10 000 K."""

    def test_one_warm_reading_of_five(self) -> None:
        assert mean_kinetic_temperature([4, 4, 4, 4, 16]) == pytest.approx(8.109, abs=0.0005)

    def test_uneven_times(self) -> None:
        assert mean_kinetic_temperature([5, 14], [18, 6]) == pytest.approx(8.285, abs=0.0005)

    def test_a_constant_temperature_is_its_own_mean(self) -> None:
        assert mean_kinetic_temperature([5.0] * 7) == pytest.approx(5.0)
        assert mean_kinetic_temperature([-18.0], [0.25]) == pytest.approx(-18.0)

    def test_it_lies_above_the_average_and_below_the_highest(self) -> None:
        assert 8.5 < mean_kinetic_temperature([2, 15]) < 15

    def test_equal_weights_are_no_weights(self) -> None:
        readings = [2.0, 8.0, 12.0]
        assert mean_kinetic_temperature(readings, [3, 3, 3]) == pytest.approx(
            mean_kinetic_temperature(readings)
        )

    @pytest.mark.parametrize(("celsius", "weights"), [([], None), ([5.0], [0.0]), ([5.0], [1.0, 1.0])])
    def test_nothing_to_average(self, celsius: list[float], weights: list[float] | None) -> None:
        with pytest.raises(ValueError, match="one positive weight for each temperature"):
            mean_kinetic_temperature(celsius, weights)


class TestUnits:
    """Reported units to the one a quantity is kept in."""

    @pytest.mark.parametrize(
        ("unit", "reported", "celsius"),
        [
            ("Cel", 5.0, 5.0),
            ("K", 278.15, 5.0),
            ("degF", 41.0, 5.0),
            ("degF", -40.0, -40.0),
            ("degF", 32.0, 0.0),
        ],
    )
    def test_temperatures(self, unit: str, reported: float, celsius: float) -> None:
        kept_in, factor, offset = CONVERSIONS[unit]
        assert kept_in == "Cel"
        assert reported * factor + offset == pytest.approx(celsius, abs=1e-9)

    def test_every_quantity_is_kept_in_a_unit_that_converts_to_itself(self) -> None:
        for unit in QUANTITY_UNITS.values():
            assert CONVERSIONS[unit] == (unit, 1.0, 0.0)
