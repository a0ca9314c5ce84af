"""Update, cancel and delete: doing one twice is doing it once, so a lost answer is asked for again.

Only the second answer may read as a refusal of what the first one did: then the record is looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.client.adjustments import Adjustment, Result
from gateway.client.calls import Part, results_of, settled
from gateway.client.connection import Connection
from gateway.client.failures import AnswerLost, ClientError
from gateway.client.reading import Reading

__all__ = ["CANCELED", "Changing", "is_canceled", "is_gone", "is_unsure"]

CANCELED = "Canceled"


def is_canceled(found: Adjustment | None) -> bool:
    """Say whether an adjustment is as a cancel leaves it."""
    return found is not None and found.status == CANCELED


def is_gone(found: Adjustment | None) -> bool:
    """Say whether an adjustment is as a delete leaves it."""
    return found is None


def is_unsure(_: Adjustment | None) -> bool:
    """Say nothing: what an update leaves, others may leave too."""
    return False


@dataclass(frozen=True)
class Changing:
    """One kind of change.

    Attributes:
        arguments: Makes an operation and its arguments of the records.
        is_done: Says whether a record, or its absence, is what the change leaves.
    """

    connection: Connection
    reading: Reading
    arguments: Callable[[Sequence[Adjustment]], tuple[Any, ...]]
    is_done: Callable[[Adjustment | None], bool]

    def make(self, part: Part) -> list[Result]:
        """Change the records of a call and return their results in order.

        Raises:
            ClientError: Nothing of the call was done.
        """
        return settled(self._send, part, self.connection.retrying)

    def _send(self, part: Part) -> list[Result]:
        arguments = self.arguments([adjustment for _, adjustment in part.records])
        try:
            answered = self.connection.call(*arguments, key=part.key, repeatable=True)
        except AnswerLost:
            return [Result(index, adjustment, unknown=True) for index, adjustment in part.records]
        results = results_of(part.records, answered)
        refused = [str(result.adjustment.id) for result in results if result.errors]
        if not (refused and answered.in_doubt):
            return results
        try:
            found = self.reading.with_ids(refused)
        except ClientError:
            # The refusals may be of what the first answer, which is lost, had done.
            return [replace(r, errors=(), unknown=True) if r.errors else r for r in results]
        return [self._looked_at(result, found) if result.errors else result for result in results]

    def _looked_at(self, result: Result, found: dict[str, Adjustment]) -> Result:
        id_ = str(result.adjustment.id)
        if self.is_done(found.get(id_)):
            return replace(result, id=id_, errors=(), found=True)
        return result
