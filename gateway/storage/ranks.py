"""What rows are sorted by, and which come behind a place: the same on every database.

Null comes last, or first in a descending order. PostgreSQL sorts so unasked; SQLite and MariaDB take null for
the smallest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, false, literal, or_, true
from sqlalchemy.sql import operators

from gateway.service.selection import Key, Value


@dataclass(frozen=True, slots=True)
class Rank:
    """One thing that rows are sorted by."""

    column: ColumnElement[Any]
    descending: bool

    @property
    def nullable(self) -> bool:
        """Whether it may be null; of what is computed, nobody says that it may not."""
        return getattr(self.column, "nullable", True)

    def turned(self) -> Self:
        """Return the same from its end to its beginning."""
        return replace(self, descending=not self.descending)

    def order(self) -> list[ColumnElement[Any]]:
        """Return what to order by; where there is no null, the column alone, for which an index may serve."""
        parts = [self.column.is_(None), self.column] if self.nullable else [self.column]
        return [part.desc() for part in parts] if self.descending else parts

    def behind(self, value: Value) -> ColumnElement[bool]:
        """Say of a row that it comes behind those with a value."""
        if value is None:
            return self.column.is_not(None) if self.descending else false()
        compared = operators.lt if self.descending else operators.gt
        return self._or_null(compared(self.column, self._bound(value)))

    def at_or_behind(self, value: Value) -> ColumnElement[bool]:
        """Say of a row that it comes among or behind those with a value."""
        if value is None:
            return true() if self.descending else self.column.is_(None)
        compared = operators.le if self.descending else operators.ge
        return self._or_null(compared(self.column, self._bound(value)))

    def _bound(self, value: Value) -> ColumnElement[Any]:
        # With its type: of a bare boolean SQLAlchemy allows no > and <.
        return literal(value, self.column.type.coerce_compared_value(operators.gt, value))

    def _or_null(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        if self.descending or not self.nullable:
            return condition
        return or_(condition, self.column.is_(None))


def behind(ranks: Sequence[Rank], place: Key, *, itself: bool = False) -> ColumnElement[bool]:
    """Say of a row that it comes behind a place, or, if asked, is the one there.

    For each rank: among or behind the place's value, and either behind it or, among its equals, further on by
    the ranks that follow. The first half is enough for a database to enter an index at the place.
    """
    rank, value = ranks[0], place[0]
    if len(ranks) == 1:
        return rank.at_or_behind(value) if itself else rank.behind(value)
    further = behind(ranks[1:], place[1:], itself=itself)
    return and_(rank.at_or_behind(value), or_(rank.behind(value), further))


def up_to(ranks: Sequence[Rank], place: Key) -> ColumnElement[bool]:
    """Say of a row that it comes before a place, or is the one there."""
    return behind([rank.turned() for rank in ranks], place, itself=True)
