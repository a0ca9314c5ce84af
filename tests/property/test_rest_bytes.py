"""Any bytes at any address of the JSON doors get an answer that the document has, and change no balance."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.rest.openapi import render_openapi
from gateway.storage.tables import invoices
from support.builders import ADJUSTMENT_ID, an_adjustment, an_invoice, an_item
from support.databases import put
from support.gateways import a_gateway
from support.json_calls import A_CREDIT, JsonCaller, read

PATHS = json.loads(render_openapi())["paths"]
ADDRESSES = st.sampled_from(
    [
        (path.replace("{id}", ADJUSTMENT_ID), method.upper(), set(operation["responses"]))
        for path, methods in PATHS.items()
        for method, operation in methods.items()
    ]
)
# No part of these is a whole change that fits: what is accepted is accepted as a dry run.
PIECES = [
    *(
        json.dumps(whole).encode()
        for whole in (
            {"type": "InvoiceItemAdjustment", "objects": [A_CREDIT]},
            {"type": "InvoiceItemAdjustment", "ids": [ADJUSTMENT_ID]},
            {"queryString": "select Id from InvoiceItemAdjustment", "conf": {"batchSize": 1}},
            {"queryLocator": "0" * 32 + "-1"},
            A_CREDIT,
            {"Status": "Canceled"},
        )
    ),
    *b'{ } [ ] , : " \\ null true false 1e999 -0 NaN "Id" "type" "objects" \\ud800 \xff \x00 //'.split(),
    b"grant_type=client_credentials&client_id=x&client_secret=y",
]


@st.composite
def bodies(draw):
    """Bytes of any kind, and whole bodies with something cut out or put in."""
    body = draw(st.sampled_from(PIECES) | st.binary(max_size=60))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        until = draw(st.integers(at, min(len(body), at + 5)))
        body = body[:at] + draw(st.sampled_from(PIECES) | st.binary(max_size=3)) + body[until:]
    return body


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('bytes') / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item(), an_adjustment())
        yield JsonCaller(gateway, gateway.log_in())
        with gateway.store.reading() as connection:
            assert connection.execute(select(invoices.c.balance)).scalar_one() == Decimal(100)


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ADDRESSES, bodies(), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_any_bytes_get_an_answer_that_the_document_has(caller, address, body, content_type):
    path, method, statuses = address
    answer = caller.send(method, path, body, CONTENT_TYPE=content_type, X_GATEWAY_DRY_RUN="true")
    read(answer)
    assert str(answer.status) in statuses
    assert answer.status < 500, answer.text
