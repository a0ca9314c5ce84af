"""Selections in SQL find on every database what they mean, page by page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ITEM_ADJUSTMENT,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.service.ports import Locator
from gateway.service.selection import AnyOf, Every, Key, Selection, select
from gateway.service.selection import Test as Comparison
from gateway.storage.store import SqlStore
from gateway.storage.tables import metadata
from gateway.zoql.parser import MAX_ORDER_FIELDS
from support.builders import STAMP
from support.databases import DATABASES, an_empty_store, database_url, empty
from support.queries import fill, selections
from support.reference import Row, World, a_world, selected

EVERYTHING = 10_000
short = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=[Phase.generate],  # a world is a number, of which a smaller one says no more
)


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder: Path = tmp_path_factory.mktemp("queries")
    with an_empty_store(database_url(request.param, folder)) as store:
        yield store


def rows(
    store: SqlStore,
    selection: Selection,
    after: Key = (),
    limit: int | None = EVERYTHING,
    until: Key | None = None,
) -> list[tuple[Any, ...]]:
    return store.read(lambda tx: tx.rows(selection, after, limit, until))


def query(store: SqlStore, text: str) -> list[tuple[Any, ...]]:
    return rows(store, select(text, UTC))


@short
@given(seed=st.integers(0, 2**32), asked=st.lists(selections(), min_size=4, max_size=8))
def test_a_query_finds_what_it_means(store: SqlStore, seed: int, asked: list[Selection]) -> None:
    world = a_world(seed)
    fill(store, world)
    for selection in asked:
        expected = selected(world, replace(selection, limit=None))
        assert rows(store, selection) == expected, selection
        assert store.read(lambda tx, s=selection: tx.count(s)) == len(expected), selection


@short
@given(seed=st.integers(0, 2**32), asked=st.lists(selections(), min_size=4, max_size=8))
def test_pages_by_place_are_the_whole_in_pieces(store: SqlStore, seed: int, asked: list[Selection]) -> None:
    world = a_world(seed)
    fill(store, world)
    for selection in asked:
        place: Key = ()
        read = []
        while page := rows(store, selection, place, 2):
            following = selection.key_of(page[-1])
            assert rows(store, selection, place, None, following) == page, selection
            read += page
            place = following
        assert read == selected(world, replace(selection, limit=None)), selection


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
    while page := rows(store, selection, (read[-1],) if read else (), limit=7):
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
    read = [rows(store, selection, after, 1)[0][0] for after in ((), *((id_,) for id_ in expected[:-1]))]
    assert read == expected
    assert rows(store, selection, (expected[-1],), 1) == []


def test_a_locator_is_found_at_its_pages_until_it_expires(store: SqlStore) -> None:
    empty(store)
    now, soon, later = (STAMP.at + timedelta(minutes=m) for m in (0, 15, 20))
    locator = Locator("user", "select Id from Account", 7)

    def begin(tx: Any) -> None:
        tx.add_locator("f" * 32, locator, soon)
        tx.add_page("f" * 32, 3, ("id-3",), soon)

    store.write(begin)
    assert store.read(lambda tx: tx.locator("f" * 32, 3, 3, now)) == replace(locator, after=("id-3",))
    assert store.read(lambda tx: tx.locator("f" * 32, 4, 3, now)) is None
    assert store.read(lambda tx: tx.locator("e" * 32, 3, 3, now)) is None
    assert store.read(lambda tx: tx.locator("f" * 32, 3, 3, soon)) is None
    store.write(lambda tx: tx.add_page("f" * 32, 6, ("id-6",), later))
    # Asked again, a page begins where it began.
    assert store.write(lambda tx: tx.add_page("f" * 32, 6, ("id-other",), later)) == ("id-6",)
    assert store.read(lambda tx: tx.locator("f" * 32, 6, 3, soon)) == replace(locator, after=("id-6",))
    assert store.read(lambda tx: tx.locator("f" * 32, 3, 3, soon)) == replace(
        locator, after=("id-3",), until=("id-6",)
    )
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


def test_a_place_is_read_back_as_it_was(store: SqlStore) -> None:
    empty(store)
    place: Key = (
        Decimal("-99999999999999.990"),
        Decimal("1E-12"),
        None,
        True,
        0,
        "",
        "1.5 é \U0001f600 \\ ' \" \n",
        date(2024, 2, 29),
        datetime(2024, 3, 31, 1, 0, 0, 1000, UTC),
        "id",
    )
    locator = Locator("user", "select Id from Account order by Name", 7, case_sensitive=False)

    def begin(tx: Any) -> None:
        tx.add_locator("f" * 32, locator, STAMP.at + timedelta(minutes=15))
        tx.add_page("f" * 32, 3, place, STAMP.at + timedelta(minutes=15))

    store.write(begin)
    found = store.read(lambda tx: tx.locator("f" * 32, 3, 3, STAMP.at))
    assert found == replace(locator, after=place)
    assert [type(value) for value in found.after] == [type(value) for value in place]


def test_texts_are_ordered_by_code_point_and_null_is_the_largest(store: SqlStore) -> None:
    expected = ["", "A", "B", "a", "a ", "a_", "aa", "ß", "é", "\uffee", "\U0001f600", None]
    fill(store, World([{"id": f"{i:02d}", "name": name} for i, name in enumerate(reversed(expected))]))
    assert [row[1] for row in query(store, "select Name from Account order by Name")] == expected
    descending = query(store, "select Name from Account order by Name desc")
    assert [row[1] for row in descending] == expected[::-1]


def test_equals_are_ordered_by_id(store: SqlStore) -> None:
    fill(store, World([{"id": id_, "name": "same"} for id_ in "bac"]))
    found = query(store, "select Id from Account order by Batch desc, Name")
    assert found == [(id_, None, "same") for id_ in "abc"]
    assert query(store, "select Id from Account order by Batch, Name desc") == found[::-1]


def test_numbers_dates_and_booleans_are_ordered_as_what_they_are(store: SqlStore) -> None:
    balances = [Decimal(text) for text in ("-10", "-9.99", "0", "0.5", "9", "10", "99999999999999.99")]
    fill(store, World([{"id": str(9 - i), "balance": value} for i, value in enumerate(balances)]))
    assert [row[1] for row in query(store, "select Balance from Account order by Balance")] == balances
    flags = [("1", False), ("2", None), ("3", True)]
    fill(store, World([{"id": id_, "auto_pay": flag} for id_, flag in flags]))
    assert [row[0] for row in query(store, "select Id from Account order by AutoPay")] == ["1", "3", "2"]
    assert [row[0] for row in query(store, "select Id from Account order by AutoPay desc")] == ["2", "3", "1"]


NAMES = [
    *("abc", "ABC", "aBc", "abd", "a", "", None),
    *("É", "é", "E", "Σ", "\u03c3", "ς", "ß", "ẞ", "SS", "ss", "ĳ", "Ĳ", "\u212a", "k", "\u0131", "i", "İ"),
    *("\U00010400", "\U00010428", "a\n", "A\n", "A\nb", "100%", "a.c", "A[b]", "a[B]", "a\\b", "A\\B", "^a$"),
]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("Name = 'aBC'", ["abc", "ABC", "aBc"]),
        ("Name = 'É'", ["É", "é"]),
        ("Name = 'ς'", ["Σ", "\u03c3", "ς"]),
        ("Name = 'ß'", ["ß", "ẞ"]),
        ("Name = 'Ss'", ["SS", "ss"]),
        ("Name = 'K'", ["\u212a", "k"]),
        ("Name = 'I'", ["i"]),
        ("Name = '\U00010428'", ["\U00010400", "\U00010428"]),
        ("Name = 'A\\n'", ["a\n", "A\n"]),
        ("Name = 'A'", ["a"]),
        ("Name = ''", [""]),
        ("Name = 'A_c'", []),
        ("Name = 'A.C'", ["a.c"]),
        ("Name = 'a[b]'", ["A[b]", "a[B]"]),
        ("Name = 'a\\\\b'", ["a\\b", "A\\B"]),
        ("Name = '^A$'", ["^a$"]),
        ("Name in ('ABD', 'e')", ["abd", "E"]),
        ("Name like 'A_C%'", ["abc", "ABC", "aBc", "a.c"]),
        ("Name like '%D'", ["abd"]),
        ("Name like '%\\n'", ["a\n", "A\n"]),
        ("Name like 'a\\n%'", ["a\n", "A\n", "A\nb"]),
        ("Name like 'A[%'", ["A[b]", "a[B]"]),
        ("Name like '1__%'", ["100%"]),
        ("Name < 'B' and Name like 'a%'", ["ABC", "A\n", "A\nb", "A[b]", "A\\B"]),
        (f"Name = '{'é' * 9000}'", []),
        (f"Name like '%{'é' * 9000}'", []),
        (f"Name like '%{'_' * 256}'", []),
    ],
)
def test_case_can_be_left_aside(store: SqlStore, condition: str, found: list[str]) -> None:
    fill(store, World([{"id": f"{i:02d}", "name": name} for i, name in enumerate(NAMES)]))
    selection = select(f"select Name from Account where {condition}", UTC, case_sensitive=False)
    assert [row[1] for row in rows(store, selection)] == found


@pytest.mark.parametrize("name", ["aBC", "é" * 9000])
def test_unequal_leaves_case_aside_too_and_null_is_no_answer(store: SqlStore, name: str) -> None:
    fill(store, World([{"id": f"{i:02d}", "name": name} for i, name in enumerate(NAMES)]))
    selection = select(f"select Name from Account where Name != '{name}'", UTC, case_sensitive=False)
    others = [other for other in NAMES if other is not None and other.lower() != name.lower()]
    assert [row[1] for row in rows(store, selection)] == others


def test_the_case_of_ids_always_counts(store: SqlStore) -> None:
    accounts = [{"id": "x"}, {"id": "X"}]
    fill(store, World(accounts, [{**AN_INVOICE, "account_id": "x"}], [], [], adjustments("1")))
    for condition, found in (("Id = 'X'", ["X"]), ("Id like 'x%'", ["x"]), ("Id != 'x'", ["X"])):
        selection = select(f"select Id from Account where {condition}", UTC, case_sensitive=False)
        assert [row[0] for row in rows(store, selection)] == found
    text = "select Id from InvoiceItemAdjustment where SourceId = 'ITEM'"
    assert rows(store, select(text, UTC, case_sensitive=False)) == []


def test_the_longest_name_is_found_in_any_case(store: SqlStore) -> None:
    fill(store, World([{"id": "1", "name": "é" * 255}]))
    conditions = [f"Name = '{'É' * 255}'", f"Name like '{'É' * 255}%'", f"Name like '%{'É' * 255}'"]
    for condition in conditions:
        text = f"select Id from Account where {condition}"
        assert rows(store, select(text, UTC, case_sensitive=False)) == [("1",)]


def test_ordered_pages_hold_each_row_once_while_others_write(store: SqlStore) -> None:
    amounts = {f"{number:04d}": Decimal(number % 7) for number in range(0, 100, 2)}
    early = [{**row, "amount": amounts[row["id"]]} for row in adjustments(*amounts)]
    account = {**AN_ACCOUNT, "name": "x"}
    fill(store, World([account], [AN_INVOICE], [], [], early))
    selection = select("select Id from InvoiceItemAdjustment order by Amount desc, CustomerName", UTC)
    table = metadata.tables["invoice_item_adjustments"]
    read: list[tuple[Any, ...]] = []
    late = iter(range(1, 100, 2))
    while page := rows(store, selection, selection.key_of(read[-1]) if read else (), limit=7):
        read += page
        with store.writing() as connection, connection.begin():
            # One before the page's end, one behind it, one among its equals; and one that was read is gone.
            number = next(late)
            new = adjustments(f"{number:04d}", f"{number:04d}a", f"{number:04d}z")
            for row, amount in zip(new, (Decimal(9), Decimal(0), page[-1][1]), strict=True):
                row["amount"] = amount
            connection.execute(insert(table), new)
            connection.execute(table.delete().where(table.c.id == page[0][0]))
    ids = [row[0] for row in read]
    assert read == sorted(read, key=lambda row: (-row[1], row[0])), "in order"
    assert len(ids) == len(set(ids)), "none twice"
    assert set(amounts) <= set(ids), "none is missing"


def test_a_query_may_be_ordered_by_all_it_may_name(store: SqlStore) -> None:
    fill(store, World([{"id": id_} for id_ in "abc"]))
    usable = [field.name for field in ACCOUNT.fields if field.filterable and field.held]
    order = ", ".join(f"{name} desc" for name in usable[:MAX_ORDER_FIELDS])
    selection = select(f"select Id from Account order by {order}", UTC)
    place: Key = ()
    for id_ in "cba":
        (row,) = rows(store, selection, place, 1)
        place = selection.key_of(row)
        assert place[-1] == id_
    assert rows(store, selection, place) == []
