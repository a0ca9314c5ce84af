"""A loopback proxy in front of a served gateway that breaks named details of its answers.

What clients make of each broken detail was measured by hand once; with this, the suite measures it again.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'


@dataclass(frozen=True)
class Answer:
    """What a gateway answered, or what a client gets in its place."""

    status: int
    content_type: str
    body: str


Break = Callable[[Answer], Answer]


def _body(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Break:
    """Break a body by a regular expression."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda answer: replace(answer, body=compiled.sub(replacement, answer.body))


def _content_type(old: str, new: str) -> Break:
    return lambda answer: replace(answer, content_type=answer.content_type.replace(old, new))


def _results_turned_round(answer: Answer) -> Answer:
    if "<ns1:createResponse" not in answer.body:
        return answer
    found = re.findall("<ns1:result>.*?</ns1:result>", answer.body, re.DOTALL)
    return replace(answer, body=answer.body.replace("".join(found), "".join(reversed(found))))


def _last_row_lost(answer: Answer) -> Answer:
    before, opening, last = answer.body.rpartition("</ns1:records><ns1:records ")
    if not opening:
        return answer
    return replace(answer, body=before + last[last.index("</ns1:records>") :])


def _answered_200(answer: Answer) -> Answer:
    return replace(answer, status=200)


BREAKS: dict[str, Break] = {
    "create results in another order": _results_turned_round,
    "Amount off by 0.001": _body(
        "(<ns2:Amount>)([^<]*)", lambda found: f"{found[1]}{Decimal(found[2]) + Decimal('0.001')}"
    ),
    "Comment lost": _body("<ns2:Comment>.*?</ns2:Comment>", ""),
    "last row lost": _last_row_lost,
    "fault without detail": _body("<detail>.*</detail>", ""),
    "faultcode soapenv:Server": _body("<faultcode>[^<]*", "<faultcode>soapenv:Server"),
    "Code outside the enumeration": _body("<ns1:Code>[^<]*", "<ns1:Code>SOMETHING_NEW"),
    "record without xsi:type": _body(r'(<ns1:records [^>]*?) xsi:type="[^"]*"', r"\1"),
    "AdjustmentDate as dateTime": _body("(<ns2:AdjustmentDate>[^<]*)", r"\1T00:00:00.000-08:00"),
    "AdjustmentDate as date": _body("(<ns2:AdjustmentDate>[^<T]*)T[^<]*", r"\1"),
    "QueryResult in another order": _body(
        "(<ns1:done>.*?)(<ns1:queryLocator.*?)(<ns1:records.*)(<ns1:size>.*</ns1:size>)", r"\4\3\2\1"
    ),
    "null field as nil": _body(
        "(<ns1:records [^>]*><ns2:Id>[^<]*</ns2:Id>)", rf"\1<ns2:AccountingCode {_NIL}/>"
    ),
    "Id after the other fields": _body(
        "(<ns1:records [^>]*>)(<ns2:Id>[^<]*</ns2:Id>)(.*?)(?=</ns1:records>)", r"\1\3\2"
    ),
    "nil Errors in success": _body("(<ns1:result>)(<ns1:Id>)", rf"\1<ns1:Errors {_NIL}/>\2"),
    "queryLocator left out when done": _body("<ns1:queryLocator [^>]*/>", ""),
    "empty result without a record": _body("<ns1:records [^>]*/>", ""),
    "Content-Type application/soap+xml": _content_type("text/xml", "application/soap+xml"),
    "Content-Type without charset": _content_type(";charset=UTF-8", ""),
    "Success as 0 and 1": _body(
        "(<ns1:[Ss]uccess>)(true|false)", lambda found: f"{found[1]}{int(found[2] == 'true')}"
    ),
    "fault with HTTP 200": _answered_200,
    "other prefixes": _body(r"\bns([12])\b", r"other\1"),
}
"""Every detail that can be broken, in the order in which they are, should several be."""


class BreakingProxy:
    """Where clients connect in the gateway's place.

    Attributes:
        endpoint: The address for a client.
        broken: The names of the details to break from now on.
        met: The names of those that some answer had, so that breaking them changed it.
    """

    def __init__(self, upstream: str) -> None:
        self.broken: frozenset[str] = frozenset()
        self.met: set[str] = set()
        self._upstream = urlsplit(upstream)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}{self._upstream.path}"

    def answer(self, path: str, content_type: str, body: bytes) -> Answer:
        """Pass a request on and return its answer, broken."""
        connection = HTTPConnection(self._upstream.netloc, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": content_type})
            got = connection.getresponse()
            answer = Answer(got.status, got.headers["Content-Type"], got.read().decode("utf-8"))
        finally:
            connection.close()
        for name, break_it in BREAKS.items():
            if name in self.broken:
                whole, answer = answer, break_it(answer)
                if answer != whole:
                    self.met.add(name)
        return answer


class _Handler(BaseHTTPRequestHandler):
    proxy: BreakingProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.proxy.answer(self.path, self.headers["Content-Type"], body)
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the gateway behind has a log."""


@contextmanager
def a_breaking_proxy(upstream: str) -> Iterator[BreakingProxy]:
    """Serve a proxy to this endpoint from threads of our own."""
    proxy = BreakingProxy(upstream)
    # A client that keeps its connection must not keep us from closing.
    proxy.server.daemon_threads = True
    serving = threading.Thread(target=proxy.server.serve_forever)
    serving.start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        serving.join()
        proxy.server.server_close()
