"""A state machine over the use cases and a real database, beside a small model of the rule book.

Every answer is foretold by the model, and after every step every balance is what the model sums. How many
steps there are is told by GATEWAY_MACHINE_EXAMPLES, 50 steps each: `make laws` runs 1,000 of them on SQLite
and prints how often each verdict and each transition came about.
"""

import os
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
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
from support.model import Model, Verdict

EXAMPLES = int(os.environ.get("GATEWAY_MACHINE_EXAMPLES", "12"))
STEPS = 50

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
SOURCE_IDS = st.sampled_from(sorted(SOURCES))
SIGNS = st.sampled_from([-1, -1, 1])
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

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    def agree(self, what: str, outcome: SaveOutcome, verdict: Verdict) -> bool:
        """Hold an answer to the verdict; say whether it was a yes."""
        assert tell(outcome) == verdict, (what, outcome, verdict)
        seen[f"{what}: {'done' if verdict is None else ' '.join(filter(None, verdict))}"] += 1
        return verdict is None

    # Steps

    @rule(
        source=st.sampled_from(sorted(SOURCES)), amount=AMOUNTS, sign=SIGNS, day=DAYS, own=st.integers(0, 9)
    )
    def create(self, source: str, amount: Decimal, sign: int, day: date, own: int) -> None:
        invoice, original, type_ = SOURCES[source]
        # Mostly toward zero, whichever way that is.
        signed = amount * sign * (1 if original > 0 else -1)
        number = None
        if own == 0:
            number = f"OWN-{next(self.supplied)}"
        elif own == 1 and self.model.numbers:
            number = min(self.model.numbers)
        values = {"AdjustmentDate": day.isoformat(), "InvoiceId": invoice, "SourceId": source}
        values |= {"SourceType": type_} | ({"AdjustmentNumber": number} if number else {})
        verdict = self.model.judge_create(invoice, source, signed, day, number)
        outcome = self.make(values, signed, INVOICE_ITEM_ADJUSTMENT)
        if self.agree("create", outcome, verdict):
            self.model.accept(str(outcome.id), invoice, source, signed, day)
            if number:
                self.model.numbers.add(number)

    @rule(invoice=st.sampled_from([INVOICE_ID, OTHER_INVOICE_ID]), amount=AMOUNTS, sign=SIGNS, day=DAYS)
    def create_for_the_invoice(self, invoice: str, amount: Decimal, sign: int, day: date) -> None:
        signed = amount * sign * (1 if invoice == INVOICE_ID else -1)
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
        id_ = self.one_of(data)
        verdict = self.model.judge_cancel(id_)
        record = Record({"Id": id_, "Status": "Canceled"})
        (outcome,) = self.adjusting.update(self.caller, [record], object_type=self.type_of(id_))
        again = not self.model.adjustments[id_]["live"]
        if self.agree("cancel again" if again else "cancel", outcome, verdict):
            self.model.adjustments[id_]["live"] = False

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        id_ = self.one_of(data)
        verdict = self.model.judge_delete(id_)
        (outcome,) = self.adjusting.delete(self.caller, [id_], object_type=self.type_of(id_))
        if self.agree("delete", outcome, verdict):
            del self.model.adjustments[id_]

    @precondition(lambda self: self.model.adjustments)
    @rule(data=st.data(), day=DAYS)
    def reverse(self, data: st.DataObject, day: date) -> None:
        id_ = self.one_of(data)
        a = self.model.adjustments[id_]
        signed = self.model.reversal(id_)
        verdict: Verdict = ("INVALID_VALUE", "Id")
        if signed:
            verdict = self.model.judge_create(a["invoice"], a["source"], signed, day)
        record = Record({"Id": id_, "AdjustmentDate": day.isoformat()})
        (outcome,) = self.adjusting.reverse(self.caller, [record], object_type=self.type_of(id_))
        if self.agree("reverse", outcome, verdict):
            self.model.accept(str(outcome.id), a["invoice"], a["source"], signed, day, reverses=id_)

    def one_of(self, data: st.DataObject) -> str:
        # Ids are random; their order of creation is not.
        ids = list(self.model.adjustments)
        return ids[data.draw(st.integers(0, len(ids) - 1))]

    def type_of(self, id_: str) -> object:
        of_item = self.model.adjustments[id_]["source"] is not None
        return INVOICE_ITEM_ADJUSTMENT if of_item else INVOICE_ADJUSTMENT

    @precondition(lambda self: self.model.closed < len(MONTHS))
    @rule(really=st.integers(0, 3))
    def close_a_period(self, really: int) -> None:
        if really == 0:
            self.gateway.gateway.administering.change_period(str(self.model.closed), PeriodStatus.CLOSED)
            self.model.closed += 1
            seen["close a period: done"] += 1

    @precondition(lambda self: self.model.closed)
    @rule()
    def reopen_a_period(self) -> None:
        self.model.closed -= 1
        self.gateway.gateway.administering.change_period(str(self.model.closed), PeriodStatus.OPEN)
        seen["reopen a period: done"] += 1

    @rule(really=st.integers(0, 5))
    def allow_or_forbid_counter_adjustments(self, really: int) -> None:
        if really == 0 or not self.model.counter_adjustments:
            self.model.counter_adjustments = not self.model.counter_adjustments
            text = str(self.model.counter_adjustments).lower()
            self.gateway.gateway.administering.change_setting("counter_adjustments", text)

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
    examples = EXAMPLES if name == "sqlite" else max(2, EXAMPLES // 4)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=EXAMPLES < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"\n{name}: {sum(seen.values())} answers foretold\n")
    for what, times in sorted(seen.items()):
        sys.stdout.write(f"  {times:>7} {what}\n")
    assert sum(seen.values()) > examples * 10
