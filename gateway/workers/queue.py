"""The queue of a job's chunks for workers on any number of machines: procrastinate's, on PostgreSQL.

A task names a chunk; its rows are staged with the job, and doing it is what a process of one machine does. A
chunk is done once however often its task runs, so a task whose worker is gone is simply run again. Sources:
procrastinate's pages on locks, stalled jobs and sync tasks (3.10).
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.types import JSONDict

from gateway.service.failures import InvalidArgument

SCHEMA = "gateway_queue"
"""procrastinate's tables have a schema of their own in the gateway's database."""

_QUEUE, _CHUNK, _AGAIN = "gateway.bulk", "gateway.chunk", "gateway.chunks_of_the_dead"
_LOCK_KEY = 0x6761746577617901
"""Of the advisory lock under which the tables are made; beside the migrations' own."""

_MISSED_HEARTBEATS = 3
"""After so many a worker is taken for dead, and its chunk is done by another."""

_TRIES_AGAIN = 10

_TASKS_AT_ONCE = 1000
_SOON = 100
"""The priority of looking for dead workers: it must not wait behind a million rows."""

DoChunkOf = Callable[[str, int], None]
"""Does a chunk, given its job's Id and its number."""

GiveUp = Callable[[str, int, Exception], None]
"""Is told of a chunk that is not tried any more, and why."""


class ChunkQueue:
    """The queue in one database.

    Args:
        conninfo: libpq's, of the gateway's database.
        heartbeat_s: How often a worker says that it lives.
    """

    def __init__(self, conninfo: str, heartbeat_s: int) -> None:
        self._conninfo = conninfo
        self._heartbeat_s = heartbeat_s

    def prepare(self) -> None:
        """Make the tables, once, whoever asks first.

        Raises:
            InvalidArgument: The database does not let its user make them.
        """
        try:
            with psycopg.connect(self._conninfo, autocommit=True) as connection:
                # Held until the connection ends.
                connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
                found = connection.execute(f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs')").fetchone()
                if found == (None,):
                    self._make_tables(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise InvalidArgument(
                f"The database's user may not make the schema {SCHEMA}, which the queue needs."
            ) from error

    def _make_tables(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        app = self._app()
        with app.open():
            app.schema_manager.apply_schema()

    def put(self, job_id: str, chunks: Iterable[tuple[int, str]]) -> int:
        """Put chunks into the queue, given as number and lane; return how many."""
        self.prepare()
        app = self._app()
        count = 0
        with app.open():
            free = iter(chunks)
            while some := list(islice(free, _TASKS_AT_ONCE)):
                alone = [number for number, lane in some if not lane]
                tasks: list[JSONDict] = [{"job_id": job_id, "number": number} for number in alone]
                app.configure_task(_CHUNK, queue=_QUEUE).batch_defer(*tasks)
                for number, lane in some:
                    if lane:
                        waiting = app.configure_task(_CHUNK, queue=_QUEUE, lock=f"{job_id}/{lane}")
                        waiting.defer(job_id=job_id, number=number)
                count += len(some)
        return count

    def work(self, do: DoChunkOf, give_up: GiveUp, *, until_empty: bool = False) -> None:
        """Do chunks until SIGTERM or Ctrl-C, which let the chunk in hand finish.

        Args:
            do: Does one.
            give_up: Is told of one whose last try failed.
            until_empty: Return when there is none left.
        """
        self.prepare()
        app = self._app()
        self._add_tasks(app, do, give_up)
        app.run_worker(
            queues=[_QUEUE],
            wait=not until_empty,
            delete_jobs="successful",
            update_heartbeat_interval=self._heartbeat_s,
            stalled_worker_timeout=self._dead_after_s,
        )

    @property
    def _dead_after_s(self) -> int:
        return self._heartbeat_s * _MISSED_HEARTBEATS

    def _app(self) -> App:
        options = f"-c search_path={SCHEMA}"
        conninfo = psycopg.conninfo.make_conninfo(self._conninfo, options=options)
        return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))

    def _add_tasks(self, app: App, do: DoChunkOf, give_up: GiveUp) -> None:
        # The database may be away for a while, a chunk's invoices be held: nothing of it is done then.
        retry = RetryStrategy(max_attempts=_TRIES_AGAIN, linear_wait=self._heartbeat_s)

        @app.task(name=_CHUNK, queue=_QUEUE, retry=retry, pass_context=True)
        def do_chunk(context: JobContext, job_id: str, number: int) -> None:
            try:
                do(job_id, number)
            except Exception as error:
                if context.job.attempts >= _TRIES_AGAIN:
                    give_up(job_id, number, error)
                raise

        @app.periodic(cron=f"* * * * * */{self._heartbeat_s}")
        @app.task(name=_AGAIN, queue=_QUEUE, queueing_lock=_AGAIN, priority=_SOON, pass_context=True)
        async def do_again_what_the_dead_had(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
            manager = context.app.job_manager
            stalled = await manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=self._dead_after_s)
            for job in stalled:
                await manager.retry_job(job)
