"""What exports need of a store beside the books. ``gateway.storage`` implements it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.engine import AdjustmentKind


@dataclass(frozen=True, slots=True)
class Mark:
    """How far exports under one name have come.

    Attributes:
        position: The audit entry up to which everything was exported.
        part: The path of an output that is complete but may not have its own name yet; None otherwise.
        file: That name.
    """

    name: str
    position: int
    moved_at: datetime
    part: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An audit entry with its place among all.

    Attributes:
        user: The user's name, or the Id when there is no such user.
        invoice_id: None in entries of the first releases.
        detail: JSON.
    """

    place: int
    at: datetime
    user_id: str
    user: str
    door: str
    request_id: str
    action: str
    invoice_id: str | None
    adjustment_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Bearings:
    """What an invoice and its account are called now."""

    invoice_number: str
    currency: str
    account_number: str | None
    account_name: str | None


class ExportStore(Protocol):
    """The audit trail as exports read it, and their marks."""

    def last_place(self) -> int:
        """Return the place of the last audit entry, once no call that may write one is under way.

        Behind it, places are only given to calls that begin later: all entries up to it can be read.
        """

    def placed_entries(self, after: int, until: int, limit: int) -> list[PlacedEntry]:
        """Read entries behind a place up to another, in order; those of imports are left out."""

    def told_before(self, adjustment_ids: Collection[str], place: int) -> dict[str, list[tuple[int, str]]]:
        """Return the places and details of all earlier entries of adjustments, by Id and in order."""

    def bearings(self, invoice_ids: Collection[str]) -> dict[str, Bearings]:
        """Return what invoices and their accounts are called, by the invoice's Id."""

    def made_between(
        self,
        kind: AdjustmentKind,
        span: tuple[int, int],
        settled: Collection[str],
        behind: tuple[str, str],
        limit: int,
    ) -> list[tuple[str, str]]:
        """Return live adjustments that entries between two places made and that are not transferred yet.

        Args:
            kind: Of which object.
            span: The entries' places: behind the first, up to the second.
            settled: The states of TransferredToAccounting that are not asked for.
            behind: The Ids of an invoice and an adjustment.
            limit: How many.

        Returns such pairs of Ids, in their order.
        """

    def mark(self, name: str) -> Mark | None:
        """Return a mark, locked until the transaction ends where it can be."""

    def save_mark(self, mark: Mark) -> None:
        """Write a mark, new or changed."""
