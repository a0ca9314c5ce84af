"""What the use cases need of a store. ``gateway.storage`` implements it.

A unit of work is a function over one transaction: the store runs it, commits, and runs it again from its
start when the database asks for that (a deadlock, a serialization failure). It must therefore do nothing
but read and write through its transaction.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from gateway.contract.fields import Field
from gateway.engine import Adjustment, AdjustmentKind, Books, Invoice, Source, Stamp
from gateway.engine.periods import AccountingPeriod
from gateway.engine.values import value
from gateway.service.callers import User
from gateway.service.export_ports import ExportStore
from gateway.service.import_ports import HistoryStore, ImportStore
from gateway.service.job_ports import JobStore
from gateway.service.selection import Key, Selection
from gateway.service.tenant import AccountingCode, Configuration, ReasonCode

T = TypeVar("T")


@value
class AuditEntry:
    """One change of one adjustment; ``detail`` is JSON.

    ``gateway.service.auditing`` makes them.
    """

    at: datetime
    user_id: str
    door: str
    request_id: str
    action: str
    invoice_id: str
    adjustment_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class IgnoredField:
    """A name that callers send and no object has: how many calls named it, and when last."""

    object_name: str
    name: str
    calls: int
    last_at: datetime


class LedgerStore(Protocol):
    """Invoices, their sources and their adjustments, locked while a call decides."""

    def lock_books(
        self,
        invoice_ids: Collection[str],
        invoice_numbers: Collection[str],
        source_ids: Collection[str],
        *,
        with_taxes: bool = False,
    ) -> Books:
        """Lock the invoices that exist, in the order of their Ids, and read them and the sources.

        ``with_taxes`` reads the taxation items of the sources that are invoice items, too.
        """

    def sources_of(self, invoice_ids: Collection[str]) -> tuple[Source, ...]:
        """Read all sources of invoices that this transaction has locked."""

    def lock_adjustments(
        self, kind: AdjustmentKind, ids: Collection[str], custom_fields: Sequence[Field] = ()
    ) -> Books:
        """Lock the invoices of these adjustments and read the adjustments, their sources and invoices."""

    def used_numbers(self, numbers: Collection[str]) -> frozenset[str]:
        """Return which of these adjustment numbers were ever used."""

    def next_numbers(self, kind: AdjustmentKind, count: int, besides: Collection[str] = ()) -> list[str]:
        """Draw fresh adjustment numbers, ``besides`` not among them.

        The counter is locked until the transaction ends.
        """

    def add(self, adjustments: Sequence[Adjustment], custom_fields: Sequence[Field] = ()) -> None:
        """Write new adjustments, all of one kind, and their numbers."""

    def change(self, adjustments: Sequence[Adjustment], custom_fields: Sequence[Field] = ()) -> None:
        """Write what updates changed; all are of one kind."""

    def remove(self, adjustments: Sequence[Adjustment]) -> None:
        """Take deleted adjustments, all of one kind, from sight; their numbers stay used."""

    def save_balances(self, invoices: Iterable[Invoice], sources: Iterable[Source], stamp: Stamp) -> None:
        """Write the balances that moved."""

    def audit(self, entries: Iterable[AuditEntry]) -> None:
        """Append to the chains of the entries' invoices, which this transaction has locked last.

        The entries are taken as they are written: those of a set need not all be there at once.
        """


@dataclass(frozen=True, slots=True)
class UserSession:
    """A live session.

    Attributes:
        expires_at: When it ends unless it is used.
        ends_at: When it ends at the latest.
        revision: How often the configuration was changed.
    """

    user: User
    expires_at: datetime
    ends_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """What acts for a user with an id and a secret, of which only a hash is kept.

    Attributes:
        label: For people alone: what it is for.
    """

    id: str
    user: User
    label: str
    secret_hash: str


class ClientStore(Protocol):
    """OAuth clients."""

    def add_client(self, client: OAuthClient, created: datetime) -> None:
        """Write a new client."""

    def client(self, client_id: str) -> OAuthClient | None:
        """Return the client of this id, whether its user is active or not."""

    def clients(self) -> list[OAuthClient]:
        """Return all clients, by the names of their users and then by id."""

    def remove_client(self, client_id: str) -> bool:
        """Delete a client and its sessions; False if there is none."""


class SessionStore(Protocol):
    """Users and their sessions."""

    def user_named(self, name: str) -> User | None:
        """Return the user of this name, active or not."""

    def user_of_session(self, token_hash: str, now: datetime) -> UserSession | None:
        """Return a live session of an active user."""

    def add_user(self, user: User, created: datetime) -> None:
        """Write a new user; the name must be free."""

    def users(self) -> list[User]:
        """Return all users by name."""

    def save_user(self, user: User) -> None:
        """Write what a user may do, and whether the user may log in."""

    def add_session(
        self, token_hash: str, user_id: str, expires_at: datetime, ends_at: datetime, client_id: str = ""
    ) -> None:
        """Write a new session, of a client if one is named."""

    def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move a session's expiry."""

    def forget_expired(self, now: datetime) -> None:
        """Delete sessions and locators that have expired."""


@dataclass(frozen=True, slots=True)
class Locator:
    """A query whose pages are being read, at one page.

    Attributes:
        case_sensitive: As the query was asked, whatever is asked with a later page.
        after: The place behind which the page begins.
        until: The place with which it ends, when it was answered before; None for a new page.
    """

    user_id: str
    query: str
    size: int
    case_sensitive: bool = True
    after: Key = ()
    until: Key | None = None


class QueryStore(Protocol):
    """Reading records page by page."""

    def count(self, selection: Selection) -> int:
        """Count the rows that fulfil a query's condition, however few its limit asks for."""

    def rows(
        self, selection: Selection, after: Key, limit: int | None, until: Key | None = None
    ) -> list[tuple[Any, ...]]:
        """Read the rows behind a place and up to another, in the selection's order.

        Each holds the selection's columns. How many there are is the caller's limit, not the query's.
        """

    def add_locator(self, locator_id: str, locator: Locator, expires_at: datetime) -> None:
        """Write a new locator, without pages."""

    def add_page(self, locator_id: str, rows_before: int, after: Key, expires_at: datetime) -> Key:
        """Remember where a page begins, and put the locator's expiry off.

        Returns where it begins: another call for the same page may have said so first.
        """

    def locator(self, locator_id: str, rows_before: int, page_size: int, now: datetime) -> Locator | None:
        """Return a live locator at one of its pages of this size."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key as it counts: per user and operation."""

    user_id: str
    operation: str
    key: str


class AnswerStore(Protocol):
    """What calls with an idempotency key were answered."""

    def answer_of(self, claim: Claim, now: datetime) -> tuple[str, str] | None:
        """Return the hash and the answer of a key; one that has expired is forgotten."""

    def claim(self, claim: Claim, hash_: str, expires_at: datetime) -> None:
        """Write a key without its answer: another call with it waits until this transaction ends."""

    def keep_answer(self, claim: Claim, answer: str) -> None:
        """Write the answer of a key."""


class ConfigurationStore(Protocol):
    """What the tenant has declared and keeps."""

    def revision(self) -> int:
        """Return how often the configuration was changed."""

    def hold_revision(self) -> int:
        """Return how often the configuration was changed, and keep it so until the transaction ends."""

    def count_revision(self) -> None:
        """Count a change of the configuration, once nobody holds the revision any more."""

    def configuration(self) -> Configuration:
        """Return the configuration as this transaction sees it."""

    def save_setting(self, name: str, value: str) -> None:
        """Write a setting."""

    def save_periods(self, periods: Sequence[AccountingPeriod]) -> None:
        """Write accounting periods, new or changed."""

    def save_reason_codes(self, codes: Sequence[ReasonCode]) -> None:
        """Write reason codes, new or changed."""

    def save_accounting_codes(self, codes: Sequence[AccountingCode]) -> None:
        """Write accounts of the chart, new or changed."""

    def add_configuration_entry(self, at: datetime, who: str, action: str, detail: str) -> None:
        """Append to the trail of changes."""

    def add_custom_field(self, object_name: str, field: Field, at: datetime) -> None:
        """Write a declaration."""

    def remove_custom_field(self, object_name: str, name: str) -> None:
        """Delete a declaration."""

    def is_custom_field_used(self, object_name: str, name: str) -> bool:
        """Say whether any record has a value in a declared field."""

    def count_ignored_fields(self, object_name: str, names: Collection[str], at: datetime) -> None:
        """Count one call more that named these fields, which the object does not have."""

    def ignored_fields(self) -> list[IgnoredField]:
        """Return the counts by object and name."""


class Transaction(
    LedgerStore,
    SessionStore,
    ClientStore,
    QueryStore,
    AnswerStore,
    ConfigurationStore,
    ImportStore,
    HistoryStore,
    ExportStore,
    JobStore,
    Protocol,
):
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
