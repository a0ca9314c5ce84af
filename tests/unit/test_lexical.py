"""Text to value and back, as every door reads and writes it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gateway.contract.lexical import (
    MAX_NUMBER_CHARACTERS,
    clean_text,
    read_boolean,
    read_date,
    read_date_time,
    read_decimal,
    read_id,
    read_int,
    write_date_time,
    write_decimal,
    write_midnight,
)

PACIFIC = ZoneInfo("America/Los_Angeles")
SYDNEY = ZoneInfo("Australia/Sydney")


# Text


@pytest.mark.parametrize("text", ["", "Café", "tab\tline\nreturn\r", "\x7f\x85", "\U0001f600"])
def test_text_that_xml_can_carry_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ud800", "\ufffe", "\uffff"]
)
def test_each_character_that_xml_cannot_carry_is_replaced(character: str) -> None:
    assert clean_text(f"a{character}{character}b") == "a\ufffd\ufffdb"


# Decimals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", "10"),
        ("10.50", "10.50"),
        ("-10.5", "-10.5"),
        ("+1.00", "1.00"),
        ("1.", "1"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("007", "7"),
        (" \t\r\n10.5\n", "10.5"),
        ("9.989999999999997", "9.989999999999997"),
        ("1" * MAX_NUMBER_CHARACTERS, "1" * MAX_NUMBER_CHARACTERS),
    ],
)
def test_a_decimal_is_read_exactly(text: str, value: str) -> None:
    assert str(read_decimal(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "+",
        "1e3",
        "1E-3",
        "NaN",
        "INF",
        "-Infinity",
        "1,000.00",
        "10,50",
        "1_000",
        "1 000",
        "1.2.3",
        "--1",
        "0x10",
        "10 EUR",
        "\u0661\u0660",
        "1" * (MAX_NUMBER_CHARACTERS + 1),
    ],
)
def test_other_text_is_no_decimal(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
        read_decimal(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("100", "100"),
        ("100.00", "100"),
        ("82.80", "82.8"),
        ("0.05", "0.05"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
        ("-10.50", "-10.5"),
        ("0", "0"),
        ("0.00", "0"),
        ("-0.00", "0"),
        ("-0", "0"),
    ],
)
def test_a_decimal_is_written_plainly(value: str, text: str) -> None:
    assert write_decimal(Decimal(value)) == text


# Integers


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("31", 31), ("+5", 5), (" -5 ", -5), ("2147483647", 2**31 - 1), ("-2147483648", -(2**31))],
)
def test_an_integer_has_32_bits(text: str, value: int) -> None:
    assert read_int(text) == value


@pytest.mark.parametrize(
    "text", ["", "1.0", "1e3", "٣", "2147483648", "-2147483649", "1" * 11, "1" * 5000, "one"]
)
def test_other_text_is_no_integer(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_int(text)


# Booleans


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), (" true\n", True)]
)
def test_a_boolean_is_a_word_or_a_digit(text: str, *, value: bool) -> None:
    assert read_boolean(text) is value


@pytest.mark.parametrize("text", ["", "True", "FALSE", "yes", "2", "t"])
def test_other_text_is_no_boolean(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_boolean(text)


# Ids


@pytest.mark.parametrize("text", ["4028e69923eaaa2a0124069b5c887849", "A" * 32, "1", "1" * 32])
def test_an_id_is_32_letters_and_digits_or_a_number(text: str) -> None:
    assert read_id(text) == text


def test_blanks_around_an_id_are_left_out() -> None:
    assert read_id(" 42\n") == "42"


@pytest.mark.parametrize("text", ["", "abc", "a" * 31, "a" * 33, "1" * 33, "a" * 31 + "-", "é" * 32, "٣"])
def test_other_text_is_no_id(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_id(text)


# Dates


@pytest.mark.parametrize(
    "text", ["2024-03-15", "2024-03-15Z", "2024-03-15+14:00", "2024-03-15-11:00", " 2024-03-15 "]
)
@pytest.mark.parametrize("zone", [UTC, PACIFIC, SYDNEY], ids=str)
def test_a_date_is_taken_as_written_a_zone_on_it_ignored(text: str, zone: tzinfo) -> None:
    assert read_date(text, zone) == date(2024, 3, 15)


@pytest.mark.parametrize("text", ["2024-03-15T00:00:00", "2024-03-15T23:59:59.999", "2024-03-15 23:59"])
@pytest.mark.parametrize("zone", [UTC, PACIFIC, SYDNEY], ids=str)
def test_a_date_time_without_an_offset_is_that_day(text: str, zone: tzinfo) -> None:
    assert read_date(text, zone) == date(2024, 3, 15)


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2024-03-15T00:00:00Z", UTC, 15),
        ("2024-03-15T00:00:00.000-07:00", PACIFIC, 15),
        ("2024-03-15T00:00:00Z", PACIFIC, 14),
        ("2024-03-15T06:59:59.999999999Z", PACIFIC, 14),
        ("2024-03-15T07:00:00Z", PACIFIC, 15),
        ("2024-03-15T13:00:00Z", SYDNEY, 16),
        ("2024-03-15T00:30:00+0200", UTC, 14),
    ],
)
def test_a_date_time_with_an_offset_is_the_day_of_that_instant_in_the_tenants_zone(
    text: str, zone: tzinfo, day: int
) -> None:
    assert read_date(text, zone) == date(2024, 3, day)


def test_24_hours_is_the_end_of_the_day() -> None:
    assert read_date("2024-02-28T24:00:00", UTC) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "day"), [("0001-01-01+14:00", date(1, 1, 1)), ("9999-12-31-14:00", date(9999, 12, 31))]
)
def test_a_zone_on_the_first_and_last_date_is_ignored_too(text: str, day: date) -> None:
    assert read_date(text, UTC) == day


BAD_DATES = [
    "",
    "today",
    "2024-3-15",
    "15/03/2024",
    "20240315",
    "24-03-15",
    "2024-13-01",
    "2024-02-30",
    "2023-02-29",
    "0000-01-01",
    "-2024-03-15",
    "12024-03-15",
    "2024-03-15T",
    "2024-03-15T10",
    "2024-03-15T25:00:00",
    "2024-03-15T24:00:01",
    "2024-03-15T24:30:00",
    "2024-03-15T10:60:00",
    "2024-03-15T10:00:61",
    "2024-03-15T10:00:00.",
    "2024-03-15T10:00:00+24:00",
    "2024-03-15T10:00:00+01:60",
    "2024-03-15T10:00:00 CET",
    "٢٠٢٤-03-15",
    "9999-12-31T24:00:00",
]


@pytest.mark.parametrize("text", BAD_DATES)
@pytest.mark.parametrize("read", [read_date, read_date_time])
def test_other_text_is_no_date(read: Callable[[str, tzinfo], object], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read(text, UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("9999-12-31T23:30:00Z", SYDNEY),
        ("0001-01-01T00:30:00Z", PACIFIC),
        ("9999-12-31T23:30:00-01:00", UTC),
        ("0001-01-01T00:30:00+01:00", UTC),
    ],
)
def test_an_instant_beyond_the_calendar_is_no_date(text: str, zone: tzinfo) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(text, zone)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-15", datetime(2024, 3, 15, tzinfo=PACIFIC)),
        ("2024-03-15T10:20", datetime(2024, 3, 15, 10, 20, tzinfo=PACIFIC)),
        ("2024-03-15T10:20:30", datetime(2024, 3, 15, 10, 20, 30, tzinfo=PACIFIC)),
        ("2024-03-15 10:20:30.5", datetime(2024, 3, 15, 10, 20, 30, 500_000, tzinfo=PACIFIC)),
        ("2024-03-15T10:20:30Z", datetime(2024, 3, 15, 10, 20, 30, tzinfo=UTC)),
        ("2024-03-15Z", datetime(2024, 3, 15, tzinfo=UTC)),
        ("2024-03-15T10:20:30+05:30", datetime(2024, 3, 15, 4, 50, 30, tzinfo=UTC)),
        ("2024-03-15T24:00:00Z", datetime(2024, 3, 16, tzinfo=UTC)),
        ("2024-03-15T00:00:00.123456789Z", datetime(2024, 3, 15, 0, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_in_the_tenants_zone(text: str, moment: datetime) -> None:
    read = read_date_time(text, PACIFIC)
    assert (read, read.utcoffset()) == (
        moment,
        moment.utcoffset() if "+" not in text else timedelta(hours=5.5),
    )


def test_a_moment_is_written_with_milliseconds_and_the_offset_of_the_tenants_zone() -> None:
    winter = datetime(2015, 12, 23, 14, 54, 24, tzinfo=UTC)
    summer = datetime(2015, 7, 1, 14, 54, 24, 987_654, tzinfo=UTC)
    assert write_date_time(winter, PACIFIC) == "2015-12-23T06:54:24.000-08:00"
    assert write_date_time(summer, PACIFIC) == "2015-07-01T07:54:24.987-07:00"
    assert write_date_time(winter, UTC) == "2015-12-23T14:54:24.000+00:00"


def test_a_business_date_below_version_69_is_midnight_with_that_days_offset() -> None:
    assert write_midnight(date(2015, 11, 19), PACIFIC) == "2015-11-19T00:00:00.000-08:00"
    assert write_midnight(date(2015, 7, 1), PACIFIC) == "2015-07-01T00:00:00.000-07:00"


@pytest.mark.parametrize("zone", [UTC, PACIFIC, SYDNEY, timezone(timedelta(hours=5.75))], ids=str)
def test_a_business_date_written_as_midnight_is_read_as_itself(zone: tzinfo) -> None:
    assert read_date(write_midnight(date(2024, 3, 31), zone), zone) == date(2024, 3, 31)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Australia/Sydney", "Europe/Amsterdam"])
@pytest.mark.parametrize("year", [1, 1800, 1880, 1937, 2024, 9999])
def test_moments_and_midnights_at_the_edges_of_the_calendar_are_written_as_xs_date_times(
    zone: str, year: int
) -> None:
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"
    for moment in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)):
        written = write_date_time(moment, ZoneInfo(zone))
        assert re.fullmatch(form, written)
        assert abs(datetime.fromisoformat(written) - moment) < timedelta(minutes=1)
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert re.fullmatch(form, write_midnight(day, ZoneInfo(zone)))
        assert write_midnight(day, ZoneInfo(zone)).startswith(f"{day}T00:00:00.000")
