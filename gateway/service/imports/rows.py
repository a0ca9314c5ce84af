"""The cells of an import file read into values, each by its column's type in the contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any

from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import clean_text, read
from gateway.datafiles import Row as FileRow
from gateway.engine.money import MAX_DECIMALS, check_digits
from gateway.service.imports.files import Column, Header

SHOWN_CHARACTERS = 40
"""How much of a value a reason repeats: enough to find it in the file."""

CACHED_VALUES = 1_000
"""Texts of a column whose values are kept: reading a dateTime takes as long as ten look-ups."""

_KINDS_OF_VALUE = {
    WireType.ID: "an Id (32 letters and digits, or a number)",
    WireType.DECIMAL: "a decimal",
    WireType.INT: "a whole number",
    WireType.BOOLEAN: "true or false",
    WireType.DATE: "a date",
    WireType.DATE_TIME: "a date and time",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot be loaded: the attribute and what is wrong with it ("" for the whole record)."""

    attribute: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record, read: every column of the file by attribute, None where it is empty."""

    line: int
    values: dict[str, Any]


class RowReader:
    """Reads the records of one file.

    Args:
        header: The file's.
        required: The attributes that must have a value.
        zone: The tenant's, for dateTimes without an offset; a connector's are in UTC.
    """

    def __init__(self, header: Header, required: Sequence[str], zone: tzinfo) -> None:
        self._required = required
        self._columns = [
            (column.header, column.field.attribute, _reader(column, zone)) for column in header.columns
        ]

    def read(self, record: FileRow) -> dict[str, Any] | tuple[Problem, ...]:
        """Read one record: its values by attribute, or all that is wrong in the order of the columns."""
        if record.trouble and not record.column:
            return (Problem("", record.trouble),)
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        cells = record.values
        for header, attribute, reader in self._columns:
            text = cells.get(header)
            if not text or text.isspace():
                if record.column == header:
                    problems.append(Problem(attribute, record.trouble))
                else:
                    values[attribute] = None
                continue
            try:
                values[attribute] = reader(text)
            except ValueError as error:
                problems.append(Problem(attribute, str(error)))
                continue
            # A deleted record is skipped; what else it says, another such column too, does not matter.
            if attribute == "deleted" and values[attribute]:
                return {"deleted": True}
        problems += [
            Problem(name, "is empty") for name in self._required if name in values and values[name] is None
        ]
        return tuple(problems) or values


def _reader(column: Column, zone: tzinfo) -> Callable[[str], Any]:
    """Return the reader of a column's cells; it raises ValueError with the reason for the user."""
    field = column.field
    type_ = WireType.ID if field.is_id else field.type
    if type_ is WireType.STRING:
        return lambda text: _read_string(field, text)
    if column.from_connector:
        zone = UTC

    def read_cell(text: str) -> Any:
        try:
            value = read(type_, text.lower() if type_ is WireType.BOOLEAN else text, zone)
        except ValueError:
            raise ValueError(f"{shown(text)} is not {_KINDS_OF_VALUE[type_]}") from None
        if type_ is WireType.DECIMAL and len(text) > MAX_DECIMALS:
            check_digits(value)
        return value

    # Dates, amounts and rates repeat from record to record; Ids do not.
    return read_cell if type_ is WireType.ID else lru_cache(CACHED_VALUES)(read_cell)


def _read_string(field: Field, text: str) -> str:
    if field.length is not None and len(text) > field.length:
        raise ValueError(f"has {len(text)} characters; the most are {field.length}")
    if field.values and text not in field.values:
        raise ValueError(f"{shown(text)} is none of {', '.join(field.values)}")
    return clean_text(text)


def shown(text: str) -> str:
    """Return a value as a reason shows it: quoted, on one line, shortened."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "...")
