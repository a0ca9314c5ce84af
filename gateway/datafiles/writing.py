"""Writing rows of typed values: CSV, JSON Lines and Parquet, as a stream."""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO, cast

from gateway.datafiles.columns import Column, RowWriter, Value, as_text
from gateway.datafiles.formats import Format, UnwritableFile, format_of
from gateway.datafiles.parquet_writing import ParquetWriter

GZIP_LEVEL = 6
"""gzip's own; Python's 9 takes three times as long for a hundredth of the size."""


def open_writer(
    target: Path | BinaryIO,
    columns: Sequence[Column],
    format: str | None = None,  # noqa: A002  # as the option
    *,
    named: Path | None = None,
) -> RowWriter:
    """Open a file for rows.

    Args:
        target: A path, which is written over, or a stream. A path that ends in ``.gz`` is compressed.
        columns: In order.
        format: Without it, the path's ending says it.
        named: Its ending counts in place of the target's, which is to have this name later.

    Raises:
        UnreadableFile: Nothing says the format.
        UnwritableFile: The file cannot be created, or pyarrow is not installed.
    """
    found, is_gzip = format_of(named or (target if isinstance(target, Path) else Path("stream")), format)
    with ExitStack() as opened:
        stream = opened.enter_context(_create(target)) if isinstance(target, Path) else target
        if is_gzip:
            # No name and no moment: the same rows are the same bytes.
            packed = opened.enter_context(gzip.GzipFile("", "wb", GZIP_LEVEL, stream, mtime=0))
            stream = cast("BinaryIO", packed)
        if found is Format.PARQUET:
            return ParquetWriter(stream, columns, opened.pop_all())
        return _TEXTS[found](stream, columns, opened.pop_all())


def write_rows(
    target: Path | BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    format: str | None = None,  # noqa: A002  # as the option
) -> None:
    """Write a whole file of rows; see ``open_writer``."""
    with open_writer(target, columns, format) as writer:
        writer.write(rows)


def _create(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise UnwritableFile(f"{path} cannot be written: {error.strerror}.") from error


class _TextWriter(RowWriter):
    def __init__(self, stream: BinaryIO, columns: Sequence[Column], opened: ExitStack) -> None:
        super().__init__(opened)
        self._names = [column.name for column in columns]
        self._text = TextIOWrapper(cast("IO[bytes]", stream), encoding="utf-8", newline="")

    def _finish(self) -> None:
        # Flushes, and leaves the stream to those who opened it.
        self._text.detach()


class _CsvWriter(_TextWriter):
    def __init__(self, stream: BinaryIO, columns: Sequence[Column], opened: ExitStack) -> None:
        super().__init__(stream, columns, opened)
        self._rows = csv.writer(self._text, lineterminator="\n")
        self._rows.writerow(self._names)

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write records; no value is an empty cell."""
        self._rows.writerows([as_text(value) for value in row] for row in rows)


class _JsonlWriter(_TextWriter):
    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write objects; decimals are strings, since most readers make floats of JSON's numbers."""
        for row in rows:
            values = (
                value if value is None or isinstance(value, (str, int)) else as_text(value) for value in row
            )
            self._text.write(_ENCODE(dict(zip(self._names, values, strict=True))) + "\n")


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_TEXTS: dict[Format, type[_CsvWriter] | type[_JsonlWriter]] = {
    Format.CSV: _CsvWriter,
    Format.JSONL: _JsonlWriter,
}
