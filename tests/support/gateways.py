"""A gateway in process: the real WSGI application over a real store, called without a socket.

Every answer is held against our schemas, whatever the test looks at.
"""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
import zeep
from zeep.transports import Transport

from gateway import rest
from gateway.bootstrap import Gateway, build
from gateway.contract.versions import NEWEST, OLDEST
from gateway.service.tenant import TenantSettings
from gateway.settings import Settings
from support.databases import an_empty_store
from support.schemas import assert_valid

ADDRESS = "http://gateway.test"
ENDPOINT = f"{ADDRESS}/apps/services/a/78.0"
USER, PASSWORD = "ann@example.com", "correct horse"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 3, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class InProcess:
    """A gateway, its clock, and the ways to call it."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self.gateway = gateway
        self.store = gateway.store
        self.clock = clock
        self._logged_in: tuple[datetime | None, str] = (None, "")

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Make a request as a WSGI server hands it over; header names are written with underscores."""
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "somebody-elses-name.example",
            "SERVER_PORT": "80",
            "HTTP_HOST": "evil.example",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "text/xml; charset=utf-8",
        }
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in environ or key.startswith("wsgi") else f"HTTP_{key}"] = value
        started: list = []
        parts = self.gateway.wsgi(environ, lambda status, headers: started.extend((status, headers)))
        answer = Answer(int(started[0][:3]), dict(started[1]), b"".join(parts))
        if method == "POST" and not path.startswith(rest.PATHS):
            found = re.match(r"/apps/services/a/(\d+)", path)
            version = int(found[1]) if found else NEWEST
            assert (answer.status == 200) == (b":Fault" not in answer.body), answer.text
            features = self.gateway.settings.shown_features
            catalog = self.gateway.configurations.known().catalog
            version = version if OLDEST <= version <= NEWEST else NEWEST
            assert_valid(answer.body, version, features, catalog)
        return answer

    def post(self, body: str | bytes, path: str = "/apps/services/a/78.0", **headers: str) -> Answer:
        """Post an envelope."""
        return self.request("POST", path, body.encode() if isinstance(body, str) else body, **headers)

    def log_in(self) -> str:
        """Return the session of the user that every gateway here has."""
        return self.gateway.sessions.log_in(USER, PASSWORD)

    def usual_session(self) -> str:
        """Return a session of that user that is good now: logging in takes longer than most calls."""
        if self._logged_in[0] != self.clock.moment:
            self._logged_in = (self.clock.moment, self.log_in())
        return self._logged_in[1]

    def call(
        self, operation: str, session: str | None = None, header: str = "", version: str = "78.0"
    ) -> Answer:
        """Post an operation's element inside an envelope, with a session."""
        session = self.usual_session() if session is None else session
        return self.post(an_envelope(operation, session, header), f"/apps/services/a/{version}")


def an_envelope(operation: str, session: str = "", header: str = "") -> str:
    """Return an envelope in the style of the legacy's documentation."""
    if session:
        header += f"<ns1:SessionHeader><ns1:session>{session}</ns1:session></ns1:SessionHeader>"
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:ns1="http://api.zuora.com/" xmlns:ns2="http://object.api.zuora.com/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Header>{header}</soapenv:Header><soapenv:Body>{operation}</soapenv:Body>"
        "</soapenv:Envelope>"
    )


def a_z_object(type_name: str = "InvoiceItemAdjustment", extra: str = "", **fields: str) -> str:
    """Return a zObject with these fields, as XML."""
    children = "".join(f"<ns2:{name}>{value}</ns2:{name}>" for name, value in fields.items())
    return f'<ns1:zObjects xsi:type="ns2:{type_name}">{children}{extra}</ns1:zObjects>'


@contextmanager
def a_gateway(url: str, **settings: object) -> Iterator[InProcess]:
    """Open an empty gateway with one user, on the database of this URL.

    Settings are the process's or the tenant's.
    """
    of_tenant = {name: settings.pop(name) for name in TenantSettings().texts() if name in settings}
    with an_empty_store(url) as store:
        clock = Clock()
        gateway = build(Settings(public_url=ADDRESS, **settings), store, clock)
        for name, value in of_tenant.items():
            gateway.administering.change_setting(name, str(value))
        gateway.sessions.add_user(USER, PASSWORD, email=USER, full_name="Ann Example")
        yield InProcess(gateway, clock)


class InProcessTransport(Transport):
    """zeep's transport over the WSGI application."""

    def __init__(self, in_process: InProcess) -> None:
        super().__init__()
        self.in_process = in_process

    def load(self, url: str) -> bytes:
        if url.startswith(ADDRESS):
            return self.in_process.request("GET", url.removeprefix(ADDRESS)).body
        return super().load(url)

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        answer = self.in_process.post(message, urlsplit(address).path, CONTENT_TYPE=headers["Content-Type"])
        response = requests.Response()
        response.status_code, response.raw = answer.status, io.BytesIO(answer.body)
        response.headers.update(answer.headers)
        return response


class ZeepCaller:
    """A zeep client built from any WSDL of the contract, logged in to a gateway in process."""

    def __init__(
        self, in_process: InProcess, wsdl: str = f"{ENDPOINT}?wsdl", endpoint: str = ENDPOINT
    ) -> None:
        logging.getLogger("zeep").setLevel(logging.WARNING)
        self.client = zeep.Client(wsdl, transport=InProcessTransport(in_process))
        self.service = self.client.create_service("{http://api.zuora.com/}SoapBinding", endpoint)
        self.adjustment = self.client.get_type("{http://object.api.zuora.com/}InvoiceItemAdjustment")
        self.headers: dict[str, object] = {}
        self.login = self.call("login", USER, PASSWORD)
        self.headers = {"SessionHeader": {"session": self.login.Session}}

    def call(self, operation: str, *arguments: object, **headers: object) -> object:
        return self.service[operation](*arguments, _soapheaders=self.headers | headers)

    def query(self, text: str, batch_size: int = 2000) -> list:
        options = {"QueryOptions": {"batchSize": batch_size}}
        page = self.call("query", text, **options)
        # An empty result holds one nil record, as the legacy's does.
        records = list(page.records) if page.size else []
        while not page.done:
            page = self.call("queryMore", page.queryLocator, **options)
            records += page.records
        return records
