"""Queries: all pages of one, and what a lost answer has left behind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.client.adjustments import FIELDS, Adjustment, from_row
from gateway.client.connection import Connection
from gateway.client.parts import split

__all__ = ["Reading", "quoted"]

_CONDITIONS = 50
"""In one query: the legacy takes 200, and 10,000 characters in all."""

_UNSELECTABLE = frozenset({"fieldsToNull"})
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """Return a text as a literal of the query language: in quotes, with what would end it escaped."""
    return "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"


class Reading:
    """What a client asks.

    Args:
        connection: Where.
        fields: The names on the wire of an adjustment's fields, as the WSDL has them.
    """

    def __init__(self, connection: Connection, fields: Iterable[str]) -> None:
        self._connection = connection
        own = [name for name in fields if name in FIELDS or "__" in name]
        self._selected = ", ".join(dict.fromkeys(["Id", *own]))

    def rows(self, zoql: str, batch_size: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query as dictionaries by the names on the wire; what is null is left out.

        Pages are read when they are needed. ``batch_size`` asks for rows in each; the server's own is 2,000.
        """
        headers = {"QueryOptions": {"batchSize": batch_size}} if batch_size else {}
        page = self._call("query", zoql, headers)
        while True:
            # An empty result holds one nil record, as the legacy's does. All others have an Id.
            yield from filter(None, map(_row, page.records))
            if page.done or not page.queryLocator:
                return
            page = self._call("queryMore", page.queryLocator, headers)

    def adjustments(self, where: str = "", batch_size: int | None = None) -> Iterator[Adjustment]:
        """Yield the adjustments for which a condition holds; all without one."""
        condition = f" where {where}" if where else ""
        query = f"select {self._selected} from InvoiceItemAdjustment{condition}"  # noqa: S608  # ZOQL of the caller
        return map(from_row, self.rows(query, batch_size))

    def with_ids(self, ids: Iterable[str]) -> dict[str, Adjustment]:
        """Return the adjustments that there are, by Id."""
        return {str(found.id): found for found in self._where("Id", ids)}

    def with_references(self, references: Iterable[str]) -> list[Adjustment]:
        """Return the adjustments that have one of these ReferenceIds."""
        return self._where("ReferenceId", references)

    def _where(self, field: str, values: Iterable[str]) -> list[Adjustment]:
        found: list[Adjustment] = []
        for some in split(dict.fromkeys(values), _CONDITIONS):
            found += self.adjustments(" or ".join(f"{field} = {quoted(value)}" for value in some))
        return found

    def _call(self, operation: str, argument: str, headers: Mapping[str, Any]) -> Any:
        return self._connection.call(operation, argument, changes=False, **headers).value


def _row(record: Any) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record or ()}
    return {name: value for name, value in values.items() if value is not None and name not in _UNSELECTABLE}
