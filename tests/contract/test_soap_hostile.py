"""Whatever is sent gets a well-formed answer of the right kind, and nothing changes that should not.

Every answer to a POST is held against our schemas by ``InProcess`` itself.
"""

import gzip
import logging
import re

import pytest
from lxml import etree
from sqlalchemy import func, select, text

from gateway.soap.envelope import MAX_NAMESPACES
from gateway.storage.tables import (
    counters,
    invoice_items,
    invoices,
    metadata,
    query_locators,
    query_pages,
    users,
)
from gateway.storage.tables import sessions as sessions_table
from support.builders import ADJUSTMENT_ID, INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import ENDPOINT, PASSWORD, USER, a_gateway, a_z_object, an_envelope

FAULT = "{http://fault.api.zuora.com/}"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
CREDIT = {
    "AdjustmentDate": "2024-03-15",
    "Amount": "10.00",
    "InvoiceId": INVOICE_ID,
    "SourceId": ITEM_ID,
    "SourceType": "InvoiceDetail",
    "Type": "Credit",
}
QUERY = "<ns1:query><ns1:queryString>select Id from Invoice</ns1:queryString></ns1:query>"
CREATE = f"<ns1:create>{a_z_object(**CREDIT)}</ns1:create>"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    # Opened and logged in to once: hashing a password is meant to take long.
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'gateway.db'}") as gateway:
        gateway.session = gateway.log_in()
        yield gateway


@pytest.fixture
def gateway(opened):
    with opened.store.writing() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            if table not in (users, sessions_table, counters):
                connection.execute(table.delete())
    put(opened.store, an_invoice(), an_item())
    return opened


@pytest.fixture
def own_gateway(tmp_path):
    """A gateway that a test may break, or whose clock it moves."""
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        gateway.session = gateway.log_in()
        yield gateway


@pytest.fixture
def nothing_changes(gateway):
    """Hold the test to leaving every balance and every number of rows as it was."""
    before = what_is_stored(gateway)
    yield
    assert what_is_stored(gateway) == before


def what_is_stored(gateway):
    with gateway.store.engine.connect() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }
        balances = [
            connection.execute(select(*table.c)).all() for table in (invoices, invoice_items, counters)
        ]
    return counts, balances


def a_fault(answer, status=500):
    """Return (kind, code, message) of an answer that must be a fault."""
    assert answer.status == status
    (detail,) = etree.fromstring(answer.body).iterfind(".//detail/*")
    code, message = detail.findtext(f"{FAULT}FaultCode"), detail.findtext(f"{FAULT}FaultMessage")
    root = etree.fromstring(answer.body)
    assert (root.findtext(".//faultcode"), root.findtext(".//faultstring")) == (f"fns:{code}", message)
    return detail.tag.removeprefix(FAULT), code, message


def query(gateway, zoql, header=""):
    operation = f"<ns1:query><ns1:queryString><![CDATA[{zoql}]]></ns1:queryString></ns1:query>"
    return gateway.call(operation, gateway.session, header)


def errors(answer):
    assert answer.status == 200
    return re.findall("<ns1:Code>(.*?)</ns1:Code><ns1:Message>(.*?)</ns1:Message>", answer.text)


def an_envelope_of(opened):
    return an_envelope(QUERY, opened.session)


# What is no envelope

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BROKEN = {
    "text": "hello",
    "blank": " ",
    "HTML": "<html><body>hello</body></html>",
    "JSON": '{"create": []}',
    "another root": f'<Body xmlns="{ENVELOPE}"/>',
    "an envelope of no namespace": "<Envelope><Body/></Envelope>",
    "an envelope of another": '<Envelope xmlns="urn:x"><Body/></Envelope>',
    "two roots": f'<Envelope xmlns="{ENVELOPE}"/><Envelope xmlns="{ENVELOPE}"/>',
    "cut short": an_envelope(QUERY)[:-30],
    "crossed tags": an_envelope("<ns1:query><ns1:queryString></ns1:query></ns1:queryString>"),
    "an undeclared prefix": an_envelope("<zns:query/>"),
    "an attribute given twice": an_envelope('<ns1:query a="1" a="2"/>'),
    "a bare ampersand": an_envelope("<ns1:query><ns1:queryString>a & b</ns1:queryString></ns1:query>"),
    "an unknown entity": an_envelope("<ns1:query><ns1:queryString>&nbsp;</ns1:queryString></ns1:query>"),
    "surrogates by reference": an_envelope("<ns1:query>&#xD83D;&#xDE00;</ns1:query>"),
    "a control character": an_envelope("<ns1:query>\x01</ns1:query>"),
    "a control character by reference": an_envelope("<ns1:query>&#1;</ns1:query>"),
    "a declaration after a blank": ' <?xml version="1.0"?>' + an_envelope(QUERY),
    "an unknown encoding": '<?xml version="1.0" encoding="klingon"?>' + an_envelope(QUERY),
    "another encoding than declared": '<?xml version="1.0" encoding="UTF-16"?>' + an_envelope(QUERY),
    "bytes that are no UTF-8": an_envelope(QUERY).encode().replace(b"Invoice", b"\xff\xfe"),
    "a document type": "<!DOCTYPE x>" + an_envelope(QUERY),
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">' + an_envelope(QUERY),
    "an internal entity": '<!DOCTYPE x [<!ENTITY e "Invoice">]>'
    + an_envelope(QUERY).replace("Invoice", "&e;"),
    "an external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        + an_envelope(QUERY).replace("Invoice", "&e;")
    ),
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/hostname"> %e;]>'
    + an_envelope(QUERY),
    "a billion laughs": (
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>' + an_envelope(QUERY).replace("Invoice", "&l11;")
    ),
    "a billion laughs in an attribute": (
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>' + an_envelope("<ns1:query a='&l11;'/>")
    ),
    "no Body": f'<Envelope xmlns="{ENVELOPE}"/>',
    "an empty Body": an_envelope(""),
    "text in the Body": an_envelope("create"),
    "two operations": an_envelope(QUERY + CREATE),
    "deep nesting": an_envelope("<a>" * 100_000 + "</a>" * 100_000),
    "deep nesting within a field": an_envelope(
        f"<ns1:create>{a_z_object(Comment='<a>' * 300 + '</a>' * 300)}</ns1:create>"
    ),
    "more namespaces than anybody needs": an_envelope(
        "<ns1:query " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(MAX_NAMESPACES)) + "/>"
    ),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@pytest.mark.usefixtures("nothing_changes")
def test_what_is_no_envelope_is_a_fault(gateway, body):
    kind, code, message = a_fault(gateway.post(body))
    assert (kind, code) == ("UnexpectedErrorFault", "INVALID_VALUE")
    assert message.startswith(("The request", "The envelope"))


def test_a_file_that_an_entity_names_never_shows(gateway, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the content of a file")
    for entity in (
        f'<!ENTITY e SYSTEM "{secret.as_uri()}">',
        f'<!ENTITY % e SYSTEM "{secret.as_uri()}"> %e;',
    ):
        body = an_envelope(QUERY, gateway.session).replace("Invoice", "&e;")
        assert "the content" not in gateway.post(f"<!DOCTYPE x [{entity}]>{body}").text


def test_an_empty_request_is_told_apart(gateway):
    assert a_fault(gateway.post(""), 400)[2] == "The request has no body."


# What is no operation


@pytest.mark.parametrize(
    "operation",
    [
        "<ns1:subscribe/>",
        "<ns1:Create/>",
        '<create xmlns="urn:another"/>',
        "<ns2:create/>",
        "<soapenv:Fault><faultcode>x</faultcode></soapenv:Fault>",
        f"<ns1:{'x' * 10_000}/>",
    ],
)
@pytest.mark.usefixtures("nothing_changes")
def test_an_unknown_operation_is_told_what_there_is(gateway, operation):
    kind, code, message = a_fault(gateway.call(operation, gateway.session))
    assert (kind, code) == ("UnexpectedErrorFault", "INVALID_VALUE")
    assert message.endswith("it offers: login, create, update, delete, query, queryMore, getUserInfo.")
    assert len(message) < 250


# Header blocks that must be understood

SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
UNKNOWN_BLOCK = '<wsse:Security xmlns:wsse="urn:wsse" {}><ns1:session>x</ns1:session></wsse:Security>'
NEXT = {
    ENVELOPE: 'soapenv:actor="http://schemas.xmlsoap.org/soap/actor/next"',
    SOAP_1_2: 'soapenv:role="http://www.w3.org/2003/05/soap-envelope/role/next"',
}
ULTIMATE = 'soapenv:role="http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"'


def create_under(gateway, soap, block):
    envelope = an_envelope(CREATE, gateway.session, block).replace(ENVELOPE, soap, 1)
    return gateway.post(envelope)


@pytest.mark.parametrize(
    ("soap", "attributes"),
    [
        (ENVELOPE, 'soapenv:mustUnderstand="1"'),
        (ENVELOPE, 'soapenv:mustUnderstand=" 1 "'),
        (ENVELOPE, 'soapenv:mustUnderstand="1" soapenv:actor=""'),
        (ENVELOPE, f'soapenv:mustUnderstand="1" {NEXT[ENVELOPE]}'),
        (SOAP_1_2, 'soapenv:mustUnderstand="1"'),
        (SOAP_1_2, 'soapenv:mustUnderstand="true"'),
        (SOAP_1_2, f'soapenv:mustUnderstand="true" {NEXT[SOAP_1_2]}'),
        (SOAP_1_2, f'soapenv:mustUnderstand="true" {ULTIMATE}'),
        (SOAP_1_2, 'soapenv:mustUnderstand="true" soapenv:role=""'),
    ],
)
@pytest.mark.usefixtures("nothing_changes")
def test_an_unknown_block_that_must_be_understood_stops_the_call(gateway, soap, attributes):
    answer = create_under(gateway, soap, UNKNOWN_BLOCK.format(attributes))
    assert answer.status == 500
    fault = etree.fromstring(answer.body).find(f"{{{soap}}}Body/{{{soap}}}Fault")
    code, reason = (
        ("faultcode", "faultstring") if soap == ENVELOPE else (f"{{{soap}}}Code/*", f"{{{soap}}}Reason/*")
    )
    assert fault.findtext(code) == "soapenv:MustUnderstand"
    assert fault.nsmap["soapenv"] == soap
    assert fault.findtext(reason) == (
        "The header block {urn:wsse}Security must be understood and is not known here. Nothing was done."
    )
    (detail,) = fault.iterfind(".//{*}UnexpectedErrorFault")
    assert detail.findtext(f"{FAULT}FaultCode") == "INVALID_VALUE"
    assert detail.findtext(f"{FAULT}FaultMessage") == fault.findtext(reason)


@pytest.mark.parametrize("namespace", ["urn:x", ""])
@pytest.mark.usefixtures("nothing_changes")
def test_the_block_that_was_not_understood_is_named_in_few_words(gateway, namespace):
    block = f'<{"x" * 10_000} xmlns="{namespace}" soapenv:mustUnderstand="1"/>'
    message = etree.fromstring(create_under(gateway, ENVELOPE, block).body).findtext(".//faultstring")
    assert len(message) < 250


@pytest.mark.parametrize(
    ("soap", "block"),
    [
        (ENVELOPE, UNKNOWN_BLOCK.format("")),
        (ENVELOPE, UNKNOWN_BLOCK.format('soapenv:mustUnderstand="0"')),
        (ENVELOPE, UNKNOWN_BLOCK.format('soapenv:mustUnderstand="true"')),
        (ENVELOPE, UNKNOWN_BLOCK.format('mustUnderstand="1"')),
        (ENVELOPE, UNKNOWN_BLOCK.format(f'xmlns:other="{SOAP_1_2}" other:mustUnderstand="1"')),
        (ENVELOPE, UNKNOWN_BLOCK.format('soapenv:mustUnderstand="1" soapenv:actor="urn:another"')),
        (SOAP_1_2, UNKNOWN_BLOCK.format('soapenv:mustUnderstand="false"')),
        (SOAP_1_2, UNKNOWN_BLOCK.format('soapenv:mustUnderstand="true" soapenv:role="urn:another"')),
        (
            SOAP_1_2,
            UNKNOWN_BLOCK.format(f'soapenv:mustUnderstand="true" soapenv:role="{SOAP_1_2}/role/none"'),
        ),
        *(
            (soap, f'<{name} soapenv:mustUnderstand="1"/>')
            for soap in (ENVELOPE, SOAP_1_2)
            for name in ("ns1:CallOptions", "ns2:queryoptions", "soapenv:SESSIONHEADER", "CallOptions")
        ),
    ],
)
def test_other_blocks_do_not_stop_a_call(gateway, soap, block):
    answer = create_under(gateway, soap, block)
    assert answer.status == 200
    assert "<ns1:Success>true</ns1:Success>" in answer.text


# Types of objects

TYPES = {
    "unknown": '<ns1:zObjects xsi:type="ns2:Subscription"/>',
    "missing": "<ns1:zObjects/>",
    "empty": '<ns1:zObjects xsi:type=" "/>',
    "in another case": '<ns1:zObjects xsi:type="ns2:invoiceitemadjustment"/>',
    "of a foreign namespace": '<ns1:zObjects xmlns:f="urn:f" xsi:type="f:InvoiceItemAdjustment"/>',
    "of the API's namespace": '<ns1:zObjects xsi:type="ns1:InvoiceItemAdjustment"/>',
    "of no namespace": '<ns1:zObjects xsi:type="InvoiceItemAdjustment"/>',
    "with an undeclared prefix": '<ns1:zObjects xsi:type="nobody:InvoiceItemAdjustment"/>',
    "a type of ours that is no object": '<ns1:zObjects xsi:type="ns1:SaveResult"/>',
    "the base of all": '<ns1:zObjects xsi:type="ns2:zObject"/>',
    "one that is only queried": a_z_object("Invoice", Amount="1"),
    "of two kinds": a_z_object(**CREDIT) + a_z_object("Invoice", Amount="1"),
    "once missing": a_z_object(**CREDIT) + "<ns1:zObjects/>",
    "very long": f'<ns1:zObjects xsi:type="ns2:{"x" * 10_000}"/>',
}


@pytest.mark.parametrize("operation", ["create", "update"])
@pytest.mark.parametrize("objects", TYPES.values(), ids=TYPES)
@pytest.mark.usefixtures("nothing_changes")
def test_an_object_of_no_type_of_ours_is_a_typed_fault(gateway, objects, operation):
    answer = gateway.call(f"<ns1:{operation}>{objects}</ns1:{operation}>", gateway.session)
    kind, code, message = a_fault(answer)
    assert (kind, code) == ("InvalidTypeFault", "INVALID_TYPE")
    assert len(message) < 200


@pytest.mark.parametrize("type_", ["", "Invoice", "invoiceitemadjustment", "x" * 10_000])
@pytest.mark.usefixtures("nothing_changes")
def test_only_adjustments_are_deleted(gateway, type_):
    answer = gateway.call(
        f"<ns1:delete><ns1:type>{type_}</ns1:type><ns1:ids>{INVOICE_ID}</ns1:ids></ns1:delete>",
        gateway.session,
    )
    assert a_fault(answer)[:2] == ("InvalidTypeFault", "INVALID_TYPE")


# Sessions and logins

OPERATIONS = (
    CREATE,
    f"<ns1:update>{a_z_object(Id=ADJUSTMENT_ID, Status='Canceled')}</ns1:update>",
    f"<ns1:delete><ns1:type>InvoiceItemAdjustment</ns1:type><ns1:ids>{ADJUSTMENT_ID}</ns1:ids></ns1:delete>",
    QUERY,
    "<ns1:queryMore><ns1:queryLocator>x</ns1:queryLocator></ns1:queryMore>",
    "<ns1:getUserInfo/>",
)
HEADERS = {
    "no block": "",
    "an empty block": "<ns1:SessionHeader/>",
    "an empty session": "<ns1:SessionHeader><ns1:session> </ns1:session></ns1:SessionHeader>",
    "a nil session": '<ns1:SessionHeader><ns1:session xsi:nil="true"/></ns1:SessionHeader>',
    "garbage": "<ns1:SessionHeader><ns1:session>' or 1=1 -- 🚀</ns1:session></ns1:SessionHeader>",
    "an overlong one": f"<ns1:SessionHeader><ns1:session>{'x' * 100_000}</ns1:session></ns1:SessionHeader>",
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: re.search(r"\w+:(\w+)", operation)[1])
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
@pytest.mark.usefixtures("nothing_changes")
def test_without_a_session_nothing_is_done_or_told(gateway, operation, header):
    assert a_fault(gateway.post(an_envelope(operation, header=header))) == (
        "UnexpectedErrorFault",
        "INVALID_SESSION",
        "The session is invalid or has expired. Please log in again.",
    )


@pytest.mark.usefixtures("nothing_changes")
def test_a_session_that_is_nearly_right_is_none(gateway):
    token = gateway.session
    for other in (
        token[:-1],
        token + "x",
        token.swapcase(),
        f"{token} {token}",
        token[:10] + "<a/>" + token[10:],
    ):
        assert a_fault(gateway.call(QUERY, other))[1] == "INVALID_SESSION"


def test_a_session_ends_15_minutes_after_its_last_use(own_gateway):
    for _ in range(3):
        own_gateway.clock.advance(minutes=14)
        assert own_gateway.call(QUERY, own_gateway.session).status == 200
    own_gateway.clock.advance(minutes=15)
    assert a_fault(own_gateway.call(CREATE, own_gateway.session))[1] == "INVALID_SESSION"


def test_a_session_ends_after_its_longest_life_however_busy(own_gateway):
    for _ in range(8 * 6 - 1):
        own_gateway.clock.advance(minutes=10)
        assert own_gateway.call(QUERY, own_gateway.session).status == 200
    own_gateway.clock.advance(minutes=10)
    assert a_fault(own_gateway.call(QUERY, own_gateway.session))[1] == "INVALID_SESSION"


def test_no_idle_time_is_longer_than_the_longest_life(tmp_path):
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    with a_gateway(url, session_minutes=600, session_hours=1) as gateway:
        session = gateway.log_in()
        gateway.clock.advance(minutes=61)
        assert a_fault(gateway.call(QUERY, session))[1] == "INVALID_SESSION"


LOGINS = {
    "a wrong password": (USER, "wrong"),
    "an unknown user": ("nobody@example.com", PASSWORD),
    "no user": ("", PASSWORD),
    "no password": (USER, ""),
    "another case": (USER.upper(), PASSWORD),
    "an injection": ("' or '1'='1", "' or '1'='1"),
    "very long ones": ("x" * 100_000, "y" * 1_000_000),
}


@pytest.mark.parametrize(("name", "password"), LOGINS.values(), ids=LOGINS)
@pytest.mark.usefixtures("nothing_changes")
def test_a_wrong_login_does_not_tell_what_was_wrong(gateway, name, password):
    login = (
        f"<ns1:login><ns1:username>{name}</ns1:username><ns1:password>{password}</ns1:password></ns1:login>"
    )
    assert a_fault(gateway.post(an_envelope(login))) == (
        "LoginFault",
        "INVALID_VALUE",
        "Invalid login. User name and password do not match.",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        f"<ns1:username>{USER}</ns1:username>" * 2 + f"<ns1:password>{PASSWORD}</ns1:password>",
        f"<ns1:username>{USER}<b/></ns1:username><ns1:password>{PASSWORD}</ns1:password>",
    ],
)
@pytest.mark.usefixtures("nothing_changes")
def test_an_ambiguous_login_is_a_fault(gateway, arguments):
    answer = gateway.post(an_envelope(f"<ns1:login>{arguments}</ns1:login>"))
    assert a_fault(answer)[:2] == ("UnexpectedErrorFault", "INVALID_VALUE")


# Records


@pytest.mark.parametrize(
    "operation",
    [
        f"<ns1:create>{a_z_object(**CREDIT) * 51}</ns1:create>",
        f"<ns1:create>{'<ns1:zObjects/>' * 51}</ns1:create>",
        f"<ns1:update>{a_z_object(Id=ADJUSTMENT_ID, Status='Canceled') * 51}</ns1:update>",
        "<ns1:delete><ns1:type>InvoiceItemAdjustment</ns1:type>"
        + f"<ns1:ids>{ADJUSTMENT_ID}</ns1:ids>" * 51
        + "</ns1:delete>",
    ],
    ids=["create", "create of no type", "update", "delete"],
)
@pytest.mark.usefixtures("nothing_changes")
def test_of_51_records_none_is_done(gateway, operation):
    assert a_fault(gateway.call(operation, gateway.session)) == (
        "UnexpectedErrorFault",
        "MAX_RECORDS_EXCEEDED",
        "The call has 51 objects, the most it may have is 50. Nothing was done.",
    )


def test_unknown_fields_are_ignored_and_their_names_logged_without_values(gateway, caplog):
    unknown = (
        "<ns2:Comments>a value</ns2:Comments><ns2:amount>99</ns2:amount>"
        '<Comment xmlns="urn:foreign">another value</Comment><ns2:x><ns2:y>deep value</ns2:y></ns2:x>'
    )
    with caplog.at_level(logging.DEBUG):
        answer = gateway.call(
            f"<ns1:create>{a_z_object(extra=unknown, **CREDIT)}</ns1:create>", gateway.session
        )
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    assert (
        "<ns2:Amount>10</ns2:Amount></ns1:records>"
        in query(gateway, "select Amount, Comment from InvoiceItemAdjustment").text
    )
    (warning,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert warning.getMessage().endswith("were ignored: Comment, Comments, amount, x")
    assert "value" not in caplog.text


@pytest.mark.parametrize("wrong", ["<Amount>20.00</Amount>", "<ns1:Amount>20.00</ns1:Amount>"])
def test_a_field_of_another_namespace_or_none_is_an_unknown_one(gateway, wrong, caplog):
    answer = gateway.call(f"<ns1:create>{a_z_object(extra=wrong, **CREDIT)}</ns1:create>", gateway.session)
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    assert "<ns2:Amount>10</ns2:Amount>" in query(gateway, "select Amount from InvoiceItemAdjustment").text
    assert "were ignored: Amount" in caplog.text


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ("<ns2:Amount>10.00</ns2:Amount>", "Amount"),
        ('<ns2:Amount xsi:nil="true"/>', "Amount"),
        ("<ns2:Comment>a</ns2:Comment><ns2:Comment>b</ns2:Comment>", "Comment"),
        ("<ns2:Comment>some <b>markup</b></ns2:Comment>", "Comment"),
        ("<ns2:Comment><![CDATA[text]]><ns2:b/></ns2:Comment>", "Comment"),
    ],
)
@pytest.mark.usefixtures("nothing_changes")
def test_a_field_that_could_mean_two_things_is_refused(gateway, extra, field):
    answer = gateway.call(f"<ns1:create>{a_z_object(extra=extra, **CREDIT)}</ns1:create>", gateway.session)
    assert errors(answer) == [("INVALID_VALUE", f"{field} must be given once, as plain text.")]


@pytest.mark.usefixtures("nothing_changes")
def test_an_update_with_two_ids_is_refused(gateway):
    records = a_z_object(Id=ADJUSTMENT_ID, extra=f"<ns2:Id>{'2' * 32}</ns2:Id>", Status="Canceled")
    answer = gateway.call(f"<ns1:update>{records}</ns1:update>", gateway.session)
    assert errors(answer) == [("INVALID_VALUE", "Id must be given once, as plain text.")]


@pytest.mark.parametrize(
    "amount", ["1e3", "NaN", "Infinity", "9" * 5000, "1,00", "٣", "0x10", "--1", "1_000", "1&#160;0"]
)
@pytest.mark.usefixtures("nothing_changes")
def test_a_number_in_disguise_is_none(gateway, amount):
    answer = gateway.call(
        f"<ns1:create>{a_z_object(**CREDIT | {'Amount': amount})}</ns1:create>", gateway.session
    )
    ((code, message),) = errors(answer)
    assert code == "INVALID_VALUE"
    assert len(message) < 120


# Size


@pytest.mark.usefixtures("nothing_changes")
def test_50000_attributes_on_one_element_are_passed_over(gateway):
    attributes = " ".join(f'a{number}="x"' for number in range(50_000))
    objects = a_z_object(Type="x").replace("<ns1:zObjects ", f"<ns1:zObjects {attributes} ")
    assert len(errors(gateway.call(f"<ns1:create>{objects}</ns1:create>", gateway.session))) == 1


@pytest.mark.parametrize("count", [1, 50, 3000])
@pytest.mark.usefixtures("nothing_changes")
def test_50000_namespaces_around_objects_are_refused_before_a_type_is_looked_up(gateway, count):
    declarations = " ".join(f'xmlns:a{number}="urn:{number}"' for number in range(50_000))
    objects = a_z_object(**CREDIT) * count
    answer = gateway.call(f"<ns1:create {declarations}>{objects}</ns1:create>", gateway.session)
    assert a_fault(answer)[2] == "The request declares more than 1000 namespaces."


@pytest.mark.usefixtures("nothing_changes")
def test_a_text_of_nearly_10_megabytes_is_a_value_too_long(gateway):
    answer = gateway.call(
        f"<ns1:create>{a_z_object(Comment='x' * 9_900_000, **CREDIT)}</ns1:create>", gateway.session
    )
    assert errors(answer) == [
        ("INVALID_VALUE", "Comment has 9900000 characters, the most it may have is 255.")
    ]


def test_a_text_beyond_what_the_parser_takes_is_a_fault(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}", max_body_bytes=20_000_000) as gateway:
        answer = gateway.post(an_envelope(f"<ns1:create>{a_z_object(Comment='x' * 10_100_000)}</ns1:create>"))
        assert a_fault(answer)[1] == "INVALID_VALUE"


@pytest.mark.usefixtures("nothing_changes")
def test_a_body_too_large_is_refused(gateway):
    answer = gateway.post(an_envelope(QUERY) + " " * 10_000_000)
    assert a_fault(answer, 413)[2] == "The body is larger than 10000000 bytes."


@pytest.mark.parametrize(
    ("length", "status"), [("99999999999", 413), ("9" * 5000, 400), ("-1", 400), ("x", 400), ("٣", 400)]
)
@pytest.mark.usefixtures("nothing_changes")
def test_a_length_that_is_none_is_refused(gateway, length, status):
    a_fault(gateway.post(an_envelope(QUERY), CONTENT_LENGTH=length), status)


@pytest.mark.usefixtures("nothing_changes")
def test_a_body_that_ends_early_is_refused(gateway):
    body = an_envelope(CREATE, gateway.session)
    answer = gateway.post(body, CONTENT_LENGTH=str(len(body) + 1))
    assert a_fault(answer, 400)[2] == "The body ends before its Content-Length."


def test_a_body_without_a_length_is_read_to_its_end(gateway):
    assert gateway.post(an_envelope(QUERY, gateway.session), CONTENT_LENGTH="").status == 200
    assert gateway.post(b" " * 10_000_001, CONTENT_LENGTH="").status == 413


PACKED = {
    "nothing packed": (b"<Envelope/>", "gzip", 400),
    "cut short": (gzip.compress(an_envelope(QUERY).encode())[:-9], "gzip", 400),
    "a wrong sum": (gzip.compress(an_envelope(QUERY).encode())[:-8] + b"\0" * 8, "gzip", 400),
    "nothing at all": (gzip.compress(b""), "gzip", 400),
    "a bomb": (gzip.compress(b" " * 50_000_000), "gzip", 413),
    "a bomb by deflate": (gzip.compress(b" " * 50_000_000), "deflate", 413),
    "twice": (gzip.compress(gzip.compress(an_envelope(QUERY).encode())), "gzip, gzip", 415),
    "by what nobody knows": (an_envelope(QUERY).encode(), "br", 415),
}


@pytest.mark.parametrize(("body", "encoding", "status"), PACKED.values(), ids=PACKED)
@pytest.mark.usefixtures("nothing_changes")
def test_a_badly_packed_body_is_refused(gateway, body, encoding, status):
    assert a_fault(gateway.post(body, CONTENT_ENCODING=encoding), status)[1] == "INVALID_VALUE"


# HTTP


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "text/plain", "multipart/related", "text/html;x=text/xml", "x" * 10_000],
)
@pytest.mark.usefixtures("nothing_changes")
def test_another_media_type_is_refused(gateway, media_type):
    answer = gateway.post(an_envelope(CREATE, gateway.session), CONTENT_TYPE=media_type)
    assert a_fault(answer, 415)[2].endswith("is no media type of SOAP; text/xml is.")


@pytest.mark.parametrize("charset", ["klingon", "rot13", "base64", "'utf-8", "é"])
@pytest.mark.usefixtures("nothing_changes")
def test_an_unknown_charset_is_a_fault(gateway, charset):
    answer = gateway.post(an_envelope(CREATE, gateway.session), CONTENT_TYPE=f"text/xml; charset={charset}")
    assert a_fault(answer)[2] == "The request's charset is not known."


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "XYZZY"])
def test_an_operation_is_only_posted(gateway, method):
    answer = gateway.request(method, "/apps/services/a/78.0")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["Content-Type"] == "text/xml;charset=UTF-8"
    assert bool(answer.body) is (method != "HEAD")


@pytest.mark.parametrize("address", ["/apps/services/a/78.0?wsdl", "/apps/servlet/GenerateWsdl?version=78.0"])
def test_head_answers_as_get_does_without_the_document(gateway, address):
    whole, head = gateway.request("GET", address), gateway.request("HEAD", address)
    assert (whole.status, head.status, head.body) == (200, 200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert whole.headers["Content-Type"].startswith("text/xml")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/apps/services/a/", "/apps/services/a/78.0/more", "//", "/%00\n<b>"]
)
@pytest.mark.usefixtures("nothing_changes")
def test_an_unknown_address_is_not_found(gateway, path):
    assert gateway.request("GET", path).status == 404
    assert "There is no endpoint at this address" in a_fault(gateway.post(CREATE, path), 404)[2]


@pytest.mark.parametrize(
    "version", ["22.0", "999.0", "78.5", "latest", "78.0.0", "٧٨.0", "-78", "x" * 10_000]
)
@pytest.mark.usefixtures("nothing_changes")
def test_an_unknown_version_is_told_which_there_are(gateway, version):
    answer = gateway.post(an_envelope(CREATE, gateway.session), f"/apps/services/a/{version}")
    kind, code, message = a_fault(answer)
    assert (kind, code) == ("UnexpectedErrorFault", "INVALID_VERSION")
    assert message == f"There is no API version '{version[:20]}' here; there are 23.0 to 153.0."


def test_the_host_header_shows_nowhere(gateway):
    login = (
        f"<ns1:login><ns1:username>{USER}</ns1:username><ns1:password>{PASSWORD}</ns1:password></ns1:login>"
    )
    answers = [
        gateway.request("GET", "/apps/services/a/78.0?wsdl"),
        gateway.request("GET", "/apps/servlet/GenerateWsdl?version=78.0", X_FORWARDED_HOST="evil.example"),
        gateway.post(an_envelope(login)),
        gateway.post("rubbish"),
        gateway.request("GET", "/"),
    ]
    for answer in answers:
        assert "evil" not in answer.text
        assert "somebody-elses-name" not in answer.text
        assert "evil" not in str(answer.headers)
    assert all(ENDPOINT in answer.text for answer in answers[:3])


# When something breaks


def test_a_bug_tells_its_request_id_and_nothing_else(own_gateway, caplog):
    with own_gateway.store.writing() as connection, connection.begin():
        connection.execute(text("UPDATE invoices SET balance = 'rubbish'"))
    for operation in (CREATE, QUERY.replace("Id", "Balance")):
        caplog.clear()
        answer = own_gateway.call(operation, own_gateway.session)
        request_id = answer.headers["X-Request-Id"]
        assert a_fault(answer) == (
            "UnexpectedErrorFault",
            "UNKNOWN_ERROR",
            f"An unexpected error occurred. Request id: {request_id}",
        )
        (logged,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
        assert request_id in logged.getMessage()
        assert logged.exc_info is not None


def test_a_database_that_is_broken_tells_the_operator_alone(own_gateway, caplog):
    with own_gateway.store.writing() as connection, connection.begin():
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        connection.execute(text("DROP TABLE adjustment_numbers"))
    before = own_gateway.call(QUERY.replace("Id", "Balance"), own_gateway.session).text
    answer = own_gateway.call(CREATE, own_gateway.session)
    a_fault(answer)
    assert "adjustment_numbers" not in answer.text
    assert "adjustment_numbers" in caplog.text
    assert answer.headers["X-Request-Id"] in caplog.text
    assert own_gateway.call(QUERY.replace("Id", "Balance"), own_gateway.session).text == before


def test_a_request_whose_body_cannot_be_read_is_answered(gateway, caplog):
    class Broken:
        def read(self, _size):
            raise OSError("the peer is gone")

    started = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/apps/services/a/78.0",
        "CONTENT_LENGTH": "10",
        "wsgi.input": Broken(),
    }
    body = b"".join(gateway.gateway.wsgi(environ, lambda *given: started.extend(given)))
    assert started[0].startswith("500 ")
    assert b"fns:UNKNOWN_ERROR" in body
    assert b"the peer" not in body
    assert "the peer is gone" in caplog.text


def test_no_secret_is_ever_logged(own_gateway, caplog):
    login = "<ns1:login><ns1:username>{}</ns1:username><ns1:password>{}</ns1:password></ns1:login>"
    with caplog.at_level(logging.DEBUG):
        right = own_gateway.post(an_envelope(login.format(USER, PASSWORD)))
        token = re.search("<ns1:Session>(.*)</ns1:Session>", right.text)[1]
        own_gateway.post(an_envelope(login.format(USER, "guessed password")))
        own_gateway.post(an_envelope(login.format(USER, PASSWORD))[:-20])
        own_gateway.post(an_envelope(login.format(USER, PASSWORD + "<b/>")))
        own_gateway.post(an_envelope(login.format(USER, PASSWORD)), CONTENT_TYPE="text/plain")
        for operation in (*OPERATIONS, "<ns1:nonsense/>", QUERY + QUERY, "rubbish"):
            own_gateway.call(operation, token)
        own_gateway.call(QUERY, token + "x")
        with own_gateway.store.writing() as connection, connection.begin():
            connection.execute(text("UPDATE invoices SET balance = 'rubbish'"))
        own_gateway.call(CREATE, token)
    assert caplog.records
    for secret in (PASSWORD, "guessed password", token):
        assert secret not in caplog.text


def test_a_path_cannot_write_lines_of_its_own_into_the_log(gateway, caplog):
    with caplog.at_level(logging.INFO):
        gateway.request("GET", "/x\r\nERROR a forged line\x1b[31m é")
    (line,) = (record.getMessage() for record in caplog.records)
    assert line.isascii()
    assert line.isprintable()


# Queries


@pytest.fixture
def locator(gateway):
    put(gateway.store, *(an_item(id=f"{number:032d}") for number in range(4)))
    answer = query(gateway, "select Id from InvoiceItem", PAGE)
    return re.search("<ns1:queryLocator>(.*)</ns1:queryLocator>", answer.text)[1]


PAGE = "<ns1:QueryOptions><ns1:batchSize>2</ns1:batchSize></ns1:QueryOptions>"
NO_LOCATOR = (
    "InvalidQueryLocatorFault",
    "INVALID_VALUE",
    "The query locator is unknown or has expired. Run the query again.",
)


def query_more(gateway, locator, session=None):
    operation = f"<ns1:queryMore><ns1:queryLocator>{locator}</ns1:queryLocator></ns1:queryMore>"
    return gateway.call(operation, session or gateway.session, PAGE)


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "",
        lambda _: "nonsense",
        lambda _: "0" * 32 + "-2",
        lambda locator: locator.upper() if locator != locator.upper() else "x",
        lambda locator: locator.replace("-2", "-3"),
        lambda locator: locator.replace("-2", "-0"),
        lambda locator: locator.replace("-2", ""),
        lambda locator: locator.replace("-2", "--2"),
        lambda locator: locator.replace("-2", "-" + "9" * 18),
        lambda locator: locator.replace("-2", "-" + "9" * 5000),
        lambda locator: locator + "' or '1'='1",
        lambda locator: locator * 2,
    ],
)
def test_a_forged_locator_is_a_typed_fault(gateway, locator, forge):
    before = what_is_stored(gateway)
    assert a_fault(query_more(gateway, forge(locator))) == NO_LOCATOR
    assert what_is_stored(gateway) == before


def test_the_same_locator_answers_the_same_page(gateway, locator):
    first, second = query_more(gateway, locator), query_more(gateway, f" {locator}\n")
    assert first.status == 200
    assert first.text == second.text
    assert "<ns1:size>5</ns1:size>" in first.text


def test_a_page_asked_for_again_ends_where_it_ended_whatever_was_added_meanwhile(own_gateway):
    items = [an_item(id=f"{number:032d}") for number in range(0, 100, 10)]
    put(own_gateway.store, *items)
    answer = query(own_gateway, "select Id from InvoiceItem", PAGE).text
    read = re.findall("<ns2:Id>(.*?)</ns2:Id>", answer)
    late = 1
    while locator := re.search("<ns1:queryLocator>(.*?)</ns1:queryLocator>", answer):
        query_more(own_gateway, locator[1])  # this answer got lost
        put(own_gateway.store, an_item(id=f"{int(read[-1]) + late:032d}"))
        answer = query_more(own_gateway, locator[1]).text
        read += re.findall("<ns2:Id>(.*?)</ns2:Id>", answer)
    assert len(read) == len(set(read))
    assert {item.id for item in items} <= set(read)


def test_another_users_locator_is_unknown(own_gateway):
    put(own_gateway.store, an_item(id="2" * 32), an_item(id="3" * 32))
    answer = query(own_gateway, "select Id from InvoiceItem", PAGE)
    locator = re.search("<ns1:queryLocator>(.*)</ns1:queryLocator>", answer.text)[1]
    own_gateway.gateway.sessions.add_user("bob@example.com", "battery staple")
    bobs = own_gateway.gateway.sessions.log_in("bob@example.com", "battery staple")
    assert a_fault(query_more(own_gateway, locator, bobs)) == NO_LOCATOR
    assert query_more(own_gateway, locator).status == 200


def test_a_locator_expires_15_minutes_after_its_last_use(own_gateway):
    put(own_gateway.store, *(an_item(id=f"{number:032d}") for number in range(8)))
    answer = query(own_gateway, "select Id from InvoiceItem", PAGE)
    for _ in range(2):
        locator = re.search("<ns1:queryLocator>(.*)</ns1:queryLocator>", answer.text)[1]
        own_gateway.clock.advance(minutes=14)
        answer = query_more(own_gateway, locator)
        assert answer.status == 200
    own_gateway.clock.advance(minutes=15)
    assert a_fault(query_more(own_gateway, locator, own_gateway.log_in())) == NO_LOCATOR


INJECTIONS = [
    "' or '1'='1",
    "'; delete from InvoiceItem; --",
    "\\' or 1=1 --",
    "x' union select password_hash from users --",
    '" or ""="',
    "%' or '%'='",
    "*",
    "[a-z]*",
    "\\0",
    ":name",
    "%s %(x)s ?",
]


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.usefixtures("nothing_changes")
def test_sql_in_a_query_is_only_text(gateway, injection):
    escaped = injection.replace("\\", "\\\\").replace("'", "\\'")
    for operator in ("=", ">=", "like"):
        pattern = escaped.replace("%", "_") + "%" if operator == "like" else escaped
        answer = query(gateway, f"select Id from Account where Name {operator} '{pattern}'")
        assert answer.status == 200
        assert "<ns1:size>0</ns1:size>" in answer.text


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.usefixtures("nothing_changes")
def test_sql_beside_a_querys_text_is_no_query(gateway, injection):
    for zoql in (
        f"select Id from {injection}",
        f"select {injection} from Invoice",
        f"select Id from Invoice where {injection} = 1",
        f"select Id from Invoice; {injection}",
    ):
        kind, code, _ = a_fault(query(gateway, zoql))
        assert (kind, code) == ("MalformedQueryFault", "MALFORMED_QUERY")


@pytest.mark.parametrize("injection", INJECTIONS)
def test_sql_in_a_record_is_only_text(gateway, injection):
    record = a_z_object(Comment=injection, ReferenceId=injection, AdjustmentNumber=injection, **CREDIT)
    answer = gateway.call(f"<ns1:create>{record}</ns1:create>", gateway.session)
    assert "<ns1:Success>true</ns1:Success>" in answer.text
    read = query(gateway, "select AdjustmentNumber, Comment from InvoiceItemAdjustment").text
    assert f"<ns2:Comment>{injection}</ns2:Comment>" in read
    counts, _ = what_is_stored(gateway)
    assert (counts["invoice_item_adjustments"], counts["invoice_items"], counts["users"]) == (1, 1, 1)


@pytest.mark.parametrize(
    "zoql",
    [
        "",
        "x" * 10_001,
        "select Id from Invoice where " + " or ".join(["Amount = 1"] * 201),
        "select " + ", ".join(["Id"] * 2400) + " from Nonsense",
    ],
)
@pytest.mark.usefixtures("nothing_changes")
def test_a_query_beyond_the_limits_is_a_typed_fault(gateway, zoql):
    assert a_fault(query(gateway, zoql))[0] == "MalformedQueryFault"


def test_200_conditions_are_run(gateway):
    many = " or ".join(f"Amount = {number}" for number in range(200))
    assert "<ns1:size>1</ns1:size>" in query(gateway, f"select Id from Invoice where {many}").text


def test_a_query_that_fits_one_page_leaves_nothing_behind(gateway):
    query(gateway, "select Id from Invoice")
    counts, _ = what_is_stored(gateway)
    assert (counts[query_locators.name], counts[query_pages.name]) == (0, 0)


def test_xml_that_is_cut_off_is_told_where_and_in_one_line(gateway):
    answer = gateway.post("<a>\n<b>")
    assert (
        "The request is not well-formed XML: Premature end of data in tag b line 2, line 2, column 4<"
        in answer.text
    )
    assert "\n" not in gateway.post("<a>\x01</a>").text.partition("well-formed XML: ")[2].partition("<")[0]
