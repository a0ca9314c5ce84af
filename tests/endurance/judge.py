"""One invoice as the rule book has it, moved by nothing but the steps that the audit trail tells.

It shares no code with the engine, nor with the storage. ``judge_*`` answer the rule that refuses a step in
this state, or None for a yes.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from endurance.calls import Wish
from endurance.world import BILLED, BILLED_ON, CLOSED_UNTIL, Billed

CENT = Decimal("0.01")


@dataclass
class Made:
    """An adjustment that was accepted."""

    source: Billed
    signed: Decimal
    reverses: str = ""
    live: bool = True


@dataclass
class State:
    """An invoice, its sources and its adjustments between two changes."""

    sources: tuple[Billed, ...]
    balance: Decimal
    balances: dict[str, Decimal] = field(default_factory=dict)
    taken: dict[str, Decimal] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    reversed: dict[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.balances = {source.id: source.original for source in self.sources}
        self.taken = dict.fromkeys(self.balances, Decimal(0))

    # Verdicts

    def judge_create(self, wish: Wish, *, in_window: bool = True) -> str | None:
        """Judge a new adjustment; a single transaction is held to the window as a whole, not in each."""
        assert wish.source is not None, "a new adjustment is one of a source"
        assert wish.day is not None, "and of a day"
        signed = rounded(wish.signed)
        counter = signed * wish.source.original > 0
        if signed == 0:
            return "amount zero"
        if wish.day < BILLED_ON:
            return "date before the invoice's"
        if wish.day <= CLOSED_UNTIL and not counter:
            return "period closed"
        if counter and self.taken[wish.source.id] <= 0:
            return "toward zero"
        if abs(signed) > self.available(wish.source, counter=counter):
            return "range"
        return self.judge_window(signed) if in_window else None

    def available(self, source: Billed, *, counter: bool) -> Decimal:
        left = abs(self.balances[source.id])
        return min(self.taken[source.id], abs(source.original) - left) if counter else left

    def judge_window(self, signed: Decimal) -> str | None:
        if self.balance + signed < 0 and signed < 0:
            return "window: across zero"
        if self.balance + signed > BILLED and signed > 0:
            return "window: away from zero"
        return None

    def judge_cancel(self, id_: str) -> str | None:
        a = self.made.get(id_)
        if a is None:
            return "unknown adjustment"
        if not a.live:
            return None
        if self.reversed.get(id_, 0) > 0:
            return "reversal linked"
        becomes = self.balances[a.source.id] - a.signed
        toward = a.signed * a.source.original < 0
        low, high = sorted((Decimal(0), a.source.original))
        if not low <= becomes <= high or (toward and abs(a.signed) > self.taken[a.source.id]):
            return "source leaves its range"
        return self.judge_window(-a.signed)

    def judge_delete(self, id_: str) -> str | None:
        a = self.made.get(id_)
        if a is None:
            return "unknown adjustment"
        return "not canceled" if a.live else None

    def reversal(self, wish: Wish) -> Wish | str:
        """Return what a reversal asks for, or the rule that there is nothing to reverse."""
        a = self.made.get(wish.id)
        if a is None:
            return "unknown adjustment"
        amount = abs(a.signed) - self.reversed.get(wish.id, Decimal(0))
        counter = a.signed * a.source.original < 0
        amount = min(amount, self.available(a.source, counter=counter))
        if not a.live or amount <= 0:
            return "nothing to reverse"
        return Wish(wish.invoice, a.source, amount if a.signed < 0 else -amount, wish.day)

    def judge_reverse(self, wish: Wish) -> str | None:
        asked = self.reversal(wish)
        return asked if isinstance(asked, str) else self.judge_create(asked)

    # Steps

    def make(self, id_: str, source: Billed, signed: Decimal, reverses: str = "") -> None:
        self.made[id_] = Made(source, signed, reverses)
        self._move(self.made[id_], signed)

    def cancel(self, id_: str) -> None:
        self.made[id_].live = False
        self._move(self.made[id_], -self.made[id_].signed)

    def delete(self, id_: str) -> None:
        del self.made[id_]

    def _move(self, a: Made, signed: Decimal) -> None:
        self.balance += signed
        self.balances[a.source.id] += signed
        self.taken[a.source.id] -= signed if a.source.original > 0 else -signed
        if a.reverses:
            back = abs(a.signed) if a.live else -abs(a.signed)
            self.reversed[a.reverses] = self.reversed.get(a.reverses, Decimal(0)) + back


def rounded(signed: Decimal) -> Decimal:
    return signed.quantize(CENT, ROUND_HALF_UP)
