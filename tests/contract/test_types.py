"""Numbers, moments and strings mean on every database what they mean in Python."""

import operator
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Context, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, select
from sqlalchemy.exc import StatementError

from gateway.storage.store import SqlStore
from gateway.storage.types import ExactDecimal, UtcDateTime, exact_add, exact_sum, plain_string
from support.databases import DATABASES, an_empty_store, database_url

values = Table(
    "type_test_values",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", ExactDecimal),
    Column("moment", UtcDateTime),
    Column("name", plain_string(255)),
)
COMPARISONS = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
short = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)

money = st.decimals("-99999999999999.99", "99999999999999.99", places=2)
yen = st.integers(-(10**16) + 1, 10**16 - 1).map(Decimal)
rates = st.decimals("-1", "1", places=12)
# Few and near each other, so that comparing them is interesting.
close = st.sampled_from(
    ["-100.055", "-100.05", "-100", "-99.99", "0", "0.000000000001", "99.9", "100", "100.05"]
)
numbers = st.one_of(money, yen, rates, close.map(Decimal))
moments = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder: Path = tmp_path_factory.mktemp("types")
    with an_empty_store(database_url(request.param, folder)) as store:
        values.drop(store.engine, checkfirst=True)
        values.create(store.engine)
        yield store
        values.drop(store.engine)


def write(store: SqlStore, column: str, written: Sequence[Any]) -> None:
    with store.writing() as connection, connection.begin():
        connection.execute(values.delete())
        if written:
            connection.execute(values.insert(), [{"id": i, column: value} for i, value in enumerate(written)])


def read(store: SqlStore, *statements: Any) -> list[Any]:
    with store.engine.connect() as connection:
        return [connection.scalars(statement).all() for statement in statements]


def assert_compares_as_python(store: SqlStore, column: str, written: Sequence[Any], other: Any) -> None:
    """All six operators against a value, and the order."""
    held = values.c[column]
    write(store, column, written)
    in_order, *found = read(
        store,
        select(held).order_by(held),
        *(select(values.c.id).where(compare(held, other)).order_by(values.c.id) for compare in COMPARISONS),
    )
    assert in_order == sorted(written)
    for compare, ids in zip(COMPARISONS, found, strict=True):
        assert ids == [i for i, value in enumerate(written) if compare(value, other)], compare.__name__


@short
@given(written=st.lists(numbers, max_size=8))
@example(written=[Decimal(text) for text in ("99999999999999.99", "-99999999999999.99", "0", "-0", "0.00")])
@example(written=[Decimal(9999999999999999), Decimal(-9999999999999999), Decimal(9999999999999998)])
@example(written=[Decimal("9" * 26 + "." + "9" * 12), Decimal("-" + "9" * 26 + "." + "9" * 12)])
@example(written=[Decimal("1E+3"), Decimal("1E-12")])
def test_a_number_is_read_as_it_was_written(store: SqlStore, written: list[Decimal]) -> None:
    write(store, "number", written)
    assert read(store, select(values.c.number).order_by(values.c.id)) == [written]


@short
@given(written=st.lists(numbers, max_size=8), other=numbers)
@example(written=[Decimal(-1), Decimal(0), Decimal(1)], other=Decimal("-0.00"))
@example(
    written=[Decimal("99999999999999.98"), Decimal("99999999999999.99")], other=Decimal("99999999999999.99")
)
@example(written=[Decimal("-100.05"), Decimal("-100.055"), Decimal(-100)], other=Decimal("-100.0500"))
def test_numbers_compare_and_sort_exactly(store: SqlStore, written: list[Decimal], other: Decimal) -> None:
    assert_compares_as_python(store, "number", [*written, other], other)


@short
@given(
    written=st.lists(numbers, max_size=4),
    other=st.one_of(
        st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=15),
        st.sampled_from(["0.0000000000001", "-0.0000000000001", "0." + "9" * 55, "9" * 60]).map(Decimal),
    ),
)
def test_a_number_can_be_compared_with_one_that_no_column_holds(
    store: SqlStore, written: list[Decimal], other: Decimal
) -> None:
    held = [Decimal("9" * 26), Decimal("-" + "9" * 26), Decimal(0), Decimal(1), *written]
    assert_compares_as_python(store, "number", held, other)


@pytest.mark.parametrize("number", ["0.0000000000001", "1" + "0" * 26, "-1" + "0" * 26])
def test_a_number_that_a_column_cannot_hold_is_refused_not_rounded(store: SqlStore, number: str) -> None:
    with pytest.raises((ValueError, StatementError), match="more than 26 digits before or 12 after"):
        write(store, "number", [Decimal(number)])


@short
@given(written=st.lists(numbers, max_size=8), other=numbers)
@example(written=[Decimal("99999999999999.99")] * 8, other=Decimal("0.01"))
@example(written=[Decimal("0.1")] * 3, other=Decimal("-0.3"))
def test_numbers_are_summed_and_added_exactly(
    store: SqlStore, written: list[Decimal], other: Decimal
) -> None:
    write(store, "number", written)
    total = exact_sum(values.c.number)
    both = exact_add(values.c.number, func.coalesce(values.c.number, Decimal(0)))
    sums, doubled, found = read(
        store,
        select(total),
        select(both).order_by(values.c.id),
        select(values.c.id).where(values.c.number == other),
    )
    with localcontext(Context(prec=60)):
        assert sums == [sum(written) if written else None]
        assert doubled == [2 * number for number in written]
    assert found == [i for i, number in enumerate(written) if number == other]


def test_a_sum_skips_nulls_and_adding_to_null_is_null(store: SqlStore) -> None:
    write(store, "number", [None, Decimal("0.05"), None])
    assert read(store, select(exact_sum(values.c.number))) == [[Decimal("0.05")]]
    added = select(exact_add(values.c.number, values.c.number)).order_by(values.c.id)
    assert read(store, added) == [[None, Decimal("0.10"), None]]


@short
@given(written=st.lists(moments, max_size=8))
@example(written=[datetime(2024, 3, 31, 2, 30, 0, 999_999, UTC), datetime(2024, 2, 29, tzinfo=UTC)])
def test_a_moment_is_kept_to_the_millisecond_in_utc(store: SqlStore, written: list[datetime]) -> None:
    write(store, "moment", written)
    (found,) = read(store, select(values.c.moment).order_by(values.c.id))
    assert found == [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in written]
    assert all(moment.utcoffset() == timedelta(0) for moment in found)


def test_a_moment_of_another_zone_is_the_same_moment(store: SqlStore) -> None:
    written = datetime(2024, 3, 31, 1, 30, tzinfo=timezone(timedelta(hours=-7)))
    write(store, "moment", [written])
    assert read(store, select(values.c.moment)) == [[written]]
    assert read(store, select(values.c.id).where(values.c.moment == written)) == [[0]]


@short
@given(base=moments, steps=st.lists(st.integers(-2, 2), max_size=6), finer=st.sampled_from([0, 1, 500, 999]))
def test_moments_compare_and_sort_also_with_finer_ones(
    store: SqlStore, base: datetime, steps: list[int], finer: int
) -> None:
    base = base.replace(microsecond=500_000)
    written = [base + timedelta(milliseconds=step) for step in steps]
    assert_compares_as_python(store, "moment", written, base + timedelta(microseconds=finer))


@short
@given(written=st.lists(text, max_size=8), other=text)
@example(written=["a", "A", "a ", "á", "ä", "b", "ß", "ss", ""], other="a")
@example(written=["a", "a ", "a\t", "a\n", " a"], other="a ")
@example(written=["\U0001f600", "\uffee", "\U0001f600 ", "\u00e9", "e\u0301"], other="\U0001f600")
@example(written=["\\", "'", '"', "%", "_", "\\'", "%s", ":x", "?"], other="\\")
def test_strings_compare_and_sort_by_code_point(store: SqlStore, written: list[str], other: str) -> None:
    assert_compares_as_python(store, "name", [*written, other], other)
