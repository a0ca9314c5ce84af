"""Bulk jobs over a real store, on every database: decided as the calls are, done once, told of row by row."""

import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Event
from typing import TypeVar

import pytest

from gateway.engine.periods import PeriodStatus
from gateway.service.failures import DiskFull, InvalidArgument, PlanChanged, ProcessLost
from gateway.service.job_ports import Job, JobKind, JobState, StoredChunk
from gateway.service.jobs import Chunk, JobRow, ResultFile, Run, Tally
from gateway.service.jobs.outcomes import RowOutcome, pack_outcomes, unpack_outcomes
from gateway.service.jobs.planning import RowsLost
from gateway.service.jobs.rows import fingerprint
from gateway.service.ports import Transaction
from support.builders import an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import a_gateway
from support.jobs import HEADER, JobWorld, bill, invoice_id, item_id, put_one, read_results, row

EACH_ALONE = {"chunk_rows": 1}

T = TypeVar("T")


def both_at_once(work: Callable[[], T]) -> list[T]:
    """Run the same in two threads that begin together."""
    begin = Barrier(2)

    def begun() -> T:
        begin.wait()
        return work()

    with ThreadPoolExecutor(2) as threads:
        return [running.result() for running in [threads.submit(begun) for _ in range(2)]]


@pytest.fixture(params=DATABASES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JobWorld]:
    """Three invoices of 100.00 with one item each."""
    with a_gateway(database_url(request.param, tmp_path)) as in_process:
        bill(in_process, 3)
        yield JobWorld(in_process, tmp_path)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[JobWorld]:
    with a_gateway(database_url("sqlite", tmp_path)) as in_process:
        bill(in_process, 3)
        yield JobWorld(in_process, tmp_path)


def test_every_row_is_made_or_refused_and_told_of_with_its_line(world):
    told = world.files(world.write(row(1), row(2, "500.00"), row(3), "too,few"))
    assert [said for said in told.said if said[1] == "done"] == [(2, "done"), (4, "done")]
    assert told.of(2)["AdjustmentNumber"].startswith("IIA-")
    assert len(told.of(2)["Id"]) == 32
    refused = told.of(3)
    assert (refused["code"], refused["field"]) == ("INVALID_VALUE", "Amount")
    assert refused["message"] == "Adjustment amount is out of range. Please change the amount."
    assert told.of(5)["message"] == "The row has 2 cells where the header has 6."
    assert (told.job.state, told.job.rows, told.job.made, told.job.refused) == ("finished", 4, 2, 2)
    assert world.doors() == {("bulk", told.job.id)}
    assert (world.balance(1), world.proves()) == (Decimal("99.00"), True)


def test_the_rows_of_an_invoice_are_judged_together_wherever_they_stand(world):
    put_one(world.in_process, 9, "100.00", balance="50.00")
    world.files(world.write(row(9, "40.00"), name="before.csv"))
    # Alone, the credit would bring the balance of 10.00 below zero.
    path = world.write(row(9, "30.00"), row(2), row(9, "25.00", "Charge"))
    one_by_one = world.files(path, one_by_one=True, dry_run=True)
    assert one_by_one.said == [(2, "refused"), (3, "would be done"), (4, "would be done")]
    assert world.count() == 1, "a try writes nothing"
    assert len(world.gateway.jobs.newest()) == 1, "and is no job"
    assert world.files(path, dry_run=True).said == [(n, "would be done") for n in (2, 3, 4)]
    assert world.files(path).said == [(n, "done") for n in (2, 3, 4)]
    assert world.balance(9) == Decimal("5.00")


def test_an_invoice_with_more_rows_than_a_set_may_have_is_judged_in_pieces_and_that_is_told(world):
    path = world.write(*(row(1, "1.00") for _ in range(5)), row(2))
    told = world.files(path, most=2)
    assert (told.divided, told.job.chunks, world.balance(1)) == (1, 4, Decimal("95.00"))
    assert len(told.said) == 6
    staged = world.starting().with_files(
        world.caller(), JobKind.ADJUST, [path], world.options(most=2, distribute=True), again=True
    )
    with staged as prepared:
        list(prepared.chunks)
        assert prepared.divided() == 1, "planned twice, counted once"


def test_a_job_that_is_stopped_tells_of_every_row_and_goes_on_where_it_was(world):
    path = world.write(*(row(number % 3 + 1) for number in range(6)))
    first = world.files(path, chunk_rows=2, stop_after=1)
    assert (first.job.state, first.tally.made, first.tally.not_done) == ("stopped", 2, 4)
    assert [said for _, said in first.said].count("not done") == 4
    again = world.resume(first.job)
    assert (again.job.state, again.job.made, world.count()) == ("finished", 6, 6)
    done_first = {r["Id"] for r in first.rows if r["Id"]}
    assert done_first < {r["Id"] for r in again.rows}
    assert world.proves()
    # Once more there is nothing left, and the result file is the same.
    assert sorted(r["Id"] for r in world.resume(again.job).rows) == sorted(r["Id"] for r in again.rows)
    assert world.count() == 6


def test_a_chunk_is_done_once_whoever_asks_for_it_again(world):
    told = world.files(world.write(row(1), row(2)), stop_after=0)
    world.gateway.jobs.move(told.job.id, JobState.RUNNING)
    values = dict(zip(HEADER.split(","), row(1).split(","), strict=True))
    chunk = Chunk(1, [JobRow(0, 2, values)])
    first = world.gateway.chunks.do(told.job, chunk)
    second = world.gateway.chunks.do(told.job, chunk)
    assert list(unpack_outcomes(second.outcomes)) == list(unpack_outcomes(first.outcomes))
    assert (world.count(), second.made) == (1, 1)


def test_two_that_do_a_chunk_at_once_do_it_once(world):
    told = world.files(world.write(row(1), row(2)), stop_after=0)
    world.gateway.jobs.move(told.job.id, JobState.RUNNING)
    values = dict(zip(HEADER.split(","), row(1, "0.01").split(","), strict=True))
    chunk = Chunk(1, [JobRow(0, position, values) for position in range(2, 302)])
    first, second = both_at_once(lambda: world.gateway.chunks.do(told.job, chunk))
    assert list(unpack_outcomes(first.outcomes)) == list(unpack_outcomes(second.outcomes))
    assert (world.count(), world.balance(1), world.proves()) == (300, Decimal("97.00"), True)


def test_of_two_that_begin_with_the_same_rows_at_once_one_is_refused(world):
    path = world.write(*(row(1, "0.01") for _ in range(300)))

    def begin() -> str:
        try:
            with world.starting().with_files(world.caller(), JobKind.ADJUST, [path], world.options()):
                return "began"
        except InvalidArgument as failure:
            return failure.message

    first, second = sorted(both_at_once(begin), key=len)
    assert (first, "began with these rows already" in second) == ("began", True)
    assert len(world.gateway.jobs.newest()) == 1


def test_a_runner_that_is_stopped_leaves_a_job_finished_that_another_finished(world):
    job = world.files(world.write(row(1))).job
    world.gateway.jobs.move(job.id, JobState.STOPPED)
    assert world.gateway.jobs.show(job.id).state is JobState.FINISHED


def test_a_result_file_is_one_process_s_alone(on_sqlite):
    path = on_sqlite.folder / "results.csv"
    with ResultFile(path, ["rows.csv"]) as first:
        first.add_not_done(0, 2)
        with pytest.raises(InvalidArgument, match=r"Another process writes .*results\.csv now"):
            ResultFile(path, ["rows.csv"])
        first.complete()
    assert [(r["row"], r["outcome"]) for r in read_results(path)] == [("2", "not done")]


@contextmanager
def no_room_left() -> Iterator[None]:
    """Let no file grow beyond some bytes: a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_is_told_of_by_its_place(on_sqlite):
    path = on_sqlite.folder / "results.csv"
    with ResultFile(path, ["rows.csv"]) as results:
        for position in range(100):
            results.add_not_done(0, position)
        with (
            no_room_left(),
            pytest.raises(DiskFull, match=r"results\.csv\.partial cannot be written: File too"),
        ):
            results.complete()
    assert not path.exists()
    for rows in (2_000, 200):  # few wait in memory to the end
        file = on_sqlite.write(*(row(n % 2 + 1) for n in range(rows)))
        with no_room_left(), pytest.raises(DiskFull, match=r"\(TMPDIR\) cannot be written: File too"):
            on_sqlite.files(file)
    assert on_sqlite.gateway.jobs.newest() == []


def test_a_job_that_is_canceled_begins_no_further_chunk(world):
    path = world.write(row(1), row(2), row(3))
    told = world.files(path, stop_after=1, **EACH_ALONE)
    canceled = world.gateway.jobs.cancel(told.job.id)
    assert (canceled.state, canceled.done) == ("canceled", 1)
    chunk = Chunk(2, [JobRow(0, 3, {})])
    assert world.gateway.chunks.do(told.job, chunk) == StoredChunk(2, 1)
    assert world.count() == 1
    assert world.resume(canceled).job.state == "finished"
    with pytest.raises(InvalidArgument, match="is finished"):
        world.gateway.jobs.cancel(told.job.id)


def test_what_is_done_is_told_so_when_its_process_was_lost_behind_the_commit(world):
    told = world.files(world.write(row(1), row(2)), stop_after=0)
    world.gateway.jobs.move(told.job.id, JobState.RUNNING)
    path = world.folder / "lost.csv"

    def doing(chunks: Iterator[Chunk]) -> Iterator[StoredChunk]:
        world.gateway.chunks.do(told.job, next(chunks))
        next(chunks)
        raise ProcessLost
        yield

    with (
        world.starting().with_job(world.caller(), told.job) as prepared,
        ResultFile(path, ["rows.csv"]) as results,
    ):
        (whole,) = prepared.chunks
        chunks = iter(Chunk(number, [row_]) for number, row_ in enumerate(whole.rows, 1))
        looking_up = partial(world.gateway.jobs.look_up, told.job)
        run = Run(doing, results, Tally(2), looking_up=looking_up)
        run.go(chunks)
        results.complete()
    assert [(r["row"], r["outcome"]) for r in read_results(path)] == [("2", "done"), ("3", "not done")]
    assert (run.tally.made, run.tally.not_done) == (1, 1)
    assert "not done" not in run.tally.failure.message


def test_whoever_undoes_a_canceled_job_waits_for_the_chunk_in_hand(world):
    told = world.files(world.write(row(1), row(2)), stop_after=1, **EACH_ALONE)
    job_id = told.job.id
    in_hand, undoing = Event(), Event()

    def chunk_in_hand(tx: Transaction) -> None:
        tx.share_chunks(job_id)
        tx.claim_chunk(job_id, 2, 1)
        in_hand.set()
        undoing.wait()
        outcomes = pack_outcomes([RowOutcome(0, 3, item_id(2), "IIA-2")])
        tx.keep_chunk(job_id, StoredChunk(2, 1, b"", outcomes, made=1), told.job.started_at)

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(world.store.write, chunk_in_hand)
        in_hand.wait()
        sets = world.gateway.jobs.undoing(told.job, {})
        undoing.set()
        assert [[each.position for each in rows] for rows in sets] == [[3], [2]]
        running.result()


def test_the_same_rows_are_done_again_only_when_that_is_said(world):
    path = world.write(row(1))
    told = world.files(path, stop_after=0)
    with pytest.raises(InvalidArgument, match=r"began with these rows .* --resume goes on"):
        world.files(path)
    world.resume(told.job)
    with pytest.raises(InvalidArgument, match=r"did these rows already.*: --again"):
        world.files(path)
    world.files(path, again=True)
    assert world.count() == 2


def test_a_file_that_has_changed_is_refused_in_words(world):
    path = world.write(row(1), row(2))
    told = world.files(path, stop_after=0)
    assert world.starting().unfinished(JobKind.ADJUST, [path]).id == told.job.id
    world.write(row(1), row(3))
    with pytest.raises(InvalidArgument, match="not what it was when the job"):
        world.resume(told.job)
    with pytest.raises(InvalidArgument, match="not what it was when the job"):
        world.starting().unfinished(JobKind.ADJUST, [path])
    other = world.write(row(1), name="other.csv")
    with pytest.raises(InvalidArgument, match="no job of these files"):
        world.starting().unfinished(JobKind.ADJUST, [other])
    assert world.count() == 0


def test_a_job_goes_on_with_its_files_where_they_are_now(on_sqlite):
    path = on_sqlite.write(row(1), row(2))
    on_sqlite.files(path, stop_after=1, **EACH_ALONE)
    moved = path.rename(path.with_name("moved.csv"))
    again = on_sqlite.resume(on_sqlite.starting().unfinished(JobKind.ADJUST, [moved]))
    assert (again.tally.made, {each["file"] for each in again.rows}) == (2, {"moved.csv"})


def test_chunks_that_another_release_planned_otherwise_are_refused(world):
    path = world.write(row(1), row(2))
    job = world.files(path, stop_after=1, **EACH_ALONE).job
    both = Chunk(1, [JobRow(0, 2, {}), JobRow(0, 3, {})])
    world.gateway.jobs.move(job.id, JobState.RUNNING)
    with pytest.raises(PlanChanged, match="by another release"):
        world.gateway.chunks.do(job, both)
    with ResultFile(world.folder / "other.csv", ["rows.csv"]) as results:
        run = Run(lambda chunks: map(partial(world.gateway.chunks.do, job), chunks), results, Tally(2))
        with pytest.raises(PlanChanged, match="Go on with that one"):
            run.go(iter([both]), run.take_over(world.gateway.jobs.done(job)))
    assert world.count() == 1


def test_a_whole_job_is_undone_by_counter_adjustments_the_last_first(world):
    told = world.files(world.write(*(row(number, "20.00") for number in (1, 2, 3, 1))), **EACH_ALONE)
    undone = world.undo(told.job)
    assert (undone.job.kind, undone.job.made, undone.tally.refused) == ("reverse", 4, 0)
    assert [world.balance(number) for number in (1, 2, 3)] == [Decimal("100.00")] * 3
    done = [int(r["row"]) for r in told.rows]
    assert [int(r["row"]) for r in undone.rows] == done[::-1]
    again = world.undo(told.job)
    assert {r["message"].split(" of ")[0] for r in again.rows} == {"There is nothing left"}
    assert world.proves()


@pytest.mark.parametrize("kind", [JobKind.REVERSE, JobKind.CANCEL])
@pytest.mark.parametrize("chunk_rows", [1, 5000])
def test_what_was_made_together_is_undone_together(world, kind, chunk_rows):
    put(
        world.store,
        an_invoice("100.00", "10.00", id=invoice_id(9), number="INV9", account_id=f"{9:031d}0"),
        an_item("150.00", id=item_id(9), invoice_id=invoice_id(9)),
        an_item("-50.00", id=item_id(8), invoice_id=invoice_id(9)),
    )
    credit = row(9, "30.00")
    charge = row(9, "25.00", "Charge").replace(item_id(9), item_id(8))
    told = world.files(world.write(row(1), credit, charge, row(2)))
    assert (told.tally.refused, world.balance(9)) == (0, Decimal("5.00"))
    # Undoing either alone would leave the invoice with less than nothing, or half undone.
    undone = world.undo(told.job, kind, chunk_rows=chunk_rows)
    assert (undone.tally.made, undone.tally.refused) == (4, 0)
    assert [world.balance(number) for number in (1, 2, 9)] == [100, 100, 10]
    again = world.undo(undone.job)
    assert (again.job.together, again.tally.made) == (True, 4 if kind is JobKind.REVERSE else 0)
    assert world.proves()


def test_what_was_made_one_by_one_is_undone_one_by_one(on_sqlite):
    told = on_sqlite.files(on_sqlite.write(row(1), row(2)), one_by_one=True)
    undone = on_sqlite.undo(told.job, chunk_rows=1)
    assert (undone.job.together, undone.job.chunks, undone.tally.made) == (False, 2, 2)


def test_reversals_of_a_closed_period_count_in_the_first_open_one(world):
    told = world.files(world.write(row(1, "20.00")))
    administering = world.gateway.administering
    administering.add_period("march", date(2024, 3, 1), date(2024, 3, 31))
    administering.add_period("april", date(2024, 4, 1), date(2024, 4, 30))
    administering.change_period("march", PeriodStatus.CLOSED)
    undone = world.undo(told.job)
    assert undone.tally.made == 1
    query = f"select AdjustmentDate from InvoiceItemAdjustment where Id = '{undone.rows[0]['Id']}'"
    assert world.gateway.querying.query(world.caller(), query).rows[0][1] == date(2024, 3, 20)
    with world.store.engine.connect() as connection:
        counted = connection.exec_driver_sql(
            "select accounting_date from invoice_item_adjustments where type = 'Charge'"
        ).scalar()
    assert str(counted) == "2024-04-01"


def test_a_job_is_canceled_row_by_row_and_its_amounts_given_back(world):
    told = world.files(world.write(row(1, "20.00"), row(2, "30.00")))
    canceled = world.undo(told.job, JobKind.CANCEL)
    assert (canceled.tally.made, world.balance(1), world.count()) == (2, Decimal("100.00"), 2)
    assert {r["Id"] for r in canceled.rows} == {r["Id"] for r in told.rows}


def test_what_a_query_finds_is_staged_before_it_is_reversed(world):
    world.files(world.write(row(1, "20.00"), row(2, "30.00"), row(3)))
    starting, caller = world.starting(), world.caller()
    rows = list(starting.rows_of_query(caller, "select Id from InvoiceItemAdjustment where Amount > 5", {}))
    prepared = starting.with_rows(
        caller, JobKind.REVERSE, [rows], ["query: ..."], world.options(chunk_rows=1)
    )
    stopped = world.run(prepared, stop_after=1)
    assert (stopped.job.staged, stopped.tally.not_done) == (True, 1)
    again = world.resume(stopped.job)
    assert (again.job.made, again.tally.not_done, again.job.state) == (2, 0, "finished")
    assert [world.balance(number) for number in (1, 2, 3)] == [100, 100, 99]
    with pytest.raises(InvalidArgument, match="must be like"):
        list(starting.rows_of_query(caller, "select Id from Invoice", {}))


def test_adjustments_of_a_file_are_canceled_and_reversed_by_their_ids(world):
    told = world.files(world.write(row(1, "20.00"), row(2, "30.00")))
    first, second = (r["Id"] for r in sorted(told.rows, key=lambda r: int(r["row"])))
    reversals = world.write(f"{first},2024-03-16", name="undo.csv", header="Id,AdjustmentDate")
    assert world.files(reversals, kind=JobKind.REVERSE).tally.made == 1
    cancels = world.write(second, "7" * 32, name="cancel.csv", header="InvoiceItemAdjustment.Id")
    canceled = world.files(cancels, kind=JobKind.CANCEL)
    assert (canceled.tally.made, canceled.of(3)["code"]) == (1, "INVALID_ID")
    assert (world.balance(1), world.balance(2)) == (100, 100)


def test_a_user_who_is_closed_meanwhile_ends_the_job(on_sqlite):
    world = on_sqlite
    told = world.files(world.write(row(1), row(2)), stop_after=0)
    name = world.gateway.sessions.users()[0].name
    world.gateway.administering.change_user(name, active=False)
    with pytest.raises(InvalidArgument, match="not active any more"):
        world.gateway.chunks.do(told.job, Chunk(1, []))


class Killed(BaseException):
    """What a process does not live to see."""


def stage_and_break_off(world: JobWorld, path: Path) -> Job:
    """Begin to stage a job of three chunks, and be killed behind the first; returns the job."""
    jobs, caller, chunk = world.gateway.jobs, world.caller(), Chunk(1, [JobRow(0, 2, {})])
    content = fingerprint(JobKind.ADJUST, [path])
    options = world.options(distribute=True)
    job = jobs.plan(caller, JobKind.ADJUST, [str(path)], content, options, 3)
    jobs.begin(replace(job, staged=True, state=JobState.STAGING))

    def chunks() -> Iterator[Chunk]:
        # More than are staged at once.
        yield from (replace(chunk, number=number) for number in range(1, 22))
        raise Killed

    with pytest.raises(Killed):
        jobs.stage(job, chunks())
    return jobs.show(job.id)


def test_a_job_that_broke_off_while_it_was_staged_is_refused_and_its_rows_begin_anew(world):
    path = world.write(row(1), row(2), row(3))
    broken = stage_and_break_off(world, path)
    assert (broken.state, broken.rows) == ("staging", 3)
    with pytest.raises(InvalidArgument, match=r"ended before it began\. Start it anew"):
        world.resume(broken)
    with pytest.raises(InvalidArgument, match="no job of these files"):
        world.starting().unfinished(JobKind.ADJUST, [path])
    world.gateway.jobs.cancel(broken.id)
    with pytest.raises(InvalidArgument, match=r"ended before it began\. Start it anew"):
        world.resume(world.gateway.jobs.show(broken.id))
    assert world.files(path).job.state == "finished"
    assert (world.count(), world.gateway.jobs.show(broken.id).state) == (3, "canceled")


def test_a_job_that_is_canceled_while_it_is_staged_stays_so(world):
    path = world.write(row(1), row(2), row(3))
    job = stage_and_break_off(world, path)
    assert world.gateway.jobs.cancel(job.id).state == "canceled"
    with pytest.raises(InvalidArgument, match="was canceled before it began"):
        world.gateway.jobs.stage(job, iter(()))
    assert world.gateway.jobs.show(job.id).state == "canceled"


def test_rows_that_begin_anew_end_the_job_that_stages_them_still(world):
    path = world.write(row(1), row(2), row(3))
    job = stage_and_break_off(world, path)
    world.files(path, stop_after=0)
    assert world.gateway.jobs.show(job.id).state == "canceled"


def test_a_job_is_not_finished_while_rows_have_no_outcome(world):
    job = world.files(world.write(row(1), row(2)), stop_after=1, **EACH_ALONE).job
    assert not world.gateway.jobs.finish_if_done(job.id)
    assert world.gateway.jobs.show(job.id).state == "stopped"


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        ",".join(f"InvoiceItemAdjustment.{name}" for name in HEADER.split(",")),
        "invoice_id,source_id,source_type,type,amount,adjustment_date",
    ],
)
def test_headers_are_read_in_every_form_that_the_import_knows(on_sqlite, header):
    path = on_sqlite.write(row(1) + ",whatever", header=f"{header},_fivetran_synced")
    assert on_sqlite.files(path).tally.made == 1


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (f"{HEADER},Colour", "unknown columns: 'Colour'"),
        (f"{HEADER},Status", "unknown columns: 'Status'"),
        (f"{HEADER},amount", "two columns are Amount"),
        ("InvoiceId,SourceId,Type", "these columns are missing: AdjustmentDate, Amount, SourceType"),
        (HEADER.replace("InvoiceId", "_invoice"), "these columns are missing: InvoiceId or InvoiceNumber"),
    ],
)
def test_columns_that_do_not_fit_refuse_a_file_by_name_before_anything_is_done(on_sqlite, header, says):
    with pytest.raises(InvalidArgument, match=says):
        on_sqlite.files(on_sqlite.write(row(1) + ",x", header=header))
    assert on_sqlite.gateway.jobs.newest() == []


def test_a_column_that_comes_later_in_json_lines_refuses_its_row_by_name(on_sqlite):
    known = (
        f'{{"InvoiceId": "{invoice_id(1)}", "SourceId": "{item_id(1)}", "SourceType": "InvoiceDetail", '
        '"Type": "Credit", "Amount": 1.5, "AdjustmentDate": "2024-03-15"'
    )
    path = on_sqlite.folder / "rows.jsonl"
    path.write_text(f'{known}}}\n{known}, "Colour": "red"}}\n{known}, "amount": 2}}\n')
    told = on_sqlite.files(path)
    assert told.tally.made == 1
    assert told.of(3)["message"] == "Amount must be given once, as plain text."
    assert told.of(2)["message"] == "InvoiceItemAdjustment has no field 'Colour'."
    assert on_sqlite.balance(1) == Decimal("98.5")


def test_a_connector_s_own_column_may_hold_anything_in_json_lines(on_sqlite):
    known = (
        f'"InvoiceId": "{invoice_id(1)}", "SourceId": "{item_id(1)}", "SourceType": "InvoiceDetail", '
        '"Type": "Credit", "Amount": 1.5, "AdjustmentDate": "2024-03-15"'
    )
    path = on_sqlite.folder / "rows.jsonl"
    nested = '"Comment": {"a": 1}'
    path.write_text(
        f'{{"_meta": {{"a": 1}}, {known}}}\n{{{known}, "_late": [1]}}\n{{"_x": [], {known}, {nested}}}\n'
    )
    told = on_sqlite.files(path)
    assert (told.tally.made, told.of(3)["message"]) == (2, "Comment is a nested value.")


def test_saved_envelopes_are_read_as_the_soap_door_reads_them(on_sqlite):
    fields = "".join(
        f"<ns2:{name}>{value}</ns2:{name}>"
        for name, value in zip(HEADER.split(","), row(1).split(","), strict=True)
    )
    z_object = f'<ns1:zObjects xsi:type="ns2:InvoiceItemAdjustment">{fields}</ns1:zObjects>'
    path = on_sqlite.folder / "saved.xml"
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="http://api.zuora.com/" '
        'xmlns:ns2="http://object.api.zuora.com/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<s:Body><ns1:{operation}>{objects}</ns1:{operation}></s:Body></s:Envelope>"
    )
    path.write_text(envelope.format(operation="create", objects=z_object * 2))
    told = on_sqlite.files(path)
    assert told.said == [(1, "done"), (2, "done")]
    for content, says in (
        (envelope.format(operation="update", objects=z_object), "holds 'update', not create"),
        (
            envelope.format(operation="create", objects=z_object.replace("ItemAdj", "Adj")),
            "creates InvoiceAdj",
        ),
        (envelope.format(operation="create", objects=z_object.replace("ItemAdj", "")), "not an object type"),
        ("<no/>", "no SOAP envelope"),
    ):
        path.write_text(content)
        with pytest.raises(InvalidArgument, match=says):
            on_sqlite.files(path)


def test_many_scattered_rows_are_brought_together_by_their_invoice(on_sqlite, monkeypatch):
    monkeypatch.setattr("gateway.service.jobs.planning.ROWS_IN_ONE_PART", 10)
    put_one(on_sqlite.in_process, 4)
    numbers = [number % 4 + 1 for number in range(40)]
    told = on_sqlite.files(on_sqlite.write(*(row(number) for number in numbers)), chunk_rows=15)
    assert [r["outcome"] for r in told.rows] == ["done"] * 40
    groups = [numbers[int(r["row"]) - 2] for r in told.rows]
    assert len([1 for one, other in pairwise(groups) if one != other]) == 3
    assert [on_sqlite.balance(number) for number in (1, 2, 3, 4)] == [90] * 4


def test_rows_that_stand_together_are_read_while_the_job_runs_and_when_it_goes_on(on_sqlite):
    numbers = [1, 1, 2, 2, 2, 3, 3]
    path = on_sqlite.write(*(row(number) for number in numbers))
    first = on_sqlite.files(path, chunk_rows=3, most=2, stop_after=2)
    assert (first.job.options["streamed"], first.job.rows, first.tally.not_done) == (True, 7, 3)
    again = on_sqlite.resume(first.job)
    assert (again.job.state, again.job.made, again.divided) == ("finished", 7, 1)
    assert [r["row"] for r in again.rows] == [r["row"] for r in first.rows]
    assert [on_sqlite.balance(number) for number in (1, 2, 3)] == [98, 97, 98]


def test_whether_rows_stand_together_does_not_depend_on_what_is_wrong_with_them(on_sqlite, monkeypatch):
    apart = on_sqlite.write(row(1), row(2), row(1), name="apart.csv")
    assert "streamed" not in on_sqlite.files(apart).job.options
    together = on_sqlite.write(row(1), "too,few", row(1), row(2, "x"), "too,few", row(2))
    told = on_sqlite.files(together)
    assert told.job.options["streamed"]
    assert [said for _, said in told.said] == ["done", "refused", "done", "refused", "refused", "done"]
    monkeypatch.setattr("gateway.service.jobs.planning.MOST_INVOICES", 1)
    assert "streamed" not in on_sqlite.files(together, again=True).job.options


def test_a_file_that_is_written_into_while_its_job_runs_ends_it(on_sqlite):
    path = on_sqlite.write(*(row(number) for number in (1, 2, 3)))
    preparing = on_sqlite.starting().with_files(
        on_sqlite.caller(), JobKind.ADJUST, [path], on_sqlite.options(**EACH_ALONE)
    )
    with preparing as prepared:
        chunk = next(prepared.chunks)
        assert on_sqlite.gateway.chunks.do(prepared.job, chunk).made == 1
        on_sqlite.write(*(row(number) for number in (1, 1, 1, 1)))
        with pytest.raises(RowsLost, match="not what it was"):
            next(prepared.chunks)
    assert on_sqlite.count() == 1


def test_characters_that_no_door_can_carry_are_replaced_once(on_sqlite):
    path = on_sqlite.write(row(1, Comment="a\x00b"), header=f"{HEADER},Comment")
    told = on_sqlite.files(path)
    assert told.tally.made == 1
    page = on_sqlite.gateway.querying.query(on_sqlite.caller(), "select Comment from InvoiceItemAdjustment")
    assert [row[1] for row in page.rows] == ["a\ufffdb"]
