"""What an import tells its caller: how far it is, and what became of the files' rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gateway.service.imports.files import Header, ImportFile
from gateway.service.imports.rows import Problem, Row


@dataclass(slots=True)
class ChunkOutcome:
    """What became of a chunk's rows.

    Attributes:
        outside_window: Invoices whose balance is not between zero and their amount.
        problems: By the line of the row.
        postponed: Rows that may fit once the rest of their file is loaded.
        highest_count: The highest count in the adjustment numbers that were added.
    """

    added: int = 0
    updated: int = 0
    outside_window: int = 0
    problems: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    postponed: list[Row] = field(default_factory=list)
    highest_count: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """One reason why a row was not loaded; a row may have several.

    Attributes:
        line: On which the row begins in its file, from 1.
        column: As the file spells it, or as the contract does when the file lacks it; "" for the whole row.
    """

    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file's rows: read = added + updated + deleted + bad, unless nothing was loaded.

    Attributes:
        object_name: What the file holds.
        deleted: Rows that the source marks as deleted; they are skipped.
        outside_window: Invoices whose balance is not between zero and their amount, loaded all the same.
        ignored_columns: Headers that the import does not know.
    """

    file: str
    object_name: str
    ignored_columns: tuple[str, ...] = ()
    read: int = 0
    added: int = 0
    updated: int = 0
    deleted: int = 0
    bad: int = 0
    outside_window: int = 0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an import.

    Attributes:
        files: In the order of loading; those that an aborted import did not come to are not among them.
        bad_rows: In the order of the files and lines; only so many are kept.
        unnamed: How many more reasons there were.
        aborted: Nothing was loaded.
    """

    files: tuple[FileReport, ...]
    bad_rows: tuple[BadRow, ...]
    unnamed: int = 0
    aborted: bool = False

    @property
    def bad(self) -> int:
        """How many rows were refused."""
        return sum(report.bad for report in self.files)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; it begins again when the database makes its transaction run again.

    Attributes:
        file: The file that is read now.
        rows: Rows read, of all files.
        bytes_done: Bytes read, of all files.
        bytes_total: The size of all files.
    """

    file: str
    rows: int
    bytes_done: int
    bytes_total: int


@dataclass(slots=True)
class Tally:
    """The counts of a running import.

    Attributes:
        most_kept: How many reasons to keep.
    """

    most_kept: int
    reports: list[FileReport] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    unnamed: int = 0

    @property
    def current(self) -> FileReport:
        """The file that is read now."""
        return self.reports[-1]

    @property
    def rows(self) -> int:
        """Rows read, of all files."""
        return sum(report.read for report in self.reports)

    def begin(self, file: ImportFile, header: Header) -> None:
        """Begin the next file."""
        self.reports.append(FileReport(file.name, file.kind.name, header.ignored))

    def count_read(self, read: int, deleted: int) -> None:
        """Add records that were read of the current file, deleted ones among them."""
        now = self.current
        self.reports[-1] = replace(now, read=now.read + read, deleted=now.deleted + deleted)

    def count(self, outcome: ChunkOutcome) -> None:
        """Add what became of a chunk of the current file."""
        now = self.current
        self.reports[-1] = replace(
            now,
            added=now.added + outcome.added,
            updated=now.updated + outcome.updated,
            bad=now.bad + len(outcome.problems),
            outside_window=now.outside_window + outcome.outside_window,
        )

    def name(self, bad_rows: Iterable[BadRow]) -> None:
        """Keep reasons, as many as there is room for."""
        for bad_row in bad_rows:
            if len(self.bad_rows) < self.most_kept:
                self.bad_rows.append(bad_row)
            else:
                self.unnamed += 1

    def result(self) -> ImportResult:
        """Return the result of an import that went through."""
        return ImportResult(tuple(self.reports), tuple(self.bad_rows), self.unnamed)

    def result_of_nothing(self) -> ImportResult:
        """Return the result of an import whose work was taken back."""
        undone = tuple(replace(report, added=0, updated=0, outside_window=0) for report in self.reports)
        return ImportResult(undone, tuple(self.bad_rows), self.unnamed, aborted=True)
