"""Whatever is sent gets an answer of the right kind, never an exception.

In two ways: envelopes with their bytes disturbed by Hypothesis, which finds the smallest disturbance that
fails, and seeded cases of every kind, of which ``make fuzz`` runs many more and says what they reached.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.operations import OPERATIONS
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import put
from support.fuzz_requests import PIECES, a_request, disturbed
from support.fuzzing import Tally, a_world, run
from support.gateways import a_gateway, a_z_object, an_envelope

STEADY = settings(max_examples=100, derandomize=True, deadline=None, database=None)
SEED, CASES = 1, 1500

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

DISTURBANCES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary(max_size=4))),
    min_size=1,
    max_size=4,
)
CONTENT_TYPES = st.sampled_from(
    ["text/xml", "text/xml; charset=utf-8", "", "text/xml; charset=utf-16", "application/soap+xml"]
)


# Bytes disturbed by Hypothesis: ``InProcess`` holds every answer to our schemas


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        gateway.session = gateway.log_in()
        yield gateway


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


# Seeded cases of every kind


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with a_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="module")
def tally(world):
    tally = Tally()
    run(world, SEED, range(CASES), tally)
    return tally


def test_every_seeded_case_is_answered_well(tally):
    shown = [(problem.index, problem.request, problem.why) for problem in tally.problems[:3]]
    assert not shown, f"again: .venv/bin/python scripts/fuzz.py --seed {SEED} --only {shown[0][0]}"
    assert tally.cases == CASES


def test_they_reach_the_use_cases_and_every_kind_of_answer(tally):
    assert tally.use_cases > CASES / 2
    assert tally.statuses["200 OK"] > CASES / 3
    assert set(tally.succeeded) >= set(OPERATIONS)
    assert set(tally.faults) >= {
        "InvalidQueryLocatorFault INVALID_VALUE",
        "InvalidTypeFault INVALID_TYPE",
        "LoginFault INVALID_VALUE",
        "MalformedQueryFault INVALID_FIELD",
        "MalformedQueryFault INVALID_VALUE",
        "MalformedQueryFault MALFORMED_QUERY",
        "UnexpectedErrorFault INVALID_SESSION",
        "UnexpectedErrorFault INVALID_VALUE",
        "UnexpectedErrorFault INVALID_VALUE (soapenv:MustUnderstand)",
        "UnexpectedErrorFault INVALID_VERSION",
        "UnexpectedErrorFault MAX_RECORDS_EXCEEDED",
    }
    assert {"CANNOT_DELETE", "INVALID_ID", "INVALID_VALUE", "MISSING_REQUIRED_VALUE"} <= set(tally.errors)


def test_a_seed_makes_the_same_request_again(world):
    assert a_request("1/7", world.knowns) == a_request("1/7", world.knowns)
    assert a_request("1/7", world.knowns) != a_request("2/7", world.knowns)


# It would see what it looks for


def until_the_first_problem(world):
    tally = Tally()
    for index in range(CASES):
        run(world, SEED, [index], tally)
        if tally.problems:
            break
    return tally


def fails(*_):
    raise KeyError("a bug")


@pytest.mark.parametrize(
    "broken",
    [
        "gateway.soap.envelope.read_int",  # a header option alone
        "gateway.soap.protocol.check_order",  # login alone
        "gateway.soap.responses._writer",  # the writing of an answer
        "gateway.http.guard._accepts_gzip",  # outside of every handler
        "gateway.zoql.parser._explain",  # a wrong query alone
    ],
)
def test_a_bug_anywhere_is_an_escape(world, monkeypatch, broken):
    monkeypatch.setattr(broken, fails)
    tally = until_the_first_problem(world)
    assert tally.escapes
    assert "KeyError: 'a bug'" in tally.problems[0].why
    assert not tally.malformed


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("soap.responses.escape", str),
        ("soap.protocol.ContractProtocol.fault_to_http_response_code", lambda *_: "200 OK"),
        ("soap.responses.code_at", lambda *_: "CODE_OF_NOBODY"),
        ("http.guard._accepts_gzip", lambda _: True),
    ],
    ids=["nothing is escaped", "a fault with status 200", "an unknown code", "packed unasked"],
)
def test_an_answer_that_no_client_can_read_is_malformed(world, monkeypatch, name, broken):
    monkeypatch.setattr(f"gateway.{name}", broken)
    tally = until_the_first_problem(world)
    assert tally.malformed
    assert not tally.escapes
