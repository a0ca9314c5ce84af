"""The actions: the operations of the SOAP door with JSON around them."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.contract.lexical import clean_text, read_boolean, read_int
from gateway.contract.objects import ObjectType
from gateway.http import Refused, Reply
from gateway.rest.answers import answer
from gateway.rest.reading import Members, read_records, text_of
from gateway.rest.requests import Request
from gateway.rest.writing import delete_results, document, query_result, save_results
from gateway.service import Adjusting, Caller, Querying, Record, Saved
from gateway.service.failures import InvalidArgument, InvalidType


class UnrecognisedFields(Exception):  # noqa: N818  # as failures are named
    """The caller wants a call refused that has unknown fields, and it has."""


class Actions:
    """The actions; each takes a request and who makes it.

    Args:
        adjusting: The use cases that change.
        querying: The use cases that read.
    """

    def __init__(self, adjusting: Adjusting, querying: Querying) -> None:
        self._adjusting = adjusting
        self._querying = querying

    def create(self, request: Request, caller: Caller) -> Reply:
        """Create up to 50 adjustments of one type."""
        return self._save(request, caller, self._adjusting.create, "created")

    def update(self, request: Request, caller: Caller) -> Reply:
        """Update, and cancel, up to 50 adjustments of one type."""
        return self._save(request, caller, self._adjusting.update, "updated")

    def delete(self, request: Request, caller: Caller) -> Reply:
        """Delete up to 50 canceled adjustments of one type."""
        members = _members(request, caller, "ids", "type")
        object_type = _object_type(caller, members, "deleted")
        ids = members.get("ids")
        if not isinstance(ids, list) or not all(isinstance(id_, str) or id_ is None for id_ in ids):
            raise Refused(400, "'ids' must be an array of texts.")
        texts = [text_of(id_) or "" for id_ in ids]
        saved = self._adjusting.delete(caller, texts, request.options(), object_type=object_type)
        return told(saved, delete_results(saved))

    def query(self, request: Request, caller: Caller) -> Reply:
        """Run a query."""
        members = _members(request, caller, "queryString", "conf")
        conf = _conf(members)
        page = self._querying.query(
            caller, _text(members, "queryString"), _batch_size(conf), case_sensitive=_case_sensitive(conf)
        )
        return answer(query_result(page))

    def query_more(self, request: Request, caller: Caller) -> Reply:
        """Read a further page of a query."""
        members = _members(request, caller, "queryLocator", "conf")
        locator, batch_size = _text(members, "queryLocator"), _batch_size(_conf(members))
        return answer(query_result(self._querying.query_more(caller, locator, batch_size)))

    def _save(self, request: Request, caller: Caller, use_case: Callable[..., Saved], done: str) -> Reply:
        members = _members(request, caller, "objects", "type")
        object_type = _object_type(caller, members, done)
        records = read_records(members.get("objects"))
        self._adjusting.check_count(caller, len(records))
        check_known(request, records, object_type)
        saved = use_case(caller, records, request.options(), object_type=object_type)
        return told(saved, save_results(saved))


def told(saved: Saved, results: Any, status: int = 200) -> Reply:
    """Return the results of a call; one that is answered again says so."""
    headers = [("Idempotent-Replayed", "true")] if saved.replayed else []
    return answer(document(results), status, headers)


def _rejects_unknown(request: Request) -> bool:
    text = request.parameter("rejectUnknownFields")
    try:
        return text is not None and read_boolean(text)
    except ValueError:
        raise InvalidArgument("'rejectUnknownFields' must be true or false.") from None


def _members(request: Request, caller: Caller, *known: str) -> Members:
    members = request.members(caller)
    if _rejects_unknown(request) and not set(members) <= set(known):
        raise UnrecognisedFields
    return members


def check_known(request: Request, records: Sequence[Record], object_type: ObjectType) -> None:
    """Refuse records with unknown fields, where the caller wants that."""
    if _rejects_unknown(request) and any(record.unknown(object_type) for record in records):
        raise UnrecognisedFields


def _object_type(caller: Caller, members: Members, done: str) -> ObjectType:
    name = members.get("type")
    object_type = caller.configuration.catalog.by_name.get(name) if isinstance(name, str) else None
    if object_type is None or not object_type.creatable:
        shown = clean_text(name)[:60] if isinstance(name, str) else ""
        raise InvalidType(f"Objects of the type '{shown}' cannot be {done} here.")
    return object_type


def _text(members: Members, name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise InvalidArgument(f"'{name}' must be a text.")
    return clean_text(value)


def _conf(members: Members) -> Members:
    """Return the configuration of a query; one that is null or left out is empty."""
    conf = members.get("conf")
    if conf is None:
        return Members([])
    if not isinstance(conf, Members) or conf.twice:
        raise InvalidArgument("'conf' must be an object, each of its members given once.")
    return conf


def _case_sensitive(conf: Members) -> bool:
    value = conf.get("caseSensitive")
    if not (value is None or isinstance(value, bool)):
        raise InvalidArgument("'caseSensitive' must be true or false.")
    return value is not False


def _batch_size(conf: Members) -> int | None:
    """Return how many records a page may have, as the configuration of a query says it, or None."""
    text = text_of(conf.get("batchSize"))
    if text == "":
        return None
    try:
        return read_int(text or "no text at all")
    except ValueError:
        raise InvalidArgument("'batchSize' must be a whole number.") from None
