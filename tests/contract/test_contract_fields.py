"""Each field does over SOAP what the contract table says of it: the evidence of docs/compatibility.md."""

import re
from collections.abc import Iterator
from itertools import count

import pytest
from lxml import etree

from gateway.contract.fields import Feature, Field, WireType
from gateway.contract.objects import ID, OBJECTS, ObjectType
from gateway.contract.published import Published
from gateway.contract.versions import OLDEST
from gateway.soap.wsdl import render_schemas
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import put
from support.gateways import InProcess, a_gateway, a_z_object

VERSION = "153.0"
"""Shows everything where every feature is on."""

EVERY_FIELD = [
    pytest.param(object_type, field, id=f"{object_type.name}.{field.name}")
    for object_type in OBJECTS
    for field in object_type.output_fields
]
EVERY_FIELD_TO_CREATE = [
    pytest.param(object_type, field, id=f"{object_type.name}.{field.name}")
    for object_type in OBJECTS
    if object_type.creatable
    for field in object_type.fields
]


def is_text(field: Field) -> bool:
    return field.type is WireType.STRING and not field.is_id


LITERALS = {
    WireType.ID: f"'{INVOICE_ID}'",
    WireType.STRING: "'x'",
    WireType.DECIMAL: "1.5",
    WireType.INT: "1",
    WireType.BOOLEAN: "true",
    WireType.DATE: "2024-03-01",
    WireType.DATE_TIME: "2024-03-01T00:00:00Z",
}

# What a client could send in each field, and the other thing that it could send in an update.
VALUES = {
    "AccountId": ("9" * 32, "8" * 32),
    "AccountingCode": ("4711", "4712"),
    "AdjustmentDate": ("2024-03-15", "2024-03-16"),
    "AdjustmentNumber": ("OWN-{}", "OWN-X{}"),
    "Amount": ("0.01", "0.02"),
    "CancelledById": ("9" * 32, "8" * 32),
    "CancelledDate": ("2024-01-01T00:00:00.000+00:00", "2024-01-02T00:00:00.000+00:00"),
    "CancelledOn": ("2024-01-01T00:00:00.000+00:00", "2024-01-02T00:00:00.000+00:00"),
    "Comment": ("a &amp; b", "c"),
    "Comments": ("a &amp; b", "c"),
    "CreatedById": ("9" * 32, "8" * 32),
    "CreatedDate": ("2023-01-01T00:00:00.000+00:00", "2023-01-02T00:00:00.000+00:00"),
    "CustomerName": ("Nobody", "Noone"),
    "CustomerNumber": ("A-0", "A-1"),
    "DeferredRevenueAccount": ("2400", "2401"),
    "ExcludeItemBillingFromRevenueAccounting": ("true", "false"),
    "ImpactAmount": ("17", "18"),
    "InvoiceId": (INVOICE_ID, "8" * 32),
    "InvoiceItemName": ("No name", "Other name"),
    "InvoiceNumber": ("INV00000001", "INV00000002"),
    "ReasonCode": ("Other", "Write-off"),
    "RecognizedRevenueAccount": ("4100", "4101"),
    "ReferenceId": ("r-1", "r-2"),
    "ServiceEndDate": ("2020-01-31", "2020-02-28"),
    "ServiceStartDate": ("2020-01-01", "2020-02-01"),
    "SourceId": (ITEM_ID, "8" * 32),
    "SourceType": ("InvoiceDetail", "Tax"),
    "Status": ("Canceled", "Canceled"),
    "TransferredToAccounting": ("Ignore", "Error"),
    "Type": ("Credit", "Charge"),
    "UpdatedById": ("9" * 32, "8" * 32),
    "UpdatedDate": ("2023-01-01T00:00:00.000+00:00", "2023-01-02T00:00:00.000+00:00"),
}
numbers = count(1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    url = f"sqlite:///{tmp_path_factory.mktemp('fields') / 'gateway.db'}"
    with a_gateway(url, features=",".join(Feature), revenue_integration="true") as gateway:
        put(gateway.store, an_invoice("9000.00"), an_item("9000.00"))
        gateway.session = gateway.log_in()
        yield gateway


def query(gateway: InProcess, text: str) -> str:
    operation = f"<ns1:query><ns1:queryString>{text}</ns1:queryString></ns1:query>"
    return gateway.call(operation, gateway.session, version=VERSION).text


def create(gateway: InProcess, object_type: ObjectType, **fields: str) -> str:
    dull = {f.name: VALUES[f.name][0] for f in object_type.fields if f.required}
    z_object = a_z_object(object_type.name, **({"InvoiceId": INVOICE_ID} | dull | fields))
    return gateway.call(f"<ns1:create>{z_object}</ns1:create>", gateway.session, version=VERSION).text


def value_of(gateway: InProcess, object_type: ObjectType, field: Field, id_: str) -> str | None:
    record = query(gateway, f"select {field.name} from {object_type.name} where Id = '{id_}'")
    found = re.search(f"<ns2:{field.name}>(.*?)</ns2:{field.name}>", record)
    return found[1] if found else None


def id_in(answer: str) -> str:
    found = re.search("<ns1:Id>(.*?)<", answer)
    assert found, answer
    return found[1]


@pytest.mark.parametrize(("object_type", "field"), EVERY_FIELD)
def test_a_field_is_selected_or_refused_in_the_legacys_words(gateway, object_type, field) -> None:
    answer = query(gateway, f"select {field.name} from {object_type.name}")
    refusal = f"Cannot use the {field.name} field in the select clause"
    assert ("<ns1:done>true" in answer, refusal in answer) == (field.selectable, not field.selectable)


@pytest.mark.parametrize(("object_type", "field"), EVERY_FIELD)
def test_a_field_is_compared_or_refused(gateway, object_type, field) -> None:
    condition = f"{field.name.lower()} != {LITERALS[field.type]} or {field.name} = null"
    answer = query(gateway, f"select Id from {object_type.name} where {condition}")
    comparable = field.filterable and field.held
    refusal = f"{object_type.name}.{field.name} cannot be used in the where clause"
    assert ("<ns1:done>true" in answer, refusal in answer) == (comparable, not comparable)


@pytest.mark.parametrize(("object_type", "field"), EVERY_FIELD)
def test_a_version_shows_a_field_from_its_first_on_with_its_type(object_type, field) -> None:
    first = max(field.since, object_type.since, OLDEST)
    everything = frozenset(Feature)
    assert shown(first, everything, object_type, field) == expected_type(first, field)
    if first > OLDEST:
        assert shown(first - 1, everything, object_type, field) is None
    if field.feature is not None:
        assert shown(153, everything - {field.feature}, object_type, field) is None


def expected_type(version: int, field: Field) -> str:
    if field.type is WireType.DATE:
        return "xs:date" if version >= 69 else "xs:dateTime"
    return "zns:ID" if field.type is WireType.ID else f"xs:{field.type.value}"


def shown(version: int, features: frozenset[Feature], object_type: ObjectType, field: Field) -> str | None:
    """Return the type of a field in a version's schema, or None where it is not shown."""
    schema = etree.fromstring(render_schemas(Published(version, features))["object.xsd"])
    # Id stands in the type that all objects extend.
    name = "zObject" if field is ID else object_type.name
    types = schema.xpath(f"//*[local-name()='complexType' and @name='{name}']")
    if field is ID and not schema.xpath(f"//*[local-name()='complexType' and @name='{object_type.name}']"):
        return None
    found = [element.get("type") for t in types for element in t.iter() if element.get("name") == field.name]
    return found[0] if found else None


@pytest.mark.parametrize(("object_type", "field"), EVERY_FIELD_TO_CREATE)
def test_create_takes_a_field_or_ignores_it(gateway, object_type, field) -> None:
    value = VALUES[field.name][0].format(next(numbers))
    id_ = id_in(create(gateway, object_type, **{field.name: value}))
    assert (value_of(gateway, object_type, field, id_) == value) is field.creatable


@pytest.mark.parametrize(("object_type", "field"), EVERY_FIELD_TO_CREATE)
def test_update_changes_a_field_or_leaves_it(gateway, object_type, field) -> None:
    id_ = id_in(create(gateway, object_type))
    before = value_of(gateway, object_type, field, id_)
    value = VALUES[field.name][1].format(next(numbers))
    z_object = a_z_object(object_type.name, Id=id_, **{field.name: value})
    answer = gateway.call(f"<ns1:update>{z_object}</ns1:update>", gateway.session, version=VERSION)
    assert "<ns1:Success>true" in answer.text
    after = value_of(gateway, object_type, field, id_)
    assert after == (value if field.updatable else before)


@pytest.mark.parametrize(
    ("object_type", "field"),
    [p for p in EVERY_FIELD_TO_CREATE if p.values[1].creatable and is_text(p.values[1])],
)
def test_a_field_holds_the_values_and_the_length_that_it_has(gateway, object_type, field) -> None:
    if field.values:
        wrong = create(gateway, object_type, **{field.name: field.values[0].lower()})
    else:
        wrong = create(gateway, object_type, **{field.name: "x" * (field.length + 1)})
    assert "<ns1:Code>INVALID_VALUE</ns1:Code>" in wrong
    assert f"<ns1:Field>{field.name}</ns1:Field>" in wrong


@pytest.mark.parametrize(("object_type", "field"), [p for p in EVERY_FIELD_TO_CREATE if p.values[1].required])
def test_create_needs_a_required_field(gateway, object_type, field) -> None:
    answer = create(gateway, object_type, **{field.name: ""})
    assert f"Missing required value: {field.name}" in answer
