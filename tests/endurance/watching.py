"""A watcher that looks at every invoice in one snapshot after another while a run goes on."""

import threading
from collections import Counter
from decimal import Decimal
from typing import Self

from sqlalchemy import Connection, create_engine, text

from endurance.world import BILLED

PAUSE_S = 0.1

INVOICES = """
select i.id, i.balance, i.imported_balance, i.adjusted, i.audit_seq,
  (select coalesce(sum(case a.type when 'Credit' then -a.amount else a.amount end), 0)
   from invoice_item_adjustments a where a.invoice_id = i.id and a.status = 'Processed') live,
  (select count(*) from invoice_item_adjustments a where a.invoice_id = i.id) made,
  (select count(*) from audit_entries e where e.invoice_id = i.id) entries,
  (select coalesce(sum(case e.action when 'delete' then -1 when 'update' then 0 else 1 end), 0)
   from audit_entries e where e.invoice_id = i.id) audited
from invoices i
"""
SOURCES = """
select s.id, s.{original} original, s.balance, s.taken,
  coalesce(sum(case a.type when 'Credit' then -a.amount else a.amount end), 0) live
from {table} s
left join invoice_item_adjustments a on a.source_id = s.id and a.status = 'Processed'
group by s.id, s.{original}, s.balance, s.taken
"""
WAITING = {
    "postgresql": "select count(*) from pg_stat_activity where wait_event_type = 'Lock'",
    "mariadb": "select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'",
}


class Watcher:
    """Looks until it is told to stop.

    Attributes:
        problems: A sentence for each rule that was seen broken.
        samples: How many snapshots were looked at, and how many transactions were seen waiting for a lock.
    """

    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._engine = create_engine(url, isolation_level="REPEATABLE READ")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watcher")
        self.problems: list[str] = []
        self.samples: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._engine.dispose()

    def look_once(self) -> None:
        """Look now, in the caller's own thread."""
        with self._engine.connect() as connection:
            self._sample(connection)
        # Its server may be gone before the next look.
        self._engine.dispose()

    def _look(self) -> None:
        try:
            with self._engine.connect() as connection:
                while not self._stop.wait(PAUSE_S):
                    self._sample(connection)
        except Exception as error:  # noqa: BLE001  # a watcher that sees nothing must not look content
            self.problems.append(f"the watcher failed: {error!r}")

    def _sample(self, connection: Connection) -> None:
        with connection.begin():
            # The first statement takes the snapshot in which all the others look.
            invoices = connection.execute(text(INVOICES)).all()
            sources = [
                row
                for table, original in (("invoice_items", "charge_amount"), ("taxation_items", "tax_amount"))
                for row in connection.execute(text(SOURCES.format(table=table, original=original)))
            ]
        with connection.begin():
            waiting = connection.scalar(text(WAITING[self._name]))
        self.samples["snapshots"] += 1
        self.samples["lock waits seen"] += waiting
        for row in invoices:
            ok = Decimal(0) <= row.balance <= BILLED
            ok &= row.balance == row.imported_balance + row.live and row.adjusted == row.live
            ok &= row.audit_seq == row.entries and row.made == row.audited
            self._note(row, ok)
        for row in sources:
            low, high = sorted((Decimal(0), row.original))
            toward = -row.live if row.original > 0 else row.live
            self._note(
                row,
                low <= row.balance <= high and row.balance == row.original + row.live and row.taken == toward,
            )

    def _note(self, row: object, ok: bool) -> None:  # noqa: FBT001
        if not ok:
            self.problems.append(f"seen by the watcher: {row}")
