"""Bulk jobs in SQL. A job's counts are the sums of its chunks: no chunk waits for its job's row."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from gateway.service.job_ports import Job, JobKind, JobState, StoredChunk
from gateway.storage.job_tables import job_chunks, jobs
from gateway.storage.tables import counters

_COUNTER = "jobs"

_GATE = 0
"""No chunk, but a row of each job that all who do its chunks hold together. The job's own row would make
canceling wait for them."""

_COUNTS = (
    select(
        job_chunks.c.job_id,
        func.count().label("chunks"),
        func.sum(job_chunks.c.made).label("made"),
        func.sum(job_chunks.c.refused).label("refused"),
        func.max(job_chunks.c.done_at).label("done_at"),
    )
    .where(job_chunks.c.done_at.is_not(None))
    .group_by(job_chunks.c.job_id)
)


class SqlJobs:
    """The JobStore of one transaction."""

    connection: Connection

    def count_beginning(self) -> None:
        """Count a job that begins, once no other is about to."""
        counted = update(counters).where(counters.c.name == _COUNTER).values(last=counters.c.last + 1)
        assert self.connection.execute(counted).rowcount, "the migration that made the tables wrote its row"

    def add_job(self, job: Job) -> None:
        """Write a new job."""
        self.connection.execute(
            insert(jobs).values(
                id=job.id,
                kind=job.kind.value,
                user_id=job.user_id,
                door=job.door,
                options=json.dumps(job.options, ensure_ascii=False),
                sources=json.dumps(job.sources, ensure_ascii=False),
                fingerprint=job.fingerprint,
                state=job.state.value,
                staged=job.staged,
                rows_read=job.rows,
                started_at=job.started_at,
                updated_at=job.updated_at,
                finished_at=job.finished_at,
            )
        )
        self.claim_chunk(job.id, _GATE, 0)

    def job(self, job_id: str) -> Job | None:
        """Return a job with its counts."""
        return next(iter(self._read_jobs(select(jobs).where(jobs.c.id == job_id))), None)

    def jobs(self, limit: int) -> list[Job]:
        """Return the newest jobs, the newest first."""
        return self._read_jobs(select(jobs).order_by(jobs.c.started_at.desc(), jobs.c.id.desc()).limit(limit))

    def jobs_with(self, fingerprint: str) -> list[Job]:
        """Return the jobs of this content, the newest first."""
        found = select(jobs).where(jobs.c.fingerprint == fingerprint)
        return self._read_jobs(found.order_by(jobs.c.started_at.desc(), jobs.c.id.desc()))

    def _read_jobs(self, statement: Select[Any]) -> list[Job]:
        rows = self.connection.execute(statement).mappings().all()
        if not rows:
            return []
        counts = _COUNTS.where(job_chunks.c.job_id.in_([row["id"] for row in rows]))
        counted = {row["job_id"]: row for row in self.connection.execute(counts).mappings()}
        return [_job(row, counted.get(row["id"])) for row in rows]

    def state_of_job(self, job_id: str) -> JobState | None:
        """Return a job's state."""
        state = self.connection.scalar(select(jobs.c.state).where(jobs.c.id == job_id))
        return None if state is None else JobState(state)

    def move_job(
        self, job_id: str, state: JobState, at: datetime, besides: Collection[JobState] = ()
    ) -> bool:
        """Write a job's state, unless it is one of ``besides``; say whether it was written."""
        this = (jobs.c.id == job_id) & jobs.c.state.not_in([other.value for other in besides])
        finished_at = at if state is JobState.FINISHED else None
        moved = self.connection.execute(
            update(jobs).where(this).values(state=state.value, updated_at=at, finished_at=finished_at)
        )
        return bool(moved.rowcount)

    def stage_chunks(self, job_id: str, chunks: Sequence[StoredChunk]) -> None:
        """Write the rows of chunks that are to be done later."""
        rows = [
            {
                "job_id": job_id,
                "number": chunk.number,
                "rows_read": chunk.rows,
                "content": chunk.content,
                "made": 0,
                "refused": 0,
            }
            for chunk in chunks
        ]
        if rows:
            self.connection.execute(insert(job_chunks), rows)

    def share_chunks(self, job_id: str) -> None:
        """Let it be seen until the transaction ends that a chunk of a job is in hand."""
        self.connection.execute(_gate(job_id).with_for_update(read=True))

    def wait_for_chunks(self, job_id: str) -> None:
        """Return when no chunk of a job is in hand, in whichever process, and let none begin."""
        self.connection.execute(_gate(job_id).with_for_update())

    def hold_chunk(self, job_id: str, number: int) -> StoredChunk | None:
        """Lock a chunk and return it; None when nothing is stored of it, and nothing locked."""
        row = self.connection.execute(
            select(job_chunks)
            .where(job_chunks.c.job_id == job_id, job_chunks.c.number == number)
            .with_for_update()
        ).mappings()
        return next(map(_chunk, row), None)

    def claim_chunk(self, job_id: str, number: int, rows: int) -> None:
        """Write that a chunk is being done: whoever claims it at the same time waits, and is run again."""
        claimed = insert(job_chunks).values(job_id=job_id, number=number, rows_read=rows, made=0, refused=0)
        self.connection.execute(claimed)

    def keep_chunk(self, job_id: str, chunk: StoredChunk, at: datetime) -> None:
        """Write the outcomes of a chunk that is held or claimed."""
        values = {"outcomes": chunk.outcomes, "made": chunk.made, "refused": chunk.refused, "done_at": at}
        this = (job_chunks.c.job_id == job_id) & (job_chunks.c.number == chunk.number)
        self.connection.execute(update(job_chunks).where(this).values(values))

    def rows_stored(self, job_id: str) -> int:
        """Return how many rows a job's chunks have, done and staged ones."""
        this = job_chunks.c.job_id == job_id
        return int(self.connection.scalar(select(func.sum(job_chunks.c.rows_read)).where(this)) or 0)

    def done_chunks(self, job_id: str) -> frozenset[int]:
        """Return the numbers of the chunks that are done."""
        this = (job_chunks.c.job_id == job_id) & job_chunks.c.done_at.is_not(None)
        return frozenset(self.connection.scalars(select(job_chunks.c.number).where(this)))

    def stored_chunks(
        self, job_id: str, after: int, limit: int, *, done: bool | None = None
    ) -> list[StoredChunk]:
        """Return chunks in order, behind a number: all, those that are done, or those that are not."""
        this = (job_chunks.c.job_id == job_id) & (job_chunks.c.number > after)
        if done is not None:
            done_at = job_chunks.c.done_at
            this &= done_at.is_not(None) if done else done_at.is_(None)
        found = select(job_chunks).where(this).order_by(job_chunks.c.number).limit(limit)
        return [_chunk(row) for row in self.connection.execute(found).mappings()]


def _gate(job_id: str) -> Select[Any]:
    return select(job_chunks.c.number).where(job_chunks.c.job_id == job_id, job_chunks.c.number == _GATE)


def _chunk(row: RowMapping) -> StoredChunk:
    return StoredChunk(
        row["number"],
        row["rows_read"],
        row["content"] or b"",
        row["outcomes"] or b"",
        row["made"],
        row["refused"],
    )


def _job(row: RowMapping, counts: RowMapping | None) -> Job:
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        user_id=row["user_id"],
        door=row["door"],
        options=json.loads(row["options"]),
        sources=tuple(json.loads(row["sources"])),
        fingerprint=row["fingerprint"],
        state=JobState(row["state"]),
        staged=row["staged"],
        rows=row["rows_read"],
        made=int(counts["made"]) if counts else 0,
        refused=int(counts["refused"]) if counts else 0,
        chunks=counts["chunks"] if counts else 0,
        started_at=row["started_at"],
        updated_at=max(row["updated_at"], counts["done_at"]) if counts else row["updated_at"],
        finished_at=row["finished_at"],
    )
