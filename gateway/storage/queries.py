"""Selections in SQL: every value bound, pages by key, joins only where a field needs them."""

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
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
    insert,
    literal,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from gateway.contract.fields import Field
from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ITEM,
    INVOICE_ITEM_ADJUSTMENT,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.service.ports import Locator
from gateway.service.selection import Every, Filter, Selection, Test
from gateway.storage.tables import (
    accounts,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    query_locators,
    query_pages,
    taxation_items,
)
from gateway.storage.types import ExactDecimal, exact_add, exact_sum

# By name: hashing an object type would hash all of its fields.
_TABLES: dict[str, Table] = {
    ACCOUNT.name: accounts,
    INVOICE.name: invoices,
    INVOICE_ITEM.name: invoice_items,
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
    (INVOICE_ITEM_ADJUSTMENT.name, "customer_name"): accounts.c.name,
    (INVOICE_ITEM_ADJUSTMENT.name, "customer_number"): accounts.c.account_number,
    (INVOICE_ITEM_ADJUSTMENT.name, "invoice_number"): invoices.c.invoice_number,
}
_JOINS = {
    "customer_name": (accounts, accounts.c.id == invoice_item_adjustments.c.account_id),
    "customer_number": (accounts, accounts.c.id == invoice_item_adjustments.c.account_id),
    "invoice_number": (invoices, invoices.c.id == invoice_item_adjustments.c.invoice_id),
}

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class SqlQueries:
    """The QueryStore of one transaction."""

    connection: Connection

    def count(self, selection: Selection) -> int:
        """Count the rows of a whole query."""
        statement = select(func.count()).select_from(_source(selection, _filtered(selection.filter)))
        return self.connection.scalar(_where(statement, selection, self.connection.dialect)) or 0

    def rows(
        self, selection: Selection, after_id: str, limit: int | None, until_id: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Read the rows behind an Id and up to another, in the order of the selection's fields (Id first)."""
        key = _TABLES[selection.object_type.name].c.id
        columns = [_column(selection.object_type, field) for field in selection.fields]
        used = {*selection.fields, *_filtered(selection.filter)}
        statement = select(*columns).select_from(_source(selection, used))
        statement = _where(statement, selection, self.connection.dialect).order_by(key).limit(limit)
        if after_id:
            statement = statement.where(key > after_id)
        if until_id is not None:
            statement = statement.where(key <= until_id)
        # All at once: fetching row by row takes longer than writing them.
        return list(self.connection.execute(statement).all())

    def add_locator(self, locator_id: str, locator: Locator, expires_at: datetime) -> None:
        """Write a new locator, without pages."""
        self.connection.execute(
            insert(query_locators).values(
                id=locator_id,
                user_id=locator.user_id,
                query=locator.query,
                size=locator.size,
                expires_at=expires_at,
            )
        )

    def add_page(self, locator_id: str, rows_before: int, after_id: str, expires_at: datetime) -> str:
        """Remember where a page begins, and put the locator's expiry off; return where it begins."""
        page = (query_pages.c.locator_id == locator_id) & (query_pages.c.rows_before == rows_before)
        self.connection.execute(
            update(query_locators).where(query_locators.c.id == locator_id).values(expires_at=expires_at)
        )
        known: str | None = self.connection.scalar(select(query_pages.c.after_id).where(page))
        if known is not None:
            return known
        self.connection.execute(
            insert(query_pages).values(locator_id=locator_id, rows_before=rows_before, after_id=after_id)
        )
        return after_id

    def locator(self, locator_id: str, rows_before: int, page_size: int, now: datetime) -> Locator | None:
        """Return a live locator at one of its pages of this size."""
        following = query_pages.alias("following")
        statement = (
            select(
                query_locators.c.user_id,
                query_locators.c.query,
                query_locators.c.size,
                query_pages.c.after_id,
                following.c.after_id,
            )
            .join_from(query_locators, query_pages, query_pages.c.locator_id == query_locators.c.id)
            .outerjoin(
                following,
                (following.c.locator_id == query_locators.c.id)
                & (following.c.rows_before == rows_before + page_size),
            )
            .where(
                query_locators.c.id == locator_id,
                query_locators.c.expires_at > now,
                query_pages.c.rows_before == rows_before,
            )
        )
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else Locator(*row)


def _column(object_type: ObjectType, field: Field) -> ColumnElement[Any]:
    computed = _COMPUTED.get((object_type.name, field.attribute))
    if computed is not None:
        return computed.label(field.attribute)
    if not field.held:
        return null().label(field.attribute)
    return _TABLES[object_type.name].c[field.attribute]


def _filtered(filter_: Filter | None) -> set[Field]:
    """Return the fields that a filter compares."""
    if filter_ is None:
        return set()
    if isinstance(filter_, Test):
        return {filter_.field}
    return set().union(*(_filtered(part) for part in filter_.parts))


def _source(selection: Selection, used: set[Field]) -> FromClause:
    source: FromClause = _TABLES[selection.object_type.name]
    if selection.object_type is INVOICE_ITEM_ADJUSTMENT:
        joins = dict(_JOINS[field.attribute] for field in used if field.attribute in _JOINS)
        for table, condition in joins.items():
            source = source.join(table, condition)
    return source


def _where(statement: Select[Any], selection: Selection, dialect: Dialect) -> Select[Any]:
    if selection.filter is None:
        return statement
    return statement.where(_condition(selection.object_type, selection.filter, dialect))


def _condition(object_type: ObjectType, filter_: Filter, dialect: Dialect) -> ColumnElement[bool]:
    if isinstance(filter_, Test):
        return _test(object_type, filter_, dialect)
    parts = [_condition(object_type, part, dialect) for part in filter_.parts]
    return and_(*parts) if isinstance(filter_, Every) else or_(*parts)


def _test(object_type: ObjectType, test: Test, dialect: Dialect) -> ColumnElement[bool]:
    column = _COMPUTED.get((object_type.name, test.field.attribute))
    if column is None:
        column = _TABLES[object_type.name].c[test.field.attribute]
    value = test.value
    if value is None:
        return column.is_(None) if test.operator == "=" else column.is_not(None)
    if test.operator == "like":
        assert isinstance(value, str), "only strings have patterns"
        return _like(column, value, dialect)
    compared: ColumnElement[bool] = _OPERATORS[test.operator](column, value)
    return compared


def _like(column: ColumnElement[Any], pattern: str, dialect: Dialect) -> ColumnElement[bool]:
    """Match a pattern with regard to case: SQLite's LIKE has none, its GLOB does."""
    if dialect.name == "sqlite":
        glob = "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(c, c) for c in pattern)
        return column.op("GLOB", is_comparison=True)(glob)
    escaped = pattern.replace("|", "||")
    return column.like(escaped, escape="|")
