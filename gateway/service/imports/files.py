"""The files of an import: which object a file holds, which columns it has, and its rows one by one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.fields import Field
from gateway.contract.lexical import clean_text
from gateway.datafiles import Row, UnreadableFile, open_rows
from gateway.service.failures import FileBreaksOff, InvalidArgument
from gateway.service.imports.kinds import DELETED, HISTORY, KINDS, FileKind

_NAMES = [kind.name for kind in KINDS]
_BY_STEM = {kind.name.lower(): kind for kind in KINDS}
# InvoiceItem.csv, invoice_item.parquet, zuora_invoice_item_data.csv.gz; a part: InvoiceItem-2.csv
_FILE_NAME = re.compile(
    r"(?:zuora_)?([a-z_]+?)(?:_data)?(?:[-_. ]?\d[\d_-]*)?(?:\.csv|\.csv\.gz|\.parquet)", re.IGNORECASE
)
_ENDINGS = (".csv", ".csv.gz", ".parquet")


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
        if file.name.lower().endswith(_ENDINGS) and not file.name.startswith(".") and file.is_file()
    )
    if not files:
        raise InvalidArgument(f"{path} has no CSV files and no Parquet files. {_known_names()}")
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
    return (
        f"Known are {names}, a connector's zuora_invoice_item_data.csv, parts (InvoiceItem-2.csv), and the "
        "same with .csv.gz and .parquet."
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read.

    Attributes:
        header: As the file has it.
        field: What it holds.
        from_connector: The header is in a connector's snake case.
    """

    header: str
    field: Field
    from_connector: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, read.

    Attributes:
        columns: No two of the same attribute, but for ``deleted``.
        ignored: The headers that the import does not know, in order.
    """

    columns: tuple[Column, ...]
    ignored: tuple[str, ...]


def read_header(file: ImportFile, cells: Sequence[str]) -> Header:
    """Read the names of a file's columns.

    Raises:
        InvalidArgument: A column is there twice, or a required one is not there.
    """
    columns: list[Column] = []
    first: dict[str, Column] = {}
    ignored: list[str] = []
    for cell in cells:
        header = clean_text(cell).strip()
        field, from_connector = _field_of(file.kind, header)
        if field is None:
            ignored += [header] if header else []
            continue
        column = Column(header, field, from_connector)
        columns.append(column)
        same = first.setdefault(field.attribute, column)
        # A connector marks what is gone beside the mark of the source itself: either counts.
        if same is not column and field is not DELETED:
            raise InvalidArgument(f"{file.name}: the columns {same.header} and {header} are the same.")
    missing = [file.kind.label(name) for name in file.kind.required if name not in first]
    if missing:
        raise InvalidArgument(f"{file.name}: the header lacks {', '.join(missing)}.")
    return Header(tuple(columns), tuple(ignored))


def _field_of(kind: FileKind, header: str) -> tuple[Field | None, bool]:
    """Return what a header names, and whether it does so in a connector's way."""
    if header in kind.by_header:
        return kind.by_header[header], False
    if header == header.lower() and not header.startswith("_"):
        return kind.by_connector_header.get(header.replace("_", "")), True
    return None, False


class OpenFile:
    """One file while it is read, a context manager; ``header`` is read first.

    Raises:
        InvalidArgument: The file cannot be opened, or its header cannot be read.
    """

    def __init__(self, file: ImportFile) -> None:
        try:
            self._rows = open_rows(file.path)
        except UnreadableFile as error:
            raise InvalidArgument(str(error)) from error
        try:
            self.header = read_header(file, self._rows.names)
        except BaseException:
            self.close()
            raise
        self._rows.keep([column.header for column in self.header.columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    @property
    def bytes_done(self) -> int:
        """How far the file has been read, in bytes."""
        return self._rows.bytes_done

    def records(self) -> Iterator[Row]:
        """Read the rows behind the header, one by one.

        Raises:
            FileBreaksOff: The file is damaged.
        """
        try:
            yield from self._rows
        except UnreadableFile as error:
            raise FileBreaksOff(str(error)) from error
