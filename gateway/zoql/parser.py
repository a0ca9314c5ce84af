"""Parse ZOQL text with the grammar in ``zoql.lark``.

Its limits are the legacy's (the same page): a query has at most 10,000 characters and 200 conditions.
"""

import re
from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from gateway.zoql.tree import And, Comparison, Condition, Literal, LiteralKind, Or, Ordering, Query

MAX_CHARACTERS = 10_000
MAX_CONDITIONS = 200
MAX_NESTING = 20
"""How deep conditions may stand in each other: ours, for parentheses are; nobody nests by hand that far."""
MAX_ORDER_FIELDS = 10
"""How many fields ``order by`` may name: ours, as it is. The place of each page keeps a value of each."""
MAX_LIMIT = 2**31 - 1
"""The largest ``limit``: what an xs:int, the type of a result's size, can say."""

_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class ZoqlSyntaxError(ValueError):
    """The text is no query. The message says where and what was expected, in one sentence."""


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """Parse a query; the same text is parsed once.

    Raises:
        ZoqlSyntaxError: It is too long, has too many conditions, or is no query.
    """
    if len(text) > MAX_CHARACTERS:
        raise ZoqlSyntaxError(f"the query has {len(text)} characters, the limit is {MAX_CHARACTERS}")
    try:
        query: Query = _PARSER.parse(text)  # type: ignore[assignment]  # the transformer makes a Query
    except UnexpectedInput as error:
        raise ZoqlSyntaxError(_explain(error, text)) from None
    count, nesting = _measure(query.condition)
    if count > MAX_CONDITIONS:
        raise ZoqlSyntaxError(f"the query has {count} conditions, the limit is {MAX_CONDITIONS}")
    if nesting > MAX_NESTING:
        raise ZoqlSyntaxError(f"the query nests conditions {nesting} deep, the limit is {MAX_NESTING}")
    if len(query.order) > MAX_ORDER_FIELDS:
        raise ZoqlSyntaxError(
            f"the query has {len(query.order)} fields to order by, the limit is {MAX_ORDER_FIELDS}"
        )
    return query


def _measure(condition: Condition | None) -> tuple[int, int]:
    """Return how many comparisons there are and how deep they stand; without recursion, whatever is sent."""
    count = nesting = 0
    level = [] if condition is None else [condition]
    while level:
        nesting += 1
        count += sum(isinstance(part, Comparison) for part in level)
        level = [inner for part in level if not isinstance(part, Comparison) for inner in part.parts]
    return count, nesting


class _TreeBuilder(Transformer[Token, Query]):
    """Turn what the grammar found into the tree; each method is named after its rule."""

    def query(self, children: list[object]) -> Query:
        fields = [child for child in children if isinstance(child, str) and not isinstance(child, Token)]
        (name,) = (child for child in children if isinstance(child, Token))
        conditions = [child for child in children if isinstance(child, Comparison | And | Or)]
        orders = [child for child in children if isinstance(child, tuple)]
        limits = [child for child in children if isinstance(child, int)]
        return Query(
            tuple(fields),
            str(name),
            conditions[0] if conditions else None,
            orders[0] if orders else (),
            limits[0] if limits else None,
        )

    def order_by(self, orderings: list[Ordering]) -> tuple[Ordering, ...]:
        return tuple(orderings)

    def ordering(self, children: list[str]) -> Ordering:
        # `asc` says nothing and is left out by the grammar.
        return Ordering(children[0], descending=len(children) > 1)

    def limit(self, children: list[Token]) -> int:
        (count,) = children
        if int(count) > MAX_LIMIT:
            raise ZoqlSyntaxError(_found(count.start_pos or 0, repr(str(count)), [_WORDS["COUNT"]]))
        return int(count)

    def or_(self, parts: list[Condition]) -> Or:
        return Or(tuple(parts))

    def and_(self, parts: list[Condition]) -> And:
        return And(tuple(parts))

    def comparison(self, children: list[object]) -> Comparison:
        field, operator, value = children
        assert isinstance(value, Literal), "the grammar allows nothing else"
        return Comparison(str(field), str(operator).lower(), value)

    def one_of(self, children: list[object]) -> Or | Comparison:
        field, *values = children
        comparisons = []
        for value in values:
            assert isinstance(value, Literal), "the grammar allows nothing else"
            comparisons.append(Comparison(str(field), "=", value))
        return Or(tuple(comparisons)) if len(comparisons) > 1 else comparisons[0]

    def field(self, children: list[Token]) -> str:
        # A plain str, so that `query` can tell fields from the object's name.
        return "".join(children[0])

    def string(self, children: list[Token]) -> Literal:
        body = _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), children[0][1:-1])
        return Literal(LiteralKind.STRING, body)

    def moment(self, children: list[Token]) -> Literal:
        return Literal(LiteralKind.MOMENT, str(children[0]))

    def number(self, children: list[Token]) -> Literal:
        return Literal(LiteralKind.NUMBER, str(children[0]))

    def true(self, _: list[Token]) -> Literal:
        return Literal(LiteralKind.BOOLEAN, "true")

    def false(self, _: list[Token]) -> Literal:
        return Literal(LiteralKind.BOOLEAN, "false")

    def null(self, _: list[Token]) -> Literal:
        return Literal(LiteralKind.NULL, "null")


_PARSER = Lark(
    files("gateway.zoql").joinpath("zoql.lark").read_text("utf-8"),
    parser="lalr",
    start="query",
    transformer=_TreeBuilder(),
)

_WORDS = {
    "NAME": "a name",
    "OPERATOR": "an operator",
    "STRING": "a quoted string",
    "NUMBER": "a number",
    "MOMENT": "a date",
    "COUNT": f"a whole number from 1 to {MAX_LIMIT}",
    "_COMMA": "a comma",
    "_SEMICOLON": "a semicolon",
    "LPAR": "a parenthesis",
    "RPAR": "a closing parenthesis",
    "$END": "the end",
}


def _explain(error: UnexpectedInput, text: str) -> str:
    """Say where the parser stopped and what could have stood there."""
    if isinstance(error, UnexpectedToken):
        expected, at_end = error.accepts or error.expected, error.token.type == "$END"
    elif isinstance(error, UnexpectedCharacters):
        expected, at_end = error.allowed or set(), False
    else:
        assert isinstance(error, UnexpectedEOF), "lark has no other"
        expected, at_end = set(error.expected), True
    names = sorted({_WORDS.get(name, name.lower().strip("_")) for name in expected - {"WS"}})
    position = len(text) if at_end else error.pos_in_stream or 0
    found = "the end" if at_end else repr(text[position : position + 20])
    return _found(position, found, names)


def _found(position: int, found: str, expected: list[str]) -> str:
    return f"at position {position + 1} {found} was found, expected: {', '.join(expected)}"
