"""The contract table: which fields there are, in which order, and what a caller may do with them."""

import pytest

from gateway.contract import OBJECTS, ErrorCode, Field, ObjectType, WireType
from gateway.contract.catalog import Catalog, custom_field
from gateway.contract.errors import code_at, codes_at
from gateway.contract.fields import Feature, snake_case
from gateway.contract.objects import ID, INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.contract.published import DEFAULT_FEATURES, Published
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
        "InvoiceAdjustment",
        "InvoiceItem",
        "InvoiceItemAdjustment",
        "TaxationItem",
    ]
    created = [object_type for object_type in OBJECTS if object_type.creatable]
    assert created == [INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT]


# The tenant's own fields

REGION = custom_field("Region__c", WireType.STRING, 80)


def test_a_declared_field_stands_in_its_alphabetical_place_in_its_object_alone() -> None:
    catalog = Catalog((("InvoiceItemAdjustment", REGION),))
    names = [field.name for field in catalog.by_name["InvoiceItemAdjustment"].fields]
    assert names[names.index("Region__c") - 1 : names.index("Region__c") + 2] == [
        "ReferenceId",
        "Region__c",
        "ServiceEndDate",
    ]
    others = [object_type for object_type in catalog.objects if object_type.name != "InvoiceItemAdjustment"]
    assert others == [object_type for object_type in OBJECTS if object_type.name != "InvoiceItemAdjustment"]


def test_every_version_shows_a_declared_field_unless_the_feature_is_off() -> None:
    catalog = Catalog((("InvoiceItemAdjustment", REGION),))
    for version in (23, 78, 153):
        for features, shown in ((DEFAULT_FEATURES, True), (frozenset(), False)):
            objects = {o.name: o for o in Published(version, features, catalog).objects}
            assert ("Region__c" in objects["InvoiceItemAdjustment"].by_name) is shown


def test_a_declared_field_can_be_set_changed_selected_and_compared() -> None:
    assert (REGION.creatable, REGION.updatable, REGION.selectable, REGION.filterable) == (True,) * 4
    assert not REGION.required


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
        "DeferredRevenueAccount",
        "ExcludeItemBillingFromRevenueAccounting",
        "InvoiceId",
        "InvoiceNumber",
        "ReasonCode",
        "RecognizedRevenueAccount",
        "ReferenceId",
    }


def test_update_reads_these_fields() -> None:
    assert names_where("updatable") == {
        "ExcludeItemBillingFromRevenueAccounting",
        "ReasonCode",
        "Status",
        "TransferredToAccounting",
    }


def test_an_item_adjustment_has_the_26_fields_of_version_78_and_its_id() -> None:
    shown = next(o for o in Published(78).objects if o.name == INVOICE_ITEM_ADJUSTMENT.name)
    assert [field.name for field in shown.output_fields] == (
        "Id AccountId AccountingCode AdjustmentDate AdjustmentNumber Amount CancelledById "
        "CancelledDate Comment CreatedById CreatedDate CustomerName CustomerNumber InvoiceId "
        "InvoiceItemName InvoiceNumber ReasonCode ReferenceId ServiceEndDate ServiceStartDate "
        "SourceId SourceType Status TransferredToAccounting Type UpdatedById UpdatedDate"
    ).split()


def test_revenue_fields_are_shown_to_tenants_with_their_feature_from_their_version_on() -> None:
    everything = frozenset(Feature)

    def shown(version: int) -> set[str]:
        of_adjustments = next(
            o for o in Published(version, everything).objects if o.name == INVOICE_ITEM_ADJUSTMENT.name
        )
        return set(of_adjustments.by_name)

    assert shown(63) - shown(62) == {"DeferredRevenueAccount", "RecognizedRevenueAccount"}
    assert shown(117) - shown(116) == {"ExcludeItemBillingFromRevenueAccounting"}


# The invoice adjustment


def test_an_invoice_adjustment_has_the_fields_of_the_real_wsdls_and_its_own_spellings() -> None:
    shown = next(o for o in Published(45).objects if o.name == "InvoiceAdjustment")
    assert [field.name for field in shown.output_fields] == (
        "Id AccountId AccountingCode AdjustmentDate AdjustmentNumber Amount CancelledById CancelledOn "
        "Comments CreatedById CreatedDate CustomerName CustomerNumber ImpactAmount InvoiceId InvoiceNumber "
        "ReferenceId Status TransferredToAccounting Type UpdatedById UpdatedDate"
    ).split()
    assert {f.name for f in INVOICE_ADJUSTMENT.fields if f.required} == {"Amount", "Type"}


def test_an_invoice_adjustment_is_shown_from_24_to_63_and_later_where_its_feature_is_on() -> None:
    on = frozenset({Feature.INVOICE_ADJUSTMENTS})

    def shown(version: int, features: frozenset[Feature]) -> bool:
        return "InvoiceAdjustment" in [o.name for o in Published(version, features).objects]

    assert [v for v in range(23, 154) if shown(v, frozenset())] == [*range(24, 64)]
    assert [v for v in range(23, 154) if shown(v, on)] == [*range(24, 154)]


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
