"""Clients of other versions than 78.0: what their path decides, and that it decides nothing else."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gateway.contract.published import changes
from gateway.contract.versions import NEWEST, OLDEST
from support.builders import ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import ADDRESS, PASSWORD, USER, ZeepCaller, a_gateway, an_envelope
from support.real_wsdls import real_wsdl


@pytest.fixture
def gateway(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def endpoint(version):
    return f"{ADDRESS}/apps/services/a/{version}"


@pytest.mark.parametrize("version", ["38.0", "45.0", "78.0", "81.0"])
def test_a_zeep_client_of_each_real_wsdl_creates_reads_back_and_cancels(gateway, version):
    caller = ZeepCaller(gateway, str(real_wsdl(version)), endpoint(version))
    day = date(2024, 3, 5) if version >= "69" else datetime(2024, 3, 5, tzinfo=UTC)
    record = caller.adjustment(
        AdjustmentDate=day,
        Amount=Decimal("1.25"),
        InvoiceId=an_invoice().id,
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
    )
    (saved,) = caller.call("create", [record])
    page = caller.call("query", "select AdjustmentDate, Amount from InvoiceItemAdjustment")
    (read,) = page.records
    assert (read.Id, read.AdjustmentDate, read.Amount) == (saved.Id, day, Decimal("1.25"))
    (canceled,) = caller.call("update", [caller.adjustment(Id=saved.Id, Status="Canceled")])
    assert canceled.Success


@pytest.mark.parametrize("version", ["23", "38.0", "68.0", "69.0", "100", "153.0"])
def test_login_answers_the_callers_own_version(gateway, version):
    login = f"<ns1:username>{USER}</ns1:username><ns1:password>{PASSWORD}</ns1:password>"
    answer = gateway.post(an_envelope(f"<ns1:login>{login}</ns1:login>"), f"/apps/services/a/{version}")
    (url,) = re.findall("<ns1:ServerUrl>(.*)</ns1:ServerUrl>", answer.text)
    assert url == endpoint(f"{int(float(version))}.0")


@pytest.mark.parametrize(
    ("version", "form"), [("68.0", "2024-03-01T00:00:00.000-05:00"), ("69.0", "2024-03-01")]
)
def test_business_dates_are_the_tenants_midnight_up_to_68_and_plain_from_69_on(tmp_path, version, form):
    url = f"sqlite:///{tmp_path / 'zoned.db'}"
    with a_gateway(url, time_zone="America/New_York") as gateway:
        put(gateway.store, an_invoice(), an_item())
        query = "<ns1:query><ns1:queryString>select InvoiceDate from Invoice</ns1:queryString></ns1:query>"
        answer = gateway.post(an_envelope(query, gateway.log_in()), f"/apps/services/a/{version}")
    assert f"<ns2:InvoiceDate>{form}</ns2:InvoiceDate>" in answer.text


@pytest.mark.parametrize("version", ["22.0", "154.0", "0", "999", "78.5", "latest"])
def test_another_version_is_a_fault_that_names_the_range(gateway, version):
    answer = gateway.post(an_envelope("<ns1:getUserInfo/>"), f"/apps/services/a/{version}")
    assert "<fns:FaultCode>INVALID_VERSION</fns:FaultCode>" in answer.text
    assert f"there are {OLDEST}.0 to {NEWEST}.0" in answer.text


def test_the_wsdl_of_each_version_names_its_own_endpoint_and_the_newest_is_the_default(gateway):
    for version in changes():
        answer = gateway.request("GET", f"/apps/servlet/GenerateWsdl?version={version}.0")
        assert f'location="{endpoint(version)}.0"' in answer.text
    newest = gateway.request("GET", "/apps/servlet/GenerateWsdl").text
    assert f'location="{endpoint(NEWEST)}.0"' in newest


def test_every_field_is_answered_whatever_the_versions_wsdl_shows(gateway):
    query = (
        "<ns1:query><ns1:queryString>select ReasonCode from InvoiceItemAdjustment where ReasonCode = null"
        "</ns1:queryString></ns1:query>"
    )
    answer = gateway.post(an_envelope(query, gateway.log_in()), "/apps/services/a/38.0")
    assert "<ns1:size>0</ns1:size>" in answer.text
