"""What the tenant has declared, in SQL."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, delete, exists, func, insert, select, update

from gateway.contract.catalog import custom_field
from gateway.contract.fields import Field, WireType
from gateway.service.ports import IgnoredField
from gateway.storage.tables import counters, custom_fields, custom_values, ignored_fields

_COUNTER = "configuration"
REVISION = select(counters.c.last).where(counters.c.name == _COUNTER)
"""How often the configuration was changed."""

MAX_COUNTED_NAMES = 1_000
"""Names of ignored fields that are kept; the calls that name others are counted together."""

_OTHERS = "(others)"


def field_id(object_name: str, name: str) -> ScalarSelect[int]:
    """Return the key of a declared field, as a subquery."""
    named = (custom_fields.c.object_name == object_name) & (custom_fields.c.name == name)
    return select(custom_fields.c.id).where(named).scalar_subquery()


class SqlConfiguration:
    """The ConfigurationStore of one transaction."""

    connection: Connection

    def revision(self) -> int:
        """Return how often the configuration was changed."""
        last: int | None = self.connection.scalar(REVISION)
        assert last is not None, "the migration that made the table wrote its row"
        return last

    def count_revision(self) -> None:
        """Count a change of the configuration."""
        self.connection.execute(
            update(counters).where(counters.c.name == _COUNTER).values(last=counters.c.last + 1)
        )

    def custom_fields(self) -> tuple[tuple[str, Field], ...]:
        """Return the declared fields, each with the name of its object, in the order of declaration."""
        table = custom_fields
        rows = self.connection.execute(
            select(table.c.object_name, table.c.name, table.c.type, table.c.length).order_by(table.c.id)
        )
        return tuple(
            (object_name, custom_field(name, WireType(type_), length))
            for object_name, name, type_, length in rows
        )

    def add_custom_field(self, object_name: str, field: Field, at: datetime) -> None:
        """Write a declaration."""
        self.connection.execute(
            insert(custom_fields).values(
                object_name=object_name,
                name=field.name,
                type=field.type.value,
                length=field.length,
                created_date=at,
            )
        )

    def remove_custom_field(self, object_name: str, name: str) -> None:
        """Delete a declaration."""
        table = custom_fields
        self.connection.execute(delete(table).where(table.c.object_name == object_name, table.c.name == name))

    def is_custom_field_used(self, object_name: str, name: str) -> bool:
        """Say whether any record has a value in a declared field."""
        used = exists().where(custom_values.c.field_id == field_id(object_name, name))
        return bool(self.connection.scalar(select(used)))

    def count_ignored_fields(self, object_name: str, names: Collection[str], at: datetime) -> None:
        """Count one call more that named these fields, which the object does not have."""
        table = ignored_fields
        of_object = table.c.object_name == object_name
        known = set(
            self.connection.scalars(
                select(table.c.name).where(of_object, table.c.name.in_([*names, _OTHERS]))
            )
        )
        new = sorted(set(names) - known)
        room = MAX_COUNTED_NAMES - (self.connection.scalar(select(func.count()).select_from(table)) or 0)
        counted = known.intersection(names)
        if len(new) > room:
            new = [*new[: max(room, 0)], *({_OTHERS} - known)]
            counted |= known & {_OTHERS}
        if counted:
            # In one order, so that two calls that name the same fields do not wait for each other.
            self.connection.execute(
                update(table)
                .where(of_object, table.c.name.in_(sorted(counted)))
                .values(calls=table.c.calls + 1, last_at=at)
            )
        if new:
            self.connection.execute(
                insert(table),
                [{"object_name": object_name, "name": name, "calls": 1, "last_at": at} for name in new],
            )

    def ignored_fields(self) -> list[IgnoredField]:
        """Return the counts by object and name."""
        table = ignored_fields
        rows = self.connection.execute(select(table).order_by(table.c.object_name, table.c.name))
        return [IgnoredField(*row) for row in rows]
