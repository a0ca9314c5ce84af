"""Rows of Parquet, batch by batch. pyarrow is an extra, and imported only here and where Parquet is written.

Cells become the text that CSV would have. Decimals are exact. A float is taken only if the decimal it stands
for is certain: each decimal of up to 15 digits has a float of its own, whose shortest form it is; the
remains of a computation (0.30000000000000004) have more digits, and are refused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.datafiles.formats import UnreadableFile, missing_pyarrow
from gateway.datafiles.rows import MAX_CELL_CHARACTERS, Row, Rows

BATCH_ROWS = 4_096
"""Rows that are here at a time: enough that a batch costs little, few enough for wide tables."""

BUFFER_BYTES = 65_536
"""What is read ahead of each column: without it, whole columns of a row group are here at once."""

REPEATED_BYTES = 16
"""A column with fewer bytes for a row has its texts once for many rows; an Id alone has 32."""

SMALL_CHUNK_BYTES = 2_097_152
"""Writers give a column's repeated texts at most 1 MiB of a row group; what is small is read as repeated."""

CERTAIN_DIGITS = 15
"""The digits that every decimal keeps on its way through a double (C's DBL_DIG)."""


class _Trouble(str):
    """In place of a cell: why it cannot be read."""

    __slots__ = ()


class ParquetRows(Rows):
    """The rows of a Parquet file.

    Raises:
        UnreadableFile: The file cannot be opened, or pyarrow is not installed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._table = _open(path)
        except BaseException:
            super().close()
            raise
        self.names = tuple(self._table.schema_arrow.names)
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice or not self.names:
            self.close()
            reason = f"has {twice[0]} twice" if twice else "names no column"
            raise UnreadableFile(f"{path}: the header {reason}.")
        self._rows_done = 0
        self._repeated: dict[str, _Repeated] = defaultdict(_Repeated)

    def close(self) -> None:
        """Close the file."""
        self._table.close()
        super().close()

    @property
    def bytes_done(self) -> int:
        """How far the file has been read: the part of its size that is the part of its rows."""
        rows: int = self._table.metadata.num_rows
        return self.bytes_total * self._rows_done // rows if rows else self.bytes_total

    def __iter__(self) -> Iterator[Row]:
        """Read the rows."""
        names = [name for name in self.names if self._kept is None or name in self._kept]
        batches = self._table.iter_batches(BATCH_ROWS, columns=names, use_threads=False)
        while (batch := self._next(batches)) is not None:
            columns = [
                _as_text(column, self._repeated[name])
                for name, column in zip(names, batch.columns, strict=True)
            ]
            first = self._rows_done + 1
            self._rows_done += batch.num_rows
            if columns:
                yield from _in_rows(names, columns, first)
            else:
                yield from (Row(position, {}) for position in range(first, self._rows_done + 1))

    def _next(self, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        # What is wrong with a file arrives as any of these: pyarrow's errors are both.
        except (OSError, ValueError, MemoryError) as error:
            raise self._broken(error) from error


def _open(path: Path) -> Any:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  # an extra: most gateways do not have it
    except ImportError as error:
        raise missing_pyarrow(path, UnreadableFile) from error
    try:
        with pq.ParquetFile(path) as table:
            repeated = _repeated_texts(table)
        return pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False, read_dictionary=repeated)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UnreadableFile(f"{path} cannot be read as Parquet: {reason}") from error


def _repeated_texts(table: Any) -> list[str]:
    """Return the columns of text that a file has only once for many rows, by its own account.

    They are kept so while they are read: it is faster, and a long one is not here once for each row.
    """
    groups = [table.metadata.row_group(number) for number in range(table.metadata.num_row_groups)]
    found = []
    for position in range(table.metadata.num_columns):
        chunks = [group.column(position) for group in groups]
        size = sum(chunk.total_uncompressed_size for chunk in chunks)
        values = sum(chunk.num_values for chunk in chunks)
        is_small = all(chunk.total_uncompressed_size <= SMALL_CHUNK_BYTES for chunk in chunks)
        if is_small or size < REPEATED_BYTES * values:
            found.append(table.metadata.schema.column(position).path)
    return found


def _in_rows(names: Sequence[str], columns: Sequence[Sequence[str | None]], first: int) -> Iterator[Row]:
    troubled = any(isinstance(cell, _Trouble) for cells in columns for cell in cells)
    for position, cells in enumerate(zip(*columns, strict=True), first):
        values = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        if not troubled:
            yield Row(position, values)
            continue
        bad = {name: cell for name, cell in values.items() if isinstance(cell, _Trouble)}
        good = {name: cell for name, cell in values.items() if name not in bad}
        column, trouble = next(iter(bad.items()), ("", ""))
        yield Row(position, good, str(trouble), column)


class _Repeated:
    """The texts that a column repeats, read once for all batches that have the same."""

    def __init__(self) -> None:
        self._dictionary: Any = None
        self._texts: list[str | None] = []

    def of(self, dictionary: Any) -> list[str | None]:
        """Return the texts of a dictionary, and None behind them."""
        if self._dictionary is None or not dictionary.equals(self._dictionary):
            self._dictionary = dictionary
            self._texts = [*_as_text(dictionary, self), None]
        return self._texts


def _as_text(column: Any, repeated: _Repeated) -> list[str | None]:
    """Return a column's cells as text; the empty ones are None or empty."""
    import pyarrow as pa  # noqa: PLC0415  # it is here: a file is open

    type_ = column.type
    if pa.types.is_dictionary(type_):
        texts = repeated.of(column.dictionary)
        return [texts[-1 if place is None else place] for place in column.indices.to_pylist()]
    for is_it, read in _readers(pa.types):
        if is_it(type_):
            return read(pa, column)
    return _each(column, lambda _: _Trouble(f"is a {type_}, which is no single value"))


_Reader = Callable[[Any, Any], list[str | None]]


def _readers(types: Any) -> list[tuple[Callable[[Any], bool], _Reader]]:
    """Return what reads each type of column, the frequent ones first."""
    return [
        (types.is_string, _strings),
        (types.is_large_string, _strings),
        (types.is_decimal, _decimals),
        (types.is_timestamp, _timestamps),
        (types.is_date, lambda pa, column: _list(column.cast(pa.date32()).cast(pa.string()))),
        (types.is_boolean, lambda pa, column: _list(column.cast(pa.string()))),
        (types.is_integer, lambda pa, column: _list(column.cast(pa.string()))),
        (types.is_floating, lambda pa, column: _each(column.cast(pa.float64()), _exact)),
        (types.is_null, lambda _, column: _list(column)),
        (types.is_binary, _bytes),
        (types.is_large_binary, _bytes),
    ]


def _list(column: Any) -> list[str | None]:
    found: list[str | None] = column.to_pylist()
    return found


def _each(column: Any, read: Callable[[Any], str]) -> list[str | None]:
    return [None if cell is None else read(cell) for cell in column.to_pylist()]


def _strings(pa: Any, column: Any) -> list[str | None]:
    if _longest(column) > MAX_CELL_CHARACTERS:
        return _bytes(pa, column.cast(pa.large_binary()))
    try:
        return _list(column)
    except UnicodeDecodeError:
        return _bytes(pa, column.cast(pa.large_binary()))


def _longest(column: Any) -> int:
    import pyarrow.compute as pc  # noqa: PLC0415  # it is here: a file is open

    longest: int | None = pc.max(pc.binary_length(column)).as_py()
    return longest or 0


def _bytes(_: Any, column: Any) -> list[str | None]:
    """Read text that is not marked as text: older writers do not."""
    return _each(column, _decoded)


def _decoded(cell: bytes) -> str:
    try:
        text = cell.decode()
    except UnicodeDecodeError:
        return _Trouble("is not UTF-8")
    if len(text) > MAX_CELL_CHARACTERS:
        return _Trouble(f"has more than {MAX_CELL_CHARACTERS:,} characters")
    return text


def _decimals(pa: Any, column: Any) -> list[str | None]:
    """Read decimals without the zeros that their column's scale adds."""
    return [None if text is None else _plain(text) for text in _list(column.cast(pa.string()))]


def _plain(text: str) -> str:
    if "E" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _timestamps(pa: Any, column: Any) -> list[str | None]:
    """Read moments: with a zone as UTC, without one as the local time that is written."""
    if column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    return _each(column.cast(pa.string()), lambda text: text.replace(" ", "T", 1))


def _exact(number: float) -> str:
    # No arithmetic is done: the shortest form is the decimal that was written, if it is short enough.
    shortest = repr(number)
    if shortest in {"nan", "inf", "-inf"}:
        return _Trouble(f"is a float that is no number ({shortest})")
    exact = Decimal(shortest)
    if len(exact.normalize().as_tuple().digits) > CERTAIN_DIGITS:
        return _Trouble(f"is a float that stands for no certain decimal ({shortest}); write it as one")
    return _plain(format(exact, "f"))
