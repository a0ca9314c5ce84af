"""The contract table: which fields there are, in which order, and what a caller may do with them."""

import pytest

from gateway.contract import OBJECTS, ErrorCode, Field, ObjectType, WireType, object_named
from gateway.contract.errors import code_at, codes_at
from gateway.contract.fields import snake_case
from gateway.contract.objects import ID, INVOICE, INVOICE_ITEM_ADJUSTMENT
from gateway.contract.versions import FIRST_WITH_DATES, parse_version

every_object = pytest.mark.parametrize("object_type", OBJECTS, ids=lambda object_type: object_type.name)


# Every object


@every_object
def test_no_two_fields_of_an_object_have_one_name(object_type: ObjectType) -> None:
    for names in (object_type.by_name, object_type.by_lower_name, object_type.by_attribute):
        assert list(names.values()) == list(object_type.output_fields)


@every_object
def test_id_comes_first_and_the_others_in_alphabetical_order(object_type: ObjectType) -> None:
    names = [field.name.lower() for field in object_type.output_fields]
    assert names[0] == "id"
    assert names[1:] == sorted(names[1:])


@every_object
def test_every_object_says_who_made_and_changed_it_and_when(object_type: ObjectType) -> None:
    assert {"CreatedById", "CreatedDate", "UpdatedById", "UpdatedDate"} <= set(object_type.by_name)


@every_object
def test_only_what_is_created_is_required(object_type: ObjectType) -> None:
    for field in object_type.fields:
        assert field.creatable or not field.required, field.name
        assert object_type.creatable or not (field.creatable or field.updatable), field.name


@every_object
def test_an_enumerated_value_fits_its_fields_length(object_type: ObjectType) -> None:
    for field in object_type.fields:
        assert all(len(value) <= (field.length or 0) for value in field.values), field.name


@every_object
def test_an_id_field_has_the_length_of_an_id(object_type: ObjectType) -> None:
    assert {field.length for field in object_type.output_fields if field.type is WireType.ID} == {32}


def test_objects_are_listed_by_name_and_only_adjustments_are_created() -> None:
    assert [object_type.name for object_type in OBJECTS] == [
        "Account",
        "Invoice",
        "InvoiceItem",
        "InvoiceItemAdjustment",
        "TaxationItem",
    ]
    assert [object_type for object_type in OBJECTS if object_type.creatable] == [INVOICE_ITEM_ADJUSTMENT]


@pytest.mark.parametrize("name", ["Invoice", "invoice", "INVOICE"])
def test_an_object_is_found_by_its_name_in_any_case(name: str) -> None:
    assert object_named(name) is INVOICE


def test_another_name_is_no_object() -> None:
    assert object_named("Payment") is None


# The item adjustment


def names_where(flag: str) -> set[str]:
    return {field.name for field in INVOICE_ITEM_ADJUSTMENT.fields if getattr(field, flag)}


def test_create_requires_these_fields_and_one_of_two_for_the_invoice() -> None:
    assert names_where("required") == {"AdjustmentDate", "Amount", "SourceId", "SourceType", "Type"}
    assert {"InvoiceId", "InvoiceNumber"} <= names_where("creatable")


def test_create_reads_these_fields_besides() -> None:
    assert names_where("creatable") - names_where("required") == {
        "AccountingCode",
        "AdjustmentNumber",
        "Comment",
        "InvoiceId",
        "InvoiceNumber",
        "ReasonCode",
        "ReferenceId",
    }


def test_update_reads_these_fields() -> None:
    assert names_where("updatable") == {"ReasonCode", "Status", "TransferredToAccounting"}


def test_an_item_adjustment_has_the_26_fields_of_version_78_and_its_id() -> None:
    assert [field.name for field in INVOICE_ITEM_ADJUSTMENT.output_fields] == (
        "Id AccountId AccountingCode AdjustmentDate AdjustmentNumber Amount CancelledById "
        "CancelledDate Comment CreatedById CreatedDate CustomerName CustomerNumber InvoiceId "
        "InvoiceItemName InvoiceNumber ReasonCode ReferenceId ServiceEndDate ServiceStartDate "
        "SourceId SourceType Status TransferredToAccounting Type UpdatedById UpdatedDate"
    ).split()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SourceType", ("InvoiceDetail", "Tax")),
        ("Status", ("Processed", "Canceled")),
        ("Type", ("Credit", "Charge")),
        ("TransferredToAccounting", ("Processing", "Yes", "Error", "Ignore", "No")),
    ],
)
def test_an_enumerated_field_has_these_values(name: str, values: tuple[str, ...]) -> None:
    assert INVOICE_ITEM_ADJUSTMENT.by_name[name].values == values


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("AccountingCode", 100),
        ("AdjustmentNumber", 255),
        ("Comment", 255),
        ("InvoiceNumber", 32),
        ("ReasonCode", 32),
        ("ReferenceId", 60),
    ],
)
def test_a_text_field_has_its_documented_length(name: str, length: int) -> None:
    assert INVOICE_ITEM_ADJUSTMENT.by_name[name].length == length


@pytest.mark.parametrize(
    ("name", "wire_type"),
    [
        ("Id", WireType.ID),
        ("InvoiceId", WireType.ID),
        ("SourceId", WireType.STRING),
        ("Amount", WireType.DECIMAL),
        ("AdjustmentDate", WireType.DATE),
        ("ServiceEndDate", WireType.DATE),
        ("CancelledDate", WireType.DATE_TIME),
        ("CreatedDate", WireType.DATE_TIME),
        ("Comment", WireType.STRING),
    ],
)
def test_a_field_has_the_wire_type_of_the_wsdl(name: str, wire_type: WireType) -> None:
    assert INVOICE_ITEM_ADJUSTMENT.by_name[name].type is wire_type


# Fields


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Id", "id"),
        ("InvoiceId", "invoice_id"),
        ("TransferredToAccounting", "transferred_to_accounting"),
        ("SKU", "sku"),
        ("UOM", "uom"),
        ("VATId", "vat_id"),
        ("TaxExemptCertificateID", "tax_exempt_certificate_id"),
        ("RegenerateInvoicePDF", "regenerate_invoice_pdf"),
    ],
)
def test_a_contract_name_has_one_spelling_in_python(name: str, attribute: str) -> None:
    assert snake_case(name) == attribute
    assert Field(name).attribute == attribute


def test_a_field_may_have_another_name_in_python() -> None:
    assert Field("Type", attribute="kind").attribute == "kind"


def test_id_is_the_same_field_everywhere() -> None:
    assert all(object_type.by_name["Id"] is ID for object_type in OBJECTS)


# Error codes by version


@pytest.mark.parametrize(
    ("version", "count"), [(29, 21), (42, 21), (45, 22), (48, 22), (61, 29), (78, 29), (81, 29)]
)
def test_a_version_lists_as_many_codes_as_its_wsdl(version: int, count: int) -> None:
    assert len(codes_at(version)) == count


def test_codes_keep_the_order_of_the_enumeration() -> None:
    assert codes_at(78) == tuple(ErrorCode)
    assert codes_at(38) == tuple(code for code in ErrorCode if code in codes_at(38))


@pytest.mark.parametrize("version", [38, 45, 78])
def test_a_client_is_answered_only_codes_that_its_version_lists(version: int) -> None:
    assert {code_at(code, version) for code in ErrorCode} == set(codes_at(version))


def test_a_code_that_a_version_does_not_list_becomes_an_unknown_error() -> None:
    assert code_at(ErrorCode.LOCK_COMPETITION, 60) is ErrorCode.UNKNOWN_ERROR
    assert code_at(ErrorCode.LOCK_COMPETITION, 61) is ErrorCode.LOCK_COMPETITION
    assert code_at(ErrorCode.REQUEST_EXCEEDED_LIMIT, 50) is ErrorCode.UNKNOWN_ERROR
    assert code_at(ErrorCode.ACCOUNTING_PERIOD_CLOSED, 38) is ErrorCode.ACCOUNTING_PERIOD_CLOSED


# Versions


@pytest.mark.parametrize(
    ("text", "version"), [("78.0", 78), ("78", 78), ("9.0", 9), ("128.0", 128), ("69.0", FIRST_WITH_DATES)]
)
def test_a_version_is_named_with_or_without_its_zero(text: str, version: int) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("text", ["", "a", "78.1", "78.0.0", "-78", "1000", "٧٨", " 78", "78,0"])
def test_other_text_names_no_version(text: str) -> None:
    assert parse_version(text) is None
