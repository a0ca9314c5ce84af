"""What the engine decides on and what it answers: drafts, adjustments, and the books they refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.engine.invoices import Invoice, Source, SourceType
from gateway.engine.ledger import AdjustmentType, signed
from gateway.engine.periods import Periods
from gateway.engine.refusals import Refusal
from gateway.engine.values import value

Refused = tuple[Refusal, ...]
"""Why a record was refused: at least one refusal, in the order of the checks."""


class AdjustmentStatus(StrEnum):
    """An adjustment counts while it is processed; canceling is final."""

    PROCESSED = "Processed"
    CANCELED = "Canceled"


class AdjustmentKind(StrEnum):
    """What an adjustment moves: one source of an invoice and the invoice, or the invoice alone."""

    ITEM = "item"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who acts, when (aware, to the millisecond), and which day that is to the tenant."""

    user_id: str
    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Policy:
    """What the tenant and the user's role allow.

    Attributes:
        counter_adjustments: Adjustments away from zero may give back earlier ones. The legacy calls it
            "Enable Counter Item and Credit Balance Adjustments" and has it off; here it is on.
        revenue_integration: Billing is integrated with revenue accounting, so that an item's billing can be
            excluded from it.
        strict: An amount finer than its currency is refused, not rounded.
        tax_follows_line: An adjustment of an invoice item brings those of its taxes along.
    """

    may_create: bool = True
    may_cancel: bool = True
    may_delete: bool = True
    may_change_reason_code: bool = True
    may_cancel_without_validation: bool = False
    may_override_transferred: bool = False
    may_manage_close: bool = False
    counter_adjustments: bool = True
    revenue_integration: bool = False
    strict: bool = False
    tax_follows_line: bool = False


@value
class Draft:
    """An adjustment as a caller asks for it: every value well formed, nothing looked up yet.

    Attributes:
        adjustment_date: None is today.
        source_type: None, as ``source_id``, for an adjustment of the invoice alone.
        reverses_id: The adjustment that this one reverses, in full or in part.
        custom: Values of the tenant's own fields by name.
    """

    amount: Decimal
    type: AdjustmentType
    adjustment_date: date | None = None
    source_type: SourceType | None = None
    source_id: str | None = None
    invoice_id: str | None = None
    invoice_number: str | None = None
    adjustment_number: str | None = None
    accounting_code: str | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None
    deferred_revenue_account: str | None = None
    recognized_revenue_account: str | None = None
    exclude_item_billing_from_revenue_accounting: bool | None = None
    reverses_id: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)


@value
class Adjustment:
    """An adjustment, live or canceled.

    Attributes:
        amount: Positive, at the currency's minor unit; ``type`` has the direction.
        adjustment_number: Empty only between the decision and ``number_adjustments``.
        accounting_date: The day on which it counts in the books: ``adjustment_date``, unless that was closed.
        source_type: None, as ``source_id``, for an adjustment of the invoice alone.
        reverses_id: The adjustment that this one reverses, in full or in part.
        custom: Values of the tenant's own fields by name; those that are null are left out.
    """

    id: str
    adjustment_number: str
    account_id: str
    invoice_id: str
    type: AdjustmentType
    amount: Decimal
    adjustment_date: date
    accounting_date: date
    created_by_id: str
    created_date: datetime
    updated_by_id: str
    updated_date: datetime
    source_type: SourceType | None = None
    source_id: str | None = None
    status: AdjustmentStatus = AdjustmentStatus.PROCESSED
    cancelled_by_id: str | None = None
    cancelled_date: datetime | None = None
    accounting_code: str | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None
    transferred_to_accounting: str | None = None
    invoice_item_name: str | None = None
    service_start_date: date | None = None
    service_end_date: date | None = None
    deferred_revenue_account: str | None = None
    recognized_revenue_account: str | None = None
    exclude_item_billing_from_revenue_accounting: bool | None = None
    reverses_id: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> AdjustmentKind:
        """Whether it moves a source or the invoice alone."""
        return AdjustmentKind.INVOICE if self.source_type is None else AdjustmentKind.ITEM

    @property
    def impact_amount(self) -> Decimal:
        """What it adds to the invoice's balance, with its sign."""
        return signed(self.type, self.amount)


@dataclass(frozen=True, slots=True)
class ReasonCodes:
    """The tenant's reason codes.

    Attributes:
        active: Those that a new adjustment may have.
        default: What an adjustment without one gets; None is none.
    """

    active: frozenset[str]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class MasterData:
    """What the tenant's accountants keep.

    Attributes:
        periods: Accounting periods; none leaves every day open.
        reason_codes: None takes any.
        accounting_codes: The active ones of the chart of accounts; none takes any.
    """

    periods: Periods = ()
    reason_codes: ReasonCodes | None = None
    accounting_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Books:
    """All that the records of one call refer to, as loaded and locked.

    What a record names and these do not hold does not exist.

    Attributes:
        reversed: What live adjustments reverse of others, by the other's Id.
    """

    invoices: tuple[Invoice, ...]
    sources: tuple[Source, ...]
    used_numbers: frozenset[str] = frozenset()
    adjustments: tuple[Adjustment, ...] = ()
    reversed: Mapping[str, Decimal] = field(default_factory=dict)
    master: MasterData = MasterData()


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of each record, in the order given, and the rows that moved.

    Attributes:
        brought_along: The tax adjustments that each record brought along; empty when none brought any.
    """

    outcomes: tuple[Adjustment | Refused, ...]
    invoices: tuple[Invoice, ...]
    sources: tuple[Source, ...]
    brought_along: tuple[tuple[Adjustment, ...], ...] = ()

    @property
    def accepted(self) -> tuple[Adjustment, ...]:
        """The adjustments to write, in order, each before those that it brought along."""
        if not self.brought_along:
            return tuple([outcome for outcome in self.outcomes if isinstance(outcome, Adjustment)])
        return tuple(
            adjustment
            for outcome, brought in self.with_brought()
            if isinstance(outcome, Adjustment)
            for adjustment in (outcome, *brought)
        )

    def with_brought(self) -> Iterator[tuple[Adjustment | Refused, tuple[Adjustment, ...]]]:
        """Give each outcome with the adjustments that it brought along."""
        return zip(self.outcomes, self.brought_along or ((),) * len(self.outcomes), strict=True)
