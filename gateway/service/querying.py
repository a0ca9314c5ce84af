"""Querying: a first page, then more by locator.

Pages are read by key: each begins behind the place of the last row of the one before. A page far behind costs
no more than the first, and a query that runs while others write returns each matching row that existed
throughout exactly once. Rows are in the order of Ids unless ``order by`` says otherwise; in another order, a
record whose value of an order field is changed while pages are read may be met twice or not at all.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from gateway.contract.errors import ErrorCode
from gateway.contract.objects import INVOICE
from gateway.service.callers import Caller
from gateway.service.failures import InvalidQueryLocator, MalformedQuery
from gateway.service.ports import Locator, Store, Transaction
from gateway.service.selection import Key, Selection, select

MAX_BATCH_SIZE = 2000
"""The most records one page may have, and how many it has unless the caller asks for fewer.

Source: QueryOptions in the product's SOAP documentation (read 2025-12-24): 1 to 2000, 0 is the default.
"""

LOCATOR_LIFE = timedelta(minutes=15)
"""How long a locator lives after its last use. Source: queryMore in the same documentation."""

_LOCATOR = re.compile(r"([0-9a-f]{32})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class QueryPage:
    """One page of a query's rows.

    Attributes:
        rows: Values in the order of ``selection.fields``.
        size: The number of rows of the whole query when it began.
        locator: What asks for the next page; None when this is the last.
        zone: The tenant's, for moments in the answer.
    """

    selection: Selection
    rows: list[tuple[Any, ...]]
    size: int
    locator: str | None
    zone: tzinfo


class Querying:
    """The use cases of queries.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def query(
        self, caller: Caller, text: str, batch_size: int | None = None, *, case_sensitive: bool = True
    ) -> QueryPage:
        """Run a query and return its first page.

        Raises:
            MalformedQuery: It cannot be run as written.
        """
        selection = _select(caller, text, case_sensitive=case_sensitive)
        limit = _limit(batch_size)
        asked = _asked(selection, limit, 0)

        def work(tx: Transaction) -> tuple[list[tuple[Any, ...]], int]:
            rows = tx.rows(selection, (), asked)
            return rows, len(rows) if len(rows) <= limit else tx.count(selection)

        rows, count = self._store.read(work)
        _check_body(selection, len(rows))
        size = count if selection.limit is None else min(count, selection.limit)
        if len(rows) <= limit:
            return _answer(caller, selection, rows, size, None)
        locator = Locator(caller.user_id, text, size, case_sensitive)
        return self._page(caller, selection, rows[:limit], secrets.token_hex(16), locator, limit)

    def stream(
        self, caller: Caller, text: str, *, case_sensitive: bool = True
    ) -> tuple[Selection, int, Iterator[list[tuple[Any, ...]]]]:
        """Begin a query of any size and return its selection, its number of rows now, and its pages.

        Pages are read one by one as they are asked for, each as the books are then: what ``queryMore``
        answers, without its locators. No transaction lasts longer than a page.

        Raises:
            MalformedQuery: It cannot be run as written.
        """
        selection = _select(caller, text, case_sensitive=case_sensitive)
        count = self._store.read(lambda tx: tx.count(selection))
        size = count if selection.limit is None else min(count, selection.limit)
        _check_body(selection, size)
        return selection, size, self._pages(selection)

    def _pages(self, selection: Selection) -> Iterator[list[tuple[Any, ...]]]:
        after: Key = ()
        read = 0
        while asked := _asked(selection, MAX_BATCH_SIZE, read):
            rows = self._rows(selection, after, asked)
            page = rows[:MAX_BATCH_SIZE]
            if page:
                yield _without_order(selection, page)
                after, read = selection.key_of(page[-1]), read + len(page)
            if len(rows) <= MAX_BATCH_SIZE:
                return

    def _rows(self, selection: Selection, after: Key, asked: int) -> list[tuple[Any, ...]]:
        return self._store.read(lambda tx: tx.rows(selection, after, asked))

    def query_more(self, caller: Caller, locator_text: str, batch_size: int | None = None) -> QueryPage:
        """Return the page that a locator asks for; the same locator gives the same page again.

        Raises:
            InvalidQueryLocator: It is unknown, expired or another user's.
        """
        found = _LOCATOR.fullmatch(locator_text.strip())
        now = self._clock()
        limit = _limit(batch_size)
        locator = None
        if found:
            locator_id, rows_before = found[1], int(found[2])
            locator = self._store.read(lambda tx: tx.locator(locator_id, rows_before, limit, now))
        if locator is None or locator.user_id != caller.user_id:
            raise InvalidQueryLocator("The query locator is unknown or has expired. Run the query again.")
        selection = _select(caller, locator.query, case_sensitive=locator.case_sensitive)
        after, until = locator.after, locator.until
        if until is not None:
            # Asked again, after an answer that got lost: the page ends where it ended, whatever was added.
            rows = self._store.read(lambda tx: tx.rows(selection, after, None, until))
            return self._page(caller, selection, rows, locator_id, locator, rows_before + limit, until)
        asked = _asked(selection, limit, rows_before)
        rows = self._store.read(lambda tx: tx.rows(selection, after, asked))
        if len(rows) <= limit:
            return _answer(caller, selection, rows, locator.size, None)
        return self._page(caller, selection, rows[:limit], locator_id, locator, rows_before + limit)

    def _page(
        self,
        caller: Caller,
        selection: Selection,
        rows: list[tuple[Any, ...]],
        locator_id: str,
        locator: Locator,
        next_before: int,
        known_last: Key | None = None,
    ) -> QueryPage:
        """Remember where the next page begins and return this one.

        Args:
            caller: Whose page it is.
            selection: The locator's query.
            rows: The page's; there may be none left of one that is asked for again.
            locator_id: Of this query.
            locator: At this page.
            next_before: How many rows come before the next page.
            known_last: The place with which the page ends, when it was answered before.
        """
        expires_at = self._clock() + LOCATOR_LIFE
        last = selection.key_of(rows[-1]) if known_last is None else known_last

        def work(tx: Transaction) -> Key:
            if not locator.after:
                tx.add_locator(locator_id, locator, expires_at)
            return tx.add_page(locator_id, next_before, last, expires_at)

        until = self._store.write(work)
        if until != last:
            # Another call for this page was quicker: both answer the same.
            rows = self._store.read(lambda tx: tx.rows(selection, locator.after, None, until))
        return _answer(caller, selection, rows, locator.size, f"{locator_id}-{next_before}")


_BODY = INVOICE.by_name["Body"]


def _check_body(selection: Selection, rows: int) -> None:
    if rows > 1 and _BODY in selection.fields:
        raise MalformedQuery("Can only query one invoice body at a time", ErrorCode.INVALID_FIELD)


def _select(caller: Caller, text: str, *, case_sensitive: bool) -> Selection:
    configuration = caller.configuration
    return select(text, configuration.settings.zone, configuration.catalog, case_sensitive=case_sensitive)


def _answer(
    caller: Caller, selection: Selection, rows: list[tuple[Any, ...]], size: int, locator: str | None
) -> QueryPage:
    """Return a page without what was only read for the order."""
    zone = caller.configuration.settings.zone
    return QueryPage(selection, _without_order(selection, rows), size, locator, zone)


def _without_order(selection: Selection, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    width = len(selection.fields)
    return rows if len(selection.columns) == width else [row[:width] for row in rows]


def _limit(batch_size: int | None) -> int:
    """Return how many records a page may have; a size outside 1 to 2000 means 2000."""
    if batch_size is None or not 1 <= batch_size <= MAX_BATCH_SIZE:
        return MAX_BATCH_SIZE
    return batch_size


def _asked(selection: Selection, limit: int, rows_before: int) -> int:
    """Return how many rows to read for a page: one more than it may have tells that another page follows."""
    if selection.limit is None:
        return limit + 1
    return min(limit + 1, selection.limit - rows_before)
