"""Beginning a job, or going on with one: where its rows come from, and what of it is done.

A job over files keeps their fingerprint and plans them again when it goes on. What a query or another job
gives may be other rows tomorrow: those are staged in the database before the first is done.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.service.callers import Caller
from gateway.service.failures import DiskFull, InvalidArgument
from gateway.service.job_ports import Job, JobKind, JobState, StoredChunk
from gateway.service.jobs.columns import Columns
from gateway.service.jobs.jobs import Jobs
from gateway.service.jobs.planning import Layout, Plan, Spool, Stream
from gateway.service.jobs.rows import Chunk, Envelopes, JobFiles, JobRow, Reading, fingerprint
from gateway.service.querying import Querying

CHUNK_ROWS = 5_000
"""Rows in one transaction: enough that statements are few, few enough that locks are short and a killed
job has little to do again."""

MOST_CHUNK_ROWS = 10_000
"""More save no statements worth the name; they hold the locks of their invoices longer, and memory."""


STREAMED = "streamed"
"""The option of a job whose files are read while it runs: it keeps that plan when it goes on."""


class StoppedReading(Exception):  # noqa: N818  # no error: somebody wants it so
    """A job was stopped while its rows were read; nothing was done."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job that is ready to run.

    Attributes:
        chunks: Those of its plan, done ones among them unless they are staged.
        done: What was done before, in order.
        divided: Says how many invoices are judged in pieces, once the chunks have been given.
    """

    job: Job
    chunks: Iterator[Chunk]
    done: Iterable[StoredChunk] = ()
    divided: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True)
class Starting:
    """Begins jobs and goes on with them.

    Attributes:
        jobs: The jobs there are.
        querying: Runs a job's query.
        envelopes: Reads saved envelopes.
        stopping: Says whether to stop before anything is done.
        reading: Is told how far the files are read.
    """

    jobs: Jobs
    querying: Querying
    envelopes: Envelopes
    stopping: Callable[[], bool] = lambda: False
    reading: Callable[[Reading], None] = lambda _: None

    @contextmanager
    def with_files(
        self,
        caller: Caller,
        kind: JobKind,
        paths: Sequence[Path],
        options: Mapping[str, Any],
        *,
        again: bool = False,
    ) -> Iterator[Prepared]:
        """Begin a job over files.

        Raises:
            InvalidArgument: They cannot be read, or a job had these files already and ``again`` is not said.
        """
        content = fingerprint(kind, paths)
        if not again and not options.get("dry_run"):
            self.jobs.refuse_again(content)
        sources = [str(path.absolute()) for path in paths]
        with self._planned(caller, kind, paths, options) as plan:
            if isinstance(plan, Stream):
                options = {**options, STREAMED: True}
            job = self.jobs.plan(caller, kind, sources, content, options, plan.rows)
            if options.get("distribute"):
                job = self._staged(job, plan, again=again)
            elif not options.get("dry_run"):
                self.jobs.begin(job, again=again)
            yield Prepared(job, plan.chunks(), divided=lambda: plan.divided)

    @contextmanager
    def _planned(
        self, caller: Caller, kind: JobKind, paths: Sequence[Path], options: Mapping[str, Any]
    ) -> Iterator[Plan]:
        """Give the plan of a new job over files."""
        files = self._files(caller, kind, paths, options)
        # What is staged is read whole before the first row is done.
        if kind is JobKind.ADJUST and not options.get("distribute") and files.have_columns():
            stream = Stream(_layout(kind, options), files)
            together = stream.looks_together(self.stopping)
            if self.stopping():
                raise StoppedReading
            if together:
                yield stream
                return
        with self._spooled(caller, kind, paths, options) as spool:
            yield spool

    def _files(
        self, caller: Caller, kind: JobKind, paths: Sequence[Path], options: Mapping[str, Any]
    ) -> JobFiles:
        object_type = caller.configuration.catalog.by_name[INVOICE_ITEM_ADJUSTMENT.name]
        return JobFiles(paths, Columns(kind, object_type), self.envelopes, options.get("format"))

    def _staged(self, job: Job, spool: Plan, *, again: bool = False) -> Job:
        """Store a job with all its rows, and return it as it then runs."""
        self.jobs.begin(replace(job, staged=True, state=JobState.STAGING), again=again)
        self.jobs.stage(job, spool.chunks())
        return replace(job, staged=True)

    @contextmanager
    def _spooled(
        self, caller: Caller, kind: JobKind, paths: Sequence[Path], options: Mapping[str, Any]
    ) -> Iterator[Spool]:
        files = self._files(caller, kind, paths, options)
        with Spool(_layout(kind, options)) as spool:
            self._fill(spool, _with_terms(files.rows(self.reading), options))
            yield spool

    def _fill(self, spool: Spool, rows: Iterable[JobRow]) -> None:
        try:
            spool.fill(rows, self.stopping)
        except OSError as error:
            raise DiskFull(f"{tempfile.gettempdir()} (TMPDIR)", error) from error
        if self.stopping():
            raise StoppedReading

    @contextmanager
    def with_rows(
        self,
        caller: Caller,
        kind: JobKind,
        sets: Iterable[Iterable[JobRow]],
        sources: Sequence[str],
        options: Mapping[str, Any],
    ) -> Iterator[Prepared]:
        """Begin a job over rows that no file has; they are staged first. No chunk has rows of two sets."""
        with Spool(_layout(kind, options)) as spool:
            for rows in sets:
                self._fill(spool, rows)
                spool.cut()
            job = self.jobs.plan(caller, kind, sources, "", options, spool.rows)
            if not options.get("dry_run"):
                job = self._staged(job, spool)
            yield Prepared(job, spool.chunks(), divided=lambda: spool.divided)

    def undoing(
        self, caller: Caller, kind: JobKind, undone: Job, terms: Mapping[str, str], options: Mapping[str, Any]
    ) -> AbstractContextManager[Prepared]:
        """Begin a job that undoes another, the last chunk first, each judged as it was made."""
        sets = self.jobs.undoing(undone, terms)
        sources = [f"job {undone.id}: {source}" for source in undone.sources]
        return self.with_rows(caller, kind, sets, sources, {**options, "together": undone.together})

    def rows_of_query(self, caller: Caller, text: str, terms: Mapping[str, str]) -> Iterator[JobRow]:
        """Give a row for each adjustment that a query finds, in its order.

        Raises:
            MalformedQuery: It cannot be run as written.
            InvalidArgument: It does not select the Ids of invoice item adjustments.
        """
        selection, _, pages = self.querying.stream(caller, text)
        names = [field.name for field in selection.fields]
        if selection.object_type.name != INVOICE_ITEM_ADJUSTMENT.name or "Id" not in names:
            raise InvalidArgument("The query must be like: select Id from InvoiceItemAdjustment where ...")
        place = names.index("Id")
        for position, row in enumerate((row for page in pages for row in page), 1):
            yield JobRow(0, position, {"Id": row[place], **terms})

    @contextmanager
    def with_job(self, caller: Caller, job: Job) -> Iterator[Prepared]:
        """Go on with a job.

        Raises:
            InvalidArgument: Its rows were never staged wholly, or its files have changed.
        """
        paths = [Path(source) for source in job.sources]
        if not job.staged and fingerprint(job.kind, paths) != job.fingerprint:
            raise InvalidArgument(
                f"{', '.join(job.sources)}: not what it was when the job {job.id} began. Nothing was done: "
                "it goes on with the same rows alone."
            )
        if job.staged:
            job = self.jobs.go_on(job)
            yield Prepared(job, self.jobs.staged(job), self.jobs.done(job))
            return
        with ExitStack() as stack:
            if job.options.get(STREAMED):
                plan: Plan = Stream(
                    _layout(job.kind, job.options), self._files(caller, job.kind, paths, job.options)
                )
            else:
                plan = stack.enter_context(self._spooled(caller, job.kind, paths, job.options))
            job = self.jobs.go_on(job)
            yield Prepared(job, plan.chunks(), self.jobs.done(job), lambda: plan.divided)

    def unfinished(self, kind: JobKind, paths: Sequence[Path]) -> Job:
        """Return the job to go on with for these files, wherever they are now.

        Raises:
            InvalidArgument: There is none, or the files have changed since.
        """
        content = fingerprint(kind, paths)
        sources = tuple(str(path.absolute()) for path in paths)
        found = [replace(job, sources=sources) for job in self.jobs.of_content(content)]
        for job in found:
            if job.state is not JobState.FINISHED:
                return job
        if found:
            return found[0]
        for job in self.jobs.newest():
            changed = job.sources == sources and job.fingerprint != content
            if job.kind is kind and changed and job.state not in {JobState.STAGING, JobState.FINISHED}:
                raise InvalidArgument(
                    f"{', '.join(map(str, paths))}: not what it was when the job {job.id} began. Nothing was "
                    "done: it goes on with the same rows alone."
                )
        raise InvalidArgument("There is no job of these files to go on with.")


def _layout(kind: JobKind, options: Mapping[str, Any]) -> Layout:
    if kind is not JobKind.ADJUST:
        # What was judged together is one chunk, however long it is.
        most = None if options.get("together") else options["chunk_rows"]
        return Layout(options["chunk_rows"], most, in_order=True)
    most = options["chunk_rows"] if options.get("one_by_one") else options["most"]
    return Layout(options["chunk_rows"], most)


def _with_terms(rows: Iterator[JobRow], options: Mapping[str, Any]) -> Iterator[JobRow]:
    """Give rows with the values that all share, where a row has none of its own."""
    terms = options.get("terms")
    if not terms:
        return rows
    return (row._replace(values={**terms, **row.values}) for row in rows)
