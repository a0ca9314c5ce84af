"""The WSGI door in front of Spyne: paths, methods, media types, compression, sizes, and the last resort.

Whatever is sent gets a well-formed answer of the right kind; nothing escapes as a server's own page.
"""

import gzip
import io
import logging
import re
import time
import uuid
import zlib
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from gateway.contract.errors import ErrorCode
from gateway.contract.versions import NEWEST, OLDEST, parse_version
from gateway.service import Failure
from gateway.soap.application import UseCases, wsgi_application
from gateway.soap.envelope import SOAP_1_1
from gateway.soap.faults import ApiFault, unexpected
from gateway.soap.responses import CONTENT_TYPES, fault

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Reply = tuple[int, list[tuple[str, str]], bytes]

_log = logging.getLogger(__name__)

_ENDPOINT = re.compile(r"/apps/services/a/([^/]+)/?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_WSDL_PATH = "/apps/servlet/GenerateWsdl"
_HEALTH_PATH = "/health"

_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_MEDIA_TYPES = ("text/xml", "application/xml", "application/soap+xml", "")
_PLAIN = "text/plain; charset=utf-8"
_PACKED_FROM = 1000
"""Bytes of the smallest answer worth packing (what the legacy's REST documentation says)."""

_PACKING_LEVEL = 1
"""The quickest: a page of 2,000 records shrinks twenty-fold already."""

_GREETING = (
    b"This is a SOAP gateway for invoice item adjustments. The WSDL is at /apps/servlet/GenerateWsdl\n"
)


_XML = CONTENT_TYPES[SOAP_1_1]
_CODES = {500: ErrorCode.UNKNOWN_ERROR, 503: ErrorCode.SERVER_UNAVAILABLE}


def refuse(status: int, reason: str, code: ErrorCode | None = None) -> Reply:
    """Return a refusal as status, headers and a SOAP fault: what the server's front answers by itself."""
    code = code or _CODES.get(status, ErrorCode.INVALID_VALUE)
    return status, [("Content-Type", _XML)], fault(ApiFault(code, reason), NEWEST)


class Endpoint:
    """The WSGI application: every version's endpoint, the WSDL, and a page for whoever looks by hand.

    Args:
        use_cases: What the operations call.
        max_body_bytes: The largest body, as sent and unpacked.
    """

    def __init__(self, use_cases: UseCases, max_body_bytes: int) -> None:
        self._use_cases = use_cases
        self._max_body_bytes = max_body_bytes
        self._applications: dict[int, Any] = {}
        self._making = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        environ["gateway.request_id"] = request_id = uuid.uuid4().hex
        began = time.perf_counter()
        try:
            status, headers, body = self._answer(environ)
        except _Refused as refused:
            status, headers, body = refuse(refused.status, refused.reason, refused.code)
            headers += refused.headers
        except Exception:  # noqa: BLE001  # the last resort: whatever it is, the caller gets a fault
            status, headers = 500, [("Content-Type", _XML)]
            body = fault(unexpected(environ), NEWEST)
        size = len(body)
        if size >= _PACKED_FROM and _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = gzip.compress(body, _PACKING_LEVEL, mtime=0)
            headers = [*headers, ("Content-Encoding", "gzip")]
        headers = [
            *(header for header in headers if header[0] != "Content-Length"),
            # Answers hold sessions and billing data.
            ("Cache-Control", "max-age=0, no-cache, no-store"),
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(body))),
            ("X-Request-Id", request_id),
            # A client that knows it may send a call again after a lost answer (gateway.client).
            ("X-Gateway-Accepts", "Idempotency-Key"),
        ]
        _log.log(
            logging.DEBUG if environ.get("PATH_INFO") == _HEALTH_PATH else logging.INFO,
            "%s %s %s %d %d bytes %.1f ms",
            request_id,
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO", "").encode("unicode_escape").decode("ascii"),
            status,
            size,
            (time.perf_counter() - began) * 1000,
        )
        start_response(f"{status} {_REASONS.get(status, 'Unknown')}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: Environ) -> Reply:
        path = environ.get("PATH_INFO", "")
        reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if reads and path == _WSDL_PATH:
            version = parse_qs(environ.get("QUERY_STRING", "")).get("version", [f"{NEWEST}.0"])[0]
            return self._wsdl(self._application(version))
        found = _ENDPOINT.fullmatch(path)
        if found is None:
            return _page(path, environ["REQUEST_METHOD"])
        application = self._application(found[1])
        if reads and environ.get("QUERY_STRING", "").split("=")[0].lower() == "wsdl":
            return self._wsdl(application)
        if environ["REQUEST_METHOD"] != "POST":
            raise _Refused(405, "An operation is called with POST.", [("Allow", "POST")])
        return _call(application, environ | self._body(environ))

    def _application(self, version_text: str) -> Any:
        version = parse_version(version_text)
        if version is None or not OLDEST <= version <= NEWEST:
            raise _Refused(
                500,
                f"There is no API version '{version_text[:20]}' here; there are {OLDEST}.0 to {NEWEST}.0.",
                code=ErrorCode.INVALID_VERSION,
            )
        with self._making:
            # Made when it is first asked for: most callers are of a few versions.
            if version not in self._applications:
                self._applications[version] = wsgi_application(version, self._use_cases, self._max_body_bytes)
            return self._applications[version]

    def _wsdl(self, application: Any) -> Reply:
        try:
            return 200, [("Content-Type", _XML)], application.app.wsdl()
        except Failure as failure:
            raise _Refused(503, failure.message, code=failure.code) from failure

    def _body(self, environ: Environ) -> Environ:
        """Return what changes in the environment once the body is read and unpacked."""
        media_type = environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
        if media_type not in _MEDIA_TYPES:
            raise _Refused(415, f"'{media_type[:60]}' is no media type of SOAP; text/xml is.")
        body = self._unpack(self._read(environ), environ.get("HTTP_CONTENT_ENCODING", ""))
        if not body:
            raise _Refused(400, "The request has no body.")
        return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}

    def _read(self, environ: Environ) -> bytes:
        text = environ.get("CONTENT_LENGTH") or ""
        if text and not _LENGTH.fullmatch(text):
            raise _Refused(400, "The Content-Length is no number of bytes.")
        length = int(text) if text else self._max_body_bytes + 1
        if length > self._max_body_bytes + (0 if text else 1):
            raise self._too_large()
        body: bytes = environ["wsgi.input"].read(length)
        if len(body) > self._max_body_bytes:
            raise self._too_large()
        if text and len(body) < length:
            raise _Refused(400, "The body ends before its Content-Length.")
        return body

    def _unpack(self, body: bytes, encoding: str) -> bytes:
        encoding = encoding.strip().lower()
        if encoding in ("", "identity"):
            return body
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise _Refused(415, f"'{encoding[:60]}' is no encoding that is known here; gzip is.")
        unpacker = zlib.decompressobj(47)
        try:
            unpacked = unpacker.decompress(body, self._max_body_bytes + 1)
        except zlib.error:
            raise _Refused(400, "The body is not packed as its Content-Encoding says.") from None
        if len(unpacked) > self._max_body_bytes:
            raise self._too_large()
        if not unpacker.eof or unpacker.unused_data:
            raise _Refused(400, "The packed body is cut short, or something follows it.")
        return unpacked

    def _too_large(self) -> Exception:
        return _Refused(413, f"The body is larger than {self._max_body_bytes} bytes.")


def _accepts_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding asks for gzip: named, and not with a quality of zero."""
    for part in header.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name in ("gzip", "x-gzip"):
            return quality.strip("0.") != "" or not quality
    return False


class _Refused(Exception):  # noqa: N818  # what is refused is the request
    """A request that never becomes a call."""

    def __init__(
        self,
        status: int,
        reason: str,
        headers: Iterable[tuple[str, str]] = (),
        code: ErrorCode | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = list(headers)
        self.code = code


def _page(path: str, method: str) -> Reply:
    """Answer what is no endpoint: a probe, somebody looking by hand, or a mistyped address."""
    if method in ("GET", "HEAD"):
        if path == _HEALTH_PATH:
            return 200, [("Content-Type", _PLAIN)], b"ok\n"
        if path == "/":
            return 200, [("Content-Type", _PLAIN)], _GREETING
        return 404, [("Content-Type", _PLAIN)], b"There is nothing at this address.\n"
    raise _Refused(404, "There is no endpoint at this address. It is like /apps/services/a/78.0.")


def _call(application: Any, environ: Environ) -> Reply:
    """Call a WSGI application and return its whole answer."""
    answer: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        answer[:] = [int(status[:3]), headers]

    body = b"".join(application(environ, start_response))
    status, headers = answer
    return status, headers, body
