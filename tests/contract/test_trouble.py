"""What callers learn when the database or the gateway itself fails in the middle of a call."""

import sqlite3
from dataclasses import replace
from datetime import tzinfo

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from gateway.engine import AdjustmentKind
from gateway.http import Guard
from gateway.service import Querying
from gateway.service.failures import OutcomeUnknown
from gateway.soap import Endpoint, UseCases
from support.builders import ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import ADDRESS, InProcess, a_gateway, a_z_object

QUERY = "<ns1:query><ns1:queryString>select CreatedDate from Invoice</ns1:queryString></ns1:query>"


@pytest.fixture
def gateway(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def lose_the_connection(connection):
    if connection.get_execution_options().get("gateway_writes"):
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("server closed the connection"))


def test_a_connection_lost_during_the_commit_is_no_reason_to_try_again(gateway):
    record = a_z_object(
        AdjustmentDate="2024-03-02",
        Amount="1.00",
        InvoiceId=an_invoice().id,
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
    )
    session = gateway.log_in()
    event.listen(gateway.store.engine, "commit", lose_the_connection)
    try:
        answer = gateway.call(f"<ns1:create>{record}</ns1:create>", session)
        with pytest.raises(OutcomeUnknown):
            gateway.store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 1))
    finally:
        event.remove(gateway.store.engine, "commit", lose_the_connection)
    assert "<fns:FaultCode>TRANSACTION_TERMINATED</fns:FaultCode>" in answer.text
    assert "look it up before you try again" in answer.text


def test_a_call_goes_on_though_its_session_cannot_be_put_off(gateway):
    session = gateway.log_in()
    gateway.clock.advance(minutes=2)
    with gateway.store.writing() as another, another.begin():
        answer = gateway.call(QUERY, session)
    assert answer.status == 200
    gateway.clock.advance(minutes=12)
    assert gateway.call(QUERY, session).status == 200
    gateway.clock.advance(minutes=14)
    assert gateway.call(QUERY, session).status == 200, "this time it was put off"


class BrokenZone(tzinfo):
    """A bug that shows only when the answer is written."""

    def utcoffset(self, _):
        raise RuntimeError("this zone has no offsets")


class BrokenQuerying(Querying):
    def query(self, *args, **named):
        return replace(super().query(*args, **named), zone=BrokenZone())


def test_a_bug_while_an_answer_is_written_is_logged_and_answered_as_any_other(gateway, caplog):
    with gateway.store.writing() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE invoices SET created_date = '2024-03-01 00:00:00.000000'")
    inner = gateway.gateway
    use_cases = UseCases(
        configurations=inner.configurations,
        sessions=inner.sessions,
        adjusting=inner.adjusting,
        querying=BrokenQuerying(inner.store, gateway.clock),
        public_url=ADDRESS,
    )
    broken = InProcess(replace(inner, wsgi=Guard(Endpoint(use_cases, 10_000))), gateway.clock)
    answer = broken.call(QUERY, gateway.log_in())
    assert answer.status == 500
    assert f"Request id: {answer.headers['X-Request-Id']}" in answer.text
    assert "this zone has no offsets" not in answer.text
    assert "this zone has no offsets" in caplog.text
