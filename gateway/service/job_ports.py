"""Bulk jobs as they are stored, and what they need of a store. ``gateway.storage`` implements it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class JobKind(StrEnum):
    """What a job does with its rows."""

    ADJUST = "adjust"
    REVERSE = "reverse"
    CANCEL = "cancel"


class JobState(StrEnum):
    """Where a job is. One whose process was killed stays ``running``: its ``updated_at`` stands still."""

    STAGING = "staging"
    RUNNING = "running"
    STOPPED = "stopped"
    CANCELED = "canceled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Job:
    """A bulk job.

    Attributes:
        sources: What its rows come from: paths of files, ``query: ...`` or ``job: ...``.
        options: Those it began with; a job that is resumed keeps them.
        fingerprint: Of what its rows come from, content and kind.
        rows: How many its sources have.
        made: Rows that were done so far.
        refused: Rows that were refused so far.
        chunks: How many chunks have their outcomes.
        updated_at: When it last got on.
        staged: The rows of its chunks are in the database, not in a file.
    """

    id: str
    kind: JobKind
    user_id: str
    door: str
    sources: tuple[str, ...]
    fingerprint: str
    started_at: datetime
    updated_at: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = JobState.RUNNING
    rows: int = 0
    made: int = 0
    refused: int = 0
    chunks: int = 0
    finished_at: datetime | None = None
    staged: bool = False

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.made + self.refused

    @property
    def together(self) -> bool:
        """Whether the rows that each invoice has in a chunk are judged together."""
        if self.kind is JobKind.ADJUST:
            return not self.options.get("one_by_one")
        return bool(self.options.get("together"))


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk of a job in the database.

    Attributes:
        content: Its rows, packed, where they were staged; empty where they are in a file.
        outcomes: Those of its rows, packed; empty until it is done.
    """

    number: int
    rows: int
    content: bytes = b""
    outcomes: bytes = b""
    made: int = 0
    refused: int = 0


class JobStore(Protocol):
    """Bulk jobs and their chunks."""

    def count_beginning(self) -> None:
        """Count a job that begins, once no other is about to."""

    def add_job(self, job: Job) -> None:
        """Write a new job."""

    def job(self, job_id: str) -> Job | None:
        """Return a job with its counts."""

    def jobs(self, limit: int) -> list[Job]:
        """Return the newest jobs, the newest first."""

    def jobs_with(self, fingerprint: str) -> list[Job]:
        """Return the jobs of this content, the newest first."""

    def state_of_job(self, job_id: str) -> JobState | None:
        """Return a job's state."""

    def move_job(
        self, job_id: str, state: JobState, at: datetime, besides: Collection[JobState] = ()
    ) -> bool:
        """Write a job's state, unless it is one of ``besides``; say whether it was written."""

    def stage_chunks(self, job_id: str, chunks: Sequence[StoredChunk]) -> None:
        """Write the rows of chunks that are to be done later."""

    def share_chunks(self, job_id: str) -> None:
        """Let it be seen until the transaction ends that a chunk of a job is in hand."""

    def wait_for_chunks(self, job_id: str) -> None:
        """Return when no chunk of a job is in hand, in whichever process, and let none begin."""

    def hold_chunk(self, job_id: str, number: int) -> StoredChunk | None:
        """Lock a chunk and return it; None when nothing is stored of it, and nothing locked."""

    def claim_chunk(self, job_id: str, number: int, rows: int) -> None:
        """Write that a chunk is being done: whoever claims it at the same time waits, and is run again."""

    def keep_chunk(self, job_id: str, chunk: StoredChunk, at: datetime) -> None:
        """Write the outcomes of a chunk that is held or claimed."""

    def rows_stored(self, job_id: str) -> int:
        """Return how many rows a job's chunks have, done and staged ones."""

    def done_chunks(self, job_id: str) -> frozenset[int]:
        """Return the numbers of the chunks that are done."""

    def stored_chunks(
        self, job_id: str, after: int, limit: int, *, done: bool | None = None
    ) -> list[StoredChunk]:
        """Return chunks in order, behind a number: all, those that are done, or those that are not."""
