"""``audit``: the story of one adjustment, as its trail tells it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.service.auditing import entry_hash
from gateway.service.evidence import EvidenceStore, Reversing, Snapshots, StoryEntry
from gateway.service.failures import InvalidArgument


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What an entry tells of one field; None is nothing."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of a story.

    Attributes:
        amount_as_sent: Empty where nobody sent one.
        is_intact: Whether its hash follows from the entry before it; None for entries of the first releases.
    """

    told: StoryEntry
    amount_as_sent: str
    changes: tuple[FieldChange, ...]
    is_intact: bool | None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of an adjustment, deleted ones too."""

    adjustment_id: str
    chapters: tuple[Chapter, ...]
    reversals: tuple[Reversing, ...]


class Telling:
    """The use case of telling an adjustment's story.

    Args:
        snapshots: The store.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def tell(self, named: str) -> Story:
        """Return the story of the adjustment that has, or had, this Id or number.

        Raises:
            InvalidArgument: No adjustment ever had it.
        """

        def work(store: EvidenceStore) -> Story:
            ids = store.adjustment_ids(named)
            if not ids:
                raise InvalidArgument(f"No adjustment ever had the Id or number {named[:60]!r}.")
            chapters = tuple(_chapter(entry) for entry in store.story(ids[0]))
            return Story(ids[0], chapters, tuple(store.reversals(ids[0])))

        return self._snapshots.snapshot(work)


def _chapter(entry: StoryEntry) -> Chapter:
    detail = json.loads(entry.entry.detail)
    # The first releases spelled it their own way, and told nothing else.
    sent = detail.get("amount_as_sent", detail.get("AmountAsSent", ""))
    before, after = detail.get("before", {}), detail.get("after", {})
    is_intact = None
    if entry.link is not None:
        previous = entry.previous_hash
        is_intact = previous is not None and entry.link.hash == entry_hash(
            previous, entry.link.seq, entry.entry
        )
    return Chapter(entry, sent, tuple(_changes(before, after)), is_intact)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[FieldChange]:
    for name in sorted({*before, *after}):
        was, becomes = before.get(name), after.get(name)
        if isinstance(was, dict) or isinstance(becomes, dict):
            yield from _changes(was or {}, becomes or {})
        else:
            yield FieldChange(name, was, becomes)
