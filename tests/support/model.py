"""The rule book once more, naive on purpose: every balance is summed anew from a plain list of adjustments.

It shares no code with the engine. ``judge_*`` answer the refusal's code and field, or None for a yes.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Verdict = tuple[str, str | None] | None

MISFIT = ("INVALID_VALUE", "Amount")
WRONG_WAY = ("INVALID_VALUE", "Type")
OUTSIDE = ("INVALID_VALUE", None)
CLOSED = ("ACCOUNTING_PERIOD_CLOSED", None)
TOO_EARLY = ("INVALID_VALUE", "AdjustmentDate")
STATUS = ("INVALID_VALUE", "Status")
NOT_NOW = ("CANNOT_DELETE", None)
NOTHING_LEFT = ("INVALID_VALUE", "Id")
UNKNOWN = ("INVALID_ID", "Id")
IN_USE = ("DUPLICATE_VALUE", "AdjustmentNumber")


POSSIBLE: dict[str, tuple[Verdict, ...]] = {
    "create": (None, MISFIT, WRONG_WAY, OUTSIDE, CLOSED, TOO_EARLY, IN_USE),
    "create for the invoice": (None, MISFIT, OUTSIDE, CLOSED, TOO_EARLY),
    "cancel": (None, STATUS, OUTSIDE, CLOSED, UNKNOWN),
    "cancel again": (None,),
    "delete": (None, NOT_NOW, UNKNOWN),
    "reverse": (None, NOTHING_LEFT, WRONG_WAY, OUTSIDE, CLOSED, TOO_EARLY, UNKNOWN),
    "close a period": (None,),
    "reopen a period": (None,),
    "allow counter-adjustments": (None,),
    "forbid counter-adjustments": (None,),
}
"""All that the state machine can meet."""


def told(what: str, verdict: Verdict) -> str:
    return f"{what}: {'done' if verdict is None else ' '.join(filter(None, verdict))}"


@dataclass
class Model:
    """Invoices and sources as they were billed, and every adjustment that was ever accepted."""

    invoices: dict[str, Decimal]
    paid: dict[str, Decimal]
    sources: dict[str, tuple[str, Decimal]]
    billed_on: date
    months: list[tuple[date, date]]
    closed: int = 0
    counter_adjustments: bool = True
    adjustments: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    # Sums

    def live(self, **which: Any) -> list[dict[str, Any]]:
        return [
            a
            for a in self.adjustments.values()
            if a["live"] and all(a[name] == value for name, value in which.items())
        ]

    def balance(self, invoice: str) -> Decimal:
        moved = sum((a["signed"] for a in self.live(invoice=invoice)), Decimal(0))
        return self.invoices[invoice] - self.paid[invoice] + moved

    def source_balance(self, source: str) -> Decimal:
        return self.sources[source][1] + sum((a["signed"] for a in self.live(source=source)), Decimal(0))

    def taken(self, source: str) -> Decimal:
        original = self.sources[source][1]
        toward = [a["signed"] * (-1 if original > 0 else 1) for a in self.live(source=source)]
        return sum(toward, Decimal(0))

    def reversed_of(self, id_: str) -> Decimal:
        return sum((a["amount"] for a in self.live(reverses=id_)), Decimal(0))

    def live_reversals(self) -> list[str]:
        known = self.adjustments
        return [id_ for id_, a in known.items() if a["live"] and a["reverses"] in known]

    # Room, for who wants to ask for just as much or a little more

    def room_of_invoice(self, invoice: str, signed: Decimal) -> Decimal:
        """Return how far an invoice's balance may move in the direction of ``signed``."""
        billed, balance = self.invoices[invoice], self.balance(invoice)
        if signed * (1 if billed >= 0 else -1) < 0:
            return abs(balance) if balance * billed > 0 else Decimal(0)
        return (billed - balance) * (1 if billed >= 0 else -1)

    def room_of_source(self, source: str, signed: Decimal) -> Decimal:
        """Return how far a source may move in the direction of ``signed``."""
        counter = signed * self.sources[source][1] > 0
        return self.taken(source) if counter else abs(self.source_balance(source))

    # Days

    def is_closed(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.months[: self.closed])

    def counts_on(self, day: date, *, counter: bool) -> date | None:
        if not self.is_closed(day):
            return day
        if counter and self.closed < len(self.months):
            return self.months[self.closed][0]
        return None

    # Verdicts

    def judge_create(  # noqa: PLR0911  # one for each rule
        self, invoice: str, source: str | None, signed: Decimal, day: date, number: str | None = None
    ) -> Verdict:
        amount = abs(signed)
        if amount == 0:
            return MISFIT
        if day < self.billed_on:
            return TOO_EARLY
        counter = source is not None and signed * self.sources[source][1] > 0
        if self.counts_on(day, counter=counter) is None:
            return CLOSED
        if source is not None:
            original = self.sources[source][1]
            if counter and (not self.counter_adjustments or self.taken(source) <= 0):
                return WRONG_WAY
            if amount > self.room_of_source(source, signed):
                return MISFIT
            if original == 0:
                return MISFIT
        if self.leaves_window(invoice, signed, header=source is None):
            return OUTSIDE
        if number is not None and number in self.numbers:
            return IN_USE
        return None

    def leaves_window(self, invoice: str, signed: Decimal, *, header: bool) -> bool:
        billed, before = self.invoices[invoice], self.balance(invoice)
        after = before + signed
        side = 1 if billed >= 0 else -1
        billed, before, after = billed * side, before * side, after * side
        crosses = after < 0 and after < before
        grows = after > billed and after > before
        return crosses or (grows and not header)

    def judge_cancel(self, id_: str) -> Verdict:  # noqa: PLR0911  # one for each rule
        a = self.adjustments.get(id_)
        if a is None:
            return UNKNOWN
        if not a["live"]:
            return None
        if self.reversed_of(id_) > 0:
            return STATUS
        if self.is_closed(a["counts_on"]):
            return CLOSED
        if a["source"] is not None:
            original = self.sources[a["source"]][1]
            becomes = self.source_balance(a["source"]) - a["signed"]
            if not min(Decimal(0), original) <= becomes <= max(Decimal(0), original):
                return STATUS
        if self.leaves_window(a["invoice"], -a["signed"], header=False):
            return OUTSIDE
        return None

    def judge_delete(self, id_: str) -> Verdict:
        a = self.adjustments.get(id_)
        if a is None:
            return UNKNOWN
        return NOT_NOW if a["live"] else None

    def reversal(self, id_: str) -> Decimal:
        """Return what a reversal of an adjustment adds to the balance, with its sign; zero is none."""
        a = self.adjustments[id_]
        if not a["live"]:
            return Decimal(0)
        amount = a["amount"] - self.reversed_of(id_)
        signed = -a["signed"]
        if a["source"] is not None:
            amount = min(amount, self.room_of_source(a["source"], signed))
        return amount * (1 if signed > 0 else -1) if amount > 0 else Decimal(0)

    # What was accepted

    def accept(
        self,
        id_: str,
        invoice: str,
        source: str | None,
        signed: Decimal,
        day: date,
        reverses: str | None = None,
    ) -> None:
        counter = source is not None and signed * self.sources[source][1] > 0
        self.adjustments[id_] = {
            "invoice": invoice,
            "source": source,
            "signed": signed,
            "amount": abs(signed),
            "counts_on": self.counts_on(day, counter=counter),
            "reverses": reverses,
            "live": True,
        }
