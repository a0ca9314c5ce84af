"""The schema that migrations make is the schema that the code works on, on every database."""

import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from gateway.bootstrap import build
from gateway.engine import AdjustmentKind
from gateway.service.records import Record
from gateway.settings import Settings
from gateway.storage.migrating import NewerDatabase, is_current, migrate
from gateway.storage.store import SqlStore, open_store
from gateway.storage.tables import counters, metadata
from support.databases import DATABASES, an_empty_store, database_url, drop_all

SQLITE_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'"
POSTGRESQL_SCHEMA = """
    SELECT attrelid::regclass::text || '.' || attname, format_type(atttypid, atttypmod)
        || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' '
        || coalesce((SELECT collname FROM pg_collation c WHERE c.oid = attcollation), '')
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relname <> 'alembic_version'
        AND relnamespace = current_schema()::regnamespace)
    UNION SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    UNION SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
"""


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return database_url(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store without a single table; afterwards with all of them, for the other tests."""
    with an_empty_store(url) as store:
        drop_all(store)
        yield store
        drop_all(store)
        migrate(store)


def schema(store: SqlStore) -> list[tuple[str, list[str]]]:
    """Return everything that the database says of its tables, in its own words."""
    with store.engine.connect() as connection:
        match connection.dialect.name:
            case "sqlite":
                rows = connection.execute(text(SQLITE_SCHEMA)).all()
            case "postgresql":
                rows = connection.execute(text(POSTGRESQL_SCHEMA)).all()
            case _:
                rows = [
                    connection.execute(text(f"SHOW CREATE TABLE {name}")).one()
                    for name in inspect(connection).get_table_names()
                    if name != "alembic_version"
                ]
    # Blanks, how far a count has come, and the order of columns and constraints are not the schema: a later
    # revision adds at the end.
    return sorted((name, sorted(_pieces(sql or ""))) for name, sql in rows)


def _pieces(sql: str) -> list[str]:
    """Return the parts of a CREATE statement: a column, a constraint, an index or the table's options each.

    MariaDB lists indexes in the order in which they were made, which SQLAlchemy leaves to chance, and the
    options behind the last one.
    """
    body = " ".join(re.sub(r"AUTO_INCREMENT=\d+", "", sql).split()).replace("(", "( ").replace(")", " )")
    return [piece.strip(" ()") for piece in re.split(r", (?![^(]*\))|,(?=[^ ])|\) (?=ENGINE=)", body)]


def test_a_schema_is_the_same_whatever_the_order_of_its_indexes() -> None:
    table = "CREATE TABLE `t` (\n `a` int,\n {},\n {}\n) ENGINE=InnoDB"
    a, b = "KEY `ix_a` (`a`)", "KEY `ix_b` (`b`)"
    assert sorted(_pieces(table.format(a, b))) == sorted(_pieces(table.format(b, a)))
    assert sorted(_pieces(table.format(a, b))) != sorted(_pieces(table.format(a, a)))


def test_the_migrated_schema_is_the_one_of_the_code(store: SqlStore) -> None:
    assert migrate(store) is True
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_the_database_describes_migrated_and_created_tables_alike(store: SqlStore) -> None:
    metadata.create_all(store.engine)
    created = schema(store)
    drop_all(store)
    migrate(store)
    assert schema(store) == created
    assert len(created) >= len(metadata.tables)


def test_everything_is_counted_from_zero(store: SqlStore) -> None:
    migrate(store)
    with store.engine.connect() as connection:
        last = {row.name: row.last for row in connection.execute(counters.select())}
    assert last == {"adjustment_number": 0, "invoice_adjustment_number": 0, "configuration": 0, "jobs": 0}


def test_migrating_twice_changes_nothing(store: SqlStore) -> None:
    migrate(store)
    before = schema(store)
    store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 3))
    assert migrate(store) is False
    assert schema(store) == before
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 1)) == ["IIA-00000004"]


DUMPS = Path(__file__).parent.parent / "data" / "dumps"
EARLIER = sorted({path.name.split(".")[0] for path in DUMPS.iterdir()})


@pytest.mark.parametrize("revision", EARLIER)
def test_a_database_of_an_earlier_release_becomes_the_one_of_the_code_and_goes_on(
    store: SqlStore, revision: str
) -> None:
    migrate(store)
    created = schema(store)
    drop_all(store)
    load_dump(store, revision)
    migrate(store)
    assert is_current(store)
    assert schema(store) == created
    gateway = build(Settings(), store)
    session = gateway.sessions.log_in("ann@example.com", "correct horse")
    caller = gateway.sessions.caller(session, door="soap", request_id="r")
    page = gateway.querying.query(caller, "select Id, SourceId, Amount, Status from InvoiceItemAdjustment", 9)
    (id_, amount, source_id, status), canceled = sorted(page.rows, key=lambda row: row[1])
    assert (amount, status) == (Decimal("0.5"), "Processed")
    assert (canceled[1], canceled[3]) == (Decimal("0.51"), "Canceled")
    # What was made then is canceled now, and what is made now gets the next number.
    cancel = Record({"Id": id_, "Status": "Canceled"})
    draft = {"InvoiceNumber": "INV00000001", "SourceType": "InvoiceDetail", "SourceId": source_id}
    draft |= {"Type": "Credit", "Amount": "0.01", "AdjustmentDate": "2030-01-31"}
    saved = [*gateway.adjusting.update(caller, [cancel]), *gateway.adjusting.create(caller, [Record(draft)])]
    assert [outcome.errors for outcome in saved] == [(), ()]
    page = gateway.querying.query(
        caller, f"select AdjustmentNumber from InvoiceItemAdjustment where Id = '{saved[1].id}'", 9
    )
    assert page.rows[0][-1] == "IIA-00000004"
    gateway.verifying.verify(lambda difference: pytest.fail(str(difference)))
    jobs = [(job.kind, job.state, job.refused) for job in gateway.jobs.newest()]
    has_jobs = revision >= "0009"
    assert jobs == ([("adjust", "finished", 1)] if has_jobs else [])
    assert len(gateway.clients.all()) == has_jobs


def load_dump(store: SqlStore, revision: str) -> None:
    """Make the tables of an earlier release, with what was in them."""
    name = store.engine.dialect.name
    script = (DUMPS / f"{revision}.{name}.sql").read_text()
    with store.engine.connect() as connection:
        match name:
            case "sqlite":
                connection.connection.driver_connection.executescript(f"PRAGMA foreign_keys=OFF;{script}")
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
            case "postgresql":
                connection.exec_driver_sql(script)
                connection.commit()
            case _:
                for statement in (
                    "SET FOREIGN_KEY_CHECKS=0",
                    *script.split(";\n"),
                    "SET FOREIGN_KEY_CHECKS=1",
                ):
                    if statement.strip():
                        connection.exec_driver_sql(statement)
                connection.commit()


def test_an_empty_database_is_not_current_until_it_is_migrated(store: SqlStore) -> None:
    assert is_current(store) is False
    migrate(store)
    assert is_current(store) is True


def test_processes_that_migrate_at_once_do_it_once(store: SqlStore, url: str) -> None:
    barrier = Barrier(4)

    def one_process(_: int) -> bool:
        own = open_store(url)
        try:
            barrier.wait()
            return migrate(own)
        finally:
            own.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one_process, range(4))) == [False, False, False, True]
    assert is_current(store)


def test_a_database_of_a_newer_revision_is_refused_in_words(store: SqlStore) -> None:
    migrate(store)
    before = schema(store)
    with store.writing() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refusing in (migrate, is_current):
        with pytest.raises(
            NewerDatabase, match=r"has revision 9999, this gateway knows those up to \d{4}\. "
        ):
            refusing(store)
    assert schema(store) == before


def test_a_new_sqlite_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    store = open_store(f"sqlite:///{file}")
    try:
        migrate(store)
        with store.engine.connect() as connection:
            connection.execute(counters.select()).all()
            files = list(tmp_path.iterdir())
            assert len(files) > 1, "SQLite keeps files beside it while it is open"
            assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    finally:
        store.close()


def test_an_sqlite_file_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    file.touch(0o640)
    file.chmod(0o640)
    store = open_store(f"sqlite:///{file}")
    try:
        migrate(store)
    finally:
        store.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_asking_whether_a_database_is_current_creates_no_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        assert is_current(store) is False
    finally:
        store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_path_with_a_percent_sign_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "50%").mkdir()
    store = open_store(f"sqlite:///{tmp_path / '50%' / 'gateway.db'}")
    try:
        assert migrate(store)
        assert is_current(store)
    finally:
        store.close()
