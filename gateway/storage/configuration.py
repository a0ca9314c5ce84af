"""What the tenant has declared and keeps, in SQL."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ScalarSelect,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from gateway.contract.catalog import Catalog, custom_field
from gateway.contract.fields import Field, WireType
from gateway.engine.periods import AccountingPeriod, PeriodStatus
from gateway.service.ports import IgnoredField
from gateway.service.tenant import AccountingCode, Configuration, ReasonCode, read_tenant_settings
from gateway.storage.tables import (
    accounting_codes,
    accounting_periods,
    configuration_entries,
    counters,
    custom_fields,
    custom_values,
    ignored_fields,
    reason_codes,
    tenant_settings,
)

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
        return self._revision(REVISION)

    def hold_revision(self) -> int:
        """Return how often the configuration was changed, and keep it so until the transaction ends."""
        return self._revision(REVISION.with_for_update(read=True))

    def _revision(self, statement: Select[int]) -> int:
        last: int | None = self.connection.scalar(statement)
        assert last is not None, "the migration that made the table wrote its row"
        return last

    def count_revision(self) -> None:
        """Count a change of the configuration, once nobody holds the revision any more."""
        self.connection.execute(
            update(counters).where(counters.c.name == _COUNTER).values(last=counters.c.last + 1)
        )

    def configuration(self) -> Configuration:
        """Return the configuration as this transaction sees it."""
        # First: what is changed meanwhile makes the revision look old, and it is read again.
        revision = self.revision()
        return Configuration(
            revision,
            Catalog(self._custom_fields()),
            read_tenant_settings(dict(self._rows(tenant_settings.c.name, tenant_settings.c.value))),
            tuple(
                AccountingPeriod(name, start, end, PeriodStatus(status))
                for start, name, end, status in self._rows(
                    accounting_periods.c.start_date,
                    accounting_periods.c.name,
                    accounting_periods.c.end_date,
                    accounting_periods.c.status,
                )
            ),
            tuple(ReasonCode(*row) for row in self._rows(*reason_codes.c)),
            tuple(AccountingCode(*row) for row in self._rows(*accounting_codes.c)),
        )

    def _rows(self, *columns: Column[Any]) -> list[Any]:
        """Return all rows of a small table, by its first column."""
        return list(self.connection.execute(select(*columns).order_by(columns[0])).all())

    def _custom_fields(self) -> tuple[tuple[str, Field], ...]:
        """Return the declared fields, each with the name of its object, in the order of declaration."""
        table = custom_fields
        rows = self.connection.execute(
            select(table.c.object_name, table.c.name, table.c.type, table.c.length).order_by(table.c.id)
        )
        return tuple(
            (object_name, custom_field(name, WireType(type_), length))
            for object_name, name, type_, length in rows
        )

    def save_setting(self, name: str, value: str) -> None:
        """Write a setting."""
        self._replace(tenant_settings, "name", [{"name": name, "value": value}])

    def save_periods(self, periods: Sequence[AccountingPeriod]) -> None:
        """Write accounting periods, new or changed."""
        rows = [{**asdict(period), "status": period.status.value} for period in periods]
        self._replace(accounting_periods, "name", rows)

    def save_reason_codes(self, codes: Sequence[ReasonCode]) -> None:
        """Write reason codes, new or changed."""
        self._replace(reason_codes, "code", [asdict(code) for code in codes])

    def save_accounting_codes(self, codes: Sequence[AccountingCode]) -> None:
        """Write accounts of the chart, new or changed."""
        self._replace(accounting_codes, "code", [asdict(code) for code in codes])

    def _replace(self, table: Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows in place of those with the same keys; the revision is locked, so nobody else does."""
        if rows:
            self.connection.execute(delete(table).where(table.c[key].in_([row[key] for row in rows])))
            self.connection.execute(insert(table), list(rows))

    def add_configuration_entry(self, at: datetime, who: str, action: str, detail: str) -> None:
        """Append to the trail of changes."""
        self.connection.execute(
            insert(configuration_entries).values(at=at, who=who, action=action, detail=detail)
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
