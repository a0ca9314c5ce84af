"""One request to a JSON door: what its address, headers and body say."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qs

from gateway.contract.lexical import clean_text
from gateway.http import Environ, Refused, read_body
from gateway.http.messages import media_type
from gateway.http.options import asks, call_options
from gateway.rest.reading import Members, read_members
from gateway.service import Caller, CallOptions, Sessions
from gateway.service.failures import InvalidSession

_JSON_TYPES = ("application/json", "")


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a path that a JSON door has.

    Attributes:
        max_body_bytes: The largest body, as sent and unpacked.
    """

    environ: Environ
    max_body_bytes: int

    def parameter(self, name: str) -> str | None:
        """Return the last value that the address gives a parameter, or None."""
        text: str = self.environ.get("QUERY_STRING", "")
        return parse_qs(text, keep_blank_values=True).get(name, [None])[-1]

    def body(self) -> bytes:
        """Return the body.

        Raises:
            Refused: It is of another media type, too large or not whole.
        """
        sent = media_type(self.environ)
        if sent not in _JSON_TYPES:
            raise Refused(415, f"'{sent[:60]}' is not taken here; application/json is.")
        return read_body(self.environ, self.max_body_bytes)

    def members(self, caller: Caller, *, optional: bool = False) -> Members:
        """Return the body's object; an empty one for no body, where it may be left out.

        Raises:
            Refused: There is no such object.
        """
        body = self.body()
        if not body:
            if optional:
                return Members([])
            raise Refused(400, "The request has no body.")
        return read_members(body, caller.configuration.settings.max_records)

    def options(self) -> CallOptions:
        """Return what the headers ask of the call."""
        return call_options(self.environ, single_transaction=asks(self.environ, "SINGLE_TRANSACTION"))

    def caller(self, sessions: Sessions, door: str) -> Caller:
        """Return who calls: with a token, a name and a password, or the legacy's old pair of headers.

        Raises:
            InvalidSession: With nothing, or a token that is none or has ended.
            InvalidLogin: The name and the password do not match.
        """
        request_id = self.environ["gateway.request_id"]
        scheme, _, credentials = self.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() == "bearer":
            return sessions.caller(credentials, door=door, request_id=request_id)
        pair = basic_credentials(credentials) if scheme.lower() == "basic" else None
        if not scheme:
            pair = self._old_pair()
        if pair is None:
            raise InvalidSession("Authorization is missing, or neither Bearer nor Basic.")
        name, password = pair
        return sessions.caller_with_password(clean_text(name), password, door=door, request_id=request_id)

    def _old_pair(self) -> tuple[str, str] | None:
        name = self.environ.get("HTTP_APIACCESSKEYID", "")
        return (name, self.environ.get("HTTP_APISECRETACCESSKEY", "")) if name else None


def basic_credentials(credentials: str) -> tuple[str, str] | None:
    """Return the name and the password of Basic credentials (RFC 7617), or None if they are none."""
    try:
        name, colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None
