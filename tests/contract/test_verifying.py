"""The proof of the books: clean for what the use cases leave; no change behind their back stays hidden."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, insert, select, text, update

from gateway.bootstrap import build
from gateway.cli import gateway as gateway_command
from gateway.contract.fields import WireType
from gateway.service.callers import Caller
from gateway.service.configuration import Configurations
from gateway.service.records import Record
from gateway.service.verifying import Verifying
from gateway.settings import Settings
from gateway.storage import tables as t
from gateway.storage.store import SqlStore
from gateway.storage.types import ExactDecimal
from gateway.storage.verification import SqlEvidence
from support.databases import DATABASES, an_empty_store, database_url, statements
from support.imports import ACCOUNT_FILE, CHARGE, CREDIT, INVOICE_FILE, ITEM_FILE, TAX_FILE, World

USER = Caller("9", request_id="r1")
HISTORY = [
    "Id,AdjustmentNumber,InvoiceId,SourceId,SourceType,Type,Amount,Status,AdjustmentDate",
    "41,IIA-00000007,11,21,InvoiceDetail,Credit,5.00,Processed,2024-03-05",
    "42,IIA-00000008,11,21,InvoiceDetail,Credit,1.00,Canceled,2024-03-05",
]


@dataclass
class Books:
    """A store with a long history, and the Ids of what is in it."""

    store: SqlStore
    ids: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module", params=DATABASES)
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("books")
    with an_empty_store(database_url(request.param, folder)) as store:
        yield a_long_history(World(store, folder))


def a_long_history(world: World) -> Books:
    """Let everything happen once: made, brought, given back, canceled, reversed, changed, deleted."""
    build(Settings(), world.store).administering.add_field(
        "InvoiceItemAdjustment", "Region__c", WireType.STRING, 80
    )
    items = [ITEM_FILE[0], "21,11,80.00,75.00,Seats", "22,11,-10.00,-10.00,Discount"]
    world.load_files(
        Account=ACCOUNT_FILE,
        Invoice=[
            INVOICE_FILE[0],
            "11,1,INV1,2024-03-01,100.00,95.00,Posted",
            "12,1,INV2,2024-03-01,9.00,9.00,Posted",
        ],
        InvoiceItem=items,
        TaxationItem=TAX_FILE,
    )
    world.load_files(InvoiceItemAdjustment=HISTORY)
    ids = {
        "credit": in_a_region(world, "30.00"),
        "counter": world.adjust(CHARGE, "10.00"),
        "tax": world.adjust(CREDIT, "5.00", "31"),
        "discount": world.adjust(CHARGE, "2.00", "22"),
        "reversed": world.adjust(CREDIT, "3.00"),
        "canceled": world.adjust(CREDIT, "4.00"),
        "deleted": world.adjust(CREDIT, "1.00"),
        "fee": world.adjust(CHARGE, "7.00", "", Comments="late"),
    }
    adjusting = world.adjusting
    for name in ("canceled", "deleted"):
        adjusting.update(USER, [Record({"Id": ids[name], "Status": "Canceled"})])
    adjusting.update(USER, [Record({"Id": ids["credit"], "ReasonCode": "Other"})])
    adjusting.update(USER, [Record({"Id": "41", "Status": "Canceled"})])
    (reversal,) = adjusting.reverse(USER, [Record({"Id": ids["reversed"]})])
    (gone,) = adjusting.delete(USER, [ids["deleted"]])
    ids["reversal"] = reversal.id
    assert gone.id
    # The imported part moves too.
    world.load_files(InvoiceItem=[ITEM_FILE[0], "21,11,80.00,74.00,Seats"])
    world.load_files(Invoice=[INVOICE_FILE[0], "11,1,INV1,2024-03-01,100.00,85.00,Posted"])
    return Books(world.store, ids)


def in_a_region(world: World, amount: str) -> str:
    """Credit an item, with a value in a field of the tenant's own; return the Id."""
    values = {"AdjustmentDate": "2024-03-20", "InvoiceId": "11", "Type": "Credit", "Amount": amount}
    values |= {"SourceId": "21", "SourceType": "InvoiceDetail", "Region__c": "North"}
    caller = Caller("9", configuration=Configurations(world.store).current())
    (outcome,) = world.adjusting.create(caller, [Record(values)])
    assert outcome.id, outcome.errors
    return outcome.id


class OneTransaction:
    """What one transaction sees of a store; it is taken back afterwards."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def snapshot(self, work: Callable[[SqlEvidence], Any]) -> Any:
        return work(SqlEvidence(self.connection))


@contextmanager
def tampered(books: Books, *changes: Any) -> Iterator[OneTransaction]:
    with books.store.writing() as connection, unguarded(connection), connection.begin() as transaction:
        for change in changes:
            connection.execute(change)
        yield OneTransaction(connection)
        transaction.rollback()


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let a connection do what MariaDB's foreign keys would forbid at once."""
    if connection.dialect.name != "mariadb":
        yield
        return
    with connection.begin():
        connection.execute(text("SET FOREIGN_KEY_CHECKS=0"))
    yield
    with connection.begin():
        connection.execute(text("SET FOREIGN_KEY_CHECKS=1"))


def differences(books: Books, snapshots: Any = None) -> list[str]:
    found: list[str] = []
    Verifying(snapshots or books.store, Configurations(books.store)).verify(
        lambda difference: found.append(str(difference))
    )
    return found


def test_what_the_use_cases_leave_is_proved(books):
    proof = Verifying(books.store, Configurations(books.store)).verify(lambda d: pytest.fail(str(d)))
    assert proof.counts == {
        "Invoice": 2,
        "InvoiceItem": 2,
        "TaxationItem": 1,
        "AuditEntry": 16,
        "Adjustment": 11,
    }


LATER = datetime(2024, 3, 21, tzinfo=UTC)
II, IA = t.invoice_item_adjustments, t.invoice_adjustments
TAMPERINGS = {
    # Invoices
    "balance of an invoice": (t.invoices, "11", {"balance": "1"}, "Invoice 11: balance is 1, should be"),
    "its adjustment amount": (t.invoices, "11", {"adjustment_amount": "1"}, "Invoice 11: adjustment_amount"),
    "what was adjusted": (t.invoices, "11", {"adjusted": "1"}, "Invoice 11: adjusted is 1"),
    "its imported balance": (t.invoices, "11", {"imported_balance": "1"}, "Invoice 11: balance"),
    "no imported balance": (t.invoices, "11", {"imported_balance": None}, "should be empty"),
    "its imported adjustment amount": (
        t.invoices,
        "11",
        {"imported_adjustment_amount": "1"},
        "Invoice 11: adjustment_amount",
    ),
    "an invoice nobody adjusted": (
        t.invoices,
        "12",
        {"balance": "8"},
        "Invoice 12: balance is 8, should be 9",
    ),
    "the count of its trail": (
        t.invoices,
        "11",
        {"audit_seq": 15},
        "Invoice 11: audit_seq is 15, should be 16",
    ),
    "the count of no trail": (t.invoices, "12", {"audit_seq": 1}, "Invoice 12: audit_seq is 1"),
    "the end of its trail": (t.invoices, "11", {"audit_hash": "0"}, "Invoice 11: audit_hash is 0"),
    # Sources
    "balance of an item": (t.invoice_items, "21", {"balance": "1"}, "InvoiceItem 21: balance is 1"),
    "an item above its amount": (t.invoice_items, "21", {"balance": "81"}, "should be from 0 to 80"),
    "a discount above zero": (t.invoice_items, "22", {"balance": "1"}, "should be from -10 to 0"),
    "what was adjusted of it": (t.invoice_items, "21", {"adjusted": "1"}, "InvoiceItem 21: adjusted is 1"),
    "what can be given back": (t.invoice_items, "21", {"taken": "99"}, "InvoiceItem 21: taken is 99"),
    "of a discount": (t.invoice_items, "22", {"taken": "-2"}, "InvoiceItem 22: taken is -2, should be 2"),
    "its imported part": (t.invoice_items, "21", {"imported_balance": "2"}, "InvoiceItem 21: balance"),
    "balance of a tax": (t.taxation_items, "31", {"balance": "1"}, "TaxationItem 31: balance is 1"),
    "a tax given back": (t.taxation_items, "31", {"taken": "0"}, "TaxationItem 31: taken is 0, should be 5"),
    "a tax adjusted": (t.taxation_items, "31", {"adjusted": "0"}, "TaxationItem 31: adjusted is 0"),
    # Adjustments
    "a field of the tenant's own": (
        t.custom_values,
        None,
        {"text": "South"},
        "custom is {'Region__c': 'South'}",
    ),
    "its amount": (II, "credit", {"amount": "31"}, "amount is 31, should be 30"),
    "its type": (II, "credit", {"type": "Charge"}, "type is Charge, should be Credit"),
    "its status": (II, "credit", {"status": "Canceled"}, "status is Canceled, should be Processed"),
    "canceled no more": (II, "canceled", {"status": "Processed"}, "status is Processed, should be Canceled"),
    "who canceled it": (II, "canceled", {"cancelled_by_id": "8"}, "cancelled_by_id is 8, should be 9"),
    "when it was canceled": (II, "canceled", {"cancelled_date": None}, "cancelled_date is empty"),
    "its date": (II, "credit", {"adjustment_date": date(2024, 3, 2)}, "adjustment_date is 2024-03-02"),
    "its accounting date": (II, "credit", {"accounting_date": date(2024, 3, 2)}, "accounting_date"),
    "its source": (II, "credit", {"source_id": "22"}, "source_id is 22, should be 21"),
    "a source that is not there": (
        II,
        "credit",
        {"source_id": "29"},
        "should be an invoice item of its invoice",
    ),
    "its source's type": (II, "credit", {"source_type": "Tax"}, "should be a taxation item of its invoice"),
    "its invoice": (II, "credit", {"invoice_id": "12"}, "invoice_id is 12, should be 11"),
    "its account": (II, "credit", {"account_id": "2"}, "account_id is 2, should be 1"),
    "its number": (II, "credit", {"adjustment_number": "IIA-9"}, "should be among the used numbers"),
    "who made it": (II, "credit", {"created_by_id": "8"}, "created_by_id is 8, should be 9"),
    "when it was made": (II, "credit", {"created_date": LATER}, "created_date is 2024-03-21"),
    "its reason code": (II, "credit", {"reason_code": None}, "reason_code is empty, should be Other"),
    "its comment": (II, "credit", {"comment": "x"}, "comment is x, should be empty"),
    "its accounting code": (II, "credit", {"accounting_code": "x"}, "accounting_code is x, should be empty"),
    "whether it is transferred": (
        II,
        "credit",
        {"transferred_to_accounting": "Yes"},
        "is Yes, should be empty",
    ),
    "what it reverses": (II, "reversal", {"reverses_id": None}, "reverses_id is empty, should be"),
    "a reversed one canceled": (II, "reversed", {"status": "Canceled"}, "Processed: a live one reverses it"),
    "a reversed one smaller": (II, "reversed", {"amount": "2"}, "amount is 2, should be 3 or more"),
    "amount of a fee": (IA, "fee", {"amount": "6"}, "InvoiceAdjustment {fee}: amount is 6, should be 7"),
    "comment of a fee": (IA, "fee", {"comment": "early"}, "comment is early, should be late"),
    "an imported one": (II, "42", {"amount": "2"}, "InvoiceItemAdjustment 42: amount is 2, should be 1"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_row_that_was_changed_behind_the_gateway_is_found(books, what):
    table, named, values, says = TAMPERINGS[what]
    change = update(table).values(
        {
            name: Decimal(value) if isinstance(table.c[name].type, ExactDecimal) and value else value
            for name, value in values.items()
        }
    )
    if named:
        change = change.where(table.c.id == books.ids.get(named, named))
    with tampered(books, change) as snapshots:
        found = differences(books, snapshots)
    assert any(says.replace("{fee}", books.ids["fee"]) in line for line in found), found


E = t.audit_entries.c
TRAILS = {
    "an entry taken": (
        lambda: delete(t.audit_entries).where(E.seq == 5),
        "AuditEntry 5 of invoice 11: seq is 6",
    ),
    "the last one taken": (
        lambda: delete(t.audit_entries).where(E.seq == 16),
        "audit_seq is 16, should be 15",
    ),
    "all taken": (lambda: delete(t.audit_entries), "audit trail is empty"),
    "who": (
        lambda: update(t.audit_entries).where(E.seq == 5).values(user_id="8"),
        "AuditEntry 5 of invoice 11: hash",
    ),
    "when": (
        lambda: update(t.audit_entries).where(E.seq == 5).values(at=LATER),
        "AuditEntry 5 of invoice 11: hash",
    ),
    "the door": (lambda: update(t.audit_entries).where(E.seq == 5).values(door="x"), "5 of invoice 11: hash"),
    "the request": (lambda: update(t.audit_entries).where(E.seq == 5).values(request_id="x"), "11: hash"),
    "the action": (
        lambda: update(t.audit_entries).where(E.seq == 5).values(action="x"),
        "5 of invoice 11: hash",
    ),
    "what it tells": (
        lambda: update(t.audit_entries).where(E.seq == 5).values(detail='{"after": {}}'),
        "5 of invoice 11: hash",
    ),
    "its hash": (lambda: update(t.audit_entries).where(E.seq == 5).values(hash="0" * 64), "hash is 000"),
    "its adjustment": (
        lambda: update(t.audit_entries).where(E.seq == 5).values(adjustment_id="41"),
        "5 of invoice 11: hash",
    ),
    "two that changed places": (
        lambda: update(t.audit_entries).where(E.seq == 16).values(seq=17),
        "AuditEntry 16 of invoice 11: seq is 17",
    ),
    "another invoice's": (
        lambda: update(t.audit_entries).where(E.seq == 16).values(invoice_id="12"),
        "AuditEntry 1 of invoice 12: seq is 16",
    ),
    "an invoice's that is not there": (
        lambda: update(t.audit_entries).where(E.seq == 16).values(invoice_id="13"),
        "Invoice 13: Id is none",
    ),
    "an adjustment taken": (lambda: delete(II).where(II.c.comment.is_(None)), "row is gone"),
    "a number taken": (
        lambda: delete(t.adjustment_numbers).where(t.adjustment_numbers.c.number == "IIA-00000009"),
        "adjustment_number is IIA-00000009, should be among the used numbers",
    ),
    "the memory of an import taken": (lambda: delete(t.imported_adjustments), "adjusted is"),
    "what an import held": (lambda: update(t.imported_adjustments).values(impact=Decimal(-2)), "adjusted is"),
    "an adjustment nobody made": (
        lambda: insert(t.adjustment_numbers).values(number="X", adjustment_id="x"),
        "Adjustment x: audit trail is empty",
    ),
}


@pytest.mark.parametrize("what", TRAILS)
def test_a_trail_that_was_changed_behind_the_gateway_is_found(books, what):
    change, says = TRAILS[what]
    with tampered(books, change()) as snapshots:
        found = differences(books, snapshots)
    assert any(says in line for line in found), found


def test_a_deleted_adjustment_that_is_back_is_found(books):
    with books.store.engine.connect() as connection:
        like = connection.execute(select(II).where(II.c.id == books.ids["canceled"])).mappings().one()
    back = insert(II).values({**like, "id": books.ids["deleted"], "adjustment_number": "IIA-00000015"})
    with tampered(books, back) as snapshots:
        found = differences(books, snapshots)
    assert any("row is there, should be deleted, as its audit trail tells" in line for line in found), found


def test_the_statements_of_a_proof_do_not_grow_with_the_books(books):
    with statements(books.store) as sent:
        differences(books)
    assert len([s for s in sent if s.lstrip().upper().startswith("SELECT")]) <= 35


def run(books: Books, *arguments: str) -> tuple[int, list[str], str]:
    url = books.store.engine.url.render_as_string(hide_password=False)
    done = CliRunner(env={"GATEWAY_DATABASE_URL": url}).invoke(gateway_command, arguments)
    return done.exit_code, done.stdout.splitlines(), done.stderr


def test_the_command_says_what_it_proved(books):
    code, lines, err = run(books, "verify")
    assert (code, lines) == (0, [])
    assert err.startswith("Proved 2 Invoice, 2 InvoiceItem, 1 TaxationItem, 16 AuditEntry, 11 Adjustment in ")
    assert err.endswith(" s: 0 differences.\n")


def test_the_command_names_each_difference_and_fails(tmp_path):
    with an_empty_store(database_url("sqlite", tmp_path)) as store:
        books = a_long_history(World(store, tmp_path))
        with store.writing() as connection, connection.begin():
            connection.execute(update(t.invoices).where(t.invoices.c.id == "12").values(balance=Decimal(1)))
        code, lines, err = run(books, "verify")
        assert (code, lines) == (1, ["Invoice 12: balance is 1, should be 9"])
        assert err.endswith(" s: 1 difference.\n")


def test_the_command_that_cannot_run_says_so(tmp_path):
    runner = CliRunner(env={"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"})
    done = runner.invoke(gateway_command, ["verify"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Run `gateway init`" in done.stderr


def test_an_adjustments_story_is_told_by_number_and_by_id(books):
    code, lines, _ = run(books, "audit", books.ids["credit"])
    assert code == 0
    made, changed = (i for i, line in enumerate(lines) if not line.startswith("  "))
    assert lines[made] == "2024-03-20 12:00:00.000+00:00  create by 9, soap, request "
    assert "  amount as sent: 30.00" in lines[made:changed]
    assert "  reason_code: Standard Adjustment -> Other" in lines[changed:]
    assert lines[-1] == "  entry 13 of invoice 11, intact"
    number = next(line for line in lines if "adjustment_number" in line).split(": ")[1]
    assert run(books, "audit", number)[1] == lines


def test_a_deleted_adjustments_story_and_reversals_are_told(books):
    code, lines, _ = run(books, "audit", "--json", books.ids["deleted"])
    assert code == 0
    assert [json.loads(line)["action"] for line in lines] == ["create", "update", "delete"]
    assert all(json.loads(line)["intact"] for line in lines)
    _, lines, _ = run(books, "audit", books.ids["reversed"])
    assert lines[-1].endswith(f"({books.ids['reversal']}): 3.00, Processed.") or "Reversed by" in lines[-1]
    code, _, err = run(books, "audit", "IIA-99999999")
    assert (code, err) == (1, "Error: No adjustment ever had the Id or number 'IIA-99999999'.\n")
