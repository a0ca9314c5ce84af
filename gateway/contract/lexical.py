"""Text to value and back, one function for each wire type: the same for every door.

Reading is as tolerant as the real clients need (blanks around values, ``1.`` and ``+1.00``, dates with a
zone, dateTimes for dates) and no more: an exponent, NaN, other scripts' digits or a thousand digits are no
decimal. Every reader raises ``ValueError`` for text that is no value of its type.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from gateway.contract.fields import WireType

MAX_NUMBER_CHARACTERS = 60
"""Longer numbers are refused unread; the longest sensible one, a float printed in full, has under 30."""

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_INT = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?)?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_ID = re.compile(r"[a-zA-Z0-9]{32}|\d{1,32}", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_UNCARRIED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return the text with each character that XML cannot carry replaced by U+FFFD."""
    return _UNCARRIED.sub("\ufffd", text)


def read_decimal(text: str) -> Decimal:
    """Read an xs:decimal; exponents, NaN and infinities are none."""
    text = text.strip()
    if len(text) > MAX_NUMBER_CHARACTERS or not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def read_int(text: str) -> int:
    """Read an xs:int: 32 bits, signed."""
    text = text.strip()
    if not _INT.fullmatch(text) or not -(2**31) <= int(text) < 2**31:
        raise ValueError(text)
    return int(text)


def read_boolean(text: str) -> bool:
    """Read an xs:boolean: ``true``, ``false``, ``1`` or ``0``."""
    try:
        return _BOOLEANS[text.strip()]
    except KeyError:
        raise ValueError(text) from None


def read_id(text: str) -> str:
    """Read an ID: 32 letters or digits, or a number (the pattern of the real WSDLs)."""
    text = text.strip()
    if not _ID.fullmatch(text):
        raise ValueError(text)
    return text


def read_date(text: str, zone: tzinfo) -> date:
    """Read a business date from a date or a dateTime.

    A date is taken as written, a zone on it ignored. A dateTime without an offset is that day; with one,
    the day of that instant in ``zone``, the tenant's. Source: engine-rules, *Dates* (our reading).
    """
    moment, has_time, has_offset = _read_moment(text, UTC)
    if has_time and has_offset:
        return _in_zone(moment, zone).date()
    return moment.date()


def read_date_time(text: str, zone: tzinfo) -> datetime:
    """Read an aware moment from a dateTime or a date; without an offset it is in ``zone``, the tenant's."""
    moment = _read_moment(text, zone)[0]
    _in_zone(moment, UTC)
    return moment


def _read_moment(text: str, zone: tzinfo) -> tuple[datetime, bool, bool]:
    """Return the moment, whether a time of day was given and whether an offset was."""
    found = _DATE_TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    # xs:dateTime knows 24:00:00, the end of the day.
    end_of_day = hour == "24" and minute == "00" and not int(second or 0) and not int(fraction or 0)
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            0 if end_of_day else int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=_read_offset(offset) if offset else zone,
        )
        if end_of_day:
            moment += timedelta(days=1)
    except OverflowError as error:
        raise ValueError(text) from error
    return moment, hour is not None, offset is not None


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return the same instant in another zone; one beyond the calendar there is no value."""
    try:
        return moment.astimezone(zone)
    except OverflowError as error:
        raise ValueError(moment.isoformat()) from error


def _read_offset(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    zone = datetime.strptime(offset.replace(":", ""), "%z").tzinfo
    assert zone is not None, "%z always makes an aware value"
    return zone


_READERS: dict[WireType, Callable[[str, tzinfo], Any]] = {
    WireType.ID: lambda text, _: read_id(text),
    WireType.STRING: lambda text, _: text,
    WireType.DECIMAL: lambda text, _: read_decimal(text),
    WireType.INT: lambda text, _: read_int(text),
    WireType.BOOLEAN: lambda text, _: read_boolean(text),
    WireType.DATE: read_date,
    WireType.DATE_TIME: read_date_time,
}


def read(wire_type: WireType, text: str, zone: tzinfo) -> Any:
    """Read text as a wire type: a str, Decimal, int, bool, date or datetime.

    Args:
        wire_type: Says which.
        text: As sent.
        zone: The tenant's, for dates and dateTimes.
    """
    return _READERS[wire_type](text, zone)


def write_decimal(value: Decimal) -> str:
    """Return a decimal plainly: no exponent, no trailing zeros (``100``, ``82.8``, ``0.05``)."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")  # takes several times as long
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_LENGTH_WITH_MINUTES = len("2024-03-15T12:00:00.000-08:00")


def write_date_time(value: datetime, zone: tzinfo) -> str:
    """Return a moment as the legacy does: milliseconds and the offset of ``zone`` at that moment."""
    try:
        local = value.astimezone(zone)
    except OverflowError:
        # The zone pushes a moment at an end of the calendar (0001-01-01 is .NET's null) off it.
        local = value.astimezone(UTC)
    text = local.isoformat(timespec="milliseconds")
    if len(text) == _LENGTH_WITH_MINUTES:
        return text
    return local.astimezone(_whole_minutes(local)).isoformat(timespec="milliseconds")


def write_midnight(value: date, zone: tzinfo) -> str:
    """Return a business date as a dateTime, for versions below 69: midnight in ``zone`` on that day."""
    local = datetime(value.year, value.month, value.day, tzinfo=zone)
    return local.replace(tzinfo=_whole_minutes(local)).isoformat(timespec="milliseconds")


def _whole_minutes(local: datetime) -> tzinfo:
    """Return a local time's offset as xs:dateTime can write it: before standard time it had seconds."""
    try:
        offset = local.utcoffset() or timedelta()
    except OverflowError:
        offset = timedelta()
    return timezone(timedelta(minutes=round(offset / timedelta(minutes=1))))
