"""Envelopes with their bytes disturbed: always a SOAP answer of the right kind, never an exception.

``InProcess`` holds every answer to our schemas.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import a_gateway, a_z_object, an_envelope

STEADY = settings(max_examples=400, derandomize=True, deadline=None, database=None)
CREATE = "<ns1:create>{}</ns1:create>".format(
    a_z_object(
        AdjustmentDate="2024-03-15",
        Amount="0.01",
        Comment="<![CDATA[a]]>&amp;é",
        InvoiceId=INVOICE_ID,
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
        extra="<ns2:fieldsToNull/>",
    )
)
QUERY = (
    "<ns1:query><ns1:queryString>select Id, Amount from Invoice where Amount &gt;= 1.5 and InvoiceDate "
    "!= null or InvoiceNumber like 'INV%' or PostedDate &lt; 2024-03-01T00:00:00Z;"
    "</ns1:queryString></ns1:query>"
)
HEADER = "<ns1:QueryOptions><ns1:batchSize>10</ns1:batchSize></ns1:QueryOptions>"

TOKENS = st.sampled_from(
    [
        *(b"<", b">", b"&", b"'", b'"', b"/", b":", b"=", b" ", b"\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"%"),
        *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml?>", b"<!DOCTYPE x>", b"&#0;", b"&#xD800;", b"&lt;"),
        *(
            b"<a/>",
            b'xsi:nil="1"',
            b"xmlns=''",
            b"ns2:",
            b"null",
            b" and ",
            b"-",
            b"9" * 70,
            b"\\",
            b"\xc3\xa9",
        ),
    ]
)
PIECES = st.one_of(TOKENS, st.binary(max_size=4), st.just(b""))
DISTURBANCES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=4)
CONTENT_TYPES = st.sampled_from(
    ["text/xml", "text/xml; charset=utf-8", "", "text/xml; charset=utf-16", "application/soap+xml"]
)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        gateway.session = gateway.log_in()
        yield gateway


def disturbed(body, disturbances):
    """Put a piece in the place of some bytes, at each of these relative positions."""
    for position, length, piece in disturbances:
        start = int(position * len(body))
        body = body[:start] + piece + body[start + length :]
    return body


def assert_answered(answer):
    assert answer.status in (200, 400, 413, 415, 500)
    assert "UNKNOWN_ERROR" not in answer.text, "what a caller sends is never our bug"


@pytest.mark.parametrize("operation", [CREATE, QUERY], ids=["create", "query"])
def test_the_undisturbed_envelope_is_fine(gateway, operation):
    assert gateway.call(operation, gateway.session, HEADER).status == 200


@pytest.mark.parametrize("operation", [CREATE, QUERY], ids=["create", "query"])
def test_any_disturbed_envelope_is_answered(gateway, operation):
    whole = an_envelope(operation, gateway.session, HEADER).encode()

    @STEADY
    @given(DISTURBANCES, CONTENT_TYPES)
    def holds(disturbances, content_type):
        assert_answered(gateway.post(disturbed(whole, disturbances), CONTENT_TYPE=content_type))

    holds()


@pytest.mark.parametrize("operation", [CREATE, QUERY], ids=["create", "query"])
def test_any_disturbed_text_within_a_whole_envelope_is_answered(gateway, operation):
    @STEADY
    @given(DISTURBANCES)
    def holds(disturbances):
        body = disturbed(operation.encode(), disturbances).decode("utf-8", "replace")
        assert_answered(gateway.call(body, gateway.session, HEADER))

    holds()


@STEADY
@given(
    st.binary(max_size=200),
    st.text(st.characters(codec="latin-1"), max_size=40),
    st.sampled_from(["", "gzip"]),
)
def test_any_bytes_under_any_headers_are_answered(gateway, body, content_type, encoding):
    for header in (content_type, f"text/xml; {content_type}"):
        assert_answered(gateway.post(body, CONTENT_TYPE=header, CONTENT_ENCODING=encoding))
