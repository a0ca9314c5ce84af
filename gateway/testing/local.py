"""A whole gateway in the process of a test: the real one, on a database file of its own."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import zeep

from gateway.bootstrap import Gateway, build, now, open_gateway, prepare_database
from gateway.client import Adjustment, Client, HttpTransport, Timeouts, quoted
from gateway.server import WsgiApp, call
from gateway.settings import Settings
from gateway.storage import open_store
from gateway.storage.store import StoreLimits
from gateway.testing.billing import BillingData

__all__ = ["Clock", "InProcessTransport", "LocalGateway", "open_local_gateway"]

USER, PASSWORD = "tester@example.com", "a password for tests"  # of a database that is thrown away
ADDRESS = "http://gateway.test"
PATH = "/apps/services/a/78.0"

_CONNECTIONS = 32
"""Calls of a test at once; nobody has more threads."""


class Clock:
    """What time it is for the gateway.

    Args:
        moment: Aware. It stands still there; without one it goes with the time of day.
    """

    def __init__(self, moment: datetime | None = None) -> None:
        self._moment = moment
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the present moment, in UTC."""
        return (self._moment.astimezone(UTC) if self._moment else now()) + self._ahead

    def advance(self, **span: float) -> None:
        """Move on, as ``advance(minutes=16)`` does: sessions end, for one."""
        self._ahead += timedelta(**span)


class InProcessTransport(HttpTransport):
    """A transport for `zeep.Client` and for `Client` that calls a WSGI application without a socket."""

    def __init__(self, wsgi: WsgiApp) -> None:
        super().__init__(Timeouts())
        self._wsgi = wsgi

    def exchange(
        self, method: str, url: str, message: bytes | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """Make one request of the application."""
        status, answered, body = call(self._wsgi, environ_of(method, url, message or b"", headers or {}))
        response = requests.Response()
        response.status_code, response.raw, response.url = status, io.BytesIO(body), url
        response.headers.update(dict(answered))
        return response


def environ_of(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return a request as PEP 3333 has it."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT"}:
            environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


@dataclass(frozen=True)
class LocalGateway:
    """A gateway for a test.

    Attributes:
        url: Its endpoint, version 78.0; other versions are beside it.
        user: Who may log in.
        password: The user's.
        gateway: All its use cases: ``gateway.administering`` for one.
        clock: What time it is for it.
        transport: Makes what `zeep.Client` and `Client` need to reach it.
        billing_data: What brings invoices in.
    """

    url: str
    user: str
    password: str
    gateway: Gateway
    clock: Callable[[], datetime]
    transport: Callable[[], HttpTransport]
    billing_data: BillingData

    @property
    def wsgi(self) -> WsgiApp:
        """The gateway as a WSGI application, for a test client of another kind."""
        return self.gateway.wsgi

    def client(self, **options: Any) -> Client:
        """Return a client that logs in as the user; ``options`` are more arguments of `Client`."""
        return Client(self.url, self.user, self.password, transport=self.transport(), **options)

    def zeep_client(self, **options: Any) -> Any:
        """Return a bare `zeep.Client`; ``options`` are more of its arguments."""
        return zeep.Client(f"{self.url}?wsdl", transport=self.transport(), **options)

    # What a test wants to see in the end.

    def adjustments(self, where: str = "") -> list[Adjustment]:
        """Return the invoice item adjustments for which a condition of the query language holds, or all."""
        with self.client() as client:
            return list(client.adjustments(where))

    def balance_of(self, invoice_number: str) -> Decimal:
        """Return what is left to pay on an invoice.

        Raises:
            LookupError: There is no such invoice.
        """
        query = f"select Balance from Invoice where InvoiceNumber = {quoted(invoice_number)}"  # noqa: S608  # ZOQL
        with self.client() as client:
            found = list(client.query(query))
        if not found:
            raise LookupError(f"there is no invoice {invoice_number}")
        return Decimal(found[0]["Balance"])


@contextmanager
def open_local_gateway(
    folder: Path, clock: Callable[[], datetime], settings: Mapping[str, str] | None = None
) -> Iterator[LocalGateway]:
    """Open a gateway with one user and no invoices.

    Args:
        folder: Where its database file is made.
        clock: Gives the present moment, aware.
        settings: Of the tenant, by their names: ``{"time_zone": "Europe/Berlin"}``.
    """
    file = folder / "gateway.db"
    # What a test that was killed has left there would be taken for this database's.
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(_template())
    url = f"sqlite:///{file}"
    with closing(open_store(url, StoreLimits(connections=_CONNECTIONS))) as store:
        gateway = build(Settings(database_url=url, public_url=ADDRESS), store, clock)
        for name, value in (settings or {}).items():
            gateway.administering.change_setting(name, value)
        yield LocalGateway(
            f"{ADDRESS}{PATH}",
            USER,
            PASSWORD,
            gateway,
            clock,
            lambda: InProcessTransport(gateway.wsgi),
            BillingData(gateway),
        )


@cache
def _template() -> bytes:
    """Return a database with the schema and the user: copied, it is quicker than made."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "gateway.db")
        settings = Settings(database_url=f"sqlite:///{file}")
        prepare_database(settings)
        with open_gateway(settings) as gateway:
            gateway.sessions.add_user(USER, PASSWORD, email=USER, full_name="A Tester")
        return file.read_bytes()
