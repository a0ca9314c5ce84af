"""Queries in pages: in any order, up to a limit, with or without regard to case, and asked for again."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from gateway.contract.errors import ErrorCode
from gateway.service import Caller, Querying, QueryPage
from gateway.service.failures import MalformedQuery
from gateway.service.selection import Selection
from gateway.storage.store import SqlStore
from gateway.storage.tables import accounts, query_pages
from support.builders import STAMP
from support.databases import DATABASES, an_empty_store, database_url
from support.gateways import InProcess, a_gateway
from support.queries import as_text, fill, selections
from support.reference import World, a_world, selected

CALLER = Caller("user")
short = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=[Phase.generate],
)


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder: Path = tmp_path_factory.mktemp("querying")
    with an_empty_store(database_url(request.param, folder)) as store:
        yield store


@pytest.fixture
def querying(store: SqlStore) -> Querying:
    return Querying(store, lambda: STAMP.at)


def more(querying: Querying, page: QueryPage, batch_size: int) -> QueryPage:
    assert page.locator is not None
    return querying.query_more(CALLER, page.locator, batch_size)


def pages(querying: Querying, text: str, batch_size: int, **options: Any) -> list[QueryPage]:
    """Read a query to its end; every page but the first is asked for twice."""
    found = [querying.query(CALLER, text, batch_size, **options)]
    while found[-1].locator:
        page = more(querying, found[-1], batch_size)
        assert more(querying, found[-1], batch_size) == page
        found.append(page)
    return found


def ids(*found: QueryPage) -> list[str]:
    return [row[0] for page in found for row in page.rows]


def some_accounts(names: str) -> World:
    return World([{"id": f"{i:02d}", "name": name} for i, name in enumerate(names)])


def refusal(querying: Querying, text: str, batch_size: int = 2000) -> MalformedQuery:
    with pytest.raises(MalformedQuery) as caught:
        querying.query(CALLER, text, batch_size)
    return caught.value


@short
@given(
    seed=st.integers(0, 2**32),
    asked=st.lists(selections(), min_size=4, max_size=8),
    batch_size=st.integers(1, 3),
)
def test_the_pages_of_a_query_are_what_it_means(
    store: SqlStore, querying: Querying, seed: int, asked: list[Selection], batch_size: int
) -> None:
    world = a_world(seed)
    fill(store, world)
    for selection in asked:
        # A selection without Invoice.Body, which has a law of its own.
        wanted = replace(selection, fields=tuple(f for f in selection.fields if f.name != "Body"))
        expected = [row[: len(wanted.fields)] for row in selected(world, wanted)]
        text = as_text(wanted)
        found = pages(querying, text, batch_size, case_sensitive=wanted.case_sensitive)
        assert [row for page in found for row in page.rows] == expected, text
        assert {page.size for page in found} == {len(expected)}, text
        assert len(found) == max(1, -(-len(expected) // batch_size)), text


@pytest.mark.parametrize(
    ("limit", "batch_size", "lengths"),
    [
        (1, 2, [1]),
        (2, 2, [2]),
        (3, 2, [2, 1]),
        (4, 2, [2, 2]),
        (5, 2, [2, 2, 1]),
        (6, 2, [2, 2, 1]),
        (2_147_483_647, 2, [2, 2, 1]),
        (3, 2000, [3]),
        (2, 1, [1, 1]),
    ],
)
def test_pages_stop_at_the_limit(
    store: SqlStore, querying: Querying, limit: int, batch_size: int, lengths: list[int]
) -> None:
    fill(store, some_accounts("abcde"))
    found = pages(querying, f"select Id from Account order by Name desc limit {limit}", batch_size)
    assert [len(page.rows) for page in found] == lengths
    assert ids(*found) == ["04", "03", "02", "01", "00"][:limit]
    assert {page.size for page in found} == {min(5, limit)}


def test_a_limit_holds_when_the_size_of_pages_changes(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("abcdefgh"))
    first = querying.query(CALLER, "select Id from Account limit 7", 2)
    second = more(querying, first, 4)
    third = more(querying, second, 2000)
    assert (ids(first), ids(second), ids(third)) == (["00", "01"], ["02", "03", "04", "05"], ["06"])
    assert third.locator is None


def test_records_hold_nothing_that_only_the_order_needs(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("ba"))
    found = pages(querying, "select Id from Account order by Name, Balance", 1)
    assert [page.rows for page in found] == [[("01",)], [("00",)]]


def test_case_is_left_aside_to_the_last_page(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("éÉaÉé"))
    text = "select Id from Account where Name = 'É'"
    assert ids(*pages(querying, text, 1)) == ["01", "03"]
    assert ids(*pages(querying, text, 1, case_sensitive=False)) == ["00", "01", "03", "04"]


def test_an_ordered_page_that_is_asked_for_again_ends_where_it_ended(
    store: SqlStore, querying: Querying
) -> None:
    fill(store, some_accounts("abcdefg"))
    first = querying.query(CALLER, "select Name from Account order by Name desc", 2)
    second = more(querying, first, 2)
    assert second.rows == [("04", "e"), ("03", "d")]
    with store.writing() as connection, connection.begin():
        # Before the page, within it and behind it.
        new = [{"id": name, "name": name} for name in ("f~", "d~", "c~")]
        connection.execute(insert(accounts), new)
    again = more(querying, first, 2)
    assert again.rows == [("04", "e"), ("d~", "d~"), ("03", "d")]
    assert again.locator == second.locator
    third = more(querying, again, 2)
    assert third.rows == [("c~", "c~"), ("02", "c")]
    assert {page.size for page in (first, second, again, third)} == {7}


def test_a_page_whose_rows_are_gone_is_empty_and_goes_on(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("abcdef"))
    first = querying.query(CALLER, "select Name from Account order by Name", 2)
    second = more(querying, first, 2)
    with store.writing() as connection, connection.begin():
        connection.execute(accounts.delete().where(accounts.c.name.in_(["c", "d"])))
    again = more(querying, first, 2)
    assert (again.rows, again.locator) == ([], second.locator)
    assert more(querying, again, 2).rows == [("04", "e"), ("05", "f")]


def test_two_calls_for_one_new_page_answer_the_same(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("abcdef"))
    first = querying.query(CALLER, "select Name from Account order by Name", 2)

    class Overtaken:
        """The store, where another call for the page is quicker and sees one row more."""

        def read(self, work: Any) -> Any:
            return store.read(work)

        def write(self, work: Any) -> Any:
            with store.writing() as connection, connection.begin():
                connection.execute(insert(accounts).values(id="c~", name="c~"))
            self.quicker = more(querying, first, 2)
            return store.write(work)

    overtaken = Overtaken()
    page = more(Querying(overtaken, lambda: STAMP.at), first, 2)
    assert page.rows == [("02", "c"), ("c~", "c~")]
    assert page == overtaken.quicker


def test_money_is_a_place_without_loss(store: SqlStore, querying: Querying) -> None:
    close = ["0.1", "0.100000000001", "0.100000000002", "99999999999999999999999999.99"]
    fill(store, World([{"id": str(i), "balance": Decimal(text)} for i, text in enumerate(close)]))
    assert ids(*pages(querying, "select Id from Account order by Balance desc", 1)) == ["3", "2", "1", "0"]
    with store.engine.connect() as connection:
        kept = connection.execute(query_pages.select()).all()
    assert all('{"decimal": "' in row.after_values for row in kept)


def test_a_record_that_moves_may_be_met_twice_or_not_at_all(store: SqlStore, querying: Querying) -> None:
    fill(store, some_accounts("bcde"))
    first = querying.query(CALLER, "select Name from Account order by Name", 2)
    with store.writing() as connection, connection.begin():
        connection.execute(update(accounts).where(accounts.c.id == "00").values(name="z"))
        connection.execute(update(accounts).where(accounts.c.id == "03").values(name="a"))
    assert ids(first) == ["00", "01"]
    assert ids(more(querying, first, 2)) == ["02", "00"]


AN_INVOICE = {
    "account_id": "acc",
    "invoice_date": date(2024, 3, 1),
    "status": "Posted",
    "amount": Decimal(100),
    "balance": Decimal(100),
    "adjustment_amount": Decimal(0),
    "currency": "EUR",
    "minor_unit_digits": 2,
    "adjusted": Decimal(0),
}


def test_one_invoice_body_is_asked_for_at_a_time(store: SqlStore, querying: Querying) -> None:
    bills = [{**AN_INVOICE, "id": id_, "invoice_number": f"INV{id_}"} for id_ in "12"]
    fill(store, World([{"id": "acc"}], bills))
    for batch_size in (1, 2000):
        refused = refusal(querying, "select body, Id from Invoice", batch_size)
        assert refused.message == "Can only query one invoice body at a time"
        assert refused.code is ErrorCode.INVALID_FIELD
    for condition in ("where Id = '1'", "where Status = 'Posted' limit 1", "limit 1"):
        assert querying.query(CALLER, f"select Body from Invoice {condition}").rows == [("1", None)]
    assert querying.query(CALLER, "select Body from Invoice where Id = '3'").rows == []
    assert querying.query(CALLER, "select Id from Invoice").size == 2


# As envelopes


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('options') / 'gateway.db'}") as gateway:
        with gateway.store.writing() as connection, connection.begin():
            rows = [{"id": str(number), "name": name} for number, name in enumerate("aAbB")]
            connection.execute(insert(accounts), rows)
            connection.execute(accounts.update().values(balance=Decimal(0)))
        yield gateway


def call(gateway: InProcess, operation: str, options: str) -> str:
    header = f"<ns1:QueryOptions>{options}</ns1:QueryOptions>"
    return gateway.call(operation, gateway.log_in(), header).text


QUERY = "<ns1:query><ns1:queryString>select Id from Account where Name = 'A'</ns1:queryString></ns1:query>"


@pytest.mark.parametrize(
    ("option", "size"),
    [
        ("", 1),
        ("<ns1:caseSensitive/>", 1),
        ("<ns1:caseSensitive> </ns1:caseSensitive>", 1),
        ('<ns1:caseSensitive xsi:nil="true"/>', 1),
        ("<ns1:caseSensitive>true</ns1:caseSensitive>", 1),
        ("<ns1:caseSensitive>1</ns1:caseSensitive>", 1),
        ("<ns1:caseSensitive>false</ns1:caseSensitive>", 2),
        ("<ns2:CaseSensitive> 0\n</ns2:CaseSensitive>", 2),
    ],
)
def test_case_counts_unless_the_option_says_not(gateway: InProcess, option: str, size: int) -> None:
    assert f"<ns1:size>{size}</ns1:size>" in call(gateway, QUERY, option)


def test_an_option_that_is_neither_true_nor_false_is_refused(gateway: InProcess) -> None:
    answer = call(gateway, QUERY, "<ns1:caseSensitive>maybe</ns1:caseSensitive>")
    assert "<fns:FaultCode>INVALID_VALUE</fns:FaultCode>" in answer
    assert "'maybe' is not a value of a header option." in answer


def test_query_more_goes_on_as_the_query_began(gateway: InProcess) -> None:
    one = "<ns1:batchSize>1</ns1:batchSize>"
    answer = call(gateway, QUERY, f"{one}<ns1:caseSensitive>false</ns1:caseSensitive>")
    found = re.search("<ns1:queryLocator>(.+)</ns1:queryLocator>", answer)
    assert found is not None
    operation = f"<ns1:queryMore><ns1:queryLocator>{found[1]}</ns1:queryLocator></ns1:queryMore>"
    for option in ("", "<ns1:caseSensitive>true</ns1:caseSensitive>"):
        page = call(gateway, operation, one + option)
        assert "<ns2:Id>1</ns2:Id>" in page
        assert "<ns1:done>true</ns1:done>" in page


def test_an_order_and_a_limit_reach_the_query(gateway: InProcess) -> None:
    answer = call(gateway, QUERY.replace("where Name = 'A'", "ORDER BY Name desc LIMIT 3"), "")
    assert re.findall("<ns2:Id>(.)<", answer) == ["2", "0", "3"]
    assert "<ns1:size>3</ns1:size>" in answer


def test_a_limit_of_nothing_is_a_malformed_query(gateway: InProcess) -> None:
    answer = call(gateway, QUERY.replace("where Name = 'A'", "limit 0"), "")
    assert "fns:MalformedQueryFault" in answer
    assert "at position 30 '0' was found, expected: a whole number from 1 to 2147483647" in answer
