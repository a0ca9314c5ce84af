"""The contract's messages as Spyne models, made from the contract table.

They declare the services' signatures; the bytes are ``protocol``'s and the WSDL is ``wsdl``'s.
"""

from collections.abc import Iterable
from typing import Any

from spyne import Boolean, ComplexModel, Date, DateTime, Decimal, Integer32, Unicode

from gateway.contract import namespaces
from gateway.contract.fields import WireType
from gateway.contract.objects import OBJECTS
from gateway.contract.operations import HEADERS, OPERATIONS, RESULTS, Element

_SCALARS: dict[str, Any] = {
    "xs:string": Unicode,
    "xs:boolean": Boolean,
    "xs:int": Integer32,
    "zns:ID": Unicode,
    "zns:ErrorCode": Unicode,
    "zns:QueryLocator": Unicode,
}
_FIELD_TYPES: dict[WireType, Any] = {
    WireType.ID: Unicode,
    WireType.STRING: Unicode,
    WireType.DECIMAL: Decimal,
    WireType.INT: Integer32,
    WireType.BOOLEAN: Boolean,
    WireType.DATE: Date,
    WireType.DATE_TIME: DateTime,
}

Z_OBJECT: Any = type(
    "zObject",
    (ComplexModel,),
    {
        "__namespace__": namespaces.OBJECT,
        "fieldsToNull": Unicode.customize(max_occurs="unbounded"),
        "Id": Unicode,
    },
)
OBJECT_MODELS: list[Any] = [
    type(
        object_type.name,
        (Z_OBJECT,),
        {
            "__namespace__": namespaces.OBJECT,
            "_type_info": [(field.name, _FIELD_TYPES[field.type]) for field in object_type.fields],
        },
    )
    for object_type in OBJECTS
]
_MODELS: dict[str, Any] = {"ons:zObject": Z_OBJECT}


def _model(name: str, children: Iterable[Element]) -> Any:
    members = [(child.name, _type(child)) for child in children]
    return type(name, (ComplexModel,), {"__namespace__": namespaces.API, "_type_info": members})


def _type(element: Element) -> Any:
    base = _SCALARS.get(element.type) or _MODELS[element.type]
    return base.customize(
        min_occurs=element.min_occurs,
        max_occurs="unbounded" if element.many else 1,
        nillable=element.nillable,
    )


# In the table's order, so that Error stands before the results that hold it.
for _name, _children in RESULTS.items():
    _MODELS[f"zns:{_name}"] = _model(_name, _children)

HEADER_MODELS: dict[str, Any] = {name: _model(name, children) for name, children in HEADERS.items()}


def signature(name: str) -> tuple[list[Any], dict[str, Any]]:
    """Return the positional types and the options of Spyne's ``@rpc`` for one operation."""
    operation = OPERATIONS[name]
    options: dict[str, Any] = {
        "_returns": tuple(_type(element) for element in operation.response),
        "_out_variable_names": tuple(element.name for element in operation.response),
    }
    if len(operation.response) == 1:
        options = {
            "_returns": _type(operation.response[0]),
            "_out_variable_name": operation.response[0].name,
        }
    if operation.headers:
        options["_in_header"] = tuple(HEADER_MODELS[header] for header in operation.headers)
    return [_type(element) for element in operation.request], options
