"""What one field of the contract is: its name, its wire type and what a caller may do with it."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum


class WireType(Enum):
    """A field's type on the wire; the value is the name in the WSDL.

    DATE is xs:date from version 69 on and xs:dateTime before (``gateway.contract.versions``).
    """

    ID = "ID"
    STRING = "string"
    DECIMAL = "decimal"
    INT = "int"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"


class Feature(StrEnum):
    """What a tenant may have switched on. The legacy tailors each tenant's WSDL to it.

    It decides only what a WSDL shows: at run time every field and operation is answered.
    """

    QUERY_MORE = "query-more"
    CREDIT_BALANCE = "credit-balance"
    CUSTOM_FIELDS = "custom-fields"
    CUSTOMER_HIERARCHY = "customer-hierarchy"
    FINANCE = "finance"
    INVOICE_ADJUSTMENTS = "invoice-adjustments"
    ITEM_BALANCES = "item-balances"
    REVENUE_INTEGRATION = "revenue-integration"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one object.

    Attributes:
        name: As the contract spells it; case counts.
        type: The wire type.
        attribute: The same word in Python case: the column and the engine's name.
        length: The most characters a string may have; None is unlimited text.
        values: The values an enumerated string may have, case-sensitive; empty if any.
        is_id: A string that reads as an Id: the WSDL and the product's field descriptions disagree.
        required: ``create`` needs it.
        creatable: ``create`` reads it.
        updatable: ``update`` reads it.
        selectable: ``query`` may select it.
        filterable: ``query`` may compare it.
        nillable: What the WSDL says; at run time every field may be left out or nil.
        held: The gateway holds data for it. The others are always null.
        since: The first version whose WSDL shows it. Where no source names the version, the first of the
            real WSDLs read (38, 45, 78, 81) that has it.
        feature: What a tenant must have for the WSDL to show it.
        custom: The tenant declared it.
    """

    name: str
    type: WireType = WireType.STRING
    attribute: str = ""
    length: int | None = 255
    values: tuple[str, ...] = ()
    is_id: bool = False
    required: bool = False
    creatable: bool = False
    updatable: bool = False
    selectable: bool = True
    filterable: bool = True
    nillable: bool = True
    held: bool = True
    since: int = 0
    feature: Feature | None = None
    custom: bool = False

    def __repr__(self) -> str:
        """Short: a query names many."""
        return f"<Field {self.name}>"

    def __post_init__(self) -> None:
        if not self.attribute:
            object.__setattr__(self, "attribute", snake_case(self.name))


def snake_case(name: str) -> str:
    """Return a contract name in Python case: ``InvoiceId`` is ``invoice_id``, ``VATId`` is ``vat_id``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
