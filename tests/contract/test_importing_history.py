"""Importing adjustments made elsewhere, on every database, and going on with them here."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from gateway.contract.fields import WireType
from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.service.administering import Administering
from gateway.service.callers import Caller
from gateway.service.configuration import Configurations
from gateway.service.imports import importing
from gateway.service.imports.importing import OnError
from gateway.service.outcomes import SaveOutcome
from gateway.service.records import Record
from gateway.service.verifying import Verifying
from gateway.storage.store import SqlStore
from gateway.storage.tables import (
    audit_entries,
    custom_values,
    imported_adjustments,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import (
    ACCOUNT_FILE,
    CHARGE,
    CREDIT,
    INVOICE_FILE,
    ITEM_FILE,
    NOW,
    TAX_FILE,
    World,
    with_,
    without,
)

ANN = Caller("9")
HEADER = "Id,AdjustmentNumber,InvoiceId,SourceId,SourceType,Type,Amount,AdjustmentDate,Status"
CREDIT_30 = "101,IIA-00000007,11,21,InvoiceDetail,Credit,30.00,2024-03-05,Processed"
COUNTER_10 = "102,IIA-00000008,11,21,InvoiceDetail,Charge,10.00,2024-03-06,Processed"
TAX_5 = "103,IIA-00000009,11,31,Tax,Credit,5.00,2024-03-05,"
CANCELED_9 = "104,old-4,11,21,InvoiceDetail,Credit,9.00,2024-03-05,Canceled"
ITEM_HISTORY = [HEADER, CREDIT_30, COUNTER_10, TAX_5, CANCELED_9]
INVOICE_HEADER = "Id,AdjustmentNumber,InvoiceId,Type,Amount,AdjustmentDate"
INVOICE_HISTORY = [INVOICE_HEADER, "201,IA-00000003,11,Credit,2.00,2024-03-07"]
HISTORY = {"InvoiceItemAdjustment": ITEM_HISTORY, "InvoiceAdjustment": INVOICE_HISTORY}

# What the billing system says of balances once the history above has happened.
STATED = {
    "Account": ACCOUNT_FILE,
    "Invoice": with_(with_(INVOICE_FILE, "Balance", "73"), "AdjustmentAmount", "27"),
    "InvoiceItem": with_(ITEM_FILE, "Balance", "60"),
    "TaxationItem": with_(TAX_FILE, "Balance", "15"),
}
UNSTATED = {
    "Account": ACCOUNT_FILE,
    "Invoice": without(INVOICE_FILE, "Balance"),
    "InvoiceItem": without(ITEM_FILE, "Balance"),
    "TaxationItem": without(TAX_FILE, "Balance"),
}


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "files"
    folder.mkdir()
    world = World(store, folder)
    yield world
    prove(world)


on_one_database = pytest.mark.parametrize(
    "store", DATABASES[:1], indirect=True
)  # no database has a say in it


def rows_of(world: World, table: Any) -> list[Any]:
    with world.store.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def prove(world: World) -> None:
    Verifying(world.store, Configurations(world.store)).verify(lambda found: pytest.fail(str(found)))


def balances(world: World) -> dict[str, tuple[Decimal, ...]]:
    invoice, item, tax = (
        world.row(invoices, "11"),
        world.row(invoice_items, "21"),
        world.row(taxation_items, "31"),
    )
    return {
        "invoice": (invoice.balance, invoice.adjustment_amount),
        "item": (item.balance, item.taken),
        "tax": (tax.balance, tax.taken),
    }


AFTER_HISTORY = {"invoice": (73, 27), "item": (60, 20), "tax": (15, 5)}


def update(world: World, id_: str, object_type: Any = INVOICE_ITEM_ADJUSTMENT, **values: str) -> SaveOutcome:
    [outcome] = world.adjusting.update(ANN, [Record({"Id": id_, **values})], object_type=object_type)
    return outcome


def cancel(world: World, id_: str, object_type: Any = INVOICE_ITEM_ADJUSTMENT) -> None:
    outcome = update(world, id_, object_type, Status="Canceled")
    assert not outcome.errors, outcome.errors


def delete(world: World, id_: str) -> None:
    [outcome] = world.adjusting.delete(ANN, [id_])
    assert not outcome.errors, outcome.errors


def number_of(world: World, id_: str) -> str:
    table = invoice_item_adjustments if world.count(invoice_item_adjustments) else invoice_adjustments
    return str(world.row(table, id_).adjustment_number)


# A round trip


def test_history_of_one_gateway_goes_on_in_another(world: World, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with ExitStack() as opened:
        one = World(
            opened.enter_context(an_empty_store(database_url("sqlite", tmp_path / "one"))), world.folder
        )
        one.load_the_dull_world()
        ids = [
            one.adjust(CREDIT, "30"),
            one.adjust(CHARGE, "10"),
            one.adjust(CREDIT, "5", "31", Comment="tax"),
        ]
        canceled, header_credit = one.adjust(CREDIT, "9"), one.adjust(CREDIT, "2", "")
        cancel(one, canceled)
        item_rows, invoice_rows = rows_of(one, invoice_item_adjustments), rows_of(one, invoice_adjustments)
        assert balances(one) == AFTER_HISTORY
    world.load_files(
        **STATED,
        InvoiceItemAdjustment=as_file(item_rows, INVOICE_ITEM_ADJUSTMENT),
        InvoiceAdjustment=as_file(invoice_rows, INVOICE_ADJUSTMENT),
    )
    assert rows_of(world, invoice_item_adjustments) == item_rows
    assert rows_of(world, invoice_adjustments) == invoice_rows
    assert balances(world) == AFTER_HISTORY
    # What counters have not given back can be given back; what the tax lost comes back.
    [reversal] = world.adjusting.reverse(ANN, [Record({"Id": ids[0]})])
    assert balances(world)["item"] == (80, 0)
    assert number_of(world, reversal.id) == "IIA-00000005"
    cancel(world, ids[2])
    cancel(world, header_credit, INVOICE_ADJUSTMENT)
    assert balances(world) == {"invoice": (100, 0), "item": (80, 0), "tax": (20, 0)}
    delete(world, canceled)
    assert number_of(world, world.adjust(CREDIT, "1")) == "IIA-00000006"


def as_file(rows: list[Any], object_type: Any) -> list[str]:
    """Return adjustments as a file of the contract's fields."""
    names = [f for f in object_type.output_fields if f.attribute in rows[0]._fields]
    lines = [",".join(f.name for f in names)]
    for row in rows:
        cells = (getattr(row, f.attribute) for f in names)
        lines.append(",".join("" if cell is None else str(cell) for cell in cells))
    return lines


# Balances


@pytest.mark.parametrize(
    "loads",
    [
        [UNSTATED | HISTORY],
        [UNSTATED, HISTORY],
        [UNSTATED | HISTORY, HISTORY, UNSTATED],
        [
            UNSTATED,
            {"InvoiceAdjustment": INVOICE_HISTORY},
            UNSTATED | {"InvoiceItemAdjustment": ITEM_HISTORY},
        ],
        [UNSTATED | HISTORY, {k: with_(v, "Balance", "") for k, v in UNSTATED.items() if k != "Account"}],
        [STATED | HISTORY],
        [STATED, HISTORY],
        [UNSTATED | HISTORY, STATED],
    ],
)
@on_one_database
def test_a_missing_balance_is_the_amount_less_the_history_in_any_order_of_files(
    world: World, loads: list[dict[str, list[str]]]
) -> None:
    for files in loads:
        world.load_files(**files)
    assert balances(world) == AFTER_HISTORY


def test_missing_balances_follow_a_history_that_changes_at_its_source(world: World) -> None:
    world.load_files(**UNSTATED, **HISTORY)
    changed = [HEADER, CREDIT_30.replace("30.00", "40.00"), COUNTER_10, f"{TAX_5}Canceled", CANCELED_9]
    world.load_files(InvoiceItemAdjustment=changed)
    assert balances(world) == {"invoice": (68, 32), "item": (50, 30), "tax": (20, 0)}
    world.load_files(InvoiceItemAdjustment=changed, **UNSTATED)
    assert balances(world) == {"invoice": (68, 32), "item": (50, 30), "tax": (20, 0)}


@on_one_database
def test_an_adjustment_amount_that_no_file_gave_is_that_of_the_history(world: World) -> None:
    world.load_files(**STATED | {"Invoice": with_(INVOICE_FILE, "Balance", "73")}, **HISTORY)
    assert balances(world)["invoice"] == (73, 27)
    world.load_files(Invoice=with_(INVOICE_FILE, "AdjustmentAmount", "99"))
    assert balances(world)["invoice"] == (100, 99)


@on_one_database
def test_balances_may_already_hold_what_was_done_here_with_the_history(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    cancel(world, "103")
    world.adjust(CREDIT, "7")
    ours = {
        "Invoice": with_(with_(INVOICE_FILE, "Balance", "71"), "AdjustmentAmount", "29"),
        "InvoiceItem": with_(ITEM_FILE, "Balance", "53"),
        "TaxationItem": with_(TAX_FILE, "Balance", "20"),
    }
    world.load_files(options={"balances_include_ours": True}, **ours)
    assert balances(world) == {"invoice": (71, 29), "item": (53, 27), "tax": (20, 0)}
    world.load_files(**STATED)
    assert balances(world) == {"invoice": (71, 29), "item": (53, 27), "tax": (20, 0)}


def test_an_item_may_be_loaded_before_the_news_of_its_history(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    canceled = [line.replace("2024-03-05,Processed", "2024-03-05,Canceled") for line in ITEM_HISTORY]
    canceled = [line.replace("2024-03-06,Processed", "2024-03-06,Canceled") for line in canceled]
    world.load_files(InvoiceItem=ITEM_FILE, InvoiceItemAdjustment=canceled)
    assert balances(world)["item"] == (80, 0)


@on_one_database
def test_an_item_cannot_change_below_what_its_history_has_taken(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    item = with_(with_(ITEM_FILE, "ChargeAmount", "19"), "Balance", "9")
    result = world.load_files(expect_bad=1, InvoiceItem=item)
    reason = "adjustments have taken 20 of it, which leaves 9 of 19"
    assert world.reasons(result) == [("InvoiceItem.csv", 2, "ChargeAmount", reason)]


# Going on here


def test_what_was_imported_is_canceled_and_countered_as_what_was_made_here(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    assert not update(world, "101", ReasonCode="Other").errors
    assert update(world, "101", Status="Canceled").errors, "a counter-adjustment has given part of it back"
    world.adjust(CHARGE, "20")
    assert balances(world)["item"] == (80, 0)
    # Canceled ones came without an effect.
    delete(world, "104")
    cancel(world, "102")
    assert balances(world) == {"invoice": (83, 17), "item": (70, 10), "tax": (15, 5)}


def test_numbers_go_on_after_the_highest_and_are_never_used_twice(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    assert number_of(world, world.adjust(CREDIT, "1")) == "IIA-00000010"
    id_ = world.adjust(CREDIT, "1", "")
    assert world.row(invoice_adjustments, id_).adjustment_number == "IA-00000004"
    delete(world, "104")
    taken = {
        "Amount": "1",
        "InvoiceId": "11",
        "SourceId": "21",
        "SourceType": "InvoiceDetail",
        "Type": "Credit",
        "AdjustmentDate": "2024-03-20",
    }
    outcomes = world.adjusting.create(
        ANN, [Record({**taken, "AdjustmentNumber": number}) for number in ("IIA-00000007", "old-4")]
    )
    assert [outcome.errors[0].code for outcome in outcomes] == ["DUPLICATE_VALUE"] * 2


# Loading again


def test_a_history_loaded_again_changes_nothing(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    before = [
        rows_of(world, table) for table in (invoice_item_adjustments, audit_entries, imported_adjustments)
    ]
    result = world.load_files(**HISTORY)
    assert [(file.added, file.updated) for file in result.files] == [(0, 4), (0, 1)]
    after = [
        rows_of(world, table) for table in (invoice_item_adjustments, audit_entries, imported_adjustments)
    ]
    assert after == before
    assert {(entry.action, entry.door, entry.user_id) for entry in before[1]} == {
        ("import", "import", "0" * 32)
    }
    assert len({entry.request_id for entry in before[1]}) == 1
    assert len(before[1]) == 5


def test_a_row_that_changed_at_its_source_is_updated_and_told(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    header = f"{HEADER},Comment,CreatedById,CreatedDate"
    row = f"{CREDIT_30},late news,77,2024-03-05T10:11:12.345678Z"
    for _ in range(2):
        world.load_files(InvoiceItemAdjustment=[header, row])
    found = world.row(invoice_item_adjustments, "101")
    assert (found.comment, found.created_by_id, found.updated_date) == ("late news", "77", NOW)
    assert found.created_date.isoformat() == "2024-03-05T10:11:12.345000+00:00"
    told = [entry for entry in rows_of(world, audit_entries) if entry.adjustment_id == "101"]
    assert len(told) == 2
    assert json.loads(told[1].detail)["after"]["comment"] == "late news"


def test_what_was_changed_here_since_is_refused_by_name(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    update(world, "101", ReasonCode="Other")
    cancel(world, "103")
    delete(world, "104")
    result = world.load_files(
        options={"on_error": OnError.SKIP}, expect_bad=3, InvoiceItemAdjustment=ITEM_HISTORY
    )
    assert [(line, column, reason) for _, line, column, reason in world.reasons(result)] == [
        (2, "", "was changed here since it was loaded"),
        (4, "", "was canceled here since it was loaded"),
        (5, "", "was deleted here since it was loaded"),
    ]
    assert world.row(invoice_item_adjustments, "101").reason_code == "Other"


def test_ids_and_numbers_of_any_adjustment_are_refused(world: World) -> None:
    world.load_the_dull_world()
    live = world.adjust(CREDIT, "1")
    gone = world.adjust(CREDIT, "1")
    cancel(world, gone)
    delete(world, gone)
    header_credit = world.adjust(CREDIT, "1", "")
    rest = "11,21,InvoiceDetail,Credit,1.00,2024-03-05,"
    rows = [
        f"{live},n1,{rest}",
        f"{gone},n2,{rest}",
        f"{header_credit},n3,{rest}",
        f"301,IIA-00000001,{rest}",
        f"302,IIA-00000002,{rest}",
        f"303,IA-00000001,{rest}",
    ]
    result = world.load_files(
        options={"on_error": OnError.SKIP}, expect_bad=6, InvoiceItemAdjustment=[HEADER, *rows]
    )
    assert [(bad.column, bad.reason) for bad in result.bad_rows] == [
        ("Id", f"{live} is another adjustment's already"),
        ("Id", f"{gone} is another adjustment's already"),
        ("Id", f"{header_credit} is another adjustment's already"),
        ("AdjustmentNumber", f"'IIA-00000001' is adjustment {live}'s"),
        ("AdjustmentNumber", f"'IIA-00000002' is adjustment {gone}'s"),
        ("AdjustmentNumber", f"'IA-00000001' is adjustment {header_credit}'s"),
    ]


# Bad rows


@on_one_database
@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("InvoiceId", "7", "there is no invoice 7"),
        ("SourceId", "7", "there is no invoice item 7"),
        ("SourceType", "Tax", "there is no taxation item 21"),
        ("Amount", "1.005", "1.005 is finer than EUR: 2 decimals"),
        ("Amount", "-1", "-1 is not positive: Type has the direction"),
        ("Amount", "30.01", "its source has 50 left of 80, which does not fit"),
        ("Amount", "12345678901234567", "12345678901234567 has more than 16 digits"),
        ("Type", "Charge", "adjustments known here have taken 0 of its source: no more can be given back"),
        ("Type", "Debit", "'Debit' is none of Credit, Charge"),
        ("Status", "Draft", "'Draft' is none of Processed, Canceled"),
        ("InvoiceNumber", "INV2", "'INV2' instead of INV1, which the invoice has"),
        ("AccountId", "2", "'2' instead of 1, which the invoice has"),
        ("AdjustmentNumber", "", "is empty"),
        ("SourceId", "?", "'?' is not an Id (32 letters and digits, or a number)"),
    ],
)
def test_a_bad_row_is_named(world: World, column: str, value: str, reason: str) -> None:
    files = STATED | {"InvoiceItem": with_(ITEM_FILE, "Balance", "50")}
    row = with_([HEADER, CREDIT_30], column, value)
    result = world.load_files(expect_bad=1, **files, InvoiceItemAdjustment=row)
    if column == "SourceType":
        column = "SourceId"
    elif column == "Type" and value == "Charge":
        column = "Amount"
    assert world.reasons(result) == [("InvoiceItemAdjustment.csv", 2, column, reason)]


@on_one_database
def test_what_an_adjustment_is_of_stays(world: World) -> None:
    world.load_files(**STATED, **HISTORY)
    row = "101,IIA-00000011,11,31,Tax,Credit,1.00,2024-03-05,Processed"
    result = world.load_files(expect_bad=1, InvoiceItemAdjustment=[HEADER, row])
    assert [(bad.column, bad.reason) for bad in result.bad_rows] == [
        ("AdjustmentNumber", "IIA-00000011 instead of IIA-00000007, as it was loaded"),
        ("SourceType", "Tax instead of InvoiceDetail, as it was loaded"),
        ("SourceId", "31 instead of 21, as it was loaded"),
    ]


@on_one_database
def test_an_invoice_that_is_not_posted_can_have_canceled_adjustments_alone(world: World) -> None:
    files = UNSTATED | {"Invoice": with_(INVOICE_FILE, "Status", "Canceled")}
    world.load_files(**files, InvoiceItemAdjustment=[HEADER, CANCELED_9])
    result = world.load_files(expect_bad=1, InvoiceItemAdjustment=[HEADER, CREDIT_30])
    assert world.reasons(result) == [
        (
            "InvoiceItemAdjustment.csv",
            2,
            "Status",
            "the invoice is Canceled: it can have canceled adjustments alone",
        )
    ]


@pytest.mark.parametrize("on_error", OnError)
@on_one_database
def test_what_gives_back_may_come_before_what_took(
    world: World, monkeypatch: pytest.MonkeyPatch, on_error: OnError
) -> None:
    world.load_files(**STATED)
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    result = world.load_files(
        options={"on_error": on_error},
        InvoiceItemAdjustment=[HEADER, COUNTER_10, CANCELED_9, TAX_5, CREDIT_30],
    )
    assert [(file.read, file.added) for file in result.files] == [(4, 4)]
    assert balances(world)["item"] == (60, 20)
    assert number_of(world, world.adjust(CREDIT, "1")) == "IIA-00000010"


@on_one_database
def test_of_a_source_whose_history_does_not_fit_as_much_is_loaded_as_can_be(world: World) -> None:
    world.load_files(**UNSTATED)
    fifteen, five, eleven = (
        f"30{amount},n{amount},11,21,InvoiceDetail,Charge,{amount},2024-03-05,"
        for amount in ("15", "5", "11")
    )
    result = world.load_files(
        options={"on_error": OnError.SKIP},
        expect_bad=1,
        InvoiceItemAdjustment=[HEADER, fifteen, five, CREDIT_30, eleven],
    )
    reason = "adjustments known here have taken 4 of its source: no more can be given back"
    assert world.reasons(result) == [("InvoiceItemAdjustment.csv", 3, "Amount", reason)]
    assert balances(world)["item"] == (76, 4)


# Size, custom fields, the command


def test_the_statements_of_a_chunk_do_not_grow_with_its_rows(world: World) -> None:
    counts = []
    for rows in (20, 400):
        first = 10_000 * rows
        items = [f"{first + i},11,1.00,0.50" for i in range(rows)]
        history = [
            f"{2 * first + i},n{first + i},11,{first + i},InvoiceDetail,Credit,0.50,2024-03-05,Processed"
            for i in range(rows)
        ]
        world.load_files(
            Account=ACCOUNT_FILE,
            Invoice=INVOICE_FILE,
            InvoiceItem=["Id,InvoiceId,ChargeAmount,Balance", *items],
        )
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(world.store.engine, "before_cursor_execute", note)
        world.load_files(InvoiceItemAdjustment=[HEADER, *history])
        event.remove(world.store.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    # A chunk that goes in bulk may need fewer.
    assert counts[1] <= counts[0] < 40


def test_values_of_declared_fields_are_loaded(world: World) -> None:
    Administering(world.store, lambda: NOW).add_field(
        "InvoiceItemAdjustment", "Region__c", WireType.STRING, 10
    )
    world.load_files(**UNSTATED)
    for value in ("North", "South", ""):
        world.load_files(InvoiceItemAdjustment=[f"{HEADER},Region__c", f"{CREDIT_30},{value}"])
        assert [row.text for row in rows_of(world, custom_values)] == ([value] if value else [])
    world.load_files(InvoiceItemAdjustment=[f"{HEADER},Region__c", f"{CREDIT_30},West"])
    result = world.load_files(InvoiceItemAdjustment=[f"{HEADER},Other__c", f"{CREDIT_30},x"])
    assert result.files[0].ignored_columns == ("Other__c",)
    assert [row.text for row in rows_of(world, custom_values)] == ["West"]
