"""The JSON doors as an OpenAPI 3.1 document, from the contract table: what is sent, what comes back."""

from typing import Any

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.errors import ErrorCode
from gateway.contract.fields import Field, WireType
from gateway.contract.objects import ObjectType
from gateway.rest.objects import OBJECT_PATHS
from gateway.rest.writing import document
from gateway.service.records import OF_A_REVERSAL

Schema = dict[str, Any]

_UNKNOWN = "rejectUnknownFields"

_ID = {"type": "string", "pattern": "^([a-zA-Z0-9]{32}|[0-9]{1,32})$"}
_WRITTEN: dict[WireType, Schema] = {
    WireType.ID: _ID,
    WireType.STRING: {"type": "string"},
    WireType.DECIMAL: {"type": "number"},
    WireType.INT: {"type": "integer"},
    WireType.BOOLEAN: {"type": "boolean"},
    WireType.DATE: {"type": "string", "format": "date"},
    WireType.DATE_TIME: {"type": "string", "format": "date-time"},
}
"""How a field's value is answered."""

_READ: dict[WireType, Schema] = {
    wire_type: {"type": ["string", "null"]}
    if schema["type"] == "string"
    else {"type": [schema["type"], "string", "null"]}
    for wire_type, schema in _WRITTEN.items()
}
"""What may be sent for a field: a value in quotes too. What is no value is a refusal of its record."""


def render_openapi(catalog: Catalog = CONTRACT) -> bytes:
    """Return the document of a tenant's JSON doors, as UTF-8."""
    return document(_openapi(catalog))


def _openapi(catalog: Catalog) -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Adjustment gateway",
            "version": "1",
            "description": "The legacy's JSON doors for invoice adjustments; docs/json.md tells of them.",
        },
        "security": [{"bearer": []}, {"basic": []}],
        "paths": _token_path() | _action_paths() | _object_paths(catalog) | _own_path(),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "parameters": _PARAMETERS,
            "schemas": _SCHEMAS | _object_schemas(catalog),
        },
    }


# Paths


def _token_path() -> Schema:
    form = {
        "type": "object",
        # The other two may come as Basic credentials.
        "required": ["grant_type"],
        "properties": {
            "grant_type": {"const": "client_credentials"},
            "client_id": {"type": "string"},
            "client_secret": {"type": "string"},
        },
    }
    operation = _operation(
        "createToken",
        "Exchange a client's id and secret for a bearer token of an hour",
        _ref("Token"),
        no="TokenError",
        body={"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
    )
    return {"/oauth/token": {"post": operation | {"security": []}}}


def _action_paths() -> Schema:
    type_ = {"type": "string", "enum": [object_type.name for object_type in OBJECT_PATHS.values()]}
    objects = {"type": "array", "items": {"type": "object"}}
    ids = {"type": "array", "items": {"type": "string"}}
    conf = {
        "type": "object",
        "properties": {"batchSize": {"type": "integer"}, "caseSensitive": {"type": "boolean"}},
    }
    saves = {"type": "array", "items": _ref("SaveResult")}
    deletes = {"type": "array", "items": _ref("DeleteResult")}
    query, locator = {"type": "string"}, {"type": "string"}
    actions = {
        "create": ("Create up to 50 adjustments", {"type": type_, "objects": objects}, saves),
        "update": ("Update, or cancel, up to 50 adjustments", {"type": type_, "objects": objects}, saves),
        "delete": ("Delete up to 50 canceled adjustments", {"type": type_, "ids": ids}, deletes),
        "query": ("Run a query", {"queryString": query, "conf": conf}, _ref("QueryResult")),
        "queryMore": ("Read a further page", {"queryLocator": locator, "conf": conf}, _ref("QueryResult")),
    }
    return {
        f"/v1/action/{name}": {
            "post": _operation(
                f"action_{name}",
                summary,
                answered,
                no="Fault",
                body=_json_body(
                    {"type": "object", "required": sorted(set(members) - {"conf"}), "properties": members}
                ),
                parameters=[_UNKNOWN, *(_OF_A_CHANGE if "type" in members else ()), "track"],
            )
        }
        for name, (summary, members, answered) in actions.items()
    }


def _object_paths(catalog: Catalog) -> Schema:
    paths: Schema = {}
    for path, object_type in OBJECT_PATHS.items():
        paths |= _paths_of(path, catalog.by_name[object_type.name])
    return paths


def _paths_of(path: str, object_type: ObjectType) -> Schema:
    name = object_type.name
    label = object_type.label.lower()
    change, no = [*_OF_A_CHANGE, "track"], "Refused"

    def operation(verb: str, summary: str, answered: Schema, **more: Any) -> Schema:
        return _operation(f"{verb}_{name}", f"{summary} an {label}", answered, no=no, **more)

    created, updated = _json_body(_ref(f"{name}Create")), _json_body(_ref(f"{name}Update"))
    reversed_ = _json_body(_ref(f"{name}Reverse")) | {"required": False}
    saved, deleted = _ref("SaveResult"), _ref("DeleteResult")
    read = operation("read", "Return", _ref(name), parameters=["id", "fields", "track"])
    read["responses"]["404"] = _response("There is none", _ref("NoData"))
    one = f"/v1/object/{path}/{{id}}"
    of_one = ["id", *change]
    return {
        f"/v1/object/{path}": {
            "post": operation("create", "Create", saved, body=created, parameters=[_UNKNOWN, *change])
        },
        one: {
            "get": read,
            "put": operation(
                "update", "Update, or cancel,", saved, body=updated, parameters=[_UNKNOWN, *of_one]
            ),
            "delete": operation("delete", "Delete", deleted, parameters=of_one),
        },
        f"{one}/reverse": {
            "post": operation("reverse", "Reverse (ours)", saved, body=reversed_, parameters=of_one)
        },
    }


def _own_path() -> Schema:
    operation = _operation("describe", "Return this document", {"type": "object"}, no="Trouble")
    return {"/v1/openapi.json": {"get": operation | {"security": []}}}


_NO = {
    "400": "It is refused; nothing was done",
    "401": "Nobody whom the gateway knows",
    "405": "Another method is meant",
    "409": "The key is that of another call, or others held the invoice for too long",
    "413": "The body is too large",
    "415": "The body is of another media type",
    "500": "The gateway failed",
    "503": "The gateway is busy or has lost its database; later it may be done",
}


def _operation(
    operation_id: str,
    summary: str,
    answered: Schema,
    *,
    no: str,
    body: Schema | None = None,
    parameters: list[str] | None = None,
) -> Schema:
    """Return an operation: what it takes, what it answers, and the form of its no."""
    unknown = _ref(no) if no == "TokenError" else _ref("Unauthorized")
    responses = {"200": _response("Done", answered)}
    for status, meaning in _NO.items():
        responses[status] = _response(meaning, unknown if status == "401" else _ref(no))
    responses["400"] = _response(_NO["400"], {"anyOf": [_ref(no), _ref("UnrecognisedFields")]})
    operation: Schema = {"operationId": operation_id, "summary": summary, "responses": responses}
    if parameters:
        operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
    if body is not None:
        operation["requestBody"] = body
    return operation


def _response(meaning: str, schema: Schema) -> Schema:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _json_body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# Parameters


def _header(name: str, description: str, **schema: Any) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string", **schema}}


_TRUE = {"pattern": "^ *([Tt]rue|TRUE|[Ff]alse|FALSE|1|0)? *$"}
_PARAMETERS: Schema = {
    "id": {"name": "id", "in": "path", "required": True, "schema": _ID},
    "fields": {
        "name": "fields",
        "in": "query",
        "description": "Names of fields with commas between; all when left out.",
        "schema": {"type": "string"},
    },
    _UNKNOWN: {
        "name": _UNKNOWN,
        "in": "query",
        "description": "Refuse the whole call when it has a field that is not known.",
        "schema": {"enum": ["true", "false", "1", "0"], "default": "false"},
    },
    "key": _header(
        "Idempotency-Key",
        "A call that is sent again with its key is answered as it was, and nothing is done twice.",
        maxLength=255,
        pattern="^[ -~]*$",
    ),
    "track": _header("Zuora-Track-Id", "Answered as it was sent.", maxLength=64, pattern="^[ !#-&(-9<-~]*$"),
    "strict": _header("X-Gateway-Strict", "Refuse what the legacy passes over.", **_TRUE),
    "allErrors": _header("X-Gateway-All-Errors", "Tell all that is wrong with a record.", **_TRUE),
    "dryRun": _header("X-Gateway-Dry-Run", "Decide everything and write nothing.", **_TRUE),
    "singleTransaction": _header("X-Gateway-Single-Transaction", "All records or none.", **_TRUE),
}
_OF_A_CHANGE = ("key", "strict", "allErrors", "dryRun", "singleTransaction")


# Schemas


def _object_schemas(catalog: Catalog) -> Schema:
    schemas: Schema = {}
    for known in OBJECT_PATHS.values():
        object_type = catalog.by_name[known.name]
        creatable = [field for field in object_type.fields if field.creatable]
        updatable = [field for field in object_type.fields if field.updatable]
        given = [field for field in creatable if field.name in OF_A_REVERSAL]
        required = [field.name for field in creatable if field.required]
        schemas |= {
            known.name: _answered(object_type.output_fields),
            f"{known.name}Create": _sent(creatable) | {"required": required},
            f"{known.name}Update": _sent(updatable),
            f"{known.name}Reverse": _sent(given),
        }
    return schemas


def _answered(fields: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "required": ["Id"],
        "properties": {field.name: _WRITTEN[field.type] for field in fields},
        "additionalProperties": False,
    }


def _sent(fields: list[Field]) -> Schema:
    properties = {field.name: _READ[field.type] for field in fields}
    return {"type": "object", "properties": properties}


def _closed(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_CODE: Schema = {"type": "string", "enum": [code.value for code in ErrorCode]}
_ERRORS: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Error"}}
_REASONS = {
    "success": {"const": False},
    "processId": _TEXT,
    "reasons": {"type": "array", "items": _closed(("code", "message"), code=_WHOLE, message=_TEXT)},
}
_SCHEMAS: Schema = {
    "Error": _closed(("Code", "Message"), Code=_CODE, Message=_TEXT, Field=_TEXT),
    "SaveResult": _closed(("Success",), Success={"type": "boolean"}, Id=_ID, Errors=_ERRORS),
    "DeleteResult": _closed(("success",), success={"type": "boolean"}, id=_ID, errors=_ERRORS),
    "QueryResult": _closed(
        ("size", "done", "records"),
        size=_WHOLE,
        done={"type": "boolean"},
        queryLocator={"type": "string", "pattern": "^[0-9a-f]{32}-[0-9]+$"},
        records={"type": "array", "items": {"type": "object", "required": ["Id"]}},
    ),
    "NoData": _closed(
        ("records", "size", "done"), records={"type": "array"}, size=_WHOLE, done={"const": True}
    ),
    "Refused": _closed(("Success", "Errors"), Success={"const": False}, Errors=_ERRORS),
    "Fault": _closed(("FaultCode", "FaultMessage"), FaultCode=_CODE, FaultMessage=_TEXT),
    "Trouble": _closed(("success", "processId", "reasons"), **_REASONS),
    "Unauthorized": _closed(("message", "success", "processId", "reasons"), message=_TEXT, **_REASONS),
    "UnrecognisedFields": _closed(("message",), message=_TEXT),
    "Token": _closed(
        ("access_token", "token_type", "expires_in"),
        access_token=_TEXT,
        token_type={"const": "bearer"},
        expires_in=_WHOLE,
        scope=_TEXT,
        jti=_TEXT,
    ),
    "TokenError": _closed(("error",), error=_TEXT, error_description=_TEXT),
}
