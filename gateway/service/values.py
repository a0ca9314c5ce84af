"""The values of fields: what reads a field's text, made once for any number of records."""

from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import read, read_decimal, read_id
from gateway.engine import Refusal
from gateway.engine.money import check_digits
from gateway.engine.refusals import MalformedId, MalformedValue, ValueTooLong

FieldReader = Callable[[str], Any]
"""Reads one field's text: to a str, Decimal, int, bool, date or datetime, or it raises NotAValue."""

_REPEATED = frozenset({WireType.BOOLEAN, WireType.DATE, WireType.DATE_TIME})
_KNOWN_TEXTS = 1_000
"""The texts of one field whose values are remembered: the records of a set have few days."""


class NotAValue(Exception):  # noqa: N818  # it is no error: the record is refused
    """A text is no value of its field.

    Attributes:
        refusal: Why.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def reader_of(field: Field, zone: tzinfo) -> FieldReader:
    """Return what reads a field's text; dates are read as days of a zone, the tenant's."""
    if field.is_id or field.type is WireType.ID:
        return _refusing(read_id, MalformedId, field)
    if field.type is WireType.STRING:
        return _one_of(field) if field.values else _string(field)
    if field.type is WireType.DECIMAL:
        return _refusing(_custom_decimal if field.custom else read_decimal, MalformedValue, field)
    reader = _refusing(lambda text: read(field.type, text, zone), MalformedValue, field)
    return lru_cache(_KNOWN_TEXTS)(reader) if field.type in _REPEATED else reader


def _refusing(
    reader: FieldReader, refusal: type[MalformedId] | type[MalformedValue], field: Field
) -> FieldReader:
    attribute = field.attribute

    def refusing(text: str) -> Any:
        try:
            return reader(text)
        except ValueError:
            raise NotAValue(refusal(attribute, text)) from None

    return refusing


def _custom_decimal(text: str) -> Any:
    """Read a decimal of the tenant's own: the engine judges amounts, nobody else looks at these."""
    value = read_decimal(text)
    check_digits(value)
    return value


def _one_of(field: Field) -> FieldReader:
    allowed = {text: text for text in field.values}

    def one_of(text: str) -> str:
        value = allowed.get(text) or allowed.get(text.strip())
        if value is None:
            raise NotAValue(MalformedValue(field.attribute, text))
        return value

    return one_of


def _string(field: Field) -> FieldReader:
    longest = field.length

    def string(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise NotAValue(ValueTooLong(field.attribute, len(text), longest))
        return text

    return string
