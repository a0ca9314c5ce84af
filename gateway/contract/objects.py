"""The objects of the contract with their fields, in the WSDL's order.

Sources: the real WSDLs 38, 45, 78 and 81 for names, order, types, versions and nillability; the product's
field descriptions (https://docs.zuora.com/en/zuora-platform/integration/apis/soap-api/soap-api-object-reference,
read 2025-12-24) for what a caller may do with a field, for lengths, and for the versions 47 and 84. Where no
length is documented, 255.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from gateway.contract.fields import Feature, Field, WireType
from gateway.contract.versions import NEWEST

_ID, _STRING, _DECIMAL = WireType.ID, WireType.STRING, WireType.DECIMAL
_INT, _BOOLEAN, _DATE, _DATE_TIME = WireType.INT, WireType.BOOLEAN, WireType.DATE, WireType.DATE_TIME
_TEXT = None  # a length: as long as the caller likes, within a request's size


@dataclass(frozen=True)
class ObjectType:
    """One object type.

    Attributes:
        name: As the contract spells it; ``xsi:type`` and ZOQL's ``from`` name it.
        fields: In the WSDL's order, without Id, which every object has first.
        creatable: ``create``, ``update`` and ``delete`` take it.
        since: The first version whose WSDL shows it.
        until: The last version whose WSDL shows it to every tenant; later ones need ``feature``.
        feature: What a tenant must have for the later versions to show it.
    """

    name: str
    fields: tuple[Field, ...]
    creatable: bool = False
    since: int = 0
    until: int = NEWEST
    feature: Feature | None = None

    def __repr__(self) -> str:
        """Short: it has many fields."""
        return f"<ObjectType {self.name}>"

    @cached_property
    def label(self) -> str:
        """The name as people write it: ``Invoice Item Adjustment``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by exact name, Id among them."""
        return {field.name: field for field in (ID, *self.fields)}

    @cached_property
    def by_lower_name(self) -> dict[str, Field]:
        """The fields by lower-case name: ZOQL reads names in any case."""
        return {field.name.lower(): field for field in (ID, *self.fields)}

    @cached_property
    def by_attribute(self) -> dict[str, Field]:
        """The fields by Python name."""
        return {field.attribute: field for field in (ID, *self.fields)}

    @cached_property
    def custom_fields(self) -> tuple[Field, ...]:
        """The fields that the tenant declared."""
        return tuple(field for field in self.fields if field.custom)

    @cached_property
    def creatable_fields(self) -> tuple[Field, ...]:
        """The fields that ``create`` reads."""
        return tuple(field for field in self.fields if field.creatable)

    @cached_property
    def updatable_fields(self) -> tuple[Field, ...]:
        """The fields that ``update`` changes."""
        return tuple(field for field in self.fields if field.updatable)

    @cached_property
    def unchangeable_fields(self) -> tuple[Field, ...]:
        """The fields that ``update`` leaves as they are."""
        return tuple(field for field in self.fields if not field.updatable)

    @cached_property
    def output_fields(self) -> tuple[Field, ...]:
        """The fields in the order in which a record carries them: Id, then as the WSDL lists them."""
        return (ID, *self.fields)


ID = Field("Id", _ID, length=32)

_AUDIT = (
    Field("CreatedById", _ID, length=32),
    Field("CreatedDate", _DATE_TIME),
    Field("UpdatedById", _ID, length=32),
    Field("UpdatedDate", _DATE_TIME),
)


def _fields(*own: Field) -> tuple[Field, ...]:
    """Return an object's own fields and the audit fields, alphabetical without regard to case."""
    return tuple(sorted((*own, *_AUDIT), key=lambda field: field.name.lower()))


_REASON_CODE = Field("ReasonCode", creatable=True, updatable=True, length=32, since=47)
_STATUS = Field("Status", updatable=True, length=9, values=("Processed", "Canceled"))
_TRANSFERRED = Field(
    "TransferredToAccounting",
    updatable=True,
    length=10,
    values=("Processing", "Yes", "Error", "Ignore", "No"),
)
_TYPE = Field("Type", required=True, creatable=True, length=6, values=("Credit", "Charge"))

INVOICE_ITEM_ADJUSTMENT = ObjectType(
    "InvoiceItemAdjustment",
    _fields(
        Field("AccountId", _ID, length=32),
        Field("AccountingCode", creatable=True, length=100),
        Field("AdjustmentDate", _DATE, required=True, creatable=True),
        Field("AdjustmentNumber", creatable=True),
        Field("Amount", _DECIMAL, required=True, creatable=True),
        Field("CancelledById", _ID, length=32),
        Field("CancelledDate", _DATE_TIME),
        Field("Comment", creatable=True),
        Field("CustomerName"),
        Field("CustomerNumber"),
        Field("DeferredRevenueAccount", creatable=True, length=100, since=63, feature=Feature.FINANCE),
        Field(
            "ExcludeItemBillingFromRevenueAccounting",
            _BOOLEAN,
            creatable=True,
            updatable=True,
            filterable=False,
            since=117,
            feature=Feature.REVENUE_INTEGRATION,
        ),
        # Either InvoiceId or InvoiceNumber is required; the reader of drafts says so.
        Field("InvoiceId", _ID, creatable=True, length=32),
        Field("InvoiceItemName"),
        Field("InvoiceNumber", creatable=True, length=32),
        _REASON_CODE,
        Field("RecognizedRevenueAccount", creatable=True, length=100, since=63, feature=Feature.FINANCE),
        Field("ReferenceId", creatable=True, length=60),
        Field("ServiceEndDate", _DATE),
        Field("ServiceStartDate", _DATE),
        # A string in the WSDL, an ID in the product's field descriptions.
        Field("SourceId", required=True, creatable=True, length=32, is_id=True),
        Field("SourceType", required=True, creatable=True, length=13, values=("InvoiceDetail", "Tax")),
        _STATUS,
        _TRANSFERRED,
        _TYPE,
    ),
    creatable=True,
)

INVOICE_ADJUSTMENT = ObjectType(
    "InvoiceAdjustment",
    _fields(
        Field("AccountId", _ID, length=32),
        Field("AccountingCode", creatable=True, length=100),
        # Left out, it is today.
        Field("AdjustmentDate", _DATE, creatable=True),
        Field("AdjustmentNumber"),
        Field("Amount", _DECIMAL, required=True, creatable=True),
        Field("CancelledById", _ID, length=32),
        Field("CancelledOn", _DATE_TIME, attribute="cancelled_date"),
        Field("Comments", attribute="comment", creatable=True),
        Field("CustomerName"),
        Field("CustomerNumber"),
        Field("ImpactAmount", _DECIMAL),
        # Either InvoiceId or InvoiceNumber is required; the reader of drafts says so.
        Field("InvoiceId", _ID, creatable=True, length=32),
        Field("InvoiceNumber", creatable=True, length=32),
        _REASON_CODE,
        Field("ReferenceId", creatable=True, length=60),
        _STATUS,
        _TRANSFERRED,
        _TYPE,
    ),
    creatable=True,
    since=24,
    # Source: the product's field descriptions ("deprecated on Production in WSDL 64.0").
    until=63,
    feature=Feature.INVOICE_ADJUSTMENTS,
)

INVOICE = ObjectType(
    "Invoice",
    _fields(
        Field("AccountId", _ID, length=32),
        Field("AdjustmentAmount", _DECIMAL),
        Field("Amount", _DECIMAL),
        Field("AmountWithoutTax", _DECIMAL, since=45),
        Field("Balance", _DECIMAL),
        Field("BillRunId", _ID, length=32, selectable=False, since=78),
        Field("Body", length=_TEXT, filterable=False, held=False),
        Field("Comments", length=_TEXT, filterable=False),
        Field("DueDate", _DATE),
        Field("IncludesOneTime", _BOOLEAN),
        Field("IncludesRecurring", _BOOLEAN),
        Field("IncludesUsage", _BOOLEAN),
        Field("InvoiceDate", _DATE),
        Field("InvoiceNumber", length=32),
        Field("LastEmailSentDate", _DATE_TIME),
        Field("PaymentAmount", _DECIMAL),
        Field("PostedBy", _ID, length=32),
        Field("PostedDate", _DATE_TIME),
        Field("RefundAmount", _DECIMAL),
        Field("RegenerateInvoicePDF", _BOOLEAN, held=False, since=45),
        Field("Status", length=32),
        Field("TargetDate", _DATE),
        Field("TaxAmount", _DECIMAL, since=45),
        Field("TaxExemptAmount", _DECIMAL, since=45),
        Field("TransferredToAccounting", length=10),
    ),
)

INVOICE_ITEM = ObjectType(
    "InvoiceItem",
    _fields(
        Field("AccountingCode", length=100),
        Field("AppliedToChargeNumber", length=50, since=81),
        Field("AppliedToInvoiceItemId", _ID, length=32, since=45),
        Field("Balance", _DECIMAL, since=84, feature=Feature.ITEM_BALANCES),
        Field("ChargeAmount", _DECIMAL),
        Field("ChargeDate", _DATE_TIME),
        Field("ChargeDescription"),
        Field("ChargeId", length=32, since=78),
        Field("ChargeName"),
        Field("ChargeNumber", length=50),
        Field("ChargeType", length=32, since=78),
        Field("InvoiceId", _ID, length=32),
        Field("ProcessingType", _DECIMAL),
        Field("ProductDescription"),
        Field("ProductId", _ID, length=32),
        Field("ProductName"),
        Field("ProductRatePlanChargeId", length=32, since=78),
        Field("Quantity", _DECIMAL),
        Field("RatePlanChargeId", _ID, length=32),
        Field("RevRecCode", length=70),
        Field("RevRecStartDate", _DATE),
        Field("RevRecTriggerCondition", length=50),
        Field("ServiceEndDate", _DATE),
        Field("ServiceStartDate", _DATE),
        Field("SKU"),
        Field("SubscriptionId", _ID, length=32),
        Field("SubscriptionNumber", length=100),
        Field("TaxAmount", _DECIMAL, since=45),
        Field("TaxCode", length=64, since=45),
        Field("TaxExemptAmount", _DECIMAL, since=45),
        Field("TaxMode", length=32, since=78),
        Field("UnitPrice", _DECIMAL),
        Field("UOM"),
    ),
)

TAXATION_ITEM = ObjectType(
    "TaxationItem",
    _fields(
        Field("AccountingCode", length=100),
        Field("Balance", _DECIMAL, since=84, feature=Feature.ITEM_BALANCES),
        Field("ExemptAmount", _DECIMAL),
        Field("InvoiceId", _ID, length=32),
        Field("InvoiceItemId", _ID, length=32),
        Field("Jurisdiction"),
        Field("LocationCode"),
        Field("Name"),
        Field("TaxAmount", _DECIMAL),
        Field("TaxCode", length=64),
        Field("TaxCodeDescription"),
        Field("TaxDate", _DATE),
        Field("TaxRate", _DECIMAL),
        Field("TaxRateDescription"),
        Field("TaxRateType", length=32),
    ),
    since=45,
)

ACCOUNT = ObjectType(
    "Account",
    _fields(
        Field("AccountNumber", length=70),
        Field("AdditionalEmailAddresses", length=_TEXT, filterable=False),
        Field("AllowInvoiceEdit", _BOOLEAN),
        Field("AutoPay", _BOOLEAN),
        Field("Balance", _DECIMAL),
        Field("Batch", length=32),
        Field("BcdSettingOption", length=32),
        Field("BillCycleDay", _INT, nillable=False),
        Field("BillToId", _ID, length=32),
        Field("CommunicationProfileId", _ID, length=32),
        Field("CreditBalance", _DECIMAL, feature=Feature.CREDIT_BALANCE),
        Field("CrmId", length=100),
        Field("Currency", length=3),
        Field("CustomerServiceRepName"),
        Field("DefaultPaymentMethodId", _ID, length=32),
        Field("InvoiceDeliveryPrefsEmail", _BOOLEAN),
        Field("InvoiceDeliveryPrefsPrint", _BOOLEAN),
        Field("InvoiceTemplateId", _ID, length=32),
        Field("LastInvoiceDate", _DATE),
        Field("Name"),
        Field("Notes", length=_TEXT, filterable=False),
        Field("ParentId", _ID, length=32, feature=Feature.CUSTOMER_HIERARCHY),
        Field("PaymentGateway", length=40),
        Field("PaymentTerm", length=100),
        Field("PurchaseOrderNumber", length=100),
        Field("SalesRepName"),
        Field("SoldToId", _ID, length=32),
        Field("Status", length=32),
        Field("TaxCompanyCode", length=50, since=78),
        Field("TaxExemptCertificateID", length=32, since=45),
        Field("TaxExemptCertificateType", length=32, since=45),
        Field("TaxExemptDescription", since=45),
        Field("TaxExemptEffectiveDate", _DATE, since=45),
        Field("TaxExemptExpirationDate", _DATE, since=45),
        Field("TaxExemptIssuingJurisdiction", length=32, since=45),
        Field("TaxExemptStatus", length=32, since=45),
        Field("TotalInvoiceBalance", _DECIMAL, feature=Feature.CREDIT_BALANCE),
        Field("VATId", length=25, since=78),
    ),
)

OBJECTS = (ACCOUNT, INVOICE, INVOICE_ADJUSTMENT, INVOICE_ITEM, INVOICE_ITEM_ADJUSTMENT, TAXATION_ITEM)
