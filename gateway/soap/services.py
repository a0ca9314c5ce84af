"""The operations as Spyne services: who calls, then one use case."""

import uuid
from collections.abc import Callable
from dataclasses import astuple
from typing import Any, TypeVar

from spyne import Service, rpc

from gateway.http.options import call_options
from gateway.service import Caller, CallOptions, QueryPage, Saved
from gateway.service.failures import InvalidType
from gateway.soap.envelope import CallHeaders
from gateway.soap.records import Batch
from gateway.soap.types import signature

Method = TypeVar("Method", bound=Callable[..., Any])


def _operation(name: str, **arguments: str) -> Callable[[Method], Method]:
    """Declare a method as the contract's operation of this name; ``arguments`` are Python's own names."""
    types, options = signature(name)
    declare: Callable[[Method], Method] = rpc(
        *types, **options, _operation_name=name, _in_variable_names=arguments
    )
    return declare


class ContractService(Service):  # type: ignore[misc]  # Spyne is untyped
    """The contract's operations, the same for every version. ``ctx.app`` knows the use cases."""

    # ruff: noqa: N805  # Spyne calls these with the context of the call, they have no self

    @_operation("login", entity_id="entityId", entity_name="entityName")
    def login(ctx: Any, username: str, password: str, entity_id: str, entity_name: str) -> tuple[str, str]:
        """Open a session; the URL answered is that of the caller's version."""
        token = ctx.app.use_cases.sessions.log_in(
            username, password, entity_id=entity_id, entity_name=entity_name
        )
        return token, ctx.app.address

    @_operation("getUserInfo")
    def get_user_info(ctx: Any) -> tuple[str, ...]:
        """Tell the user of the session."""
        return astuple(ctx.app.use_cases.sessions.user_info(_headers(ctx).session or ""))

    @_operation("create", z_objects="zObjects")
    def create(ctx: Any, z_objects: Batch) -> Saved:
        """Create adjustments."""
        return _save(ctx, z_objects, ctx.app.use_cases.adjusting.create)

    @_operation("update", z_objects="zObjects")
    def update(ctx: Any, z_objects: Batch) -> Saved:
        """Update, and cancel, adjustments."""
        return _save(ctx, z_objects, ctx.app.use_cases.adjusting.update)

    @_operation("delete", type_="type")
    def delete(ctx: Any, type_: str, ids: list[str]) -> Saved:
        """Delete canceled adjustments."""
        caller = _caller(ctx)
        object_type = caller.configuration.catalog.by_name.get(type_)
        if object_type is None or not object_type.creatable:
            raise InvalidType(f"Objects of the type '{type_[:60]}' cannot be deleted here.")
        return _told(
            ctx, ctx.app.use_cases.adjusting.delete(caller, ids, _options(ctx), object_type=object_type)
        )

    @_operation("query", query_string="queryString")
    def query(ctx: Any, query_string: str) -> QueryPage:
        """Run a query."""
        headers = _headers(ctx)
        page: QueryPage = ctx.app.use_cases.querying.query(
            _caller(ctx),
            query_string,
            headers.batch_size,
            case_sensitive=headers.case_sensitive is not False,
        )
        return page

    @_operation("queryMore", query_locator="queryLocator")
    def query_more(ctx: Any, query_locator: str) -> QueryPage:
        """Read a further page of a query; whether case counts was said when it began."""
        page: QueryPage = ctx.app.use_cases.querying.query_more(
            _caller(ctx), query_locator, _headers(ctx).batch_size
        )
        return page


def _headers(ctx: Any) -> CallHeaders:
    headers = ctx.in_header
    assert isinstance(headers, CallHeaders), "the protocol put them there"
    return headers


def _caller(ctx: Any) -> Caller:
    request_id = ctx.transport.req_env.get("gateway.request_id") or uuid.uuid4().hex
    caller: Caller = ctx.app.use_cases.sessions.caller(
        _headers(ctx).session or "", door="soap", request_id=request_id
    )
    return caller


def _save(ctx: Any, batch: Batch, use_case: Callable[..., Saved]) -> Saved:
    """Call a use case with the objects of a call."""
    caller = _caller(ctx)
    if batch.trouble is not None:
        # How many there are is judged first: it is what the caller can mend without looking at each.
        ctx.app.use_cases.adjusting.check_count(caller, len(batch.records))
        raise batch.trouble
    return _told(ctx, use_case(caller, batch.records, _options(ctx), object_type=batch.object_type))


def _told(ctx: Any, saved: Saved) -> Saved:
    if saved.replayed:
        ctx.transport.resp_headers["Idempotent-Replayed"] = "true"
    return saved


def _options(ctx: Any) -> CallOptions:
    return call_options(ctx.transport.req_env, single_transaction=bool(_headers(ctx).single_transaction))
