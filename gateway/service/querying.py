"""Querying: a first page, then more by locator.

Pages are read by key, in the order of Ids, so a page far behind costs what the first does, and a query that
runs while others write returns each matching row that existed throughout exactly once.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from gateway.service.callers import Caller
from gateway.service.failures import InvalidQueryLocator
from gateway.service.ports import Locator, Store, Transaction
from gateway.service.selection import Selection, select

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
    """

    selection: Selection
    rows: list[tuple[Any, ...]]
    size: int
    locator: str | None


class Querying:
    """The use cases of queries.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        zone: The tenant's time zone, for dates in conditions.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], *, zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def query(self, caller: Caller, text: str, batch_size: int | None = None) -> QueryPage:
        """Run a query and return its first page.

        Raises:
            MalformedQuery: It cannot be run as written.
        """
        selection = select(text, self._zone)
        limit = _limit(batch_size)

        def work(tx: Transaction) -> tuple[list[tuple[Any, ...]], int]:
            rows = tx.rows(selection, "", limit + 1)
            return rows, len(rows) if len(rows) <= limit else tx.count(selection)

        rows, size = self._store.read(work)
        if len(rows) <= limit:
            return QueryPage(selection, rows, size, None)
        locator_id = secrets.token_hex(16)
        locator = Locator(caller.user_id, text, size, "")
        return self._page(selection, rows[:limit], locator_id, locator, limit, rows[limit - 1][0])

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
        selection = select(locator.query, self._zone)
        after_id, until_id = locator.after_id, locator.until_id
        if until_id is not None:
            # Asked again, after an answer that got lost: the page ends where it ended, whatever was added.
            rows = self._store.read(lambda tx: tx.rows(selection, after_id, None, until_id))
            return self._page(selection, rows, locator_id, locator, rows_before + limit, until_id)
        rows = self._store.read(lambda tx: tx.rows(selection, after_id, limit + 1))
        if len(rows) <= limit:
            return QueryPage(selection, rows, locator.size, None)
        return self._page(
            selection, rows[:limit], locator_id, locator, rows_before + limit, rows[limit - 1][0]
        )

    def _page(
        self,
        selection: Selection,
        rows: list[tuple[Any, ...]],
        locator_id: str,
        locator: Locator,
        next_before: int,
        last_id: str,
    ) -> QueryPage:
        """Remember where the next page begins and return this one."""
        expires_at = self._clock() + LOCATOR_LIFE

        def work(tx: Transaction) -> str:
            if not locator.after_id:
                tx.add_locator(locator_id, locator, expires_at)
            return tx.add_page(locator_id, next_before, last_id, expires_at)

        until_id = self._store.write(work)
        if until_id != last_id:
            # Another call for this page was quicker: both answer the same.
            rows = self._store.read(lambda tx: tx.rows(selection, locator.after_id, None, until_id))
        return QueryPage(selection, rows, locator.size, f"{locator_id}-{next_before}")


def _limit(batch_size: int | None) -> int:
    """Return how many records a page may have; a size outside 1 to 2000 means 2000."""
    if batch_size is None or not 1 <= batch_size <= MAX_BATCH_SIZE:
        return MAX_BATCH_SIZE
    return batch_size
