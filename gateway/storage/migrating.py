"""Creating the schema and bringing it up to date.

``migrate`` may be run by several processes at once: one works, the others wait for it and find nothing left
to do. On SQLite and PostgreSQL a migration happens as a whole or not at all; MariaDB commits every change of
a table by itself, so a migration that failed there half-way needs a person.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from gateway.service.failures import DatabaseNotReady, TemporaryTrouble
from gateway.storage.store import SqlStore, database_file

_WAIT_S = 600
"""How long one process waits for another's migration: large tables take their time."""

_LOCK_KEY = 0x6761746577617900
"""PostgreSQL's advisory locks are numbers; this one spells ``gateway``."""


class NewerDatabase(DatabaseNotReady):
    """The database was migrated by a later release than this one; the message is for the operator."""


def migrate(store: SqlStore) -> bool:
    """Create the schema or upgrade it; say whether anything was to be done.

    A new SQLite file is readable by its owner alone.

    Raises:
        NewerDatabase: Nothing was changed.
        DatabaseNotReady: The file cannot be made or is no database, or the database refused.
        TemporaryTrouble: Another process (MariaDB) has been migrating for ten minutes.
    """
    file = database_file(store.engine.url.render_as_string(hide_password=False))
    if file is not None:
        _make_private(file)
    with _explained(store), store.writing() as connection, _alone(connection):
        config = _config()
        if _is_at_head(connection, config):
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True


def is_current(store: SqlStore) -> bool:
    """Say whether the schema is the one that this release works on; nothing is created.

    Raises:
        NewerDatabase: It is a later one.
        DatabaseNotReady: It is no database, or the database refused.
    """
    file = database_file(store.engine.url.render_as_string(hide_password=False))
    if file is not None and not file.exists():
        return False
    with _explained(store), store.reading() as connection, connection.begin():
        return _is_at_head(connection, _config())


def _config() -> Config:
    config = Config()
    # A path with % in it would be read as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _is_at_head(connection: Connection, config: Config) -> bool:
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_heads()
    unknown = sorted(set(found) - known)
    if unknown:
        raise NewerDatabase(
            f"The database is of a later gateway: its schema has revision {', '.join(unknown)}, this gateway "
            f"knows those up to {scripts.get_current_head()}. Install the gateway that was used last."
        )
    return set(found) == set(scripts.get_heads())


@contextmanager
def _explained(store: SqlStore) -> Iterator[None]:
    """Say which database it is that cannot be worked with; why is in the cause."""
    try:
        yield
    except DatabaseError as error:
        name = store.engine.url.render_as_string(hide_password=True)
        raise DatabaseNotReady(f"The database {name} cannot be used.") from error


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Run the block in one transaction while no other process migrates this database."""
    match connection.dialect.name:
        case "postgresql":
            with connection.begin():
                # Until the transaction ends; the store's own limit is for waiting calls, not for this.
                connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_S}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
                yield
        case "sqlite":
            # A transaction that may write is alone from its beginning.
            with connection.begin():
                yield
        case _:
            lock = {"name": f"gateway migrates {connection.engine.url.database}"[:64], "wait_s": _WAIT_S}
            got = connection.scalar(text("SELECT GET_LOCK(:name, :wait_s)"), lock)
            if got != 1:
                raise TemporaryTrouble
            try:
                connection.rollback()
                with connection.begin():
                    yield
            finally:
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), lock)
                connection.rollback()


def _make_private(file: Path) -> None:
    """Create an SQLite file unless it is there; the files beside it get its permissions from SQLite."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseNotReady(f"The database {file} cannot be created: {error.strerror}.") from error
