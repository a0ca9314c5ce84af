"""What is written to a file: columns with their types, and the text of a value."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import TracebackType
from typing import NamedTuple, Self

Value = str | Decimal | int | bool | date | datetime | None
"""A cell; text stands for any of the others as it would be written."""

DECIMALS = 12
"""What a decimal may have after its point in Parquet, with 26 before: decimal128 has 38 digits at most."""


class ColumnType(Enum):
    """What a column holds."""

    TEXT = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


class Column(NamedTuple):
    """One column of a file that is written."""

    name: str
    type: ColumnType = ColumnType.TEXT
    decimals: int = DECIMALS


class RowWriter(ABC):
    """Writes rows to one file, a context manager; they are all in it after ``close`` and not before.

    Args:
        opened: Closes the streams below.
    """

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is not written yet, and close the file; a stream that was given stays open."""
        with self._opened:
            self._finish()

    @abstractmethod
    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows: values in the order of the columns, datetimes aware."""

    @abstractmethod
    def _finish(self) -> None:
        """Hand everything down."""


def as_text(value: Value) -> str | None:
    """Return a value as text: decimals plain, dates and moments in ISO form, moments with their offset."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a moment is aware"
        return value.isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
