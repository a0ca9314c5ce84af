"""Fields that callers send and no object has: dropped as the legacy drops them, but logged and counted.

A misspelt name loses data in silence (``Comments`` for ``Comment`` is the classic); the command
``gateway fields ignored`` shows the counts.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from gateway.contract.objects import ObjectType
from gateway.service.callers import Caller
from gateway.service.failures import LockCompetition, OutcomeUnknown, TemporaryTrouble
from gateway.service.ports import IgnoredField, Store
from gateway.service.records import Record

_log = logging.getLogger(__name__)

NAMED_FIELDS = 20
NAMED_CHARACTERS = 60
"""How much of a call's unknown fields is told and counted: whoever sends thousands fills no disk."""


class IgnoredFields:
    """The use cases of ignored fields.

    Args:
        store: Where they are counted.
        clock: Gives the present moment, aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def note(self, caller: Caller, object_type: ObjectType, records: Iterable[Record]) -> None:
        """Log and count what a call's records name and their object has not."""
        names: set[str] = set()
        for record in records:
            names.update(record.values, record.ambiguous)
        names.difference_update(object_type.by_name)
        names.update(name for record in records for name in record.foreign)
        if not names:
            return
        unknown = set(map(_shown, names))
        named = [name[:NAMED_CHARACTERS] for name in sorted(unknown)[:NAMED_FIELDS]]
        _log.warning(
            "request %s of user %s: %d fields that %s does not have were ignored: %s",
            caller.request_id,
            caller.user_id,
            len(unknown),
            object_type.name,
            ", ".join(named),
        )
        # The call is done: it must not fail because it could not be counted.
        with suppress(LockCompetition, TemporaryTrouble, OutcomeUnknown):
            self._store.write(lambda tx: tx.count_ignored_fields(object_type.name, set(named), self._clock()))

    def counts(self) -> list[IgnoredField]:
        """Return the counts by object and name."""
        return self._store.read(lambda tx: tx.ignored_fields())


def _shown(name: str) -> str:
    """Return a name as it stands in a line of the log: a name in JSON may hold line breaks."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
