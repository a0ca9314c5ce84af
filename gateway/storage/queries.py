"""Selections in SQL: every value bound, pages by key, joins only where a field needs them."""

import operator
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Select,
    Table,
    and_,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)

from gateway.contract.fields import Field, WireType
from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ADJUSTMENT,
    INVOICE_ITEM,
    INVOICE_ITEM_ADJUSTMENT,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.service.selection import Every, Filter, Key, Selection, Test
from gateway.storage.configuration import field_id
from gateway.storage.custom import value_column
from gateway.storage.folding import matches
from gateway.storage.locators import SqlLocators
from gateway.storage.ranks import Rank, behind, up_to
from gateway.storage.tables import (
    accounts,
    custom_values,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from gateway.storage.types import ExactDecimal, exact_add, exact_sum

# By name: hashing an object type would hash all of its fields.
_TABLES: dict[str, Table] = {
    ACCOUNT.name: accounts,
    INVOICE.name: invoices,
    INVOICE_ITEM.name: invoice_items,
    INVOICE_ADJUSTMENT.name: invoice_adjustments,
    INVOICE_ITEM_ADJUSTMENT.name: invoice_item_adjustments,
    TAXATION_ITEM.name: taxation_items,
}


def _account_balance(imported: ColumnElement[Any]) -> ColumnElement[Any]:
    """A balance of an account: what was imported and the adjustments made here, summed when asked for.

    A stored sum would make all adjustments of an account wait for each other.
    """
    adjusted = (
        select(exact_sum(invoices.c.adjusted))
        .where(invoices.c.account_id == accounts.c.id)
        .correlate(accounts)
        .scalar_subquery()
    )
    none = literal(Decimal(0), ExactDecimal)
    return type_coerce(exact_add(func.coalesce(imported, none), func.coalesce(adjusted, none)), ExactDecimal)


# Fields that are not a column of their object's table, and the table to join for them.
_COMPUTED: dict[tuple[str, str], ColumnElement[Any]] = {
    (ACCOUNT.name, "balance"): _account_balance(accounts.c.balance),
    (ACCOUNT.name, "total_invoice_balance"): _account_balance(accounts.c.total_invoice_balance),
}
_JOINS: dict[tuple[str, str], tuple[Table, ColumnElement[bool]]] = {}
for _type in (INVOICE_ADJUSTMENT.name, INVOICE_ITEM_ADJUSTMENT.name):
    _account = (accounts, accounts.c.id == _TABLES[_type].c.account_id)
    _invoice = (invoices, invoices.c.id == _TABLES[_type].c.invoice_id)
    _COMPUTED[_type, "customer_name"] = accounts.c.name
    _COMPUTED[_type, "customer_number"] = accounts.c.account_number
    _COMPUTED[_type, "invoice_number"] = invoices.c.invoice_number
    _JOINS[_type, "customer_name"] = _JOINS[_type, "customer_number"] = _account
    _JOINS[_type, "invoice_number"] = _invoice

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class SqlQueries(SqlLocators):
    """The QueryStore of one transaction."""

    connection: Connection

    def count(self, selection: Selection) -> int:
        """Count the rows that fulfil a query's condition."""
        statement = select(func.count()).select_from(_source(selection, _filtered(selection.filter)))
        return self.connection.scalar(_where(statement, selection, self.connection.dialect)) or 0

    def rows(
        self, selection: Selection, after: Key, limit: int | None, until: Key | None = None
    ) -> list[tuple[Any, ...]]:
        """Read the rows behind a place and up to another, in the selection's order."""
        columns = [_column(selection.object_type, field) for field in selection.columns]
        used = {*selection.columns, *_filtered(selection.filter)}
        ranks = [Rank(_held(selection.object_type, key.field), key.descending) for key in selection.order]
        statement = select(*columns).select_from(_source(selection, used))
        statement = _where(statement, selection, self.connection.dialect).limit(limit)
        statement = statement.order_by(*(part for rank in ranks for part in rank.order()))
        if after:
            statement = statement.where(behind(ranks, after))
        if until:
            statement = statement.where(up_to(ranks, until))
        # All at once: fetching row by row takes longer than writing them.
        return list(self.connection.execute(statement).all())


def _column(object_type: ObjectType, field: Field) -> ColumnElement[Any]:
    if not field.held:
        return null().label(field.attribute)
    return _held(object_type, field).label(field.attribute)


def _held(object_type: ObjectType, field: Field) -> ColumnElement[Any]:
    if field.custom:
        return value_column(_custom_values(object_type.name, field), field)
    computed = _COMPUTED.get((object_type.name, field.attribute))
    return _TABLES[object_type.name].c[field.attribute] if computed is None else computed


@lru_cache(maxsize=1_000)
def _custom_values(object_name: str, field: Field) -> FromClause:  # noqa: ARG001  # a join for each field
    """Return the table of values as it is joined for one field: the same each time it is asked for."""
    return custom_values.alias()


def _filtered(filter_: Filter | None) -> set[Field]:
    """Return the fields that a filter compares."""
    if filter_ is None:
        return set()
    if isinstance(filter_, Test):
        return {filter_.field}
    return set().union(*(_filtered(part) for part in filter_.parts))


def _source(selection: Selection, used: set[Field]) -> FromClause:
    source: FromClause = _TABLES[selection.object_type.name]
    keys = [(selection.object_type.name, field.attribute) for field in used]
    for table, condition in dict(_JOINS[key] for key in keys if key in _JOINS).items():
        source = source.join(table, condition)
    for field in used:
        if field.custom:
            values = _custom_values(selection.object_type.name, field)
            of_record = values.c.record_id == _TABLES[selection.object_type.name].c.id
            of_field = values.c.field_id == field_id(selection.object_type.name, field.name)
            source = source.outerjoin(values, and_(of_field, of_record))
    return source


def _where(statement: Select[Any], selection: Selection, dialect: Dialect) -> Select[Any]:
    if selection.filter is None:
        return statement
    return statement.where(_condition(selection, selection.filter, dialect))


def _condition(selection: Selection, filter_: Filter, dialect: Dialect) -> ColumnElement[bool]:
    if isinstance(filter_, Test):
        return _test(selection, filter_, dialect)
    parts = [_condition(selection, part, dialect) for part in filter_.parts]
    return and_(*parts) if isinstance(filter_, Every) else or_(*parts)


def _test(selection: Selection, test: Test, dialect: Dialect) -> ColumnElement[bool]:
    column = _held(selection.object_type, test.field)
    value = test.value
    if value is None:
        return column.is_(None) if test.operator == "=" else column.is_not(None)
    if test.operator in _FOLDED and not selection.case_sensitive and _has_case(test.field):
        assert isinstance(value, str), "the field is a string"
        found = matches(column, value, dialect, like=test.operator == "like")
        return and_(column.is_not(None), not_(found)) if test.operator == "!=" else found
    if test.operator == "like":
        assert isinstance(value, str), "only strings have patterns"
        return _like(column, value, dialect)
    compared: ColumnElement[bool] = _OPERATORS[test.operator](column, value)
    return compared


_FOLDED = ("=", "!=", "like")


def _has_case(field: Field) -> bool:
    return field.type is WireType.STRING and not field.is_id


def _like(column: ColumnElement[Any], pattern: str, dialect: Dialect) -> ColumnElement[bool]:
    """Match a pattern with regard to case: SQLite's LIKE has none, its GLOB does."""
    if dialect.name == "sqlite":
        glob = "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(c, c) for c in pattern)
        return column.op("GLOB", is_comparison=True)(glob)
    escaped = pattern.replace("|", "||")
    return column.like(escaped, escape="|")
