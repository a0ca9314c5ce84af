"""Running a job for a command: prepared, done in this process or in others, told, resumable."""

import os
import re
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from gateway.bootstrap import (
    Gateway,
    chunk_queue,
    open_chunks,
    open_gateway,
    require_current_database,
    seldom_collected,
)
from gateway.cli.job_progress import JobProgress, Stop, stopped_by_signals
from gateway.service.failures import Failure, InvalidArgument, MalformedQuery
from gateway.service.job_ports import Job, JobKind, JobState
from gateway.service.jobs import Doing, ResultFile, Run, Tally
from gateway.service.jobs.planning import RowsLost
from gateway.service.jobs.results import shown_names
from gateway.service.jobs.starting import Prepared, Starting, StoppedReading
from gateway.settings import Settings
from gateway.soap.saved import read_saved
from gateway.storage.store import database_file
from gateway.workers import Processes

DOOR = "bulk"
_JOB_ID = re.compile("[0-9a-f]{32}")
_LARGE_BYTES = 1_000_000
"""Some 10,000 rows: files from here on are done in processes of their own."""

_LOOK_S = 0.5
"""How often a command that waits for workers looks how far they are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command line asks for.

    Attributes:
        sources: Paths of files; with ``resume`` it may be a job's Id alone.
        query: What finds the adjustments.
        job: The Id of the job to undo.
        user: In whose name.
        options: What the job keeps: see ``Starting``.
        results: Where the result file is written.
        resume: Go on with a job.
        again: Do rows once more that a job did already.
        wait: Wait for workers that do the job.
    """

    kind: JobKind
    sources: tuple[str, ...] = ()
    query: str | None = None
    job: str | None = None
    user: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    results: Path | None = None
    resume: bool = False
    again: bool = False
    wait: bool = True


def run_job(settings: Settings, asked: Asked, processes: int | None = 1) -> None:
    """Run what is asked for, tell what became of it, and exit with 1 when something was refused.

    Args:
        settings: Of this process, and of those that it starts.
        asked: See above.
        processes: How many do chunks; None is two. Rows that are done in order need one.
    """
    _refuse_unwritable(asked.results or (Path(asked.sources[0]) if asked.sources else Path("here")))
    require_current_database(settings)
    with ExitStack() as stack:
        pool = stack.enter_context(_pool(settings, asked, processes))
        gateway = stack.enter_context(open_gateway(settings))
        stack.enter_context(seldom_collected())
        stop = stack.enter_context(stopped_by_signals())
        progress = stack.enter_context(JobProgress(Console(stderr=True)))
        starting = Starting(gateway.jobs, gateway.querying, read_saved, stop, progress.reading)
        try:
            prepared = stack.enter_context(_prepared(settings, gateway, starting, asked))
        except StoppedReading:
            click.echo("Stopped while reading: nothing was done.", err=True)
            sys.exit(128 + stop.number)
        except (InvalidArgument, MalformedQuery) as failure:
            raise click.UsageError(failure.message) from failure
        path = asked.results or _results_path(prepared.job)
        try:
            if prepared.job.options.get("distribute"):
                told = _distribute(settings, gateway, prepared, path, stop, progress, wait=asked.wait)
            else:
                told = _run(gateway, prepared, path, stop, progress, pool)
        except RowsLost as lost:
            # Nobody knows its other rows any more: the result file stays partial.
            gateway.jobs.move(prepared.job.id, JobState.STOPPED)
            raise click.ClickException(
                f"{lost} The job {prepared.job.id} was stopped; `gateway jobs show` tells what is done."
            ) from lost
    _report(prepared, told, path, stop)


def _refuse_unwritable(path: Path) -> None:
    """Refuse a place where no result file can be, before a job begins that would have none."""
    if path.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise click.UsageError(
            f"{path.parent}: no result file can be written there; --results names another."
        )


@contextmanager
def _pool(settings: Settings, asked: Asked, processes: int | None) -> Iterator[Processes | None]:
    """Give the processes that do chunks; those of large files start while the files are looked through."""
    processes = 2 if processes is None else processes
    if processes == 0 or asked.options.get("distribute"):
        yield None
        return
    one_writes = database_file(settings.database_url) is not None
    with Processes(processes, partial(open_chunks, settings), take_turns=one_writes) as pool:
        files = [Path(source) for source in asked.sources]
        if sum(file.stat().st_size for file in files if file.is_file()) >= _LARGE_BYTES:
            pool.start()
        yield pool


def _run(
    gateway: Gateway,
    prepared: Prepared,
    path: Path,
    stop: Stop,
    progress: JobProgress,
    pool: Processes | None,
) -> "_Told":
    job = prepared.job
    dry_run = bool(job.options.get("dry_run"))
    with (
        _stopped_by_failures(gateway, job, dry_run=dry_run),
        _opened(path, job, dry_run=dry_run) as results,
    ):
        doing = _doing(gateway, job, pool)
        looking_up = (lambda _: ()) if dry_run else partial(gateway.jobs.look_up, job)
        run = Run(doing, results, Tally(job.rows), stop, progress.doing, looking_up)
        done = run.take_over(prepared.done)
        progress.doing(run.tally)
        run.go(prepared.chunks, done)
        results.complete()
    state = job.state if dry_run else _settle(gateway, job, run.tally)
    return _Told(run.tally, dict(results.codes), state)


def _distribute(
    settings: Settings,
    gateway: Gateway,
    prepared: Prepared,
    path: Path,
    stop: Stop,
    progress: JobProgress,
    *,
    wait: bool,
) -> "_Told":
    """Hand a job to the workers; wait until they are done with it, unless that is not asked for."""
    job = prepared.job
    done = {chunk.number for chunk in prepared.done}
    left = ((chunk.number, chunk.lane) for chunk in prepared.chunks if chunk.number not in done)
    count = chunk_queue(settings).put(job.id, left)
    click.echo(f"Job {job.id}: {count:,} chunks wait for workers.", err=True)
    job = _looked_at(gateway, job)
    while wait and not stop() and job.state is JobState.RUNNING:
        time.sleep(_LOOK_S)
        job = _looked_at(gateway, job)
        progress.doing(Tally(job.rows, job.made, job.refused))
    if job.state is JobState.RUNNING:
        click.echo(
            f"The job goes on without this command: `gateway jobs show {job.id} --results {path}`.", err=True
        )
        sys.exit(128 + stop.number if stop.number else 0)
    gateway.jobs.wait_for_chunks(job.id)
    job = gateway.jobs.show(job.id)
    tally, codes, _ = rewrite_results(gateway, job, path)
    tally.ended_elsewhere = job.state is not JobState.FINISHED
    return _Told(tally, codes, job.state)


def _looked_at(gateway: Gateway, job: Job) -> Job:
    """Return a job as it is; one without rows, or whose last was done before, is finished by nobody else."""
    gateway.jobs.finish_if_done(job.id)
    return gateway.jobs.show(job.id)


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of a job, how many rows were refused with each code, and the state it is in."""

    tally: Tally
    codes: dict[str, int]
    state: JobState


@contextmanager
def _opened(path: Path, job: Job, *, dry_run: bool) -> Iterator[ResultFile]:
    try:
        results = ResultFile(path, shown_names(job.sources), dry_run=dry_run)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    with results:
        yield results


@contextmanager
def _stopped_by_failures(gateway: Gateway, job: Job, *, dry_run: bool) -> Iterator[None]:
    """Let no job stay running whose command ends before it could settle it."""
    try:
        yield
    except (Failure, click.ClickException):
        if not dry_run:
            gateway.jobs.move(job.id, JobState.STOPPED)
        raise


def _settle(gateway: Gateway, job: Job, tally: Tally) -> JobState:
    """Write where a job is that does not run any more, and return it."""
    try:
        if not gateway.jobs.finish_if_done(job.id):
            gateway.jobs.move(job.id, JobState.STOPPED)
        return gateway.jobs.show(job.id).state
    except Failure as failure:
        # It is the database that failed the job, mostly.
        tally.failure = tally.failure or failure
        return job.state


def _doing(gateway: Gateway, job: Job, pool: Processes | None) -> Doing:
    """Return what does chunks: other processes, or this one for few rows: they take a second to start."""
    if pool is None or job.rows <= job.options["chunk_rows"]:
        return lambda chunks: (gateway.chunks.do(job, chunk) for chunk in chunks)
    return partial(pool.do, job)


def _prepared(
    settings: Settings, gateway: Gateway, starting: Starting, asked: Asked
) -> AbstractContextManager[Prepared]:
    if asked.resume:
        job = _to_resume(gateway, starting, asked)
        caller = gateway.sessions.caller_known(job.user_id, door=job.door, request_id=job.id)
        return starting.with_job(caller, job)
    caller = gateway.sessions.caller_named(asked.user, door=DOOR, request_id=uuid.uuid4().hex)
    # As the tenant has it now: a job that goes on must have the same pieces.
    options = asked.options | {"most": caller.configuration.settings.max_set}
    if options.get("distribute"):
        chunk_queue(settings).prepare()
    terms = options.get("terms", {})
    if asked.query is not None:
        rows = starting.rows_of_query(caller, asked.query, terms)
        return starting.with_rows(caller, asked.kind, [rows], [f"query: {asked.query}"], options)
    if asked.job is not None:
        return starting.undoing(caller, asked.kind, _to_undo(gateway, asked.job), terms, options)
    paths = [Path(source) for source in asked.sources]
    return starting.with_files(caller, asked.kind, paths, options, again=asked.again)


def _to_resume(gateway: Gateway, starting: Starting, asked: Asked) -> Job:
    (first, *more) = asked.sources
    if not more and _JOB_ID.fullmatch(first) and not Path(first).exists():
        job = gateway.jobs.show(first)
        if job.kind is not asked.kind:
            raise InvalidArgument(f"The job {job.id} is one of `gateway {job.kind}`.")
        return job
    return starting.unfinished(asked.kind, [Path(source) for source in asked.sources])


def _to_undo(gateway: Gateway, job_id: str) -> Job:
    job = gateway.jobs.show(job_id)
    if job.state in {JobState.STAGING, JobState.RUNNING}:
        raise InvalidArgument(f"The job {job.id} is {job.state}: `gateway jobs cancel` it first.")
    return job


def _results_path(job: Job) -> Path:
    """Return where the result file goes: beside the first file, or here.

    What a job did and what one would do, and jobs of two kinds over one file, do not overwrite each other.
    """
    dry_run = ".dry-run" if job.options.get("dry_run") else ""
    if not job.fingerprint:
        return Path(f"{job.kind}-{job.id}{dry_run}.results.csv")
    first, kind = Path(job.sources[0]), "" if job.kind is JobKind.ADJUST else f".{job.kind}"
    return first.with_name(f"{first.name}{kind}{dry_run}.results.csv")


def _report(prepared: Prepared, told: _Told, path: Path, stop: Stop) -> None:
    job, tally = prepared.job, told.tally
    made = "would be done" if job.options.get("dry_run") else "done"
    not_done = f", {tally.not_done:,} not done" if tally.not_done else ""
    name = "Nothing was written" if job.options.get("dry_run") else f"Job {job.id}"
    click.echo(f"{name}: {tally.made:,} {made}, {tally.refused:,} refused{not_done}. Results: {path}")
    if prepared.divided():
        click.echo(
            f"{prepared.divided():,} invoices have more rows than the setting max_set; each was judged in "
            "pieces.",
            err=True,
        )
    for code, count in sorted(told.codes.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"refused: {code}: {count:,}", err=True)
    if tally.not_done and not job.options.get("dry_run"):
        click.echo(f"`gateway {job.kind} --resume {job.id}` goes on with it.", err=True)
    if tally.failure:
        raise click.ClickException(tally.failure.message)
    if stop.number:
        sys.exit(128 + stop.number)
    if tally.ended_elsewhere:
        canceled = told.state is JobState.CANCELED
        raise click.ClickException(
            "The job was canceled." if canceled else "Another process stopped the job: its log says why."
        )
    if tally.refused:
        sys.exit(1)


def rewrite_results(gateway: Gateway, job: Job, path: Path) -> tuple[Tally, dict[str, int], Path]:
    """Write the result file of a job again, from what is kept of it.

    Returns the tally, the error codes and where it is. It stays partial when rows are missing that no
    database has: they are in the files with which the job goes on.
    """
    tally = Tally(job.rows)
    with _opened(path, job, dry_run=False) as results:
        Run(lambda _: iter(()), results, tally).tell(gateway.jobs.stored(job))
        if tally.done + tally.not_done == job.rows:
            results.complete()
        else:
            path = results.partial
    tally.not_done = job.rows - tally.done
    return tally, dict(results.codes), path
