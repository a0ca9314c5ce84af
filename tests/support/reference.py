"""What a query means, over Python values: the SQL must find the same rows."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from functools import reduce
from random import Random
from typing import Any

from gateway.contract.fields import Field, WireType, snake_case
from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ADJUSTMENT,
    INVOICE_ITEM,
    INVOICE_ITEM_ADJUSTMENT,
    OBJECTS,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.service.selection import Every, Filter, Selection, Test
from gateway.storage.tables import metadata
from gateway.storage.types import ExactDecimal

Row = dict[str, Any]

_EXACT = Context(prec=60)
_COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass
class World:
    """The rows of each table, by column name; a column that a row leaves out is null."""

    accounts: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    invoice_items: list[Row] = field(default_factory=list)
    taxation_items: list[Row] = field(default_factory=list)
    invoice_item_adjustments: list[Row] = field(default_factory=list)
    invoice_adjustments: list[Row] = field(default_factory=list)

    def records(self, object_type: ObjectType) -> list[Row]:
        """Return an object's records with the fields that are not columns of its table."""
        if object_type is ACCOUNT:
            names = ("balance", "total_invoice_balance")
            return [{**row, **{name: self._balance(row, name) for name in names}} for row in self.accounts]
        if object_type is INVOICE_ITEM_ADJUSTMENT:
            return [self._with_names(row) for row in self.invoice_item_adjustments]
        if object_type is INVOICE_ADJUSTMENT:
            return [self._with_names(row) for row in self.invoice_adjustments]
        return {
            INVOICE.name: self.invoices,
            INVOICE_ITEM.name: self.invoice_items,
            TAXATION_ITEM.name: self.taxation_items,
        }[object_type.name]

    def _balance(self, account: Row, name: str) -> Decimal:
        adjusted = [row["adjusted"] for row in self.invoices if row["account_id"] == account["id"]]
        return reduce(_EXACT.add, adjusted, account.get(name) or Decimal(0))

    def _with_names(self, adjustment: Row) -> Row:
        account = next(row for row in self.accounts if row["id"] == adjustment["account_id"])
        invoice = next(row for row in self.invoices if row["id"] == adjustment["invoice_id"])
        return {
            **adjustment,
            "customer_name": account.get("name"),
            "customer_number": account.get("account_number"),
            "invoice_number": invoice["invoice_number"],
        }


def selected(world: World, selection: Selection) -> list[tuple[Any, ...]]:
    """Return the rows of a selection's columns, in its order (texts by code point)."""
    records = world.records(selection.object_type)
    # Sorting by one key leaves the order of its equals as it was: the first key comes last.
    for key in reversed(selection.order):
        records = sorted(records, key=_place(key.field), reverse=key.descending)
    return [
        tuple(row.get(f.attribute) if f.held else None for f in selection.columns)
        for row in records
        if selection.filter is None or holds(selection.filter, row, case_sensitive=selection.case_sensitive)
    ][: selection.limit]


def _place(sorted_by: Field) -> Callable[[Row], tuple[bool, Any]]:
    """Null is the largest: last, or first from the end."""

    def place(row: Row) -> tuple[bool, Any]:
        value = row.get(sorted_by.attribute)
        return value is None, 0 if value is None else value

    return place


def holds(condition: Filter, row: Mapping[str, Any], *, case_sensitive: bool = True) -> bool:
    """Say whether a record fulfils a condition. There is no "not", so unknown counts as no."""
    if not isinstance(condition, Test):
        parts: Sequence[bool] = [holds(part, row, case_sensitive=case_sensitive) for part in condition.parts]
        return all(parts) if isinstance(condition, Every) else any(parts)
    held = row.get(condition.field.attribute)
    if condition.value is None:
        return (held is None) == (condition.operator == "=")
    if held is None:
        return False
    value = condition.value
    is_text = condition.field.type is WireType.STRING and not condition.field.is_id
    if is_text and not case_sensitive and condition.operator in ("=", "!=", "like"):
        held, value = folded(held), folded(str(value))
    if condition.operator == "like":
        assert isinstance(value, str)
        return _pattern(value).fullmatch(held) is not None
    return bool(_COMPARISONS[condition.operator](held, value))


def folded(text: str) -> str:
    """Fold case, each character by itself: the sharp s stays one letter, in either size."""
    return "".join(c.casefold() if len(c.casefold()) == 1 else c.lower() for c in text)


def _pattern(like: str) -> re.Pattern[str]:
    """``%`` is any characters, ``_`` is one; all others are themselves."""
    return re.compile(
        "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in like), re.DOTALL
    )


# Few values, shared by rows and conditions, so that conditions find something.
_TEXTS = ["a", "A", "a ", "ab", "a%", "a_", "[ab]", "a*", "a?", "|a", "\\a", "á", "\U0001f600", ""]
_TEXTS += [
    "AB",
    "Á",
    "á\n",
    "Á\r\n",
    "k",
    "\u212a",
    "Σ",
    "ς",
    "ß",
    "ẞ",
    "SS",
    "a.",
    "a^",
    "a]",
    "A$",
    "\U00010428",
]
_TEXTS += ["\U00010400"]
PATTERNS = ["a%", "%a", "a_%", "_%", "[a%", "%*", "a?%", "%|a", "|%", "\\%", "%\\a", "%", "A%", "\U0001f600%"]
PATTERNS += ["_B%", "%Á", "á%", "%_\n", "%K", "%\u03c3", "SS%", "s_%", "a.%", "%^", "%]", "%$", "\U00010400%"]
_VALUES: dict[WireType, list[Any]] = {
    WireType.ID: _TEXTS,
    WireType.STRING: _TEXTS,
    WireType.DECIMAL: [
        Decimal(text) for text in ("0", "0.01", "-0.01", "99999999999999.99", "-99999999999999.99", "10")
    ],
    WireType.INT: [0, 1, 2],
    WireType.BOOLEAN: [True, False],
    WireType.DATE: [date(1970, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(9999, 12, 31)],
    WireType.DATE_TIME: [datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 3, 31, 1, 0, 0, 1000, UTC)],
}
_OBJECT_OF = {f"{snake_case(object_type.name)}s": object_type for object_type in OBJECTS}


def values_of(field_: Field) -> list[Any]:
    """Return the values that rows have in this field, null apart."""
    longest = field_.length or 255
    return [value for value in _VALUES[field_.type] if not isinstance(value, str) or len(value) <= longest]


def a_world(seed: int) -> World:
    """Return accounts with invoices with items, taxes and adjustments: at random, nulls among the values."""
    random = Random(seed)  # a strategy that draws every value takes too long

    def rows(name: str, kind: str, parents: Mapping[str, Sequence[Row]]) -> list[Row]:
        made = []
        for number in range(random.randint(1, 7)):
            row: Row = {}
            for column in metadata.tables[name].columns:
                of = _OBJECT_OF[name].by_attribute.get(column.name)
                if of is None and not isinstance(column.type, ExactDecimal):
                    continue  # what no query can see
                # Every other column beside the contract's own is one of the engine's balances.
                of = of or Field(column.name, WireType.DECIMAL)
                row[column.name] = random.choice([*values_of(of), *([None] * 3 if column.nullable else [])])
            # By code point capitals come before small letters, in a dictionary beside them.
            row["id"] = f"{'aBcDeFg'[number]}{kind}"
            for unique in ("invoice_number", "adjustment_number"):
                if unique in row:
                    row[unique] = _TEXTS[number]
            row |= {key: random.choice(choices)["id"] for key, choices in parents.items()}
            made.append(row)
        return made

    accounts = rows("accounts", "a", {})
    invoices = rows("invoices", "i", {"account_id": accounts})
    for invoice in invoices:
        invoice |= {"currency": "EUR", "minor_unit_digits": 2}
    items = rows("invoice_items", "t", {"invoice_id": invoices})
    taxes = rows("taxation_items", "x", {"invoice_id": invoices, "invoice_item_id": items})
    parents = {"account_id": accounts, "invoice_id": invoices}
    adjustments = rows("invoice_item_adjustments", "j", parents)
    of_invoices = rows("invoice_adjustments", "k", parents)
    return World(accounts, invoices, items, taxes, adjustments, of_invoices)
