"""What processes of a job do in tests; they import it anew."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.service.failures import LockCompetition
from gateway.service.job_ports import Job, StoredChunk
from gateway.service.jobs import Chunk
from gateway.service.jobs.outcomes import RowOutcome, pack_outcomes
from gateway.workers.processes import DoChunk, Turn


@contextmanager
def failing_first(folder: Path, _turn: Turn) -> Iterator[DoChunk]:
    """Fail chunk 1 while chunk 2 is in hand; each that is done leaves a file with its number."""

    def do(_job: Job, chunk: Chunk) -> StoredChunk:
        if chunk.number == 1:
            # Opened once chunk 2 is there.
            (folder / "fifo").open("wb").close()
            raise LockCompetition
        if chunk.number == 2:
            (folder / "fifo").read_bytes()
            hashlib.pbkdf2_hmac("sha256", b"", b"", 300_000)  # some work, so that the failure is known first
        (folder / str(chunk.number)).touch()
        outcome = RowOutcome(0, chunk.number, "id", "number")
        return StoredChunk(chunk.number, 1, b"", pack_outcomes([outcome]), made=1)

    yield do
