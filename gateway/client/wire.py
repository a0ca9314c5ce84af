"""HTTP below zeep: connections of each thread, timeouts, and what went wrong in our own words."""

import email.utils
import logging
import re
import ssl
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests import exceptions
from zeep.transports import Transport

from gateway.client.failures import AnswerLost, Busy, ClientError, HttpRefused, NotReached

__all__ = ["HttpTransport", "Timeouts", "shown"]

_log = logging.getLogger(__name__)

_NEVER_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)

_NO_TUNNEL = "Tunnel connection failed"
"""What http.client says when a proxy refuses CONNECT. All else may have broken behind the sending."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a client waits for a server.

    Attributes:
        connect_s: For a connection.
        answer_s: For each part of an answer. The legacy gives its own calls two minutes.
    """

    connect_s: float = 10.0
    answer_s: float = 150.0


class HttpTransport(Transport):
    """zeep's transport with a `requests.Session` for each thread: a session is not safe to share.

    Never logs a body: they hold passwords, sessions and billing data.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._local = threading.local()
        # Weak: a thread that has ended has no connections.
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()
        self._adding = threading.Lock()
        super().__init__(timeout=timeouts.answer_s)  # type: ignore[no-untyped-call]  # zeep is untyped
        self._close_session = False

    @property
    def session(self) -> requests.Session:
        """This thread's own."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            with self._adding:
                self._sessions.add(session)
        return session

    @session.setter
    def session(self, session: requests.Session) -> None:
        """Leave zeep's aside: each thread makes its own."""
        session.close()

    @property
    def answered(self) -> Mapping[str, str] | None:
        """The headers of this thread's last answer, their names in any case; None since `forget`."""
        headers: Mapping[str, str] | None = getattr(self._local, "answered", None)
        return headers

    def forget(self) -> None:
        """Forget this thread's last answer: another call begins."""
        self._local.answered = None

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._adding:
            while self._sessions:
                self._sessions.pop().close()
        self._local = threading.local()

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        """Send an envelope and return the answer when it is one of SOAP.

        Raises:
            ClientError: NotReached, Busy, AnswerLost or HttpRefused.
        """
        try:
            response = self.exchange("POST", address, message, headers)
        except exceptions.RequestException as error:
            raise _trouble(error, address) from error
        _log.debug("POST %s: %d, %d bytes", shown(address), response.status_code, len(response.content))
        self._local.answered = response.headers
        _require_soap(response)
        return response

    def exchange(
        self, method: str, url: str, message: bytes | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """Make one HTTP request; raises what requests raises."""
        seconds = self._timeouts.connect_s, self._timeouts.answer_s
        # A redirected POST would become a GET.
        follows = method != "POST"
        return self.session.request(
            method, url, data=message, headers=headers, timeout=seconds, allow_redirects=follows
        )

    def _load_remote_data(self, url: str) -> bytes:
        if not url.startswith(("http://", "https://")):
            return bytes(super()._load_remote_data(url))  # type: ignore[no-untyped-call]  # as above
        try:
            response = self.exchange("GET", url)
        except exceptions.RequestException as error:
            raise _trouble(error, url) from error
        if response.status_code == 503:
            raise Busy(f"{shown(url)} is busy: HTTP 503.", retry_after_s(response.headers))
        if response.status_code != 200:
            message = f"There is no WSDL at {shown(url)}: HTTP {response.status_code}."
            raise HttpRefused(message, response.status_code)
        return response.content


def shown(url: str) -> str:
    """Return an address as it may be shown: without a user, a password and what is asked."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return what a Retry-After asks for: seconds, or those until a date."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def _trouble(error: exceptions.RequestException, address: str) -> ClientError:
    """Return an exception of requests in our own words: was the call sent or not?"""
    where = shown(address)
    if isinstance(error, exceptions.InvalidURL | exceptions.MissingSchema | exceptions.InvalidSchema):
        return HttpRefused(f"{where} is no address.", 0)
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        # All else that TLS complains of may come behind sending.
        return HttpRefused(f"{where} has no certificate that is trusted here.", 0)
    if isinstance(cause, _NEVER_CONNECTED) or (isinstance(cause, OSError) and _NO_TUNNEL in str(cause)):
        return NotReached(f"{where} cannot be reached.")
    return AnswerLost(f"The connection to {where} broke before its answer was whole.")


def _cause(error: BaseException) -> BaseException:
    """Return what is inside an exception of requests: urllib3's own, without the proxy's around it."""
    for name in ("reason", "original_error"):
        inside = getattr(error, name, None)
        if isinstance(inside, BaseException):
            return _cause(inside)
    inside = error.args[0] if error.args else None
    return _cause(inside) if isinstance(inside, BaseException) else error


def _require_soap(response: requests.Response) -> None:
    """Raise what an answer means that comes from something else than SOAP, a proxy for one."""
    status, where = response.status_code, shown(response.url)
    if b":Envelope" in response.content[:1000] or b"<Envelope" in response.content[:1000]:
        return
    if status == 200 and response.content:
        # Whatever this is, a call may have been behind it.
        raise AnswerLost(f"{where} answered something that is no SOAP.")
    asked = retry_after_s(response.headers)
    if status == 429:
        raise Busy(f"{where} is busy: HTTP {status}.", asked)
    if 300 <= status < 500:
        raise HttpRefused(f"{where} answered HTTP {status}.", status)
    # A 503 too: a proxy says it of a call that it had passed on. A gateway that did nothing says so in SOAP.
    raise AnswerLost(f"{where} answered HTTP {status} and no SOAP.", asked)
