"""The result file of a job: what became of each row.

It is written under another name and gets its own when every row of the job is in it, so that whoever finds
the file finds all of it.
"""

import csv
import fcntl
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from gateway.service.failures import DiskFull, InvalidArgument
from gateway.service.jobs.outcomes import RowOutcome

HEADER = ("file", "row", "outcome", "Id", "AdjustmentNumber", "code", "field", "message", "brought")

DONE, TRIED, REFUSED, NOT_DONE, UNKNOWN = "done", "would be done", "refused", "not done", "unknown"

PARTIAL = ".partial"
"""Behind the name of a result file that is not complete."""


class ResultFile:
    """A result file while it is written, a context manager; ``complete`` gives it its name.

    Attributes:
        codes: How many rows were refused with each error code.
        partial: Its name until then.

    Args:
        path: Its name in the end.
        sources: Those of the job.
        dry_run: Nothing was written: what was not refused would have been done.

    Raises:
        InvalidArgument: Another process writes it now.
        OSError: It cannot be written.
    """

    def __init__(self, path: Path, sources: Sequence[str], *, dry_run: bool = False) -> None:
        self.path = path
        self.codes: Counter[str] = Counter()
        self._sources = sources
        self._done = TRIED if dry_run else DONE
        self.partial = path.with_name(path.name + PARTIAL)
        self._file = self._opened()
        self._rows = csv.writer(self._file)
        self._rows.writerow(HEADER)

    def _opened(self) -> TextIO:
        """Open the partial file, for this process alone while it lives, and empty it."""
        file = self.partial.open("a", encoding="utf-8", newline="")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # What another process completed meanwhile has its name already.
            own = os.path.samestat(os.fstat(file.fileno()), self.partial.stat())
        except (BlockingIOError, FileNotFoundError):
            own = False
        if not own:
            file.close()
            raise InvalidArgument(f"Another process writes {self.path} now.") from None
        file.truncate(0)
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what could not be written was told of
            self._file.close()

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        """Write what became of rows."""
        rows = list(map(self._cells, outcomes))
        with self._writing():
            self._rows.writerows(rows)

    def _cells(self, outcome: RowOutcome) -> Sequence[object]:
        file, row = self._sources[outcome.source], outcome.position
        if not outcome.errors:
            brought = " ".join([number for _, number in outcome.brought]) if outcome.brought else ""
            return (file, row, self._done, outcome.id or "", outcome.number or "", "", "", "", brought)
        first = outcome.errors[0]
        self.codes[first.code] += 1
        said = "; ".join(error.message for error in outcome.errors)
        return (file, row, REFUSED, "", "", first.code, first.field or "", said, "")

    def add_not_done(self, source: int, position: int) -> None:
        """Write that a row was not done."""
        self._add_alone(source, position, NOT_DONE)

    def add_unknown(self, source: int, position: int) -> None:
        """Write that nobody knows whether a row was done: its answer was lost."""
        self._add_alone(source, position, UNKNOWN)

    def _add_alone(self, source: int, position: int, outcome: str) -> None:
        with self._writing():
            self._rows.writerow((self._sources[source], position, outcome, "", "", "", "", "", ""))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DiskFull(self.partial, error) from error

    def complete(self) -> None:
        """Give the file its name, once it is on the disk."""
        with self._writing():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.partial.replace(self.path)


def shown_names(sources: Sequence[str]) -> list[str]:
    """Return sources as the result file shows them: the names of files, unless two have the same."""
    names = [Path(source).name if Path(source).is_absolute() else source for source in sources]
    return names if len(set(names)) == len(names) else list(sources)
