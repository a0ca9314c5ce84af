"""The JSON doors as one: which address and method is which use case."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.contract.objects import ObjectType
from gateway.http import Environ, Refused, Reply
from gateway.http.troubles import log_bug, log_cause
from gateway.rest.actions import Actions, UnrecognisedFields
from gateway.rest.answers import answer, failed, refused, say_no
from gateway.rest.objects import OBJECT_PATHS, Objects
from gateway.rest.openapi import render_openapi
from gateway.rest.requests import Request
from gateway.rest.tokens import Tokens
from gateway.rest.writing import document
from gateway.service import Adjusting, Caller, Configurations, Failure, Querying, Sessions
from gateway.service.clients import Clients

PATHS = ("/v1/", "/oauth/")
"""What the addresses of this door begin with."""

Handler = Callable[[Request], Reply]

_OBJECT = re.compile(r"/v1/object/([a-z-]+)(?:/([^/]+)(/reverse)?)?")


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the JSON doors need of the service."""

    configurations: Configurations
    sessions: Sessions
    clients: Clients
    adjusting: Adjusting
    querying: Querying


class JsonDoor:
    """The door for JSON.

    Args:
        use_cases: What the calls call.
        max_body_bytes: The largest body, as sent and unpacked.
    """

    def __init__(self, use_cases: UseCases, max_body_bytes: int) -> None:
        self._use_cases = use_cases
        self._max_body_bytes = max_body_bytes
        self._tokens = Tokens(use_cases.clients)
        self._objects = Objects(use_cases.adjusting, use_cases.querying)
        actions = Actions(use_cases.adjusting, use_cases.querying)
        self._actions: dict[str, Callable[[Request, Caller], Reply]] = {
            "create": actions.create,
            "update": actions.update,
            "delete": actions.delete,
            "query": actions.query,
            "queryMore": actions.query_more,
        }

    def answer(self, environ: Environ) -> Reply:
        """Answer one request.

        Raises:
            Refused: It never becomes a call.
        """
        handlers = self._handlers(environ["PATH_INFO"])
        if not handlers:
            raise Refused(404, "There is nothing at this address.")
        method = environ["REQUEST_METHOD"]
        handler = handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            allowed = ", ".join(handlers)
            raise Refused(405, f"This address takes {allowed}.", [("Allow", allowed)])
        try:
            return handler(Request(environ, self._max_body_bytes))
        except Failure as failure:
            log_cause(failure, environ)
            return failed(failure, environ)
        except UnrecognisedFields:
            # The legacy's words.
            return answer(document({"message": "Error - unrecognised fields"}), 400)

    def refuse(self, environ: Environ, request: Refused) -> Reply:
        """Return a refusal in the form of the address."""
        return refused(environ, request)

    def fail(self, environ: Environ) -> Reply:
        """Log the exception that is being handled, and return what tells its request id."""
        return say_no(environ, 500, log_bug(environ))

    def _handlers(self, path: str) -> Mapping[str, Handler]:
        """Return what an address takes, by method; nothing for one that is none."""
        if path == "/oauth/token":
            return {"POST": self._tokens.create}
        if path == "/v1/openapi.json":
            return {"GET": self._describe}
        action = self._actions.get(path.removeprefix("/v1/action/"))
        if action is not None and path.startswith("/v1/action/"):
            return {"POST": lambda request: action(request, self._caller(request, "action"))}
        found = _OBJECT.fullmatch(path)
        object_type = OBJECT_PATHS.get(found[1]) if found else None
        if found is None or object_type is None:
            return {}
        return self._object_handlers(object_type, found[2], reverses=found[3] is not None)

    def _object_handlers(
        self, object_type: ObjectType, id_: str | None, *, reverses: bool
    ) -> Mapping[str, Handler]:
        objects = self._objects

        def with_caller(use: Callable[..., Reply], *more: str) -> Handler:
            return lambda request: use(request, self._caller(request, "object"), object_type, *more)

        if id_ is None:
            return {"POST": with_caller(objects.create)}
        if reverses:
            return {"POST": with_caller(objects.reverse, id_)}
        return {
            "GET": with_caller(objects.read, id_),
            "PUT": with_caller(objects.update, id_),
            "DELETE": with_caller(objects.delete, id_),
        }

    def _caller(self, request: Request, door: str) -> Caller:
        return request.caller(self._use_cases.sessions, door)

    def _describe(self, request: Request) -> Reply:  # noqa: ARG002  # every handler's signature
        return answer(render_openapi(self._use_cases.configurations.current().catalog))
