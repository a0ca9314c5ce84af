"""The contract as a WSDL 1.1 document and as XML Schema files, rendered from the contract table.

Read from top to bottom, this module follows the document: types, messages, port type, binding, service.
Everything that varies comes from ``gateway.contract``; what is fixed here is the form of the real WSDLs,
because generated clients are sensitive to it: anonymous types in wrapper and header elements (named ones
would become classes of their own), imports between the schemas, header parts before the body, faults
after input and output, an empty soapAction, and no declaration of WSDL's SOAP 1.2 namespace, which alone
makes gSOAP send SOAP 1.2. Source: the real WSDLs 38 to 81, and fourteen clients built from them.

What a version and a tenant's features show is decided in ``gateway.contract.published``.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from lxml import etree
from lxml.etree import _Element as Node

from gateway.contract import namespaces
from gateway.contract.fields import Field, WireType
from gateway.contract.operations import FAULTS, RESULTS, Element, Operation
from gateway.contract.published import Published

__all__ = ["render_schemas", "render_wsdl"]

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_XS = "http://www.w3.org/2001/XMLSchema"

# The prefixes of the real file. The contract table's type names use them too.
_SCHEMA_PREFIXES = {"xs": _XS, "zns": namespaces.API, "ons": namespaces.OBJECT, "fns": namespaces.FAULT}
_WSDL_PREFIXES: dict[Any, str] = {None: _WSDL, "soap": _SOAP, **_SCHEMA_PREFIXES}

_FILES = {namespaces.OBJECT: "object.xsd", namespaces.API: "api.xsd", namespaces.FAULT: "fault.xsd"}

_ID_PATTERN = r"[a-zA-Z0-9]{32}|\d+"

_Z_OBJECT = (
    Element("fieldsToNull", "xs:string", 0, many=True, nillable=True),
    Element("Id", "zns:ID", 0, nillable=True),
)
_API_FAULT = (
    Element("FaultCode", "zns:ErrorCode", 0, nillable=True),
    Element("FaultMessage", "xs:string", 0, nillable=True),
)

# Its request message and the part in it bear the operation's own name, so that .NET generates it bare.
_NAMED_AFTER_ITSELF = "getUserInfo"


def render_wsdl(published: Published, address: str) -> bytes:
    """Return the WSDL of one version as UTF-8.

    Args:
        published: The version, and the tenant's features.
        address: The absolute URL of this version's endpoint, unescaped.
    """
    definitions = _wsdl(
        "definitions",
        _wsdl("types", *_schemas(published)),
        *_messages(published),
        _port_type(published),
        _binding(published),
        _service(address),
        targetNamespace=namespaces.API,
    )
    return _document(definitions)


def render_schemas(published: Published) -> dict[str, bytes]:
    """Return the three schemas of one version by file name, as UTF-8, each importing others by name."""
    files = {}
    for schema in _schemas(published):
        for link in schema.iterchildren(f"{{{_XS}}}import"):
            link.set("schemaLocation", _FILES[link.get("namespace", "")])
        files[_FILES[schema.get("targetNamespace", "")]] = _document(schema)
    return files


# Types


def _schemas(published: Published) -> tuple[Node, ...]:
    """Return new schema elements: objects, operations and results, faults."""
    return _object_schema(published), _api_schema(published), _fault_schema()


def _object_schema(published: Published) -> Node:
    """Return the schema of the objects: zObject and a type that extends it for each."""
    return _schema(
        namespaces.OBJECT,
        namespaces.API,
        _complex_type(_Z_OBJECT, name="zObject"),
        *(
            _extension(
                "ons:zObject",
                object_type.name,
                [_child(field, has_dates=published.has_dates) for field in object_type.fields],
            )
            for object_type in published.objects
        ),
    )


def _child(field: Field, *, has_dates: bool) -> Element:
    """Return a field as a child of its object. None is obligatory here: ``create`` decides that."""
    return Element(field.name, _wire_type(field.type, has_dates=has_dates), 0, nillable=field.nillable)


def _wire_type(wire_type: WireType, *, has_dates: bool) -> str:
    """Return the prefixed name of a field's type in a version."""
    if wire_type is WireType.ID:
        return "zns:ID"
    if wire_type is WireType.DATE and not has_dates:
        wire_type = WireType.DATE_TIME
    return f"xs:{wire_type.value}"


def _api_schema(published: Published) -> Node:
    """Return the schema of the operations: simple types, results, wrapper elements, header blocks."""
    return _schema(
        namespaces.API,
        namespaces.OBJECT,
        _simple_type("ID", [_xs("pattern", value=_ID_PATTERN)]),
        _simple_type("ErrorCode", [_xs("enumeration", value=code.value) for code in published.codes]),
        _simple_type("QueryLocator", []),
        *(_complex_type(elements, name=name) for name, elements in RESULTS.items()),
        *(wrapper for operation in published.operations for wrapper in _wrappers(operation)),
        *(_xs("element", _complex_type(elements), name=name) for name, elements in published.headers.items()),
    )


def _wrappers(operation: Operation) -> tuple[Node, Node]:
    """Return the elements that an operation's request and response bodies consist of."""
    return (
        _xs("element", _complex_type(operation.request), name=operation.name),
        _xs("element", _complex_type(operation.response), name=f"{operation.name}Response"),
    )


def _fault_schema() -> Node:
    """Return the schema of the fault details: ApiFault, and an empty extension of it for each kind."""
    return _schema(
        namespaces.FAULT,
        namespaces.API,
        _complex_type(_API_FAULT, name="ApiFault"),
        _xs("element", name="fault", type="fns:ApiFault"),
        *(_extension("fns:ApiFault", fault, []) for fault in FAULTS),
        *(_xs("element", name=fault, type=f"fns:{fault}") for fault in FAULTS),
    )


# Messages


def _messages(published: Published) -> list[Node]:
    """Return the messages: of the faults, of the operations, and one with a part for each header block."""
    return [
        _message("ApiFault", fault="fns:fault"),
        *(_message(fault, fault=f"fns:{fault}") for fault in FAULTS),
        *(message for operation in published.operations for message in _operation_messages(operation.name)),
        _message("Header", **{header: f"zns:{header}" for header in published.headers}),
    ]


def _message(message_name: str, **parts: str) -> Node:
    """Return a message whose parts are elements."""
    return _wsdl(
        "message",
        *(_wsdl("part", name=part, element=element) for part, element in parts.items()),
        name=message_name,
    )


def _operation_messages(operation: str) -> tuple[Node, Node]:
    """Return the request and response messages of an operation."""
    part = operation if operation == _NAMED_AFTER_ITSELF else "parameters"
    return (
        _message(_request_message(operation), **{part: f"zns:{operation}"}),
        _message(f"{operation}Response", parameters=f"zns:{operation}Response"),
    )


def _request_message(operation: str) -> str:
    return operation if operation == _NAMED_AFTER_ITSELF else f"{operation}Request"


# Port type, binding and service


def _port_type(published: Published) -> Node:
    """Return the operations in terms of messages."""
    return _wsdl("portType", *(_port_operation(operation) for operation in published.operations), name="Soap")


def _port_operation(operation: Operation) -> Node:
    """Return one operation's messages."""
    return _wsdl(
        "operation",
        _wsdl("input", message=f"zns:{_request_message(operation.name)}"),
        _wsdl("output", message=f"zns:{operation.name}Response"),
        *(_wsdl("fault", message=f"zns:{fault}", name=fault) for fault in operation.faults),
        name=operation.name,
    )


def _binding(published: Published) -> Node:
    """Return the operations in terms of SOAP 1.1 over HTTP, document/literal."""
    return _wsdl(
        "binding",
        _soap("binding", style="document", transport="http://schemas.xmlsoap.org/soap/http"),
        *(_bound_operation(operation) for operation in published.operations),
        name="SoapBinding",
        type="zns:Soap",
    )


def _bound_operation(operation: Operation) -> Node:
    """Return one operation's place in the envelope."""
    return _wsdl(
        "operation",
        _soap("operation", soapAction=""),
        _wsdl(
            "input",
            *(_soap("header", use="literal", message="zns:Header", part=part) for part in operation.headers),
            _soap("body", use="literal"),
        ),
        _wsdl("output", _soap("body", use="literal")),
        *(
            _wsdl("fault", _soap("fault", name=fault, use="literal"), name=fault)
            for fault in operation.faults
        ),
        name=operation.name,
    )


def _service(address: str) -> Node:
    """Return the one port."""
    port = _wsdl("port", _soap("address", location=address), name="Soap", binding="zns:SoapBinding")
    return _wsdl("service", port, name="ZuoraService")


# Building blocks


def _schema(target: str, imported: str, *components: Node) -> Node:
    """Return a schema of one namespace that imports another."""
    return _xs(
        "schema",
        _xs("import", namespace=imported),
        *components,
        targetNamespace=target,
        elementFormDefault="qualified",
        attributeFormDefault="qualified",
    )


def _simple_type(type_name: str, facets: Iterable[Node]) -> Node:
    """Return a named restriction of xs:string."""
    return _xs("simpleType", _xs("restriction", *facets, base="xs:string"), name=type_name)


def _complex_type(elements: Iterable[Element], **attributes: str) -> Node:
    """Return a type that is a sequence of elements; anonymous unless a name is given."""
    return _xs("complexType", _sequence(elements), **attributes)


def _extension(base: str, type_name: str, elements: list[Element]) -> Node:
    """Return a named type that adds elements, or none, to a base type."""
    added = [_sequence(elements)] if elements else []
    return _xs("complexType", _xs("complexContent", _xs("extension", *added, base=base)), name=type_name)


def _sequence(elements: Iterable[Element]) -> Node:
    return _xs("sequence", *(_element(element) for element in elements))


def _element(element: Element) -> Node:
    """Return an element declaration that leaves out what XML Schema takes for granted."""
    attributes = {"name": element.name, "type": element.type}
    if element.min_occurs != 1:
        attributes["minOccurs"] = str(element.min_occurs)
    if element.many:
        attributes["maxOccurs"] = "unbounded"
    if element.nillable:
        attributes["nillable"] = "true"
    return _xs("element", **attributes)


def _node(namespace: str, prefixes: dict[Any, str], tag: str, /, *children: Node, **attributes: str) -> Node:
    """Return an element with its children; a child's namespace declarations merge into its parent's."""
    node = etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap=prefixes)
    node.extend(children)
    return node


_wsdl = partial(_node, _WSDL, _WSDL_PREFIXES)
_soap = partial(_node, _SOAP, _WSDL_PREFIXES)
_xs = partial(_node, _XS, _SCHEMA_PREFIXES)


def _document(root: Node) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
