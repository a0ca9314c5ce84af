"""InvoiceAdjustment and the revenue fields over SOAP, on every database."""

import re

import pytest
from sqlalchemy import func, select

from gateway.storage.tables import audit_entries
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import InProcess, a_gateway, a_z_object

FEATURES = "query-more,invoice-adjustments,finance,item-balances"
VERSION = "153.0"
DAY = {"AdjustmentDate": "2024-03-15"}


@pytest.fixture(params=DATABASES)
def gateway(request, tmp_path):
    with a_gateway(database_url(request.param, tmp_path), features=FEATURES) as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def an_invoice_adjustment(**fields: str) -> str:
    asked = {"Amount": "10.00", "InvoiceId": INVOICE_ID, "Type": "Credit"} | fields
    return a_z_object("InvoiceAdjustment", **asked)


def an_item_adjustment(**fields: str) -> str:
    asked = {"Amount": "1.00", "InvoiceId": INVOICE_ID, "SourceId": ITEM_ID, "SourceType": "InvoiceDetail"}
    return a_z_object(**(asked | {"Type": "Credit"} | DAY | fields))


def create(gateway: InProcess, *records: str) -> str:
    return gateway.call(f"<ns1:create>{''.join(records)}</ns1:create>", version=VERSION).text


def update(gateway: InProcess, **fields: str) -> str:
    type_ = fields.pop("type", "InvoiceAdjustment")
    return gateway.call(f"<ns1:update>{a_z_object(type_, **fields)}</ns1:update>", version=VERSION).text


def query(gateway: InProcess, text: str) -> str:
    return gateway.call(
        f"<ns1:query><ns1:queryString>{text}</ns1:queryString></ns1:query>", version=VERSION
    ).text


def id_in(answer: str) -> str:
    return re.findall(r"<ns1:Id>(\w+)</ns1:Id>", answer)[0]


def test_one_is_created_with_a_number_of_its_own_and_read_back(gateway: InProcess) -> None:
    answer = create(gateway, an_invoice_adjustment(Comments="late &amp; sorry", ReferenceId="R-1", **DAY))
    record = query(
        gateway,
        "select AdjustmentNumber, AdjustmentDate, Amount, Comments, ImpactAmount, InvoiceNumber, "
        f"ReferenceId, Status, Type, CancelledOn from InvoiceAdjustment where Id = '{id_in(answer)}'",
    )
    assert (
        f"<ns2:Id>{id_in(answer)}</ns2:Id><ns2:AdjustmentDate>2024-03-15</ns2:AdjustmentDate>"
        "<ns2:AdjustmentNumber>IA-00000001</ns2:AdjustmentNumber><ns2:Amount>10</ns2:Amount>"
        "<ns2:Comments>late &amp; sorry</ns2:Comments><ns2:ImpactAmount>-10</ns2:ImpactAmount>"
        "<ns2:InvoiceNumber>INV00000001</ns2:InvoiceNumber><ns2:ReferenceId>R-1</ns2:ReferenceId>"
        "<ns2:Status>Processed</ns2:Status><ns2:Type>Credit</ns2:Type></ns1:records>"
    ) in record


def test_it_moves_the_invoice_and_no_item(gateway: InProcess) -> None:
    create(gateway, an_invoice_adjustment(), an_invoice_adjustment(Type="Charge", Amount="2.50"))
    invoice = query(gateway, "select Balance, AdjustmentAmount, Amount from Invoice")
    assert "<ns2:AdjustmentAmount>7.5</ns2:AdjustmentAmount>" in invoice
    assert "<ns2:Amount>100</ns2:Amount><ns2:Balance>92.5</ns2:Balance>" in invoice
    assert "<ns2:Balance>80</ns2:Balance>" in query(gateway, "select Balance from InvoiceItem")


def test_without_a_date_it_is_of_the_tenants_today(gateway: InProcess) -> None:
    create(gateway, an_invoice_adjustment())
    assert "2024-03-20" in query(gateway, "select AdjustmentDate from InvoiceAdjustment")


def test_both_kinds_count_their_numbers_apart(gateway: InProcess) -> None:
    create(gateway, an_invoice_adjustment(), an_invoice_adjustment())
    create(gateway, an_item_adjustment())
    numbers = query(gateway, "select AdjustmentNumber from InvoiceAdjustment")
    assert re.findall(r"IA-\d+", numbers) == ["IA-00000001", "IA-00000002"]
    assert "IIA-00000001" in query(gateway, "select AdjustmentNumber from InvoiceItemAdjustment")


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_a_missing_amount_or_type_is_named(gateway: InProcess) -> None:
    answer = create(gateway, a_z_object("InvoiceAdjustment", InvoiceId=INVOICE_ID, Type="Credit"))
    assert "Missing required value: Amount" in answer
    answer = create(gateway, a_z_object("InvoiceAdjustment", InvoiceId=INVOICE_ID, Amount="1"))
    assert "Missing required value: Type" in answer


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_it_never_crosses_zero(gateway: InProcess) -> None:
    answer = create(gateway, an_invoice_adjustment(Amount="100.01"))
    assert "from a positive amount to a negative amount." in answer


def test_cancel_and_delete_are_as_for_items(gateway: InProcess) -> None:
    id_ = id_in(create(gateway, an_invoice_adjustment()))
    delete = f"<ns1:delete><ns1:type>InvoiceAdjustment</ns1:type><ns1:ids>{id_}</ns1:ids></ns1:delete>"
    assert "<ns1:Code>CANNOT_DELETE</ns1:Code>" in gateway.call(delete, version=VERSION).text
    assert "<ns1:Success>true" in update(gateway, Id=id_, Status="Canceled", ReasonCode="Other")
    record = query(gateway, "select Status, CancelledOn, ReasonCode from InvoiceAdjustment")
    assert "<ns2:CancelledOn>2024-03-20T12:00:00.000+00:00</ns2:CancelledOn>" in record
    assert "<ns2:ReasonCode>Other</ns2:ReasonCode><ns2:Status>Canceled</ns2:Status>" in record
    assert "<ns2:Balance>100</ns2:Balance>" in query(gateway, "select Balance from Invoice")
    assert "<ns1:success>true" in gateway.call(delete, version=VERSION).text
    assert "<ns1:size>0</ns1:size>" in query(gateway, "select Id from InvoiceAdjustment")
    with gateway.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(audit_entries)) == 3


def test_the_id_of_one_kind_is_unknown_to_the_other(gateway: InProcess) -> None:
    id_ = id_in(create(gateway, an_item_adjustment()))
    answer = update(gateway, Id=id_, Status="Canceled")
    assert f"There is no invoice adjustment with the Id {id_}." in answer


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_both_kinds_in_one_call_are_refused_as_two_types(gateway: InProcess) -> None:
    assert "<fns:InvalidTypeFault>" in create(gateway, an_invoice_adjustment(), an_item_adjustment())


def test_customer_fields_are_joined_and_any_field_can_be_compared(gateway: InProcess) -> None:
    create(gateway, an_invoice_adjustment())
    found = query(
        gateway,
        "select Id from InvoiceAdjustment where InvoiceNumber = 'INV00000001' and CustomerName = null "
        "and ImpactAmount = -10 and CancelledOn = null and Comments = null",
    )
    assert "<ns1:size>1</ns1:size>" in found


# The revenue fields of item adjustments


def test_revenue_accounts_are_created_and_read_back(gateway: InProcess) -> None:
    create(gateway, an_item_adjustment(DeferredRevenueAccount="2400", RecognizedRevenueAccount="4100"))
    record = query(
        gateway,
        "select DeferredRevenueAccount, RecognizedRevenueAccount "
        "from InvoiceItemAdjustment where DeferredRevenueAccount = '2400'",
    )
    assert "<ns2:DeferredRevenueAccount>2400</ns2:DeferredRevenueAccount>" in record
    assert "<ns2:RecognizedRevenueAccount>4100</ns2:RecognizedRevenueAccount>" in record


EXCLUDED = {"ExcludeItemBillingFromRevenueAccounting": "true"}


def test_excluding_billing_needs_the_integration_on_create_and_update(gateway: InProcess) -> None:
    refused = create(gateway, an_item_adjustment(**EXCLUDED))
    assert "<ns1:Code>INVALID_FIELD</ns1:Code>" in refused
    id_ = id_in(create(gateway, an_item_adjustment()))
    refused = update(gateway, type="InvoiceItemAdjustment", Id=id_, **EXCLUDED)
    assert "<ns1:Code>INVALID_FIELD</ns1:Code>" in refused


def test_billing_can_be_excluded_and_included_again_where_the_two_are_integrated(tmp_path) -> None:
    url = database_url("sqlite", tmp_path)
    with a_gateway(url, features="query-more,revenue-integration", revenue_integration=True) as gateway:
        put(gateway.store, an_invoice(), an_item())
        id_ = id_in(create(gateway, an_item_adjustment(**EXCLUDED)))
        field = "ExcludeItemBillingFromRevenueAccounting"
        asked = f"select {field} from InvoiceItemAdjustment"
        assert f"<ns2:{field}>true</ns2:{field}>" in query(gateway, asked)
        update(gateway, type="InvoiceItemAdjustment", Id=id_, **{field: "false"})
        assert f"<ns2:{field}>false</ns2:{field}>" in query(gateway, asked)
        refused = query(gateway, f"{asked} where {field} = true")
        assert f"InvoiceItemAdjustment.{field} cannot be used in the where clause" in refused
