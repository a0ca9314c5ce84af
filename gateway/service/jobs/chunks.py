"""Doing one chunk of a job: all of it in one transaction, its outcomes included.

That makes it safe to do a chunk again, whoever asks and whatever became of the first try: its outcomes are
there or nothing of it is.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import AdjustmentStatus
from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller
from gateway.service.calls import CallOptions, a_call
from gateway.service.configuration import Configurations
from gateway.service.failures import LockCompetition, OutcomeUnknown, PlanChanged, TemporaryTrouble
from gateway.service.job_ports import Job, JobKind, JobState, StoredChunk
from gateway.service.jobs.outcomes import outcome_of, pack_outcomes, unreadable
from gateway.service.jobs.rows import Chunk
from gateway.service.ports import Store, Transaction
from gateway.service.records import Record
from gateway.service.saving import Work
from gateway.service.sessions import Sessions
from gateway.service.sets import Sets

PAUSES_S = (1, 5, 15)
"""How long a chunk waits before it is tried again: a database server is started again in about that time."""

NOBODY_WAITS = nullcontext()
"""The turn of who is alone, or whose database lets several write."""

_log = logging.getLogger(__name__)


class Chunks:
    """Does chunks.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        configurations: What the tenant keeps.
        sessions: Knows who began a job.
        sets: Decides the rows of an invoice together.
        adjusting: Decides rows one by one.
        pause: Waits some seconds.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        configurations: Configurations,
        sessions: Sessions,
        sets: Sets,
        adjusting: Adjusting,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._configurations = configurations
        self._sessions = sessions
        self._sets = sets
        self._adjusting = adjusting
        self._pause = pause

    def do(self, job: Job, chunk: Chunk, turn: AbstractContextManager[object] = NOBODY_WAITS) -> StoredChunk:
        """Do a chunk, unless it is done; without outcomes when the job is not running any more.

        Args:
            job: Its job.
            chunk: See above.
            turn: Is held while the transaction runs.

        Raises:
            LockCompetition, TemporaryTrouble, OutcomeUnknown: Several tries came to nothing.
        """
        for pause_s in PAUSES_S:
            try:
                return self._do(job, chunk, turn)
            except (LockCompetition, TemporaryTrouble, OutcomeUnknown) as failure:
                _log.warning("chunk %d of job %s is tried again: %s", chunk.number, job.id, failure.message)
                self._pause(pause_s)
        return self._do(job, chunk, turn)

    def _do(self, job: Job, chunk: Chunk, turn: AbstractContextManager[object]) -> StoredChunk:
        caller = self._sessions.caller_known(job.user_id, door=job.door, request_id=job.id)
        dry_run = bool(job.options.get("dry_run"))
        decide = self._deciding(job, caller, [row.record() for row in chunk.rows if not row.trouble])

        def work(tx: Transaction) -> StoredChunk:
            if not dry_run:
                tx.share_chunks(job.id)
                stored = tx.hold_chunk(job.id, chunk.number)
                if stored is not None and stored.rows != len(chunk.rows):
                    raise PlanChanged(chunk.number)
                if stored is not None and stored.outcomes:
                    return stored
                if tx.state_of_job(job.id) is not JobState.RUNNING:
                    return StoredChunk(chunk.number, len(chunk.rows))
                if stored is None:
                    # Before anything is decided: whoever else does it waits here, and finds the outcomes.
                    tx.claim_chunk(job.id, chunk.number, len(chunk.rows))
            saved = iter(decide(tx, self._configurations.held(tx)))
            outcomes = [
                unreadable(row) if row.trouble else outcome_of(row, next(saved)) for row in chunk.rows
            ]
            refused = sum(bool(outcome.errors) for outcome in outcomes)
            made = len(outcomes) - refused
            done = StoredChunk(
                chunk.number, len(outcomes), b"", pack_outcomes(outcomes), made=made, refused=refused
            )
            if not dry_run:
                tx.keep_chunk(job.id, done, self._clock())
            return done

        with turn:
            return self._store.write(work)

    def _deciding(self, job: Job, caller: Caller, records: Sequence[Record]) -> Work:
        """Return what decides records as the job wants it, in whichever transaction."""
        options = CallOptions(dry_run=bool(job.options.get("dry_run")))
        match job.kind:
            case JobKind.ADJUST:
                call = a_call(caller, "create", records, options, INVOICE_ITEM_ADJUSTMENT)
                return self._sets.deciding(call) if job.together else self._adjusting.creating(call)
            case JobKind.REVERSE:
                call = a_call(caller, "reverse", records, options, INVOICE_ITEM_ADJUSTMENT)
                return self._adjusting.reversing(call, together=job.together)
            case JobKind.CANCEL:
                status = {"Status": str(AdjustmentStatus.CANCELED)}
                canceled = [
                    Record(r.values | status, r.fields_to_null, r.ambiguous, r.foreign) for r in records
                ]
                call = a_call(caller, "update", canceled, options, INVOICE_ITEM_ADJUSTMENT)
                return self._adjusting.changing(call, together=job.together)
