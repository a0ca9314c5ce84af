"""A WSDL as a set of facts, so that two documents can be compared whatever their prefixes and layout.

Every attribute of every node is a fact, and so is the order of a node's children. What is not looked at is
listed here in full: documentation and comments, the endpoint's address, and the order of messages, of a
schema's components and of a binding's operations (the real one's differs from its port type's).
Attributes that hold a qualified name are compared by namespace, and one that is left out by its default.
"""

from collections.abc import Collection, Iterable, Iterator

from lxml import etree
from lxml.etree import _Element as Node

Fact = tuple[str, str]
"""Where in the document, and what is said there."""

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_SHORT = {
    "http://schemas.xmlsoap.org/wsdl/": "wsdl",
    "http://schemas.xmlsoap.org/wsdl/soap/": "soap",
    "http://www.w3.org/2001/XMLSchema": "xs",
    "http://api.zuora.com/": "zns",
    "http://object.api.zuora.com/": "ons",
    "http://fault.api.zuora.com/": "fns",
}

_NAMING = ("name", "part", "value", "targetNamespace", "namespace")
_REFERRING = {"message": "message", "element": "element", "ref": "element", "type": "type", "base": "type"}
_QUALIFIED = {*_REFERRING, "binding"}
_DEFAULTS = {
    "element": {"minOccurs": "1", "maxOccurs": "1", "nillable": "false"},
    "schema": {"elementFormDefault": "unqualified", "attributeFormDefault": "unqualified"},
}
_UNORDERED = {"definitions", "schema", "binding"}

_Key = tuple[str, str]  # what kind of component, and its qualified name


def facts(
    wsdl: bytes, operations: Collection[str] | None = None, objects: Collection[str] = ()
) -> frozenset[Fact]:
    """Return what a WSDL says, about all that it declares or only about some operations and objects.

    Args:
        wsdl: The document.
        operations: The names of the operations to keep; None keeps everything in the document.
        objects: The names of the object types to keep. What the kept operations and objects refer to,
            directly or not, stays with them, and so do all faults.
    """
    root = etree.fromstring(wsdl, etree.XMLParser(remove_comments=True, remove_pis=True))
    if operations is not None:
        _restrict(root, operations, objects)
    return frozenset(_facts(root, ""))


def differences(ours: Iterable[Fact], theirs: Iterable[Fact]) -> list[str]:
    """Return, sorted by place, each fact that only one document states: ``+`` is ours, ``-`` theirs."""
    ours, theirs = set(ours), set(theirs)
    return [f"{'+' if fact in ours else '-'} {fact[0]}: {fact[1]}" for fact in sorted(ours ^ theirs)]


def _facts(node: Node, place: str) -> Iterator[Fact]:
    """Yield the facts of a node and of all below it."""
    here = f"{place}/{_label(node)}"
    children = [child for child in node if child.tag != f"{_WSDL}documentation"]
    yield here, "exists"
    for name, value in _attributes(node).items():
        yield here, f"{name}={value}"
    if etree.QName(node).localname not in _UNORDERED:
        yield here, f"order: {', '.join(map(_label, children))}"
    for child in children:
        yield from _facts(child, here)


def _label(node: Node) -> str:
    """Return a node's tag and its name among its siblings."""
    tag = etree.QName(node)
    name = next((node.get(attribute) for attribute in _NAMING if node.get(attribute)), "")
    return f"{_SHORT.get(tag.namespace, tag.namespace)}:{tag.localname} {_SHORT.get(name, name)}".strip()


def _attributes(node: Node) -> dict[str, str]:
    """Return a node's attributes, defaults included and qualified names resolved; no address."""
    given = {name: _resolved(node, value) if name in _QUALIFIED else value for name, value in node.items()}
    if node.tag == f"{_SOAP}address":
        del given["location"]
    return _DEFAULTS.get(etree.QName(node).localname, {}) | given


def _resolved(node: Node, name: str) -> str:
    """Return a qualified name with the prefix that stands for its namespace everywhere here."""
    prefix, _, local = name.rpartition(":")
    namespace = node.nsmap.get(prefix or None)
    return f"{_SHORT.get(namespace, namespace)}:{local}"


# Restriction: what is not offered is taken out of the tree


def _restrict(root: Node, operations: Collection[str], objects: Collection[str]) -> None:
    """Remove all operations but some, and every component that is neither reached nor a fault."""
    for operation in list(root.iter(f"{_WSDL}operation")):
        if operation.get("name") not in operations:
            operation.getparent().remove(operation)
    components = _components(root)
    wanted = {("type", f"ons:{name}") for name in objects}
    wanted |= {key for key in components if key[1].startswith("fns:")}
    kept = _reached(components, wanted, root.iter(f"{_WSDL}operation"))
    for key, component in components.items():
        carried = set(_references(component)) if key[0] == "message" else set()
        if key not in kept and not (carried and carried <= kept):
            component.getparent().remove(component)


def _components(root: Node) -> dict[_Key, Node]:
    """Return messages and the schemas' global elements and types, each by kind and qualified name."""
    target = _SHORT[root.get("targetNamespace")]
    found = {("message", f"{target}:{node.get('name')}"): node for node in root.iter(f"{_WSDL}message")}
    for schema in root.iter(f"{_XS}schema"):
        target = _SHORT[schema.get("targetNamespace")]
        for node in schema.iterchildren(f"{_XS}element", f"{_XS}complexType", f"{_XS}simpleType"):
            kind = "element" if node.tag == f"{_XS}element" else "type"
            found[kind, f"{target}:{node.get('name')}"] = node
    return found


def _reached(components: dict[_Key, Node], wanted: set[_Key], starts: Iterable[Node]) -> set[_Key]:
    """Return the wanted components and all that they or the starting nodes refer to, directly or not."""
    reached: set[_Key] = set()
    waiting = [*wanted, *(key for start in starts for key in _references(start))]
    while waiting:
        key = waiting.pop()
        if key in components and key not in reached:
            reached.add(key)
            waiting.extend(_references(components[key]))
    return reached


def _references(node: Node) -> Iterator[_Key]:
    """Yield what a node and all below it refer to."""
    for each in node.iter():
        for name, value in each.items():
            if name in _REFERRING:
                yield _REFERRING[name], _resolved(each, value)
