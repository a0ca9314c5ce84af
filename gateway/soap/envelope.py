"""Reading an envelope: bytes to the operation's element and the header's options.

Namespaces count, prefixes never; header blocks are matched by local name in any case and namespace, because
real clients put them into the envelope's, the object's and even another vendor's namespace. Any DTD is
refused, attributes are never walked (lxml does that in quadratic time), and the parser expands nothing.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Node

from gateway.contract.errors import ErrorCode
from gateway.contract.lexical import read_boolean, read_int
from gateway.contract.operations import HEADERS
from gateway.soap.faults import ApiFault

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_NIL = f"{{{XSI}}}nil"
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]{0,80}encoding\s*=\s*["']""")

_HEADERS = {name.lower() for name in HEADERS}
_MUST = {SOAP_1_1: ("1",), SOAP_1_2: ("1", "true")}
_ROLE_NAMES = {SOAP_1_1: "actor", SOAP_1_2: "role"}
_OUR_ROLES = {
    SOAP_1_1: ("", "http://schemas.xmlsoap.org/soap/actor/next"),
    SOAP_1_2: ("", f"{SOAP_1_2}/role/next", f"{SOAP_1_2}/role/ultimateReceiver"),
}
"""To whom a header block is addressed when it is addressed to us. Source: SOAP 1.1, 4.2.2; SOAP 1.2, 2.2."""

MAX_NAMESPACES = 1000
"""How many namespace declarations may hold for an operation.

Resolving an xsi:type lists all of them, for each object anew; the busiest client declares 400 in a call.
"""


@dataclass(frozen=True, slots=True)
class CallHeaders:
    """What the header blocks of a call say; None is not said."""

    session: str | None = None
    single_transaction: bool | None = None
    batch_size: int | None = None
    case_sensitive: bool | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope as read."""

    namespace: str
    headers: CallHeaders
    operation: Node


def parse_envelope(data: bytes, charset: str | None) -> Node:
    """Parse a SOAP 1.1 or 1.2 envelope: its namespace tells in which version to answer.

    Args:
        data: The request body, whole and unpacked.
        charset: Of the Content-Type header; a byte order mark or a declaration comes first.

    Raises:
        ApiFault: It is no well-formed envelope.
    """
    root = _parse(data, charset)
    namespace, name = split_tag(root)
    if name != "Envelope" or namespace not in (SOAP_1_1, SOAP_1_2):
        raise _malformed("The request is no SOAP envelope.")
    return root


def read_envelope(root: Node) -> Envelope:
    """Read a parsed envelope.

    Raises:
        ApiFault: It has not exactly one operation, a header option that is none, or a header block that must
            be understood and is not known.
    """
    namespace = split_tag(root)[0]
    header = root.find(f"{{{namespace}}}Header")
    _check_understood(header, namespace)
    body = root.find(f"{{{namespace}}}Body")
    operations = [] if body is None else list(elements(body))
    if len(operations) != 1:
        raise _malformed(
            f"The envelope's Body must hold exactly one element, this one holds {len(operations)}."
        )
    if len(operations[0].nsmap) > MAX_NAMESPACES:
        raise _malformed(f"The request declares more than {MAX_NAMESPACES} namespaces.")
    return Envelope(namespace, _read_headers(header), operations[0])


def _parse(data: bytes, charset: str | None) -> Node:
    if data.startswith(_BYTE_ORDER_MARKS) or _DECLARED_ENCODING.match(data):
        charset = None
    try:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
            encoding=charset,
        )
        root = etree.fromstring(data, parser)
    except LookupError:
        raise _malformed("The request's charset is not known.") from None
    except (etree.XMLSyntaxError, ValueError) as error:
        # Without the name of a file that nobody sent, which the error's own text ends with.
        why = " ".join(str(getattr(error, "msg", error)).split())
        raise _malformed(f"The request is not well-formed XML: {why}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _malformed("The request holds a document type declaration; none is allowed.")
    return root


def _malformed(message: str) -> ApiFault:
    return ApiFault(ErrorCode.INVALID_VALUE, message)


def split_tag(node: Node) -> tuple[str, str]:
    """Return an element's namespace (empty for none) and local name."""
    namespace, _, name = node.tag.rpartition("}")
    return namespace[1:], name


def elements(parent: Node) -> Iterator[Node]:
    """Return the child elements; what is left of an entity reference is none."""
    return (child for child in parent if isinstance(child.tag, str))


def is_nil(node: Node) -> bool:
    """Say whether an element is nil; ``xsi:nil="false"`` is not."""
    return (node.get(_NIL) or "").strip() in ("true", "1")


def has_markup(node: Node) -> bool:
    """Say whether an element that should hold text holds anything else."""
    return len(node) > 0


def text_of(parent: Node, name: str) -> str:
    """Return the text of the one child of this local name; empty when it is missing, nil or empty.

    Raises:
        ApiFault: It is given twice, or with markup inside.
    """
    texts = texts_of(parent, name)
    if len(texts) > 1:
        raise ApiFault(ErrorCode.INVALID_VALUE, f"{name} must be given once.")
    return texts[0] if texts else ""


def check_order(parent: Node, names: list[str]) -> None:
    """Hold the children of these names to their order, in the legacy's words.

    Source: the product's documentation of login, which alone enforces it.

    Raises:
        ApiFault: One stands behind one that it should precede.
    """
    last = 0
    for child in elements(parent):
        name = split_tag(child)[1]
        if name in names:
            if names.index(name) < last:
                raise ApiFault(ErrorCode.INVALID_VALUE, f"Unexpected subelement {name}")
            last = names.index(name)


def texts_of(parent: Node, name: str) -> list[str]:
    """Return the texts of all children of this local name, in order.

    Raises:
        ApiFault: One has markup inside.
    """
    found = [child for child in elements(parent) if split_tag(child)[1] == name]
    if any(has_markup(child) for child in found):
        raise ApiFault(ErrorCode.INVALID_VALUE, f"{name} must be plain text.")
    return ["" if is_nil(child) else child.text or "" for child in found]


def _check_understood(header: Node | None, soap: str) -> None:
    """Refuse the call when a block of its header must be understood, is addressed to us and is not known."""
    for block in () if header is None else elements(header):
        must = (block.get(f"{{{soap}}}mustUnderstand") or "").strip() in _MUST[soap]
        role = (block.get(f"{{{soap}}}{_ROLE_NAMES[soap]}") or "").strip()
        if must and role in _OUR_ROLES[soap] and split_tag(block)[1].lower() not in _HEADERS:
            namespace, name = split_tag(block)
            raise ApiFault(
                ErrorCode.INVALID_VALUE,
                f"The header block {{{namespace[:100]}}}{name[:60]} must be understood and is not known "
                "here. Nothing was done.",
                soap_code="MustUnderstand",
            )


def _read_headers(header: Node | None) -> CallHeaders:
    """Read the blocks that matter, whatever their namespace and case; the others are nobody's business."""
    texts: dict[str, str] = {}
    if header is not None:
        for block in elements(header):
            block_name = split_tag(block)[1].lower()
            for child in elements(block):
                if child.text and not is_nil(child):
                    texts[f"{block_name}/{split_tag(child)[1].lower()}"] = child.text.strip()
    single_transaction = texts.get("calloptions/usesingletransaction")
    batch_size = texts.get("queryoptions/batchsize")
    case_sensitive = texts.get("queryoptions/casesensitive")
    try:
        return CallHeaders(
            session=texts.get("sessionheader/session"),
            single_transaction=read_boolean(single_transaction) if single_transaction else None,
            batch_size=read_int(batch_size) if batch_size else None,
            case_sensitive=read_boolean(case_sensitive) if case_sensitive else None,
        )
    except ValueError as error:
        raise ApiFault(
            ErrorCode.INVALID_VALUE, f"'{str(error)[:60]}' is not a value of a header option."
        ) from None
