"""The clients' scenario sees what it is there to see: broken on purpose, an answer's detail makes it fail.

Which client notices which detail is measured here, not assumed: what a client is not said to notice is broken
for it too, all at once, and must do it no harm.
"""

from urllib.request import urlopen

import pytest

from support.breaking import BREAKS, a_breaking_proxy
from support.clients import CLIENTS, differences, expected, require

ALL = frozenset(CLIENTS)
NOBODY = frozenset()

BROKEN_AT_38 = "AdjustmentDate as date"

NOTICED_BY = {
    "create results in another order": ALL,
    "Amount off by 0.001": ALL,
    "Comment lost": ALL,
    "last row lost": ALL,
    "fault without detail": ALL,
    # JAX-WS shows the detail alone.
    "faultcode soapenv:Server": ALL - {"jaxws"},
    # Generated enumerations cannot hold it; the others show another text.
    "Code outside the enumeration": ALL,
    "record without xsi:type": {"zeep", "suds", "php", "jaxws", "gsoap"},
    # suds refuses it; four hand on what they got; zeep and Node's soap make a date of it.
    "AdjustmentDate as dateTime": ALL - {"zeep", "node"},
    "QueryResult in another order": {"zeep"},
    "null field as nil": NOBODY,
    "Id after the other fields": {"zeep"},
    "nil Errors in success": {"zeep", "jaxws", "gsoap"},
    "queryLocator left out when done": {"zeep"},
    "empty result without a record": NOBODY,
    "Content-Type application/soap+xml": {"jaxws"},
    "Content-Type without charset": NOBODY,
    # Perl has the text, and no boolean.
    "Success as 0 and 1": {"perl"},
    "fault with HTTP 200": NOBODY,
    "other prefixes": NOBODY,
}


@pytest.fixture(scope="module")
def proxy(programs):
    with a_breaking_proxy(programs.endpoint) as proxy:
        yield proxy


@pytest.fixture
def run(programs, proxy, our_wsdl):
    """Run a short scenario with these details broken; return what the client saw that it must not see."""

    def run(client, broken, wsdl=our_wsdl, version="78.0", **shown):
        require(client)
        billed = programs.bill(items=4, creates=3, batch_size=2)
        proxy.broken, proxy.met = frozenset(broken), set()
        saw = programs.run(client, wsdl, billed, proxy.endpoint.replace("78.0", version))
        server_url = programs.endpoint.replace("78.0", version)
        return differences(expected(client, billed, server_url, **shown), saw)

    return run


def test_every_detail_that_can_be_broken_has_its_witnesses():
    assert NOTICED_BY.keys() | {BROKEN_AT_38} == BREAKS.keys()


@pytest.mark.parametrize(
    ("detail", "client"), [(detail, client) for detail in NOTICED_BY for client in sorted(NOTICED_BY[detail])]
)
def test_a_broken_detail_makes_a_clients_scenario_fail(run, proxy, detail, client):
    assert run(client, {detail})
    assert proxy.met == {detail}


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_client_does_not_notice_does_it_no_harm(run, proxy, client):
    unnoticed = {detail for detail, witnesses in NOTICED_BY.items() if client not in witnesses}
    different = run(client, unnoticed)
    assert not different, "\n".join(different)
    assert proxy.met == unnoticed


def test_a_date_where_the_wsdl_of_38_says_date_time_makes_suds_fail(run, programs, tmp_path):
    wsdl = tmp_path / "ours-38.wsdl"
    with urlopen(f"{programs.endpoint.replace('78.0', '38.0')}?wsdl") as answer:
        wsdl.write_bytes(answer.read())
    at_38 = {"wsdl": wsdl, "version": "38.0", "day": "2024-03-02 00:00:00+00:00"}
    assert not run("suds", set(), **at_38)
    assert run("suds", {BROKEN_AT_38}, **at_38)
