"""What imports need of a store beside the books. ``gateway.storage`` implements it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from gateway.contract.fields import Field
from gateway.contract.objects import ObjectType
from gateway.engine import Adjustment, AdjustmentKind, Invoice, Source, SourceType

SourceKey = tuple[SourceType, str]


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


@dataclass(frozen=True, slots=True)
class ImportedAdjustment:
    """What is remembered of an adjustment that a file brought, whatever becomes of it here.

    Attributes:
        source_type: None, as ``source_id``, for an adjustment of the invoice alone.
        impact: What the imported balances hold of it already, with its sign: 0 when it came canceled.
    """

    adjustment_id: str
    object_name: str
    invoice_id: str
    source_type: SourceType | None
    source_id: str | None
    impact: Decimal


@dataclass(frozen=True, slots=True)
class Unstated:
    """Whose balances no file has given: they follow the history that is loaded.

    Attributes:
        balances: Invoices by Id.
        adjustment_amounts: Invoices by Id.
        sources: Invoice items and taxation items.
    """

    balances: frozenset[str] = frozenset()
    adjustment_amounts: frozenset[str] = frozenset()
    sources: frozenset[SourceKey] = frozenset()


class HistoryStore(Protocol):
    """What an import of adjustments made elsewhere needs beside the books."""

    def adjustments(
        self, kind: AdjustmentKind, ids: Collection[str], custom_fields: Sequence[Field] = ()
    ) -> tuple[Adjustment, ...]:
        """Read those of these adjustments that exist; their invoices are locked."""

    def imported_adjustments(self, ids: Collection[str]) -> dict[str, ImportedAdjustment]:
        """Return what is remembered of these adjustments, by Id."""

    def imported_impacts(self, invoice_ids: Collection[str]) -> dict[str, Decimal]:
        """Return what the balances of these invoices hold of the history, where they hold anything."""

    def imported_impacts_of_sources(self, source_ids: Collection[str]) -> dict[SourceKey, Decimal]:
        """Return what the balances of these sources hold of the history, where they hold anything."""

    def unstated(self, invoice_ids: Collection[str], source_ids: Collection[str]) -> Unstated:
        """Return which of these invoices' and sources' balances no file has given."""

    def used_ids(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these Ids an adjustment ever had."""

    def changed_here(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these adjustments were changed by more than imports."""

    def owners_of_numbers(self, numbers: Collection[str]) -> dict[str, str]:
        """Return the Id of the adjustment that had each of these numbers, where one had."""

    def add_history(
        self,
        adjustments: Sequence[Adjustment],
        remembered: Sequence[ImportedAdjustment],
        custom_fields: Sequence[Field] = (),
    ) -> None:
        """Write new adjustments, all of one kind, with their numbers and what is remembered of each."""

    def replace_history(
        self,
        adjustments: Sequence[Adjustment],
        remembered: Sequence[ImportedAdjustment],
        custom_fields: Sequence[Field] = (),
    ) -> None:
        """Write adjustments, all of one kind, in place of those with the same Ids and numbers."""

    def save_imported_balances(self, invoices: Sequence[Invoice], sources: Sequence[Source]) -> None:
        """Write balances whose imported part moved; who changed the rows and when stays."""

    def highest_count(self, kind: AdjustmentKind, numbers: Iterable[str]) -> int:
        """Return the highest count in those of these numbers that ``next_numbers`` could draw; 0 if none."""

    def count_beyond(self, kind: AdjustmentKind, count: int) -> None:
        """Let ``next_numbers`` go on after this count; the counter is locked if that changes it."""
