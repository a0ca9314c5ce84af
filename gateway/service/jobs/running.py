"""Running a job: its chunks are handed to whoever does them, and their outcomes go to the result file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

from gateway.service.failures import DiskFull, Failure, PlanChanged
from gateway.service.job_ports import StoredChunk
from gateway.service.jobs.outcomes import unpack_outcomes
from gateway.service.jobs.results import ResultFile
from gateway.service.jobs.rows import Chunk, unpack_chunk

Doing = Callable[[Iterator[Chunk]], Iterator[StoredChunk]]
"""Does chunks, in any order and several at once, and gives what is kept of each."""


_NOTHING: Mapping[int, int] = MappingProxyType({})


@dataclass(slots=True)
class Tally:
    """How far a job is.

    Attributes:
        rows: How many it has.
        ended_elsewhere: Another process canceled or stopped it.
        failure: What ended it before its end.
    """

    rows: int
    made: int = 0
    refused: int = 0
    not_done: int = 0
    ended_elsewhere: bool = False
    failure: Failure | None = None

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.made + self.refused


@dataclass(slots=True)
class Run:
    """One run over the chunks of a job.

    Attributes:
        doing: Does the chunks.
        results: The result file.
        tally: How far the job is.
        stopping: Says whether to stop behind the chunks that are in hand.
        progress: Is told after every chunk.
        looking_up: Gives what is kept of chunks whose outcomes did not arrive.
    """

    doing: Doing
    results: ResultFile
    tally: Tally
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[Tally], None] = lambda _: None
    looking_up: Callable[[Iterable[int]], Iterable[StoredChunk]] = lambda _: ()
    _handed: dict[int, Chunk] = field(default_factory=dict)

    def tell(self, stored: Iterable[StoredChunk]) -> None:
        """Tell of chunks as the database has them, of those too that are staged and not done."""
        for chunk in stored:
            if chunk.outcomes:
                self._count(chunk)
            else:
                self._note_not_done(unpack_chunk(chunk.number, chunk.content))

    def take_over(self, stored: Iterable[StoredChunk]) -> dict[int, int]:
        """Take what was done before, and return how many rows each of those chunks has, by its number."""
        return {self._count(chunk): chunk.rows for chunk in stored}

    def go(self, chunks: Iterator[Chunk], done: Mapping[int, int] = _NOTHING) -> None:
        """Do the chunks that are not done, and write the rest as not done when the run is stopped.

        Raises:
            PlanChanged: A chunk that is done had another number of rows.
            DiskFull: The result file, or what waits for its turn, cannot be written.
        """
        left = _left(chunks, done)
        try:
            for stored in self.doing(self._hand_out(left)):
                self._settle(stored)
        except (PlanChanged, DiskFull):
            raise
        except Failure as failure:
            self.tally.failure = failure
            self._settle_lost()
        for chunk in chain(self._handed.values(), left):
            self._note_not_done(chunk)

    def _hand_out(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        while not (self.tally.ended_elsewhere or self.stopping()):
            chunk = next(chunks, None)
            if chunk is None:
                return
            self._handed[chunk.number] = chunk
            yield chunk

    def _settle(self, stored: StoredChunk) -> None:
        chunk = self._handed.pop(stored.number)
        if stored.outcomes:
            self._count(stored)
            self.progress(self.tally)
        else:
            self.tally.ended_elsewhere = True
            self._note_not_done(chunk)

    def _settle_lost(self) -> None:
        """Tell what the database has of the chunks in hand: a failure may have come behind a commit."""
        try:
            for stored in self.looking_up(sorted(self._handed)):
                self._settle(stored)
        except Failure:
            # It is the database that is away. Nobody knows of them now; the job knows when it goes on.
            for chunk in self._handed.values():
                self.tally.not_done += len(chunk.rows)
                for row in chunk.rows:
                    self.results.add_unknown(row.source, row.position)
            self._handed.clear()

    def _count(self, stored: StoredChunk) -> int:
        self.results.add(unpack_outcomes(stored.outcomes))
        self.tally.made += stored.made
        self.tally.refused += stored.refused
        return stored.number

    def _note_not_done(self, chunk: Chunk) -> None:
        self.tally.not_done += len(chunk.rows)
        for row in chunk.rows:
            self.results.add_not_done(row.source, row.position)


def _left(chunks: Iterable[Chunk], done: Mapping[int, int]) -> Iterator[Chunk]:
    for chunk in chunks:
        if chunk.number not in done:
            yield chunk
        elif done[chunk.number] != len(chunk.rows):
            raise PlanChanged(chunk.number)
