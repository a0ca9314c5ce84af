"""Opening a file of any format."""

from pathlib import Path

from gateway.datafiles.csv_rows import CsvRows
from gateway.datafiles.formats import Format, format_of
from gateway.datafiles.jsonl_rows import JsonlRows
from gateway.datafiles.parquet_rows import ParquetRows
from gateway.datafiles.rows import Rows


def open_rows(path: Path, format: str | None = None) -> Rows:  # noqa: A002  # as the option
    """Open a file to read its rows; close it after use.

    Args:
        path: Its ending says the format, and whether gzip compresses it.
        format: Says the format in place of the ending.

    Raises:
        UnreadableFile: It cannot be opened, has no columns or one twice, or nothing says its format.
    """
    found, is_gzip = format_of(path, format)
    if found is Format.CSV:
        return CsvRows(path, is_gzip=is_gzip)
    if found is Format.JSONL:
        return JsonlRows(path, is_gzip=is_gzip)
    return ParquetRows(path)
