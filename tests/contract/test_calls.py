"""What a call may carry beside its records: entities at login, strictness, packed answers."""

import gzip
import re

import pytest

from support.builders import ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import PASSWORD, USER, a_gateway, a_z_object, an_envelope


@pytest.fixture
def gateway(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}", tenant_id="11", tenant_name="Acme") as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def log_in(gateway, *children):
    texts = {"username": USER, "password": PASSWORD, "entityId": "11", "entityName": "Acme"}
    given = "".join(
        f"<ns1:{name}>{texts[name] if text is None else text}</ns1:{name}>"
        for name, _, text in (
            (*child.partition("="),) if "=" in child else (child, "", None) for child in children
        )
    )
    return gateway.post(an_envelope(f"<ns1:login>{given}</ns1:login>")).text


@pytest.mark.parametrize(
    "children",
    [
        ("username", "password"),
        ("username", "password", "entityId"),
        ("username", "password", "entityName"),
        ("username", "password", "entityId=", "entityName="),
    ],
)
def test_a_login_may_name_the_tenant_by_id_or_by_name(gateway, children):
    assert "<ns1:Session>" in log_in(gateway, *children)


@pytest.mark.parametrize(
    ("children", "message"),
    [
        (("username", "password", "entityId", "entityName"), "Name the entity by entityId or by entityName"),
        (("username", "password", "entityId=12"), "There is no such entity here."),
        (("username", "password", "entityName=Another"), "There is no such entity here."),
    ],
)
def test_another_entity_or_both_ways_at_once_is_a_login_fault(gateway, children, message):
    answer = log_in(gateway, *children)
    assert "<fns:LoginFault>" in answer
    assert message in answer


@pytest.mark.parametrize(
    ("children", "name"),
    [
        (("password", "username"), "username"),
        (("username", "entityId", "password"), "password"),
        (("username", "password", "entityName=", "entityId="), "entityId"),
    ],
)
def test_the_children_of_login_have_an_order(gateway, children, name):
    assert f"<faultstring>Unexpected subelement {name}</faultstring>" in log_in(gateway, *children)


def a_record(extra="", amount="10.00"):
    return a_z_object(
        extra=extra,
        AdjustmentDate="2024-03-02",
        Amount=amount,
        InvoiceId=an_invoice().id,
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
    )


def create(gateway, *records, **headers):
    call = an_envelope(f"<ns1:create>{''.join(records)}</ns1:create>", gateway.log_in())
    return gateway.post(call, **headers).text


MISSPELT = "<ns2:Comments>lost in the legacy</ns2:Comments>"


def test_a_caller_who_asks_for_strictness_is_told_of_unknown_fields(gateway):
    answer = create(gateway, a_record(MISSPELT), a_record(), X_GATEWAY_STRICT="true")
    assert "<ns1:Code>INVALID_FIELD</ns1:Code>" in answer
    assert "InvoiceItemAdjustment has no field 'Comments'." in answer
    assert answer.count("<ns1:Success>true</ns1:Success>") == 1


def test_a_caller_who_asks_for_strictness_is_told_of_fields_that_nobody_can_give(gateway):
    answer = create(gateway, a_record("<ns2:Status>Canceled</ns2:Status>"), X_GATEWAY_STRICT="true")
    assert "<ns1:Code>INVALID_FIELD</ns1:Code><ns1:Message>Status cannot be given.</ns1:Message>" in answer
    assert "<ns1:Success>true" in create(gateway, a_record("<ns2:Status>Canceled</ns2:Status>"))


def test_a_caller_who_asks_for_strictness_gets_no_rounding(gateway):
    answer = create(gateway, a_record(amount="9.989999999999997"), X_GATEWAY_STRICT="true")
    assert "9.989999999999997 is finer than its currency, which has 2 decimals." in answer


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("<ns2:Amount>5</ns2:Amount>", "Amount cannot be updated."),
        ("<ns2:Comment>another</ns2:Comment>", "Comment cannot be updated."),
        ("<ns2:fieldsToNull>Amount</ns2:fieldsToNull>", "Amount cannot be updated."),
        ("<ns2:fieldsToNull>Nonsense</ns2:fieldsToNull>", "InvoiceItemAdjustment has no field 'Nonsense'."),
    ],
)
def test_a_strict_update_of_what_cannot_be_updated_is_refused(gateway, fields, message):
    id_ = re.search("<ns1:Id>(.*)</ns1:Id>", create(gateway, a_record()))[1]
    update = f"<ns1:update>{a_z_object(Id=id_, Status='Canceled', extra=fields)}</ns1:update>"
    answer = gateway.post(an_envelope(update, gateway.log_in()), X_GATEWAY_STRICT="true").text
    assert "<ns1:Code>INVALID_FIELD</ns1:Code>" in answer
    assert message in answer
    assert "<ns1:Success>true</ns1:Success>" in gateway.call(update).text


def test_a_strict_update_may_send_back_what_it_read(gateway):
    id_ = re.search("<ns1:Id>(.*)</ns1:Id>", create(gateway, a_record()))[1]
    same = "<ns2:Amount>10.0</ns2:Amount><ns2:Type>Credit</ns2:Type><ns2:CustomerName>any</ns2:CustomerName>"
    same += "<ns2:fieldsToNull>Comment</ns2:fieldsToNull>"
    update = f"<ns1:update>{a_z_object(Id=id_, Status='Canceled', extra=same)}</ns1:update>"
    answer = gateway.post(an_envelope(update, gateway.log_in()), X_GATEWAY_STRICT="true").text
    assert "<ns1:Success>true</ns1:Success>" in answer


def test_without_strictness_the_field_is_dropped_and_the_amount_rounded_as_in_the_legacy(gateway):
    answer = create(gateway, a_record(MISSPELT, amount="9.989999999999997"))
    assert "<ns1:Success>true</ns1:Success>" in answer
    query = "<ns1:queryString>select Amount from InvoiceItemAdjustment</ns1:queryString>"
    assert "<ns2:Amount>9.99</ns2:Amount>" in gateway.call(f"<ns1:query>{query}</ns1:query>").text


def test_a_tenant_can_make_every_call_strict(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'strict.db'}", strict=True) as gateway:
        put(gateway.store, an_invoice(), an_item())
        assert "<ns1:Code>INVALID_FIELD</ns1:Code>" in create(gateway, a_record(MISSPELT))


@pytest.mark.parametrize("encoding", ["gzip", "deflate, GZIP;q=1.0", "br;q=1.0, gzip;q=0.5", "x-gzip"])
def test_a_large_answer_is_packed_for_who_asks(gateway, encoding):
    path = "/apps/services/a/78.0?wsdl"
    plain = gateway.request("GET", path)
    packed = gateway.request("GET", path, ACCEPT_ENCODING=encoding)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) * 4 < len(plain.body)


@pytest.mark.parametrize("encoding", ["", "none", "identity", "gzip;q=0", "gzip;q=0.0", "deflate"])
def test_nobody_else_gets_a_packed_answer(gateway, encoding):
    answer = gateway.request("GET", "/apps/services/a/78.0?wsdl", ACCEPT_ENCODING=encoding)
    assert "Content-Encoding" not in answer.headers
    assert b"definitions" in answer.body


def test_a_small_answer_is_not_worth_packing(gateway):
    answer = gateway.request("GET", "/", ACCEPT_ENCODING="gzip")
    assert "Content-Encoding" not in answer.headers
