"""One address, one user: logging in, and calling an operation until its answer is known."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import zeep
from lxml import etree
from zeep.exceptions import Fault

from gateway.client.failures import (
    AnswerLost,
    ApiFault,
    ClientError,
    LoginRefused,
    NotReached,
    SessionEnded,
    fault_of,
)
from gateway.client.retrying import Retrying, is_in_doubt, nothing_was_done
from gateway.client.wire import HttpTransport, retry_after_s

__all__ = ["Answered", "Connection"]

API = "{http://api.zuora.com/}"
OBJECT = "{http://object.api.zuora.com/}"
_FAULT = "{http://fault.api.zuora.com/}"

KEYS_HEADER = "X-Gateway-Accepts"
"""The header with which the gateway says, on every answer, what it takes beyond the contract."""

KEYS = "Idempotency-Key"


@dataclass(frozen=True)
class User:
    """Who logs in."""

    name: str
    password: str = field(repr=False)
    entity: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """An operation's answer.

    Attributes:
        in_doubt: An earlier attempt may have been done.
        replayed: The server had done it under its key before.
    """

    value: Any
    in_doubt: bool = False
    replayed: bool = False


class Connection:
    """The session of a user at one address.

    Args:
        wsdl: An address or a file.
        url: The endpoint, whatever the WSDL says.
        keys: Whether the server takes idempotency keys; None finds out by what it says on login.

    Raises:
        ClientError: The WSDL cannot be read.
    """

    def __init__(
        self,
        wsdl: str,
        url: str,
        user: User,
        *,
        keys: bool | None,
        transport: HttpTransport,
        retrying: Retrying,
    ) -> None:
        self._user = user
        self._keys = keys
        self._transport = transport
        self.retrying = retrying
        settings = zeep.Settings(xml_huge_tree=True)
        self.zeep: Any = self._patiently(
            lambda: zeep.Client(wsdl, transport=transport, settings=settings), changes=False
        ).value
        self.service: Any = self.zeep.create_service(f"{API}SoapBinding", url)
        self._session = ""
        self._logging_in = threading.Lock()
        self._said_keys = False

    @property
    def takes_keys(self) -> bool:
        """Whether a call with a key may be sent again after a lost answer. Logs in to find out."""
        if self._keys is None:
            self.require_session()
        return self._said_keys if self._keys is None else self._keys

    def require_session(self) -> None:
        """Log in, unless that was done: threads that begin together would each try a wrong password."""
        if not self._session:
            self._patiently(self._token, changes=False)

    def soap_headers(self) -> dict[str, Any]:
        """Return the header blocks of a call of one's own, with a session."""
        token: str = self._patiently(self._token, changes=False).value
        return _session_header(token)

    def call(
        self,
        operation: str,
        *arguments: Any,
        key: str | None = None,
        changes: bool = True,
        repeatable: bool = False,
        **headers: Any,
    ) -> Answered:
        """Call an operation until its answer is known.

        Args:
            operation: As the contract spells it.
            arguments: Its own.
            key: The idempotency key; it is sent when the server takes keys.
            changes: It changes something, so that a lost answer leaves a doubt.
            repeatable: Doing it twice does what doing it once does.
            headers: More header blocks.

        Raises:
            AnswerLost: Nobody can say whether it was done.
            ClientError: It was not done.
        """
        keyed = key is not None and self.takes_keys
        return self._patiently(
            lambda: self._in_session(operation, arguments, key if keyed else None, headers),
            changes=changes,
            repeatable=repeatable or keyed,
        )

    def _patiently(self, work: Callable[[], Any], *, changes: bool, repeatable: bool = False) -> Answered:
        in_doubt, attempt = False, 0
        while True:
            attempt += 1
            try:
                value = work()
            except ClientError as error:
                doubtful = is_in_doubt(error)
                in_doubt = in_doubt or (changes and doubtful)
                again = nothing_was_done(error) or (doubtful and (repeatable or not changes))
                if not again or attempt >= self.retrying.attempts:
                    if in_doubt:
                        raise AnswerLost(f"It may have been done or not. Last: {error}") from error
                    raise
                self.retrying.wait(attempt, error)
            else:
                replayed = (self._transport.answered or {}).get("Idempotent-Replayed") == "true"
                return Answered(value, in_doubt, replayed)

    def _in_session(self, operation: str, arguments: Any, key: str | None, headers: Any) -> Any:
        token = self._token()
        try:
            return self._send(operation, arguments, key, headers | _session_header(token))
        except SessionEnded:
            # Nothing was done. Another thread may have logged in already.
            return self._send(operation, arguments, key, headers | _session_header(self._token(token)))

    def _token(self, ended: str = "") -> str:
        """Return a session that is not the one that ended."""
        with self._logging_in:
            if self._session == ended:
                self._session = ""
                self._session = self._log_in()
            return self._session

    def _log_in(self) -> str:
        user = self._user
        try:
            answer = self._send("login", (user.name, user.password), None, {}, **user.entity)
        except LoginRefused:
            raise
        except (ApiFault, AnswerLost) as error:
            if nothing_was_done(error) or not is_in_doubt(error):
                raise
            # A session more or less changes nothing.
            raise NotReached(f"The login was not answered: {error}") from error
        said = (self._transport.answered or {}).get(KEYS_HEADER, "").lower()
        self._said_keys = KEYS.lower() in said
        return str(answer.Session).strip()

    def _send(self, operation: str, arguments: Any, key: str | None, headers: Any, **named: Any) -> Any:
        """Send one envelope and read one answer."""
        extra = {KEYS: key} if key is not None else None
        self._transport.forget()
        try:
            # zeep's settings are a thread's own.
            with self.zeep.settings(extra_http_headers=extra):
                return self.service[operation](*arguments, _soapheaders=headers, **named)
        except Fault as fault:
            raise self._fault(fault) from None
        except ClientError:
            raise
        except Exception as error:
            if self._transport.answered is None:
                raise  # it could not be written, and nothing was sent
            raise AnswerLost(f"The answer to {operation} cannot be read.") from error

    def _fault(self, fault: Any) -> ApiFault:
        detail = fault.detail if isinstance(fault.detail, etree._Element) else None  # noqa: SLF001  # its type
        kind = code = message = ""
        if detail is not None and len(detail):
            element = detail[0]
            kind = etree.QName(element).localname
            code = (element.findtext(f"{_FAULT}FaultCode") or "").strip()
            message = (element.findtext(f"{_FAULT}FaultMessage") or "").strip()
        code = code or _contracts_code(fault.code or "")
        return fault_of(
            code, message or fault.message or "", kind, retry_after_s(self._transport.answered or {})
        )


def _session_header(token: str) -> dict[str, Any]:
    return {"SessionHeader": {"session": token}}


def _contracts_code(faultcode: str) -> str:
    """Return the contract's code of a faultcode; SOAP's own codes are none."""
    prefix, _, code = faultcode.rpartition(":")
    return code if prefix.startswith("fns") or code.isupper() else ""
