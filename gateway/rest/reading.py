"""Reading JSON: bytes to values, and an object to a record, as exactly as it was written.

Numbers stay the text that was sent: no amount passes through a float, and none is made larger in memory than
it is on the wire. What JSON does not know (NaN, other encodings than UTF-8) and what means two things (a
member given twice) is refused, never guessed at.
"""

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.contract.errors import ErrorCode
from gateway.contract.lexical import MAX_NUMBER_CHARACTERS, clean_text
from gateway.http import Refused
from gateway.service import Record
from gateway.service.tenant import MOST_RECORDS

_FIELDS_TO_NULL = "fieldsToNull"

VALUES_OF_A_RECORD = 200
VALUES_BESIDE = 100_000
"""How many values a body may hold, for each record that a call may have and beside them.

A small value takes two bytes and some microseconds: a body full of them would keep a thread busy for a
minute. An adjustment has some 30 fields and at most 50 of its tenant's; commas in texts count too.
"""


class Number(str):
    """A number as it was written."""

    __slots__ = ()

    def plain(self) -> str:
        """Return it without an exponent, where it then has few enough characters to be read at all."""
        if len(self) > MAX_NUMBER_CHARACTERS or not ("e" in self or "E" in self):
            return self
        try:
            value = Decimal(self)
        except InvalidOperation:
            # An exponent beyond what Decimal holds.
            return self
        if abs(value.adjusted()) > MAX_NUMBER_CHARACTERS:
            return self
        return format(value, "f")


class Members(dict[str, Any]):
    """A JSON object.

    Attributes:
        twice: The names that were given more than once.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__((clean_text(name), value) for name, value in pairs)
        self.twice: list[str] = []
        if len(self) < len(pairs):
            counts = Counter(clean_text(name) for name, _ in pairs)
            self.twice = [name for name, count in counts.items() if count > 1]


def read_json(body: bytes, max_records: int) -> Any:
    """Read a JSON document: Members, lists, texts, Numbers, booleans and None.

    Args:
        body: As sent and unpacked.
        max_records: How many records the call may have.

    Raises:
        Refused: It is none, nests too deep or holds too many values.
    """
    if sum(map(body.count, (b",", b"{", b"["))) > VALUES_BESIDE + VALUES_OF_A_RECORD * max_records:
        raise Refused(
            400,
            f"The request holds more values than a call of {max_records} objects may have. Nothing was done.",
            code=ErrorCode.MAX_RECORDS_EXCEEDED,
        )
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=Members,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise Refused(400, "The request nests too deep.") from None
    except UnicodeDecodeError:
        raise Refused(400, "The request is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Refused(400, f"The request is not well-formed JSON: {error}") from None


def _refuse_constant(name: str) -> None:
    raise Refused(400, f"The request is not well-formed JSON: {name} is no JSON.")


def read_members(body: bytes, max_records: int) -> Members:
    """Read a document that must be an object, none of its members given twice.

    Raises:
        Refused: It is no such object.
    """
    document = read_json(body, max_records)
    if not isinstance(document, Members):
        raise Refused(400, "The request must be a JSON object.")
    if document.twice:
        raise Refused(400, f"'{document.twice[0][:60]}' must be given once.")
    return document


def read_records(objects: Any) -> list[Record]:
    """Read an array of objects, each into a record.

    Raises:
        Refused: It is no array of objects.
    """
    if not isinstance(objects, list) or not all(isinstance(each, Members) for each in objects):
        raise Refused(400, "'objects' must be an array of objects.")
    if len(objects) > MOST_RECORDS:
        # No tenant's limit is higher: the use case refuses the call for their count.
        return [Record() for _ in objects]
    return [read_record(each) for each in objects]


def read_record(members: Members) -> Record:
    """Read an object into a record; null, like an empty or blank text, is "not given"."""
    record = Record(ambiguous=list(members.twice))
    for name, value in members.items():
        if name == _FIELDS_TO_NULL:
            names = value if isinstance(value, list) else [value]
            record.fields_to_null += [clean_text(each).strip() for each in names if isinstance(each, str)]
            continue
        text = text_of(value)
        if text is None:
            record.ambiguous.append(name)
        elif text.strip():
            record.values[name] = text
    return record


def text_of(value: Any) -> str | None:
    """Return a value as the text that SOAP would carry; empty for null, None for an array or object."""
    match value:
        case Number():
            return value.plain()
        case str():
            return clean_text(value)
        case bool():
            return "true" if value else "false"
        case None:
            return ""
    return None
