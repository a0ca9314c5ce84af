"""Locators and the places where their pages begin.

A place is a row's value of each sort key of its query, Id last. The others stand in JSON beside the Id, each
as the type it had: money never becomes a float.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gateway.service.ports import Locator
from gateway.service.selection import Key, Value
from gateway.storage.tables import query_locators, query_pages


class SqlLocators:
    """What the QueryStore of one transaction remembers of queries whose pages are being read."""

    connection: Connection

    def add_locator(self, locator_id: str, locator: Locator, expires_at: datetime) -> None:
        """Write a new locator, without pages."""
        self.connection.execute(
            insert(query_locators).values(
                id=locator_id,
                user_id=locator.user_id,
                query=locator.query,
                size=locator.size,
                case_sensitive=locator.case_sensitive,
                expires_at=expires_at,
            )
        )

    def add_page(self, locator_id: str, rows_before: int, after: Key, expires_at: datetime) -> Key:
        """Remember where a page begins, and put the locator's expiry off; return where it begins."""
        page = (query_pages.c.locator_id == locator_id) & (query_pages.c.rows_before == rows_before)
        self.connection.execute(
            update(query_locators).where(query_locators.c.id == locator_id).values(expires_at=expires_at)
        )
        known = select(query_pages.c.after_id, query_pages.c.after_values).where(page)
        row = self.connection.execute(known).one_or_none()
        if row is not None:
            return _key(*row)
        *values, after_id = after
        self.connection.execute(
            insert(query_pages).values(
                locator_id=locator_id,
                rows_before=rows_before,
                after_id=after_id,
                after_values=_to_json(values) if values else None,
            )
        )
        return after

    def locator(self, locator_id: str, rows_before: int, page_size: int, now: datetime) -> Locator | None:
        """Return a live locator at one of its pages of this size."""
        following = query_pages.alias("following")
        statement = (
            select(
                query_locators.c.user_id,
                query_locators.c.query,
                query_locators.c.size,
                query_locators.c.case_sensitive,
                query_pages.c.after_id,
                query_pages.c.after_values,
                following.c.after_id,
                following.c.after_values,
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
        if row is None:
            return None
        user_id, query, size, case_sensitive, *begin_and_end = row
        after_id, after_values, until_id, until_values = begin_and_end
        until = None if until_id is None else _key(until_id, until_values)
        return Locator(user_id, query, size, case_sensitive, _key(after_id, after_values), until)


def _key(id_: str, values: str | None) -> Key:
    return (*(_from_json(values) if values else ()), id_)


def _to_json(values: list[Value]) -> str:
    return json.dumps([_tagged(value) for value in values])


def _tagged(value: Value) -> object:
    """Return a value as JSON has it; a type that JSON has not stands beside its text."""
    match value:
        case Decimal():
            return {"decimal": str(value)}
        case datetime():  # before date, of which it is one
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case _:
            return value


_READERS: dict[str, Callable[[str], Value]] = {
    "decimal": Decimal,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def _from_json(text: str) -> list[Value]:
    return [_untagged(value) for value in json.loads(text)]


def _untagged(value: Any) -> Value:
    if not isinstance(value, dict):
        plain: Value = value
        return plain
    ((name, text),) = value.items()
    return _READERS[name](text)
