"""Every answer is true: what was answered is held against the audit trail, the tables and the rule book.

The audit trail tells in which order the changes of each invoice came about. Replayed in that order, every
step must be one that ``judge`` allows; what is left at the end must be what the tables say. A refusal must
be true of the invoice at some moment between its call's beginning and its answer.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from endurance.calls import Call, Outcome, Wish
from endurance.judge import State, rounded
from endurance.world import invoice_id, owed, sources_of
from gateway.storage.store import open_store
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    counters,
    idempotency_keys,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)

EVER = float("inf")


@dataclass(frozen=True)
class Event:
    """One entry of an invoice's audit trail."""

    seq: int
    action: str
    id: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One record of a call, with its answer."""

    call: Call
    wish: Wish
    outcome: Outcome


@dataclass
class Found:
    """What the database holds."""

    trails: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, Any] = field(default_factory=dict)
    balances: dict[str, Decimal] = field(default_factory=dict)
    audit_seqs: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    last_number: int = 0
    answered_keys: set[str] = field(default_factory=set)


def read(url: str) -> Found:
    """Read all of it in one transaction."""
    store = open_store(url)
    try:
        with store.engine.connect() as connection:
            return _read(connection)
    finally:
        store.close()


def _read(connection: Connection) -> Found:
    found = Found()
    entries = select(audit_entries).order_by(audit_entries.c.invoice_id, audit_entries.c.seq)
    for row in connection.execute(entries):
        event = Event(row.seq, row.action, row.adjustment_id, json.loads(row.detail))
        found.trails[row.invoice_id].append(event)
    found.rows = {row.id: row for row in connection.execute(select(invoice_item_adjustments))}
    for table in (invoices, invoice_items, taxation_items):
        found.balances.update(connection.execute(select(table.c.id, table.c.balance)).all())
    found.audit_seqs = dict(connection.execute(select(invoices.c.id, invoices.c.audit_seq)).all())
    numbers = select(adjustment_numbers.c.adjustment_id, adjustment_numbers.c.number)
    found.numbers = dict(connection.execute(numbers).all())
    assert len(found.numbers) == connection.scalar(select(func.count()).select_from(adjustment_numbers))
    counter = select(counters.c.last).where(counters.c.name == "adjustment_number")
    found.last_number = connection.scalar(counter)
    keys = select(idempotency_keys.c.key).where(idempotency_keys.c.answer != "")
    found.answered_keys = set(connection.scalars(keys))
    return found


class History:
    """The calls of a run beside what they left in the database.

    Attributes:
        problems: A sentence for each answer that is not true.
    """

    def __init__(self, calls: Iterable[Call], found: Found, invoice_count: int) -> None:
        self.found = found
        self.problems: list[str] = []
        self.transitions: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.calls = list(calls)
        self.asked = [
            Asked(call, wish, outcome)
            for call in self.calls
            for wish, outcome in zip(call.wishes, call.outcomes, strict=False)
        ]
        self.numbers_of = {invoice_id(n): n for n in range(invoice_count)}

    def judge(self) -> list[str]:
        """Hold everything against everything."""
        self._count()
        done = self._acknowledged()
        for invoice in self.numbers_of:
            self._replay(invoice, done)
        extra = set(self.found.rows) - {a.outcome.id for a in done["create"].values()}
        extra -= {a.outcome.id for a in done["reverse"].values()}
        self._require(not extra, f"adjustments that no answer told of: {sorted(extra)[:3]}")
        references = Counter(row.reference_id for row in self.found.rows.values())
        for a in self.asked:
            if not a.outcome.done and a.wish.reference in references:
                self.problems.append(f"refused, and there: {a}")
        self._judge_numbers(done)
        keys = {call.key for call in self.calls if not call.fault}
        self._require(keys == self.found.answered_keys, "the keys kept are not those of the calls answered")
        return self.problems

    def _require(self, true: bool, otherwise: str) -> None:  # noqa: FBT001
        if not true:
            self.problems.append(otherwise)

    def _count(self) -> None:
        for call in self.calls:
            if call.fault:
                self.refusals[f"{call.operation}: fault {call.fault}"] += 1
            if call.single and len({outcome.done for outcome in call.outcomes}) > 1:
                self.problems.append(f"a single transaction was done in part: {call}")
        for a in self.asked:
            if not a.outcome.done:
                self.refusals[f"{a.call.operation}: {a.outcome.code}, {a.outcome.rule}"] += 1

    def _acknowledged(self) -> dict[str, dict[str, Asked]]:
        """Return what was answered with success, by operation and Id; canceling may succeed again."""
        done: dict[str, dict[str, Asked]] = defaultdict(dict)
        for a in sorted(self.asked, key=lambda a: a.call.began):
            id_ = str(a.outcome.id)
            if not a.outcome.done:
                continue
            if id_ not in done[a.call.operation]:
                done[a.call.operation][id_] = a
            elif a.call.operation != "cancel":
                self.problems.append(f"done twice: {a}")
        return done

    # The trail of one invoice

    def _replay(self, invoice: str, done: dict[str, dict[str, Asked]]) -> None:
        trail = self.found.trails.get(invoice, [])
        self._require(
            [e.seq for e in trail] == list(range(1, len(trail) + 1))
            and len(trail) == self.found.audit_seqs[invoice],
            f"the audit trail of {invoice} has a gap",
        )
        causes = [self._cause(event, done) for event in trail]
        self._judge_order(invoice, causes)
        number = self.numbers_of[invoice]
        state = State(sources_of(number), owed(number))
        open_ = sorted(self._spans(invoice, causes), key=lambda span: span[0])
        live: list[tuple[int, Asked]] = []
        for position in range(len(trail) + 1):
            while open_ and open_[0][0] <= position:
                _, last, asked = open_.pop(0)
                live.append((last, asked))
            live = [(last, a) for last, a in live if not self._holds(a, state, trail, position, last)]
            if position < len(trail):
                self._step(state, trail[position], causes[position])
        self._judge_end(invoice, state)

    def _cause(self, event: Event, done: dict[str, dict[str, Asked]]) -> Asked | None:
        operation = "cancel" if event.action == "update" else event.action
        cause = done[operation].get(event.id)
        if cause is None:
            self.problems.append(f"the trail tells of what no answer did: {event}")
        self.transitions[operation] += 1
        return cause

    def _judge_order(self, invoice: str, causes: list[Asked | None]) -> None:
        """What was answered before another call began comes before it; one of many cancels may be the one."""
        latest = 0.0
        for cause in causes:
            if cause is not None:
                if cause.call.ended < latest and cause.call.operation != "cancel":
                    self.problems.append(f"the trail of {invoice} turns time round at {cause}")
                if cause.call.operation != "cancel":
                    latest = max(latest, cause.call.began)

    def _step(self, state: State, event: Event, cause: Asked | None) -> None:
        """Judge one step and take it."""
        if event.action == "create":
            if cause is None or cause.wish.source is None:
                return
            refusal = state.judge_create(cause.wish)
            state.make(event.id, cause.wish.source, rounded(cause.wish.signed))
        elif event.action == "reverse":
            reverses = str(event.detail["after"]["reverses_id"])
            # The date cannot refuse a reversal that was done: the next check sees it.
            wish = cause.wish if cause else Wish(invoice_id(0), id=reverses)
            asked = state.reversal(wish)
            refusal = asked if isinstance(asked, str) else state.judge_create(asked)
            if isinstance(asked, str) or asked.source is None:
                self.problems.append(f"reversed against the rule {asked!r}: {event}")
                return
            state.make(event.id, asked.source, asked.signed, reverses)
        elif event.action == "update":
            refusal = state.judge_cancel(event.id)
            if event.id in state.made and state.made[event.id].live:
                state.cancel(event.id)
            else:
                refusal = "canceled twice"
        else:
            refusal = state.judge_delete(event.id)
            if event.id in state.made:
                state.delete(event.id)
        if refusal:
            self.problems.append(f"done against the rule {refusal!r}: {event}")

    # Refusals, and successes that change nothing

    def _spans(self, invoice: str, causes: list[Asked | None]) -> Iterator[tuple[int, int, Asked]]:
        """Return the first and last place of the trail at which an answer that changed nothing may hold."""
        moments = [(c.call.began, c.call.ended) if c else (0.0, EVER) for c in causes]
        for a in self.asked:
            if a.wish.invoice != invoice or (a.outcome.done and a.call.operation != "cancel"):
                continue
            before = [i for i, (_, ended) in enumerate(moments, 1) if ended < a.call.began]
            meanwhile = [i for i, (began, _) in enumerate(moments, 1) if began < a.call.ended]
            yield max(before, default=0), max(meanwhile, default=0), a

    def _holds(self, a: Asked, state: State, trail: list[Event], position: int, last: int) -> bool:
        """Say whether an answer is settled here: it is true now, or it has been false to its end."""
        if self._is_true(a, state):
            return True
        if position >= min(last, len(trail)):
            self.problems.append(f"at no moment of its call was this answer true: {a}")
            return True
        return False

    def _is_true(self, a: Asked, state: State) -> bool:
        rule = a.outcome.rule
        if rule == "single transaction":
            return any(other.rule not in ("", rule) for other in a.call.outcomes)
        if a.call.operation == "cancel":
            if a.outcome.done:
                # Whoever of several did it: it was live here, or canceled already.
                return a.wish.id in state.made
            return state.judge_cancel(a.wish.id) == rule
        if a.call.operation == "delete":
            return state.judge_delete(a.wish.id) == rule
        if a.call.operation == "reverse":
            return state.judge_reverse(a.wish) == rule
        in_window = not a.call.single or rule.startswith("window")
        verdict = state.judge_create(a.wish, in_window=in_window)
        return verdict is None and self._was_used(a) if rule == "number in use" else verdict == rule

    def _was_used(self, a: Asked) -> bool:
        others = (o for o in self.asked if o.outcome.done and o.wish.number == a.wish.number)
        return any(other.call.began < a.call.ended for other in others)

    # The end

    def _judge_end(self, invoice: str, state: State) -> None:
        told = {invoice: state.balance} | state.balances
        for id_, balance in told.items():
            if self.found.balances[id_] != balance:
                self.problems.append(f"{id_} has {self.found.balances[id_]}, its trail comes to {balance}")
        rows = {id_: row for id_, row in self.found.rows.items() if row.invoice_id == invoice}
        self._require(set(rows) == set(state.made), f"{invoice} has other adjustments than its trail")
        for id_ in set(rows) & set(state.made):
            row, made = rows[id_], state.made[id_]
            signed = row.amount if row.type == "Charge" else -row.amount
            if (signed, row.status == "Processed", row.source_id) != (made.signed, made.live, made.source.id):
                self.problems.append(f"{id_} is {row}, its trail says {made}")

    def _judge_numbers(self, done: dict[str, dict[str, Asked]]) -> None:
        made = done["create"] | done["reverse"]
        self._require(set(self.found.numbers) == set(made), "the numbers are not those of what was made")
        drawn = sum(not a.wish.number for a in made.values())
        self._require(
            self.found.last_number == drawn,
            f"{drawn} numbers were drawn for what was made, and {self.found.last_number} are counted",
        )
