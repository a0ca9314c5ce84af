"""Rows of CSV: comma-separated UTF-8, with or without a byte order mark, with any line ends.

Bytes that are not UTF-8 arrive as lone surrogates, so that they can be named by line and column.
"""

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from operator import itemgetter
from pathlib import Path
from typing import IO, Self, cast

from gateway.datafiles.formats import UnreadableFile
from gateway.datafiles.rows import MAX_ROW_CHARACTERS, Row, Rows

_UNDECODED = re.compile("[\udc80-\udcff]")


class CsvRows(Rows):
    """The rows of a CSV file; blank headers are columns that nobody can ask for.

    Raises:
        UnreadableFile: The file cannot be opened, or its header cannot be read.
    """

    def __init__(self, path: Path, *, is_gzip: bool) -> None:
        super().__init__(path)
        content = gzip.GzipFile(fileobj=self._file) if is_gzip else self._file
        self._text = TextIOWrapper(
            cast("IO[bytes]", content), encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        self._lines = _Lines(self._text)
        self._reader = csv.reader(self._lines, strict=True)
        try:
            self._header = self._read_header()
        except BaseException:
            self.close()
            raise
        self.names = tuple(name for name in self._header if name)

    def close(self) -> None:
        """Close the file."""
        self._text.close()
        super().close()

    def __iter__(self) -> Iterator[Row]:
        """Read the rows behind the header; lines without a cell are none."""
        width = len(self._header)
        names, pick = self._picked()
        for line, cells, trouble in self._records():
            if trouble:
                yield Row(line, {}, trouble)
            elif len(cells) != width:
                yield Row(line, {}, f"has {len(cells)} cells where the header has {width}")
            else:
                picked = pick(cells)
                values = dict(zip(names, picked, strict=True))
                if "" in picked:
                    values = {name: cell for name, cell in values.items() if cell}
                text = "".join(values.values())
                if not text.isascii() and _UNDECODED.search(text):
                    yield _undecoded(line, values)
                else:
                    yield Row(line, values)

    def cells(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        """Read the cells of these columns alone; bytes that are not UTF-8 stay lone surrogates."""
        width = len(self._header)
        places = [self._header.index(name) for name in names]
        none = [""] * len(places)
        for _, cells, trouble in self._records():
            yield none if trouble or len(cells) != width else [cells[place] for place in places]

    def _picked(self) -> tuple[list[str], Callable[[Sequence[str]], Sequence[str]]]:
        """Return the names of the columns to read, and what takes their cells out of all."""
        wanted = [
            position
            for position, name in enumerate(self._header)
            if name and (self._kept is None or name in self._kept)
        ]
        names = [self._header[position] for position in wanted]
        if len(wanted) == len(self._header):
            return names, lambda cells: cells
        if len(wanted) > 1:
            return names, itemgetter(*wanted)
        return names, lambda cells: [cells[position] for position in wanted]  # one, or none

    def _read_header(self) -> list[str]:
        record = next(self._records(), None)
        if record is None:
            raise UnreadableFile(f"{self._path} is empty.")
        _, cells, trouble = record
        if trouble or _UNDECODED.search("".join(cells)):
            raise UnreadableFile(f"{self._path}: the header {trouble or 'is not UTF-8'}.")
        header = [cell.strip() for cell in cells]
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise UnreadableFile(f"{self._path}: the header has {twice[0]} twice.")
        if not any(header):
            raise UnreadableFile(f"{self._path}: the header names no column.")
        return header

    def _records(self) -> Iterator[tuple[int, list[str], str]]:
        """Read records with cells: the line on which each begins, its cells, and why it cannot be read."""
        lines = self._lines
        while True:
            line = lines.begin_record()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, [], f"is no CSV: {error}"
            except (OSError, EOFError, zlib.error) as error:
                raise self._broken(error) from error
            else:
                if cells:
                    yield line, cells, ""


class _Lines:
    """The lines of a text, for a reader of records; a record that is too long is refused."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._read = text.readline
        self._number = 0
        self._left = MAX_ROW_CHARACTERS

    def begin_record(self) -> int:
        """Let the next line begin a record, and return its number."""
        self._left = MAX_ROW_CHARACTERS
        return self._number + 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._read(MAX_ROW_CHARACTERS + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._left -= len(line)
        if self._left < 0:
            self._skip(line)
            raise csv.Error(f"a record of more than {MAX_ROW_CHARACTERS:,} characters")
        return line

    def _skip(self, line: str) -> None:
        """Read on to the end of this line, without keeping it."""
        while line and not line.endswith(("\n", "\r")):
            line = self._read(MAX_ROW_CHARACTERS)


def _undecoded(line: int, values: dict[str, str]) -> Row:
    """Return a row of which a cell is not UTF-8: the first is named, none of them is given."""
    bad = [name for name, cell in values.items() if _UNDECODED.search(cell)]
    good = {name: cell for name, cell in values.items() if name not in bad}
    return Row(line, good, "is not UTF-8", bad[0])
