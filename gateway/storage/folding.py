"""Comparing texts without regard to case, with the same result on every database.

The databases' own ways differ: SQLite knows the case of ASCII alone, so does PostgreSQL under the collation
C, and MariaDB's collations take accents away too. Here two characters are the same when Unicode's case
folding says so (``str.casefold``), one by one: texts that are alike have the same length, so "Straße" is
"STRAẞE" and not "STRASSE". What can stand for each character is worked out here, from the value that is
looked for; no database needs to know.
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, false, func

_BEYOND_CASES = 0x20000
"""No script of Unicode's planes from 2 on has cases."""

_GLOB = {"*": "[*]", "?": "[?]", "[": "[[]"}


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    """Return, by its folding, the characters of each letter that has more than one form."""
    forms: dict[str, str] = {}
    for character in map(chr, range(_BEYOND_CASES)):
        folded = character.casefold()
        forms[folded] = forms.get(folded, "") + character
    return {folded: alike for folded, alike in forms.items() if len(alike) > 1}


def _forms(character: str) -> str:
    """Return the characters that count as this one, itself among them; in the same order for each of them."""
    return _alike().get(character.casefold(), character)


def matches(column: ColumnElement[Any], pattern: str, dialect: Dialect, *, like: bool) -> ColumnElement[bool]:
    """Find a text or, where ``%`` and ``_`` have a meaning, a pattern in a column; null is not found.

    A text that is longer than the column cannot be in it, and is not made into a pattern several times as
    long: SQLite takes none over 50,000 bytes. Whether null is false or unknown is open.
    """
    longest = getattr(column.type, "length", None)
    if longest is not None and len(pattern) - (like and pattern.count("%")) > longest:
        return false()
    match dialect.name:
        case "sqlite":
            return column.op("GLOB", is_comparison=True)(_glob(pattern, like=like))
        case "postgresql":
            return _translated(column, pattern, like=like)
        case _:
            return column.op("REGEXP", is_comparison=True)(_regular_expression(pattern, like=like))


def _glob(pattern: str, *, like: bool) -> str:
    wild = {"%": "*", "_": "?"} if like else {}
    return "".join(wild.get(character) or _bracketed(character, _GLOB) for character in pattern)


def _bracketed(character: str, escapes: dict[str, str]) -> str:
    forms = _forms(character)
    return f"[{forms}]" if len(forms) > 1 else escapes.get(character, character)


def _regular_expression(pattern: str, *, like: bool) -> str:
    """Write a pattern for PCRE, with its options spelled out: a server may have set others."""
    wild = {"%": ".*", "_": "."} if like else {}
    body = "".join(
        wild.get(character) or _bracketed(character, {character: re.escape(character)})
        for character in pattern
    )
    return rf"\A(?s-imx:{body})\z"


def _translated(column: ColumnElement[Any], pattern: str, *, like: bool) -> ColumnElement[bool]:
    """Bring the value's letters to one form on both sides.

    PostgreSQL keeps 32 compiled regular expressions: a longer list of them would be compiled anew for each
    row.
    """
    letters = {forms for forms in map(_forms, pattern) if len(forms) > 1}
    others = "".join(forms[1:] for forms in letters)
    firsts = "".join(forms[0] * len(forms[1:]) for forms in letters)
    value = "".join(_forms(character)[0] for character in pattern)
    translated = func.translate(column, others, firsts, type_=column.type)
    if like:
        return translated.like(value.replace("|", "||"), escape="|")
    return translated == value
