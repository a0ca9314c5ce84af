"""``gateway adjust --url``: a job whose rows go through SOAP, to any gateway or to the legacy.

It needs no database of its own: what it knows of itself is its journal (``gateway.cli.journal``). Calls are
of 50 rows in the order of the files, so a job that goes on has the same calls, and the same keys for them.
"""

import os
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from gateway.bootstrap import now
from gateway.cli.job_progress import JobProgress, Stop, stopped_by_signals
from gateway.cli.journal import JOURNAL, Begun, Head, InUse, Journal
from gateway.cli.remote_rows import asked_of, counted, errors_of
from gateway.client import Adjustment, Client, ClientError, Result
from gateway.client.calls import RECORDS_PER_CALL
from gateway.contract.fields import Field
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.service.failures import InvalidArgument
from gateway.service.job_ports import JobKind
from gateway.service.jobs import JobFiles, JobRow, ResultFile, Tally
from gateway.service.jobs.columns import Columns
from gateway.service.jobs.outcomes import RowOutcome
from gateway.service.jobs.results import shown_names
from gateway.service.jobs.rows import fingerprint
from gateway.soap.saved import read_saved

_KEYS_HOLD = timedelta(hours=22)
"""How long a call may be sent again under its key, from its first time on; older ones are looked up.

A gateway keeps keys as long as its tenant's setting idempotency_days says, which nobody can see from here. A
day is the least it can be; two hours of it are for the way and for the tries of one call.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a job's calls go, and how.

    Attributes:
        keys: Whether the server takes idempotency keys; None believes what it says.
        in_flight: Calls at once.
    """

    url: str
    user: str
    wsdl: str | None = None
    keys: bool | None = None
    in_flight: int = 4

    @property
    def known(self) -> tuple[str, str]:
        """Whose calls go where, as a journal may have it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), self.user

    def client(self) -> Client:
        """Log in, with the password of GATEWAY_PASSWORD or of the terminal."""
        password = os.environ.get("GATEWAY_PASSWORD") or click.prompt("Password", hide_input=True, err=True)
        return Client(
            self.url,
            self.user,
            password,
            wsdl=self.wsdl,
            keys=self.keys,
            calls_in_flight=self.in_flight,
            records_per_call=RECORDS_PER_CALL,
        )


@dataclass(frozen=True, slots=True)
class AskedOfAddress:
    """What a command line asks for: see ``gateway.cli.job_running.Asked``."""

    address: Address
    paths: tuple[Path, ...]
    format: str | None = None
    results: Path | None = None
    resume: bool = False
    again: bool = False


def run_through_soap(asked: AskedOfAddress) -> None:
    """Do a job, tell what became of it, and exit with 1 when not all was done."""
    first = asked.paths[0].absolute()
    path = asked.results or first.with_name(f"{first.name}.results.csv")
    try:
        with ExitStack() as stack:
            content = fingerprint(JobKind.ADJUST, asked.paths)
            journal = stack.enter_context(Journal(path.with_name(path.name + JOURNAL)))
            _prepare(journal, asked, content)
            client = stack.enter_context(asked.address.client())
            stop = stack.enter_context(stopped_by_signals())
            progress = stack.enter_context(JobProgress(Console(stderr=True)))
            files = _files(asked, client)
            rows, calls = counted(files, progress.reading)
            _begin(journal, asked, content, calls)
            names = shown_names([str(source.absolute()) for source in asked.paths])
            results = stack.enter_context(ResultFile(path, names))
            job = RemoteJob(client, journal, files, results, Tally(rows), stop, progress)
            job.run()
    except InvalidArgument as failure:
        raise click.UsageError(failure.message) from failure
    except InUse:
        raise click.ClickException(f"Another process does the job of {path} now.") from None
    except ClientError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    _report(job, path, stop)


def _prepare(journal: Journal, asked: AskedOfAddress, content: str) -> None:
    """See that the journal is of this job, or empty for a new one.

    Raises:
        InvalidArgument: It is of another one.
    """
    head = journal.head
    if asked.resume:
        if head is None:
            raise InvalidArgument("There is no job of these files to go on with.")
        if (head.fingerprint, head.url, head.user) != (content, *asked.address.known):
            raise InvalidArgument(
                f"The files, the address or the user are not what they were when the job {head.id} began. "
                "Nothing was done: it goes on with the same rows at the same address for the same user alone."
            )
    elif head is not None and not asked.again:
        if head.fingerprint == content:
            did = "did" if journal.is_finished else "began with"
            hint = "" if journal.is_finished else "--resume goes on with it; "
            raise InvalidArgument(
                f"The job {head.id} {did} these rows already. Nothing was done: {hint}--again does them once "
                "more."
            )
        if not journal.is_finished:
            raise InvalidArgument(
                f"The job {head.id} that has this result file is not finished. Nothing was done: name "
                "another with --results, or say --again to forget it."
            )
        journal.forget()
    elif asked.again:
        journal.forget()


def _begin(journal: Journal, asked: AskedOfAddress, content: str, calls: str) -> None:
    """Begin a new job in its journal, or see that one that goes on makes the same calls.

    Raises:
        InvalidArgument: It does not.
    """
    if journal.head is None:
        journal.start(Head(uuid.uuid4().hex, *asked.address.known, content, calls, now().isoformat()))
    elif journal.head.calls != calls:
        raise InvalidArgument(
            f"The rows are not read as they were when the job {journal.head.id} began: the WSDL's fields or "
            "--format are others. Nothing was done: its calls would not be the same."
        )


def _files(asked: AskedOfAddress, client: Client) -> JobFiles:
    """Return the files, whose columns may be what ``create`` takes and the WSDL at the address has."""
    there = set(client.fields)
    known = tuple(f for f in INVOICE_ITEM_ADJUSTMENT.fields if f.name in there)
    own = tuple(Field(name, creatable=True, custom=True) for name in sorted(there) if "__" in name)
    object_type = replace(INVOICE_ITEM_ADJUSTMENT, fields=(*known, *own))
    return JobFiles(asked.paths, Columns(JobKind.ADJUST, object_type), read_saved, asked.format)


@dataclass
class RemoteJob:
    """One run of a job.

    Attributes:
        tally: How far it is.
        unknown: Rows of which nobody knows whether they were made.
        failure: What ended it before its end.
    """

    client: Client
    journal: Journal
    files: JobFiles
    results: ResultFile
    tally: Tally
    stop: Stop
    progress: JobProgress
    unknown: int = 0
    failure: ClientError | None = None
    _read: dict[int, JobRow] = field(default_factory=dict)
    _refused: dict[int, list[RowOutcome]] = field(default_factory=dict)

    def run(self) -> None:
        """Do the rows that are not done, and write what became of each."""
        rows = self.files.rows(lambda _: None)
        feed = self._sendable(rows)
        known: dict[int, Result] = {}
        self.progress.doing(self.tally)
        try:
            for result in self._made(feed):
                self._settle(result)
        except ClientError as error:
            self.failure = error
            known = {result.index: result for result in error.results}
        self._write_rest(feed, known)
        self.results.complete()
        if not (self.failure or self.tally.not_done):
            self.journal.finish()

    def _made(self, feed: Iterator[Adjustment]) -> Iterator[Result]:
        """Give the results in order: of what an earlier run has begun, call by call, then of the rest."""
        head, journal = self.journal.head, self.journal
        assert head is not None, "it was started"
        keyed = self.client.takes_keys
        first = 0
        while first <= journal.last:
            asked = list(islice(feed, RECORDS_PER_CALL))
            kept = journal.results(first, asked)
            may_have_been_sent = first in journal.begun and not (keyed and _key_holds(journal.begun[first]))
            if may_have_been_sent or any(not result.unknown for result in kept):
                yield from self._told(first, asked, kept)
            else:
                yield from self._created(iter(asked), head.id, first, keyed=keyed)
            first += RECORDS_PER_CALL
        yield from self._created(self._until_stopped(feed), head.id, first, keyed=keyed)

    def _told(self, first: int, asked: list[Adjustment], kept: list[Result]) -> list[Result]:
        """Return what is known of a call, after looking up, as often as it is asked for, what is not."""
        if kept and not any(result.unknown for result in kept):
            return kept
        found = self.client.look_up(asked, first=first)
        known = {result.index: result for result in kept if not result.unknown}
        return self._noted(first, [known.get(result.index, result) for result in found])

    def _created(self, asked: Iterable[Adjustment], key: str, first: int, *, keyed: bool) -> Iterator[Result]:
        begun_now: set[int] = set()

        def begun(index: int) -> None:
            self.journal.begin(index, keyed=keyed, at=now())
            # What an earlier run began may have been done by that run, whatever becomes of this one's.
            if index not in self.journal.begun:
                begun_now.add(index)

        call: list[Result] = []
        try:
            for result in self.client.create_each(
                asked, key=key if keyed else None, first=first, begun=begun, raise_unknown=False
            ):
                if call and result.index % RECORDS_PER_CALL == 0:
                    begun_now.discard(call[0].index)
                    yield from self._noted(call[0].index, call)
                    call = []
                call.append(result)
        except ClientError as error:
            error.results = (*call, *error.results)
            # Nothing was done of this run's calls that have no results now.
            for index in sorted(begun_now - self._note_each(error.results)):
                self.journal.withdraw(index)
            raise
        except Exception:
            # What the files raise comes behind the last answer.
            if call:
                self._noted(call[0].index, call)
            raise
        if call:
            yield from self._noted(call[0].index, call)

    def _noted(self, first: int, results: list[Result]) -> list[Result]:
        self.journal.settle(first, results)
        return results

    def _note_each(self, results: Iterable[Result]) -> set[int]:
        """Note the calls whose results an error brought along, and return their indexes."""
        calls: dict[int, list[Result]] = {}
        for result in results:
            calls.setdefault(result.index - result.index % RECORDS_PER_CALL, []).append(result)
        for first, some in calls.items():
            self.journal.settle(first, some)
        return set(calls)

    def _until_stopped(self, feed: Iterator[Adjustment]) -> Iterator[Adjustment]:
        """Give what is left, up to the end of the call in which somebody wants to stop."""
        while not self.stop():
            call = list(islice(feed, RECORDS_PER_CALL))
            if not call:
                return
            yield from call

    def _sendable(self, rows: Iterator[JobRow]) -> Iterator[Adjustment]:
        """Give the rows that can be sent, and remember what could not be read before each."""
        index = 0
        for row in rows:
            asked = asked_of(row, self.files.columns.object_type)
            if isinstance(asked, RowOutcome):
                self._refused.setdefault(index, []).append(asked)
            else:
                self._read[index] = row
                index += 1
                yield asked

    def _settle(self, result: Result) -> None:
        self._write_refused(result.index)
        row = self._read.pop(result.index)
        if result.unknown:
            self.unknown += 1
            self.results.add_unknown(row.source, row.position)
        else:
            self._write(RowOutcome(row.source, row.position, result.id, errors=errors_of(result)))
        if result.index % RECORDS_PER_CALL == RECORDS_PER_CALL - 1:
            self.progress.doing(self.tally)

    def _write_refused(self, index: int) -> None:
        """Write the rows that stand before this one and could not be read."""
        for outcome in self._refused.pop(index, ()):
            self._write(outcome)

    def _write(self, outcome: RowOutcome) -> None:
        self.results.add([outcome])
        if outcome.errors:
            self.tally.refused += 1
        else:
            self.tally.made += 1

    def _write_rest(self, feed: Iterator[Adjustment], known: dict[int, Result]) -> None:
        """Write the rows behind the last result, known ones among them."""
        for _ in feed:
            while self._read:
                self._write_one(min(self._read), known)
        while self._read:
            self._write_one(min(self._read), known)
        for index in sorted(self._refused):
            self._write_refused(index)

    def _write_one(self, index: int, known: dict[int, Result]) -> None:
        if index in known:
            self._settle(known[index])
            return
        self._write_refused(index)
        row = self._read.pop(index)
        self.tally.not_done += 1
        self.results.add_not_done(row.source, row.position)


def _key_holds(begun: Begun) -> bool:
    return begun.keyed and now() - begun.at < _KEYS_HOLD


def _report(job: RemoteJob, path: Path, stop: Stop) -> None:
    tally = job.tally
    not_done = f", {tally.not_done:,} not done" if tally.not_done else ""
    unknown = f", {job.unknown:,} unknown" if job.unknown else ""
    assert job.journal.head is not None, "it was started"
    click.echo(
        f"Job {job.journal.head.id}: {tally.made:,} done, {tally.refused:,} refused{unknown}{not_done}. "
        f"Results: {path}"
    )
    for code, count in sorted(job.results.codes.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"refused: {code}: {count:,}", err=True)
    if job.unknown:
        click.echo("unknown: look these up before sending them again: they may have been made.", err=True)
    if tally.not_done:
        click.echo("The same command with --resume goes on with it.", err=True)
    if job.failure:
        raise click.ClickException(str(job.failure))
    if stop.number and tally.not_done:
        sys.exit(128 + stop.number)
    if tally.refused or job.unknown:
        sys.exit(1)
