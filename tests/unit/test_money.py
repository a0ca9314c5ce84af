"""Money: rounding at a currency's minor unit, and how many digits an amount may have."""

from decimal import Decimal

import pytest

from gateway.contract.lexical import MAX_NUMBER_CHARACTERS
from gateway.engine.money import (
    MAX_DIGITS,
    check_digits,
    count_digits,
    is_at_minor_unit,
    is_too_long,
    minor_unit_digits,
    round_to_minor_unit,
    share_of,
)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("CHF", 2),
        ("HUF", 2),
        ("JPY", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
    ],
)
def test_a_currency_has_the_decimals_that_iso_4217_gives_it(currency: str, digits: int) -> None:
    assert minor_unit_digits(currency) == digits


@pytest.mark.parametrize("currency", ["", "eur", "XAU", "XXX", "XTS", "BTC", "EURO"])
def test_an_unknown_currency_has_no_decimals(currency: str) -> None:
    assert minor_unit_digits(currency) is None


def test_a_setting_gives_an_unknown_currency_its_decimals() -> None:
    assert minor_unit_digits("BTC", {"BTC": 8}) == 8


def test_a_setting_comes_before_the_table() -> None:
    assert minor_unit_digits("HUF", {"HUF": 0}) == 0


def test_a_setting_leaves_the_other_currencies_as_they_are() -> None:
    assert minor_unit_digits("EUR", {"BTC": 8}) == 2


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [
        ("9.989999999999997", 2, "9.99"),
        ("10.005", 2, "10.01"),
        ("10.015", 2, "10.02"),
        ("10.0049999", 2, "10.00"),
        ("0.004", 2, "0.00"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("1.0005", 3, "1.001"),
        ("7", 2, "7.00"),
    ],
)
def test_a_finer_amount_is_rounded_half_up(amount: str, digits: int, rounded: str) -> None:
    assert str(round_to_minor_unit(Decimal(amount), digits)) == rounded


def test_the_longest_amount_that_can_be_read_is_rounded_exactly() -> None:
    longest = "9" * MAX_NUMBER_CHARACTERS
    assert round_to_minor_unit(Decimal(longest), 4) == Decimal(longest)


@pytest.mark.parametrize("amount", ["10", "10.5", "10.50", "10.500000", "0.01"])
def test_trailing_zeros_do_not_make_an_amount_finer_than_its_currency(amount: str) -> None:
    assert is_at_minor_unit(Decimal(amount), 2)


@pytest.mark.parametrize(("amount", "digits"), [("10.001", 2), ("0.5", 0), ("1.0001", 3)])
def test_a_finer_amount_is_not_at_the_minor_unit(amount: str, digits: int) -> None:
    assert not is_at_minor_unit(Decimal(amount), digits)


@pytest.mark.parametrize(
    ("amount", "digits"),
    [
        ("0", 1),
        ("1", 1),
        ("100", 3),
        ("1E+2", 3),
        ("100.00", 3),
        ("100.05", 5),
        ("0.05", 2),
        ("0.50", 1),
        ("99999999999999.99", 16),
        ("9999999999999999", 16),
        ("99999999999999999", 17),
        ("999999999999999.99", 17),
    ],
)
def test_the_digits_of_an_amount_are_counted_on_both_sides_of_the_point(amount: str, digits: int) -> None:
    assert count_digits(Decimal(amount)) == digits


def test_no_digit_of_the_longest_amount_that_can_be_read_goes_uncounted() -> None:
    assert count_digits(Decimal("9" * MAX_NUMBER_CHARACTERS)) == MAX_NUMBER_CHARACTERS


def test_an_amount_may_have_sixteen_digits() -> None:
    assert MAX_DIGITS == 16


@pytest.mark.parametrize(
    "number", ["0", "9" * 26, "-" + "9" * 26, "0." + "9" * 12, "1E+25", "1.0000000000000000"]
)
def test_a_number_of_26_digits_before_and_12_behind_its_point_is_kept(number: str) -> None:
    check_digits(Decimal(number))


@pytest.mark.parametrize("number", ["1" + "0" * 26, "1E+26", "0.0000000000001"])
def test_a_longer_number_is_refused_in_words(number: str) -> None:
    with pytest.raises(ValueError, match="has more than 26 digits before or 12 after its point"):
        check_digits(Decimal(number))


def test_a_share_is_rounded_once_however_long_its_parts_are() -> None:
    long = Decimal("9" * 26)
    assert share_of(long, long - 1, long, 2) == long - 1
    assert share_of(Decimal("0.01"), Decimal(1), Decimal(2), 2) == Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "digits", "too_long"),
    [
        ("99999999999999.99", 2, False),
        ("100000000000000.00", 2, False),  # the zeros behind the point do not count
        ("100000000000000.01", 2, True),
        ("10000000000000000", 0, True),
        ("9999999999999999", 0, False),
        ("0.00", 2, False),
    ],
)
def test_an_amount_at_its_minor_unit_has_16_digits_at_most(
    amount: str, digits: int, *, too_long: bool
) -> None:
    assert is_too_long(Decimal(amount), digits) is too_long
