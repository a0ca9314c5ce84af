"""The values of the tenant's own fields: a row for each value, in the column of its type.

A declaration changes no table, so it locks none and needs no migration.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, delete, insert, select

from gateway.contract.fields import Field, WireType
from gateway.engine import Adjustment
from gateway.storage.bulk import among
from gateway.storage.tables import custom_fields, custom_values

_COLUMNS = {
    WireType.STRING: "text",
    WireType.DECIMAL: "number",
    WireType.BOOLEAN: "flag",
    WireType.DATE: "day",
    WireType.DATE_TIME: "moment",
}


def value_column(values: FromClause, field: Field) -> ColumnElement[Any]:
    """Return the column of an alias of custom_values that holds a field's values."""
    column: ColumnElement[Any] = values.c[_COLUMNS[field.type]]
    return column


def read_custom(
    connection: Connection, object_name: str, ids: Collection[str], fields: Sequence[Field]
) -> dict[str, dict[str, Any]]:
    """Read the values of records by Id, then by field."""
    found: dict[str, dict[str, Any]] = {}
    if not ids or not fields:
        return found
    by_name = {field.name: field for field in fields}
    statement = (
        select(custom_values, custom_fields.c.name)
        .join_from(custom_values, custom_fields, custom_values.c.field_id == custom_fields.c.id)
        .where(custom_fields.c.object_name == object_name)
    )
    for condition in among(connection, custom_values.c.record_id, ids):
        for row in connection.execute(statement.where(condition)).mappings():
            field = by_name.get(row["name"])
            if field is not None:
                found.setdefault(row["record_id"], {})[field.name] = row[_COLUMNS[field.type]]
    return found


def write_custom(
    connection: Connection, object_name: str, adjustments: Sequence[Adjustment], fields: Sequence[Field]
) -> None:
    """Write the values of new records, or of records whose old values were deleted."""
    by_name = {field.name: field for field in fields}
    rows = [_row(a.id, by_name[name], value) for a in adjustments for name, value in a.custom.items()]
    if not rows:
        return
    ids = dict(
        connection.execute(
            select(custom_fields.c.name, custom_fields.c.id).where(custom_fields.c.object_name == object_name)
        ).all()
    )
    connection.execute(insert(custom_values), [{**row, "field_id": ids[row.pop("name")]} for row in rows])


def delete_custom(connection: Connection, object_name: str, ids: Collection[str]) -> None:
    """Delete all values of records."""
    of_object = select(custom_fields.c.id).where(custom_fields.c.object_name == object_name)
    for condition in among(connection, custom_values.c.record_id, ids):
        connection.execute(delete(custom_values).where(condition, custom_values.c.field_id.in_(of_object)))


def _row(record_id: str, field: Field, value: Any) -> dict[str, Any]:
    return {
        "name": field.name,
        "record_id": record_id,
        **dict.fromkeys(_COLUMNS.values()),
        _COLUMNS[field.type]: value,
    }
