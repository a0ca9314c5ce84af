"""Whatever is sent to the JSON doors gets a JSON answer of the right kind, and nothing changes."""

import gzip
import json
import re
import zlib
from decimal import Decimal

import pytest
from sqlalchemy import select

from gateway.contract.errors import ErrorCode
from gateway.rest.answers import failed
from gateway.service import failures
from gateway.storage.tables import invoice_item_adjustments, invoices
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import a_gateway, a_z_object, an_envelope
from support.json_calls import A_CREDIT, ITEM_PATH, JsonCaller, read

CREATE, QUERY = "/v1/action/create", "/v1/action/query"
TYPE = "InvoiceItemAdjustment"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with a_gateway(
        f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'gateway.db'}", max_body_bytes=2_000_000
    ) as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


@pytest.fixture
def caller(gateway):
    yield JsonCaller(gateway, gateway.usual_session())
    with gateway.store.reading() as connection:
        assert connection.execute(select(invoices.c.balance)).scalar_one() == Decimal(100)
        assert connection.execute(select(invoice_item_adjustments.c.id)).all() == []


def a_create(record):
    return b'{"type":"InvoiceItemAdjustment","objects":[%s]}' % record


def fault(answer):
    """Return the status and code of an answer that says no to a call of an action."""
    told = read(answer)
    assert set(told) == {"FaultCode", "FaultMessage"}, told
    assert told["FaultCode"] in set(ErrorCode)
    return answer.status, told["FaultMessage"]


BROKEN = {
    "nothing": b"",
    "a blank": b" ",
    "a word": b"hello",
    "an open object": b'{"type":',
    "a trailing comma": b'{"type":"InvoiceItemAdjustment",}',
    "two documents": b"{}{}",
    "an array": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "no UTF-8": b'{"type":"\xff"}',
    "UTF-16": '{"type":"x"}'.encode("utf-16"),
    "a raw control character": b'{"type":"\x00"}',
    "single quotes": b"{'type':'x'}",
    "a comment": b"{/**/}",
    "XML": b"<a/>",
    "NaN": a_create(b'{"Amount":NaN}'),
    "infinity": a_create(b'{"Amount":-Infinity}'),
    "a plus": a_create(b'{"Amount":+1}'),
    "a leading zero": a_create(b'{"Amount":01}'),
    "deep arrays": b"[" * 500_000,
    "deep objects": b'{"a":' * 200_000,
    "deep and whole": b'{"type":"x","objects":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a type given twice": b'{"type":"InvoiceItemAdjustment","type":"x","objects":[]}',
    "objects given twice": b'{"type":"InvoiceItemAdjustment","objects":[],"objects":[]}',
    "objects that are none": b'{"type":"InvoiceItemAdjustment","objects":{}}',
    "an object that is null": a_create(b"null"),
    "an object that is an array": a_create(b"[]"),
    "an object that is a number": a_create(b"1"),
    "no objects": b'{"type":"InvoiceItemAdjustment"}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_body_is_a_fault(caller, body):
    status, message = fault(caller.send("POST", CREATE, body))
    assert status == 400
    assert message


VALUES = {
    "a huge exponent": b"1e999999",
    "a huger exponent": b"1e999999999999999999999999",
    "a tiny exponent": b"1e-999999999",
    "a million digits": b"9" * 1_000_000,
    "a million decimals": b"0." + b"1" * 1_000_000,
    "an exponent of a million digits": b"1e" + b"9" * 1_000_000,
    "a text of a huge exponent": b'"1e999999"',
    "a negative number": b"-10",
    "an object": b'{"a":1}',
    "an array": b"[10]",
    "true": b"true",
    "a lone surrogate": b'"\\ud800"',
    "other digits": b'"\xd9\xa1\xd9\xa0"',
    "nothing": b"null",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_record_whose_amount_is_none_is_refused(caller, value):
    record = json.dumps(A_CREDIT).encode().replace(b'"Amount": 10', b'"Amount": ' + value)
    answer = caller.send("POST", CREATE, a_create(record))
    assert answer.status == 200
    (result,) = read(answer)
    assert result["Success"] is False
    assert result["Errors"][0]["Field"] == "Amount"
    assert len(answer.body) < 1000


def test_a_field_given_twice_is_refused_as_soap_refuses_it(caller):
    record = json.dumps(A_CREDIT)[:-1] + ',"Amount": 10}'
    (result,) = read(caller.send("POST", CREATE, a_create(record.encode())))
    assert result["Errors"] == [
        {
            "Code": "INVALID_VALUE",
            "Message": "Amount must be given once, as plain text.",
            "Field": "Amount",
        }
    ]


@pytest.mark.parametrize("name", DATABASES)
def test_characters_that_no_xml_carries_are_replaced(name, tmp_path):
    with a_gateway(database_url(name, tmp_path)) as gateway:
        put(gateway.store, an_invoice(), an_item())
        caller = JsonCaller(gateway, gateway.usual_session())
        odd = A_CREDIT | {"Comment": "a\0b\ud800c\ufffe", "Nothing\udfff\0": "x"}
        _, made = caller.call("POST", ITEM_PATH, odd)
        _, shown = caller.call("GET", f"{ITEM_PATH}/{made['Id']}?fields=Comment")
        assert shown["Comment"] == "a\ufffdb\ufffdc\ufffd"
        text = "select Id from InvoiceItemAdjustment where Comment = 'a\0b\ud800c\ufffe'"
        assert caller.action("query", queryString=text)["size"] == 1


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (QUERY, {}),
        (QUERY, {"queryString": None}),
        (QUERY, {"queryString": ["select Id from Invoice"]}),
        (QUERY, {"queryString": 7}),
        (QUERY, {"queryString": "select Id from Invoice" + " " * 10_000}),
        (QUERY, {"queryString": "select Id from Invoice", "conf": {"batchSize": "many"}}),
        (QUERY, {"queryString": "select Id from Invoice", "conf": {"batchSize": 1e30}}),
        (QUERY, {"queryString": "select Id from Invoice", "conf": {"batchSize": [1]}}),
        (QUERY, {"queryString": "select Id from Invoice", "conf": [1]}),
        (QUERY, {"queryString": "select Id from Invoice", "conf": {"caseSensitive": "false"}}),
        ("/v1/action/queryMore", {"queryLocator": 1}),
        ("/v1/action/queryMore", {"queryLocator": "\0"}),
        ("/v1/action/delete", {"type": TYPE}),
        ("/v1/action/delete", {"type": TYPE, "ids": "x"}),
        ("/v1/action/delete", {"type": TYPE, "ids": [["x"]]}),
        ("/v1/action/delete", {"type": "Invoice", "ids": []}),
        ("/v1/action/delete", {"type": {}, "ids": []}),
    ],
    ids=str,
)
def test_an_argument_of_another_kind_is_a_fault(caller, address, body):
    assert fault(caller.send("POST", address, body))[0] == 400


def test_ids_that_are_none_are_refused_one_by_one(caller):
    results = caller.action("delete", type=TYPE, ids=[None, "", " ", "x", "\0", INVOICE_ID, 12])
    assert [result["errors"][0]["Code"] for result in results] == ["INVALID_ID"] * 7


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/v1/", "GET", 404),
        ("/v1/action/", "POST", 404),
        ("/v1/action/subscribe", "POST", 404),
        ("/v1/action/create/", "POST", 404),
        ("/v1/action/create", "GET", 405),
        ("/v1/action/create", "OPTIONS", 405),
        ("/v1/object/account", "POST", 404),
        ("/v1/object/invoice-item-adjustment/", "POST", 404),
        ("/v1/object/invoice-item-adjustment/1/2", "POST", 404),
        ("/v1/object/invoice-item-adjustment", "GET", 405),
        ("/v1/object/invoice-item-adjustment/1", "POST", 405),
        ("/v1/object/invoice-item-adjustment/1/reverse", "GET", 405),
        ("/v1/object/invoice-item-adjustment/1\n", "GET", 404),
        ("/v1/\xff\xfe", "GET", 404),
        ("/oauth/", "GET", 404),
        ("/oauth/token", "GET", 405),
        ("/v1/openapi.json", "POST", 405),
    ],
)
def test_a_mistyped_address_or_method_is_told_in_json(caller, address, method, status):
    answer = caller.send(method, address, b"{}")
    assert answer.status == status
    read(answer)
    assert ("Allow" in answer.headers) == (status == 405)


def test_the_form_of_a_no_is_that_of_its_address(caller):
    for address, form in (
        ("/v1/nothing", {"success", "processId", "reasons"}),
        ("/v1/action/nothing", {"FaultCode", "FaultMessage"}),
        ("/v1/object/nothing", {"Success", "Errors"}),
        ("/oauth/nothing", {"error", "error_description"}),
    ):
        assert set(read(caller.send("GET", address))) == form


@pytest.mark.parametrize("media_type", ["text/xml", "text/plain", "multipart/form-data", "x" * 500])
def test_another_media_type_is_415(caller, media_type):
    assert fault(caller.send("POST", CREATE, b"{}", CONTENT_TYPE=media_type))[0] == 415


def test_a_body_may_be_of_no_media_type_or_begin_with_a_byte_order_mark(caller):
    body = b'\xef\xbb\xbf{"queryString":"select Id from Invoice"}'
    for media_type in ("", "application/json; charset=utf-8", "Application/JSON"):
        assert caller.send("POST", QUERY, body, CONTENT_TYPE=media_type).status == 200


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"x" * 2_000_001, "", 413),
        (gzip.compress(b" " * 20_000_000), "gzip", 413),
        (b"{}", "gzip", 400),
        (gzip.compress(b"{}")[:-3], "gzip", 400),
        (gzip.compress(b"{}") + b"x", "gzip", 400),
        (zlib.compress(b"{}") * 2, "deflate", 400),
        (b"{}", "br", 415),
    ],
)
def test_a_body_that_is_too_large_or_wrongly_packed_is_refused(caller, body, encoding, status):
    assert fault(caller.send("POST", CREATE, body, CONTENT_ENCODING=encoding))[0] == status


def test_ten_thousand_objects_are_refused_by_their_count(caller):
    for count in (51, 10_001):
        status, message = fault(caller.send("POST", CREATE, a_create(b",".join([b"{}"] * count))))
        assert status == 400
        assert str(count) in message


@pytest.mark.parametrize("value", [b"{}", b"[]", b"1", b'""', b'{"a":1}'])
def test_a_body_full_of_small_values_is_refused_unread(caller, value):
    body = a_create(b",".join([value] * (1_900_000 // (len(value) + 1))))
    answer = caller.send("POST", CREATE, body)
    assert read(answer)["FaultCode"] == "MAX_RECORDS_EXCEEDED"


def test_a_header_of_ours_that_is_neither_true_nor_false_is_a_fault(gateway, caller):
    body = {"type": TYPE, "objects": [A_CREDIT]}
    for name in ("STRICT", "ALL_ERRORS", "DRY_RUN", "SINGLE_TRANSACTION"):
        status, message = fault(caller.send("POST", CREATE, body, **{f"X_GATEWAY_{name}": "yes"}))
        assert status == 400
        assert message.startswith(f"X-Gateway-{name.replace('_', '-').title()} must be")
    record = a_z_object(TYPE, **A_CREDIT | {"Amount": "10"})
    envelope = an_envelope(f"<ns1:create>{record}</ns1:create>", gateway.usual_session())
    assert "X-Gateway-Dry-Run must be true or false" in gateway.post(envelope, X_GATEWAY_DRY_RUN="on").text
    for address in (f"{CREATE}?rejectUnknownFields=", f"{CREATE}?rejectUnknownFields=yes"):
        assert fault(caller.send("POST", address, body))[0] == 400


def test_a_key_that_is_none_is_a_fault(caller):
    for key in ("x" * 256, "\x7f", "t\xe9"):
        answer = caller.send("POST", CREATE, {"type": TYPE, "objects": []}, IDEMPOTENCY_KEY=key)
        assert fault(answer)[0] == 400


def test_a_bug_tells_its_request_id_alone(caller, monkeypatch, caplog):
    def fails(*_, **__):
        raise KeyError("a secret of ours")

    monkeypatch.setattr("gateway.rest.actions.query_result", fails)
    answer = caller.send("POST", QUERY, {"queryString": "select Id from Invoice"})
    status, message = fault(answer)
    assert status == 500
    assert message == f"An unexpected error occurred. Request id: {answer.headers['X-Request-Id']}"
    assert "a secret of ours" in caplog.text


@pytest.mark.parametrize(
    ("failure", "status", "waits"),
    [
        (failures.KeyReused(), 409, False),
        (failures.LockCompetition(), 409, True),
        (failures.TemporaryTrouble(), 503, True),
        (failures.DatabaseNotReady("x"), 503, True),
        (failures.OutcomeUnknown(), 500, False),
        (failures.TooManyRecords("x"), 400, False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_says_whether_to_come_back(failure, status, waits):
    answered, headers, body = failed(failure, {"PATH_INFO": CREATE})
    assert answered == status
    assert ("Retry-After" in dict(headers)) == waits
    assert json.loads(body)["FaultCode"] == failure.code


def test_the_servers_front_says_no_in_the_form_of_the_address(gateway):
    guard = gateway.gateway.wsgi
    for path, pattern in (
        ("/v1/action/create", rb'{"FaultCode":"SERVER_UNAVAILABLE"'),
        ("/v1/object/invoice-adjustment", rb'{"Success":false'),
        ("/oauth/token", rb'{"error":"temporarily_unavailable"'),
        ("/apps/services/a/78.0", rb"<\?xml"),
    ):
        status, headers, body = guard.refuse(path, 503, "The server is busy.")
        assert status == 503
        assert [name for name, _ in headers] == ["Content-Type"], "the front adds Retry-After itself"
        assert re.match(pattern, body)


def test_no_answer_repeats_much_of_what_was_sent(caller):
    long = "x" * 100_000
    for body in (
        {"type": long, "objects": []},
        {"type": TYPE, "objects": [A_CREDIT | {"SourceId": long}]},
        {"type": TYPE, "objects": [A_CREDIT | {"Amount": long}]},
        {"type": TYPE, "objects": [{long: 1} | A_CREDIT | {"SourceId": ITEM_ID, "Type": long}]},
    ):
        assert len(caller.send("POST", CREATE, body, X_GATEWAY_STRICT="true").body) < 1000


def test_a_name_cannot_begin_a_line_of_the_log(caller, caplog):
    caplog.set_level("INFO")
    body = {"type": TYPE, "objects": [{"Forged\nline\r\u2028\x1b[31m": "x"}]}
    assert caller.send("POST", CREATE, body).status == 200
    (record,) = [record for record in caplog.records if "were ignored" in record.message]
    assert "Forged\ufffdline" in record.message
    assert record.message.isprintable()
