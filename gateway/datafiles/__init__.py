"""Tables in files: CSV, JSON Lines and Parquet, read and written row by row in memory that does not grow.

A leaf: it knows neither the contract nor the engine. What is read is text (decimals plain and exact, dates
in ISO form), so that one set of readers of values serves every format and every door.
"""

from gateway.datafiles.columns import Column, ColumnType, RowWriter, Value
from gateway.datafiles.formats import ENDINGS, Format, UnreadableFile, UnwritableFile, format_of
from gateway.datafiles.reading import open_rows
from gateway.datafiles.rows import Row, Rows
from gateway.datafiles.writing import open_writer, write_rows

__all__ = [
    "ENDINGS",
    "Column",
    "ColumnType",
    "Format",
    "Row",
    "RowWriter",
    "Rows",
    "UnreadableFile",
    "UnwritableFile",
    "Value",
    "format_of",
    "open_rows",
    "open_writer",
    "write_rows",
]
