"""Rows of JSON Lines: an object on each line. Its numbers are read as the text they are, never as floats."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import count
from pathlib import Path
from typing import IO, Any, cast

from gateway.datafiles.formats import UnreadableFile
from gateway.datafiles.rows import MAX_CELL_CHARACTERS, MAX_ROW_CHARACTERS, Row, Rows

MAX_EXPONENT = 60
"""``1e60`` is written out, ``1e999999999`` is not: no number kept anywhere has so many digits."""

_ENDLESS = Decimal("1e1000")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class JsonlRows(Rows):
    """The rows of a JSON Lines file.

    Raises:
        UnreadableFile: The file cannot be opened, or is empty.
    """

    def __init__(self, path: Path, *, is_gzip: bool) -> None:
        super().__init__(path)
        self._content = cast("IO[bytes]", gzip.GzipFile(fileobj=self._file)) if is_gzip else self._file
        self._lines = self._read_lines()
        try:
            first = next(self._lines, None)
        except BaseException:
            self.close()
            raise
        if first is None:
            self.close()
            raise UnreadableFile(f"{path} is empty.")
        self._first = first
        try:
            self.names = tuple(_parse(first[1])) if first[1] else ()
        except ValueError:
            self.names = ()  # the row itself will say so

    def close(self) -> None:
        """Close the file."""
        self._content.close()
        super().close()

    def __iter__(self) -> Iterator[Row]:
        """Read the rows; blank lines are none."""
        yield self._row(*self._first)
        for number, line in self._lines:
            yield self._row(number, line)

    def _row(self, number: int, line: bytes) -> Row:
        if not line:
            return Row(number, {}, f"is a line of more than {MAX_ROW_CHARACTERS:,} bytes")
        try:
            found = _parse(line)
        except ValueError as error:
            return Row(number, {}, str(error))
        values: dict[str, str] = {}
        trouble = column = ""
        for name, value in found.items():
            if value is None or value == "" or (self._kept is not None and name not in self._kept):
                continue
            reason = "" if isinstance(value, str) else "is a nested value"
            if isinstance(value, bool):
                values[name] = "true" if value else "false"
                continue
            reason = reason or _wrong_with(value)
            if not reason:
                values[name] = value
            elif not trouble and not self._passed_over(name):
                trouble, column = reason, name
        return Row(number, values, trouble, column)

    def _read_lines(self) -> Iterator[tuple[int, bytes]]:
        """Read lines that are not blank, with their numbers; one that is too long is given empty."""
        for number in count(1):
            try:
                line = self._content.readline(MAX_ROW_CHARACTERS + 1)
                is_long = len(line) > MAX_ROW_CHARACTERS
                rest = line if is_long else b""
                while rest and not rest.endswith(b"\n"):
                    rest = self._content.readline(MAX_ROW_CHARACTERS)
            except (OSError, EOFError, zlib.error) as error:
                raise self._broken(error) from error
            if not line:
                return
            if number == 1:
                line = line.removeprefix(_BYTE_ORDER_MARK)
            if is_long or not line.isspace():
                yield number, b"" if is_long else line


def _parse(line: bytes) -> dict[str, Any]:
    """Return the object of a line, its numbers as plain text; ValueError has the reason otherwise."""
    try:
        text = line.decode().rstrip()
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("is no JSON: it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004  # of the file, not of a caller
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"has {next(name for name in names if names.count(name) > 1)} twice")
    return found


def _number(text: str) -> str:
    """Return a number with a point or an exponent without the exponent."""
    if "e" not in text and "E" not in text:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = _ENDLESS
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"has a number with an exponent beyond {MAX_EXPONENT}")
    return format(number, "f")


def _no_number(text: str) -> str:
    raise ValueError(f"is no JSON: {text} is no number")


# Whole numbers are text too: Python refuses to read those of thousands of digits, and takes long before.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=str, parse_constant=_no_number
)


def _wrong_with(text: str) -> str:
    if len(text) > MAX_CELL_CHARACTERS:
        return f"has more than {MAX_CELL_CHARACTERS:,} characters"
    # An escape can name half a character, which no other encoding can write.
    return "is not UTF-8" if not text.isascii() and _SURROGATES.search(text) else ""
