"""The operations that the gateway offers: their messages, headers and declared faults.

Source: the real WSDL 78.0, in its order. The WSDL and the Spyne services are both made from this table.
"""

from dataclasses import dataclass

from gateway.contract.fields import Feature


@dataclass(frozen=True, slots=True)
class Element:
    """One child of a message, a header block or a result type.

    Attributes:
        type: With the WSDL's prefix.
        since: The first version whose WSDL shows it.
    """

    name: str
    type: str
    min_occurs: int = 1
    many: bool = False
    nillable: bool = False
    since: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the children of its request and response, its header blocks and its faults."""

    name: str
    request: tuple[Element, ...]
    response: tuple[Element, ...]
    headers: tuple[str, ...]
    faults: tuple[str, ...]
    feature: Feature | None = None


FAULTS = (
    "LoginFault",
    "InvalidTypeFault",
    "InvalidValueFault",
    "MalformedQueryFault",
    "InvalidQueryLocatorFault",
    "UnexpectedErrorFault",
)

HEADERS = {
    "CallOptions": (Element("useSingleTransaction", "xs:boolean", 0, nillable=True),),
    "QueryOptions": (Element("batchSize", "xs:int", 0), Element("caseSensitive", "xs:boolean", 0)),
    "SessionHeader": (Element("session", "xs:string"),),
}

HEADER_FEATURES = {"QueryOptions": Feature.QUERY_MORE}
"""What a tenant must have for the WSDL to show a header block: pages go with queryMore."""

RESULTS = {
    "LoginResult": (
        Element("Session", "xs:string", nillable=True),
        Element("ServerUrl", "xs:string", nillable=True),
    ),
    "Error": (
        Element("Code", "zns:ErrorCode", 0, nillable=True),
        Element("Message", "xs:string", 0, nillable=True),
        Element("Field", "xs:string", 0, nillable=True),
    ),
    "SaveResult": (
        Element("Errors", "zns:Error", 0, many=True, nillable=True),
        Element("Id", "zns:ID", 0, nillable=True),
        Element("Success", "xs:boolean", 0),
    ),
    "DeleteResult": (
        Element("errors", "zns:Error", 0, many=True, nillable=True),
        Element("id", "zns:ID", 0, nillable=True),
        Element("success", "xs:boolean", 0),
    ),
    "QueryResult": (
        Element("done", "xs:boolean"),
        Element("queryLocator", "zns:QueryLocator", nillable=True),
        Element("records", "ons:zObject", 0, many=True, nillable=True),
        Element("size", "xs:int"),
    ),
}

USER_INFO = ("TenantId", "TenantName", "UserEmail", "UserFullName", "UserId", "Username")

_Z_OBJECTS = (Element("zObjects", "ons:zObject", 0, many=True),)
_SAVE_RESULTS = (Element("result", "zns:SaveResult", 0, many=True),)
_QUERY_RESULT = (Element("result", "zns:QueryResult"),)

_OPERATIONS = (
    Operation(
        "login",
        (
            Element("username", "xs:string", 0),
            Element("password", "xs:string", 0),
            # In the product's documentation, not in the real WSDLs up to 81.
            Element("entityId", "xs:string", 0, since=82),
            Element("entityName", "xs:string", 0, since=82),
        ),
        (Element("result", "zns:LoginResult", 0),),
        (),
        ("LoginFault", "UnexpectedErrorFault"),
    ),
    Operation(
        "create",
        _Z_OBJECTS,
        _SAVE_RESULTS,
        ("CallOptions", "SessionHeader"),
        ("InvalidTypeFault", "UnexpectedErrorFault"),
    ),
    Operation(
        "update",
        _Z_OBJECTS,
        _SAVE_RESULTS,
        ("SessionHeader",),
        ("InvalidTypeFault", "UnexpectedErrorFault"),
    ),
    Operation(
        "delete",
        (Element("type", "xs:string"), Element("ids", "zns:ID", 0, many=True)),
        (Element("result", "zns:DeleteResult", 0, many=True),),
        ("SessionHeader",),
        ("InvalidTypeFault", "InvalidValueFault", "UnexpectedErrorFault"),
    ),
    Operation(
        "query",
        (Element("queryString", "xs:string"),),
        _QUERY_RESULT,
        ("QueryOptions", "SessionHeader"),
        ("MalformedQueryFault", "InvalidQueryLocatorFault", "UnexpectedErrorFault"),
    ),
    Operation(
        "queryMore",
        (Element("queryLocator", "zns:QueryLocator"),),
        _QUERY_RESULT,
        ("QueryOptions", "SessionHeader"),
        ("InvalidQueryLocatorFault", "UnexpectedErrorFault"),
        Feature.QUERY_MORE,
    ),
    Operation(
        "getUserInfo",
        (),
        tuple(Element(name, "xs:string") for name in USER_INFO),
        ("SessionHeader",),
        ("UnexpectedErrorFault",),
    ),
)

OPERATIONS = {operation.name: operation for operation in _OPERATIONS}
"""The operations by name, in the WSDL's order."""
