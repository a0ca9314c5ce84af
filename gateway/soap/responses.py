"""Writing answers: the exact bytes of the legacy's envelopes.

Prefixes (soapenv, ns1, ns2, fns), declaration, nil form and order are those of recorded answers, because
clients match them literally; the namespaces of a record are declared on each record, as there. A query's
rows are written column by column: no tree is built.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, tzinfo
from typing import Any

from gateway.contract import namespaces
from gateway.contract.errors import code_at
from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import clean_text, write_date_time, write_decimal, write_midnight
from gateway.contract.operations import USER_INFO
from gateway.contract.versions import FIRST_WITH_DATES
from gateway.service import QueryPage, SaveOutcome
from gateway.soap.envelope import SOAP_1_1, SOAP_1_2, XSI
from gateway.soap.faults import ApiFault

CONTENT_TYPES = {SOAP_1_1: "text/xml;charset=UTF-8", SOAP_1_2: "application/soap+xml;charset=UTF-8"}

_NIL = f'xmlns:xsi="{XSI}" xsi:nil="1" /'
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Return text as XML character data; what XML cannot carry becomes U+FFFD."""
    if not _SPECIAL.search(text):
        return text
    text = clean_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def envelope(body: str, soap: str = SOAP_1_1) -> bytes:
    """Wrap a body into an envelope of this SOAP version's namespace."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{soap}\"><soapenv:Body>"
        f"{body}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def fault(error: ApiFault, version: int, soap: str = SOAP_1_1) -> bytes:
    """Write a fault: the code's prefix is always ``fns``, clients compare ``fns:INVALID_SESSION``.

    SOAP asks for its own codes beside that. SOAP 1.1 (4.4) also asks for no detail where the body was not
    looked at; the contract's detail is there all the same, because typed clients read nothing else.
    """
    code, message = code_at(error.code, version), escape(error.faultstring)
    name = f"soapenv:{error.soap_code}" if error.soap_code else f"fns:{code}"
    detail = (
        f"<fns:{error.kind}><fns:FaultCode>{code}</fns:FaultCode>"
        f"<fns:FaultMessage>{message}</fns:FaultMessage></fns:{error.kind}>"
    )
    if soap == SOAP_1_2:
        parts = (
            f"<soapenv:Code><soapenv:Value>{name}</soapenv:Value></soapenv:Code>"
            f'<soapenv:Reason><soapenv:Text xml:lang="en-US">{message}</soapenv:Text></soapenv:Reason>'
            f"<soapenv:Detail>{detail}</soapenv:Detail>"
        )
    else:
        parts = f"<faultcode>{name}</faultcode><faultstring>{message}</faultstring><detail>{detail}</detail>"
    return envelope(f'<soapenv:Fault xmlns:fns="{namespaces.FAULT}">{parts}</soapenv:Fault>', soap)


def response(operation: str, content: str, soap: str) -> bytes:
    """Write the response of an operation around its content."""
    return envelope(
        f'<ns1:{operation}Response xmlns:ns1="{namespaces.API}">{content}</ns1:{operation}Response>', soap
    )


def login_result(session: str, server_url: str) -> str:
    """Write login's result."""
    return (
        f"<ns1:result><ns1:Session>{escape(session)}</ns1:Session>"
        f"<ns1:ServerUrl>{escape(server_url)}</ns1:ServerUrl></ns1:result>"
    )


def user_info(values: Iterable[str]) -> str:
    """Write getUserInfo's values, which stand in the response without a result around them."""
    return "".join(
        f"<ns1:{name}>{escape(value)}</ns1:{name}>" for name, value in zip(USER_INFO, values, strict=True)
    )


def save_results(outcomes: Iterable[SaveOutcome], version: int) -> str:
    """Write the SaveResults of a create or update."""
    return _results(outcomes, version, ("Errors", "Id", "Success"))


def delete_results(outcomes: Iterable[SaveOutcome], version: int) -> str:
    """Write the DeleteResults of a delete, whose children are in lower case."""
    return _results(outcomes, version, ("errors", "id", "success"))


def _results(outcomes: Iterable[SaveOutcome], version: int, names: tuple[str, str, str]) -> str:
    errors, id_, success = names
    parts: list[str] = []
    for outcome in outcomes:
        parts.append("<ns1:result>")
        for error in outcome.errors:
            field = f"<ns1:Field>{error.field}</ns1:Field>" if error.field else ""
            parts.append(
                f"<ns1:{errors}><ns1:Code>{code_at(error.code, version)}</ns1:Code>"
                f"<ns1:Message>{escape(error.message)}</ns1:Message>{field}</ns1:{errors}>"
            )
        if outcome.id is not None:
            parts.append(f"<ns1:{id_}>{outcome.id}</ns1:{id_}>")
        succeeded = "false" if outcome.errors else "true"
        parts.append(f"<ns1:{success}>{succeeded}</ns1:{success}></ns1:result>")
    return "".join(parts)


def query_result(page: QueryPage, version: int) -> str:
    """Write a page of a query. An empty result has one nil record, as the legacy's has."""
    done = "true" if page.locator is None else "false"
    locator = (
        f"<ns1:queryLocator {_NIL}>"
        if page.locator is None
        else f"<ns1:queryLocator>{page.locator}</ns1:queryLocator>"
    )
    records = _records(page, version) if page.rows else f"<ns1:records {_NIL}>"
    return (
        f"<ns1:result><ns1:done>{done}</ns1:done>{locator}{records}"
        f"<ns1:size>{page.size}</ns1:size></ns1:result>"
    )


def _records(page: QueryPage, version: int) -> str:
    opening = (
        f'<ns1:records xmlns:ns2="{namespaces.OBJECT}" xmlns:xsi="{XSI}" '
        f'xsi:type="ns2:{page.selection.object_type.name}">'
    )
    columns = [
        _column(field, values, version, page.zone)
        for field, values in zip(page.selection.fields, zip(*page.rows, strict=True), strict=True)
    ]
    return "".join(f"{opening}{''.join(cells)}</ns1:records>" for cells in zip(*columns, strict=True))


def _column(field: Field, values: Sequence[Any], version: int, zone: tzinfo) -> list[str]:
    """Write one field of every row; a null is left out."""
    opening, closing = f"<ns2:{field.name}>", f"</ns2:{field.name}>"
    write = _writer(field.type, version, zone)
    return ["" if value is None else f"{opening}{write(value)}{closing}" for value in values]


def _writer(wire_type: WireType, version: int, zone: tzinfo) -> Callable[[Any], str]:
    if wire_type is WireType.DATE:
        if version >= FIRST_WITH_DATES:
            return date.isoformat
        return lambda value: write_midnight(value, zone)
    if wire_type is WireType.DATE_TIME:
        return lambda value: write_date_time(value, zone)
    return _WRITERS[wire_type]


_WRITERS: dict[WireType, Callable[[Any], str]] = {
    WireType.ID: escape,
    WireType.STRING: escape,
    WireType.DECIMAL: write_decimal,
    WireType.INT: str,
    WireType.BOOLEAN: lambda value: "true" if value else "false",
}
