"""Very many rows at once, in the way that is quickest on each database.

New rows go through COPY on PostgreSQL; the other drivers send many rows with one statement. Changed rows are
one value of a statement, which the server takes apart: arrays on PostgreSQL, JSON on MariaDB; SQLite has no
way to save. All of it belongs to the transaction of its connection. Values are given column by column, as the
engine has them.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Table, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import Text

MANY = 200
"""From so many rows on they are written in bulk. A call of the legacy's 50 records stays below: for those, a
statement that driver and database know already is quicker."""

Columns = Mapping[str, Sequence[Any]]
"""Values by the column's name; all are equally long."""

_VALUES_IN_A_STATEMENT = 10_000
"""MariaDB takes 65,535."""

_ROWS_IN_A_CHANGE = 10_000
"""What MariaDB takes in 16 MB, its default, with room to spare."""


def insert_pages(connection: Connection, table: Table, pages: Iterable[Columns]) -> None:
    """Write new rows, some at a time, all with the same columns: while one page is written, the next is made.

    There must be one page at least.
    """
    pages = iter(pages)
    first = next(pages)
    pages = chain([first], pages)
    name, names = _name(connection, table.name), _names(connection, first)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {name} ({names}) FROM STDIN", table, pages)
        return
    marks = ", ".join(["?" if connection.dialect.paramstyle == "qmark" else "%s"] * len(first))
    for page in pages:
        connection.exec_driver_sql(
            f"INSERT INTO {name} ({names}) VALUES ({marks})",  # noqa: S608  # our names
            _rows(table, page, connection.dialect),
        )


def update_columns(
    connection: Connection, table: Table, columns: Columns, same_for_all: Mapping[str, Any]
) -> None:
    """Write columns of rows that exist, found by ``id``, and the same further values into all of them."""
    for first in range(0, _count(columns), _ROWS_IN_A_CHANGE):
        some = slice(first, first + _ROWS_IN_A_CHANGE)
        page = {name: values[some] for name, values in columns.items()}
        match connection.dialect.name:
            case "postgresql":
                _update_from_arrays(connection, table, page, same_for_all)
            case "sqlite":
                _update_one_by_one(connection, table, page, same_for_all)
            case _:
                _update_from_json(connection, table, page, same_for_all)


def _update_one_by_one(
    connection: Connection, table: Table, columns: Columns, same_for_all: Mapping[str, Any]
) -> None:
    ids = columns["id"]
    changed = {name: values for name, values in columns.items() if name != "id"}
    changed |= {name: [value] * len(ids) for name, value in same_for_all.items()}
    changes = ", ".join(f"{_name(connection, name)} = ?" for name in changed)
    connection.exec_driver_sql(
        f"UPDATE {_name(connection, table.name)} SET {changes} WHERE id = ?",  # noqa: S608  # our names
        _rows(table, {**changed, "id": ids}, connection.dialect),
    )


def among(
    connection: Connection, column: ColumnElement[Any], texts: Collection[str]
) -> Iterator[ColumnElement[bool]]:
    """Give the conditions, one statement's each, that a column has one of these texts; none for no texts."""
    ordered = list(texts)
    if len(ordered) >= MANY and connection.dialect.name == "postgresql":
        # Not "= ANY (...)": of a table that was small a while ago, that compares each row with each text.
        yield column.in_(select(func.unnest(cast(literal(_array(ordered), Text()), ARRAY(Text())))))
    elif len(ordered) >= MANY and connection.dialect.name == "sqlite":
        yield column.in_(select(func.json_each(json.dumps(ordered)).table_valued("value").c.value))
    else:
        for first in range(0, len(ordered), _VALUES_IN_A_STATEMENT):
            yield column.in_(ordered[first : first + _VALUES_IN_A_STATEMENT])


def columns_of(rows: Sequence[Any], names: Iterable[str]) -> Columns:
    """Return attributes of objects column by column."""
    return {name: list(map(attrgetter(name), rows)) for name in names}


def _update_from_arrays(
    connection: Connection, table: Table, columns: Columns, same_for_all: Mapping[str, Any]
) -> None:
    dialect, name = connection.dialect, _name(connection, table.name)
    arrays = ", ".join(f"%s::{_element_type(table.c[column], dialect)}[]" for column in columns)
    connection.exec_driver_sql(
        f"UPDATE {name} SET {_changes(connection, columns, same_for_all)}"  # noqa: S608  # our names
        f" FROM unnest({arrays}) AS given({_names(connection, columns)}) WHERE {name}.id = given.id",
        (
            *(_driver_values(table.c[column], [value], dialect)[0] for column, value in same_for_all.items()),
            *(_array(_driver_values(table.c[column], values, dialect)) for column, values in columns.items()),
        ),
    )


def _update_from_json(
    connection: Connection, table: Table, columns: Columns, same_for_all: Mapping[str, Any]
) -> None:
    dialect, name = connection.dialect, _name(connection, table.name)
    paths = ", ".join(
        f"{_name(connection, column)} {table.c[column].type.compile(dialect)} PATH '$[{place}]'"
        for place, column in enumerate(columns)
    )
    # The given rows first: the server does not know how many they are.
    connection.exec_driver_sql(
        f"UPDATE JSON_TABLE(%s, '$[*]' COLUMNS ({paths})) AS given"  # noqa: S608  # our names
        f" STRAIGHT_JOIN {name} ON {name}.id = given.id"
        f" SET {_changes(connection, columns, same_for_all, of=name)}",
        (
            json.dumps(_rows(table, columns, dialect), default=_plain_text),
            *(_driver_values(table.c[column], [value], dialect)[0] for column, value in same_for_all.items()),
        ),
    )


def _changes(
    connection: Connection, columns: Columns, same_for_all: Mapping[str, Any], of: str | None = None
) -> str:
    """Return what a change from given rows sets; PostgreSQL wants no table's name before the column's."""
    before = f"{of}." if of else ""
    names = {column: _name(connection, column) for column in (*columns, *same_for_all)}
    return ", ".join(
        f"{before}{names[column]} = " + (f"given.{names[column]}" if column in columns else "%s")
        for column in names
        if column != "id"
    )


def _copy(connection: Connection, statement: str, table: Table, pages: Iterable[Columns]) -> None:
    """Send rows through PostgreSQL's COPY, as text."""
    driver: Any = connection.connection.dbapi_connection
    dbapi: Any = connection.dialect.dbapi
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for page in pages:
                copy.write(_lines(table, page, connection.dialect))
    except dbapi.Error as error:
        # As SQLAlchemy does with the statements that it sends itself; what was sent stays out of it.
        if connection.dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, dbapi.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _lines(table: Table, page: Columns, dialect: Dialect) -> str:
    """Return rows as COPY reads them."""
    texts = [_copy_texts(_driver_values(table.c[name], values, dialect)) for name, values in page.items()]
    return "\n".join(map("\t".join, zip(*texts, strict=True))) + "\n"


def _element_type(column: Column[Any], dialect: Dialect) -> str:
    """Return the type of an array's elements; a length would shorten what is too long, and say nothing."""
    type_ = column.type.compile(dialect)
    return "TEXT" if type_.startswith("VARCHAR") else type_


def _array(values: Collection[Any]) -> str:
    """Return values as PostgreSQL reads an array."""
    if not values:
        return "{}"
    if set(map(type, values)) == {str}:
        quoted = '"' + '","'.join(values) + '"'
        if "\\" not in quoted and quoted.count('"') == 2 * len(values):
            return f"{{{quoted}}}"
    return "{" + ",".join(_each_once(values, _element)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _plain_text(value)


def _copy_texts(values: Sequence[Any]) -> Sequence[str]:
    """Return values as COPY reads them."""
    if set(map(type, values)) == {str}:
        # Looked for in all of them at once: hardly any text has one.
        together = "".join(values)
        if not any(special in together for special in "\\\t\n\r"):
            return values
    return _each_once(values, _copy_text)


def _copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return _plain_text(value)


def _plain_text(value: Any) -> str:
    """Return a number, a day, a moment or a truth value as PostgreSQL reads it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(table: Table, columns: Columns, dialect: Dialect) -> list[tuple[Any, ...]]:
    return list(
        zip(
            *(_driver_values(table.c[name], values, dialect) for name, values in columns.items()), strict=True
        )
    )


def _driver_values(column: Column[Any], values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """Return a column's values as its driver takes them."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        # The engine's Enums are strings, which not every driver sees.
        return values if set(map(type, values)) <= {str, int, NoneType} else _each_once(values, _plain_value)
    return _each_once(values, process)


def _plain_value(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _each_once(values: Collection[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """Convert values, equal ones once: many rows have the same day, user and amount."""
    converted = {value: convert(value) for value in set(values)}
    if len(converted) == 1:
        return [*converted.values()] * len(values)
    return list(map(converted.__getitem__, values))


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _names(connection: Connection, columns: Columns) -> str:
    return ", ".join(_name(connection, column) for column in columns)


def _name(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
