"""What a proof of the books reads, as it is stored; ``gateway.storage`` implements the reading.

Everything is read page by page, in the order of Ids, so that books of any size are proved in little memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from gateway.contract.fields import Field
from gateway.engine import Adjustment, SourceType
from gateway.service.auditing import Head, Link
from gateway.service.ports import AuditEntry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InvoiceEvidence:
    """An invoice's stored amounts, beside what its adjustments add up to.

    Attributes:
        live: The signed sum of its live adjustments, made here or imported.
        impact: What its imported balance held already of the imported ones.
    """

    id: str
    balance: Decimal
    imported_balance: Decimal | None
    adjustment_amount: Decimal
    imported_adjustment_amount: Decimal | None
    adjusted: Decimal
    live: Decimal
    impact: Decimal


@dataclass(frozen=True, slots=True)
class SourceEvidence:
    """A source's stored amounts, beside what its adjustments add up to; as ``InvoiceEvidence``."""

    type: SourceType
    id: str
    original: Decimal
    balance: Decimal
    imported_balance: Decimal | None
    taken: Decimal
    adjusted: Decimal
    live: Decimal
    impact: Decimal


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """An entry of an invoice's chain, with the end of the chain as the invoice's row has it.

    Attributes:
        head: None when there is no such invoice.
    """

    link: Link
    head: Head | None


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """An entry of one adjustment.

    Attributes:
        seq: Its place in the invoice's chain; None in entries of the first releases.
        detail: JSON.
    """

    action: str
    seq: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Life:
    """One adjustment that ever was: its number, its row while there is one, and what the trail tells.

    Attributes:
        number: As the table of used numbers has it.
        entries: In the order in which they were written.
    """

    id: str
    number: str
    adjustment: Adjustment | None
    entries: tuple[ToldEntry, ...]


@dataclass(frozen=True, slots=True)
class Stray:
    """A row that points at something that is not there, or that is not what it should be.

    Attributes:
        field: Which of its columns does.
        stored: What the column has.
        expected: What it should have, in words.
    """

    object_name: str
    id: str
    field: str
    stored: str
    expected: str


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """An entry as a story tells it.

    Attributes:
        user: The user's name, or the Id when there is no such user.
        link: With its place and hash; None in entries of the first releases, which stand in no chain.
        previous_hash: Of the entry before it in the chain; None when that is missing.
    """

    entry: AuditEntry
    user: str
    link: Link | None
    previous_hash: str | None


@dataclass(frozen=True, slots=True)
class Reversing:
    """An adjustment that reverses another."""

    id: str
    number: str
    amount: Decimal
    status: str


class EvidenceStore(Protocol):
    """Reading the books for a proof; each method's page begins behind a key and is in its order."""

    def invoice_evidence(self, after: str, limit: int) -> list[InvoiceEvidence]:
        """Read invoices behind an Id."""

    def source_evidence(self, type_: SourceType, after: str, limit: int) -> list[SourceEvidence]:
        """Read sources of a type behind an Id."""

    def chained_entries(self, after: tuple[str, int], limit: int) -> list[ChainedEntry]:
        """Read entries behind an invoice's Id and a place in its chain."""

    def lives(self, after: str, limit: int, custom_fields: Mapping[str, Sequence[Field]]) -> list[Life]:
        """Read adjustments behind a number.

        Args:
            after: The number.
            limit: How many.
            custom_fields: The tenant's own, by the object's name.
        """

    def strays(self) -> list[Stray]:
        """Find what points nowhere, by a statement for each kind."""

    def adjustment_ids(self, named: str) -> list[str]:
        """Return the Ids of the adjustments that ever had this Id or number."""

    def story(self, adjustment_id: str) -> list[StoryEntry]:
        """Read all that the trail tells of an adjustment, in the order in which it was written."""

    def reversals(self, adjustment_id: str) -> list[Reversing]:
        """Read the adjustments that reverse one, in the order of their numbers."""


class Snapshots(Protocol):
    """A store that can be read as it is at one moment, however long that takes."""

    def snapshot(self, work: Callable[[EvidenceStore], T]) -> T:
        """Run a unit of work that reads; it sees nothing of what others write meanwhile.

        Raises:
            TemporaryTrouble: The database cannot be reached.
        """
