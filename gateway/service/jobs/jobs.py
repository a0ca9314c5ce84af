"""The jobs as everybody sees them: begun, found again, canceled, shown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from gateway.service.callers import Caller
from gateway.service.failures import InvalidArgument
from gateway.service.ids import new_ids
from gateway.service.job_ports import Job, JobKind, JobState, StoredChunk
from gateway.service.jobs.outcomes import unpack_outcomes
from gateway.service.jobs.rows import Chunk, JobRow, pack_chunk, unpack_chunk
from gateway.service.ports import Store, Transaction

SHOWN = 100
"""How many jobs a list has, the newest."""

_CHUNKS_IN_A_STEP = 20
"""Chunks that are read or staged at once: some megabytes."""


_BUT_STAGING = frozenset(JobState) - {JobState.STAGING}


class Jobs:
    """The use cases of jobs.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def plan(
        self,
        caller: Caller,
        kind: JobKind,
        sources: Sequence[str],
        fingerprint: str,
        options: Mapping[str, Any],
        rows: int,
    ) -> Job:
        """Return a new job that is stored nowhere yet."""
        now = self._clock()
        (id_,) = new_ids(1, now)
        return Job(
            id=id_,
            kind=kind,
            user_id=caller.user_id,
            door=caller.door,
            sources=tuple(sources),
            fingerprint=fingerprint,
            options=options,
            started_at=now,
            updated_at=now,
            rows=rows,
        )

    def begin(self, job: Job, *, again: bool = False) -> None:
        """Store a new job.

        Raises:
            InvalidArgument: A job began with these rows already, and ``again`` is not said.
        """

        def work(tx: Transaction) -> None:
            # Of two that begin at once the second waits, and sees the first.
            tx.count_beginning()
            if job.fingerprint and not again:
                earlier = tx.jobs_with(job.fingerprint)
                _refuse_again(other for other in earlier if _is_whole(tx, other))
                for other in earlier:
                    # Its process was killed; if it lives after all, it finds its job canceled.
                    tx.move_job(other.id, JobState.CANCELED, job.started_at, _BUT_STAGING)
            tx.add_job(job)

        self._store.write(work)

    def refuse_again(self, content: str) -> None:
        """Refuse rows that a job began with already.

        Raises:
            InvalidArgument: There is one.
        """
        _refuse_again(self.of_content(content))

    def stage(self, job: Job, chunks: Iterator[Chunk]) -> None:
        """Store the rows of a job's chunks, and let it run.

        A job that breaks off here stays ``staging`` and nothing of it was done.

        Raises:
            InvalidArgument: Somebody canceled it meanwhile.
        """
        # One by one: packed they are a tenth of what their rows are.
        packed = (StoredChunk(chunk.number, len(chunk.rows), pack_chunk(chunk)) for chunk in chunks)
        while stored := list(islice(packed, _CHUNKS_IN_A_STEP)):
            self._store.write(lambda tx, stored=stored: tx.stage_chunks(job.id, stored))  # type: ignore[misc]
        now = self._clock()
        if not self._store.write(lambda tx: tx.move_job(job.id, JobState.RUNNING, now, _BUT_STAGING)):
            raise InvalidArgument(f"The job {job.id} was canceled before it began. Nothing was done.")

    def go_on(self, job: Job) -> Job:
        """Let a job run again, unless it is finished; return it.

        Raises:
            InvalidArgument: Its rows were never staged wholly.
        """
        now = self._clock()

        def work(tx: Transaction) -> None:
            if not _is_whole(tx, job):
                raise InvalidArgument(f"The job {job.id} ended before it began. Start it anew.")
            tx.move_job(job.id, JobState.RUNNING, now, (JobState.STAGING, JobState.FINISHED))

        self._store.write(work)
        # Files may have been moved since it began.
        return replace(self.show(job.id), sources=job.sources)

    def move(self, job_id: str, state: JobState) -> None:
        """Write a job's state; a finished one stays so, and a canceled one unless it runs again."""
        besides = (JobState.CANCELED, JobState.FINISHED) if state is JobState.STOPPED else ()
        now = self._clock()
        self._store.write(lambda tx: tx.move_job(job_id, state, now, besides))

    def cancel(self, job_id: str) -> Job:
        """Let no further chunk of a job begin, wherever it runs; return it.

        Raises:
            InvalidArgument: There is no such job, or it is finished.
        """
        job, now = self.show(job_id), self._clock()
        if not self._store.write(
            lambda tx: tx.move_job(job.id, JobState.CANCELED, now, (JobState.FINISHED,))
        ):
            raise InvalidArgument(f"The job {job.id} is finished; `gateway reverse --job` undoes it.")
        return self.show(job_id)

    def show(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            InvalidArgument: There is none of this Id.
        """
        job = self._store.read(lambda tx: tx.job(job_id))
        if job is None:
            raise InvalidArgument(f"There is no job {job_id[:60]!r}.")
        return job

    def newest(self) -> list[Job]:
        """Return the newest jobs, the newest first."""
        return self._store.read(lambda tx: tx.jobs(SHOWN))

    def of_content(self, fingerprint: str) -> list[Job]:
        """Return the jobs of this content that began, the newest first."""
        return self._store.read(lambda tx: [job for job in tx.jobs_with(fingerprint) if _is_whole(tx, job)])

    def stored(self, job: Job) -> Iterator[StoredChunk]:
        """Give all chunks that the database has: the done ones, and the staged ones."""
        return self._chunks(job, done=None)

    def done(self, job: Job) -> Iterator[StoredChunk]:
        """Give the chunks that are done, in order."""
        return self._chunks(job, done=True)

    def staged(self, job: Job) -> Iterator[Chunk]:
        """Give the staged chunks that are not done, in order."""
        for stored in self._chunks(job, done=False):
            yield unpack_chunk(stored.number, stored.content)

    def _chunks(self, job: Job, *, done: bool | None) -> Iterator[StoredChunk]:
        last = 0
        while some := self._store.read(
            lambda tx, last=last: tx.stored_chunks(job.id, last, _CHUNKS_IN_A_STEP, done=done)  # type: ignore[misc]
        ):
            yield from some
            last = some[-1].number

    def finish_if_done(self, job_id: str) -> bool:
        """Write that a job is finished once all its rows have their outcomes; say whether they have."""

        def work(tx: Transaction) -> bool:
            job = tx.job(job_id)
            if job is None or job.state is JobState.STAGING or job.done != job.rows:
                return False
            return tx.move_job(job_id, JobState.FINISHED, self._clock(), (JobState.FINISHED,)) or True

        return self._store.write(work)

    def staged_chunk(self, job: Job, number: int) -> Chunk:
        """Return one staged chunk, done or not."""
        return unpack_chunk(number, self._chunk(job, number).content)

    def _chunk(self, job: Job, number: int) -> StoredChunk:
        stored = self._store.read(lambda tx: tx.hold_chunk(job.id, number))
        assert stored is not None, "whoever asks for it knows that it is there"
        return stored

    def wait_for_chunks(self, job_id: str) -> None:
        """Return when no chunk of a job is in hand, in whichever process."""
        self._store.write(lambda tx: tx.wait_for_chunks(job_id))

    def look_up(self, job: Job, numbers: Iterable[int]) -> Iterator[StoredChunk]:
        """Give those of these chunks that are done."""
        self.wait_for_chunks(job.id)
        for number in numbers:
            stored = self._store.read(lambda tx, number=number: tx.hold_chunk(job.id, number))  # type: ignore[misc]
            if stored is not None and stored.outcomes:
                yield stored

    def undoing(self, job: Job, terms: Mapping[str, str]) -> Iterator[list[JobRow]]:
        """Give a row for each adjustment that a job made or changed, the last first, chunk by chunk.

        In that order each finds the balances that its adjustment left, and what was judged together can be
        again.
        """
        # A chunk that was in hand when the job was canceled is to be undone too.
        self.wait_for_chunks(job.id)
        numbers = self._store.read(lambda tx: tx.done_chunks(job.id))
        for number in sorted(numbers, reverse=True):
            outcomes = list(unpack_outcomes(self._chunk(job, number).outcomes))
            yield [
                JobRow(outcome.source, outcome.position, {"Id": id_, **terms})
                for outcome in reversed(outcomes)
                for id_ in (*(id_ for id_, _ in reversed(outcome.brought)), outcome.id)
                if id_
            ]


def _is_whole(tx: Transaction, job: Job) -> bool:
    """Say whether a job has all its rows: one that broke off while they were staged never did anything."""
    return not job.staged or (job.state is not JobState.STAGING and tx.rows_stored(job.id) == job.rows)


def _refuse_again(earlier: Iterable[Job]) -> None:
    for job in earlier:
        state = "did" if job.state is JobState.FINISHED else "began with"
        hint = "" if job.state is JobState.FINISHED else "--resume goes on with it; "
        raise InvalidArgument(
            f"The job {job.id} {state} these rows already. Nothing was done: {hint}--again does them "
            "once more."
        )
