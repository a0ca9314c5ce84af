"""One-line sabotages of the gateway, each with the law that it breaks and the long runs that must notice."""

from dataclasses import dataclass
from pathlib import Path

MACHINE, CONCURRENCY, CRASH, DATABASE_CRASH = "machine", "concurrency", "crash", "database crash"


@dataclass(frozen=True)
class Sabotage:
    """A line of a file, and what stands there instead.

    Attributes:
        old: Part of a line; the file has it once.
        noticed_by: The long runs that the law concerns.
    """

    name: str
    law: str
    file: str
    old: str
    new: str
    noticed_by: tuple[str, ...]

    def apply(self, root: Path) -> str:
        """Sabotage a copy of the tree; return the file's text as it was."""
        path = root / self.file
        text = path.read_text()
        assert text.count(self.old) == 1, (
            f"{self.name}: {self.file} has {text.count(self.old)} of {self.old!r}"
        )
        path.write_text(text.replace(self.old, self.new))
        return text


SABOTAGES = (
    Sabotage(
        "window off by one below",
        "the invoice window",
        "gateway/engine/ledger.py",
        "if after < 0 and after < before else None",
        "if after < -1 and after < before else None",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "window off by one above",
        "the invoice window",
        "gateway/engine/ledger.py",
        "if after > amount and after > before else None",
        "if after > amount + 1 and after > before else None",
        (MACHINE,),
    ),
    Sabotage(
        "range off by one",
        "no source leaves [0, original]",
        "gateway/engine/ledger.py",
        "AmountOutOfRange(available) if amount > available else None",
        "AmountOutOfRange(available) if amount > available + 1 else None",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "invoices not locked",
        "one writer decides at a time for each invoice",
        "gateway/storage/ledger.py",
        "rows += self.connection.execute(statement.with_for_update()).all()",
        "rows += self.connection.execute(statement).all()",
        (CONCURRENCY,),
    ),
    Sabotage(
        "number counter not locked",
        "a number is never used twice",
        "gateway/storage/numbers.py",
        "select(counters.c.last).where(this).with_for_update()",
        "select(counters.c.last).where(this)",
        (CONCURRENCY,),
    ),
    Sabotage(
        "no retry",
        "what the database breaks off is run again",
        "gateway/storage/store.py",
        "reversed(range(MAX_TRIES if patient else 1))",
        "reversed(range(1))",
        (CONCURRENCY,),
    ),
    Sabotage(
        "key not stored",
        "a retried call with its key changes nothing",
        "gateway/service/idempotency.py",
        "tx.claim(claim, hash_, now + caller.configuration.settings.idempotency_life)",
        "pass",
        (CONCURRENCY, CRASH),
    ),
    Sabotage(
        "answer of a key not stored",
        "a retried call with its key is answered as it was",
        "gateway/service/idempotency.py",
        "tx.keep_answer(claim, _write(saved))",
        'tx.keep_answer(claim, "[]")',
        (CONCURRENCY, CRASH),
    ),
    Sabotage(
        "commit before the answer is kept",
        "a call and its key are written in one transaction",
        "gateway/storage/answers.py",
        "self.connection.execute(update(idempotency_keys).where(_this(claim)).values(answer=answer))",
        'self.connection.exec_driver_sql("COMMIT")',
        (CONCURRENCY, CRASH),
    ),
    Sabotage(
        "refused records use numbers",
        "refused records use no number",
        "gateway/service/saving.py",
        "unnumbered = sum(not adjustment.adjustment_number for adjustment in accepted)",
        "unnumbered = len(decision.outcomes)",
        (CONCURRENCY,),
    ),
    Sabotage(
        "cancel gives back twice",
        "cancel undoes create",
        "gateway/engine/changes.py",
        "self.ledger.give_back(moved, adjustment.type, adjustment.amount)",
        "[self.ledger.give_back(moved, adjustment.type, adjustment.amount) for _ in range(2)]",
        (MACHINE, CONCURRENCY, CRASH),
    ),
    Sabotage(
        "canceled again, given back again",
        "a status sent as it is changes nothing",
        "gateway/engine/changes.py",
        "if change.status is AdjustmentStatus.CANCELED and was.status is AdjustmentStatus.PROCESSED:",
        "if change.status is AdjustmentStatus.CANCELED:",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "audit entry of a change left out",
        "each change has its audit entry",
        "gateway/service/adjusting.py",
        "tx.audit([entry_of_change(call, stamp, before[a.id], a) for a in changed])",
        "tx.audit([entry_of_change(call, stamp, before[a.id], a) for a in changed]) if changed[1:] else None",
        (CONCURRENCY, CRASH),
    ),
    Sabotage(
        "commit before audit",
        "a change and its audit entry are written in one transaction",
        "gateway/storage/ledger.py",
        "links, heads = chain(entries, self._heads)",
        'links, heads = self.connection.exec_driver_sql("COMMIT") and chain(entries, self._heads)',
        (CONCURRENCY, CRASH),
    ),
    Sabotage(
        "rounding half to even",
        "a finer amount is rounded half-up",
        "gateway/engine/money.py",
        "ROUND_HALF_UP, _EXACT)",
        '"ROUND_HALF_EVEN", _EXACT)',
        (CONCURRENCY,),
    ),
    Sabotage(
        "periods not checked",
        "a closed period never changes",
        "gateway/engine/periods.py",
        "if period is None or period.takes(may_manage_close=may_manage_close):",
        "if period is None or period is not None:",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "counter-adjustments though forbidden",
        "away from zero only where the tenant allows it",
        "gateway/engine/ledger.py",
        "(not counter_adjustments or source.taken <= ZERO):",
        "source.taken <= ZERO:",
        (MACHINE,),
    ),
    Sabotage(
        "reversed ones can be canceled",
        "what a live reversal reverses is not canceled",
        "gateway/engine/changes.py",
        "if self.reversed.get(was.id, ZERO) > 0:",
        "if self.reversed.get(was.id, ZERO) < 0:",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "canceled reversals count on",
        "a reversal is for the amount less its live reversals",
        "gateway/storage/ledger.py",
        ".where(table.c.status == AdjustmentStatus.PROCESSED.value)",
        ".where()",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "what was taken is not written",
        "no more is given back than was taken",
        "gateway/storage/ledger.py",
        '("balance", "taken", "adjusted"), sources',
        '("balance", "adjusted"), sources',
        (MACHINE, CONCURRENCY, CRASH),
    ),
    Sabotage(
        "live ones can be deleted",
        "only a canceled adjustment is deleted",
        "gateway/engine/changes.py",
        "elif adjustment.status is not AdjustmentStatus.CANCELED:",
        "elif adjustment.status is None:",
        (MACHINE, CONCURRENCY),
    ),
    Sabotage(
        "numbers in use are not looked up",
        "a number is never used twice",
        "gateway/engine/checks.py",
        "if draft.adjustment_number is not None and draft.adjustment_number in self.used_numbers:",
        "if draft.adjustment_number is not None and draft.adjustment_number in ():",
        (MACHINE,),
    ),
    Sabotage(
        "a single transaction in part",
        "all records of a single transaction or none",
        "gateway/engine/adjustments.py",
        "return Decision(tuple(rolled_back), (), ())",
        "return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources())",
        (CONCURRENCY,),
    ),
    Sabotage(
        "commits not durable",
        "what was answered survives the database server's end",
        "gateway/storage/store.py",
        "-c timezone=UTC",
        "-c timezone=UTC -c synchronous_commit=off",
        (DATABASE_CRASH,),
    ),
)
