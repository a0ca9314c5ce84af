"""The SOAP door in front of Spyne: paths, methods, media types and the WSDL.

Whatever is sent gets a well-formed answer of the right kind; nothing escapes as a server's own page.
"""

import io
import re
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from gateway.contract.errors import ErrorCode
from gateway.contract.versions import NEWEST, OLDEST, parse_version
from gateway.http import Environ, Refused, Reply, read_body
from gateway.http.messages import media_type, reads_only
from gateway.service import Failure
from gateway.soap.application import UseCases, wsgi_application
from gateway.soap.envelope import SOAP_1_1
from gateway.soap.faults import ApiFault, unexpected
from gateway.soap.responses import CONTENT_TYPES, fault

_ENDPOINT = re.compile(r"/apps/services/a/([^/]+)/?")
_WSDL_PATH = "/apps/servlet/GenerateWsdl"

_MEDIA_TYPES = ("text/xml", "application/xml", "application/soap+xml", "")
_PLAIN = "text/plain; charset=utf-8"

_GREETING = (
    b"This is a SOAP gateway for invoice item adjustments. The WSDL is at /apps/servlet/GenerateWsdl\n"
)


_XML = CONTENT_TYPES[SOAP_1_1]
_CODES = {500: ErrorCode.UNKNOWN_ERROR, 503: ErrorCode.SERVER_UNAVAILABLE}


class Endpoint:
    """The SOAP door: every version's endpoint, the WSDL, and a page for whoever looks by hand.

    Args:
        use_cases: What the operations call.
        max_body_bytes: The largest body, as sent and unpacked.
    """

    def __init__(self, use_cases: UseCases, max_body_bytes: int) -> None:
        self._use_cases = use_cases
        self._max_body_bytes = max_body_bytes
        self._applications: dict[int, Any] = {}
        self._making = Lock()

    def answer(self, environ: Environ) -> Reply:
        """Answer one request.

        Raises:
            Refused: It never becomes a call.
        """
        path = environ.get("PATH_INFO", "")
        reads = reads_only(environ)
        if reads and path == _WSDL_PATH:
            version = parse_qs(environ.get("QUERY_STRING", "")).get("version", [f"{NEWEST}.0"])[0]
            return self._wsdl(self._application(version))
        found = _ENDPOINT.fullmatch(path)
        if found is None:
            return _page(path, reads=reads)
        application = self._application(found[1])
        if reads and environ.get("QUERY_STRING", "").split("=")[0].lower() == "wsdl":
            return self._wsdl(application)
        if environ["REQUEST_METHOD"] != "POST":
            raise Refused(405, "An operation is called with POST.", [("Allow", "POST")])
        return _call(application, environ | self._body(environ))

    def refuse(self, environ: Environ, refused: Refused) -> Reply:  # noqa: ARG002  # every door's signature
        """Return a refusal as status, headers and a SOAP fault."""
        code = refused.code or _CODES.get(refused.status, ErrorCode.INVALID_VALUE)
        return refused.status, [("Content-Type", _XML)], fault(ApiFault(code, refused.reason), NEWEST)

    def fail(self, environ: Environ) -> Reply:
        """Log the exception that is being handled, and return the fault that tells its request id."""
        return 500, [("Content-Type", _XML)], fault(unexpected(environ), NEWEST)

    def _application(self, version_text: str) -> Any:
        version = parse_version(version_text)
        if version is None or not OLDEST <= version <= NEWEST:
            raise Refused(
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
            raise Refused(503, failure.message, code=failure.code) from failure

    def _body(self, environ: Environ) -> Environ:
        """Return what changes in the environment once the body is read and unpacked."""
        sent = media_type(environ)
        if sent not in _MEDIA_TYPES:
            raise Refused(415, f"'{sent[:60]}' is no media type of SOAP; text/xml is.")
        body = read_body(environ, self._max_body_bytes)
        if not body:
            raise Refused(400, "The request has no body.")
        return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _page(path: str, *, reads: bool) -> Reply:
    """Answer what is no endpoint: somebody looking by hand, or a mistyped address."""
    if reads:
        if path == "/":
            return 200, [("Content-Type", _PLAIN)], _GREETING
        return 404, [("Content-Type", _PLAIN)], b"There is nothing at this address.\n"
    raise Refused(404, "There is no endpoint at this address. It is like /apps/services/a/78.0.")


def _call(application: Any, environ: Environ) -> Reply:
    """Call a WSGI application and return its whole answer."""
    answer: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        answer[:] = [int(status[:3]), headers]

    body = b"".join(application(environ, start_response))
    status, headers = answer
    return status, headers, body
