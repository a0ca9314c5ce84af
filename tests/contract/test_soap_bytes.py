"""The SOAP door's answers byte for byte, and every form of request that real clients send.

The envelopes are written after the shapes that the clients' own libraries produce; none is a recording.
"""

import codecs
import gzip
import re
import zlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import update

from gateway.soap.responses import escape
from gateway.storage.tables import accounts, counters, invoice_items, invoices, metadata, sessions, users
from support.builders import INVOICE_ID, ITEM_ID, an_adjustment, an_invoice, an_item
from support.databases import put
from support.gateways import ENDPOINT, PASSWORD, USER, a_gateway, a_z_object, an_envelope

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NIL = f'{XSI} xsi:nil="1" /'
RECORD = f'<ns1:records xmlns:ns2="http://object.api.zuora.com/" {XSI} xsi:type="ns2:'
QUERY = "<ns1:query><ns1:queryString>select Id from Invoice</ns1:queryString></ns1:query>"
CREDIT = {
    "AdjustmentDate": "2024-03-15",
    "Amount": "10.00",
    "InvoiceId": INVOICE_ID,
    "SourceId": ITEM_ID,
    "SourceType": "InvoiceDetail",
    "Type": "Credit",
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    # Opened and logged in to once: hashing a password is meant to take long.
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('bytes') / 'gateway.db'}") as gateway:
        gateway.session = gateway.log_in()
        yield gateway


@pytest.fixture
def gateway(opened):
    with opened.store.writing() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            if table not in (users, sessions, counters):
                connection.execute(table.delete())
    put(opened.store, an_invoice(), an_item())
    return opened


def a_body(content, soap=SOAP_1_1):
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{soap}\"><soapenv:Body>"
        f"{content}</soapenv:Body></soapenv:Envelope>"
    )


def a_response(operation, content):
    return a_body(
        f'<ns1:{operation}Response xmlns:ns1="http://api.zuora.com/">{content}</ns1:{operation}Response>'
    )


def a_fault(code, message, kind):
    return a_body(
        '<soapenv:Fault xmlns:fns="http://fault.api.zuora.com/">'
        f"<faultcode>fns:{code}</faultcode><faultstring>{message}</faultstring><detail><fns:{kind}>"
        f"<fns:FaultCode>{code}</fns:FaultCode><fns:FaultMessage>{message}</fns:FaultMessage></fns:{kind}>"
        "</detail></soapenv:Fault>"
    )


def query(gateway, text, header=""):
    operation = f"<ns1:query><ns1:queryString>{escape(text)}</ns1:queryString></ns1:query>"
    return gateway.call(operation, gateway.session, header)


def create(gateway, *z_objects, header=""):
    return gateway.call(f"<ns1:create>{''.join(z_objects)}</ns1:create>", gateway.session, header)


def write(gateway, statement):
    with gateway.store.writing() as connection, connection.begin():
        connection.execute(statement)


def value_of(gateway, field, of="InvoiceItemAdjustment"):
    """Return one field's element as it stands in the answer of a query with one record."""
    found = re.search(
        f"<ns2:{field}>.*?</ns2:{field}>", query(gateway, f"select {field} from {of}").text, re.DOTALL
    )
    return found and found[0]


# Answers


def test_login_answers_a_session_and_the_callers_own_url(gateway):
    answer = gateway.post(
        an_envelope(
            f"<ns1:login><ns1:username>{USER}</ns1:username><ns1:password>{PASSWORD}</ns1:password>\
</ns1:login>"
        )
    )
    session = re.search("<ns1:Session>([A-Za-z0-9_-]{64})</ns1:Session>", answer.text)[1]
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/xml;charset=UTF-8"
    assert answer.text == a_response(
        "login",
        f"<ns1:result><ns1:Session>{session}</ns1:Session><ns1:ServerUrl>{ENDPOINT}</ns1:ServerUrl>\
</ns1:result>",
    )


def test_a_created_record_has_its_id(gateway):
    answer = create(gateway, a_z_object(**CREDIT))
    (id_,) = re.findall("<ns1:Id>([0-9a-f]{32})</ns1:Id>", answer.text)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml;charset=UTF-8")
    assert answer.text == a_response(
        "create", f"<ns1:result><ns1:Id>{id_}</ns1:Id><ns1:Success>true</ns1:Success></ns1:result>"
    )


def test_a_refused_record_has_its_error_and_no_id_and_is_no_fault(gateway):
    answer = create(gateway, a_z_object(**CREDIT | {"Amount": "0"}))
    assert answer.status == 200
    assert answer.text == a_response(
        "create",
        "<ns1:result><ns1:Errors><ns1:Code>INVALID_VALUE</ns1:Code>"
        "<ns1:Message>Adjustment amount cannot be negative or zero.</ns1:Message>"
        "<ns1:Field>Amount</ns1:Field></ns1:Errors><ns1:Success>false</ns1:Success></ns1:result>",
    )


def test_an_error_that_is_about_no_field_names_none(gateway):
    header = "<ns1:CallOptions><ns1:useSingleTransaction>true</ns1:useSingleTransaction></ns1:CallOptions>"
    answer = create(gateway, a_z_object(**CREDIT), a_z_object(**CREDIT | {"Amount": "0"}), header=header)
    assert (
        "<ns1:result><ns1:Errors><ns1:Code>TRANSACTION_FAILED</ns1:Code>"
        "<ns1:Message>Nothing was done: another record of the single transaction was refused.</ns1:Message>"
        "</ns1:Errors><ns1:Success>false</ns1:Success></ns1:result>"
    ) in answer.text


def test_a_create_of_nothing_answers_nothing(gateway):
    assert create(gateway).text == a_response("create", "")


def test_the_results_of_a_delete_are_in_lower_case(gateway):
    put(gateway.store, an_adjustment())
    id_ = an_adjustment().id
    answer = gateway.call(
        f"<ns1:delete><ns1:type>InvoiceItemAdjustment</ns1:type><ns1:ids>{id_}</ns1:ids></ns1:delete>"
    )
    assert answer.text == a_response(
        "delete",
        "<ns1:result><ns1:errors><ns1:Code>CANNOT_DELETE</ns1:Code>"
        "<ns1:Message>Only a canceled adjustment can be deleted.</ns1:Message></ns1:errors>"
        "<ns1:success>false</ns1:success></ns1:result>",
    )


def test_get_user_info_answers_without_a_result_around_it(gateway):
    answer = gateway.call("<ns1:getUserInfo/>", gateway.session)
    user_id = re.search("<ns1:UserId>(.*)</ns1:UserId>", answer.text)[1]
    assert answer.text == a_response(
        "getUserInfo",
        "<ns1:TenantId>1</ns1:TenantId><ns1:TenantName>Gateway</ns1:TenantName>"
        f"<ns1:UserEmail>{USER}</ns1:UserEmail><ns1:UserFullName>Ann Example</ns1:UserFullName>"
        f"<ns1:UserId>{user_id}</ns1:UserId><ns1:Username>{USER}</ns1:Username>",
    )


def test_a_record_has_its_type_id_first_the_contracts_order_and_no_nulls(gateway):
    answer = query(gateway, "select TaxMode, InvoiceId, UOM, chargename, ChargeAmount from InvoiceItem")
    assert answer.text == a_response(
        "query",
        f"<ns1:result><ns1:done>true</ns1:done><ns1:queryLocator {NIL}>"
        f'{RECORD}InvoiceItem"><ns2:Id>{ITEM_ID}</ns2:Id><ns2:ChargeAmount>80</ns2:ChargeAmount>'
        f"<ns2:ChargeName>Monthly fee</ns2:ChargeName><ns2:InvoiceId>{INVOICE_ID}</ns2:InvoiceId>"
        "</ns1:records><ns1:size>1</ns1:size></ns1:result>",
    )


def test_an_empty_result_has_one_nil_record(gateway):
    answer = query(gateway, "select Id from InvoiceItemAdjustment")
    assert answer.text == a_response(
        "query",
        f"<ns1:result><ns1:done>true</ns1:done><ns1:queryLocator {NIL}><ns1:records {NIL}>"
        "<ns1:size>0</ns1:size></ns1:result>",
    )


def test_pages_follow_each_other_by_locator(gateway):
    put(gateway.store, *(an_item(id=f"{number:032d}") for number in range(1, 5)))
    ids = [f"{number:032d}" for number in range(1, 5)] + [ITEM_ID]
    header = "<ns1:QueryOptions><ns1:batchSize>2</ns1:batchSize></ns1:QueryOptions>"
    answer = query(gateway, "select Id from InvoiceItem", header)
    hexadecimal = re.search("<ns1:queryLocator>([0-9a-f]{32})-2<", answer.text)[1]

    def a_page(operation, records, offset):
        locator = f"<ns1:queryLocator>{hexadecimal}-{offset}</ns1:queryLocator>"
        rows = "".join(f'{RECORD}InvoiceItem"><ns2:Id>{id_}</ns2:Id></ns1:records>' for id_ in records)
        return a_response(
            operation,
            f"<ns1:result><ns1:done>{'false' if offset else 'true'}</ns1:done>"
            f"{locator if offset else f'<ns1:queryLocator {NIL}>'}{rows}<ns1:size>5</ns1:size></ns1:result>",
        )

    assert answer.text == a_page("query", ids[:2], 2)
    for records, offset, following in ((ids[2:4], 2, 4), (ids[4:], 4, None)):
        locator = f"<ns1:queryLocator>{hexadecimal}-{offset}</ns1:queryLocator>"
        answer = gateway.call(f"<ns1:queryMore>{locator}</ns1:queryMore>", gateway.session, header)
        assert answer.text == a_page("queryMore", records, following)


def test_a_fault_has_its_code_three_times_and_status_500(gateway):
    answer = gateway.call(QUERY, session="nobody's")
    assert (answer.status, answer.headers["Content-Type"]) == (500, "text/xml;charset=UTF-8")
    assert answer.text == a_fault(
        "INVALID_SESSION",
        "The session is invalid or has expired. Please log in again.",
        "UnexpectedErrorFault",
    )


@pytest.mark.parametrize(
    ("operation", "code", "message", "kind"),
    [
        (
            "<ns1:login><ns1:username>x</ns1:username><ns1:password>y</ns1:password></ns1:login>",
            "INVALID_VALUE",
            "Invalid login. User name and password do not match.",
            "LoginFault",
        ),
        (
            "<ns1:query><ns1:queryString>select TaxMessage from invoice</ns1:queryString></ns1:query>",
            "INVALID_FIELD",
            "invalid field for query: Invoice.taxmessage",
            "MalformedQueryFault",
        ),
        (
            "<ns1:query><ns1:queryString>select &lt;&amp;></ns1:queryString></ns1:query>",
            "MALFORMED_QUERY",
            (
                "You have an error in your ZOQL syntax: "
                "at position 8 '&lt;&amp;&gt;' was found, expected: a name"
            ),
            "MalformedQueryFault",
        ),
        (
            "<ns1:queryMore><ns1:queryLocator>x</ns1:queryLocator></ns1:queryMore>",
            "INVALID_VALUE",
            "The query locator is unknown or has expired. Run the query again.",
            "InvalidQueryLocatorFault",
        ),
        (
            '<ns1:create><ns1:zObjects xsi:type="ns2:Invoice"/></ns1:create>',
            "INVALID_TYPE",
            "Invoice can be queried here, not created or changed.",
            "InvalidTypeFault",
        ),
        (
            "<ns1:delete><ns1:type>Invoice</ns1:type></ns1:delete>",
            "INVALID_TYPE",
            "Objects of the type 'Invoice' cannot be deleted here.",
            "InvalidTypeFault",
        ),
    ],
)
def test_each_kind_of_fault_has_its_element(gateway, operation, code, message, kind):
    assert gateway.call(operation, gateway.session).text == a_fault(code, message, kind)


def test_soap_1_2_is_answered_in_1_2(gateway):
    answer = gateway.post(an_envelope(QUERY, gateway.session).replace(SOAP_1_1, SOAP_1_2))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/soap+xml;charset=UTF-8")
    assert answer.text.startswith(a_body("", SOAP_1_2).removesuffix("</soapenv:Body></soapenv:Envelope>"))


@pytest.mark.parametrize(
    ("operation", "header", "code", "message"),
    [
        (QUERY, "", "INVALID_SESSION", "The session is invalid or has expired. Please log in again."),
        (
            "",
            "",
            "INVALID_VALUE",
            "The envelope's Body must hold exactly one element, this one holds 0.",
        ),
        (
            QUERY,
            "<ns1:QueryOptions><ns1:batchSize>many</ns1:batchSize></ns1:QueryOptions>",
            "INVALID_VALUE",
            "'many' is not a value of a header option.",
        ),
    ],
)
def test_a_fault_of_soap_1_2_is_one_of_1_2(gateway, operation, header, code, message):
    answer = gateway.post(an_envelope(operation, header=header).replace(SOAP_1_1, SOAP_1_2))
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/soap+xml;charset=UTF-8")
    assert answer.text == a_body(
        '<soapenv:Fault xmlns:fns="http://fault.api.zuora.com/">'
        f"<soapenv:Code><soapenv:Value>fns:{code}</soapenv:Value></soapenv:Code>"
        f'<soapenv:Reason><soapenv:Text xml:lang="en-US">{message}</soapenv:Text></soapenv:Reason>'
        f"<soapenv:Detail><fns:UnexpectedErrorFault><fns:FaultCode>{code}</fns:FaultCode>"
        f"<fns:FaultMessage>{message}</fns:FaultMessage></fns:UnexpectedErrorFault></soapenv:Detail>"
        "</soapenv:Fault>",
        SOAP_1_2,
    )


# Values in answers


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("100", "100"),
        ("82.80", "82.8"),
        ("0.05", "0.05"),
        ("0", "0"),
        ("-0.00", "0"),
        ("-12.30", "-12.3"),
        ("1000000", "1000000"),
        ("12345678901234.56", "12345678901234.56"),
        ("0.000000000001", "0.000000000001"),
    ],
)
def test_a_decimal_is_plain(gateway, amount, written):
    write(gateway, update(invoices).values(tax_amount=Decimal(amount)))
    assert value_of(gateway, "TaxAmount", "Invoice") == f"<ns2:TaxAmount>{written}</ns2:TaxAmount>"


def test_a_business_date_is_a_date(gateway):
    assert value_of(gateway, "InvoiceDate", "Invoice") == "<ns2:InvoiceDate>2024-03-01</ns2:InvoiceDate>"


def test_booleans_and_integers_are_written_in_full(gateway):
    write(gateway, update(accounts).values(auto_pay=True, allow_invoice_edit=False, bill_cycle_day=31))
    answer = query(gateway, "select AutoPay, AllowInvoiceEdit, BillCycleDay from Account")
    assert (
        "<ns2:AllowInvoiceEdit>false</ns2:AllowInvoiceEdit><ns2:AutoPay>true</ns2:AutoPay>"
        "<ns2:BillCycleDay>31</ns2:BillCycleDay>"
    ) in answer.text


@pytest.mark.parametrize(
    ("zone", "moment", "written"),
    [
        ("UTC", datetime(2024, 3, 1, 12, tzinfo=UTC), "2024-03-01T12:00:00.000+00:00"),
        ("America/Los_Angeles", datetime(2024, 3, 1, 12, 0, 0, 5000, UTC), "2024-03-01T04:00:00.005-08:00"),
        ("America/Los_Angeles", datetime(2024, 7, 1, 12, tzinfo=UTC), "2024-07-01T05:00:00.000-07:00"),
        ("Asia/Kolkata", datetime(2024, 3, 1, 20, tzinfo=UTC), "2024-03-02T01:30:00.000+05:30"),
    ],
)
def test_a_moment_has_milliseconds_and_the_tenants_offset(tmp_path, zone, moment, written):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}", time_zone=zone) as gateway:
        put(gateway.store, an_invoice())
        gateway.session = gateway.log_in()
        write(gateway, update(invoices).values(posted_date=moment))
        assert value_of(gateway, "PostedDate", "Invoice") == f"<ns2:PostedDate>{written}</ns2:PostedDate>"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("]]>", "]]&gt;"),
        ("\"double\" 'single'", "\"double\" 'single'"),
        ("a\r\nb\tc\n", "a&#13;\nb\tc\n"),
        ("東京 é 🚀 \x7f\x85", "東京 é 🚀 \x7f\x85"),
        ("\x00\x08\x0b\x0c\x1f\ufffe\uffff", "\ufffd" * 7),
        ("", ""),
        (" ", " "),
    ],
)
def test_text_from_the_database_is_escaped_and_what_xml_cannot_carry_replaced(gateway, text, written):
    write(gateway, update(invoice_items).values(charge_name=text))
    assert value_of(gateway, "ChargeName", "InvoiceItem") == f"<ns2:ChargeName>{written}</ns2:ChargeName>"


def test_a_message_that_repeats_what_was_sent_is_escaped(gateway):
    answer = create(gateway, a_z_object(**CREDIT | {"Type": "&lt;b&gt;&amp;&#13;"}))
    assert "<ns1:Message>'&lt;b&gt;&amp;&#13;' is not a value of Type.</ns1:Message>" in answer.text


# Header blocks

SESSION_HEADERS = {
    "the API's namespace": "<ns1:SessionHeader><ns1:session>{}</ns1:session></ns1:SessionHeader>",
    "the envelope's, Session capitalised": (
        "<soapenv:SessionHeader><ns2:Session>{}</ns2:Session></soapenv:SessionHeader>"
    ),
    "the object namespace": "<ns2:SessionHeader><ns2:session>{}</ns2:session></ns2:SessionHeader>",
    "another vendor's": (
        '<SessionHeader xmlns="urn:partner.soap.sforce.com"><session>{}</session></SessionHeader>'
    ),
    "none": "<SessionHeader><session>{}</session></SessionHeader>",
    "the default namespace": (
        '<SessionHeader xmlns="http://api.zuora.com/"><session>{}</session></SessionHeader>'
    ),
    "the child's by default": (
        '<ns1:SessionHeader><session xmlns="http://api.zuora.com/">{}</session></ns1:SessionHeader>'
    ),
    "mustUnderstand 1": (
        '<ns1:SessionHeader soapenv:mustUnderstand="1"><ns1:session>{}</ns1:session></ns1:SessionHeader>'
    ),
    "mustUnderstand 0 and an actor": (
        '<ns1:SessionHeader soapenv:actor="" soapenv:mustUnderstand="0"><ns1:session>{}</ns1:session>'
        "</ns1:SessionHeader>"
    ),
    "blanks around the token": "<ns1:SessionHeader> <ns1:session> {}\n</ns1:session> </ns1:SessionHeader>",
    "CDATA": "<ns1:SessionHeader><ns1:session><![CDATA[{}]]></ns1:session></ns1:SessionHeader>",
    "a type": ('<ns1:SessionHeader><ns1:session xsi:type="xsd:string">{}</ns1:session></ns1:SessionHeader>'),
    "behind other blocks": (
        '<wsse:Security xmlns:wsse="urn:wsse"><wsse:Token>x</wsse:Token></wsse:Security> '
        "<ns1:QueryOptions><ns1:batchSize/><ns1:caseSensitive/></ns1:QueryOptions> "
        "<ns1:SessionHeader><ns1:session>{}</ns1:session></ns1:SessionHeader>"
    ),
    "before other blocks": (
        "<ns1:SessionHeader><ns1:session>{}</ns1:session></ns1:SessionHeader>"
        '<ns1:CallOptions xsi:nil="true"/>'
    ),
}


@pytest.mark.parametrize("soap", [SOAP_1_1, SOAP_1_2])
@pytest.mark.parametrize("header", SESSION_HEADERS.values(), ids=SESSION_HEADERS)
def test_a_session_is_found_in_every_form_of_its_header(gateway, header, soap):
    envelope = an_envelope(QUERY, header=header.format(gateway.session))
    answer = gateway.post(envelope.replace(SOAP_1_1, soap))
    assert (answer.status, INVOICE_ID in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("size", "records"),
    [
        ("<ns1:batchSize>1</ns1:batchSize>", 1),
        ("<ns1:batchSize> 2\n</ns1:batchSize>", 2),
        ('<ns2:BATCHSIZE xsi:type="xsd:int">2</ns2:BATCHSIZE>', 2),
        ("<ns1:batchSize>0</ns1:batchSize>", 3),
        ("<ns1:batchSize>-1</ns1:batchSize>", 3),
        ("<ns1:batchSize>2001</ns1:batchSize>", 3),
        ("<ns1:batchSize/>", 3),
        ('<ns1:batchSize xsi:nil="true"/>', 3),
        ("", 3),
    ],
)
def test_a_batch_size_is_1_to_2000_or_the_default(gateway, size, records):
    put(gateway.store, an_item(id="1" * 32), an_item(id="2" * 32))
    answer = query(gateway, "select Id from InvoiceItem", f"<ns1:QueryOptions>{size}</ns1:QueryOptions>")
    assert answer.text.count("<ns1:records") == records
    assert "<ns1:size>3</ns1:size>" in answer.text


# Envelopes of real clients' shapes, each a create of one credit of 10.00 with a comment

AXIS = """<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope\
 xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><ns1:SessionHeader\
 soapenv:mustUnderstand="0" xmlns:ns1="http://api.zuora.com/"><session\
 xmlns="http://api.zuora.com/">{session}\
</session></ns1:SessionHeader></soapenv:Header><soapenv:Body><create xmlns="http://api.zuora.com/"><zObjects\
 xsi:type="ns2:InvoiceItemAdjustment" xmlns:ns2="http://object.api.zuora.com/"><ns2:AdjustmentDate>2024-03-15\
</ns2:AdjustmentDate><ns2:Amount>10.00</ns2:Amount><ns2:Comment>{comment}</ns2:Comment>\
<ns2:InvoiceId>{invoice}\
</ns2:InvoiceId><ns2:SourceId>{item}</ns2:SourceId><ns2:SourceType>InvoiceDetail</ns2:SourceType>\
<ns2:Type>Credit\
</ns2:Type></zObjects></create></soapenv:Body></soapenv:Envelope>"""

JAXWS = """<?xml version='1.0' encoding='UTF-8'?><S:Envelope\
 xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">\
<S:Header><SessionHeader xmlns="http://api.zuora.com/" xmlns:ns2="http://object.api.zuora.com/"\
 xmlns:ns3="http://fault.api.zuora.com/"><session>{session}</session></SessionHeader></S:Header><S:Body>\
<create\
 xmlns="http://api.zuora.com/" xmlns:ns2="http://object.api.zuora.com/"\
 xmlns:ns3="http://fault.api.zuora.com/">\
<zObjects xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ns2:InvoiceItemAdjustment">\
<ns2:Id xsi:nil="true"/><ns2:AccountId xsi:nil="true"/><ns2:AdjustmentDate>2024-03-15T00:00:00Z\
</ns2:AdjustmentDate><ns2:AdjustmentNumber xsi:nil="true"/><ns2:Amount>10.00</ns2:Amount>\
<ns2:CancelledById xsi:nil="true"/><ns2:CancelledDate xsi:nil="true"/><ns2:Comment>{comment}</ns2:Comment>\
<ns2:CreatedById xsi:nil="true"/><ns2:InvoiceId>{invoice}</ns2:InvoiceId><ns2:InvoiceNumber xsi:nil="true"/>\
<ns2:ReasonCode xsi:nil="true"/><ns2:ReferenceId xsi:nil="true"/><ns2:ServiceEndDate xsi:nil="true"/>\
<ns2:SourceId>{item}</ns2:SourceId><ns2:SourceType>InvoiceDetail</ns2:SourceType><ns2:Status xsi:nil="true"/>\
<ns2:TransferredToAccounting xsi:nil="true"/><ns2:Type>Credit</ns2:Type></zObjects></create></S:Body>\
</S:Envelope>"""

GSOAP = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"\
 xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:fns="http://fault.api.zuora.com/"\
 xmlns:ons="http://object.api.zuora.com/" xmlns:zns="http://api.zuora.com/"><SOAP-ENV:Header>\
<zns:SessionHeader\
 SOAP-ENV:mustUnderstand="1"><zns:session>{session}</zns:session></zns:SessionHeader></SOAP-ENV:Header>\
<SOAP-ENV:Body><zns:create><zns:zObjects xsi:type="ons:InvoiceItemAdjustment"><ons:AdjustmentDate>2024-03-15\
</ons:AdjustmentDate><ons:Amount>10.00</ons:Amount><ons:Comment>{comment}</ons:Comment>\
<ons:InvoiceId>{invoice}\
</ons:InvoiceId><ons:SourceId>{item}</ons:SourceId><ons:SourceType>InvoiceDetail</ons:SourceType>\
<ons:Type>Credit\
</ons:Type></zns:zObjects></zns:create></SOAP-ENV:Body></SOAP-ENV:Envelope>
"""

DOTNET = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><SessionHeader\
 xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://api.zuora.com/">\
<session>{session}</session>\
</SessionHeader></s:Header><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"><create xmlns="http://api.zuora.com/"><zObjects\
 xmlns:q1="http://object.api.zuora.com/" xsi:type="q1:InvoiceItemAdjustment"><q1:Id xsi:nil="true" />\
<q1:AdjustmentDate>2024-03-15</q1:AdjustmentDate><q1:Amount>10.00</q1:Amount>\
<q1:Comment>{comment}</q1:Comment>\
<q1:InvoiceId>{invoice}</q1:InvoiceId><q1:InvoiceNumber xsi:nil="true" /><q1:ReasonCode xsi:nil="true" />\
<q1:SourceId>{item}</q1:SourceId><q1:SourceType>InvoiceDetail</q1:SourceType><q1:Type>Credit</q1:Type>\
</zObjects>\
</create></s:Body></s:Envelope>"""

PHP = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"\
 xmlns:ns1="http://object.api.zuora.com/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:ns2="http://api.zuora.com/"><SOAP-ENV:Header><ns2:SessionHeader><ns2:session>{session}</ns2:session>\
</ns2:SessionHeader></SOAP-ENV:Header><SOAP-ENV:Body><ns2:create><ns2:zObjects\
 xsi:type="ns1:InvoiceItemAdjustment"><ns1:fieldsToNull xsi:nil="true"/><ns1:Id xsi:nil="true"/>\
<ns1:Type>Credit\
</ns1:Type><ns1:SourceType>InvoiceDetail</ns1:SourceType><ns1:SourceId>{item}</ns1:SourceId>\
<ns1:InvoiceId>{invoice}\
</ns1:InvoiceId><ns1:Comment>{comment}</ns1:Comment><ns1:Amount>10</ns1:Amount><ns1:AdjustmentDate>2024-03-15\
</ns1:AdjustmentDate></ns2:zObjects></ns2:create></SOAP-ENV:Body></SOAP-ENV:Envelope>
"""

SOAP_LITE = """<?xml version="1.0" encoding="UTF-8"?><soap:Envelope\
 xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:ons="http://object.api.zuora.com/"\
 xmlns:zns="http://api.zuora.com/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"\
 xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><soap:Header><zns:SessionHeader\
 soap:mustUnderstand="0"><zns:session xsi:type="xsd:string">{session}</zns:session></zns:SessionHeader>\
</soap:Header><soap:Body><create xmlns=""><zns:zObjects xsi:type="ons:InvoiceItemAdjustment"><ons:Amount\
 xsi:type="xsd:string">10.00</ons:Amount><ons:AdjustmentDate\
 xsi:type="xsd:string">2024-03-15</ons:AdjustmentDate>\
<ons:Comment xsi:type="xsd:string">{comment}</ons:Comment><ons:InvoiceId xsi:type="xsd:string">{invoice}\
</ons:InvoiceId><ons:SourceId xsi:type="xsd:string">{item}</ons:SourceId><ons:SourceType\
 xsi:type="xsd:string">InvoiceDetail</ons:SourceType><ons:Type xsi:type="xsd:string">Credit</ons:Type>\
</zns:zObjects></create></soap:Body></soap:Envelope>"""

SOAP4R = """<?xml version="1.0" encoding="utf-8" ?>
<env:Envelope xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <env:Header>
    <n1:SessionHeader xmlns:n1="http://api.zuora.com/"
        env:mustUnderstand="0">
      <n1:session>{session}</n1:session>
    </n1:SessionHeader>
  </env:Header>
  <env:Body>
    <n2:create xmlns:n2="http://api.zuora.com/">
      <n2:zObjects xmlns:n3="http://object.api.zuora.com/"
          xsi:type="n3:InvoiceItemAdjustment">
        <n3:AdjustmentDate>2024-03-15Z</n3:AdjustmentDate>
        <n3:Amount>10.0</n3:Amount>
        <n3:Comment>{comment}</n3:Comment>
        <n3:InvoiceId>{invoice}</n3:InvoiceId>
        <n3:SourceId>{item}</n3:SourceId>
        <n3:SourceType>InvoiceDetail</n3:SourceType>
        <n3:Type>Credit</n3:Type>
      </n2:zObjects>
    </n2:create>
  </env:Body>
</env:Envelope>"""

ZEEP = """<?xml version='1.0' encoding='utf-8'?>
<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Header>\
<ns0:SessionHeader\
 xmlns:ns0="http://api.zuora.com/"><ns0:session>{session}</ns0:session></ns0:SessionHeader></soap-env:Header>\
<soap-env:Body><ns0:create xmlns:ns0="http://api.zuora.com/"><ns0:zObjects\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ns8="http://object.api.zuora.com/"\
 xsi:type="ns8:InvoiceItemAdjustment"><ns1:AdjustmentDate xmlns:ns1="http://object.api.zuora.com/">2024-03-15\
</ns1:AdjustmentDate><ns2:Amount xmlns:ns2="http://object.api.zuora.com/">10.00</ns2:Amount><ns3:Comment\
 xmlns:ns3="http://object.api.zuora.com/">{comment}</ns3:Comment><ns4:InvoiceId\
 xmlns:ns4="http://object.api.zuora.com/">{invoice}</ns4:InvoiceId><ns5:SourceId\
 xmlns:ns5="http://object.api.zuora.com/">{item}</ns5:SourceId><ns6:SourceType\
 xmlns:ns6="http://object.api.zuora.com/">InvoiceDetail</ns6:SourceType><ns7:Type\
 xmlns:ns7="http://object.api.zuora.com/">Credit</ns7:Type></ns0:zObjects></ns0:create></soap-env:Body>\
</soap-env:Envelope>"""

SUDS = """<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:ns0="http://object.api.zuora.com/"\
 xmlns:ns1="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns2="http://api.zuora.com/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header><ns2:SessionHeader><ns2:session>\
{session}</ns2:session></ns2:SessionHeader></SOAP-ENV:Header><ns1:Body><ns2:create><ns2:zObjects\
 xsi:type="ns0:InvoiceItemAdjustment"><ns0:AdjustmentDate>2024-03-15</ns0:AdjustmentDate><ns0:Amount>10\
</ns0:Amount><ns0:Comment>{comment}</ns0:Comment><ns0:InvoiceId>{invoice}</ns0:InvoiceId><ns0:SourceId>{item}\
</ns0:SourceId><ns0:SourceType>InvoiceDetail</ns0:SourceType><ns0:Type>Credit</ns0:Type></ns2:zObjects>\
</ns2:create></ns1:Body></SOAP-ENV:Envelope>"""

NODE_SOAP = """<?xml version="1.0" encoding="utf-8"?><soap:Envelope\
 xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:zns="http://api.zuora.com/" xmlns:ons="http://object.api.zuora.com/"\
 xmlns:fns="http://fault.api.zuora.com/"><soap:Header><zns:SessionHeader><zns:session>{session}</zns:session>\
</zns:SessionHeader> <zns:CallOptions><zns:useSingleTransaction>false</zns:useSingleTransaction>\
</zns:CallOptions>\
</soap:Header><soap:Body><zns:create xmlns:zns="http://api.zuora.com/" xmlns="http://api.zuora.com/">\
<zObjects\
 xsi:type="ons:InvoiceItemAdjustment" xmlns:ons="http://object.api.zuora.com/"><ons:Comment\
 xmlns:ons="http://object.api.zuora.com/"><![CDATA[{comment}]]></ons:Comment><ons:Type>Credit</ons:Type>\
<ons:SourceType>InvoiceDetail</ons:SourceType><ons:SourceId>{item}</ons:SourceId><ons:InvoiceId>{invoice}\
</ons:InvoiceId><ons:Amount>10.00</ons:Amount>\
<ons:AdjustmentDate>2024-03-15T00:00:00.000Z</ons:AdjustmentDate>\
</zObjects></zns:create></soap:Body></soap:Envelope>"""

STRONG_SOAP = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Header>
    <ns1:SessionHeader xmlns:ns1="http://api.zuora.com/">
      <ns1:session>{session}</ns1:session>
    </ns1:SessionHeader>
  </soap:Header>
  <soap:Body>
    <ns1:create xmlns:ns1="http://api.zuora.com/">
      <ns1:zObjects xmlns:ns1="http://api.zuora.com/" xmlns:ns2="http://object.api.zuora.com/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ns2:InvoiceItemAdjustment">
        <ns2:AdjustmentDate xmlns:ns2="http://object.api.zuora.com/">2024-03-15</ns2:AdjustmentDate>
        <ns2:Amount xmlns:ns2="http://object.api.zuora.com/">10.00</ns2:Amount>
        <ns2:Comment xmlns:ns2="http://object.api.zuora.com/">{comment}</ns2:Comment>
        <ns2:InvoiceId xmlns:ns2="http://object.api.zuora.com/">{invoice}</ns2:InvoiceId>
        <ns2:SourceId xmlns:ns2="http://object.api.zuora.com/">{item}</ns2:SourceId>
        <ns2:SourceType xmlns:ns2="http://object.api.zuora.com/">InvoiceDetail</ns2:SourceType>
        <ns2:Type xmlns:ns2="http://object.api.zuora.com/">Credit</ns2:Type>
      </ns1:zObjects>
    </ns1:create>
  </soap:Body>
</soap:Envelope>"""

NUSOAP = """<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope\
 xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:ns6="http://object.api.zuora.com/"><SOAP-ENV:Header><SessionHeader xmlns="http://api.zuora.com/">\
<session>\
{session}</session></SessionHeader></SOAP-ENV:Header><SOAP-ENV:Body><create\
 xmlns="http://api.zuora.com/"><zObjects\
 xmlns="http://object.api.zuora.com/" xsi:type=" InvoiceItemAdjustment "><Amount>+010.</Amount>\
<AdjustmentDate>\
 2024-03-15+00:00 </AdjustmentDate><Comment>{comment}</Comment><InvoiceId>{invoice}</InvoiceId>\
<SourceId>{item}\
</SourceId><SourceType>InvoiceDetail</SourceType><Type>Credit</Type></zObjects></create></SOAP-ENV:Body>\
</SOAP-ENV:Envelope>"""

HAND_ROLLED = """<x:Envelope xmlns:x="http://schemas.xmlsoap.org/soap/envelope/"\
 xmlns:a="http://api.zuora.com/" xmlns:o="http://object.api.zuora.com/"\
 xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><x:Header><SessionHeader><session>{session}</session>\
</SessionHeader></x:Header><x:Body><a:create><a:zObjects i:type="o:InvoiceItemAdjustment">\
<o:Amount>10.00</o:Amount>\
<o:AdjustmentDate>2024-03-15</o:AdjustmentDate><o:Comment>{comment}</o:Comment>\
<o:InvoiceId>{invoice}</o:InvoiceId>\
<o:SourceId>{item}</o:SourceId><o:SourceType>InvoiceDetail</o:SourceType><o:Type>Credit</o:Type></a:zObjects>\
</a:create>\
</x:Body></x:Envelope>"""

SHAPES = {
    "Axis": AXIS,
    "JAX-WS": JAXWS,
    "gSOAP": GSOAP,
    ".NET": DOTNET,
    "PHP": PHP,
    "SOAP::Lite": SOAP_LITE,
    "soap4r": SOAP4R,
    "zeep": ZEEP,
    "suds": SUDS,
    "node-soap": NODE_SOAP,
    "strong-soap": STRONG_SOAP,
    "nusoap": NUSOAP,
    "written by hand": HAND_ROLLED,
}


def filled(envelope, gateway, comment="a comment"):
    return envelope.format(session=gateway.session, comment=comment, invoice=INVOICE_ID, item=ITEM_ID)


@pytest.mark.parametrize("soap", [SOAP_1_1, SOAP_1_2])
@pytest.mark.parametrize("envelope", SHAPES.values(), ids=SHAPES)
def test_a_create_of_each_clients_shape_does_what_it_says(gateway, envelope, soap):
    answer = gateway.post(filled(envelope, gateway).replace(SOAP_1_1, soap))
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    fields = "AdjustmentDate, Amount, Comment, ReasonCode, Status, Type"
    assert (
        "<ns2:AdjustmentDate>2024-03-15</ns2:AdjustmentDate><ns2:Amount>10</ns2:Amount>"
        "<ns2:Comment>a comment</ns2:Comment>"
    ) in query(gateway, f"select {fields} from InvoiceItemAdjustment").text


def test_an_update_that_sends_nil_for_every_unset_field_changes_only_the_others(gateway):
    created = create(gateway, a_z_object(Comment="kept", ReasonCode="Other", **CREDIT)).text
    id_ = re.search("<ns1:Id>(.*)</ns1:Id>", created)[1]
    unset = "fieldsToNull AdjustmentDate Amount Comment InvoiceId ReasonCode SourceId SourceType Type"
    fields = "".join(f'<ns2:{name} xsi:nil="true"/>' for name in unset.split())
    fields += f"<ns2:Id>{id_}</ns2:Id><ns2:Status>Canceled</ns2:Status>"
    envelope = re.sub('(?s)(InvoiceItemAdjustment">).*(</zObjects>)', rf"\1{fields}\2", JAXWS)
    answer = gateway.post(filled(envelope, gateway).replace("create", "update"))
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    assert (
        "<ns2:Comment>kept</ns2:Comment><ns2:ReasonCode>Other</ns2:ReasonCode>"
        "<ns2:Status>Canceled</ns2:Status>"
    ) in query(gateway, "select Comment, ReasonCode, Status from InvoiceItemAdjustment").text


def test_fields_to_null_empties_them(gateway):
    put(gateway.store, an_adjustment(reason_code="Other"))
    names = "<ns2:fieldsToNull>ReasonCode</ns2:fieldsToNull><ns1:fieldsToNull> Comment </ns1:fieldsToNull>"
    answer = gateway.call(f"<ns1:update>{a_z_object(extra=names, Id=an_adjustment().id)}</ns1:update>")
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    assert value_of(gateway, "ReasonCode") is None


# Text in requests


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a <!-- comment --> b", "a  b"),
        ("<![CDATA[<b> & ]]]]><![CDATA[> c]]>", "&lt;b&gt; &amp; ]]&gt; c"),
        ("&lt;&amp;&gt;&quot;&apos;", "&lt;&amp;&gt;\"'"),
        ("&#65;&#x42;&#x1F680;", "AB🚀"),
        ("a<?php echo 1 ?>b", "ab"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("line&#13;&#10;line", "line&#13;\nline"),
        ("&amp;amp;", "&amp;amp;"),
        ("  blanks  ", "  blanks  "),
        ("日本語 é ß", "日本語 é ß"),
        ("'; drop table invoices; --", "'; drop table invoices; --"),
    ],
)
def test_text_is_kept_as_xml_reads_it(gateway, sent, read):
    create(gateway, a_z_object(Comment=sent, **CREDIT))
    assert value_of(gateway, "Comment") == f"<ns2:Comment>{read}</ns2:Comment>"


@pytest.mark.parametrize("empty", ["", "<!-- nothing -->", "<![CDATA[]]>", "<?nothing?>"])
def test_an_empty_field_is_not_given(gateway, empty):
    create(gateway, a_z_object(Comment=empty, **CREDIT))
    assert "<ns1:size>1</ns1:size>" in query(gateway, "select Id from InvoiceItemAdjustment").text
    assert value_of(gateway, "Comment") is None


@pytest.mark.parametrize(("nil", "given"), [("true", False), (" 1 ", False), ("false", True), ("0", True)])
def test_a_field_is_nil_only_if_it_says_so(gateway, nil, given):
    create(gateway, a_z_object(extra=f'<ns2:Comment xsi:nil="{nil}">text</ns2:Comment>', **CREDIT))
    assert (value_of(gateway, "Comment") is not None) is given


# HTTP


@pytest.mark.parametrize(
    "action", [None, "", '""', "query", '"query"', '"http://api.zuora.com/create"', "nonsense"]
)
def test_the_soap_action_is_nobodys_business(gateway, action):
    headers = {} if action is None else {"SOAPACTION": action}
    assert gateway.post(an_envelope(QUERY, gateway.session), **headers).status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/xml",
        "text/xml; charset=utf-8;",
        'text/xml; charset="utf-8"',
        "text/xml;charset=UTF-8",
        "TEXT/XML; CHARSET=UTF-8",
        " text/xml ; charset = utf-8 ",
        "text/xml; charset=",
        "text/xml;;",
        "application/xml",
        'application/soap+xml; charset=utf-8; action="query"',
    ],
)
def test_each_content_type_that_clients_send_is_taken(gateway, content_type):
    answer = gateway.post(an_envelope(QUERY, gateway.session), CONTENT_TYPE=content_type)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml;charset=UTF-8")


ENCODED = {
    "UTF-8 with its mark": ("text/xml", lambda text: codecs.BOM_UTF8 + text.encode()),
    "UTF-8 against the header": (
        "text/xml; charset=iso-8859-1",
        lambda text: b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode(),
    ),
    "UTF-16 with its mark": ("text/xml", lambda text: text.encode("utf-16")),
    "UTF-16, labelled": ("text/xml; charset=utf-16", lambda text: text.encode("utf-16")),
    "UTF-16, labelled wrongly": ("text/xml; charset=utf-8", lambda text: text.encode("utf-16")),
    "UTF-16, big-endian and declared": (
        "text/xml",
        lambda text: (
            codecs.BOM_UTF16_BE + f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16-be")
        ),
    ),
    "ISO-8859-1, labelled": ("text/xml; charset=ISO-8859-1", lambda text: text.encode("iso-8859-1")),
    "ISO-8859-1, declared": (
        "text/xml",
        lambda text: b"<?xml version='1.0' encoding='ISO-8859-1'?>" + text.encode("iso-8859-1"),
    ),
}


@pytest.mark.parametrize(("content_type", "encode"), ENCODED.values(), ids=ENCODED)
def test_text_is_read_in_each_encoding(gateway, content_type, encode):
    operation = f"<ns1:create>{a_z_object(Comment='Café, señor', **CREDIT)}</ns1:create>"
    answer = gateway.post(encode(an_envelope(operation, gateway.session)), CONTENT_TYPE=content_type)
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    assert value_of(gateway, "Comment") == "<ns2:Comment>Café, señor</ns2:Comment>"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "deflate", "identity", ""])
def test_a_packed_request_is_unpacked(gateway, encoding):
    body = an_envelope(QUERY, gateway.session).encode()
    pack = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
    packed = pack.get(encoding.lower(), bytes)(body)
    assert gateway.post(packed, CONTENT_ENCODING=encoding).status == 200


def test_every_answer_has_its_length_and_a_request_id_and_says_that_keys_are_taken(gateway):
    first, second = gateway.call(QUERY, gateway.session), gateway.call(QUERY, session="nobody's")
    for answer in (first, second):
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-Id"])
        assert answer.headers["X-Gateway-Accepts"] == "Idempotency-Key"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
