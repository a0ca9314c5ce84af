"""The OpenAPI document is current, and schemathesis, which makes requests up from it, finds it true."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from gateway.contract.fields import WireType
from gateway.rest.openapi import render_openapi
from support.builders import an_invoice, an_item
from support.databases import put
from support.gateways import a_gateway
from support.json_calls import JsonCaller

ROOT = Path(__file__).parents[2]
EXAMPLES = 12

UNDECIDED = [positive_data_acceptance]
"""No schema says that an adjustment fits its invoice: most that are made up are refused, and should be."""


def test_the_document_that_is_kept_is_the_one_that_is_served():
    kept = json.loads((ROOT / "schemas/openapi.json").read_text())
    assert kept == json.loads(render_openapi())


def test_a_declared_field_is_in_the_served_document(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        gateway.gateway.administering.add_field("InvoiceItemAdjustment", "Ticket__c", WireType.STRING)
        status, served = JsonCaller(gateway, "").call("GET", "/v1/openapi.json", AUTHORIZATION="")
        assert status == 200
        for name in ("InvoiceItemAdjustment", "InvoiceItemAdjustmentCreate", "InvoiceItemAdjustmentUpdate"):
            assert "Ticket__c" in served["components"]["schemas"][name]["properties"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        gateway.session = gateway.log_in()
        yield gateway


OPERATIONS = [
    (path, method.upper())
    for path, methods in json.loads(render_openapi())["paths"].items()
    for method in methods
]


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        *((*operation, GenerationMode.POSITIVE) for operation in OPERATIONS),
        # What takes nothing has nothing to be wrong.
        *((*operation, GenerationMode.NEGATIVE) for operation in OPERATIONS if "openapi" not in operation[0]),
    ],
)
def test_what_is_made_up_is_answered_as_the_document_says(opened, path, method, mode):
    document = schemathesis.openapi.from_wsgi("/v1/openapi.json", opened.gateway.wsgi)
    cases = document[path][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def check(case):
        # A client names itself in the form.
        headers = {} if path == "/oauth/token" else {"Authorization": f"Bearer {opened.session}"}
        headers["Accept-Encoding"] = "identity"  # what calls in process unpacks nothing
        case.call_and_validate(headers=headers, excluded_checks=UNDECIDED)

    check()
