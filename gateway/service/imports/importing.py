"""Importing what accountants keep, accounts, invoices, items and adjustments from CSV and Parquet files.

Files are loaded chunk by chunk, each object after those it refers to. With ``OnError.SKIP`` every chunk is
a transaction of its own; with ``OnError.ABORT`` the whole import is one, so that nothing of it stays when a
row is bad. Memory holds one chunk, whatever the size of the files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, tzinfo
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Protocol

from gateway.datafiles import Row as FileRow
from gateway.service.calls import ADJUSTMENT_KINDS
from gateway.service.configuration import Configurations
from gateway.service.ids import new_ids
from gateway.service.imports.chunks import load_chunk
from gateway.service.imports.duplicates import Duplicates
from gateway.service.imports.files import Header, ImportFile, OpenFile, find_files
from gateway.service.imports.kinds import FileKind
from gateway.service.imports.postponed import Postponed
from gateway.service.imports.results import BadRow, ChunkOutcome, ImportResult, Progress, Tally
from gateway.service.imports.rows import Problem, Row, RowReader
from gateway.service.imports.rules import Terms
from gateway.service.ports import Store, Transaction

CHUNK_ROWS = 5_000
"""Rows in one transaction: enough that statements are few, few enough that locks are short."""

ABORT_AFTER = 20
"""Bad rows after which an aborted import stops looking for more: they show what is wrong with a file."""

MAX_KEPT_REASONS = 10_000
"""Reasons that a result keeps, so that a file of nothing but bad rows does not fill the memory."""

_LEFT_OUT = (Problem("", "is left out: all rows of this file are loaded or none, and another one is bad"),)


class OnError(StrEnum):
    """What a bad row means for the others."""

    ABORT = "abort"
    SKIP = "skip"


class _Aborted(Exception):  # noqa: N818  # no error: it takes the transaction back
    """A bad row ends the import."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__()
        self.result = result


class Importing:
    """The use case of importing files.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        configurations: What the tenant keeps.
        currencies: The tenant's own currencies with their decimals.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        configurations: Configurations,
        *,
        currencies: dict[str, int],
    ) -> None:
        self._store = store
        self._clock = clock
        self._configurations = configurations
        self._currencies = currencies

    def load(
        self,
        paths: Iterable[Path],
        *,
        on_error: OnError = OnError.ABORT,
        balances_include_ours: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> ImportResult:
        """Load files, and the files of folders.

        Args:
            paths: In any order; their objects decide which is loaded first.
            on_error: ABORT loads all or nothing, SKIP leaves bad rows out.
            balances_include_ours: The files' balances already hold the adjustments made here.
            progress: Is told after every chunk.

        Raises:
            InvalidArgument: A file is unknown, cannot be read or has no usable header; nothing was loaded.
            LockCompetition: Others held the same invoices for too long. With ABORT nothing was loaded, with
                SKIP the chunks before were.
            FileBreaksOff: A file is damaged behind its beginning; the same holds.
            TemporaryTrouble: The database cannot be reached; the same holds.
        """
        configuration = self._configurations.current()
        files = find_files(paths, configuration.catalog)
        for file in files:
            OpenFile(file).close()
        zone, now = configuration.settings.zone, self._clock()
        (import_id,) = new_ids(1, now)
        terms = Terms(balances_include_ours, self._currencies, zone, import_id)

        def load_in(tx: Transaction, kind: FileKind, rows: Sequence[Row], *, is_last: bool) -> ChunkOutcome:
            return load_chunk(tx, kind, rows, terms, now, is_last=is_last)

        def load_alone(kind: FileKind, rows: Sequence[Row], *, is_last: bool) -> ChunkOutcome:
            def work(tx: Transaction) -> ChunkOutcome:
                outcome = load_in(tx, kind, rows, is_last=is_last)
                _count_beyond(tx, {kind.name: outcome.highest_count})
                return outcome

            return self._store.write(work)

        def load_all(tx: Transaction) -> ImportResult:
            highest: dict[str, int] = {}

            def load_part(kind: FileKind, rows: Sequence[Row], *, is_last: bool) -> ChunkOutcome:
                outcome = load_in(tx, kind, rows, is_last=is_last)
                highest[kind.name] = max(highest.get(kind.name, 0), outcome.highest_count)
                return outcome

            result = _Run(zone, progress, load_part, ABORT_AFTER).load(files)
            # As a call that creates: the counters are locked last.
            _count_beyond(tx, highest)
            return result

        if on_error is OnError.SKIP:
            return _Run(zone, progress, load_alone).load(files)
        try:
            return self._store.write(load_all)
        except _Aborted as aborted:
            return aborted.result


def _count_beyond(tx: Transaction, highest: Mapping[str, int]) -> None:
    """Let new adjustments be numbered behind the highest that were added, by the objects' names."""
    for name, count in highest.items():
        if count:
            tx.count_beyond(ADJUSTMENT_KINDS[name], count)


class _Load(Protocol):
    """Loads a chunk."""

    def __call__(self, kind: FileKind, rows: Sequence[Row], *, is_last: bool) -> ChunkOutcome: ...


class _Run:
    """One pass over all files.

    Args:
        zone: The tenant's.
        progress: Is told after every chunk.
        load: Loads a chunk.
        abort_after: How many bad rows to look for before aborting; None never aborts.
    """

    def __init__(
        self,
        zone: tzinfo,
        progress: Callable[[Progress], None],
        load: _Load,
        abort_after: int | None = None,
    ) -> None:
        self._zone = zone
        self._progress = progress
        self._load = load
        self._abort_after = abort_after
        self._tally = Tally(MAX_KEPT_REASONS if abort_after is None else abort_after)

    def load(self, files: Sequence[ImportFile]) -> ImportResult:
        """Load the files in order; _Aborted is raised behind the first that has a bad row."""
        sizes = [file.path.stat().st_size for file in files]
        for position, file in enumerate(files):
            self._load_file(file, sum(sizes[:position]), sum(sizes))
            # Files behind this one refer to it: what is wrong with them may be only a consequence.
            if self._abort_after is not None and self._tally.current.bad:
                raise _Aborted(self._tally.result_of_nothing())
        return self._tally.result()

    def _load_file(self, file: ImportFile, bytes_before: int, bytes_total: int) -> None:
        with (
            OpenFile(file) as opened,
            closing(Duplicates(file.kind)) as duplicates,
            closing(Postponed()) as postponed,
        ):
            self._tally.begin(file, opened.header)
            reader = RowReader(opened.header, file.kind.required, self._zone)
            for chunk in _in_chunks(opened.records()):
                rows, problems, deleted = _read(chunk, reader, duplicates)
                self._tally.count_read(len(chunk), deleted)
                outcome = self._load_rows(file, rows, problems)
                self._settle(file, opened.header, outcome)
                postponed.put(outcome.postponed)
                done = bytes_before + opened.bytes_done
                self._progress(Progress(file.name, self._tally.rows, done, bytes_total))
                if self._has_enough:
                    return
            for rows in postponed.chunks(CHUNK_ROWS):
                self._settle(file, opened.header, self._load(file.kind, rows, is_last=True))
                if self._has_enough:
                    return

    @property
    def _has_enough(self) -> bool:
        return self._abort_after is not None and self._tally.current.bad >= self._abort_after

    def _load_rows(
        self, file: ImportFile, rows: Sequence[Row], problems: dict[int, tuple[Problem, ...]]
    ) -> ChunkOutcome:
        """Load what could be read of a chunk; the outcome has the problems of the rest too."""
        held_back = file.kind.all_or_nothing and bool(problems)
        outcome = ChunkOutcome() if held_back else self._load(file.kind, rows, is_last=False)
        outcome.problems |= problems
        if file.kind.all_or_nothing and outcome.problems:
            outcome.problems = dict.fromkeys((row.line for row in rows), _LEFT_OUT) | outcome.problems
        return outcome

    def _settle(self, file: ImportFile, header: Header, outcome: ChunkOutcome) -> None:
        self._tally.count(outcome)
        self._tally.name(_named(file, header, outcome.problems))


def _in_chunks(records: Iterator[FileRow]) -> Iterator[list[FileRow]]:
    while chunk := list(islice(records, CHUNK_ROWS)):
        yield chunk


def _read(
    records: Iterable[FileRow], reader: RowReader, duplicates: Duplicates
) -> tuple[list[Row], dict[int, tuple[Problem, ...]], int]:
    """Read records: the rows, the problems of the others by line, and how many are marked as deleted."""
    rows: list[Row] = []
    problems: dict[int, tuple[Problem, ...]] = {}
    deleted = 0
    for record in records:
        values = reader.read(record)
        if isinstance(values, tuple):
            problems[record.position] = values
        elif values.get("deleted"):
            deleted += 1
        else:
            row = Row(record.position, values)
            if found := duplicates.find(row):
                problems[record.position] = found
            else:
                rows.append(row)
    return rows, problems, deleted


def _named(file: ImportFile, header: Header, problems: dict[int, tuple[Problem, ...]]) -> Iterator[BadRow]:
    """Name problems by file, line and column, in the order of the lines."""
    headers: dict[str, str] = {}
    for column in header.columns:
        name = column.field.attribute
        headers[name] = f"{headers[name]}, {column.header}" if name in headers else column.header
    for line, found in sorted(problems.items()):
        for problem in found:
            named = headers.get(problem.attribute) or (
                file.kind.label(problem.attribute) if problem.attribute else ""
            )
            yield BadRow(file.name, line, named, problem.reason)
