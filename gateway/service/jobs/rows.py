"""The rows of a job: read from files, and packed into chunks."""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from gateway.contract.lexical import clean_text
from gateway.datafiles import Format, Row, Rows, UnreadableFile, format_of, open_rows
from gateway.service.failures import InvalidArgument
from gateway.service.job_ports import JobKind
from gateway.service.jobs.columns import Columns
from gateway.service.records import Record

SOAP = "soap"
"""The format of saved ``create`` envelopes, one in a file."""

_BLOCK = 1 << 20

Envelopes = Callable[[bytes], list[Record]]
"""Reads the records of a saved envelope; it raises a Failure when there are none to read."""


class JobRow(NamedTuple):
    """One row of a job: a plain tuple, for it is copied to disk, to another process and back.

    Attributes:
        source: Which of the job's sources it is from, counted from 0.
        position: Its line in a CSV or JSON Lines file, from 1; elsewhere the row's count.
        values: Text by the contract's names of the fields.
        trouble: Why it could not be read; "" when it could.
        column: The field whose cell that is about; "" when it is the whole row.
        fields_to_null: As the two behind it, what only an envelope can say: see ``Record``.
    """

    source: int
    position: int
    values: dict[str, str]
    trouble: str = ""
    column: str = ""
    fields_to_null: Sequence[str] = ()
    ambiguous: Sequence[str] = ()
    foreign: Sequence[str] = ()

    def record(self) -> Record:
        """Return the row as a record."""
        return Record(self.values, [*self.fields_to_null], [*self.ambiguous], [*self.foreign])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a job, done in one transaction.

    Attributes:
        number: From 1, without gaps, in the order of the plan.
        lane: Chunks of one lane wait for each other, in order; those of none wait for nobody.
    """

    number: int
    rows: Sequence[JobRow]
    lane: str = ""

    def __reduce__(self) -> tuple[Callable[..., "Chunk"], tuple[object, ...]]:
        """Pickle the rows as ``flat_rows`` has them: a chunk goes to another process."""
        return _from_flat, (self.number, flat_rows(self.rows), self.lane)


FlatRows = tuple[list[tuple[str, ...]], list[tuple[Any, ...]]]
"""What pickles in half the time that rows take: the names that rows have, once each, and of each row its
source, its position, which names it has and its values; or, with -1, the row's others as they are."""


def flat_rows(rows: Iterable[JobRow]) -> FlatRows:
    """Return rows as they are best pickled."""
    places: dict[tuple[str, ...], int] = {}
    flat: list[tuple[Any, ...]] = []
    for row in rows:
        source, position, values, *others = row
        if any(others):
            flat.append((source, position, -1, row[2:]))
        else:
            place = places.setdefault((*values,), len(places))
            flat.append((source, position, place, (*values.values(),)))
    return list(places), flat


def rows_of(flat: FlatRows) -> list[JobRow]:
    """Return the rows that ``flat_rows`` made flat."""
    names, rows = flat
    return [
        JobRow(source, position, dict(zip(names[place], values, strict=True)))
        if place >= 0
        else JobRow(source, position, *values)
        for source, position, place, values in rows
    ]


def _from_flat(number: int, flat: FlatRows, lane: str) -> Chunk:
    return Chunk(number, rows_of(flat), lane)


def pack(content: object) -> bytes:
    """Return plain values as compressed JSON."""
    # Level 1: a quarter of the time of the usual one for a tenth more bytes.
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(packed: bytes) -> list[list[object]]:
    """Return what was packed."""
    content: list[list[object]] = json.loads(zlib.decompress(packed))
    return content


def pack_chunk(chunk: Chunk) -> bytes:
    """Return a chunk's lane and rows as they are staged in the database."""
    return pack([[chunk.lane], *chunk.rows])


def unpack_chunk(number: int, packed: bytes) -> Chunk:
    """Return a staged chunk."""
    (lane,), *rows = unpack(packed)
    return Chunk(number, [JobRow(*row) for row in rows], str(lane))  # type: ignore[arg-type]


def fingerprint(kind: JobKind, paths: Sequence[Path]) -> str:
    """Return what tells the content of these files, for this kind of job, from any other.

    Raises:
        InvalidArgument: A file cannot be read.
    """
    whole = sha256(kind.encode())
    for path in paths:
        one = sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    one.update(block)
        except OSError as error:
            raise InvalidArgument(f"{path} cannot be read: {error.strerror}.") from error
        whole.update(one.digest())
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """How far files have been read."""

    file: str
    rows: int
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The files of a job.

    Attributes:
        paths: In the order in which they are read.
        columns: What their columns may be.
        envelopes: Reads a saved envelope.
        format: Of all of them; None is by each one's name.
    """

    paths: Sequence[Path]
    columns: Columns
    envelopes: Envelopes
    format: str | None = None

    def rows(self, progress: Callable[[Reading], None]) -> Iterator[JobRow]:
        """Read all rows, one by one.

        Raises:
            InvalidArgument: A file cannot be read, or its columns do not fit.
        """
        sizes = [path.stat().st_size for path in self.paths]
        count = 0
        for source, path in enumerate(self.paths):
            before, total = sum(sizes[:source]), sum(sizes)
            with self._opened(source, path) as (rows, bytes_done):
                for row in rows:
                    yield row
                    count += 1
                    if count % _ROWS_BETWEEN_NEWS == 0:
                        progress(Reading(str(path), count, before + bytes_done(), total))

    def invoices(self) -> Iterator[str]:
        """Read what names each row's invoice, and nothing else: a third of the time that all takes.

        The files have columns: see ``have_columns``. What ``rows`` would mend or refuse comes as it is.

        Raises:
            InvalidArgument: As for ``rows``.
        """
        for path in self.paths:
            with self._as_table(path) as (rows, names):
                headers = {name: header for header, name in names.items()}
                wanted = [headers[name] for name in ("InvoiceId", "InvoiceNumber") if name in headers]
                for cells in rows.cells(wanted):
                    yield next(filter(None, cells), "")

    def have_columns(self) -> bool:
        """Say whether some columns of the files can be read without the others."""
        try:
            return not any(
                self._is_soap(path) or format_of(path, self.format)[0] is Format.JSONL for path in self.paths
            )
        except UnreadableFile:
            return False  # reading it says why

    @contextmanager
    def _opened(self, source: int, path: Path) -> Iterator[tuple[Iterable[JobRow], Callable[[], int]]]:
        """Give a file's rows, and what says how far it is read."""
        if self._is_soap(path):
            yield self._of_envelope(source, path), lambda: 0
            return
        with self._as_table(path) as (rows, names):
            # What is passed over may be unreadable.
            if format_of(path, self.format)[0] is Format.JSONL:
                rows.pass_over(lambda header: self.columns.name_of(header) == "")
                yield (_read_any(source, row, names, self.columns) for row in rows), lambda: rows.bytes_done
                return
            rows.keep([header for header, name in names.items() if name])
            others = {} if all(name in {header, ""} for header, name in names.items()) else names
            yield (_read(source, row, others) for row in rows), lambda: rows.bytes_done

    @contextmanager
    def _as_table(self, path: Path) -> Iterator[tuple[Rows, Mapping[str, str]]]:
        """Give a file's rows as they are, and the field of each header."""
        try:
            with open_rows(path, self.format) as rows:
                names = self.columns.read_header(str(path), rows.names)
                if format_of(path, self.format)[0] is not Format.JSONL:
                    self.columns.require(str(path), names.values())
                yield rows, names
        except UnreadableFile as error:
            raise InvalidArgument(str(error)) from error

    def _is_soap(self, path: Path) -> bool:
        return self.format == SOAP or (self.format is None and path.suffix.lower() == ".xml")

    def _of_envelope(self, source: int, path: Path) -> Iterable[JobRow]:
        try:
            records = self.envelopes(path.read_bytes())
        except InvalidArgument as failure:
            raise InvalidArgument(f"{path}: {failure.message}") from failure
        for position, record in enumerate(records, 1):
            yield JobRow(
                source,
                position,
                record.values,
                fields_to_null=record.fields_to_null,
                ambiguous=record.ambiguous,
                foreign=record.foreign,
            )


_ROWS_BETWEEN_NEWS = 1000


def invoice_of(row: JobRow) -> str:
    """Return what names the row's invoice; "" when nothing does, which refuses the row."""
    values = row.values
    return values.get("InvoiceId") or values.get("InvoiceNumber") or ""


def _read(source: int, row: Row, names: Mapping[str, str]) -> JobRow:
    """Read a row with the columns of its header: its values by the contract's names.

    No names say that the columns have those already.
    """
    values = row.values
    if names:
        values = {names[header]: text for header, text in values.items()}
    if not "".join(values.values()).isprintable():
        values = {name: clean_text(text) for name, text in values.items()}
    if row.trouble:
        return JobRow(source, row.position, values, row.trouble, names.get(row.column, row.column))
    return JobRow(source, row.position, values)


def _read_any(source: int, row: Row, names: Mapping[str, str], columns: Columns) -> JobRow:
    """Read a row of JSON Lines, which may have columns that the first one had not."""
    values: dict[str, str] = {}
    ambiguous: list[str] = []
    for header, text in row.values.items():
        name = names[header] if header in names else columns.name_of(header)
        # What nobody knows stays, to be refused by its name.
        name = header if name is None else name
        if name in values:
            ambiguous.append(name)
        elif name:
            values[name] = clean_text(text)
    column = names.get(row.column, "") or row.column
    return JobRow(source, row.position, values, row.trouble, column, ambiguous=ambiguous)
