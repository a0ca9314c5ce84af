"""Reading zObjects: what each holds, by name. Which names its object has is the use case's to know."""

from dataclasses import dataclass

from lxml.etree import _Element as Node

from gateway.contract import namespaces
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, OBJECTS, ObjectType
from gateway.service import Record
from gateway.service.failures import InvalidType
from gateway.service.tenant import MOST_RECORDS
from gateway.soap.envelope import XSI, elements, has_markup, is_nil, split_tag

_TYPE = f"{{{XSI}}}type"

_FIELD = f"{{{namespaces.OBJECT}}}"
_FIELDS_TO_NULL = "fieldsToNull"
_OBJECTS = {object_type.name: object_type for object_type in OBJECTS}


@dataclass(frozen=True, slots=True)
class Batch:
    """The zObjects of one call and their type, which is InvoiceItemAdjustment for none.

    Attributes:
        trouble: Their types are none that the call may have; the records are not read.
    """

    records: list[Record]
    object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT
    trouble: InvalidType | None = None


def read_batch(operation: Node) -> Batch:
    """Read the zObjects of a create or update."""
    nodes = [child for child in elements(operation) if split_tag(child)[1] == "zObjects"]
    if len(nodes) > MOST_RECORDS:
        # No tenant's limit is higher: the use case refuses the call for their count.
        return Batch([Record() for _ in nodes])
    try:
        object_type = _type_of_all(nodes)
    except InvalidType as trouble:
        return Batch([Record() for _ in nodes], trouble=trouble)
    return Batch([_read_record(node) for node in nodes], object_type)


def _type_of_all(nodes: list[Node]) -> ObjectType:
    types = {_type_of(node) for node in nodes}
    if len(types) > 1:
        raise InvalidType(f"All objects of a call must have one type; these have {len(types)}.")
    object_type = types.pop() if types else INVOICE_ITEM_ADJUSTMENT
    if not object_type.creatable:
        raise InvalidType(f"{object_type.name} can be queried here, not created or changed.")
    return object_type


def _type_of(node: Node) -> ObjectType:
    """Resolve xsi:type in the scope of its own element; without a prefix it has the default namespace."""
    text = (node.get(_TYPE) or "").strip()
    if not text:
        raise InvalidType("An object's xsi:type is missing.")
    prefix, _, name = text.rpartition(":")
    object_type = _OBJECTS.get(name)
    if object_type is None or node.nsmap.get(prefix or None) != namespaces.OBJECT:
        raise InvalidType(f"'{text[:60]}' is not an object type of {namespaces.OBJECT}.")
    return object_type


def _read_record(node: Node) -> Record:
    record = Record()
    seen: set[str] = set()
    for child in elements(node):
        if not child.tag.startswith(_FIELD):
            record.foreign.append(split_tag(child)[1])
            continue
        name = child.tag[len(_FIELD) :]
        if name == _FIELDS_TO_NULL:
            if child.text and not is_nil(child):
                record.fields_to_null.append(child.text.strip())
            continue
        if name in seen or has_markup(child):
            record.ambiguous.append(name)
        seen.add(name)
        # Empty, blank and nil are "not given": several clients send nil for every unset field.
        if child.text and child.text.strip() and not is_nil(child):
            record.values[name] = child.text
    return record
