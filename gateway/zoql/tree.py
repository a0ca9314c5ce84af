"""The syntax tree of a query: what was written, nothing looked up yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class LiteralKind(Enum):
    """How a value was written."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value; ``text`` is what it says, quotes taken off and escapes resolved."""

    kind: LiteralKind
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition. ``operator`` is one of ``= != > >= < <= like``."""

    field: str
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class And:
    """All of these hold; at least two."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of these holds; at least two."""

    parts: tuple[Condition, ...]


Condition = Comparison | And | Or


@dataclass(frozen=True, slots=True)
class Ordering:
    """One field of ``order by``."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``select FIELDS from OBJECT [where CONDITION] [order by ORDER] [limit LIMIT]``.

    Names are as typed, duplicates kept.
    """

    fields: tuple[str, ...]
    object_name: str
    condition: Condition | None = None
    order: tuple[Ordering, ...] = ()
    limit: int | None = None
