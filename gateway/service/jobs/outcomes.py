"""What became of each row of a job, as it is kept with its chunk."""

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.contract.errors import ErrorCode
from gateway.engine.values import value
from gateway.service.errors import RecordError
from gateway.service.jobs.rows import JobRow, pack, unpack
from gateway.service.outcomes import SaveOutcome


@value
class RowOutcome:
    """What became of one row.

    Attributes:
        source: Which of the job's sources it is from, counted from 0.
        position: Its place there.
        id: Of the adjustment; None when the row was refused, or only tried.
        number: The adjustment's.
        brought: Ids and numbers of the tax adjustments that it brought along.
        errors: Why it was refused.
    """

    source: int
    position: int
    id: str | None = None
    number: str | None = None
    brought: tuple[tuple[str, str], ...] = ()
    errors: tuple[RecordError, ...] = ()


def outcome_of(row: JobRow, saved: SaveOutcome) -> RowOutcome:
    """Return what became of a row that was decided on."""
    brought: tuple[tuple[str, str], ...] = ()
    if saved.brought:
        brought = tuple((line.id, line.number) for line in saved.brought if line.id and line.number)
    return RowOutcome(row.source, row.position, saved.id, saved.number, brought, saved.errors)


def unreadable(row: JobRow) -> RowOutcome:
    """Return what became of a row that could not be read."""
    said = f"{row.column or 'The row'} {row.trouble}."
    error = RecordError(ErrorCode.INVALID_VALUE, said, row.column or None)
    return RowOutcome(row.source, row.position, errors=(error,))


def pack_outcomes(outcomes: Sequence[RowOutcome]) -> bytes:
    """Return outcomes as they are kept: of each only as many values as it needs."""
    return pack([_written(outcome) for outcome in outcomes])


def _written(outcome: RowOutcome) -> list[Any]:
    written: list[Any] = [outcome.source, outcome.position, outcome.id, outcome.number]
    if outcome.errors:
        return [*written, [[error.code, error.field, error.message] for error in outcome.errors]]
    return [*written, outcome.brought] if outcome.brought else written


def unpack_outcomes(packed: bytes) -> Iterator[RowOutcome]:
    """Return the outcomes of a chunk, in the order of its rows."""
    for written in unpack(packed):
        yield _read(*written)  # type: ignore[arg-type]


def _read(
    source: int, position: int, id_: str | None, number: str | None, more: Sequence[Sequence[str]] = ()
) -> RowOutcome:
    if more and id_ is None:
        errors = tuple(RecordError(ErrorCode(code), message, field) for code, field, message in more)
        return RowOutcome(source, position, errors=errors)
    return RowOutcome(
        source, position, id_, number, tuple((line[0], line[1]) for line in more) if more else ()
    )
