"""The plans of the hot statements on PostgreSQL: none reads a whole table that grows with the business."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from gateway.contract.fields import WireType
from gateway.service import Record
from gateway.storage.store import SqlStore
from gateway.storage.tables import (
    custom_fields,
    custom_values,
    invoice_items,
    invoices,
    sessions,
    users,
)
from support.builders import INVOICE_ID, STAMP, an_adjustment, an_invoice
from support.databases import DATABASES, database_url, put
from support.gateways import InProcess, a_gateway, a_z_object

ITEMS = 20_000
GROWING = {"adjustment_numbers", "custom_values", "invoice_item_adjustments", "invoice_items", "invoices"}
GROWING |= {"sessions"}
"""The tables that are filled here; PostgreSQL reads small ones whole, and is right."""


@pytest.fixture(params=[name for name in DATABASES if name == "postgresql"], scope="module")
def gateway(request, tmp_path_factory):
    url = database_url(request.param, tmp_path_factory.mktemp("plans"))
    with a_gateway(url) as gateway:
        gateway.gateway.administering.add_field("InvoiceItemAdjustment", "Region__c", WireType.STRING)
        fill(gateway.store)
        yield gateway


def fill(store: SqlStore) -> None:
    """Write one invoice of many items, each adjusted, among many invoices."""
    put(store, an_invoice(f"{ITEMS}.00", f"{ITEMS}.00"))
    one, zero = Decimal(1), Decimal(0)
    item = {"invoice_id": INVOICE_ID, "charge_amount": one, "balance": one, "taken": zero, "adjusted": zero}
    with store.writing() as connection, connection.begin():
        columns = [column.key for column in invoices.c]
        others = text(
            f"INSERT INTO invoices ({', '.join(columns)}) SELECT "  # names of columns
            + ", ".join(
                {"id": "'9' || lpad(n::text, 31, '0')", "invoice_number": "'OTHER' || n"}.get(name, name)
                for name in columns
            )
            + f" FROM invoices, generate_series(1, {ITEMS}) n"
        )
        connection.execute(others)
        connection.execute(
            insert(invoice_items), [item | {"id": f"{number:032d}"} for number in range(ITEMS)]
        )
    an_old_one = an_adjustment("0.01")
    adjustments = [
        replace(
            an_old_one,
            id=f"{number:032x}",
            adjustment_number=f"OLD-{number:08d}",
            source_id=f"{number:032d}",
            invoice_id=f"9{number:031d}",
        )
        for number in range(1, ITEMS)
    ]
    store.write(lambda tx: tx.add(adjustments))
    some = [f"{number:064x}" for number in range(ITEMS)]
    with store.writing() as connection, connection.begin():
        user_id = connection.scalar(select(users.c.id))
        field_id = connection.scalar(select(custom_fields.c.id))
        moments = {"expires_at": STAMP.at, "ends_at": STAMP.at}
        connection.execute(
            insert(sessions), [{"token_hash": token, "user_id": user_id} | moments for token in some]
        )
        connection.execute(
            insert(custom_values),
            [{"field_id": field_id, "record_id": token[-32:], "text": token} for token in some],
        )
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def plans(store: SqlStore) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Collect each statement that is sent, with its plan."""
    found: list[tuple[str, dict[str, Any]]] = []
    explaining = False

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal explaining
        if explaining or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        explaining = True
        with cursor.connection.cursor() as other:
            other.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            found.append((statement, other.fetchone()[0][0]["Plan"]))
        explaining = False

    event.listen(store.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", explain)


def read_whole(plan: dict[str, Any]) -> set[str]:
    """Return the growing tables that a plan reads from end to end."""
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return (own & GROWING).union(*(read_whole(part) for part in plan.get("Plans", ())))


def a_credit(number: int) -> str:
    return a_z_object(
        AdjustmentDate="2024-03-15",
        Amount="0.01",
        InvoiceNumber="INV00000001",
        SourceId=f"{number:032d}",
        SourceType="InvoiceDetail",
        Type="Credit",
    )


def calls(gateway: InProcess, session: str) -> None:
    """Make every call that clients make all day."""
    answer = gateway.call(f"<ns1:create>{''.join(map(a_credit, range(50)))}</ns1:create>", session)
    ids = [part.split("<")[0] for part in answer.text.split("<ns1:Id>")[1:]]
    assert len(ids) == 50
    canceling = "".join(a_z_object(Id=id_, Status="Canceled") for id_ in ids)
    assert "<ns1:Success>false" not in gateway.call(f"<ns1:update>{canceling}</ns1:update>", session).text
    deleting = "".join(f"<ns1:ids>{id_}</ns1:ids>" for id_ in ids)
    type_ = "<ns1:type>InvoiceItemAdjustment</ns1:type>"
    assert "false" not in gateway.call(f"<ns1:delete>{type_}{deleting}</ns1:delete>", session).text


QUERIES = [
    "AdjustmentNumber = 'OLD-00000007'",
    f"SourceId = '{7:032d}'",
    "ReferenceId = 'r-1'",
    "InvoiceNumber = 'OTHER17'",
    "CreatedDate &gt; 2025-01-01T00:00:00Z",
    f"Id = '{7:032x}'",
    f"Region__c = '{7:064x}'",
]


def test_creating_canceling_and_deleting_read_no_whole_table(gateway: InProcess) -> None:
    session = gateway.log_in()
    with plans(gateway.store) as found:
        calls(gateway, session)
    assert len(found) > 15
    assert {statement: read_whole(plan) for statement, plan in found if read_whole(plan)} == {}


@pytest.mark.parametrize("condition", QUERIES)
def test_the_queries_that_clients_really_send_read_no_whole_table(gateway, condition: str) -> None:
    session = gateway.log_in()
    query = f"select Id, Amount from InvoiceItemAdjustment where {condition}"
    with plans(gateway.store) as found:
        answer = gateway.call(f"<ns1:query><ns1:queryString>{query}</ns1:queryString></ns1:query>", session)
    assert answer.status == 200, answer.text
    assert {statement: read_whole(plan) for statement, plan in found if read_whole(plan)} == {}


def test_a_page_far_behind_reads_no_whole_table(gateway: InProcess) -> None:
    session = gateway.log_in()
    query = "select Id, Amount from InvoiceItemAdjustment"
    header = "<ns1:QueryOptions><ns1:batchSize>1000</ns1:batchSize></ns1:QueryOptions>"
    page = gateway.call(f"<ns1:query><ns1:queryString>{query}</ns1:queryString></ns1:query>", session, header)
    for _ in range(10):
        locator = page.text.split("<ns1:queryLocator>")[1].split("<")[0]
        more = f"<ns1:queryMore><ns1:queryLocator>{locator}</ns1:queryLocator></ns1:queryMore>"
        with plans(gateway.store) as found:
            page = gateway.call(more, session, header)
    assert {statement: read_whole(plan) for statement, plan in found if read_whole(plan)} == {}


def test_a_reversal_reads_no_whole_table(gateway: InProcess) -> None:
    session = gateway.log_in()
    caller = gateway.gateway.sessions.caller(session, door="soap", request_id="r")
    answer = gateway.call(f"<ns1:create>{a_credit(100)}</ns1:create>", session)
    id_ = answer.text.split("<ns1:Id>")[1].split("<")[0]
    with plans(gateway.store) as found:
        (reversal,) = gateway.gateway.adjusting.reverse(caller, [Record({"Id": id_})])
    assert reversal.id
    assert {statement: read_whole(plan) for statement, plan in found if read_whole(plan)} == {}


def test_the_tests_see_a_table_that_is_read_whole(gateway: InProcess) -> None:
    session = gateway.log_in()
    query = "select Id from InvoiceItemAdjustment where Comment = 'x'"
    with plans(gateway.store) as found:
        gateway.call(f"<ns1:query><ns1:queryString>{query}</ns1:queryString></ns1:query>", session)
    assert set().union(*(read_whole(plan) for _, plan in found)) == {"invoice_item_adjustments"}
