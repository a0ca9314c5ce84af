"""What the use cases need of a store. ``gateway.storage`` implements it.

A unit of work is a function over one transaction: the store runs it, commits, and runs it again from its
start when the database asks for that (a deadlock, a serialization failure). It must therefore do nothing
but read and write through its transaction.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from gateway.contract.objects import ObjectType
from gateway.engine import Adjustment, Books, Invoice, Source, Stamp
from gateway.service.callers import User
from gateway.service.selection import Selection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change of one adjustment; ``detail`` is JSON."""

    stamp: Stamp
    door: str
    request_id: str
    action: str
    adjustment_id: str
    detail: str


class LedgerStore(Protocol):
    """Invoices, their sources and their adjustments, locked while a call decides."""

    def lock_books(
        self, invoice_ids: Collection[str], invoice_numbers: Collection[str], source_ids: Collection[str]
    ) -> Books:
        """Lock the invoices that exist, in the order of their Ids, and read them and the sources."""

    def lock_adjustments(self, ids: Collection[str]) -> Books:
        """Lock the invoices of these adjustments and read the adjustments, their sources and invoices."""

    def used_numbers(self, numbers: Collection[str]) -> frozenset[str]:
        """Return which of these adjustment numbers were ever used."""

    def next_numbers(self, count: int, besides: Collection[str] = ()) -> list[str]:
        """Draw fresh adjustment numbers, ``besides`` not among them.

        The counter is locked until the transaction ends.
        """

    def add(self, adjustments: Sequence[Adjustment]) -> None:
        """Write new adjustments and their numbers."""

    def change(self, adjustments: Sequence[Adjustment]) -> None:
        """Write what updates changed."""

    def remove(self, adjustments: Sequence[Adjustment]) -> None:
        """Take deleted adjustments from sight; their numbers stay used."""

    def save_balances(self, invoices: Iterable[Invoice], sources: Iterable[Source], stamp: Stamp) -> None:
        """Write the balances that moved."""

    def audit(self, entries: Sequence[AuditEntry]) -> None:
        """Append to the audit trail."""


class SessionStore(Protocol):
    """Users and their sessions."""

    def user_named(self, name: str) -> User | None:
        """Return the user of this name, active or not."""

    def user_of_session(self, token_hash: str, now: datetime) -> tuple[User, datetime, datetime] | None:
        """Return the active user of a live session, when it expires, and when it ends at the latest."""

    def add_user(self, user: User, created: datetime) -> None:
        """Write a new user; the name must be free."""

    def add_session(self, token_hash: str, user_id: str, expires_at: datetime, ends_at: datetime) -> None:
        """Write a new session."""

    def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move a session's expiry."""

    def forget_expired(self, now: datetime) -> None:
        """Delete sessions and locators that have expired."""


@dataclass(frozen=True, slots=True)
class Locator:
    """A query whose pages are being read, at one page.

    Attributes:
        after_id: The Id behind which the page begins.
        until_id: The Id with which it ends, when it was answered before; None for a new page.
    """

    user_id: str
    query: str
    size: int
    after_id: str
    until_id: str | None = None


class QueryStore(Protocol):
    """Reading records page by page, in the order of their Ids."""

    def count(self, selection: Selection) -> int:
        """Count the rows of a whole query."""

    def rows(
        self, selection: Selection, after_id: str, limit: int | None, until_id: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Read the rows behind an Id and up to another, in the order of the selection's fields (Id first)."""

    def add_locator(self, locator_id: str, locator: Locator, expires_at: datetime) -> None:
        """Write a new locator, without pages."""

    def add_page(self, locator_id: str, rows_before: int, after_id: str, expires_at: datetime) -> str:
        """Remember where a page begins, and put the locator's expiry off.

        Returns where it begins: another call for the same page may have said so first.
        """

    def locator(self, locator_id: str, rows_before: int, page_size: int, now: datetime) -> Locator | None:
        """Return a live locator at one of its pages of this size."""


class ImportStore(Protocol):
    """What an import needs beside the books."""

    def account_currencies(self, ids: Collection[str]) -> dict[str, str | None]:
        """Return the currency of each of these accounts that exists, by Id."""

    def adjusted_by_account(self, ids: Collection[str]) -> dict[str, Decimal]:
        """Return the signed sum of live adjustments made here on these accounts' invoices."""

    def live_invoices(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these invoices have live adjustments."""

    def invoices_numbered(self, numbers: Collection[str]) -> dict[str, str]:
        """Return the Id of the invoice that has each of these numbers, where one has."""

    def insert_rows(self, object_type: ObjectType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write new rows of an object; all have the same attributes."""

    def update_rows(self, object_type: ObjectType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write attributes of rows that exist, found by ``id``; all have the same attributes."""


class Transaction(LedgerStore, SessionStore, QueryStore, ImportStore, Protocol):
    """All that one transaction can read and write."""


class Store(Protocol):
    """Where everything is kept."""

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a unit of work that writes nothing.

        Raises:
            TemporaryTrouble: The database cannot be reached.
        """

    def write(self, work: Callable[[Transaction], T], *, patient: bool = True) -> T:
        """Run a unit of work and commit it, again from its start when the database asks for that.

        Args:
            work: See above.
            patient: Wait for others and try again. Otherwise one try, without waiting where that can be.

        Raises:
            OutcomeUnknown: The connection was lost during the commit.
            LockCompetition: Others held the same rows through every try; nothing is written.
            TemporaryTrouble: The database cannot be reached.
        """
