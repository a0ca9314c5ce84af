"""The objects: one adjustment at a time, at an address of its own."""

import re

from gateway.contract.lexical import clean_text, read_id
from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.http import Reply
from gateway.rest.actions import check_known, told
from gateway.rest.answers import answer
from gateway.rest.reading import read_record
from gateway.rest.requests import Request
from gateway.rest.writing import delete_results, document, records, save_results
from gateway.service import Adjusting, Caller, Querying, Record, Saved
from gateway.service.failures import InvalidArgument

OBJECT_PATHS = {
    "invoice-item-adjustment": INVOICE_ITEM_ADJUSTMENT,
    "invoice-adjustment": INVOICE_ADJUSTMENT,
}
"""The objects by how their addresses name them."""

_FIELD_NAME = re.compile(r"\w{1,100}", re.ASCII)

_NOTHING = document({"records": [], "size": 0, "done": True})
"""What the legacy answers with 404 (ProxyNoDataResponse)."""


class Objects:
    """The objects; each takes a request, who makes it, the object's type and, but for ``create``, its Id.

    Args:
        adjusting: The use cases that change.
        querying: The use cases that read.
    """

    def __init__(self, adjusting: Adjusting, querying: Querying) -> None:
        self._adjusting = adjusting
        self._querying = querying

    def create(self, request: Request, caller: Caller, object_type: ObjectType) -> Reply:
        """Create an adjustment."""
        record = read_record(request.members(caller))
        check_known(request, [record], caller.configuration.catalog.by_name[object_type.name])
        return _one(self._adjusting.create(caller, [record], request.options(), object_type=object_type))

    def read(self, request: Request, caller: Caller, object_type: ObjectType, id_: str) -> Reply:
        """Return an adjustment's fields, all or those that are asked for, but for those that are null."""
        object_type = caller.configuration.catalog.by_name[object_type.name]
        try:
            id_ = read_id(id_)
        except ValueError:
            return answer(_NOTHING, 404)
        names = _field_names(request, object_type)
        query = f"select {','.join(names)} from {object_type.name} where Id = '{id_}'"  # noqa: S608  # ZOQL, each part of it checked
        page = self._querying.query(caller, query)
        return answer(records(page)[0].encode()) if page.rows else answer(_NOTHING, 404)

    def update(self, request: Request, caller: Caller, object_type: ObjectType, id_: str) -> Reply:
        """Update, or cancel, an adjustment."""
        record = _named(read_record(request.members(caller)), id_)
        check_known(request, [record], caller.configuration.catalog.by_name[object_type.name])
        return _one(self._adjusting.update(caller, [record], request.options(), object_type=object_type))

    def delete(self, request: Request, caller: Caller, object_type: ObjectType, id_: str) -> Reply:
        """Delete a canceled adjustment."""
        saved = self._adjusting.delete(caller, [id_], request.options(), object_type=object_type)
        if saved[0].errors:
            return _one(saved)
        return told(saved, delete_results(saved)[0])

    def reverse(self, request: Request, caller: Caller, object_type: ObjectType, id_: str) -> Reply:
        """Reverse an adjustment: ours, the legacy's clients send the counter-adjustment themselves."""
        record = _named(read_record(request.members(caller, optional=True)), id_)
        return _one(self._adjusting.reverse(caller, [record], request.options(), object_type=object_type))


def _named(record: Record, id_: str) -> Record:
    """Return the record with the Id of its address, which its body need not repeat."""
    if record.values.setdefault("Id", id_) != id_:
        raise InvalidArgument("The body names another Id than the address.")
    return record


def _one(saved: Saved) -> Reply:
    """Return the result of a call that has one record."""
    return told(saved, save_results(saved)[0], 400 if saved[0].errors else 200)


def _field_names(request: Request, object_type: ObjectType) -> list[str]:
    text = clean_text(request.parameter("fields") or "")
    if not text:
        return [field.name for field in object_type.output_fields if field.selectable]
    names = [name.strip() for name in text.split(",")]
    if not all(_FIELD_NAME.fullmatch(name) for name in names):
        raise InvalidArgument("'fields' must be names of fields with commas between.")
    return names
