"""One call of a change: which records it carries, and what its answer says of each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.client.adjustments import Adjustment, RecordError, Result
from gateway.client.connection import Answered
from gateway.client.failures import ClientError
from gateway.client.parts import split
from gateway.client.retrying import COME_BACK, Retrying

__all__ = ["RECORDS_PER_CALL", "Part", "numbered", "results_of", "settled", "updated"]

RECORDS_PER_CALL = 50
"""What the legacy takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one call.

    Attributes:
        records: With their places in what was given.
        key: The call's idempotency key.
    """

    records: Sequence[tuple[int, Adjustment]]
    key: str


def numbered(adjustments: Iterable[Adjustment], size: int, key: str, first: int = 0) -> Iterator[Part]:
    """Yield the calls; the same records have the same keys when they are given again."""
    for records in split(enumerate(adjustments, first), size):
        yield Part(records, f"{key}.{records[0][0]}")


def settled(send: Callable[[Part], list[Result]], part: Part, retrying: Retrying) -> list[Result]:
    """Send a call, and again what was refused for the moment alone, as the legacy refuses single records.

    Raises:
        ClientError: Nothing of the call was done.
    """
    results = send(part)
    for attempt in range(1, retrying.attempts):
        again = [result for result in results if any(error.code in COME_BACK for error in result.errors)]
        if not again:
            break
        retrying.wait(attempt)
        # Other records are another call with another key, the same one when all is done again.
        records = [(result.index, result.adjustment) for result in again]
        try:
            newer = send(Part(records, f"{part.key}+{attempt}"))
        except ClientError:
            break  # they stay refused, which is true: nothing of them was done
        results = updated(results, newer)
    return results


def updated(results: Sequence[Result], newer: Sequence[Result]) -> list[Result]:
    """Return results with the newer ones in their places."""
    known = {result.index: result for result in newer}
    return [known.get(result.index, result) for result in results]


def results_of(records: Sequence[tuple[int, Adjustment]], answered: Answered) -> list[Result]:
    """Return the results that an answer of create, update or delete holds."""
    saved = answered.value or []
    if len(saved) != len(records):
        # Whatever this is, it does not say what was done.
        return [Result(index, adjustment, unknown=True) for index, adjustment in records]
    return [
        _result(index, adjustment, outcome, replayed=answered.replayed)
        for (index, adjustment), outcome in zip(records, saved, strict=True)
    ]


def _result(index: int, adjustment: Adjustment, outcome: Any, *, replayed: bool) -> Result:
    # delete has these names in lower case.
    if not (outcome.success if hasattr(outcome, "success") else outcome.Success):
        return Result(index, adjustment, errors=_errors_of(outcome), replayed=replayed)
    id_ = outcome.id if hasattr(outcome, "id") else outcome.Id
    if not id_:
        # It was done, and nobody can say what.
        return Result(index, adjustment, unknown=True)
    return Result(index, adjustment, str(id_), replayed=replayed)


def _errors_of(outcome: Any) -> tuple[RecordError, ...]:
    """Return a SaveResult's or a DeleteResult's errors."""
    errors = outcome.errors if hasattr(outcome, "errors") else outcome.Errors
    return tuple(
        RecordError(error.Code or "", error.Message or "", error.Field or None)
        for error in errors or ()
        if error is not None
    )
