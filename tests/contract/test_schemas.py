from collections.abc import Callable

import pytest

from gateway.contract import namespaces
from support.schemas import assert_valid

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
GOOD = "<ns1:Id>7</ns1:Id><ns1:Success>true</ns1:Success>"
FAULT = "<fns:FaultCode>INVALID_LOGIN</fns:FaultCode><fns:FaultMessage>No.</fns:FaultMessage>"


def enveloped(content: str, soap: str = SOAP_11) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{soap}" xmlns:ns1="{namespaces.API}" xmlns:ns2="{namespaces.OBJECT}"'
        f' xmlns:fns="{namespaces.FAULT}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<s:Header/><s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def create_response(result: str) -> str:
    return f"<ns1:createResponse><ns1:result>{result}</ns1:result></ns1:createResponse>"


def query_response(record: str) -> str:
    return (
        "<ns1:queryResponse><ns1:result><ns1:done>true</ns1:done><ns1:queryLocator/>"
        f'<ns1:records xsi:type="ns2:InvoiceItemAdjustment">{record}</ns1:records>'
        "<ns1:size>1</ns1:size></ns1:result></ns1:queryResponse>"
    )


def fault_12(content: str) -> str:
    return (
        "<s:Fault><s:Code/><s:Reason/>"
        f"<s:Detail><fns:LoginFault>{content}</fns:LoginFault></s:Detail></s:Fault>"
    )


def fault_11(content: str) -> str:
    return (
        "<s:Fault><faultcode>fns:INVALID_LOGIN</faultcode><faultstring/>"
        f"<detail><fns:LoginFault>{content}</fns:LoginFault></detail></s:Fault>"
    )


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12])
def test_a_good_create_response_is_valid(soap: str) -> None:
    assert_valid(enveloped(create_response(GOOD), soap))


def test_a_create_response_with_its_children_in_another_order_is_refused() -> None:
    swapped = "<ns1:Success>true</ns1:Success><ns1:Id>7</ns1:Id>"
    with pytest.raises(AssertionError, match="Id': This element is not expected"):
        assert_valid(enveloped(create_response(swapped)))


def test_a_record_is_held_against_the_type_that_its_prefix_names() -> None:
    assert_valid(enveloped(query_response("<ns2:AdjustmentDate>2026-11-22</ns2:AdjustmentDate>")))
    with pytest.raises(AssertionError, match="DueDate': This element is not expected"):
        assert_valid(enveloped(query_response("<ns2:DueDate>2026-11-22</ns2:DueDate>")))


def test_a_business_date_with_a_time_is_valid_only_below_version_69() -> None:
    moment = enveloped(query_response("<ns2:AdjustmentDate>2026-11-22T00:00:00.000Z</ns2:AdjustmentDate>"))
    assert_valid(moment, version=68)
    with pytest.raises(AssertionError, match="AdjustmentDate"):
        assert_valid(moment, version=78)


@pytest.mark.parametrize(("soap", "fault"), [(SOAP_11, fault_11), (SOAP_12, fault_12)])
def test_of_a_fault_the_detail_is_validated(soap: str, fault: Callable[[str], str]) -> None:
    assert_valid(enveloped(fault(FAULT), soap))
    with pytest.raises(AssertionError, match="NO_SUCH_CODE"):
        assert_valid(enveloped(fault(FAULT.replace("INVALID_LOGIN", "NO_SUCH_CODE")), soap))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"<html/>", "not an envelope"),
        (enveloped(""), "0 children"),
        (enveloped(create_response(GOOD) * 2), "2 children"),
        (enveloped("<s:Fault><faultcode/><faultstring/></s:Fault>"), "has no detail"),
        (enveloped("<ns1:unheardOf/>"), "No matching global declaration"),
    ],
)
def test_what_is_no_answer_at_all_is_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        assert_valid(body)
