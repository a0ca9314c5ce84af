"""Exports to the books from a real store, on every database, beside calls that write."""

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from gateway.cli import gateway as gateway_command
from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.datafiles import open_writer
from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, a_call
from gateway.service.configuration import Configurations
from gateway.service.exports import EXPORT_COLUMNS, Exported, Exporting, Position
from gateway.service.exports.outputs import alone_in
from gateway.service.failures import InvalidArgument, MarkMoved
from gateway.service.ids import new_ids
from gateway.service.records import Record
from gateway.service.saving import Saving
from gateway.storage.store import SqlStore
from gateway.storage.tables import audit_entries, invoice_item_adjustments, invoices
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import CHARGE, CREDIT, NOW, World

WAIT_S = 30
COLUMNS = [each.column for each in EXPORT_COLUMNS]


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    world = World(store, folder)
    world.load_the_dull_world()
    return world


def exporting(store: SqlStore) -> Exporting:
    configurations = Configurations(store)
    adjusting = Adjusting(Saving(store, lambda: NOW, new_ids, configurations))
    return Exporting(store, lambda: NOW, configurations, adjusting)


def cancel(world: World, id_: str, object_type=INVOICE_ITEM_ADJUSTMENT) -> None:
    records = [Record({"Id": id_, "Status": "Canceled"})]
    [outcome] = world.adjusting.update(Caller("9"), records, object_type=object_type)
    assert not outcome.errors


def delete(world: World, id_: str) -> None:
    [outcome] = world.adjusting.delete(Caller("9"), [id_])
    assert not outcome.errors


def rows_since(world: World, place: int = 0) -> tuple[list[dict[str, str]], Exported]:
    path = world.folder / f"since-{place}.csv"
    with open_writer(path, COLUMNS) as writer:
        exported = exporting(world.store).write(place, writer)
    return rows_of(path), exported


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def advance(world: World, name: str, **options) -> tuple[list[dict[str, str]], Exported]:
    path = world.folder / name
    exported = exporting(world.store).advance("nightly", path, **options)
    return rows_of(path), exported


# What is exported


def test_each_event_shows_its_adjustment_as_it_was_then(world: World) -> None:
    first = world.adjust(CREDIT, "30.00", Comment='first, "best"', ReasonCode="Write-off")
    whole = world.adjust(CREDIT, "5.00", "", AccountingCode="Revenue")
    tax = world.adjust(CREDIT, "2.50", "31")
    cancel(world, first)
    delete(world, first)
    cancel(world, whole, INVOICE_ADJUSTMENT)
    rows, exported = rows_since(world)
    assert exported.events == len(rows) == 6
    told = [(row["Event"], row["Id"], row["SignedAmount"], row["Status"]) for row in rows]
    assert told == [
        ("created", first, "-30", "Processed"),
        ("created", whole, "-5", "Processed"),
        ("created", tax, "-2.5", "Processed"),
        ("canceled", first, "30", "Canceled"),
        ("deleted", first, "0", "Canceled"),
        ("canceled", whole, "5", "Canceled"),
    ]
    for row in rows:
        if row["Id"] == first:
            assert row["Amount"] == "30"
            assert row["Comment"] == 'first, "best"'
            assert (row["SourceType"], row["SourceId"], row["Object"]) == (
                "InvoiceDetail", "21", "InvoiceItemAdjustment",
            )  # fmt: skip
            assert (row["AccountId"], row["AccountNumber"], row["InvoiceNumber"]) == ("1", "A1", "INV1")
            assert (row["Currency"], row["AdjustmentDate"], row["AccountingDate"]) == (
                "EUR", "2024-03-20", "2024-03-20",
            )  # fmt: skip
            assert (row["EventDate"], row["Door"], row["EventById"]) == (
                "2024-03-20T12:00:00.000+00:00", "soap", "9",
            )  # fmt: skip
    assert {row["Object"] for row in rows if row["Id"] == whole} == {"InvoiceAdjustment"}


def test_the_signed_amounts_add_up_to_what_moved_the_invoice(world: World) -> None:
    ids = [world.adjust(CREDIT, "7.00"), world.adjust(CREDIT, "11.00"), world.adjust(CHARGE, "3.00")]
    cancel(world, ids[0])
    rows, _ = rows_since(world)
    assert sum(Decimal(row["SignedAmount"]) for row in rows) == world.row(invoices, "11").adjusted == -8


def test_what_files_brought_is_not_sent_back_but_what_is_done_to_it_here_is(world: World) -> None:
    header = "Id,AdjustmentNumber,InvoiceId,SourceType,SourceId,Type,Amount,AdjustmentDate,Comment"
    invoice = [
        "Id,AccountId,InvoiceNumber,InvoiceDate,Amount,Balance,Status",
        "11,1,INV1,2024-03-01,100.00,90.00,Posted",
    ]
    item = ["Id,InvoiceId,ChargeAmount,Balance,ChargeName", "21,11,80.00,70.00,Seats"]
    history = [header, f"{'a' * 32},IIA-00000007,11,InvoiceDetail,21,Credit,10.00,2024-03-02,from elsewhere"]
    world.load_files(Invoice=invoice, InvoiceItem=item, InvoiceItemAdjustment=history)
    assert rows_since(world)[0] == []
    cancel(world, "a" * 32)
    [row] = rows_since(world)[0]
    assert (row["Event"], row["SignedAmount"], row["Comment"]) == ("canceled", "10", "from elsewhere")


def test_other_changes_are_no_events(world: World) -> None:
    id_ = world.adjust(CREDIT, "1.00")
    world.adjusting.update(Caller("9"), [Record({"Id": id_, "TransferredToAccounting": "Processing"})])
    assert [row["Event"] for row in rows_since(world)[0]] == ["created"]


def test_every_format_has_the_same_events(world: World) -> None:
    id_ = world.adjust(CREDIT, "1.25")
    for format_ in ("csv", "jsonl", "parquet"):
        with open_writer(world.folder / f"a.{format_}", COLUMNS) as writer:
            assert exporting(world.store).write(0, writer).events == 1
    [line] = (world.folder / "a.jsonl").read_text().splitlines()
    [row] = pq.read_table(world.folder / "a.parquet").to_pylist()
    assert (json.loads(line)["Id"], json.loads(line)["SignedAmount"]) == (id_, "-1.25")
    assert (row["Id"], row["SignedAmount"]) == (id_, Decimal("-1.25"))
    assert (row["EventDate"], row["AdjustmentDate"].isoformat()) == (NOW, "2024-03-20")


def test_the_entries_of_the_first_releases_are_told_as_far_as_they_go(world: World) -> None:
    there, gone = world.adjust(CREDIT, "4.00"), "d" * 32
    old = {"at": datetime(2020, 1, 1, tzinfo=UTC), "user_id": "9", "door": "soap", "request_id": "r"}
    told = [
        (there, "create", {"AmountAsSent": "4.00"}),
        (there, "update", {"status": ["Processed", "Canceled"]}),
        (there, "update", {"reason_code": [None, "x"]}),
        (gone, "delete", {"AdjustmentNumber": "IIA-00000003"}),
    ]
    with world.store.writing() as connection, connection.begin():
        connection.execute(audit_entries.delete())
        for id_, action, detail in told:
            values = {**old, "adjustment_id": id_, "action": action, "detail": json.dumps(detail)}
            connection.execute(audit_entries.insert().values(values))
    rows, _ = rows_since(world)
    names = ("Event", "Id", "SignedAmount", "AdjustmentNumber", "InvoiceNumber")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("created", there, "-4", "IIA-00000001", "INV1"),
        ("canceled", there, "4", "IIA-00000001", "INV1"),
        ("deleted", gone, "", "IIA-00000003", ""),
    ]


# Marks


def test_twice_exports_nothing_twice(world: World) -> None:
    ids = [world.adjust(CREDIT, "1.00") for _ in range(3)]
    first, exported = advance(world, "1.csv")
    assert [row["Id"] for row in first] == ids
    again, nothing = advance(world, "2.csv")
    assert (again, nothing.position) == ([], exported.position)
    later = world.adjust(CREDIT, "2.00")
    assert [row["Id"] for row in advance(world, "3.csv")[0]] == [later]
    assert [row["Id"] for row in rows_since(world, exported.position)[0]] == [later]


def test_a_new_mark_begins_where_it_is_told_and_an_old_one_where_it_stands(world: World) -> None:
    world.adjust(CREDIT, "1.00")
    _, exported = rows_since(world)
    later = world.adjust(CREDIT, "2.00")
    assert [row["Id"] for row in advance(world, "1.csv", begin=exported.position)[0]] == [later]
    with pytest.raises(InvalidArgument, match="stands at"):
        advance(world, "2.csv", begin=exported.position)
    assert exporting(world.store).place_of(Position(mark="nightly")) > exported.position
    with pytest.raises(InvalidArgument, match="no mark weekly"):
        exporting(world.store).place_of(Position(mark="weekly"))


def test_a_file_that_is_there_is_not_written_over(world: World) -> None:
    (world.folder / "1.csv").write_text("not exported yet")
    with pytest.raises(InvalidArgument, match=r"1\.csv is there already"):
        advance(world, "1.csv")
    assert (world.folder / "1.csv").read_text() == "not exported yet"


def test_two_exports_into_one_folder_do_not_meet(world: World) -> None:
    with alone_in(world.folder), pytest.raises(InvalidArgument, match="Another export is writing"):
        advance(world, "1.csv")


def test_an_export_whose_mark_was_moved_meanwhile_leaves_nothing(world: World) -> None:
    world.adjust(CREDIT, "1.00")
    other = world.folder / "other"
    other.mkdir()
    moved: list[Exported] = []

    def move(*_: int) -> None:
        if not moved:
            moved.append(exporting(world.store).advance("nightly", other / "1.csv"))

    with pytest.raises(MarkMoved):
        advance(world, "2.csv", progress=move)
    assert [row["SignedAmount"] for row in rows_of(other / "1.csv")] == ["-1"]
    assert not list(world.folder.glob("2.csv*"))


# What commits late


def test_what_commits_late_is_waited_for_and_never_skipped(store: SqlStore, world: World) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    world.load_files(
        Invoice=[
            "Id,AccountId,InvoiceNumber,InvoiceDate,Amount,Balance,Status",
            "12,1,INV2,2024-03-01,100.00,100.00,Posted",
        ],
        InvoiceItem=["Id,InvoiceId,ChargeAmount,Balance", "22,12,80.00,80.00"],
    )
    written, go_on = Event(), Event()
    saving = Saving(store, lambda: NOW, new_ids, Configurations(store))
    # A cancellation: it locks no counter of numbers.
    there = world.adjust(CREDIT, "1.00")
    record = Record({"Id": there, "Status": "Canceled"})
    call = a_call(Caller("9"), "update", [record], AS_THE_LEGACY, INVOICE_ITEM_ADJUSTMENT)
    decide = Adjusting(saving).changing(call)

    def slowly(tx, configuration):
        saved = decide(tx, configuration)
        written.set()
        assert go_on.wait(WAIT_S)
        return saved

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(saving.run, call, slowly)
        assert written.wait(WAIT_S)
        quick = world.adjust(CREDIT, "2.00", "22", InvoiceId="12")
        export = pool.submit(advance, world, "1.csv")
        assert not export.done()
        go_on.set()
        assert not slow.result(WAIT_S)[0].errors
        rows, _ = export.result(WAIT_S)
    events = [(row["Event"], row["Id"]) for row in rows]
    # The cancellation was written first, and committed last.
    assert events == [("created", there), ("canceled", there), ("created", quick)]
    assert advance(world, "2.csv")[0] == []


# Marking as transferred


def transferred(world: World) -> dict[str, str | None]:
    table = invoice_item_adjustments
    with world.store.reading() as connection:
        return dict(connection.execute(select(table.c.id, table.c.transferred_to_accounting)).all())


def test_exported_live_adjustments_are_marked_with_the_mark_and_that_is_no_event(world: World) -> None:
    live, canceled, ignored = (world.adjust(CREDIT, "1.00") for _ in range(3))
    whole = world.adjust(CREDIT, "1.00", "")
    cancel(world, canceled)
    world.adjusting.update(Caller("9"), [Record({"Id": ignored, "TransferredToAccounting": "Ignore"})])
    caller = Caller("9", door="export", configuration=Configurations(world.store).current())
    _, exported = advance(world, "1.csv", transferring=caller)
    assert exported.transferred == 2
    assert transferred(world) == {live: "Yes", canceled: None, ignored: "Ignore"}
    rows, nothing = advance(world, "2.csv", transferring=caller)
    assert (rows, nothing.transferred) == ([], 0)
    later = world.adjust(CREDIT, "1.00")
    assert advance(world, "3.csv", transferring=caller)[1].transferred == 1
    assert transferred(world)[later] == "Yes"
    [outcome] = world.adjusting.update(Caller("9"), [Record({"Id": live, "Status": "Canceled"})])
    assert "ransferred" in outcome.errors[0].message
    with world.store.reading() as connection:
        doors = connection.execute(audit_entries.select().where(audit_entries.c.door == "export")).all()
    assert {row.adjustment_id for row in doors} == {live, whole, later}


def test_nothing_is_marked_that_a_new_mark_leaves_out(world: World) -> None:
    before = world.adjust(CREDIT, "1.00")
    _, exported = rows_since(world)
    behind = world.adjust(CREDIT, "1.00")
    whole = world.adjust(CREDIT, "1.00", "")
    caller = Caller("9", door="export", configuration=Configurations(world.store).current())
    rows, marked = advance(world, "1.csv", transferring=caller, begin=exported.position)
    assert [row["Id"] for row in rows] == [behind, whole]
    assert marked.transferred == 2
    assert transferred(world) == {before: None, behind: "Yes"}


# The command


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    environment = {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'command.db'}"}
    assert CliRunner().invoke(gateway_command, ["init"], env=environment).exit_code == 0
    return environment


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--mark", "nightly"], "--mark needs --output"),
        (["--mark-transferred"], "need --mark"),
        (["--taken"], "need --mark"),
        (["--mark", "9x", "--output", "a.csv"], "is no mark"),
        (["--mark", "a", "--since", "b", "--output", "a.csv"], "takes a position"),
        (["--since", "nightly"], "There is no mark nightly"),
        (["--since", "?"], "is no mark"),
        (["--output", "a.txt"], "its ending does not say"),
        (["--output", "nowhere/a.csv"], "cannot be written"),
        (["--mark", "a", "--output", "nowhere/a.csv"], "cannot be written"),
        (["--mark", "a", "--mark-transferred", "--output", "a.csv"], "gateway users add"),
    ],
)
def test_the_command_takes_what_cannot_be_for_wrong_usage(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(gateway_command, ["export", *arguments], env=environment)
    assert (result.exit_code, reason in result.stderr) == (2, True), result.stderr


def test_the_command_prints_rows_and_says_where_the_next_export_begins(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(gateway_command, ["export", "--format", "csv"], env=environment)
    assert result.exit_code == 0
    assert result.stdout == ",".join(column.name for column in COLUMNS) + "\n"
    assert result.stderr == "Exported 0 events. The next one begins at --since 0\n"
