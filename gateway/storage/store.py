"""Opening a database and running transactions on it.

One writer decides at a time for each invoice: PostgreSQL and MariaDB lock the invoice rows (READ COMMITTED,
so that what is read after the lock is what the last writer left), SQLite lets one writing transaction in at
a time (BEGIN IMMEDIATE). A transaction that the database breaks off is run again from its start.
"""

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.service.evidence import EvidenceStore
from gateway.service.failures import (
    DatabaseNotReady,
    LockCompetition,
    OutcomeUnknown,
    TemporaryTrouble,
)
from gateway.service.ports import Transaction
from gateway.storage.answers import SqlAnswers
from gateway.storage.clients import SqlClients
from gateway.storage.configuration import SqlConfiguration
from gateway.storage.exports import SqlExports
from gateway.storage.history import SqlHistory
from gateway.storage.imports import SqlImports
from gateway.storage.jobs import SqlJobs
from gateway.storage.queries import SqlQueries
from gateway.storage.sessions import SqlSessions
from gateway.storage.types import add_exact_functions
from gateway.storage.verification import SqlEvidence

T = TypeVar("T")

MAX_TRIES = 5
"""How often a transaction is run before its caller learns LOCK_COMPETITION."""

_FIRST_PAUSE_S = 0.02

_LOCK_WAIT, _DEADLOCK = "lock wait over its limit", "deadlock"
_TRY_AGAIN_SQLSTATES = {"40001": "serialization failure", "40P01": _DEADLOCK, "55P03": _LOCK_WAIT}
"""PostgreSQL's, and what the log calls them."""
_TRY_AGAIN_ERRNOS = {(1205,): _LOCK_WAIT, (1213,): _DEADLOCK, (1020,): "row changed since it was read"}
"""MariaDB's."""

_SQLITE_CACHE = "cache_size=-32768"
"""In KiB, for each connection: the pages that a set changes. With the 2 MB of the default they go to the disk
and come back while it is written."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """What the store may use.

    Attributes:
        lock_wait_s: How long a transaction waits for a lock before it is broken off; 0 is not at all.
        connections: The most connections of this process.
    """

    lock_wait_s: int = 10
    connections: int = 8


class SqlTransaction(
    SqlHistory,
    SqlSessions,
    SqlClients,
    SqlQueries,
    SqlAnswers,
    SqlConfiguration,
    SqlImports,
    SqlExports,
    SqlJobs,
):
    """All that one transaction can read and write."""


class SqlStore:
    """The store over one SQLAlchemy engine; it belongs to one process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a unit of work that writes nothing."""
        try:
            with self.reading() as connection, connection.begin():
                return work(SqlTransaction(connection))
        except OperationalError as error:
            if _is_bug(error):
                raise
            raise TemporaryTrouble from error

    def write(self, work: Callable[[Transaction], T], *, patient: bool = True) -> T:
        """Run a unit of work and commit it, again from its start when the database breaks it off."""
        pause_s = _FIRST_PAUSE_S
        for tries_left in reversed(range(MAX_TRIES if patient else 1)):
            try:
                return self._write_once(work, patient=patient)
            except DBAPIError as error:
                reason = _why_again(error)
                if reason is None:
                    if isinstance(error, OperationalError) and not _is_bug(error):
                        raise TemporaryTrouble from error
                    raise
                if not tries_left:
                    if isinstance(error, IntegrityError):
                        raise  # nobody competes: the row itself is wrong
                    if patient:
                        _log.warning("gave a transaction up after %d tries: %s", MAX_TRIES, reason)
                    raise LockCompetition from error
                _log.warning("a transaction was broken off and is run again: %s", reason)
            time.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, no secret
            pause_s *= 2
        raise AssertionError("the last try returns or raises")

    def snapshot(self, work: Callable[[EvidenceStore], T]) -> T:
        """Run a unit of work that reads the books as they are at one moment, however long that takes."""
        level = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        try:
            with self.reading().execution_options(**level) as connection, connection.begin():
                return work(SqlEvidence(connection))
        except OperationalError as error:
            if _is_bug(error):
                raise
            raise TemporaryTrouble from error

    def _write_once(self, work: Callable[[Transaction], T], *, patient: bool) -> T:
        with self.writing() as connection, _waiting(connection, patient=patient):
            transaction = connection.begin()
            try:
                result = work(SqlTransaction(connection))
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except OperationalError as error:
                # Whatever state it is in, nobody is to get this connection again.
                connection.invalidate()
                # A deadlock found at the commit is taken back; a lost connection tells nothing.
                if _why_again(error):
                    raise
                raise OutcomeUnknown from error
            return result

    def reading(self) -> Connection:
        """Return a connection whose transactions only read.

        Raises:
            TemporaryTrouble: The database cannot be reached.
        """
        try:
            return self.engine.connect()
        except (OperationalError, PoolTimeoutError) as error:
            raise TemporaryTrouble from error

    def writing(self) -> Connection:
        """Return a connection whose transactions may write; it fails as ``reading`` does."""
        return self.reading().execution_options(gateway_writes=True)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_store(url: str, limits: StoreLimits = StoreLimits()) -> SqlStore:
    """Open the database at a SQLAlchemy URL; nothing is created or migrated.

    Args:
        url: ``sqlite:///file.db``, ``postgresql+psycopg://...`` or ``mariadb+pymysql://...``.
        limits: What the store may use.

    Raises:
        DatabaseNotReady: The URL names no database that is known here, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
            raise DatabaseNotReady("GATEWAY_DATABASE_URL names a database in memory: it would be lost.")
        open_engine = _open_sqlite if parsed.get_backend_name() == "sqlite" else _open_server
        return SqlStore(open_engine(parsed, limits))
    except ArgumentError as error:
        # The URL itself may hold a password.
        raise DatabaseNotReady("GATEWAY_DATABASE_URL names no database that is known here.") from error
    except ModuleNotFoundError as error:
        raise DatabaseNotReady(f"The database's driver is not installed: {error}.") from error


def database_file(url: str) -> Path | None:
    """Return the file of an SQLite URL; None for a database server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    return Path(str(parsed.database))


def postgresql_conninfo(url: str) -> str | None:
    """Return what libpq connects with, for the URL of a PostgreSQL database; None for another."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return None
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def _open_server(url: URL, limits: StoreLimits) -> Engine:
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=limits.connections,
        max_overflow=0,
        pool_pre_ping=True,
        # What callers send stays out of error texts, which are logged.
        hide_parameters=True,
        connect_args=_server_arguments(url, limits),
    )


def _server_arguments(url: URL, limits: StoreLimits) -> dict[str, Any]:
    if url.get_backend_name() == "postgresql":
        # PostgreSQL waits for ever at 0.
        lock_timeout_ms = limits.lock_wait_s * 1000 or 1
        return {"options": f"-c lock_timeout={lock_timeout_ms} -c timezone=UTC"}
    return {
        "charset": "utf8mb4",
        "init_command": f"SET SESSION innodb_lock_wait_timeout={limits.lock_wait_s}, time_zone='+00:00'",
    }


def _open_sqlite(url: URL, limits: StoreLimits) -> Engine:
    engine = create_engine(
        url,
        pool_size=limits.connections,
        max_overflow=0,
        connect_args={"timeout": limits.lock_wait_s, "isolation_level": None},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        # WAL lets readers go on while one writes. FULL: what was answered survives a power cut.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _SQLITE_CACHE):
            connection.execute(f"PRAGMA {pragma}").close()
        add_exact_functions(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock at once: taken later, two readers could not both become writers.
        writes = connection.get_execution_options().get("gateway_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _waiting(connection: Connection, *, patient: bool) -> Iterator[None]:
    """Let SQLite refuse at once instead of waiting for another writer, unless the caller is patient."""
    raw: Any = connection.connection.dbapi_connection
    if patient or not isinstance(raw, sqlite3.Connection):
        yield
        return
    (usual_ms,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute("PRAGMA busy_timeout=0").close()
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={usual_ms}").close()


def _is_bug(error: OperationalError) -> bool:
    """SQLite says OperationalError of wrong SQL too; the servers have a class of its own for that."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _why_again(error: DBAPIError) -> str | None:
    """Say in a few words why a transaction that failed is worth another try; None when it is not."""
    if isinstance(error, IntegrityError):
        # Another transaction took the same adjustment number meanwhile: the next try sees it.
        return "the same row written twice at once"
    original: Any = error.orig
    if isinstance(original, sqlite3.OperationalError):
        busy = getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        return _LOCK_WAIT if busy else None
    if original is not None and original.args[:1] in _TRY_AGAIN_ERRNOS:
        return _TRY_AGAIN_ERRNOS[original.args[:1]]
    return _TRY_AGAIN_SQLSTATES.get(getattr(original, "sqlstate", None) or "")
