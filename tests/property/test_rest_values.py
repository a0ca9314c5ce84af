"""What the JSON doors write of a record is read as the same record, whatever its values."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import clean_text
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.rest.reading import read_members, read_record
from gateway.rest.writing import records
from gateway.service import QueryPage
from gateway.service.selection import Selection
from gateway.service.values import reader_of

FIELDS = tuple(field for field in INVOICE_ITEM_ADJUSTMENT.output_fields if not field.values)
TEXTS = st.text(min_size=1, max_size=60).map(clean_text).filter(str.strip)
VALUES: dict[WireType, st.SearchStrategy[Any]] = {
    WireType.ID: st.text("0123456789abcdef", min_size=32, max_size=32),
    WireType.STRING: TEXTS,
    WireType.DECIMAL: st.decimals(
        min_value=Decimal("-99999999999999.99"), max_value=Decimal("99999999999999.99"), places=2
    ),
    WireType.BOOLEAN: st.booleans(),
    WireType.DATE: st.dates(date(1900, 1, 1)),
    WireType.DATE_TIME: st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  # given one
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    ),
}


def a_value(field: Field) -> st.SearchStrategy[Any]:
    values = VALUES[WireType.ID if field.is_id else field.type]
    if field.length is not None and field.length < 60 and values is TEXTS:
        values = TEXTS.map(lambda text: text[: field.length]).filter(str.strip)
    return st.none() | values


ROWS = st.tuples(*(a_value(field) for field in FIELDS))


def read_back(text: str) -> Iterator[Any]:
    record = read_record(read_members(text.encode(), 1))
    assert not record.ambiguous
    for field in FIELDS:
        given_text = record.values.get(field.name)
        yield None if given_text is None else reader_of(field, UTC)(given_text)


@given(ROWS)
def test_what_is_written_is_read_as_the_same_record(row):
    page = QueryPage(Selection(INVOICE_ITEM_ADJUSTMENT, FIELDS), [row], 1, None, UTC)
    (text,) = records(page)
    assert tuple(read_back(text)) == row
    assert None not in json.loads(text).values()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9), st.integers(-40, 40))
def test_a_number_means_what_it_says_however_it_is_written(number, shift):
    written = f"{number.scaleb(-shift):f}e{shift}"
    record = read_record(read_members(b'{"Amount":%s}' % written.encode(), 1))
    read = record.values["Amount"]
    assert Decimal(read) == Decimal(written)
