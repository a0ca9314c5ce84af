"""A state machine over the use cases and a real database, beside a small model of the rule book.

Every answer is foretold by the model, and after every step every balance is what the model sums. How many
steps there are is told by GATEWAY_MACHINE_EXAMPLES, 50 steps each: `make machine` runs 1,000 of them on
SQLite and prints how often each verdict and each transition came about: at that length, each at least 100
times.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.engine.periods import PeriodStatus
from gateway.service import Caller, Record
from gateway.service.outcomes import SaveOutcome
from support.builders import (
    INVOICE_ID,
    ITEM_ID,
    OTHER_INVOICE_ID,
    TAX_ITEM_ID,
    a_tax_item,
    an_invoice,
    an_item,
)
from support.databases import DATABASES, database_url, put
from support.gateways import InProcess, a_gateway
from support.model import (
    CLOSED,
    NOTHING_LEFT,
    OUTSIDE,
    POSSIBLE,
    STATUS,
    UNKNOWN,
    WRONG_WAY,
    Model,
    Verdict,
    told,
)

EXAMPLES = int(os.environ.get("GATEWAY_MACHINE_EXAMPLES", "12"))
STEPS = 50
# Making a failure small takes longer than finding it.
SHRINKS = os.environ.get("GATEWAY_MACHINE_SHRINKS", "1") == "1"
FULL_LENGTH, LEAST = 1000, 100
"""From so many examples on, every verdict and transition must come about so often."""

DISCOUNT_ID, CREDIT_LINE_ID = "disc".rjust(32, "0"), "cred".rjust(32, "0")
MONTHS = [
    (date(2024, 3, 1), date(2024, 3, 31)),
    (date(2024, 4, 1), date(2024, 4, 30)),
    (date(2024, 5, 1), date(2024, 5, 31)),
]
SOURCES = {
    ITEM_ID: (INVOICE_ID, Decimal("80.00"), "InvoiceDetail"),
    TAX_ITEM_ID: (INVOICE_ID, Decimal("20.00"), "Tax"),
    DISCOUNT_ID: (INVOICE_ID, Decimal("-10.00"), "InvoiceDetail"),
    CREDIT_LINE_ID: (OTHER_INVOICE_ID, Decimal("-50.00"), "InvoiceDetail"),
}
AMOUNTS = st.sampled_from(
    ["0", "0.01", "1", "5", "9.99", "10", "10.01", "20", "20.01", "30", "50", "80", "80.01", "90"]
).map(Decimal)
AFTER_ALL_MONTHS = date(2024, 6, 1)
DAYS = st.sampled_from(
    [
        date(2024, 2, 29),
        MONTHS[0][0],
        date(2024, 3, 15),
        MONTHS[0][1],
        MONTHS[1][0],
        date(2024, 5, 2),
        AFTER_ALL_MONTHS,
    ]
)
INVOICE_IDS = [INVOICE_ID, OTHER_INVOICE_ID]
CENT = Decimal("0.01")
SOURCE_IDS = st.sampled_from(sorted(SOURCES))
SIGNS = st.sampled_from([-1, -1, 1])
# The verdict that a step is to meet, where what it may choose from has something that meets it.
CREATE_AIMS = st.sampled_from([None, None, OUTSIDE, CLOSED, WRONG_WAY])
CANCEL_AIMS = st.sampled_from([CLOSED, OUTSIDE, STATUS])
REVERSE_AIMS = st.sampled_from([OUTSIDE, CLOSED, WRONG_WAY])
SELDOM = st.sampled_from([False, False, True, False])
seen: Counter[str] = Counter()


def tell(outcome: SaveOutcome) -> Verdict:
    if not outcome.errors:
        return None
    error = outcome.errors[0]
    return str(error.code), error.field


class Machine(RuleBasedStateMachine):
    """One gateway and its model; the gateway is handed over by whoever runs the machine."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.opened = a_gateway(self.url, max_records="1000")
        self.gateway: InProcess = self.opened.__enter__()
        put(
            self.gateway.store,
            an_invoice("90.00", "85.00"),
            an_invoice("-50.00", id=OTHER_INVOICE_ID, number="INV00000002"),
            an_item("80.00"),
            a_tax_item("20.00"),
            an_item("-10.00", id=DISCOUNT_ID),
            an_item("-50.00", id=CREDIT_LINE_ID, invoice_id=OTHER_INVOICE_ID),
        )
        for number, (first, last) in enumerate(MONTHS):
            self.gateway.gateway.administering.add_period(str(number), first, last)
        self.adjusting = self.gateway.gateway.adjusting
        self.model = Model(
            invoices={INVOICE_ID: Decimal(90), OTHER_INVOICE_ID: Decimal(-50)},
            paid={INVOICE_ID: Decimal(5), OTHER_INVOICE_ID: Decimal(0)},
            sources={id_: (invoice, original) for id_, (invoice, original, _) in SOURCES.items()},
            billed_on=date(2024, 3, 1),
            months=MONTHS,
        )
        self.caller = Caller("u" * 32)
        self.supplied = count(1)
        self.gone: list[tuple[str, object]] = []

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    def agree(self, what: str, outcome: SaveOutcome, verdict: Verdict) -> bool:
        """Hold an answer to the verdict; say whether it was a yes."""
        assert tell(outcome) == verdict, (what, outcome, verdict)
        seen[told(what, verdict)] += 1
        return verdict is None

    # Steps

    @rule(amount=AMOUNTS, day=DAYS, aim=CREATE_AIMS, data=st.data())
    def create_with_an_aim(self, amount: Decimal, day: date, aim: Verdict, data: st.DataObject) -> None:
        choices = [(source, sign) for source in sorted(SOURCES) for sign in (-1, 1)]
        aimed = [choice for choice in choices if aim and self.judge_one(*choice, amount, day) == aim]
        source, sign = data.draw(st.sampled_from(aimed or choices))
        self.create_one(source, amount, sign, day, None)

    @rule(source=SOURCE_IDS, amount=AMOUNTS, sign=SIGNS, day=DAYS, own=st.integers(0, 9))
    def create(self, source: str, amount: Decimal, sign: int, day: date, own: int) -> None:
        number = None
        if own in (0, 3, 5):
            number = f"OWN-{next(self.supplied)}"
        elif own == 1 and self.model.numbers:
            number = min(self.model.numbers)
        self.create_one(source, amount, sign, day, number)

    def signed_of(self, source: str, sign: int, amount: Decimal) -> Decimal:
        """Return an amount with its sign: a negative ``sign`` is toward zero, whichever way that is."""
        return amount * sign * (1 if SOURCES[source][1] > 0 else -1)

    def judge_one(self, source: str, sign: int, amount: Decimal, day: date) -> Verdict:
        signed = self.signed_of(source, sign, amount)
        return self.model.judge_create(SOURCES[source][0], source, signed, day)

    def create_one(self, source: str, amount: Decimal, sign: int, day: date, number: str | None) -> None:
        invoice, _, type_ = SOURCES[source]
        signed = self.signed_of(source, sign, amount)
        values = {"AdjustmentDate": day.isoformat(), "InvoiceId": invoice, "SourceId": source}
        values |= {"SourceType": type_} | ({"AdjustmentNumber": number} if number else {})
        verdict = self.model.judge_create(invoice, source, signed, day, number)
        outcome = self.make(values, signed, INVOICE_ITEM_ADJUSTMENT)
        if self.agree("create", outcome, verdict):
            self.model.accept(str(outcome.id), invoice, source, signed, day)
            if number:
                self.model.numbers.add(number)

    @rule(source=SOURCE_IDS, sign=SIGNS, of_invoice=st.booleans(), past=st.booleans())
    def create_at_an_edge(self, source: str, sign: int, of_invoice: bool, past: bool) -> None:  # noqa: FBT001
        """Ask for the most that the invoice's window or the source's range allows, or a cent more."""
        signed = self.signed_of(source, sign, Decimal(1))
        room = self.model.room_of_invoice(SOURCES[source][0], signed)
        if not of_invoice:
            room = self.model.room_of_source(source, signed)
        self.create_one(source, max(room, Decimal(0)) + (CENT if past else 0), sign, AFTER_ALL_MONTHS, None)

    @rule(invoice=st.sampled_from(INVOICE_IDS), sign=st.sampled_from([-1, 1]), past=st.booleans())
    def create_for_the_invoice_at_its_edge(self, invoice: str, sign: int, past: bool) -> None:  # noqa: FBT001
        signed = Decimal(sign)
        room = max(self.model.room_of_invoice(invoice, signed), Decimal(0)) + (CENT if past else 0)
        self.create_one_for_the_invoice(invoice, room * signed, AFTER_ALL_MONTHS)

    @precondition(lambda self: self.model.numbers)
    @rule(data=st.data(), really=st.booleans())
    def create_with_a_number_in_use(self, data: st.DataObject, really: bool) -> None:  # noqa: FBT001
        day = AFTER_ALL_MONTHS
        fine = [source for source in sorted(SOURCES) if self.judge_one(source, -1, CENT, day) is None]
        if really and fine:
            self.create_one(data.draw(st.sampled_from(fine)), CENT, -1, day, min(self.model.numbers))

    @rule(invoice=st.sampled_from(INVOICE_IDS), amount=AMOUNTS, sign=SIGNS, day=DAYS)
    def create_for_the_invoice(self, invoice: str, amount: Decimal, sign: int, day: date) -> None:
        self.create_one_for_the_invoice(invoice, amount * sign * (1 if invoice == INVOICE_ID else -1), day)

    def create_one_for_the_invoice(self, invoice: str, signed: Decimal, day: date) -> None:
        verdict = self.model.judge_create(invoice, None, signed, day)
        values = {"AdjustmentDate": day.isoformat(), "InvoiceId": invoice}
        outcome = self.make(values, signed, INVOICE_ADJUSTMENT)
        if self.agree("create for the invoice", outcome, verdict):
            self.model.accept(str(outcome.id), invoice, None, signed, day)

    def make(self, values: dict[str, str], signed: Decimal, object_type: object) -> SaveOutcome:
        values = values | {"Amount": str(abs(signed)), "Type": "Credit" if signed < 0 else "Charge"}
        (outcome,) = self.adjusting.create(self.caller, [Record(values)], object_type=object_type)
        return outcome

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.cancel_one(self.one_of(data))

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data(), aim=CANCEL_AIMS)
    def cancel_with_an_aim(self, data: st.DataObject, aim: Verdict) -> None:
        self.cancel_one(self.one_of(data, aim, self.model.judge_cancel))

    def cancel_one(self, id_: str) -> None:
        verdict = self.model.judge_cancel(id_)
        again = not self.model.adjustments[id_]["live"]
        outcome = self.send_cancel(id_, self.type_of(id_))
        if self.agree("cancel again" if again else "cancel", outcome, verdict):
            self.model.adjustments[id_]["live"] = False

    def send_cancel(self, id_: str, object_type: object) -> SaveOutcome:
        record = Record({"Id": id_, "Status": "Canceled"})
        (outcome,) = self.adjusting.update(self.caller, [record], object_type=object_type)
        return outcome

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id_ = self.one_of(data)
        verdict = self.model.judge_delete(id_)
        object_type = self.type_of(id_)
        outcome = self.send_delete(id_, object_type)
        if self.agree("delete", outcome, verdict):
            del self.model.adjustments[id_]
            self.gone.append((id_, object_type))

    def send_delete(self, id_: str, object_type: object) -> SaveOutcome:
        (outcome,) = self.adjusting.delete(self.caller, [id_], object_type=object_type)
        return outcome

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data(), day=DAYS)
    def reverse(self, data: st.DataObject, day: date) -> None:
        self.reverse_one(self.one_of(data), day)

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data(), aim=REVERSE_AIMS)
    def reverse_with_an_aim(self, data: st.DataObject, aim: Verdict) -> None:
        closed = self.model.closed
        day = MONTHS[closed - 1][0] if aim == CLOSED and closed else AFTER_ALL_MONTHS
        self.reverse_one(self.one_of(data, aim, lambda id_: self.judge_reverse(id_, day)), day)

    def reverse_one(self, id_: str, day: date) -> None:
        a = self.model.adjustments[id_]
        verdict, signed = self.judge_reverse(id_, day), self.model.reversal(id_)
        outcome = self.send_reverse(id_, day, self.type_of(id_))
        if self.agree("reverse", outcome, verdict):
            self.model.accept(str(outcome.id), a["invoice"], a["source"], signed, day, reverses=id_)

    def send_reverse(self, id_: str, day: date, object_type: object) -> SaveOutcome:
        record = Record({"Id": id_, "AdjustmentDate": day.isoformat()})
        (outcome,) = self.adjusting.reverse(self.caller, [record], object_type=object_type)
        return outcome

    def judge_reverse(self, id_: str, day: date) -> Verdict:
        a, signed = self.model.adjustments[id_], self.model.reversal(id_)
        return self.model.judge_create(a["invoice"], a["source"], signed, day) if signed else NOTHING_LEFT

    @precondition(lambda self: self.model.live_reversals())
    @rule(data=st.data(), again=st.booleans())
    def cancel_a_reversal_and_turn_to_what_it_reversed(self, data: st.DataObject, again: bool) -> None:  # noqa: FBT001
        id_ = data.draw(st.sampled_from(self.model.live_reversals()))
        reversed_id = self.model.adjustments[id_]["reverses"]
        self.cancel_one(id_)
        if again:
            self.reverse_one(reversed_id, AFTER_ALL_MONTHS)
        else:
            self.cancel_one(reversed_id)

    @precondition(lambda self: self.gone)
    @rule(really=SELDOM)
    def name_a_deleted_one(self, really: bool) -> None:  # noqa: FBT001
        if really:
            id_, object_type = self.gone[-1]
            self.agree("cancel", self.send_cancel(id_, object_type), UNKNOWN)
            self.agree("delete", self.send_delete(id_, object_type), UNKNOWN)
            self.agree("reverse", self.send_reverse(id_, AFTER_ALL_MONTHS, object_type), UNKNOWN)

    def one_of(
        self,
        data: st.DataObject,
        aim: Verdict = None,
        judge: Callable[[str], Verdict] = lambda _: None,
    ) -> str:
        # Ids are random; their order of creation is not.
        ids = list(self.model.adjustments)
        aimed = [id_ for id_ in ids if aim and judge(id_) == aim]
        return (aimed or ids)[data.draw(st.integers(0, len(aimed or ids) - 1))]

    def type_of(self, id_: str) -> object:
        of_item = self.model.adjustments[id_]["source"] is not None
        return INVOICE_ITEM_ADJUSTMENT if of_item else INVOICE_ADJUSTMENT

    @precondition(lambda self: self.model.closed < len(MONTHS))
    @rule(really=st.sampled_from([False, False, True]))
    def close_a_period(self, really: bool) -> None:  # noqa: FBT001
        if really:
            self.gateway.gateway.administering.change_period(str(self.model.closed), PeriodStatus.CLOSED)
            self.model.closed += 1
            seen[told("close a period", None)] += 1

    @precondition(lambda self: self.model.closed)
    @rule(really=SELDOM)
    def reopen_a_period(self, really: bool) -> None:  # noqa: FBT001
        if not really:
            return
        self.model.closed -= 1
        self.gateway.gateway.administering.change_period(str(self.model.closed), PeriodStatus.OPEN)
        seen[told("reopen a period", None)] += 1

    @rule(really=SELDOM)
    def allow_or_forbid_counter_adjustments(self, really: bool) -> None:  # noqa: FBT001
        if really:
            self.model.counter_adjustments = not self.model.counter_adjustments
            text = str(self.model.counter_adjustments).lower()
            self.gateway.gateway.administering.change_setting("counter_adjustments", text)
            allowed = self.model.counter_adjustments
            seen[told(f"{'allow' if allowed else 'forbid'} counter-adjustments", None)] += 1

    # Laws

    @invariant()
    def every_balance_is_what_was_billed_and_the_live_adjustments(self) -> None:
        if not hasattr(self, "model"):
            return
        books = self.gateway.store.write(
            lambda tx: tx.lock_books({INVOICE_ID, OTHER_INVOICE_ID}, (), set(SOURCES))
        )
        for invoice in books.invoices:
            assert invoice.balance == self.model.balance(invoice.id)
            assert invoice.adjustment_amount == -sum(
                (a["signed"] for a in self.model.live(invoice=invoice.id)), Decimal(0)
            )
        for source in books.sources:
            assert source.balance == self.model.source_balance(source.id)
            assert source.taken == self.model.taken(source.id)
            assert min(Decimal(0), source.original) <= source.balance <= max(Decimal(0), source.original)


@pytest.mark.parametrize("name", DATABASES)
def test_every_answer_and_every_balance_is_what_the_model_foretells(name: str, tmp_path) -> None:
    url = database_url(name, tmp_path)
    machine = type("Machine", (Machine,), {"url": url})
    examples = EXAMPLES if name == "sqlite" else max(3, EXAMPLES // 10)
    seen.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=EXAMPLES < 100,
            phases=[Phase.generate, *([Phase.shrink] if SHRINKS else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )
    possible = [told(what, verdict) for what, verdicts in POSSIBLE.items() for verdict in verdicts]
    sys.stdout.write(
        f"\n{name}: {examples} examples of {STEPS} steps, {sum(seen.values())} answers foretold\n"
    )
    for what in sorted({*possible, *seen}):
        sys.stdout.write(f"  {seen[what]:>7} {what}\n")
    assert sum(seen.values()) > examples * 10
    assert set(seen) <= set(possible), "a verdict that nobody thought of"
    if examples >= FULL_LENGTH:
        rare = {what: seen[what] for what in possible if seen[what] < LEAST}
        assert not rare, f"too rare to show anything: {rare}"
