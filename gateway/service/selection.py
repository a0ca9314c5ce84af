"""A query with its names looked up and its values read: what the store selects.

Here ZOQL's tree meets the contract table. Sources of the rules and messages:
https://docs.zuora.com/en/zuora-platform/data/legacy-query-methods/zoql (filter statements, read 2025-12-24)
and the client issues named in ``docs/rules.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.errors import ErrorCode
from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import read
from gateway.contract.objects import ID, ObjectType
from gateway.service.failures import MalformedQuery
from gateway.zoql import And, Comparison, Condition, Literal, LiteralKind, Or, Query, ZoqlSyntaxError, parse

Value = str | Decimal | int | bool | date | datetime | None

Key = tuple[Value, ...]
"""Where a row stands among a selection's rows: its value of each sort key. Empty: before the first."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a field with a value of its type; None is null."""

    field: Field
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds."""

    parts: tuple[Filter, ...]


Filter = Test | Every | AnyOf


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field that rows are sorted by: texts by code point, null last, or first when descending."""

    field: Field
    descending: bool = False


BY_ID = (SortKey(ID),)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fields of which records, and in which order.

    Attributes:
        fields: Without duplicates, in the contract's order, Id first: as a record carries them.
        order: Each field once, Id last: no two rows stand at the same place.
        limit: How many rows there are at most; None is all of them.
        case_sensitive: Whether ``=``, ``!=`` and ``like`` tell the cases of a string field apart.
    """

    object_type: ObjectType
    fields: tuple[Field, ...]
    filter: Filter | None = None
    order: tuple[SortKey, ...] = BY_ID
    limit: int | None = None
    case_sensitive: bool = True

    @property
    def columns(self) -> tuple[Field, ...]:
        """What is read of each row: the fields, and behind them what only the order needs."""
        sorted_by = (key.field for key in self.order)
        return (*self.fields, *(field for field in sorted_by if field not in self.fields))

    def key_of(self, row: Sequence[Any]) -> Key:
        """Return the place of a row that holds ``columns``."""
        columns = self.columns
        return tuple(row[columns.index(key.field)] for key in self.order)


def select(text: str, zone: tzinfo, catalog: Catalog = CONTRACT, *, case_sensitive: bool = True) -> Selection:
    """Read a query's text into a selection.

    Args:
        text: ZOQL.
        zone: The tenant's, for dates and dateTimes in conditions.
        catalog: The tenant's objects and fields.
        case_sensitive: See ``Selection``.

    Raises:
        MalformedQuery: With MALFORMED_QUERY for what is no ZOQL, INVALID_TYPE for an unknown object,
            INVALID_FIELD for a field that is not there or not for this, INVALID_VALUE for a value that does
            not fit its field.
    """
    try:
        query = parse(text)
    except ZoqlSyntaxError as error:
        raise MalformedQuery(f"You have an error in your ZOQL syntax: {error}") from None
    object_type = catalog.by_lower_name.get(query.object_name.lower())
    if object_type is None:
        raise MalformedQuery(f"invalid type for query: {_quoted(query.object_name)}", ErrorCode.INVALID_TYPE)
    return Selection(
        object_type,
        _fields(query, object_type),
        _filter(query.condition, object_type, zone),
        _order(query, object_type),
        query.limit,
        case_sensitive,
    )


def _fields(query: Query, object_type: ObjectType) -> tuple[Field, ...]:
    wanted = {ID}
    for name in query.fields:
        field = _field(name, object_type)
        if not field.selectable:
            raise MalformedQuery(
                f"Cannot use the {field.name} field in the select clause", ErrorCode.INVALID_FIELD
            )
        wanted.add(field)
    return tuple(field for field in object_type.output_fields if field in wanted)


def _order(query: Query, object_type: ObjectType) -> tuple[SortKey, ...]:
    """Return the sort keys up to Id. A field named again is left out, as in SQL: it decides nothing more.

    Among equals Ids go in the direction of the last field, so that an index of both serves either way.
    """
    keys: dict[Field, SortKey] = {}
    for ordering in query.order:
        field = _comparable_field(ordering.field, object_type, "order by")
        keys.setdefault(field, SortKey(field, ordering.descending))
    keys.setdefault(ID, SortKey(ID, bool(query.order) and query.order[-1].descending))
    until_id = list(keys).index(ID) + 1
    return tuple(keys.values())[:until_id]


def _field(name: str, object_type: ObjectType) -> Field:
    field = object_type.by_lower_name.get(name.lower())
    if field is None:
        # The legacy's words, the field in lower case (public client issues).
        raise MalformedQuery(
            f"invalid field for query: {object_type.name}.{_quoted(name.lower())}",
            ErrorCode.INVALID_FIELD,
        )
    return field


def _comparable_field(name: str, object_type: ObjectType, clause: str) -> Field:
    field = _field(name, object_type)
    if not field.filterable or not field.held:
        raise MalformedQuery(
            f"{object_type.name}.{field.name} cannot be used in the {clause} clause", ErrorCode.INVALID_FIELD
        )
    return field


def _filter(condition: Condition | None, object_type: ObjectType, zone: tzinfo) -> Filter | None:
    match condition:
        case None:
            return None
        case And(parts=parts):
            return Every(tuple(_part(part, object_type, zone) for part in parts))
        case Or(parts=parts):
            return AnyOf(tuple(_part(part, object_type, zone) for part in parts))
        case Comparison():
            return _test(condition, object_type, zone)


def _part(condition: Condition, object_type: ObjectType, zone: tzinfo) -> Filter:
    part = _filter(condition, object_type, zone)
    assert part is not None, "only a missing where clause is no filter"
    return part


_EQUALITY = ("=", "!=")
_TEXTS = (WireType.STRING, WireType.ID)


def _test(comparison: Comparison, object_type: ObjectType, zone: tzinfo) -> Test:
    field = _comparable_field(comparison.field, object_type, "where")
    operator, literal = comparison.operator, comparison.value
    name = f"{object_type.name}.{field.name}"
    equality_only = field.type is WireType.BOOLEAN or literal.kind is LiteralKind.NULL
    if (equality_only and operator not in _EQUALITY) or (operator == "like" and field.type not in _TEXTS):
        raise MalformedQuery(
            f"the operator {operator} cannot be used with {name} and {_quoted(literal.text)}",
            ErrorCode.INVALID_VALUE,
        )
    if literal.kind is LiteralKind.NULL:
        return Test(field, operator, None)
    if operator == "like":
        _check_pattern(literal.text)
    try:
        return Test(field, operator, _value(field, literal, zone))
    except ValueError:
        raise MalformedQuery(
            f"'{_quoted(literal.text)}' is not a value of {name}", ErrorCode.INVALID_VALUE
        ) from None


def _value(field: Field, literal: Literal, zone: tzinfo) -> Value:
    """Read a literal as its field's type; quotes around numbers, booleans and dates are forgiven."""
    if field.type not in _TEXTS:
        value: Value = read(field.type, literal.text, zone)
        return value
    if literal.kind is not LiteralKind.STRING:
        raise ValueError(literal.text)
    # A text that has not the form of an Id is no error: nothing has that Id.
    return literal.text


def _quoted(text: str) -> str:
    """Return as much of a caller's text as a message repeats."""
    return text[:60]


def _check_pattern(pattern: str) -> None:
    """A pattern has one ``%`` and it comes first or last; ``_`` may stand anywhere."""
    if pattern.count("%") != 1 or "%" not in (pattern[0], pattern[-1]):
        raise MalformedQuery(
            "like takes a pattern with exactly one %, at its beginning or end", ErrorCode.INVALID_VALUE
        )
