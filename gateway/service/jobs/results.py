"""The result file of a job: what became of each row.

It is written under another name and gets its own when every row of the job is in it, so that whoever finds
the file finds all of it.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.service.jobs.outcomes import RowOutcome

HEADER = ("file", "row", "outcome", "Id", "AdjustmentNumber", "code", "field", "message", "brought")

DONE, TRIED, REFUSED, NOT_DONE, UNKNOWN = "done", "would be done", "refused", "not done", "unknown"

PARTIAL = ".partial"
"""Behind the name of a result file that is not complete."""


class ResultFile:
    """A result file while it is written, a context manager; ``complete`` gives it its name.

    Attributes:
        codes: How many rows were refused with each error code.

    Args:
        path: Its name in the end.
        sources: Those of the job.
        dry_run: Nothing was written: what was not refused would have been done.
    """

    def __init__(self, path: Path, sources: Sequence[str], *, dry_run: bool = False) -> None:
        self.path = path
        self.codes: Counter[str] = Counter()
        self._sources = sources
        self._done = TRIED if dry_run else DONE
        self._partial = path.with_name(path.name + PARTIAL)
        self._file = self._partial.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        """Write what became of rows."""
        self._rows.writerows(map(self._cells, outcomes))

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
        self._rows.writerow((self._sources[source], position, NOT_DONE, "", "", "", "", "", ""))

    def add_unknown(self, source: int, position: int) -> None:
        """Write that nobody knows whether a row was done: its answer was lost."""
        self._rows.writerow((self._sources[source], position, UNKNOWN, "", "", "", "", "", ""))

    def complete(self) -> None:
        """Give the file its name, once it is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self.path)


def shown_names(sources: Sequence[str]) -> list[str]:
    """Return sources as the result file shows them: the names of files, unless two have the same."""
    names = [Path(source).name if Path(source).is_absolute() else source for source in sources]
    return names if len(set(names)) == len(names) else list(sources)
