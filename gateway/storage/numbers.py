"""Adjustment numbers in SQL: which were used, and the next ones."""

import re
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select, update

from gateway.engine import AdjustmentKind
from gateway.storage.bulk import among
from gateway.storage.tables import adjustment_numbers, counters

_NUMBER_COUNTERS = {
    AdjustmentKind.ITEM: "adjustment_number",
    AdjustmentKind.INVOICE: "invoice_adjustment_number",
}
_NUMBER_FORMATS = {AdjustmentKind.ITEM: "IIA-{:08d}", AdjustmentKind.INVOICE: "IA-{:08d}"}
# So many that the counter and the next ones hold it.
_LAST_DIGITS = re.compile(r"\d{8,15}$", re.ASCII)


class SqlNumbers:
    """The numbers of one transaction."""

    connection: Connection

    def used_numbers(self, numbers: Collection[str]) -> frozenset[str]:
        """Return which of these adjustment numbers were ever used."""
        number = adjustment_numbers.c.number
        return frozenset(
            used
            for condition in among(self.connection, number, numbers)
            for used in self.connection.scalars(select(number).where(condition))
        )

    def next_numbers(self, kind: AdjustmentKind, count: int, besides: Collection[str] = ()) -> list[str]:
        """Draw fresh adjustment numbers, ``besides`` not among them.

        The counter is locked until the transaction ends.
        """
        this = counters.c.name == _NUMBER_COUNTERS[kind]
        last = self.connection.scalar(select(counters.c.last).where(this).with_for_update())
        assert last is not None, "the migration that made the table wrote its row"
        fresh: list[str] = []
        # Once round, unless callers have supplied numbers that lie ahead.
        while len(fresh) < count:
            wanted = count - len(fresh)
            candidates = [_NUMBER_FORMATS[kind].format(last + i) for i in range(1, wanted + 1)]
            used = self._used_among(candidates).union(besides)
            fresh += [number for number in candidates if number not in used]
            last += wanted
        self.connection.execute(update(counters).where(this).values(last=last))
        return fresh

    def _used_among(self, candidates: Sequence[str]) -> frozenset[str]:
        """Return which of these numbers, that count up, were ever used; there may be others beside them.

        A set draws thousands: one look at the index, where mostly nothing is, and not one for each.
        """
        first, last = candidates[0], candidates[-1]
        if len(first) < len(last):
            # They compare by code point, which is as they count among those of one length.
            return self.used_numbers(candidates)
        number = adjustment_numbers.c.number
        return frozenset(self.connection.scalars(select(number).where(number.between(first, last))))

    def highest_count(self, kind: AdjustmentKind, numbers: Iterable[str]) -> int:
        """Return the highest count in those of these numbers that ``next_numbers`` could draw; 0 if none."""
        counts = [int(digits[0]) for number in numbers if (digits := _LAST_DIGITS.search(number))]
        drawable = set(numbers)
        return max((count for count in counts if _NUMBER_FORMATS[kind].format(count) in drawable), default=0)

    def count_beyond(self, kind: AdjustmentKind, count: int) -> None:
        """Let ``next_numbers`` go on after this count; the counter is locked if that changes it."""
        this = (counters.c.name == _NUMBER_COUNTERS[kind]) & (counters.c.last < count)
        self.connection.execute(update(counters).where(this).values(last=count))
