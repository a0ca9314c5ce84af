"""What must hold of any answer whatever was asked, and what an answer says was reached."""

import gzip
import io
import logging
import re
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from traceback import format_exception
from typing import Any

from lxml import etree
from lxml.etree import _Element as Node

from gateway.contract.published import Published
from gateway.contract.versions import NEWEST, OLDEST
from gateway.soap.wsdl import render_schemas
from support.fuzz_requests import Request
from support.fuzz_values import OBJECTS, SOAP_1_1, SOAP_1_2

_FAULT = "{http://fault.api.zuora.com/}"
_API = "{http://api.zuora.com/}"
_STATUSES = (200, 400, 404, 405, 413, 415, 500)
_MEDIA_TYPES = {SOAP_1_1: "text/xml;charset=UTF-8", SOAP_1_2: "application/soap+xml;charset=UTF-8"}
_DETAILS = {SOAP_1_1: "detail", SOAP_1_2: f"{{{SOAP_1_2}}}Detail"}
_HEADER_VALUE = re.compile(r"[ -~\xa0-\xff]*")
_FAULTS_OF_USE_CASES = (
    "LoginFault",
    "MalformedQueryFault",
    "InvalidQueryLocatorFault",
    "MAX_RECORDS_EXCEEDED",
)


class Escape(Exception):  # noqa: N818  # what is found, not an error of ours
    """An exception that the gateway did not expect: it left the application, or became UNKNOWN_ERROR."""


@dataclass
class Reached:
    """What one answer says: an operation's results, or a fault."""

    operation: str = ""
    fault: str = ""
    errors: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    locators: list[str] = field(default_factory=list)
    succeeded: int = 0

    @property
    def use_case(self) -> bool:
        """Whether the call was read and its session known: a use case answered it."""
        return bool(self.operation) or any(name in self.fault for name in _FAULTS_OF_USE_CASES)


class Log(logging.Handler):
    """Keeps what the gateway logs as an error: the exceptions that it did not expect."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.exceptions: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        lines = format_exception(*record.exc_info) if record.exc_info else []
        self.exceptions.append(record.getMessage() + "\n" + "".join(lines))

    def taken(self) -> str:
        """Return what was logged since it was last asked."""
        text = "\n".join(self.exceptions)
        self.exceptions.clear()
        return text


def environ_of(request: Request) -> dict[str, Any]:
    """Return a request as a WSGI server hands it over."""
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "gateway.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)),
        **request.headers,
    }


def check(request: Request, status: str, headers: list[tuple[str, str]], body: bytes) -> Reached:
    """Raise AssertionError unless the answer is one that a client can read; return what it says."""
    code = int(status[:3])
    assert re.fullmatch(r"[1-5]\d\d [A-Za-z ]+", status), status
    assert code in _STATUSES, f"status {status}"
    named = dict(headers)
    assert len(named) == len(headers), "a header twice"
    assert all(_HEADER_VALUE.fullmatch(value) for value in named.values()), named
    if request.method == "HEAD":
        assert body == b""
        return Reached()
    assert named["Content-Length"] == str(len(body)), "another length than it says"
    if named.get("Content-Encoding") == "gzip":
        assert "gzip" in request.headers["HTTP_ACCEPT_ENCODING"], "packed without being asked"
        body = gzip.decompress(body)
    if named["Content-Type"].startswith("text/plain"):
        assert request.method in ("GET", "HEAD"), "no XML for a call"
        return Reached()
    root = etree.fromstring(body)
    if root.tag.endswith("}definitions"):
        assert request.method == "GET", "a WSDL for a call"
        return Reached()
    return _check_envelope(request, code, named["Content-Type"], root)


def _check_envelope(request: Request, status: int, media_type: str, root: Node) -> Reached:
    soap = root.tag[1:].partition("}")[0]
    assert root.tag == f"{{{soap}}}Envelope", root.tag
    assert media_type == _MEDIA_TYPES[soap], f"{media_type} for an envelope of {soap}"
    assert [child.tag for child in root] == [f"{{{soap}}}Body"], "more than a Body"
    (content,) = root[0]
    is_fault = content.tag == f"{{{soap}}}Fault"
    assert is_fault == (status != 200), f"status {status}, and the Body holds {content.tag}"
    schema = _schema(_version(request))
    (described,) = content.find(_DETAILS[soap]) if is_fault else (content,)
    assert schema.validate(described), schema.error_log
    return _fault(content, soap) if is_fault else _results(content)


class _Everything(Published):
    """A version's contract with every field, since queries answer those too that its WSDL does not show."""

    objects = OBJECTS


@cache
def _schema(version: int) -> etree.XMLSchema:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in render_schemas(_Everything(version)).items():
            Path(folder, name).write_bytes(content)
        return etree.XMLSchema(file=str(Path(folder, "fault.xsd")))


def _version(request: Request) -> int:
    found = re.fullmatch(r"/apps/services/a/(\d{1,3})(?:\.0?)?/?", request.path, re.ASCII)
    version = int(found[1]) if found else NEWEST
    return version if OLDEST <= version <= NEWEST else NEWEST


def _fault(fault: Node, soap: str) -> Reached:
    """Hold a fault to SOAP's form: a qualified code, a reason, the contract's detail that says the same."""
    inner = f"{{{soap}}}" if soap == SOAP_1_2 else ""
    code_path, reason_path = (
        (f"{inner}Code/{inner}Value", f"{inner}Reason/{inner}Text") if inner else ("faultcode", "faultstring")
    )
    prefix, _, name = (fault.findtext(code_path) or "").partition(":")
    (detail,) = fault.find(_DETAILS[soap])
    code, message = detail.findtext(f"{_FAULT}FaultCode"), detail.findtext(f"{_FAULT}FaultMessage")
    assert fault.findtext(reason_path) == message, "two messages"
    namespace = fault.nsmap[prefix]
    assert (f"{{{namespace}}}", name) == (_FAULT, code) or (namespace, name) == (soap, "MustUnderstand"), name
    kind = detail.tag.removeprefix(_FAULT)
    if code == "UNKNOWN_ERROR":
        raise Escape(f"{kind} {code}: {message}")
    return Reached(fault=f"{kind} {code}" + (" (soapenv:MustUnderstand)" if namespace == soap else ""))


def _results(response: Node) -> Reached:
    reached = Reached(operation=response.tag.removeprefix(_API).removesuffix("Response"))
    reached.errors = [
        error.findtext(f"{_API}Code") for error in response.iter(f"{_API}Errors", f"{_API}errors")
    ]
    saved = [
        result.findtext(f"{_API}Id") or ""
        for result in response.iter(f"{_API}result")
        if "true" in (result.findtext(f"{_API}Success"), result.findtext(f"{_API}success"))
    ]
    reached.ids = saved if reached.operation == "create" else []
    reached.succeeded = len(saved)
    reached.locators = [each.text for each in response.iter(f"{_API}queryLocator") if each.text]
    return reached
