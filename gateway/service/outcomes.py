"""What a caller learns of each record of a call."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.service.errors import RecordError


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What became of one record: its Id, or its errors in the order of the checks."""

    id: str | None = None
    errors: tuple[RecordError, ...] = ()


class Saved(list[SaveOutcome]):
    """The outcomes of a call, in the order of its records.

    Attributes:
        replayed: The call was answered before; nothing was done now.
    """

    def __init__(self, outcomes: Iterable[SaveOutcome] = (), *, replayed: bool = False) -> None:
        super().__init__(outcomes)
        self.replayed = replayed
