"""The files of an import: which object a file holds, which columns it has, and its records one by one.

A file is read as a stream: never more than one record of it is here at a time.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.fields import Field
from gateway.contract.lexical import clean_text
from gateway.service.failures import InvalidArgument
from gateway.service.imports.kinds import DELETED, HISTORY, KINDS, FileKind

_UNDECODED = re.compile("[\udc80-\udcff]")

_NAMES = [kind.name for kind in KINDS]
_BY_STEM = {kind.name.lower(): kind for kind in KINDS}
# InvoiceItem.csv, invoice_item.csv, zuora_invoice_item_data.csv; a part: InvoiceItem-2.csv
_FILE_NAME = re.compile(r"(?:zuora_)?([a-z_]+?)(?:_data)?(?:[-_. ]?\d[\d_-]*)?\.csv", re.IGNORECASE)


@dataclass(frozen=True)
class ImportFile:
    """A file and what it holds."""

    path: Path
    kind: FileKind

    @property
    def name(self) -> str:
        """The path as it was given."""
        return str(self.path)


def find_files(paths: Iterable[Path], catalog: Catalog = CONTRACT) -> list[ImportFile]:
    """Return the files at these paths and in these folders, in the order of loading.

    Args:
        paths: In any order.
        catalog: The objects as the tenant has them, with the declared fields.

    Raises:
        InvalidArgument: A path or a folder's content is nothing that can be imported.
    """
    found: dict[Path, ImportFile] = {}
    for path in paths:
        for file in _files_at(path):
            found.setdefault(file.resolve(), ImportFile(file, _kind_of(file, catalog)))
    return sorted(found.values(), key=lambda file: _NAMES.index(file.kind.name))


def _files_at(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() == ".csv" and not file.name.startswith(".") and file.is_file()
    )
    if not files:
        raise InvalidArgument(f"{path} has no CSV files. {_known_names()}")
    return files


def _kind_of(path: Path, catalog: Catalog) -> FileKind:
    match = _FILE_NAME.fullmatch(path.name)
    stem = match[1].replace("_", "").lower() if match else ""
    if stem not in _BY_STEM:
        raise InvalidArgument(f"{path}: its name does not say what it holds. {_known_names()}")
    kind = _BY_STEM[stem]
    return replace(kind, object_type=catalog.by_name[kind.name]) if kind.name in HISTORY else kind


def _known_names() -> str:
    names = ", ".join(f"{kind.name}.csv" for kind in KINDS)
    return f"Known are {names}, a connector's zuora_invoice_item_data.csv, and parts: InvoiceItem-2.csv."


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read.

    Attributes:
        position: Its place in each record, from 0.
        header: As the file has it.
        field: What it holds.
        from_connector: The header is in a connector's snake case.
    """

    position: int
    header: str
    field: Field
    from_connector: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a file, read.

    Attributes:
        columns: No two of the same attribute, but for ``deleted``.
        width: How many cells every record has.
        ignored: The headers that the import does not know, in order.
    """

    columns: tuple[Column, ...]
    width: int
    ignored: tuple[str, ...]


def read_header(file: ImportFile, cells: Sequence[str]) -> Header:
    """Read a file's first record.

    Raises:
        InvalidArgument: A column is there twice, or a required one is not there.
    """
    columns: list[Column] = []
    first: dict[str, Column] = {}
    ignored: list[str] = []
    for position, cell in enumerate(cells):
        header = clean_text(cell).strip()
        field, from_connector = _field_of(file.kind, header)
        if field is None:
            ignored += [header] if header else []
            continue
        column = Column(position, header, field, from_connector)
        columns.append(column)
        same = first.setdefault(field.attribute, column)
        # A connector marks what is gone beside the mark of the source itself: either counts.
        if same is not column and field is not DELETED:
            raise InvalidArgument(f"{file.name}: the columns {same.header} and {header} are the same.")
    missing = [file.kind.label(name) for name in file.kind.required if name not in first]
    if missing:
        raise InvalidArgument(f"{file.name}: the header lacks {', '.join(missing)}.")
    return Header(tuple(columns), len(cells), tuple(ignored))


def _field_of(kind: FileKind, header: str) -> tuple[Field | None, bool]:
    """Return what a header names, and whether it does so in a connector's way."""
    if header in kind.by_header:
        return kind.by_header[header], False
    if header == header.lower() and not header.startswith("_"):
        return kind.by_connector_header.get(header.replace("_", "")), True
    return None, False


@dataclass(frozen=True, slots=True)
class Cells:
    """One record of a file.

    Attributes:
        line: The line of the file on which it begins, from 1.
        trouble: Why it cannot be read; "" when it can.
    """

    line: int
    values: list[str]
    trouble: str = ""


class OpenFile:
    """One file while it is read, a context manager; ``header`` is read first.

    Bytes that are not UTF-8 arrive as lone surrogates, so that they can be named by line and column.

    Raises:
        InvalidArgument: The file cannot be opened, or its header cannot be read.
    """

    def __init__(self, file: ImportFile) -> None:
        try:
            self._bytes = file.path.open("rb")
        except OSError as error:
            raise InvalidArgument(f"{file.name} cannot be read: {error.strerror}.") from error
        self._text = TextIOWrapper(self._bytes, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._reader = csv.reader(self._text, strict=True)
        try:
            self.header = read_header(file, _header_cells(file, next(self._records(), None)))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._text.close()

    @property
    def bytes_done(self) -> int:
        """How far the file has been read, in bytes."""
        return self._bytes.tell()

    def records(self) -> Iterator[Cells]:
        """Read the records behind the header, one by one."""
        width = self.header.width
        for record in self._records():
            if not record.trouble and len(record.values) != width:
                trouble = f"has {len(record.values)} cells where the header has {width}"
                yield Cells(record.line, [], trouble)
            else:
                yield record

    def _records(self) -> Iterator[Cells]:
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Cells(line, [], f"is no CSV: {error}")
            else:
                if cells:
                    yield Cells(line, cells)


def _header_cells(file: ImportFile, record: Cells | None) -> list[str]:
    if record is None:
        raise InvalidArgument(f"{file.name} is empty.")
    if record.trouble or not is_utf_8("".join(record.values)):
        trouble = record.trouble or "is not UTF-8"
        raise InvalidArgument(f"{file.name}: the header {trouble}.")
    return record.values


def is_utf_8(text: str) -> bool:
    """Say whether a text that an OpenFile read was UTF-8 in the file."""
    return text.isascii() or not _UNDECODED.search(text)
