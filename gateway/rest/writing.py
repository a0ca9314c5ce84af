"""Writing JSON: the results in the legacy's shapes, amounts with exactly the digits that they have.

Sources: https://developer.zuora.com/v1-api-reference/ (Action_POSTcreate, Action_POSTdelete,
Action_POSTquery, Object_POSTInvoiceItemAdjustment, Object_GETInvoiceItemAdjustment and their neighbours; read
2026-01-02).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, tzinfo
from typing import Any

from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import clean_text, write_date_time, write_decimal
from gateway.service import QueryPage, SaveOutcome


def document(value: Any) -> bytes:
    """Return a value of texts, booleans, whole numbers, lists and dicts as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def text(value: str) -> str:
    """Return a text as a JSON string."""
    return json.dumps(clean_text(value), ensure_ascii=False)


def save_results(outcomes: Iterable[SaveOutcome]) -> list[dict[str, Any]]:
    """Return the results of a create or update, in the order of the records."""
    return [_result(outcome, "Success", "Id", "Errors") for outcome in outcomes]


def delete_results(outcomes: Iterable[SaveOutcome]) -> list[dict[str, Any]]:
    """Return the results of a delete, whose members are in lower case."""
    return [_result(outcome, "success", "id", "errors") for outcome in outcomes]


def _result(outcome: SaveOutcome, success: str, id_: str, errors: str) -> dict[str, Any]:
    if not outcome.errors:
        return {success: True} | ({id_: outcome.id} if outcome.id is not None else {})
    return {
        success: False,
        errors: [
            {"Code": error.code, "Message": clean_text(error.message)}
            | ({"Field": clean_text(error.field)} if error.field else {})
            for error in outcome.errors
        ],
    }


def query_result(page: QueryPage) -> bytes:
    """Write a page of a query; queryLocator is there when a further page is."""
    locator = "" if page.locator is None else f',"queryLocator":{text(page.locator)}'
    done = "true" if page.locator is None else "false"
    return f'{{"size":{page.size},"done":{done}{locator},"records":[{",".join(records(page))}]}}'.encode()


def records(page: QueryPage) -> list[str]:
    """Write the rows of a page, column by column; a null is left out."""
    columns = [
        _column(field, values, page.zone)
        for field, values in zip(page.selection.fields, zip(*page.rows, strict=True), strict=False)
    ]
    return [f"{{{','.join(filter(None, cells))}}}" for cells in zip(*columns, strict=True)]


def _column(field: Field, values: Sequence[Any], zone: tzinfo) -> list[str]:
    opening = f"{text(field.name)}:"
    write = _writer(field.type, zone)
    return ["" if value is None else f"{opening}{write(value)}" for value in values]


def _writer(wire_type: WireType, zone: tzinfo) -> Callable[[Any], str]:
    if wire_type is WireType.DATE_TIME:
        return lambda value: f'"{write_date_time(value, zone)}"'
    return _WRITERS[wire_type]


def _write_date(value: date) -> str:
    return f'"{value.isoformat()}"'


_WRITERS: dict[WireType, Callable[[Any], str]] = {
    WireType.ID: text,
    WireType.STRING: text,
    WireType.DECIMAL: write_decimal,
    WireType.INT: str,
    WireType.BOOLEAN: lambda value: "true" if value else "false",
    WireType.DATE: _write_date,
}
