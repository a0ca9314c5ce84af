"""Idempotency keys over SOAP, on every database: what is sent twice is done once."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import PASSWORD, Answer, InProcess, a_gateway, a_z_object, an_envelope


@pytest.fixture(params=DATABASES)
def gateway(request, tmp_path):
    with a_gateway(database_url(request.param, tmp_path)) as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def a_credit(amount: str = "1.00") -> str:
    return a_z_object(
        AdjustmentDate="2024-03-15",
        Amount=amount,
        InvoiceId=INVOICE_ID,
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
    )


def send(gateway: InProcess, operation: str, key: str, session: str = "", **headers: str) -> Answer:
    body = an_envelope(operation, session or gateway.usual_session())
    return gateway.post(body, IDEMPOTENCY_KEY=key, **headers)


def create(gateway: InProcess, key: str, *amounts: str, session: str = "", **headers: str) -> Answer:
    records = "".join(a_credit(amount) for amount in amounts or ("1.00",))
    return send(gateway, f"<ns1:create>{records}</ns1:create>", key, session, **headers)


def balance(gateway: InProcess) -> str:
    query = "<ns1:query><ns1:queryString>select Balance from Invoice</ns1:queryString></ns1:query>"
    return re.findall("<ns2:Balance>(.*?)<", gateway.call(query).text)[0]


def test_the_same_call_again_is_answered_as_it_was_and_changes_nothing(gateway: InProcess) -> None:
    first = create(gateway, "k1", "1.00", "500.00")
    again = create(gateway, "k1", "1.00", "500.00")
    assert again.body == first.body
    assert "<ns1:Success>true" in first.text
    assert "out of range" in first.text
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert balance(gateway) == "99"


def test_another_call_with_the_key_is_refused(gateway: InProcess) -> None:
    create(gateway, "k1")
    other = create(gateway, "k1", "2.00")
    assert other.status == 500
    assert "<faultcode>fns:INVALID_VALUE</faultcode>" in other.text
    assert "The Idempotency-Key was used for another call." in other.text
    strict = create(gateway, "k1", X_GATEWAY_STRICT="true")
    assert strict.status == 500, "what a call asks for is of its content"
    assert balance(gateway) == "99"


def test_a_key_counts_for_its_operation_and_its_user(gateway: InProcess) -> None:
    first = create(gateway, "k1")
    id_ = re.findall("<ns1:Id>(.*?)<", first.text)[0]
    canceling = f"<ns1:update>{a_z_object(Id=id_, Status='Canceled')}</ns1:update>"
    assert "<ns1:Success>true" in send(gateway, canceling, "k1").text
    deleting = f"<ns1:delete><ns1:type>InvoiceItemAdjustment</ns1:type><ns1:ids>{id_}</ns1:ids></ns1:delete>"
    deleted = send(gateway, deleting, "k1")
    assert "<ns1:success>true" in deleted.text
    assert send(gateway, deleting, "k1").body == deleted.body
    gateway.gateway.sessions.add_user("bob", PASSWORD)
    session = gateway.gateway.sessions.log_in("bob", PASSWORD)
    assert "Idempotent-Replayed" not in create(gateway, "k1", session=session).headers
    assert balance(gateway) == "99"


def test_a_call_that_ended_in_a_fault_keeps_nothing(gateway: InProcess) -> None:
    too_many = create(gateway, "k1", *["1.00"] * 51)
    assert "MAX_RECORDS_EXCEEDED" in too_many.text
    assert "<ns1:Success>true" in create(gateway, "k1").text


def test_a_key_is_forgotten_after_its_days(gateway: InProcess) -> None:
    create(gateway, "k1")
    gateway.clock.advance(days=6, hours=23)
    assert create(gateway, "k1").headers["Idempotent-Replayed"] == "true"
    gateway.clock.advance(hours=2)
    assert "Idempotent-Replayed" not in create(gateway, "k1").headers
    assert balance(gateway) == "98"


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
@pytest.mark.parametrize("key", ["x" * 256, "é", "a\tb", "a\x7f"])
def test_what_is_no_key_is_refused_and_nothing_done(gateway: InProcess, key: str) -> None:
    assert "An Idempotency-Key has 1 to 255 printable ASCII characters." in create(gateway, key).text
    assert balance(gateway) == "100"


def test_an_empty_key_is_none_and_255_characters_are_one(gateway: InProcess) -> None:
    create(gateway, " ")
    create(gateway, " ")
    assert balance(gateway) == "98"
    longest = "".join(chr(33 + i % 94) for i in range(255))
    create(gateway, longest)
    assert create(gateway, longest).headers["Idempotent-Replayed"] == "true"
    assert balance(gateway) == "97"


def test_calls_with_one_key_at_once_do_the_work_once(gateway: InProcess) -> None:
    session, barrier = gateway.log_in(), Barrier(4)

    def one(_: int) -> Answer:
        barrier.wait()
        return create(gateway, "k1", session=session)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, range(4)))
    assert len({answer.body for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert balance(gateway) == "99"


def test_a_dry_run_takes_no_key(gateway: InProcess) -> None:
    create(gateway, "k1", X_GATEWAY_DRY_RUN="true")
    assert balance(gateway) == "100"
    assert "Idempotent-Replayed" not in create(gateway, "k1").headers
    assert balance(gateway) == "99"
