"""``POST /oauth/token``: an OAuth client's id and secret for a bearer token of an hour (RFC 6749, 4.4)."""

import uuid
from urllib.parse import parse_qsl, unquote_plus

from gateway.http import Refused, Reply, read_body
from gateway.http.messages import media_type
from gateway.rest.answers import answer
from gateway.rest.requests import Request, basic_credentials
from gateway.rest.writing import document
from gateway.service.clients import Clients

_MOST_PARAMETERS = 20

MAX_FORM_BYTES = 10_000
"""Of a request for a token: anybody may send one, and percent signs take long to read."""

_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """The endpoint of tokens.

    Args:
        clients: The use cases of OAuth clients.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def create(self, request: Request) -> Reply:
        """Return a new token.

        Raises:
            InvalidClient: The id and the secret do not match.
            Refused: The request is none of RFC 6749.
        """
        given = _parameters(request)
        grant_type = given.get("grant_type", "")
        client_id, secret = _credentials(request, given)
        if grant_type and grant_type != "client_credentials":
            return _wrong("unsupported_grant_type", "The grant_type must be client_credentials.")
        if not (grant_type and client_id and secret):
            raise Refused(400, "client_id, client_secret and grant_type are needed.")
        token = self._clients.token(client_id, secret)
        told = {
            "access_token": token.text,
            "token_type": "bearer",
            "expires_in": int(token.life.total_seconds()),
            "scope": f"user.{token.user_id}",
            # A name for the token, which nobody can call with.
            "jti": uuid.uuid4().hex,
        }
        return answer(document(told))


def _parameters(request: Request) -> dict[str, str]:
    sent = media_type(request.environ)
    if sent != _FORM:
        raise Refused(415, f"'{sent[:60]}' is not taken here; {_FORM} is.")
    body = read_body(request.environ, min(MAX_FORM_BYTES, request.max_body_bytes))
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise Refused(400, "The body is no form of UTF-8 texts, or has too many of them.") from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise Refused(400, "A parameter must be given once.")
    return given


def _credentials(request: Request, given: dict[str, str]) -> tuple[str, str]:
    """Return the id and the secret, which stand in the form or in Basic credentials, not in both."""
    in_form = given.get("client_id", ""), given.get("client_secret", "")
    header = request.environ.get("HTTP_AUTHORIZATION", "")
    if not header:
        return in_form
    scheme, _, credentials = header.strip().partition(" ")
    pair = basic_credentials(credentials) if scheme.lower() == "basic" else None
    if pair is None or any(in_form):
        raise Refused(400, "The client names itself once: in the form, or in Basic credentials.")
    return unquote_plus(pair[0]), unquote_plus(pair[1])


def _wrong(error: str, description: str) -> Reply:
    return answer(document({"error": error, "error_description": description}), 400)
