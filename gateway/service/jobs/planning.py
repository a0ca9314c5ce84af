"""The plan of a job: which rows are done together, the same each time for the same files and options.

In most exports the rows of an invoice stand together. Files of which one look is sure of that are read once
more while the job runs: a ``Stream``. Elsewhere the rows of an invoice may be scattered over the files, and
the files may have any size. All rows are therefore spooled into a temporary folder first: into one of 256
parts by their invoice, or into one alone when they are few. Then each part is read by itself and its rows are
brought together. Memory holds one part, and of an invoice no more than one piece.
"""

import pickle
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, groupby, islice, pairwise
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from zlib import crc32

from gateway.service.failures import InvalidArgument
from gateway.service.jobs.rows import Chunk, JobFiles, JobRow, flat_rows, invoice_of, rows_of

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
        in_order: Rows are taken as they come, whatever their invoices: ``most`` of them in a chunk, or all
            up to the next cut.
    """

    rows: int
    most: int | None
    in_order: bool = False


class Plan(ABC):
    """The rows of a job in chunks.

    Attributes:
        rows: How many there are.
        divided: Invoices with more rows than ``most``, among the chunks that were given last.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.rows = 0
        self.divided = 0

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
                held.extend(group.rows)
        if held:
            yield Chunk(number + 1, held)

    @abstractmethod
    def _groups(self) -> Iterator["_Group"]:
        """Give the rows of one invoice after the other."""


class RowsLost(Exception):  # noqa: N818  # no error of ours: somebody wrote into the files
    """The files of a job are not any more what they were when it began; no more of it is done."""


MOST_INVOICES = 200_000
"""Files with more invoices are spooled: to be sure that none comes again all are kept, some 25 MB of them."""


class Stream(Plan):
    """The rows of files in which those of each invoice stand together, read while the job runs.

    Args:
        layout: How rows become chunks.
        files: Have columns.
    """

    def __init__(self, layout: Layout, files: JobFiles) -> None:
        super().__init__(layout)
        self._files = files
        self._before = self._stats()

    def _stats(self) -> list[tuple[int, int, int]]:
        return [(s.st_ino, s.st_size, s.st_mtime_ns) for s in (path.stat() for path in self._files.paths)]

    def looks_together(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Count the rows, and say whether those of each invoice stand together.

        False, too, when that is not sure: there are too many invoices, or one whose name has characters to
        mend; or when it was stopped.
        """
        known: set[str] = set()
        last, self.rows = "", 0
        for invoice in self._files.invoices():
            self.rows += 1
            # Rows that name no invoice are refused, wherever they stand.
            if invoice not in {last, ""}:
                if invoice in known or len(known) == MOST_INVOICES or not invoice.isprintable():
                    return False
                known.add(invoice)
                last = invoice
            if stopping():
                return False
        return True

    def chunks(self) -> Iterator[Chunk]:
        """Give the chunks in order.

        Raises:
            RowsLost: Somebody wrote into a file meanwhile; its chunks so far are as it was.
        """
        try:
            for chunk in super().chunks():
                self._require_unchanged()
                yield chunk
            self._require_unchanged()
        except (InvalidArgument, OSError) as failure:
            raise RowsLost(str(failure)) from failure

    def _require_unchanged(self) -> None:
        if self._stats() != self._before:
            names = ", ".join(map(str, self._files.paths))
            raise RowsLost(f"{names}: not what it was when the job began.")

    def _groups(self) -> Iterator["_Group"]:
        for invoice, rows in groupby(self._files.rows(lambda _: None), invoice_of):
            pieces = _pieces(rows, self._layout.most)
            piece, second = next(pieces), next(pieces, None)
            if second is None:
                yield _Group(piece)
                continue
            self.divided += bool(invoice)
            for each in chain((piece, second), pieces):
                yield _Group(each, invoice)


def _pieces(rows: Iterator[JobRow], most: int | None) -> Iterator[list[JobRow]]:
    while piece := list(islice(rows, most)):
        yield piece


class Spool(Plan):
    """All rows of a job in a temporary folder; a context manager, the folder goes with it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-job-")))
        self._parts = [_Part(self._open("first"))]
        self._cuts: list[int] = []

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
            number = crc32(invoice_of(row).encode()) % len(self._parts) if len(self._parts) > 1 else 0
            self._parts[number].put(row)
            self.rows += 1
            if stopping():
                break
        for part in self._parts:
            part.flush()

    def cut(self) -> None:
        """Let no chunk of rows in order have some of those so far and some of those to come."""
        self._cuts.append(self.rows)

    def _divide(self) -> None:
        (first,) = self._parts
        self._parts = [_Part(self._open(str(number))) for number in range(PARTS)]
        for row in first.rows():
            self._parts[crc32(invoice_of(row).encode()) % PARTS].put(row)

    def _groups(self) -> Iterator["_Group"]:
        for part in self._parts:
            yield from self._in_order(part) if self._layout.in_order else self._by_invoice(part)

    def _in_order(self, part: "_Part") -> Iterator["_Group"]:
        rows = part.rows()
        for begin, end in pairwise([0, *self._cuts, self.rows]):
            for piece in _pieces(islice(rows, end - begin), self._layout.most):
                yield _Group(piece, IN_ORDER)

    def _by_invoice(self, part: "_Part") -> Iterator["_Group"]:
        groups: dict[str, list[JobRow]] = {}
        begun: set[str] = set()
        for row in part.rows():
            key = invoice_of(row)
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
        pickle.dump(flat_rows(self._waiting), self._file, pickle.HIGHEST_PROTOCOL)
        self._waiting.clear()

    def flush(self) -> None:
        """Write what waits, so that a full disk shows before the first row is done."""
        if self._waiting:
            self._write()
        self._file.flush()

    def rows(self) -> Iterator[JobRow]:
        """Read all rows again, in order."""
        self.flush()
        self._file.seek(0)
        while True:
            try:
                # Written above, into a folder that is this user's alone.
                some = pickle.load(self._file)  # noqa: S301
            except EOFError:
                return
            yield from rows_of(some)
