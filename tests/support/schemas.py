"""Whether an envelope's content is valid against our schemas."""

import tempfile
from functools import cache
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Node

from gateway.contract.catalog import CONTRACT, Catalog
from gateway.contract.fields import Feature
from gateway.contract.published import DEFAULT_FEATURES, Published
from gateway.soap.wsdl import render_schemas

_SOAP_11 = "{http://schemas.xmlsoap.org/soap/envelope/}"
_SOAP_12 = "{http://www.w3.org/2003/05/soap-envelope}"
_DETAIL = {_SOAP_11: "detail", _SOAP_12: f"{_SOAP_12}Detail"}


def assert_valid(
    body: bytes,
    version: int = 78,
    features: frozenset[Feature] = DEFAULT_FEATURES,
    catalog: Catalog = CONTRACT,
) -> None:
    """Raise AssertionError with the schema's errors unless an HTTP body is a valid envelope of ours.

    What is validated is the one child of the SOAP body or, of a fault, the one child of its detail; a fault
    without a detail is not valid here, because no typed client could read it. SOAP 1.1 and 1.2.
    """
    content = _content(etree.fromstring(body))
    schema = schema_at(version, features, catalog)
    assert schema.validate(content), "\n".join(
        f"line {error.line}: {error.message}" for error in schema.error_log
    )


@cache
def schema_at(
    version: int, features: frozenset[Feature] = DEFAULT_FEATURES, catalog: Catalog = CONTRACT
) -> etree.XMLSchema:
    """Return the schemas of a version, as these features show it, as one; fault.xsd imports the others."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in render_schemas(Published(version, features, catalog)).items():
            Path(folder, name).write_bytes(content)
        return etree.XMLSchema(file=str(Path(folder, "fault.xsd")))


def _content(envelope: Node) -> Node:
    """Return the element of an envelope that our schemas describe."""
    soap = next((soap for soap in (_SOAP_11, _SOAP_12) if envelope.tag == f"{soap}Envelope"), None)
    assert soap is not None, f"not an envelope: {envelope.tag}"
    content = _only_child(envelope, f"{soap}Body")
    return _only_child(content, _DETAIL[soap]) if content.tag == f"{soap}Fault" else content


def _only_child(parent: Node, tag: str) -> Node:
    """Return the one element within the parent's child of this tag."""
    holder = parent.find(tag)
    assert holder is not None, f"{parent.tag} has no {tag}"
    elements = list(holder.iterchildren("*"))
    assert len(elements) == 1, f"{tag} has {len(elements)} children, not one"
    return elements[0]
