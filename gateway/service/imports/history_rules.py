"""What a file may bring of adjustments made elsewhere: values in, an adjustment or problems out.

The effect of such an adjustment is in the imported balances already; where no file gave a balance, it is
the amount less the imported live adjustments. What counts from then on is ``taken``: toward-zero amounts less
counter amounts of a source, live and known here, made or imported, which is never negative. What the
engine decided elsewhere is not decided again: periods, codes and windows are as they were there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.contract.lexical import write_decimal
from gateway.engine import (
    Adjustment,
    AdjustmentStatus,
    AdjustmentType,
    Books,
    Invoice,
    Source,
    SourceType,
    Stamp,
)
from gateway.engine.invoices import InvoiceStatus
from gateway.engine.ledger import is_toward_zero
from gateway.engine.money import MAX_DIGITS, count_digits
from gateway.service.import_ports import ImportedAdjustment, SourceKey, Unstated
from gateway.service.imports.kinds import FileKind
from gateway.service.imports.rows import Problem, Row, shown
from gateway.service.imports.rules import ZERO, check_money, is_between

_FROM_SOURCE = ("accounting_code", "invoice_item_name", "service_start_date", "service_end_date")
# The invoice has the account, and no file has the link to what is reversed.
_NOT_FROM_FILE = {"account_id", "custom", "reverses_id"}
_FROM_FILE = [field.name for field in fields(Adjustment) if field.name not in _NOT_FROM_FILE]
_NEVER_EMPTY = {
    "status",
    "accounting_date",
    "created_by_id",
    "created_date",
    "updated_by_id",
    "updated_date",
}
_IDENTITY = ("adjustment_number", "invoice_id", "source_type", "source_id")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here of the adjustments that a chunk brings, read behind the locks.

    Attributes:
        invoices: Theirs, by Id.
        sources: Theirs.
        before: Those that exist, by Id.
        imported: What is remembered of those that files brought, by Id.
        used_ids: Ids that an adjustment ever had.
        changed_here: Ids of those that were changed by more than imports.
        owners: The Id of the adjustment that ever had a number.
    """

    invoices: Mapping[str, Invoice]
    sources: Mapping[SourceKey, Source]
    before: Mapping[str, Adjustment]
    imported: Mapping[str, ImportedAdjustment]
    used_ids: frozenset[str]
    changed_here: frozenset[str]
    owners: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """One row, decided but for its effect: the adjustment as it becomes.

    Attributes:
        before: As it was imported before, if it was.
        held: What the imported balances held of it before.
    """

    row: Row
    adjustment: Adjustment
    before: Adjustment | None = None
    held: Decimal = ZERO

    @property
    def impact(self) -> Decimal:
        """What the imported balances hold of it from now on."""
        is_live = self.adjustment.status is AdjustmentStatus.PROCESSED
        return self.adjustment.impact_amount if is_live else ZERO


def decide_adjustment(row: Row, kind: FileKind, known: Known, stamp: Stamp) -> Brought | tuple[Problem, ...]:
    """Decide on one adjustment of a file, its effect on balances apart.

    Args:
        row: Its values, read.
        kind: What the file holds, with the fields that the tenant declared.
        known: What is known here.
        stamp: Who imports, and when: for rows that name nobody or no moment.
    """
    values = row.values
    invoice = known.invoices.get(values["invoice_id"])
    if invoice is None:
        return (Problem("invoice_id", f"there is no invoice {values['invoice_id']}"),)
    before = known.before.get(values["id"])
    problems = [
        *_check_id(values, kind, known),
        *_check_invoice(values, invoice),
        *_check_amount(values, invoice),
    ]
    source: Source | None = None
    if "source_id" in values:
        found = _find_source(values, known)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            source = found
    if problems:
        return tuple(problems)
    adjustment = _adjustment(values, kind, invoice, source, before, stamp)
    held = known.imported[adjustment.id].impact if before else ZERO
    return Brought(row, adjustment, before, held)


def _check_id(values: Mapping[str, Any], kind: FileKind, known: Known) -> list[Problem]:
    """Ids and numbers are never used twice, and what was changed here is not changed from elsewhere."""
    id_, number = values["id"], values["adjustment_number"]
    owner = known.owners.get(number)
    if owner not in (None, id_):
        return [Problem("adjustment_number", f"{shown(number)} is adjustment {owner}'s")]
    imported, before = known.imported.get(id_), known.before.get(id_)
    if imported is None or imported.object_name != kind.name:
        return [Problem("id", f"{id_} is another adjustment's already")] if id_ in known.used_ids else []
    if before is None:
        return [Problem("", "was deleted here since it was loaded")]
    if id_ in known.changed_here:
        what = "canceled" if before.status is AdjustmentStatus.CANCELED else "changed"
        return [Problem("", f"was {what} here since it was loaded")]
    return [
        Problem(name, f"{values[name]} instead of {getattr(before, name)}, as it was loaded")
        for name in _IDENTITY
        if name in values and values[name] != getattr(before, name)
    ]


def _check_invoice(values: Mapping[str, Any], invoice: Invoice) -> list[Problem]:
    facts = {"invoice_number": invoice.number, "account_id": invoice.account_id}
    problems = [
        Problem(name, f"{shown(values[name])} instead of {fact}, which the invoice has")
        for name, fact in facts.items()
        if values.get(name) not in (None, fact)
    ]
    if values.get("status") != AdjustmentStatus.CANCELED and invoice.status is not InvoiceStatus.POSTED:
        reason = f"the invoice is {invoice.status}: it can have canceled adjustments alone"
        problems.append(Problem("status", reason))
    return problems


def _check_amount(values: Mapping[str, Any], invoice: Invoice) -> list[Problem]:
    if values["amount"] <= 0:
        return [
            Problem("amount", f"{write_decimal(values['amount'])} is not positive: Type has the direction")
        ]
    return check_money(values, ("amount",), invoice.currency, invoice.minor_unit_digits)


def _find_source(values: Mapping[str, Any], known: Known) -> Source | Problem:
    type_, id_ = SourceType(values["source_type"]), values["source_id"]
    source = known.sources.get((type_, id_))
    if source is None:
        what = "invoice item" if type_ is SourceType.INVOICE_DETAIL else "taxation item"
        return Problem("source_id", f"there is no {what} {id_}")
    if source.invoice_id != values["invoice_id"]:
        return Problem("source_id", f"{id_} is on invoice {source.invoice_id}")
    return source


def _adjustment(
    values: Mapping[str, Any],
    kind: FileKind,
    invoice: Invoice,
    source: Source | None,
    before: Adjustment | None,
    stamp: Stamp,
) -> Adjustment:
    """Return the adjustment as it becomes; what the file has no column for stays as it was."""
    given = {
        name: _to_milliseconds(values[name])
        for name in _FROM_FILE
        if name in values and not (name in _NEVER_EMPTY and values[name] is None)
    }
    given["type"] = AdjustmentType(given["type"])
    for name, enum in (("status", AdjustmentStatus), ("source_type", SourceType)):
        if name in given:
            given[name] = enum(given[name])
    given.setdefault("status", before.status if before else AdjustmentStatus.PROCESSED)
    if given["status"] is AdjustmentStatus.PROCESSED:
        given |= {"cancelled_by_id": None, "cancelled_date": None}
    if before is None or before.accounting_date == before.adjustment_date:
        given.setdefault("accounting_date", given["adjustment_date"])
    custom = {
        f.name: _to_milliseconds(values[f.name]) for f in kind.object_type.custom_fields if f.name in values
    }
    custom = {**(before.custom if before else {}), **custom}
    given["custom"] = {name: value for name, value in custom.items() if value is not None}
    stamped = {"updated_by_id": stamp.user_id, "updated_date": stamp.at}
    if before is not None:
        after = replace(before, **given)
        return after if after == before else replace(before, **{**stamped, **given})
    inherited = (
        {name: getattr(source, _SOURCE_NAMES.get(name, name)) for name in _FROM_SOURCE} if source else {}
    )
    made = {"created_by_id": stamp.user_id, "created_date": stamp.at, **stamped}
    return Adjustment(**{**inherited, **made, **given, "account_id": invoice.account_id})


_SOURCE_NAMES = {"invoice_item_name": "item_name"}


def _to_milliseconds(value: Any) -> Any:
    """Return a moment as it is kept, so that a file loaded again is seen to change nothing."""
    return (
        value.replace(microsecond=value.microsecond // 1000 * 1000) if isinstance(value, datetime) else value
    )


class Balances:
    """The balances of a chunk's invoices and sources, as the rows that fit leave them.

    Args:
        books: The locked invoices and the sources.
        unstated: Whose balances no file has given.
        held: What the sources' balances hold of the history.
    """

    def __init__(self, books: Books, unstated: Unstated, held: Mapping[SourceKey, Decimal]) -> None:
        self._before = books
        self.invoices = {invoice.id: invoice for invoice in books.invoices}
        self.sources = {(source.type, source.id): source for source in books.sources}
        self._unstated = unstated
        self._held = dict(held)

    def moved_invoices(self) -> list[Invoice]:
        """The invoices whose balances moved."""
        return [self.invoices[was.id] for was in self._before.invoices if self.invoices[was.id] != was]

    def moved_sources(self) -> list[Source]:
        """The sources of which adjustments have taken more or less, or whose balances moved."""
        keyed = {(was.type, was.id): was for was in self._before.sources}
        return [self.sources[key] for key, was in keyed.items() if self.sources[key] != was]

    def settle(self, rows: Iterable[Brought]) -> tuple[list[Brought], dict[int, Problem]]:
        """Return the rows whose effects fit, in order, and why the others do not, by line.

        The rows of one source are judged together; where that fails, as many of them as can be. Their order
        in the file does not count: what gives back may come before what took.
        """
        groups: dict[Any, list[Brought]] = {}
        for row in rows:
            adjustment = row.adjustment
            groups.setdefault(
                (adjustment.source_type, adjustment.source_id, adjustment.invoice_id), []
            ).append(row)
        fitting: list[Brought] = []
        problems: dict[int, Problem] = {}
        for group in groups.values():
            if self._refuse(group) is None:
                fitting += group
                continue
            left = group
            while left:
                refused = {row.row.line: problem for row in left if (problem := self._refuse([row]))}
                fitting += [row for row in left if row.row.line not in refused]
                if len(refused) == len(left):
                    problems |= refused
                    break
                left = [row for row in left if row.row.line in refused]
        return sorted(fitting, key=lambda row: row.row.line), problems

    def _refuse(self, rows: list[Brought]) -> Problem | None:
        """Move the balances by rows of one source or invoice, or say why they do not fit."""
        change = sum((row.impact - row.held for row in rows), ZERO)
        adjustment = rows[0].adjustment
        invoice = self._moved_invoice(self.invoices[adjustment.invoice_id], change)
        if max(count_digits(invoice.balance), count_digits(invoice.adjustment_amount)) > MAX_DIGITS:
            return Problem("amount", f"the invoice's balance would have more than {MAX_DIGITS} digits")
        if adjustment.source_type is not None and adjustment.source_id is not None:
            key = adjustment.source_type, adjustment.source_id
            held = self._held.get(key, ZERO) + change
            source = self._moved_source(self.sources[key], change)
            if change and (problem := _refuse_source(self.sources[key], source, held)):
                return problem
            self.sources[key], self._held[key] = source, held
        self.invoices[invoice.id] = invoice
        return None

    def _moved_invoice(self, invoice: Invoice, change: Decimal) -> Invoice:
        """AdjustmentAmount, when a file gave it, holds the history already, and so does a balance."""
        if invoice.id not in self._unstated.adjustment_amounts:
            return invoice
        follows = invoice.id in self._unstated.balances
        return replace(
            invoice,
            adjustment_amount=invoice.adjustment_amount - change,
            balance=invoice.balance + change if follows else invoice.balance,
        )

    def _moved_source(self, source: Source, change: Decimal) -> Source:
        follows = (source.type, source.id) in self._unstated.sources
        return replace(
            source,
            taken=source.taken + _taken_by(change, source),
            balance=source.balance + change if follows else source.balance,
        )


def _taken_by(impact: Decimal, source: Source) -> Decimal:
    """Return how much of a source an impact has taken; what gives back is negative."""
    return abs(impact) if is_toward_zero(_direction(impact), source.original) else -abs(impact)


def _direction(impact: Decimal) -> AdjustmentType:
    return AdjustmentType.CREDIT if impact < 0 else AdjustmentType.CHARGE


def _refuse_source(before: Source, after: Source, held: Decimal) -> Problem | None:
    """Say why history does not fit its source.

    Args:
        before: The source without it.
        after: The source with it.
        held: What the imported balance would then hold of the history.
    """
    if after.taken < 0:
        left = write_decimal(max(before.taken, ZERO))
        return Problem(
            "amount", f"adjustments known here have taken {left} of its source: no more can be given back"
        )
    imported = after.balance - after.adjusted
    untouched = imported - held
    if all(is_between(ZERO, balance, after.original) for balance in (after.balance, imported, untouched)):
        return None
    return Problem(
        "amount",
        f"its source has {write_decimal(before.balance - before.adjusted)} left of "
        f"{write_decimal(before.original)}, which does not fit",
    )
