"""ZOQL, the legacy's query language: text to syntax tree. It knows no object, no field and no SQL."""

from gateway.zoql.parser import ZoqlSyntaxError, parse
from gateway.zoql.tree import And, Comparison, Condition, Literal, LiteralKind, Or, Ordering, Query

__all__ = [
    "And",
    "Comparison",
    "Condition",
    "Literal",
    "LiteralKind",
    "Or",
    "Ordering",
    "Query",
    "ZoqlSyntaxError",
    "parse",
]
