"""Builds everything from the settings: the one module that knows all the others."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway import rest, soap
from gateway.http import Guard
from gateway.server import Front
from gateway.server import Limits as FrontLimits
from gateway.service import Adjusting, Configurations, Querying, Sessions
from gateway.service.administering import Administering
from gateway.service.clients import Clients
from gateway.service.exports import Exporting
from gateway.service.failures import DatabaseNotReady, InvalidArgument
from gateway.service.ids import new_ids
from gateway.service.ignored import IgnoredFields
from gateway.service.imports import Importing
from gateway.service.job_ports import Job, JobState, StoredChunk
from gateway.service.jobs import Chunk, Chunks, Jobs
from gateway.service.saving import Saving
from gateway.service.sessions import Tenant
from gateway.service.sets import Sets
from gateway.service.telling import Telling
from gateway.service.verifying import Verifying
from gateway.settings import Settings
from gateway.storage import SqlStore, open_store
from gateway.storage.migrating import is_current, migrate
from gateway.storage.store import StoreLimits, postgresql_conninfo

if TYPE_CHECKING:
    from gateway.workers.queue import ChunkQueue

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway over one open database: its use cases, and its WSGI application."""

    settings: Settings
    store: SqlStore
    configurations: Configurations
    administering: Administering
    ignored: IgnoredFields
    sessions: Sessions
    clients: Clients
    adjusting: Adjusting
    sets: Sets
    querying: Querying
    importing: Importing
    exporting: Exporting
    jobs: Jobs
    chunks: Chunks
    verifying: Verifying
    telling: Telling
    wsgi: Guard


def now() -> datetime:
    """Return the present moment to the millisecond, which is what is stored and answered."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@contextmanager
def open_gateway(settings: Settings) -> Iterator[Gateway]:
    """Open the database and build a gateway over it; the database is closed at the end."""
    store = _open(settings)
    try:
        gateway = build(settings, store)
        # What it is built of lives as long as it does: nobody need look through it for garbage.
        gc.freeze()
        yield gateway
    finally:
        gc.unfreeze()
        store.close()


_NEW_VALUES = 200_000
"""Between two looks for garbage, for a job: Python's own 700 are a hundred rows."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom while a job runs: hardly any of its millions of values are in a circle."""
    usual = gc.get_threshold()
    gc.set_threshold(_NEW_VALUES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _open(settings: Settings) -> SqlStore:
    # A call holds one connection at a time; one more is for whoever looks in from outside the threads.
    limits = StoreLimits(lock_wait_s=settings.lock_wait_seconds, connections=settings.threads + 1)
    return open_store(settings.database_url, limits)


def build(settings: Settings, store: SqlStore, clock: Callable[[], datetime] = now) -> Gateway:
    """Build a gateway over an open store; tests bring a clock of their own."""
    configurations = Configurations(store)
    sessions = Sessions(
        store,
        clock,
        configurations,
        tenant=Tenant(settings.tenant_id, settings.tenant_name),
        idle=settings.session_idle,
        longest=settings.session_longest,
    )
    saving = Saving(store, clock, new_ids, configurations)
    adjusting, sets = Adjusting(saving), Sets(saving)
    querying = Querying(store, clock)
    clients = Clients(store, clock)
    soap_door = soap.Endpoint(
        soap.UseCases(
            configurations=configurations,
            sessions=sessions,
            adjusting=adjusting,
            querying=querying,
            public_url=settings.public_url,
            features=settings.shown_features,
        ),
        settings.max_body_bytes,
    )
    json_door = rest.JsonDoor(
        rest.UseCases(configurations, sessions, clients, adjusting, querying), settings.max_body_bytes
    )
    return Gateway(
        settings=settings,
        store=store,
        configurations=configurations,
        administering=Administering(store, clock),
        ignored=IgnoredFields(store, clock),
        sessions=sessions,
        clients=clients,
        adjusting=adjusting,
        sets=sets,
        querying=querying,
        importing=Importing(store, clock, configurations, currencies=settings.own_currencies),
        exporting=Exporting(store, clock, configurations, adjusting),
        jobs=Jobs(store, clock),
        chunks=Chunks(store, clock, configurations, sessions, sets, adjusting),
        verifying=Verifying(store, configurations),
        telling=Telling(store),
        wsgi=Guard(soap_door, dict.fromkeys(rest.PATHS, json_door)),
    )


@contextmanager
def open_chunks(
    settings: Settings, turn: AbstractContextManager[object]
) -> Iterator[Callable[[Job, Chunk], StoredChunk]]:
    """Build what does chunks of jobs, in a process of its own; ``turn`` is held by one that writes."""
    _log_to_stderr(settings)
    with open_gateway(settings) as gateway, seldom_collected():
        yield lambda job, chunk: gateway.chunks.do(job, chunk, turn)


def do_chunks(settings: Settings) -> None:
    """Do the chunks of distributed jobs, in a process of its own, until a signal ends it."""
    _log_to_stderr(settings)
    # It tells of every look for work.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    queue = chunk_queue(settings)
    with open_gateway(settings) as gateway:

        def do(job_id: str, number: int) -> None:
            job = gateway.jobs.show(job_id)
            try:
                done = gateway.chunks.do(job, gateway.jobs.staged_chunk(job, number))
            except InvalidArgument as failure:
                # Another try would end so too: the job's user is closed, mostly.
                give_up(job_id, number, failure)
                return
            gateway.jobs.finish_if_done(job_id)
            _log.info("chunk %d of job %s: %d done, %d refused", number, job_id, done.made, done.refused)

        def give_up(job_id: str, number: int, error: Exception) -> None:
            _log.error("chunk %d of job %s is given up, and the job stopped: %s", number, job_id, error)
            gateway.jobs.move(job_id, JobState.STOPPED)

        queue.work(do, give_up)


def chunk_queue(settings: Settings) -> ChunkQueue:
    """Return the queue through which workers get their chunks.

    Raises:
        InvalidArgument: The database is not PostgreSQL, or the queue's software is not installed.
    """
    conninfo = postgresql_conninfo(settings.database_url)
    if conninfo is None:
        raise InvalidArgument("Workers share their chunks through PostgreSQL; this database is another.")
    try:
        from gateway.workers.queue import ChunkQueue  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as error:
        raise InvalidArgument(
            f"Workers need {error.name}. Install it with: pip install 'adjustment-gateway[workers]'"
        ) from error
    return ChunkQueue(conninfo, settings.heartbeat_seconds)


def store_name(store: SqlStore) -> str:
    """Return the database's URL as it may be shown: without its password."""
    return store.engine.url.render_as_string(hide_password=True)


def prepare_database(settings: Settings) -> str:
    """Create or migrate the database and return what was done, in a sentence."""
    store = _open(settings)
    try:
        changed = migrate(store)
    finally:
        store.close()
    return f"{store_name(store)} is ready." if changed else f"{store_name(store)} was ready already."


def require_current_database(settings: Settings) -> None:
    """Refuse to go on with a database that is missing or not of this version.

    Raises:
        DatabaseNotReady: It says to run ``gateway init``.
    """
    with open_gateway(settings) as gateway:
        if not is_current(gateway.store):
            raise DatabaseNotReady(
                f"The database {store_name(gateway.store)} is not ready. Run `gateway init`."
            )


def worker(settings: Settings) -> Front:
    """Build what one worker process serves; it lives as long as the process."""
    _log_to_stderr(settings)
    limits = FrontLimits(
        max_body_bytes=settings.max_body_bytes,
        body_seconds=settings.body_seconds,
        threads=settings.threads,
        max_waiting=settings.max_waiting,
    )
    wsgi = build(settings, _open(settings)).wsgi
    return Front(wsgi, limits, wsgi.refuse)


def _log_to_stderr(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
