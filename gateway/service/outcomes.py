"""What a caller learns of each record of a call."""

from collections.abc import Iterable
from decimal import Decimal

from gateway.engine.values import value
from gateway.service.errors import RecordError


@value
class Line:
    """One adjustment of a set, made, refused or tried: what it moves, in which direction, by how much.

    Attributes:
        id: None, as ``number``, for one that was not written.
    """

    source_type: str
    source_id: str
    type: str
    amount: Decimal
    id: str | None = None
    number: str | None = None


@value
class SaveOutcome:
    """What became of one record: its Id, or its errors in the order of the checks.

    Attributes:
        number: Of the adjustment that the record made or changed; None, as ``id``, when nothing was written.
        line: What a record of an allocation is; callers of the others know it.
        brought: The tax adjustments that the record brought along.
        number: The adjustment's, where one was written or deleted.
    """

    id: str | None = None
    errors: tuple[RecordError, ...] = ()
    line: Line | None = None
    brought: tuple[Line, ...] = ()
    number: str | None = None


class Saved(list[SaveOutcome]):
    """The outcomes of a call, in the order of its records.

    Attributes:
        replayed: The call was answered before; nothing was done now.
        sets: As how many sets its records were judged; 0 when each was judged by itself.
    """

    def __init__(
        self, outcomes: Iterable[SaveOutcome] = (), *, replayed: bool = False, sets: int = 0
    ) -> None:
        super().__init__(outcomes)
        self.replayed = replayed
        self.sets = sets
