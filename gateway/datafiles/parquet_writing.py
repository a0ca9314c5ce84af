"""Writing Parquet: rows become batches of columns, batches become row groups."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

from gateway.datafiles.columns import Column, ColumnType, RowWriter, Value, as_text
from gateway.datafiles.formats import UnwritableFile, missing_pyarrow

BATCH_ROWS = 4_096
"""Rows that are Python's at a time."""

GROUP_ROWS = 102_400
"""Rows of a row group, which waits in memory as columns: readers want tens of thousands at least."""

_FROM_TEXT: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.DECIMAL: Decimal,
    ColumnType.INTEGER: int,
    ColumnType.BOOLEAN: lambda text: text == "true",
    ColumnType.DATE: date.fromisoformat,
    ColumnType.TIMESTAMP: datetime.fromisoformat,
}


class ParquetWriter(RowWriter):
    """Writes rows to a stream of bytes.

    Raises:
        UnwritableFile: pyarrow is not installed.
    """

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], opened: ExitStack) -> None:
        super().__init__(opened)
        try:
            import pyarrow as pa  # noqa: PLC0415  # an extra: most gateways do not have it
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError as error:
            opened.close()
            raise missing_pyarrow(getattr(stream, "name", "The output"), UnwritableFile) from error
        self._pa = pa
        self._columns = columns
        self._schema = pa.schema([(column.name, _type(pa, column)) for column in columns])
        self._waiting: list[Any] = []
        self._writer = pq.ParquetWriter(_Forward(stream), self._schema)

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows; decimals must fit their columns."""
        left = iter(rows)
        while batch := list(islice(left, BATCH_ROWS)):
            cells = zip(*batch, strict=True)
            arrays = [
                self._pa.array([_typed(column, cell) for cell in of_column], _type(self._pa, column))
                for column, of_column in zip(self._columns, cells, strict=True)
            ]
            self._waiting.append(self._pa.record_batch(arrays, schema=self._schema))
            if sum(batch.num_rows for batch in self._waiting) >= GROUP_ROWS:
                self._write_group()

    def _write_group(self) -> None:
        self._writer.write_table(self._pa.Table.from_batches(self._waiting, self._schema))
        self._waiting = []

    def _finish(self) -> None:
        if self._waiting:
            self._write_group()
        self._writer.close()


class _Forward:
    """A stream that is only written to; pyarrow asks where it is, and a pipe cannot say."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._written = 0

    def write(self, content: bytes) -> int:
        self._stream.write(content)
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream to those who opened it."""


def _type(pa: Any, column: Column) -> Any:
    match column.type:
        case ColumnType.TEXT:
            return pa.string()
        case ColumnType.DECIMAL:
            return pa.decimal128(38, column.decimals)
        case ColumnType.INTEGER:
            return pa.int64()
        case ColumnType.BOOLEAN:
            return pa.bool_()
        case ColumnType.DATE:
            return pa.date32()
        case ColumnType.TIMESTAMP:
            return pa.timestamp("ms", "UTC")


def _typed(column: Column, value: Value) -> Any:
    """Return a value as its column's type; text is read as the value that it stands for."""
    if value is None:
        return None
    if column.type is ColumnType.TEXT:
        return as_text(value)
    if isinstance(value, str):
        value = _FROM_TEXT[column.type](value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value
