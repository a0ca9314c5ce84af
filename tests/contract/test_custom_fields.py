"""Fields that the tenant declares, over SOAP on every database; and the names that nobody declared."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from gateway.bootstrap import Gateway, build
from gateway.contract.fields import WireType
from gateway.service.administering import MAX_CUSTOM_FIELDS
from gateway.service.failures import InvalidArgument
from gateway.storage import open_store
from gateway.storage.configuration import MAX_COUNTED_NAMES
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import InProcess, ZeepCaller, a_gateway, a_z_object, an_envelope

IIA = "InvoiceItemAdjustment"
DULL = {
    "AdjustmentDate": "2024-03-15",
    "Amount": "1.00",
    "InvoiceId": INVOICE_ID,
    "SourceId": ITEM_ID,
    "SourceType": "InvoiceDetail",
    "Type": "Credit",
}


@pytest.fixture(params=DATABASES)
def gateway(request, tmp_path):
    with a_gateway(database_url(request.param, tmp_path)) as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


@pytest.fixture
def declared(gateway: InProcess) -> InProcess:
    """The gateway with a field of each type."""
    add = gateway.gateway.administering.add_field
    add(IIA, "Region__c", WireType.STRING, 10)
    add(IIA, "Rate__c", WireType.DECIMAL)
    add(IIA, "Approved__c", WireType.BOOLEAN)
    add(IIA, "Due__c", WireType.DATE)
    add(IIA, "IntegrationId__NS", WireType.DATE_TIME)
    return gateway


VALUES = {
    "Approved__c": "true",
    "Due__c": "2024-04-01",
    "IntegrationId__NS": "2024-04-01T10:00:00.000+00:00",
    "Rate__c": "0.125",
    "Region__c": "EMEA &amp; é",
}


def create(gateway: InProcess, extra: str = "", **fields: str) -> str:
    z_object = a_z_object(extra=extra, **(DULL | fields))
    return answer(gateway, f"<ns1:create>{z_object}</ns1:create>")


def update(gateway: InProcess, id_: str, extra: str = "", **fields: str) -> str:
    return answer(gateway, f"<ns1:update>{a_z_object(extra=extra, Id=id_, **fields)}</ns1:update>")


def query(gateway: InProcess, text: str) -> str:
    return answer(gateway, f"<ns1:query><ns1:queryString>{text}</ns1:queryString></ns1:query>")


def answer(gateway: InProcess, operation: str) -> str:
    return gateway.call(operation).text


def id_in(text: str) -> str:
    return re.findall(r"<ns1:Id>(\w+)</ns1:Id>", text)[0]


def test_values_of_every_type_are_stored_and_answered_in_their_alphabetical_places(declared) -> None:
    create(declared, **VALUES)
    record = query(declared, f"select {', '.join(VALUES)}, Amount, Type from {IIA}")
    assert (
        "<ns2:Amount>1</ns2:Amount><ns2:Approved__c>true</ns2:Approved__c><ns2:Due__c>2024-04-01</ns2:Due__c>"
        "<ns2:IntegrationId__NS>2024-04-01T10:00:00.000+00:00</ns2:IntegrationId__NS>"
        "<ns2:Rate__c>0.125</ns2:Rate__c><ns2:Region__c>EMEA &amp; é</ns2:Region__c>"
        "<ns2:Type>Credit</ns2:Type>"
    ) in record


def test_a_record_without_values_has_none(declared) -> None:
    create(declared)
    assert "__c>" not in query(declared, f"select Region__c, Rate__c from {IIA}")


@pytest.mark.parametrize(
    "condition",
    [
        "Region__c = 'EMEA &amp; é'",
        "region__C like 'EMEA%'",
        "Rate__c &gt; 0.1 and Rate__c &lt; 0.2",
        "Approved__c = true",
        "Due__c = 2024-04-01",
        "IntegrationId__NS &gt;= 2024-04-01T00:00:00Z",
        "Region__c != null",
        "Rate__c != 7",
        "Region__c in ('x', 'EMEA &amp; é')",
    ],
)
def test_a_condition_finds_the_record_that_fulfils_it(declared, condition: str) -> None:
    wanted = id_in(create(declared, **VALUES))
    create(declared)
    found = query(declared, f"select Id from {IIA} where {condition}")
    assert re.findall(r"<ns2:Id>(\w+)", found) == [wanted]


def test_null_finds_the_records_without_a_value(declared) -> None:
    create(declared, **VALUES)
    without = id_in(create(declared))
    found = query(declared, f"select Id from {IIA} where Region__c = null and Rate__c = null")
    assert re.findall(r"<ns2:Id>(\w+)", found) == [without]


def test_rows_are_ordered_by_a_declared_field(declared) -> None:
    ids = [id_in(create(declared, Rate__c=rate)) for rate in ("10", "9", "-1")]
    found = query(declared, f"select Id from {IIA} order by Rate__c")
    assert re.findall(r"<ns2:Id>(\w+)", found) == ids[::-1]


def test_an_update_sets_changes_and_empties_values(declared) -> None:
    id_ = id_in(create(declared, Region__c="EMEA", Rate__c="1"))
    assert "<ns1:Success>true" in update(declared, id_, Region__c="APAC", Approved__c="false")
    record = query(declared, f"select {', '.join(VALUES)} from {IIA}")
    assert "<ns2:Approved__c>false</ns2:Approved__c><ns2:Rate__c>1</ns2:Rate__c>" in record
    assert "<ns2:Region__c>APAC</ns2:Region__c>" in record
    update(declared, id_, extra="<ns2:fieldsToNull>Region__c</ns2:fieldsToNull>")
    record = query(declared, f"select {', '.join(VALUES)} from {IIA}")
    assert "Region__c" not in record
    assert "<ns2:Rate__c>1</ns2:Rate__c>" in record


def test_a_cancel_keeps_the_values(declared) -> None:
    id_ = id_in(create(declared, Region__c="EMEA"))
    update(declared, id_, Status="Canceled")
    assert "<ns2:Region__c>EMEA" in query(declared, f"select Region__c from {IIA}")


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Region__c", "12345678901"),
        ("Rate__c", "1e3"),
        ("Rate__c", "9" * 27),
        ("Rate__c", "0.0000000000001"),
        ("Approved__c", "yes"),
        ("Due__c", "tomorrow"),
    ],
)
def test_a_value_that_its_field_cannot_hold_is_refused(declared, name: str, text: str) -> None:
    refused = create(declared, **{name: text})
    assert "<ns1:Code>INVALID_VALUE</ns1:Code>" in refused
    assert f"<ns1:Field>{name}</ns1:Field>" in refused


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_a_declared_field_given_twice_is_refused(declared) -> None:
    refused = create(declared, Region__c="a", extra="<ns2:Region__c>b</ns2:Region__c>")
    assert "Region__c must be given once, as plain text." in refused


def test_the_same_id_in_another_object_has_values_of_its_own(declared) -> None:
    declared.gateway.administering.add_field("InvoiceAdjustment", "Region__c", WireType.STRING)
    create(declared, Region__c="item")
    z_object = a_z_object(
        "InvoiceAdjustment", Amount="1", InvoiceId=INVOICE_ID, Region__c="invoice", Type="Credit"
    )
    # A version that shows the object without its feature.
    declared.call(f"<ns1:create>{z_object}</ns1:create>", version="48.0")
    assert ">item</ns2:Region__c>" in query(declared, f"select Region__c from {IIA}")
    asked = "select Id from InvoiceAdjustment where Region__c = 'invoice'"
    operation = f"<ns1:query><ns1:queryString>{asked}</ns1:queryString></ns1:query>"
    assert "<ns1:size>1</ns1:size>" in declared.call(operation, version="48.0").text


def test_a_declaration_holds_from_the_next_call_on(gateway) -> None:
    session = gateway.log_in()
    asked = f"<ns1:query><ns1:queryString>select Region__c from {IIA}</ns1:queryString></ns1:query>"
    before = gateway.call(asked, session)
    assert "invalid field for query: InvoiceItemAdjustment.region__c" in before.text
    # As another process does it: what this one has read is not told.
    with a_second_gateway(gateway) as second:
        second.administering.add_field(IIA, "Region__c", WireType.STRING)
    assert gateway.call(asked, session).status == 200


@contextmanager
def a_second_gateway(gateway: InProcess) -> Iterator[Gateway]:
    url = gateway.store.engine.url.render_as_string(hide_password=False)
    with closing(open_store(url)) as store:
        yield build(gateway.gateway.settings, store, gateway.clock)


def test_the_wsdl_shows_a_declared_field_and_zeep_sets_it(declared) -> None:
    wsdl = declared.request("GET", "/apps/services/a/78.0?wsdl").body
    assert wsdl.index(b'name="ReferenceId"') < wsdl.index(b'name="Region__c"')
    caller = ZeepCaller(declared)
    credit = caller.adjustment(
        AdjustmentDate="2024-03-15",
        Amount="1",
        InvoiceId=INVOICE_ID,
        Rate__c="0.5",
        Region__c="EMEA",
        SourceId=ITEM_ID,
        SourceType="InvoiceDetail",
        Type="Credit",
    )
    (saved,) = caller.call("create", [credit])
    assert saved.Success
    (found,) = caller.query(f"select Region__c, Rate__c from {IIA} where Region__c = 'EMEA'")
    assert (found.Region__c, str(found.Rate__c)) == ("EMEA", "0.5")


# Declaring


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
@pytest.mark.parametrize(
    ("object_name", "name", "wire_type", "length", "message"),
    [
        ("Invoice", "Region__c", WireType.STRING, None, "Custom fields are of"),
        (IIA, "Region", WireType.STRING, None, "is no name of a custom field"),
        (IIA, "Région__c", WireType.STRING, None, "is no name of a custom field"),
        (IIA, "R" * 62 + "__c", WireType.STRING, None, "is no name of a custom field"),
        (IIA, "Region__c", WireType.ID, None, "cannot be of the type ID"),
        (IIA, "Region__c", WireType.DECIMAL, 5, "has no length"),
        (IIA, "Region__c", WireType.STRING, 256, "a length of 1 to 255"),
    ],
)
def test_what_cannot_be_declared_is_refused(gateway, object_name, name, wire_type, length, message) -> None:
    with pytest.raises(InvalidArgument, match=message):
        gateway.gateway.administering.add_field(object_name, name, wire_type, length)


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_two_names_that_differ_in_case_alone_are_one(declared) -> None:
    with pytest.raises(InvalidArgument, match="has a field REGION__c already"):
        declared.gateway.administering.add_field(IIA, "REGION__c", WireType.STRING)


def test_an_object_has_so_many_custom_fields_that_a_query_may_name_all(gateway) -> None:
    names = [f"F{number}__c" for number in range(MAX_CUSTOM_FIELDS)]
    for name in names:
        gateway.gateway.administering.add_field(IIA, name, WireType.STRING)
    with pytest.raises(InvalidArgument, match="custom fields already"):
        gateway.gateway.administering.add_field(IIA, "OneMore__c", WireType.STRING)
    create(gateway, **dict.fromkeys(names, "x"))
    both = "CustomerName, InvoiceNumber"
    record = query(gateway, f"select {', '.join(names)}, {both} from {IIA} where F1__c = 'x'")
    assert record.count("__c>x</ns2:") == MAX_CUSTOM_FIELDS


def test_a_declaration_can_be_taken_back_until_a_record_has_a_value(declared) -> None:
    administering = declared.gateway.administering
    administering.remove_field(IIA, "Rate__c")
    assert "invalid field for query" in query(declared, f"select Rate__c from {IIA}")
    create(declared, Region__c="EMEA")
    with pytest.raises(InvalidArgument, match="has values"):
        administering.remove_field(IIA, "Region__c")
    with pytest.raises(InvalidArgument, match="has no custom field 'Rate__c'"):
        administering.remove_field(IIA, "Rate__c")


# Names that nobody declared


def counted(gateway: InProcess) -> dict[str, int]:
    return {ignored.name: ignored.calls for ignored in gateway.gateway.ignored.counts()}


def test_an_undeclared_field_is_ignored_logged_and_counted(gateway, caplog) -> None:
    for _ in range(2):
        assert "<ns1:Success>true" in create(gateway, Comments="lost", Region__c="EMEA")
    assert (
        "2 fields that InvoiceItemAdjustment does not have were ignored: Comments, Region__c" in caplog.text
    )
    assert counted(gateway) == {"Comments": 2, "Region__c": 2}


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_a_nil_or_empty_one_loses_nothing_and_is_not_counted(gateway) -> None:
    create(gateway, extra='<ns2:Later xsi:nil="true"/><ns2:Other/>')
    assert counted(gateway) == {}


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_an_undeclared_field_is_refused_in_strict_mode_and_not_queryable(gateway) -> None:
    z_object = a_z_object(**DULL, Region__c="EMEA")
    body = an_envelope(f"<ns1:create>{z_object}</ns1:create>", gateway.usual_session())
    refused = gateway.post(body, X_GATEWAY_STRICT="true").text
    assert "InvoiceItemAdjustment has no field 'Region__c'." in refused
    asked = query(gateway, f"select Id from {IIA} where Region__c = 'EMEA'")
    assert "invalid field for query: InvoiceItemAdjustment.region__c" in asked


def test_who_sends_ever_new_names_fills_no_table(tmp_path) -> None:
    with a_gateway(database_url("sqlite", tmp_path)) as gateway:
        put(gateway.store, an_invoice(), an_item())
        for first in range(0, MAX_COUNTED_NAMES + 40, 20):
            gateway.store.write(
                lambda tx, first=first: tx.count_ignored_fields(
                    IIA, {f"n{number}" for number in range(first, first + 20)}, gateway.clock()
                )
            )
        counts = counted(gateway)
        assert len(counts) == MAX_COUNTED_NAMES + 1
        assert counts["(others)"] == 2
