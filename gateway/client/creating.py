"""Creating: every record is made, refused, or beyond finding out.

With a key a lost answer is asked for again. Without one it never is: its records are looked up by their
ReferenceIds, and those that are not found are *unknown*, because the call may still be under way.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from gateway.client.adjustments import Adjustment, Result
from gateway.client.calls import Part, numbered, results_of, settled, updated
from gateway.client.changing import CANCELED
from gateway.client.connection import Connection
from gateway.client.failures import AnswerLost, ClientError
from gateway.client.reading import Reading
from gateway.client.records import Records

__all__ = ["Creating"]

_LOOK_UPS = 3
"""How often records are looked for: the lost call may have been under way at the first time."""


class Creating:
    """One `create` of a client: its calls, and what they know of each other.

    Args:
        connection: Where.
        reading: Finds records after a lost answer.
        records: Makes records for the wire.
        begun: Is told of each call before it is sent: the index of its first record.
        keyed: The caller has a key of its own. What stays lost is unknown then, and not looked up: it can be
            given again with the same key.
    """

    def __init__(
        self,
        connection: Connection,
        reading: Reading,
        records: Records,
        begun: Callable[[int], object] = lambda _: None,
        *,
        keyed: bool = False,
    ) -> None:
        self._connection = connection
        self._reading = reading
        self._records = records
        self._begun = begun
        self._keyed = keyed
        self._given: Counter[int] = Counter()

    def parts(self, adjustments: Iterable[Adjustment], size: int, key: str, first: int = 0) -> Iterator[Part]:
        """Yield the calls.

        Unless the caller has a key, every ReferenceId is remembered, about a hundred bytes of each: one that
        came twice tells nothing of a lost record.
        """
        for part in numbered(adjustments, size, key, first):
            if not self._keyed:
                # Only that it came twice has to be remembered, not which.
                self._given.update(hash(adjustment.reference_id) for _, adjustment in part.records)
            yield part

    def make(self, part: Part) -> list[Result]:
        """Make the records of a call and return their results in order.

        Raises:
            ClientError: Nothing of the call was done.
        """
        self._begun(part.records[0][0])
        return settled(self._send, part, self._connection.retrying)

    def look_up(self, part: Part) -> list[Result]:
        """Return the records of a call that was lost: made, where they are found, and otherwise unknown."""
        return self._look_up([Result(index, asked, unknown=True) for index, asked in part.records])

    def _send(self, part: Part) -> list[Result]:
        objects = [self._records.to_create(adjustment) for _, adjustment in part.records]
        try:
            answered = self._connection.call("create", objects, key=part.key)
        except AnswerLost:
            return self.look_up(part)
        return results_of(part.records, answered)

    def _look_up(self, results: list[Result]) -> list[Result]:
        """Return as made what is found by its ReferenceId; all else stays unknown."""
        for attempt in range(1, _LOOK_UPS + 1):
            wanted = [result for result in results if result.unknown and self._can_be_told(result)]
            if not wanted:
                break
            if attempt > 1:
                self._connection.retrying.wait(attempt - 1)
            try:
                found = self._reading.with_references(str(r.adjustment.reference_id) for r in wanted)
            except ClientError:
                break
            # Meanwhile another record may have been read that has the reference, and may be what is found.
            told = [_identified(result, found) for result in wanted if self._can_be_told(result)]
            results = updated(results, told)
        return results

    def _can_be_told(self, result: Result) -> bool:
        reference = result.adjustment.reference_id
        return bool(reference) and self._given[hash(reference)] == 1


def _identified(result: Result, found: Sequence[Adjustment]) -> Result:
    """Return a result as made when exactly one adjustment is what was asked for."""
    asked = result.adjustment
    # The lost call makes none that is canceled: that one is of an earlier time.
    same = [row for row in found if row.status != CANCELED and _tells(row) == _tells(asked)]
    return replace(result, id=same[0].id, unknown=False, found=True) if len(same) == 1 else result


def _tells(adjustment: Adjustment) -> tuple[object, ...]:
    """Return what one adjustment has in common with what asked for it."""
    return (
        adjustment.reference_id,
        adjustment.source_id,
        adjustment.source_type,
        adjustment.type,
        adjustment.amount,
    )
