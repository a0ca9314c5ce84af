"""``verify``: the whole books proved from the adjustments up, as they are at one moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from gateway.contract.fields import Field
from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.service.configuration import Configurations
from gateway.service.evidence import EvidenceStore, Snapshots
from gateway.service.proofs import (
    OBJECT_OF,
    Difference,
    check_chain,
    check_invoice,
    check_life,
    check_source,
    check_strays,
)

T = TypeVar("T")

PAGE = 2_000
"""Rows that are read and held at a time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a proof has come: so many rows of an object."""

    object_name: str
    rows: int


@dataclass
class Proof:
    """What a proof found.

    Attributes:
        counts: How many rows of each object were proved.
        differences: How many there are; each was told when it was found.
    """

    counts: dict[str, int]
    differences: int = 0


class Verifying:
    """The use case of proving the books.

    Args:
        snapshots: The store.
        configurations: What the tenant keeps.
    """

    def __init__(self, snapshots: Snapshots, configurations: Configurations) -> None:
        self._snapshots = snapshots
        self._configurations = configurations

    def verify(
        self, tell: Callable[[Difference], None], progress: Callable[[Progress], None] = lambda _: None
    ) -> Proof:
        """Recompute every balance and the audit chain.

        Args:
            tell: Called with each difference as it is found.
            progress: Called now and then.
        """
        catalog = self._configurations.current().catalog
        names = (INVOICE_ITEM_ADJUSTMENT.name, INVOICE_ADJUSTMENT.name)
        custom_fields = {name: catalog.by_name[name].custom_fields for name in names}

        def work(store: EvidenceStore) -> Proof:
            proof = Proof({})
            for difference in _differences(store, custom_fields, _Counter(proof.counts, progress)):
                proof.differences += 1
                tell(difference)
            return proof

        return self._snapshots.snapshot(work)


class _Counter:
    """Counts the rows of each object while they are proved."""

    def __init__(self, counts: dict[str, int], progress: Callable[[Progress], None]) -> None:
        self.counts = counts
        self.progress = progress

    def counted(self, name: str, rows: Iterator[T]) -> Iterator[T]:
        self.counts[name] = 0
        for row in rows:
            if self.counts[name] % PAGE == 0:
                self.progress(Progress(name, self.counts[name]))
            self.counts[name] += 1
            yield row


def _differences(
    store: EvidenceStore, custom_fields: Mapping[str, Sequence[Field]], counter: _Counter
) -> Iterator[Difference]:
    """Prove everything, object by object."""
    for invoice in counter.counted("Invoice", _paged(store.invoice_evidence, "", lambda row: row.id)):
        yield from check_invoice(invoice)
    for type_, name in OBJECT_OF.items():
        sources = _paged(partial(store.source_evidence, type_), "", lambda row: row.id)
        for source in counter.counted(name, sources):
            yield from check_source(source)
    chained = _paged(store.chained_entries, ("", 0), lambda row: (row.link.entry.invoice_id, row.link.seq))
    yield from check_chain(counter.counted("AuditEntry", chained))
    lives = _paged(partial(store.lives, custom_fields=custom_fields), "", lambda row: row.number)
    for life in counter.counted("Adjustment", lives):
        yield from check_life(life)
    yield from check_strays(store.strays())


def _paged(read: Callable[[Any, int], Sequence[T]], first: Any, key: Callable[[T], Any]) -> Iterator[T]:
    """Give rows page by page; each page begins behind the last row's key."""
    after = first
    while True:
        page = read(after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = key(page[-1])
