"""The JSON doors: what is answered, in the legacy's shapes, and that it is what the SOAP door decides."""

import gzip
import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from gateway.service.querying import MAX_BATCH_SIZE
from gateway.storage.tables import (
    audit_entries,
    counters,
    invoice_item_adjustments,
    invoices,
    metadata,
    sessions,
    users,
)
from support.builders import INVOICE_ID, an_invoice, an_item
from support.databases import put
from support.gateways import a_gateway, a_z_object
from support.json_calls import A_CREDIT, INVOICE_PATH, ITEM_PATH, JsonCaller, read

ITEM_TYPE, INVOICE_TYPE = "InvoiceItemAdjustment", "InvoiceAdjustment"
UNKNOWN_ID = "f" * 32


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    # Opened and logged in to once: hashing a password is meant to take long.
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('rest') / 'gateway.db'}") as gateway:
        gateway.session = gateway.log_in()
        yield gateway


@pytest.fixture
def gateway(opened):
    with opened.store.writing() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            if table not in (users, sessions, counters):
                connection.execute(table.delete())
        connection.execute(counters.update().values(last=0))
    put(opened.store, an_invoice(), an_item())
    return opened


@pytest.fixture
def caller(gateway):
    return JsonCaller(gateway, gateway.session)


def stored(gateway, *columns):
    with gateway.store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def balance(gateway):
    return stored(gateway, invoices.c.balance)[0][0]


# The actions


def test_create_answers_a_result_for_each_object_in_order(gateway, caller):
    results = caller.action("create", type=ITEM_TYPE, objects=[A_CREDIT, A_CREDIT | {"Amount": -1}])
    assert results[0] == {"Success": True, "Id": results[0]["Id"]}
    assert re.fullmatch("[0-9a-f]{32}", results[0]["Id"])
    assert results[1] == {
        "Success": False,
        "Errors": [
            {
                "Code": "INVALID_VALUE",
                "Message": "Adjustment amount cannot be negative or zero.",
                "Field": "Amount",
            }
        ],
    }
    assert balance(gateway) == Decimal(90)


def test_update_cancels(gateway, caller):
    (made,) = caller.action("create", type=ITEM_TYPE, objects=[A_CREDIT])
    canceled = {"Id": made["Id"], "Status": "Canceled"}
    assert caller.action("update", type=ITEM_TYPE, objects=[canceled]) == [made]
    assert balance(gateway) == Decimal(100)


def test_delete_answers_in_lower_case_and_takes_canceled_adjustments_alone(caller):
    (made,) = caller.action("create", type=ITEM_TYPE, objects=[A_CREDIT])
    assert caller.action("delete", type=ITEM_TYPE, ids=[made["Id"]]) == [
        {
            "success": False,
            "errors": [{"Code": "CANNOT_DELETE", "Message": "Only a canceled adjustment can be deleted."}],
        }
    ]
    caller.action("update", type=ITEM_TYPE, objects=[{"Id": made["Id"], "Status": "Canceled"}])
    assert caller.action("delete", type=ITEM_TYPE, ids=[made["Id"]]) == [{"success": True, "id": made["Id"]}]


def test_query_answers_size_done_and_records_without_nulls(caller):
    caller.action("create", type=ITEM_TYPE, objects=[A_CREDIT])
    text = "select Amount, AdjustmentDate, CancelledDate, CreatedDate, Type from InvoiceItemAdjustment"
    answered = caller.action("query", queryString=text)
    (record,) = answered["records"]
    assert answered == {"size": 1, "done": True, "records": [record]}
    assert list(record) == ["Id", "AdjustmentDate", "Amount", "CreatedDate", "Type"]
    assert record["AdjustmentDate"] == "2024-03-15"
    assert record["CreatedDate"] == "2024-03-20T12:00:00.000+00:00"


def test_a_query_of_nothing_has_no_records(caller):
    text = "select Id from InvoiceItemAdjustment"
    assert caller.action("query", queryString=text) == {"size": 0, "done": True, "records": []}


def test_pages_follow_each_other_by_locator(caller):
    caller.action("create", type=ITEM_TYPE, objects=[A_CREDIT | {"Amount": 1}] * 5)
    page = caller.action("query", queryString="select Id from InvoiceItemAdjustment", conf={"batchSize": 2})
    assert (page["size"], page["done"]) == (5, False)
    ids = [record["Id"] for record in page["records"]]
    while not page["done"]:
        page = caller.action("queryMore", queryLocator=page["queryLocator"], conf={"batchSize": "2"})
        ids += [record["Id"] for record in page["records"]]
    assert len(set(ids)) == len(ids) == 5
    assert "queryLocator" not in page
    assert MAX_BATCH_SIZE == 2000


def test_amounts_are_written_with_exactly_their_digits(gateway, caller):
    large = Decimal("99999999999999.99")
    with gateway.store.writing() as connection, connection.begin():
        connection.execute(invoices.update().values(amount=large, balance=Decimal("0.10")))
    answer = caller.send("POST", "/v1/action/query", {"queryString": "select Amount, Balance from Invoice"})
    assert b'"Amount":99999999999999.99,"Balance":0.1' in answer.body


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"10.10", "10.1"),
        (b"1e1", "10"),
        (b"1.01E+1", "10.1"),
        (b'"10.10"', "10.1"),
        (b"1010e-2", "10.1"),
        (b"10.100000000000000000000000000000", "10.1"),
    ],
)
def test_a_number_is_read_from_its_own_text(gateway, caller, sent, kept):
    body = b'{"type":"InvoiceItemAdjustment","objects":[%s]}' % (
        read_bytes(A_CREDIT).replace(b'"Amount": 10', b'"Amount": ' + sent)
    )
    status, answered = caller.call("POST", "/v1/action/create", body)
    assert (status, answered[0]["Success"]) == (200, True)
    assert stored(gateway, invoice_item_adjustments.c.amount) == [(Decimal(kept),)]


def read_bytes(value):
    import json

    return json.dumps(value).encode()


def test_a_call_has_one_type_that_can_be_changed(caller):
    for type_, shown in (("Invoice", "Invoice"), ("Nothing", "Nothing"), (None, ""), (7, "")):
        status, answered = caller.call("POST", "/v1/action/create", {"type": type_, "objects": [A_CREDIT]})
        assert status == 400
        assert answered["FaultCode"] == "INVALID_TYPE"
        assert shown in answered["FaultMessage"]


def test_a_call_has_at_most_50_objects(gateway, caller):
    status, answered = caller.call(
        "POST", "/v1/action/create", {"type": ITEM_TYPE, "objects": [A_CREDIT] * 51}
    )
    assert (status, answered["FaultCode"]) == (400, "MAX_RECORDS_EXCEEDED")
    assert "51" in answered["FaultMessage"]
    assert "50" in answered["FaultMessage"]
    assert balance(gateway) == Decimal(100)


def test_a_wrong_query_is_told_in_the_legacys_words(caller):
    status, answered = caller.call("POST", "/v1/action/query", {"queryString": "select"})
    assert (status, answered["FaultCode"]) == (400, "MALFORMED_QUERY")
    assert answered["FaultMessage"].startswith("You have an error in your ZOQL syntax")


def test_an_unknown_locator_is_refused(caller):
    status, answered = caller.call("POST", "/v1/action/queryMore", {"queryLocator": f"{'0' * 32}-2000"})
    assert (status, answered["FaultCode"]) == (400, "INVALID_VALUE")


def test_unknown_fields_are_passed_over_unless_the_caller_rejects_them(gateway, caller):
    misspelt = A_CREDIT | {"Comments": "lost"}
    members = {"type": ITEM_TYPE, "objects": [misspelt]}
    for address in (
        "/v1/action/create?rejectUnknownFields=true",
        "/v1/action/update?rejectUnknownFields=true",
    ):
        assert caller.call("POST", address, members) == (400, {"message": "Error - unrecognised fields"})
    status, _ = caller.call(
        "POST",
        "/v1/action/query?rejectUnknownFields=true",
        {"queryString": "select Id from Invoice", "limit": 1},
    )
    assert status == 400
    objects = "/v1/object/invoice-item-adjustment"
    for method, address in (("POST", objects), ("PUT", f"{objects}/{'0' * 32}")):
        answered = caller.call(method, f"{address}?rejectUnknownFields=true", misspelt)
        assert answered == (400, {"message": "Error - unrecognised fields"})
    assert balance(gateway) == Decimal(100)
    assert caller.action("create", **members)[0]["Success"]


def test_a_whole_call_is_one_transaction_when_asked(gateway, caller):
    objects = [A_CREDIT, A_CREDIT | {"Amount": 1000}]
    status, answered = caller.call(
        "POST",
        "/v1/action/create",
        {"type": ITEM_TYPE, "objects": objects},
        X_GATEWAY_SINGLE_TRANSACTION="true",
    )
    assert status == 200
    assert [result["Success"] for result in answered] == [False, False]
    assert answered[0]["Errors"][0]["Code"] == "TRANSACTION_FAILED"
    assert balance(gateway) == Decimal(100)


def test_our_headers_mean_what_they_mean_for_soap(gateway, caller):
    body = {"type": ITEM_TYPE, "objects": [A_CREDIT | {"Amount": "10.001", "Nothing": "x"}]}
    status, answered = caller.call(
        "POST", "/v1/action/create", body, X_GATEWAY_STRICT="true", X_GATEWAY_ALL_ERRORS="true"
    )
    assert [error["Code"] for error in answered[0]["Errors"]] == ["INVALID_FIELD"]
    status, answered = caller.call("POST", "/v1/action/create", body, X_GATEWAY_DRY_RUN="true")
    assert (status, answered) == (200, [{"Success": True}])
    assert balance(gateway) == Decimal(100)


# The objects


def test_an_object_is_created_read_canceled_and_deleted_at_its_address(gateway, caller):
    status, made = caller.call("POST", ITEM_PATH, A_CREDIT | {"Comment": "thé"})
    assert (status, made) == (200, {"Success": True, "Id": made["Id"]})
    address = f"{ITEM_PATH}/{made['Id']}"
    status, shown = caller.call("GET", address)
    assert status == 200
    assert shown["Comment"] == "thé"
    assert (shown["Amount"], shown["Status"]) == (Decimal(10), "Processed")
    assert shown["AdjustmentNumber"] == "IIA-00000001"
    assert "CancelledDate" not in shown
    assert caller.call("PUT", address, {"Status": "Canceled"}) == (200, made)
    assert caller.call("DELETE", address) == (200, {"success": True, "id": made["Id"]})
    assert caller.call("GET", address) == (404, {"records": [], "size": 0, "done": True})
    assert [door for (door,) in stored(gateway, audit_entries.c.door)] == ["object"] * 3


def test_an_object_shows_the_fields_that_are_asked_for(caller):
    _, made = caller.call("POST", ITEM_PATH, A_CREDIT)
    address = f"{ITEM_PATH}/{made['Id']}"
    assert caller.call("GET", f"{address}?fields=Type,amount") == (
        200,
        {"Id": made["Id"], "Amount": Decimal(10), "Type": "Credit"},
    )
    status, answered = caller.call("GET", f"{address}?fields=Nothing")
    assert (status, answered["Errors"][0]["Code"]) == (400, "INVALID_FIELD")
    status, answered = caller.call("GET", f"{address}?fields=Id%20from%20Invoice%20where%20Id")
    assert (status, answered["Errors"][0]["Code"]) == (400, "INVALID_VALUE")


def test_a_refused_object_is_400_with_its_errors(caller):
    status, answered = caller.call("POST", ITEM_PATH, A_CREDIT | {"Amount": None})
    assert status == 400
    assert answered == {
        "Success": False,
        "Errors": [
            {
                "Code": "MISSING_REQUIRED_VALUE",
                "Message": "Missing required value: Amount",
                "Field": "Amount",
            }
        ],
    }


@pytest.mark.parametrize("id_", [UNKNOWN_ID, "no-id", "%00", "1", "x" * 400])
def test_an_object_that_is_not_there_is_told(caller, id_):
    address = f"{ITEM_PATH}/{id_}"
    assert caller.call("GET", address)[0] == 404
    for method, body in (("PUT", {"Status": "Canceled"}), ("DELETE", None)):
        status, answered = caller.call(method, address, body)
        assert (status, answered["Errors"][0]["Code"]) == (400, "INVALID_ID")


def test_the_body_of_an_update_names_no_other_id_than_its_address(caller):
    _, made = caller.call("POST", ITEM_PATH, A_CREDIT)
    address = f"{ITEM_PATH}/{made['Id']}"
    status, answered = caller.call("PUT", address, {"Id": UNKNOWN_ID, "Status": "Canceled"})
    assert (status, answered["Errors"][0]["Code"]) == (400, "INVALID_VALUE")
    assert caller.call("PUT", address, {"Id": made["Id"], "Status": "Canceled"})[0] == 200


def test_an_adjustment_is_reversed_at_its_address(gateway, caller):
    _, made = caller.call("POST", ITEM_PATH, A_CREDIT)
    status, reversal = caller.call("POST", f"{ITEM_PATH}/{made['Id']}/reverse")
    assert (status, reversal["Success"]) == (200, True)
    _, shown = caller.call("GET", f"{ITEM_PATH}/{reversal['Id']}")
    assert (shown["Type"], shown["Amount"]) == ("Charge", Decimal(10))
    assert balance(gateway) == Decimal(100)
    status, answered = caller.call("POST", f"{ITEM_PATH}/{made['Id']}/reverse", {"Comment": "again"})
    assert (status, answered["Success"]) == (400, False)


def test_an_invoice_adjustment_has_its_own_address(caller):
    wanted = {"AdjustmentDate": "2024-03-15", "Amount": 5, "InvoiceId": INVOICE_ID, "Type": "Credit"}
    status, made = caller.call("POST", INVOICE_PATH, wanted)
    assert (status, made["Success"]) == (200, True)
    _, shown = caller.call("GET", f"{INVOICE_PATH}/{made['Id']}?fields=ImpactAmount,AdjustmentNumber")
    assert shown == {"Id": made["Id"], "AdjustmentNumber": "IA-00000001", "ImpactAmount": Decimal(-5)}
    assert caller.call("GET", f"{ITEM_PATH}/{made['Id']}")[0] == 404


# What surrounds a call


def test_a_key_makes_a_repeated_call_answer_as_the_first(gateway, caller):
    first = caller.send("POST", ITEM_PATH, A_CREDIT, IDEMPOTENCY_KEY="k1")
    again = caller.send("POST", ITEM_PATH, A_CREDIT, IDEMPOTENCY_KEY="k1")
    assert read(first) == read(again)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert balance(gateway) == Decimal(90)


def test_a_key_of_another_call_is_409(gateway, caller):
    caller.call("POST", ITEM_PATH, A_CREDIT, IDEMPOTENCY_KEY="k1")
    status, answered = caller.call("POST", ITEM_PATH, A_CREDIT | {"Amount": 11}, IDEMPOTENCY_KEY="k1")
    assert (status, answered["Errors"][0]["Code"]) == (409, "INVALID_VALUE")
    status, answered = caller.call(
        "POST", "/v1/action/create", {"type": ITEM_TYPE, "objects": []}, IDEMPOTENCY_KEY="k1"
    )
    assert (status, answered["FaultCode"]) == (409, "INVALID_VALUE")
    assert balance(gateway) == Decimal(90)


def test_bodies_and_answers_may_be_packed(caller):
    body = gzip.compress(read_bytes({"type": ITEM_TYPE, "objects": [A_CREDIT | {"Amount": 1}] * 30}))
    answer = caller.send("POST", "/v1/action/create", body, CONTENT_ENCODING="gzip", ACCEPT_ENCODING="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body).count(b'"Success":true') == 30


def test_the_callers_own_name_for_a_request_is_answered_and_logged(caller, caplog):
    caplog.set_level("INFO", "gateway")
    answer = caller.send("POST", ITEM_PATH, A_CREDIT, ZUORA_TRACK_ID="job-7/record 3")
    assert answer.headers["Zuora-Track-Id"] == "job-7/record 3"
    assert "track job-7/record 3" in caplog.text
    for odd in ("a:b", "a;b", 'a"b', "a'b", "x" * 65, "t\xe9", "a\tb"):
        assert "Zuora-Track-Id" not in caller.send("GET", f"{ITEM_PATH}/1", ZUORA_TRACK_ID=odd).headers


def test_a_head_request_is_answered_like_a_get_without_its_body(caller):
    _, made = caller.call("POST", ITEM_PATH, A_CREDIT)
    answer = caller.send("HEAD", f"{ITEM_PATH}/{made['Id']}")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 100


# Beside the SOAP door

MIXED = [
    {},
    {"Amount": "-1"},
    {"Amount": "70.005"},
    {"Amount": "1000"},
    {"Amount": "abc"},
    {"Amount": ""},
    {"AdjustmentDate": "2024-02-29"},
    {"AdjustmentDate": "2024-03-15T23:30:00-08:00", "Amount": "0.01"},
    {"SourceId": UNKNOWN_ID},
    {"SourceType": "Nothing"},
    {"Type": "Charge"},
    {"InvoiceId": ""},
    {"Comment": "x" * 256},
    {"ReasonCode": "none of ours"},
    {"Nothing": "at all"},
]


def test_the_same_records_come_to_the_same_on_both_doors(tmp_path):
    told, books = [], []
    for door in ("soap", "json"):
        with a_gateway(f"sqlite:///{tmp_path / door}.db") as gateway:
            put(gateway.store, an_invoice(), an_item())
            records = [A_CREDIT | {"Amount": "10"} | change for change in MIXED]
            told.append(_by_soap(gateway, records) if door == "soap" else _by_json(gateway, records))
            table = invoice_item_adjustments.c
            books.append(
                stored(gateway, table.adjustment_number, table.amount, table.adjustment_date)
                + stored(gateway, invoices.c.balance, invoices.c.adjustment_amount)
                + stored(gateway, func.count(audit_entries.c.id))
            )
    assert told[0] == told[1]
    assert books[0] == books[1]
    assert {True, False} == {success for success, _ in told[0]}


def _by_soap(gateway, records):
    objects = "".join(a_z_object(ITEM_TYPE, **record) for record in records)
    answer = gateway.call(f"<ns1:create>{objects}</ns1:create>")
    return [
        (
            "<ns1:Success>true" in result,
            re.findall("<ns1:Code>(.*?)</ns1:Code><ns1:Message>(.*?)</ns1:Message>", result),
        )
        for result in re.findall("<ns1:result>(.*?)</ns1:result>", answer.text)
    ]


def _by_json(gateway, records):
    caller = JsonCaller(gateway, gateway.log_in())
    return [
        (result["Success"], [(error["Code"], error["Message"]) for error in result.get("Errors", [])])
        for result in caller.action("create", type=ITEM_TYPE, objects=records)
    ]
