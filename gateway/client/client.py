"""The client: one gateway or the legacy, one user, any number of adjustments."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import Any, Self

from gateway.client.adjustments import UPDATABLE, Adjustment, RecordError, Result
from gateway.client.calls import RECORDS_PER_CALL, Part, numbered
from gateway.client.changing import CANCELED, Changing, is_canceled, is_gone, is_unsure
from gateway.client.connection import Connection, User
from gateway.client.creating import Creating
from gateway.client.failures import ClientError, KeysNotTaken, OutcomeUnknown
from gateway.client.parts import in_order
from gateway.client.reading import Reading
from gateway.client.records import Records
from gateway.client.retrying import Retrying
from gateway.client.wire import HttpTransport, Timeouts, shown

__all__ = ["Client", "Progress"]

Progress = Callable[[int, int | None], None]
"""Is told how many records are done, and of how many where that is known."""

_MOST_OF_A_KEY = 200
"""Characters; a call's own place comes behind them, and 255 is what a gateway takes."""

_OPPOSITE = {"Credit": "Charge", "Charge": "Credit"}


class Client:
    """A caller of the contract. Its methods may be called from several threads.

    It logs in when it first needs a session, and again when the session ends. A call that nothing was done of
    is sent again, after a wait that grows. After a lost answer a call is sent again when a key keeps it from
    being done twice, which this gateway offers and the legacy does not.

    Args:
        url: The endpoint, with the version in its path: ``https://HOST/apps/services/a/78.0``.
        username: Who logs in.
        password: Is shown and logged nowhere.
        wsdl: An address or a file; the gateway's own otherwise. The endpoint it names is not used.
        keys: Whether the server takes an Idempotency-Key. None believes what it says on login; a server that
            says nothing is taken for the legacy, which has none.
        calls_in_flight: Calls at once. With 1 they are made in order.
        records_per_call: Records in each; the legacy and the gateway take 50.
        timeouts: How long to wait for a connection and for an answer.
        retrying: How often and how long to try again.
        entity: ``entityId`` or ``entityName`` of login.
        transport: Another way to a server, such as that of gateway.testing.

    Raises:
        ClientError: The WSDL cannot be read.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        wsdl: str | None = None,
        keys: bool | None = None,
        calls_in_flight: int = 4,
        records_per_call: int = RECORDS_PER_CALL,
        timeouts: Timeouts | None = None,
        retrying: Retrying | None = None,
        entity: dict[str, str] | None = None,
        transport: HttpTransport | None = None,
    ) -> None:
        if calls_in_flight < 1 or records_per_call < 1:
            raise ValueError("there is at least one call, of at least one record")
        self.url = url
        self.username = username
        self._size = records_per_call
        self._ahead = 2 * calls_in_flight
        self._transport = transport or HttpTransport(timeouts or Timeouts())
        try:
            self._connection = Connection(
                wsdl or f"{url}?wsdl",
                url,
                User(username, password, entity or {}),
                keys=keys,
                transport=self._transport,
                retrying=retrying or Retrying(),
            )
        except BaseException:
            self._transport.close()
            raise
        self._records = Records(self._connection.zeep)
        self._reading = Reading(self._connection, self._records.fields)
        self._threads = ThreadPoolExecutor(calls_in_flight, thread_name_prefix="gateway-client")

    def __repr__(self) -> str:
        return f"<Client {self.username} at {shown(self.url)}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the calls in flight and close the connections."""
        self._threads.shutdown(cancel_futures=True)
        self._transport.close()

    # What is underneath.

    @property
    def zeep(self) -> Any:
        """The `zeep.Client`: for types, and for whatever this class does not offer."""
        return self._connection.zeep

    @property
    def service(self) -> Any:
        """The endpoint's operations as zeep has them; give them ``_soapheaders=client.soap_headers()``."""
        return self._connection.service

    def soap_headers(self) -> dict[str, Any]:
        """Return the header blocks that a call of one's own needs. They hold the session, a secret."""
        return self._connection.soap_headers()

    @property
    def takes_keys(self) -> bool:
        """Whether calls carry a key, so that a lost answer can be asked for again. Logs in to find out."""
        return self._connection.takes_keys

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of an adjustment that the WSDL has, by their names on the wire."""
        return self._records.fields

    # Changes.

    def create(
        self, adjustments: Iterable[Adjustment], *, key: str | None = None, progress: Progress | None = None
    ) -> list[Result]:
        """Create adjustments and return their results in the order in which they were given.

        They travel in calls of 50, several at once. No order holds between calls: records that depend on each
        other, such as a credit and the charge that takes it back, belong into one call, or need
        ``calls_in_flight=1``.

        Args:
            adjustments: Any number of them.
            key: What the calls' keys begin with, up to 200 characters: with the same key the same adjustments
                may be given again, after a crash for one, and none is made twice. It needs a server that
                takes keys, and holds for as long as that keeps them: a gateway's setting idempotency_days, 7
                unless its tenant says otherwise.
            progress: Is told after each call.

        Raises:
            KeysNotTaken: A key was given, and the server takes none. Nothing was sent.
            OutcomeUnknown: An answer was lost for good, and not all of its records could be looked up.
            ClientError: A call failed as a whole. ``results`` of either error has all that is known.
        """
        # Whatever is wrong with one of them shows before anything is sent.
        given = [self._records.checked(adjustment) for adjustment in adjustments]
        return _all(self.create_each(given, key=key, progress=progress))

    def create_each(
        self,
        adjustments: Iterable[Adjustment],
        *,
        key: str | None = None,
        first: int = 0,
        begun: Callable[[int], object] = lambda _: None,
        raise_unknown: bool = True,
        progress: Progress | None = None,
    ) -> Iterator[Result]:
        """Yield the results of creates while they are made: for more adjustments than the memory should hold.

        No record is sent until the first result is asked for, and at most ``2 * calls_in_flight`` calls are
        begun before their results are.

        Args:
            adjustments: Are read as they are needed.
            key: As for `create`.
            first: The index of the first one. A program that goes on behind what it did has the same calls,
                and so the same keys, when this is a multiple of ``records_per_call``.
            begun: Is told of each call before it is sent, by the thread that sends it: the index of its first
                record. A program that may be killed writes it down.
            raise_unknown: False yields what nobody knows as a result that is ``unknown``, and goes on.
            progress: As for `create`.

        Raises:
            OutcomeUnknown: As for `create`.
            ClientError: As for `create`.
        """
        if key is not None and not (key.isascii() and key.isprintable() and 0 < len(key) <= _MOST_OF_A_KEY):
            raise ValueError(f"a key has 1 to {_MOST_OF_A_KEY} printable ASCII characters")
        if key is not None and not self.takes_keys:
            # Without it the caller would do twice what the key was to keep from being done twice.
            raise KeysNotTaken(f"{shown(self.url)} does not say that it takes keys, and one was given.")
        creating = Creating(self._connection, self._reading, self._records, begun, keyed=key is not None)
        checked = map(self._records.checked, adjustments)
        parts = creating.parts(checked, self._size, key or uuid.uuid4().hex, first)
        total = len(adjustments) if isinstance(adjustments, Sized) else None
        return self._results(creating.make, parts, total, raise_unknown=raise_unknown, progress=progress)

    def look_up(self, adjustments: Iterable[Adjustment], *, first: int = 0) -> list[Result]:
        """Find what a lost create has made, by ReferenceId: `create` does so by itself after a lost answer.

        For a program that was killed while it created where no keys are taken. A result is ``found``, with an
        Id, when exactly one adjustment is as it was asked for and no other of these has its ReferenceId;
        otherwise it is ``unknown``.

        Args:
            adjustments: As they were given to `create`.
            first: The index of the first one.

        Returns the results in order.
        """
        creating = Creating(self._connection, self._reading, self._records)
        parts = list(creating.parts(adjustments, self._size, "", first))
        return [result for part in parts for result in creating.look_up(part)]

    def cancel(self, ids: Iterable[str], *, progress: Progress | None = None) -> list[Result]:
        """Cancel adjustments: their amounts go back, the records stay. Raises as `create` does."""
        asked = [Adjustment(id=id_, status=CANCELED) for id_ in ids]
        return self._change(asked, self._updates, is_canceled, progress)

    def update(self, adjustments: Iterable[Adjustment], *, progress: Progress | None = None) -> list[Result]:
        """Change what may be changed: reason code, accounting state, exclusion from revenue, custom fields.

        Each needs its ``id``. What is None stays as it is, so a row that was read can be sent again with
        `dataclasses.replace`. Raises as `create` does.
        """
        given = [self._records.checked(adjustment, UPDATABLE) for adjustment in adjustments]
        return self._change(given, self._updates, is_unsure, progress)

    def delete(self, ids: Iterable[str], *, progress: Progress | None = None) -> list[Result]:
        """Delete canceled adjustments. Raises as `create` does."""
        return self._change([Adjustment(id=id_) for id_ in ids], self._deletes, is_gone, progress)

    def reverse(
        self,
        ids: Iterable[str],
        *,
        adjustment_date: date | None = None,
        reference_id: Callable[[Adjustment], str] | None = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> list[Result]:
        """Take adjustments back by their opposites: same source, amount and accounts, the other direction.

        For what can no longer be canceled, such as adjustments of a closed period.

        Args:
            ids: Of the adjustments to take back. One that is not there, or that is canceled, is refused here.
            adjustment_date: Of the opposites; today otherwise.
            reference_id: Makes an opposite's reference of the original; it has the original's otherwise.
            key: As for `create`. It needs ``adjustment_date`` too, or tomorrow they would be other opposites.
            progress: As for `create`.

        Returns a result for each Id, in order; each one's ``adjustment`` is the opposite.

        Raises:
            OutcomeUnknown: As for `create`.
            ClientError: As for `create`.
        """
        asked = list(ids)
        originals = self._reading.with_ids(asked)
        results: dict[int, Result] = {}
        opposites: list[tuple[int, Adjustment]] = []
        for index, id_ in enumerate(asked):
            original = originals.get(id_)
            if original is None or original.status == CANCELED:
                results[index] = _refused(index, id_, original)
            else:
                reference = reference_id(original) if reference_id else original.reference_id
                opposites.append((index, _opposite(original, adjustment_date or date.today(), reference)))  # noqa: DTZ011  # the caller's day
        places = [index for index, _ in opposites]
        try:
            made = self.create([opposite for _, opposite in opposites], key=key, progress=progress)
        except ClientError as error:
            error.results = _placed(error.results, places)
            if isinstance(error, OutcomeUnknown):
                error.unknown = _placed(error.unknown, places)
            raise
        results |= {result.index: result for result in _placed(made, places)}
        return [results[index] for index in range(len(asked))]

    # Queries.

    def query(self, zoql: str, *, batch_size: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query, page after page, as dictionaries by the names on the wire.

        What is null is left out. ``batch_size`` asks for rows in each page; the server's own is 2,000.
        """
        return self._reading.rows(zoql, batch_size)

    def adjustments(self, where: str = "", *, batch_size: int | None = None) -> Iterator[Adjustment]:
        """Yield the adjustments for which a condition of the query language holds; all without one."""
        return self._reading.adjustments(where, batch_size)

    # Inside.

    def _updates(self, adjustments: Sequence[Adjustment]) -> tuple[Any, ...]:
        return "update", [self._records.to_update(adjustment) for adjustment in adjustments]

    def _deletes(self, adjustments: Sequence[Adjustment]) -> tuple[Any, ...]:
        return "delete", "InvoiceItemAdjustment", [adjustment.id for adjustment in adjustments]

    def _change(
        self,
        asked: Sequence[Adjustment],
        arguments: Callable[[Sequence[Adjustment]], tuple[Any, ...]],
        is_done: Callable[[Adjustment | None], bool],
        progress: Progress | None,
    ) -> list[Result]:
        changing = Changing(self._connection, self._reading, arguments, is_done)
        parts = numbered(asked, self._size, uuid.uuid4().hex)
        return _all(self._results(changing.make, parts, len(asked), progress=progress))

    def _results(
        self,
        make: Callable[[Part], list[Result]],
        parts: Iterator[Part],
        total: int | None,
        *,
        raise_unknown: bool = True,
        progress: Progress | None,
    ) -> Iterator[Result]:
        done = 0
        self._connection.require_session()
        for results in in_order(make, parts, self._threads, self._ahead, raise_unknown=raise_unknown):
            done += len(results)
            if progress is not None:
                progress(done, total)
            yield from results


def _all(results: Iterator[Result]) -> list[Result]:
    """Return all results; an error on the way has those before it too."""
    known: list[Result] = []
    try:
        known.extend(results)
    except ClientError as error:
        error.results = (*known, *error.results)
        raise
    return known


def _placed(results: Iterable[Result], places: Sequence[int]) -> tuple[Result, ...]:
    """Return results with their places among all that was asked for."""
    return tuple(replace(result, index=places[result.index]) for result in results)


def _refused(index: int, id_: str, original: Adjustment | None) -> Result:
    """Return the result of an Id that there is nothing to take back of."""
    error = (
        RecordError("INVALID_ID", "There is no adjustment with this Id.", "Id")
        if original is None
        else RecordError(
            "INVALID_VALUE", "The adjustment is canceled: nothing is left to take back.", "Status"
        )
    )
    return Result(index, original or Adjustment(id=id_), errors=(error,))


def _opposite(original: Adjustment, day: date, reference_id: str | None) -> Adjustment:
    return Adjustment(
        invoice_id=original.invoice_id,
        source_id=original.source_id,
        source_type=original.source_type,
        type=_OPPOSITE[str(original.type)],
        amount=original.amount,
        adjustment_date=day,
        accounting_code=original.accounting_code,
        reference_id=reference_id,
    )
