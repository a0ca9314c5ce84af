"""The columns of bulk files as JSON Schemas of one row, from the contract table."""

import json
from typing import Any

from gateway.contract.fields import Field, WireType
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.service.job_ports import JobKind
from gateway.service.jobs.columns import Columns

_TITLES = {
    JobKind.ADJUST: "A row of a file for `gateway adjust`: one invoice item adjustment to create",
    JobKind.REVERSE: "A row of a file for `gateway reverse`: one adjustment to reverse",
    JobKind.CANCEL: "A row of a file for `gateway cancel`: one adjustment to cancel",
}
_TYPES: dict[WireType, dict[str, Any]] = {
    WireType.DECIMAL: {"type": ["string", "number"], "pattern": r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$"},
    WireType.BOOLEAN: {"type": ["boolean", "string"], "enum": [True, False, "true", "false", "1", "0"]},
    WireType.DATE: {"type": "string", "format": "date"},
    WireType.DATE_TIME: {"type": "string", "format": "date-time"},
    WireType.INT: {"type": ["integer", "string"]},
}
_ID = {"type": "string", "pattern": r"^([a-zA-Z0-9]{32}|\d{1,32})$"}


def column_schemas() -> dict[str, bytes]:
    """Return the schema of each kind of job, by its path in the repository."""
    return {
        f"schemas/bulk/{kind}.json": (json.dumps(_schema(kind), indent=2, ensure_ascii=False) + "\n").encode()
        for kind in JobKind
    }


def _schema(kind: JobKind) -> dict[str, Any]:
    columns = Columns(kind, INVOICE_ITEM_ADJUSTMENT)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLES[kind],
        "description": "A column may also be InvoiceItemAdjustment.NAME or in snake case: docs/jobs.md.",
        "type": "object",
        "properties": {field.name: _property(field) for field in columns.fields},
        "patternProperties": {"^_": {}},
        "required": list(columns.required),
        "additionalProperties": False,
    }
    if kind is JobKind.ADJUST:
        schema["anyOf"] = [{"required": ["InvoiceId"]}, {"required": ["InvoiceNumber"]}]
    return schema


def _property(field: Field) -> dict[str, Any]:
    if field.is_id or field.type is WireType.ID:
        return dict(_ID)
    if field.type is not WireType.STRING:
        return dict(_TYPES[field.type])
    if field.values:
        return {"type": "string", "enum": list(field.values)}
    return {"type": "string"} | ({"maxLength": field.length} if field.length is not None else {})
