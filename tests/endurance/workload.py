"""What the clients of a long run ask for: seeded, mixed, and aimed at each other's adjustments."""

import random
from collections import deque
from collections.abc import Mapping
from decimal import Decimal

from endurance.calls import Call, Wish
from endurance.world import CLOSED_DAY, OPEN_DAY, TOO_EARLY, invoice_id, is_nearly_paid, sources_of

AMOUNTS = [
    Decimal(text) for text in "0 0.004 0.005 0.01 1 1.005 2.665 5 8 9.99 10 10.01 20 25 30 30 40 80".split()
]
SMALL_AMOUNTS = [Decimal(text) for text in "0.005 0.01 0.5 0.75 1 1.005".split()]
"""Of invoices at the edge of their window: what goes beyond it goes hardly beyond it."""

DAYS = [OPEN_DAY] * 17 + [CLOSED_DAY] * 2 + [TOO_EARLY]
KINDS = {"create": 18, "create several": 10, "counter": 23, "cancel": 28, "delete": 6, "reverse": 15}
REMEMBERED = 12
"""How many of an invoice's last adjustments clients aim at: few, so that they meet."""

SOURCES, COUNTERED = (3, 8, 2, 0), (4, 4, 2, 2)
"""How often each source is moved: discounts lead the invoice out of its window, and what nobody credited has
nothing to give back."""

OWN_NUMBERS, SHARED_NUMBERS = 0.15, 20
"""How many of the records bring a number, most of them one of few: so that they meet there too."""


class Known:
    """What the clients know of the adjustments that were made; they share it."""

    def __init__(self) -> None:
        self.made: dict[str, deque[str]] = {}
        self.canceled: dict[str, deque[str]] = {}
        self.reversals: dict[str, deque[str]] = {}

    def note(self, call: Call) -> None:
        """Remember what a call made or canceled."""
        for wish, outcome in zip(call.wishes, call.outcomes, strict=False):
            if outcome.done and outcome.id and call.operation != "delete":
                known = self.canceled if call.operation == "cancel" else self.made
                known.setdefault(wish.invoice, deque(maxlen=REMEMBERED)).append(outcome.id)
                if call.operation == "reverse":
                    pairs = self.reversals.setdefault(wish.invoice, deque(maxlen=REMEMBERED // 3))
                    # What reverses, and what it reverses: canceling the one frees the other.
                    pairs.extend((outcome.id, wish.id))


class Client:
    """One caller's seeded calls on some of the invoices.

    Args:
        name: Tells this client's references and keys from all others'.
        kinds: How often it asks for what.
    """

    def __init__(
        self, name: str, seed: str, invoices: range, known: Known, kinds: Mapping[str, int] = KINDS
    ) -> None:
        self._name = name
        self._random = random.Random(f"{seed}/{name}")
        self._invoices = invoices
        self._known = known
        self._kinds = kinds
        self._count = 0

    def next(self) -> Call:
        """Return the next call."""
        self._count += 1
        key = f"{self._name}-{self._count}"
        (kind,) = self._random.choices(list(self._kinds), self._kinds.values())
        numbers = [self._random.choice(self._invoices)]
        if kind in ("cancel", "delete", "reverse"):
            found = self._existing(kind, invoice_id(numbers[0]))
            if found:
                day = self._random.choice(DAYS)
                return Call(kind, [Wish(invoice_id(numbers[0]), id=found, day=day, reference=key)], key)
        if kind == "create several":
            numbers = self._random.choices(self._invoices, k=self._random.randint(2, 4))
        single = len(set(numbers)) == len(numbers) > 1 and self._random.random() < 0.5
        counter = kind == "counter"
        wishes = [self._wish(number, f"{key}-{i}", counter=counter) for i, number in enumerate(numbers)]
        return Call("create", wishes, key, single)

    def on(self, numbers: list[int]) -> Call:
        """Return a create of one cent on each of these invoices."""
        self._count += 1
        key = f"{self._name}-{self._count}"
        wishes = [
            Wish(invoice_id(n), sources_of(n)[0], Decimal("-0.01"), OPEN_DAY, reference=f"{key}-{i}")
            for i, n in enumerate(numbers)
        ]
        return Call("create", wishes, key)

    def _existing(self, kind: str, invoice: str) -> str | None:
        known = self._known
        of_canceled = self._random.random() < (0.7 if kind == "delete" else 0.1)
        ids = list((known.canceled if of_canceled else known.made).get(invoice, ()))
        if kind == "cancel" and self._random.random() < 0.15:
            ids = list(known.reversals.get(invoice, ())) or ids
        return self._random.choice(ids) if ids else None

    def _wish(self, number: int, reference: str, *, counter: bool) -> Wish:
        (source,) = self._random.choices(sources_of(number), COUNTERED if counter else SOURCES)
        amount = self._random.choice(SMALL_AMOUNTS if is_nearly_paid(number) else AMOUNTS)
        toward_zero = -amount if source.original > 0 else amount
        own = self._random.random()
        supplied = None
        if own < OWN_NUMBERS:
            shared = f"OWN-{self._random.randrange(SHARED_NUMBERS)}"
            supplied = f"OWN-{reference}" if own < OWN_NUMBERS / 5 else shared
        return Wish(
            invoice_id(number),
            source,
            -toward_zero if counter else toward_zero,
            self._random.choice(DAYS),
            supplied,
            reference,
        )
