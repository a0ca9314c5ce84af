"""Requests as clients of the legacy send them, each from a file, and what its client needs to come of it.

The files, and who sends what is in them, are in tests/data/envelopes/README.md.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from gateway.storage.tables import (
    counters,
    invoice_item_adjustments,
    invoice_items,
    metadata,
    sessions,
    taxation_items,
    users,
)
from support.builders import ACCOUNT_ID, INVOICE_ID, ITEM_ID, TAX_ITEM_ID, a_tax_item, an_invoice, an_item
from support.databases import put
from support.gateways import ADDRESS, PASSWORD, USER, a_gateway, a_z_object

FOLDER = Path(__file__).resolve().parents[1] / "data" / "envelopes"
NAMES = {path.stem for path in FOLDER.glob("*.http")}
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"


class Credit(NamedTuple):
    """What must be stored of one record: a processed credit of 15 March 2024."""

    amount: str
    comment: str
    source_id: str = ITEM_ID
    accounting_code: str = "4000"


LOGINS = {"contactually-login": "63.0", "net-zuora-login": "78.0"}
CREATES = {
    "documented-credit-on-an-item": [Credit("2.00", "by the invoice's number", accounting_code="4100")],
    "documented-credit-on-tax": [Credit("5.00", "part of the tax", TAX_ITEM_ID, "4710")],
    "zuorasc-create": [Credit("7.25", "goodwill")],
    "active-zuora-create": [Credit("3.50", "one of a batch")],
    "contactually-create": [Credit("12.30", "déjà vu")],
    "php-create": [Credit("4.00", 'Größe < 5 & "mehr" 東京')],
    "net-zuora-create": [Credit("5.00", "it's <b>bold</b>")],
    "nuora-create": [Credit("6.00", "from a script")],
    "node-zuora-create": [Credit("8.88", "<b>R&D</b> it's 🚀")],
    "axis2-create": [Credit("9.99", "sent in chunks")],
    "dotnet-create": [Credit("11.00", "Ωμέγα ]]> end")],
    "zeep-create": [Credit("1.05", "one prefix for each element")],
    "zuora-api-create": [Credit("0.01", "the smallest there is")],
    "guardian-create": [
        Credit("20.00", "delivery credit"),
        Credit("5.00", "the tax on it", TAX_ITEM_ID, "4700"),
    ],
}
REFUSED = {
    "contactually-create-of-nothing": ["MISSING_REQUIRED_VALUE"],
    "dotnet-refused-record": ["INVALID_VALUE"],
    "guardian-refused-record": ["TRANSACTION_FAILED", "INVALID_VALUE"],
}
AMOUNT = "<ns2:Amount>10</ns2:Amount>"
DATE = "<ns2:AdjustmentDate>2024-03-15</ns2:AdjustmentDate>"
MIDNIGHT = "<ns2:AdjustmentDate>2024-03-15T00:00:00.000+00:00</ns2:AdjustmentDate>"
QUERIES = {
    "zuorasc-query": f"{MIDNIGHT}{AMOUNT}<ns2:Status>Processed</ns2:Status>",
    "active-zuora-query": f"{MIDNIGHT}{AMOUNT}<ns2:Comment>kept</ns2:Comment>",
    "php-query": f"{DATE}{AMOUNT}",
    "net-zuora-query": AMOUNT,
    "nuora-query": AMOUNT,
    "node-zuora-query": AMOUNT,
    "axis1-query": MIDNIGHT,
    "cxf-query": AMOUNT,
    "mule-query": AMOUNT,
    "suds-query": f"{DATE}{AMOUNT}",
    "zuora-api-query": AMOUNT,
    "hand-rolled-query": AMOUNT,
}
# The reason code is in none of these requests, except where it is to be emptied.
CANCELS = {
    "documented-cancel": "Other",
    "sage-cancel": "Other",
    "active-zuora-fields-to-null": None,
    "php-cancel": "Other",
    "zuoramagic-cancel": "Other",
}
DELETES = ["active-zuora-delete"]
ENDED_SESSIONS = ["mule-ended-session", "suds-ended-session"]
FAULTS = {
    **dict.fromkeys(ENDED_SESSIONS, ("INVALID_SESSION", "UnexpectedErrorFault")),
    "zuora-api-bad-query": ("INVALID_FIELD", "MalformedQueryFault"),
    "axis1-text-beyond-the-bmp": ("INVALID_VALUE", "UnexpectedErrorFault"),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    # Opened and logged in to once: hashing a password is meant to take long.
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('recorded') / 'gateway.db'}") as gateway:
        gateway.ended_session = gateway.log_in()
        gateway.clock.advance(minutes=20)
        gateway.session = gateway.log_in()
        yield gateway


@pytest.fixture
def gateway(opened):
    with opened.store.writing() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            if table not in (users, sessions, counters):
                connection.execute(table.delete())
    put(opened.store, an_invoice(), an_item(), a_tax_item())
    return opened


def send(gateway, name, **values):
    """Send a file's request as its client does, with these values in the places of their names."""
    values = {
        "session": gateway.session,
        "ended_session": gateway.ended_session,
        "username": USER,
        "password": PASSWORD,
        "account_id": ACCOUNT_ID,
        "invoice_id": INVOICE_ID,
        "invoice_number": an_invoice().number,
        "item_id": ITEM_ID,
        "tax_item_id": TAX_ITEM_ID,
    } | values
    head, _, body = (FOLDER / f"{name}.http").read_text(encoding="utf-8").partition("\n\n")
    request_line, *lines = head.splitlines()
    method, path, _ = request_line.split(" ")
    headers = {}
    for header, _, value in (line.partition(": ") for line in lines):
        key = header.upper().replace("-", "_")
        # Of a header that is sent several times a WSGI server makes one.
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    if "TRANSFER_ENCODING" in headers:
        headers["CONTENT_LENGTH"] = ""
    body = re.sub(r">\n\s*<", "><", body.strip())
    body = re.sub(r"\n\s*", " ", body).format_map(values)
    answer = gateway.request(method, path, body.encode(), **headers)
    assert (SOAP_1_2 in answer.text) == (SOAP_1_2 in body), "answered in another version of SOAP"
    return answer


def adjust(gateway, amount="10.00"):
    """Return the row of a new credit on the item."""
    fields = {
        "AdjustmentDate": "2024-03-15",
        "Amount": amount,
        "Comment": "kept",
        "InvoiceId": INVOICE_ID,
        "ReasonCode": "Other",
        "SourceId": ITEM_ID,
        "SourceType": "InvoiceDetail",
        "Type": "Credit",
    }
    answer = gateway.call(f"<ns1:create>{a_z_object(**fields)}</ns1:create>", gateway.session)
    (id_,) = re.findall("<ns1:Id>(.*?)</ns1:Id>", answer.text)
    return stored(gateway)[id_]


def stored(gateway):
    """Return the adjustments that are stored, by Id."""
    with gateway.store.reading() as connection:
        return {row.id: row for row in connection.execute(select(invoice_item_adjustments))}


def balances(gateway):
    """Return the balances of the item and of its tax, by Id."""
    with gateway.store.reading() as connection:
        rows = [
            row
            for table in (invoice_items, taxation_items)
            for row in connection.execute(select(table)).all()
        ]
    return {row.id: row.balance for row in rows}


UNTOUCHED = {ITEM_ID: Decimal("80.00"), TAX_ITEM_ID: Decimal("20.00")}


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_answers_a_session_that_works_and_the_url_of_its_version(gateway, name):
    answer = send(gateway, name)
    session = re.search("<ns1:Session>(.*)</ns1:Session>", answer.text)[1]
    url = f"{ADDRESS}/apps/services/a/{LOGINS[name]}"
    assert f"<ns1:ServerUrl>{url}</ns1:ServerUrl>" in answer.text
    assert gateway.call("<ns1:getUserInfo/>", session).status == 200


@pytest.mark.parametrize("name", CREATES)
def test_a_create_stores_what_its_client_meant(gateway, name):
    answer = send(gateway, name)
    assert re.findall("<ns1:Success>(.*?)</ns1:Success>", answer.text) == ["true"] * len(CREATES[name])
    rows = stored(gateway)
    left = UNTOUCHED.copy()
    ids = re.findall("<ns1:Id>(.*?)</ns1:Id>", answer.text)
    for id_, credit in zip(ids, CREATES[name], strict=True):
        row = rows.pop(id_)
        wanted = (Decimal(credit.amount), *credit[1:])
        assert (row.amount, row.comment, row.source_id, row.accounting_code) == wanted
        assert (row.type, row.status, str(row.adjustment_date)) == ("Credit", "Processed", "2024-03-15")
        left[credit.source_id] -= Decimal(credit.amount)
    assert not rows
    assert balances(gateway) == left


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_record_has_a_code_and_no_id_and_nothing_is_stored(gateway, name):
    answer = send(gateway, name)
    assert re.findall("<ns1:Code>(.*?)</ns1:Code>", answer.text) == REFUSED[name]
    assert re.findall("<ns1:Success>(.*?)</ns1:Success>", answer.text) == ["false"] * len(REFUSED[name])
    assert "<ns1:Id>" not in answer.text
    assert (stored(gateway), balances(gateway)) == ({}, UNTOUCHED)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_answers_the_row(gateway, name):
    row = adjust(gateway)
    answer = send(gateway, name, adjustment_id=row.id, adjustment_number=row.adjustment_number)
    records = re.findall('xsi:type="ns2:InvoiceItemAdjustment">(.*?)</ns1:records>', answer.text)
    assert records == [f"<ns2:Id>{row.id}</ns2:Id>{QUERIES[name]}"]
    assert "<ns1:size>1</ns1:size>" in answer.text


@pytest.mark.parametrize("name", CANCELS)
def test_a_cancel_changes_what_it_names_and_gives_the_amount_back(gateway, name):
    before = adjust(gateway)
    answer = send(gateway, name, adjustment_id=before.id)
    assert f"<ns1:Id>{before.id}</ns1:Id><ns1:Success>true</ns1:Success>" in answer.text
    after = stored(gateway)[before.id]
    assert (after.status, after.reason_code) == ("Canceled", CANCELS[name])
    unnamed = "amount comment adjustment_date adjustment_number source_id source_type type".split()
    assert [getattr(after, field) for field in unnamed] == [getattr(before, field) for field in unnamed]
    assert balances(gateway) == UNTOUCHED


@pytest.mark.parametrize("name", DELETES)
def test_a_delete_answers_each_id_in_its_order(gateway, name):
    canceled, live = adjust(gateway), adjust(gateway, "4.00")
    send(gateway, "documented-cancel", adjustment_id=canceled.id)
    answer = send(gateway, name, adjustment_id=canceled.id, other_adjustment_id=live.id)
    assert re.findall("<ns1:success>(.*?)</ns1:success>", answer.text) == ["true", "false"]
    assert f"<ns1:id>{canceled.id}</ns1:id><ns1:success>true" in answer.text
    assert re.findall("<ns1:Code>(.*?)</ns1:Code>", answer.text) == ["CANNOT_DELETE"]
    assert set(stored(gateway)) == {live.id}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_the_code_where_its_client_looks_and_nothing_is_stored(gateway, name):
    code, kind = FAULTS[name]
    answer = send(gateway, name)
    assert answer.status == 500
    assert f"<faultcode>fns:{code}</faultcode>" in answer.text
    assert f"<detail><fns:{kind}><fns:FaultCode>{code}</fns:FaultCode><fns:FaultMessage>" in answer.text
    assert (stored(gateway), balances(gateway)) == ({}, UNTOUCHED)


@pytest.mark.parametrize("name", ENDED_SESSIONS)
def test_the_same_call_goes_through_once_its_client_has_logged_in_again(gateway, name):
    assert send(gateway, name).status == 500
    assert send(gateway, name, ended_session=gateway.session).status == 200


def test_each_file_is_sent_and_stands_in_the_readmes_table():
    sent = [*LOGINS, *CREATES, *REFUSED, *QUERIES, *CANCELS, *DELETES, *FAULTS]
    assert sorted(sent) == sorted(NAMES)
    rows = re.findall(r"^\| \[(.*?)\]\((.*?)\) \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert all(f"{name}.http" == file for name, file in rows)
    assert sorted(name for name, _ in rows) == sorted(NAMES)
