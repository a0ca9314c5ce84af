"""The plan of a job: which rows are done together, the same each time for the same files and options.

The rows of an invoice may be scattered over the files, and the files may have any size. All rows are
therefore spooled into a temporary folder first: into one of 256 parts by their invoice, or into one alone
when they are few. Then each part is read by itself and its rows are brought together. Memory holds one part,
and of an invoice no more than one piece.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from zlib import crc32

from gateway.service.jobs.rows import Chunk, JobRow

PARTS = 256
"""So many files are open at once; of 5,000,000 rows each has 20,000."""

ROWS_IN_ONE_PART = 50_000
"""Up to these the rows stay in one part, and so in the order in which their invoices appear."""

IN_ORDER = "in order"
"""The lane of all chunks of a job whose rows are taken as they come."""

_ROWS_IN_A_WRITE = 500


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows become chunks.

    Attributes:
        rows: The most rows of a chunk that holds several invoices.
        most: The most rows of an invoice in one chunk; further ones follow in chunks of their own.
        in_order: Rows are taken as they come, whatever their invoices.
    """

    rows: int
    most: int
    in_order: bool = False


class Spool:
    """All rows of a job in a temporary folder; a context manager, the folder goes with it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-job-")))
        self._parts = [_Part(self._open("first"))]
        self.rows = 0
        self.divided = 0
        """Invoices with more rows than ``most``, among the chunks that were given so far."""

    def _open(self, name: str) -> IO[bytes]:
        return self._stack.enter_context((self._folder / name).open("w+b"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def fill(self, rows: Iterable[JobRow], stopping: Callable[[], bool] = lambda: False) -> None:
        """Take all rows, or those before a stop."""
        for row in rows:
            if self.rows == ROWS_IN_ONE_PART and not self._layout.in_order:
                self._divide()
            part = crc32(_invoice_of(row).encode()) % len(self._parts) if len(self._parts) > 1 else 0
            self._parts[part].put(row)
            self.rows += 1
            if stopping():
                break

    def _divide(self) -> None:
        (first,) = self._parts
        self._parts = [_Part(self._open(str(number))) for number in range(PARTS)]
        for row in first.rows():
            self._parts[crc32(_invoice_of(row).encode()) % PARTS].put(row)

    def chunks(self) -> Iterator[Chunk]:
        """Give the chunks in order; the numbers depend on the rows and the layout alone."""
        self.divided = 0
        number, held = 0, list[JobRow]()
        for group in self._groups():
            if held and (group.lane or len(held) + len(group.rows) > self._layout.rows):
                number += 1
                yield Chunk(number, held)
                held = []
            if group.lane:
                number += 1
                yield Chunk(number, group.rows, group.lane)
            else:
                held = held + group.rows if held else group.rows
        if held:
            yield Chunk(number + 1, held)

    def _groups(self) -> Iterator["_Group"]:
        for part in self._parts:
            yield from self._in_order(part) if self._layout.in_order else self._by_invoice(part)

    def _in_order(self, part: "_Part") -> Iterator["_Group"]:
        rows = part.rows()
        while some := list(islice(rows, self._layout.rows)):
            yield _Group(some, IN_ORDER)

    def _by_invoice(self, part: "_Part") -> Iterator["_Group"]:
        groups: dict[str, list[JobRow]] = {}
        begun: set[str] = set()
        for row in part.rows():
            key = _invoice_of(row)
            rows = groups.setdefault(key, [])
            if len(rows) == self._layout.most:
                # It is certain only now that more follow.
                begun.add(key)
                yield _Group(rows, key)
                rows = groups[key] = []
            rows.append(row)
        self.divided += len(begun - {""})
        for key, rows in groups.items():
            yield _Group(rows, key if key in begun else "")


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one invoice: all of them, or, in a lane of their own, a piece."""

    rows: list[JobRow]
    lane: str = ""


class _Part:
    """A file of rows, written some hundreds at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting: list[JobRow] = []

    def put(self, row: JobRow) -> None:
        self._waiting.append(row)
        if len(self._waiting) == _ROWS_IN_A_WRITE:
            self._write()

    def _write(self) -> None:
        # Pickled together, the names of the fields are written once.
        pickle.dump(list(map(tuple, self._waiting)), self._file, pickle.HIGHEST_PROTOCOL)
        self._waiting.clear()

    def rows(self) -> Iterator[JobRow]:
        """Read all rows again, in order."""
        if self._waiting:
            self._write()
        self._file.seek(0)
        while True:
            try:
                # Written above, into a folder that is this user's alone.
                some = pickle.load(self._file)  # noqa: S301
            except EOFError:
                return
            yield from map(JobRow._make, some)


def _invoice_of(row: JobRow) -> str:
    """Return what names the row's invoice; "" when nothing does, which refuses the row."""
    values = row.values
    return values.get("InvoiceId") or values.get("InvoiceNumber") or ""
