"""Selections in SQL find on every database what they mean, page by page."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from gateway.contract.fields import Field, WireType
from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ITEM_ADJUSTMENT,
    OBJECTS,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.service.ports import Locator
from gateway.service.selection import AnyOf, Every, Filter, Selection, select
from gateway.service.selection import Test as Comparison
from gateway.storage.store import SqlStore
from gateway.storage.tables import metadata
from support.builders import STAMP
from support.databases import DATABASES, an_empty_store, database_url, empty
from support.reference import PATTERNS, Row, World, a_world, selected, values_of

EVERYTHING = 10_000
short = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=[Phase.generate],  # a world is a number, of which a smaller one says no more
)


def comparisons(object_type: ObjectType) -> st.SearchStrategy[Comparison]:
    def of_field(field: Field) -> st.SearchStrategy[Comparison]:
        equality = st.sampled_from(["=", "!="])
        all_six = (
            equality if field.type is WireType.BOOLEAN else st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
        )
        compared = st.builds(Comparison, st.just(field), all_six, st.sampled_from(values_of(field)))
        null = st.builds(Comparison, st.just(field), equality, st.none())
        if field.type not in (WireType.ID, WireType.STRING):
            return compared | null
        return (
            compared
            | null
            | st.builds(Comparison, st.just(field), st.just("like"), st.sampled_from(PATTERNS))
        )

    usable = [field for field in object_type.output_fields if field.filterable and field.held]
    return st.sampled_from(usable).flatmap(of_field)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    object_type = draw(st.sampled_from(OBJECTS))
    wanted = draw(st.sets(st.sampled_from([f for f in object_type.output_fields if f.selectable])))
    one = comparisons(object_type)
    some = st.lists(one, min_size=2, max_size=3).map(tuple)
    condition: st.SearchStrategy[Filter | None] = (
        st.none()
        | one
        | some.map(AnyOf)
        | some.map(Every)
        | st.lists(one | some.map(Every), min_size=2).map(tuple).map(AnyOf)
    )
    return Selection(
        object_type,
        tuple(f for f in object_type.output_fields if f.attribute == "id" or f in wanted),
        draw(condition),
    )


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder: Path = tmp_path_factory.mktemp("queries")
    with an_empty_store(database_url(request.param, folder)) as store:
        yield store


def fill(store: SqlStore, world: World) -> None:
    empty(store)
    with store.writing() as connection, connection.begin():
        for name in (field.name for field in fields(world)):
            table = metadata.tables[name]
            written = [{key: row.get(key) for key in table.columns.keys()} for row in getattr(world, name)]  # noqa: SIM118  # no dict
            if written:
                connection.execute(insert(table), written)


def rows(
    store: SqlStore, selection: Selection, after_id: str = "", limit: int = EVERYTHING
) -> list[tuple[Any, ...]]:
    return store.read(lambda tx: tx.rows(selection, after_id, limit))


def query(store: SqlStore, text: str) -> list[tuple[Any, ...]]:
    return rows(store, select(text, UTC))


@short
@given(seed=st.integers(0, 2**32), asked=st.lists(selections(), min_size=4, max_size=8))
def test_a_query_finds_what_it_means(store: SqlStore, seed: int, asked: list[Selection]) -> None:
    world = a_world(seed)
    fill(store, world)
    for selection in asked:
        expected = selected(world, selection)
        assert rows(store, selection) == expected, selection
        assert store.read(lambda tx, s=selection: tx.count(s)) == len(expected), selection


# Rows with nothing in them but what the tables insist on.
AN_ACCOUNT = {"id": "acc"}
AN_INVOICE = {
    "id": "inv",
    "account_id": "acc",
    "invoice_number": "INV1",
    "invoice_date": date(2024, 3, 1),
    "status": "Posted",
    "amount": Decimal(100),
    "balance": Decimal(100),
    "adjustment_amount": Decimal(0),
    "currency": "EUR",
    "minor_unit_digits": 2,
    "adjusted": Decimal(0),
}
AN_ADJUSTMENT = {
    "account_id": "acc",
    "invoice_id": "inv",
    "adjustment_date": date(2024, 3, 2),
    "amount": Decimal(1),
    "created_by_id": "user",
    "created_date": STAMP.at,
    "updated_by_id": "user",
    "updated_date": STAMP.at,
    "source_id": "item",
    "source_type": "InvoiceDetail",
    "status": "Processed",
    "type": "Credit",
}


def adjustments(*ids_: str) -> list[Row]:
    return [{**AN_ADJUSTMENT, "id": id_, "adjustment_number": f"N{id_}"} for id_ in ids_]


def test_an_accounts_balance_counts_the_adjustments_made_here(store: SqlStore) -> None:
    invoices = [
        {**AN_INVOICE, "id": f"inv{i}", "invoice_number": f"INV{i}", "adjusted": Decimal(adjusted)}
        for i, adjusted in enumerate(("-0.10", "-0.20", "0.05"))
    ]
    fill(store, World([{"id": "acc", "balance": Decimal("99999999999999.99")}, {"id": "none"}], invoices))
    assert query(store, "select Balance from Account") == [
        ("acc", Decimal("99999999999999.74")),
        ("none", Decimal(0)),
    ]
    assert query(store, "select Id from Account where Balance = 99999999999999.74") == [("acc",)]
    assert query(store, "select Id from Account where Balance < 0.01") == [("none",)]


def test_an_adjustment_names_its_customer_and_invoice(store: SqlStore) -> None:
    account = {**AN_ACCOUNT, "name": "Müller & Söhne", "account_number": "A-1"}
    fill(store, World([account], [AN_INVOICE], [], [], adjustments("1", "2")))
    text = "select CustomerName, CustomerNumber, InvoiceNumber from InvoiceItemAdjustment"
    assert query(store, f"{text} where Id = '2'") == [("2", "Müller & Söhne", "A-1", "INV1")]
    for condition in ("CustomerName like 'Müller%'", "CustomerNumber = 'A-1'", "InvoiceNumber = 'INV1'"):
        found = query(store, f"select Id from InvoiceItemAdjustment where {condition}")
        assert found == [("1",), ("2",)], condition


def test_a_field_without_data_is_null_in_every_row(store: SqlStore) -> None:
    fill(store, World([AN_ACCOUNT], [AN_INVOICE]))
    assert query(store, "select Body, RegenerateInvoicePDF, Id from Invoice") == [("inv", None, None)]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a%", ["a", "a ", "a%", "a*", "a?", "a[b]", "a\\", "a_", "ab", "a|"]),
        ("A%", ["A"]),
        ("%[b]", ["a[b]"]),
        ("%*", ["a*"]),
        ("%?", ["a?"]),
        ("%|", ["a|"]),
        ("%\\", ["a\\"]),
        ("_%", ["A", "a", "a ", "a%", "a*", "a?", "a[b]", "a\\", "a_", "ab", "a|", "\U0001f600"]),
        ("% ", ["a "]),
        ("__%", ["a ", "a%", "a*", "a?", "a[b]", "a\\", "a_", "ab", "a|"]),
    ],
)
def test_like_takes_every_character_but_its_two_as_itself(
    store: SqlStore, pattern: str, found: list[str]
) -> None:
    names = ["a", "A", "ab", "a ", "a%", "a_", "a[b]", "a*", "a?", "a|", "a\\", "\U0001f600", "", None]
    fill(store, World([{"id": f"{i:02d}", "name": name} for i, name in enumerate(names)]))
    name = ACCOUNT.by_name["Name"]
    selection = Selection(ACCOUNT, (ACCOUNT.by_name["Id"], name), Comparison(name, "like", pattern))
    assert sorted(row[1] for row in rows(store, selection)) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [("Name = null", ["2"]), ("Name != null", ["1", "3"]), ("Name != 'x'", ["3"]), ("Name < 'x'", ["3"])],
)
def test_null_equals_null_alone(store: SqlStore, condition: str, found: list[str]) -> None:
    fill(store, World([{"id": "1", "name": "x"}, {"id": "2"}, {"id": "3", "name": ""}]))
    assert [row[0] for row in query(store, f"select Id from Account where {condition}")] == found


def test_pages_hold_each_row_once_while_others_write(store: SqlStore) -> None:
    early = [f"{number:04d}" for number in range(0, 100, 2)]
    fill(store, World([AN_ACCOUNT], [AN_INVOICE], [], [], adjustments(*early)))
    text = "select Id, InvoiceNumber from InvoiceItemAdjustment where CustomerName = null"
    selection = select(text, UTC)
    table = metadata.tables["invoice_item_adjustments"]
    read: list[str] = []
    late = iter(range(1, 100, 2))
    while page := rows(store, selection, read[-1] if read else "", limit=7):
        read += [row[0] for row in page]
        with store.writing() as connection, connection.begin():
            # One before the page's end, one behind it, and one that was read is gone.
            connection.execute(insert(table), adjustments(f"{next(late):04d}", f"{99 - next(late):04d}x"))
            connection.execute(table.delete().where(table.c.id == page[0][0]))
    assert read == sorted(set(read)), "in order, none twice"
    assert set(early) <= set(read), "none is missing"


def test_pages_follow_ids_by_code_point(store: SqlStore) -> None:
    expected = ["00", "9z", "AA", "Z", "_", "a", "aa", "é", "\U0001f600"]
    fill(store, World([{"id": id_} for id_ in reversed(expected)]))
    selection = Selection(ACCOUNT, (ACCOUNT.by_name["Id"],))
    read = [rows(store, selection, after, 1)[0][0] for after in ("", *expected[:-1])]
    assert read == expected
    assert rows(store, selection, expected[-1], 1) == []


def test_a_locator_is_found_at_its_pages_until_it_expires(store: SqlStore) -> None:
    empty(store)
    now, soon, later = (STAMP.at + timedelta(minutes=m) for m in (0, 15, 20))
    locator = Locator("user", "select Id from Account", 7, "")

    def begin(tx: Any) -> None:
        tx.add_locator("f" * 32, locator, soon)
        tx.add_page("f" * 32, 3, "id-3", soon)

    store.write(begin)
    assert store.read(lambda tx: tx.locator("f" * 32, 3, 3, now)) == replace(locator, after_id="id-3")
    assert store.read(lambda tx: tx.locator("f" * 32, 4, 3, now)) is None
    assert store.read(lambda tx: tx.locator("e" * 32, 3, 3, now)) is None
    assert store.read(lambda tx: tx.locator("f" * 32, 3, 3, soon)) is None
    store.write(lambda tx: tx.add_page("f" * 32, 6, "id-6", later))
    # Asked again, a page begins where it began.
    store.write(lambda tx: tx.add_page("f" * 32, 6, "id-other", later))
    assert store.read(lambda tx: tx.locator("f" * 32, 6, 3, soon)) == replace(locator, after_id="id-6")
    store.write(lambda tx: tx.forget_expired(soon))
    assert store.read(lambda tx: tx.locator("f" * 32, 6, 3, soon)) is not None
    store.write(lambda tx: tx.forget_expired(later))
    assert store.read(lambda tx: tx.locator("f" * 32, 6, 3, now)) is None


@pytest.mark.parametrize(
    "object_type", [INVOICE, INVOICE_ITEM_ADJUSTMENT, TAXATION_ITEM], ids=lambda o: o.name
)
def test_the_most_conditions_that_a_query_may_have_can_be_run(
    store: SqlStore, object_type: ObjectType
) -> None:
    id_ = object_type.by_name["Id"]
    each = Every(tuple(Comparison(id_, "like", f"{'[*]' * 5}%") for _ in range(100)))
    selection = Selection(object_type, object_type.output_fields, AnyOf((each, each)))
    assert rows(store, selection) == []
