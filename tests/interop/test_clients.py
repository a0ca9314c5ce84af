"""Other clients, built from the legacy's own WSDL and from ours, do what callers of the legacy do.

Only the endpoint's address is another one. Over loopback, against `gateway serve`.
"""

import pytest

from support.clients import CLIENTS, TEXT, differences, expected, require


def wsdls_of(client):
    """Return the fixtures of the WSDLs to build a client from; one that reads none needs one run."""
    return ("legacys_wsdl", "our_wsdl") if CLIENTS[client].reads_a_wsdl else ("our_wsdl",)


@pytest.mark.parametrize(
    ("client", "wsdl"), [(client, wsdl) for client in CLIENTS for wsdl in wsdls_of(client)]
)
def test_a_client_does_the_whole_scenario_on_an_invoice_of_1200_items(programs, client, wsdl, request):
    require(client)
    billed = programs.bill(items=1200, creates=50, batch_size=500)
    saw = programs.run(client, request.getfixturevalue(wsdl), billed)
    different = differences(expected(client, billed, programs.endpoint), saw)
    assert not different, "\n".join(different)
    assert programs.comments(billed) == {TEXT}
