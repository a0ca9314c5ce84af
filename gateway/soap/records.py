"""Reading zObjects: each element looked up once in a plan made from the contract table."""

from lxml.etree import _Element as Node

from gateway.contract import namespaces
from gateway.contract.objects import OBJECTS, ObjectType
from gateway.service import Record
from gateway.service.failures import InvalidType
from gateway.soap.envelope import XSI, elements, has_markup, is_nil, split_tag

_TYPE = f"{{{XSI}}}type"

_FIELDS_TO_NULL = f"{{{namespaces.OBJECT}}}fieldsToNull"
_PLANS = {
    object_type.name: {
        f"{{{namespaces.OBJECT}}}{field.name}": field.name for field in object_type.output_fields
    }
    for object_type in OBJECTS
}
_OBJECTS = {object_type.name: object_type for object_type in OBJECTS}


def read_batch(operation: Node, max_records: int) -> list[Record]:
    """Read the zObjects of a create or update.

    Args:
        operation: The operation's element.
        max_records: Of more than these only the count is taken: the use case refuses the call.

    Raises:
        InvalidType: A type is missing, unknown or foreign, or there are two.
    """
    nodes = [child for child in elements(operation) if split_tag(child)[1] == "zObjects"]
    if len(nodes) > max_records:
        return [Record() for _ in nodes]
    types = {_type_of(node) for node in nodes}
    if len(types) > 1:
        raise InvalidType(f"All objects of a call must have one type; these have {len(types)}.")
    if not types:
        return []
    object_type = types.pop()
    if not object_type.creatable:
        raise InvalidType(f"{object_type.name} can be queried here, not created or changed.")
    plan = _PLANS[object_type.name]
    return [_read_record(node, plan) for node in nodes]


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


def _read_record(node: Node, plan: dict[str, str]) -> Record:
    record = Record()
    seen: set[str] = set()
    for child in elements(node):
        tag = child.tag
        name = plan.get(tag)
        if name is None:
            if tag == _FIELDS_TO_NULL:
                if child.text and not is_nil(child):
                    record.fields_to_null.append(child.text.strip())
            else:
                record.unknown.append(split_tag(child)[1])
            continue
        if name in seen or has_markup(child):
            record.ambiguous.append(name)
        seen.add(name)
        # Empty, blank and nil are "not given": several clients send nil for every unset field.
        if child.text and child.text.strip() and not is_nil(child):
            record.values[name] = child.text
    return record
