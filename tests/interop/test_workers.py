"""Workers on PostgreSQL share a job's chunks; one that is killed loses nothing and repeats nothing."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from gateway.service.failures import InvalidArgument
from gateway.service.job_ports import JobKind, JobState
from gateway.storage.job_tables import job_chunks
from gateway.storage.store import postgresql_conninfo
from gateway.storage.tables import invoice_item_adjustments
from gateway.workers.processes import pause_after
from gateway.workers.queue import SCHEMA, ChunkQueue
from support.databases import database_url
from support.gateways import a_gateway
from support.jobs import JobWorld, bill, read_results, row

ROWS, INVOICES, CHUNK = 2_000, 40, 50
WITHIN_S = 180


@pytest.fixture
def world(tmp_path: Path) -> Iterator[JobWorld]:
    url = database_url("postgresql", tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
        with in_process.store.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        yield JobWorld(in_process, tmp_path)


def start(world: JobWorld, *arguments: object) -> subprocess.Popen:
    url = world.store.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", *map(str, arguments)],
        cwd=world.folder,
        env=os.environ | {"GATEWAY_DATABASE_URL": url, "GATEWAY_HEARTBEAT_SECONDS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@contextmanager
def a_worker(world: JobWorld, *arguments: object) -> Iterator[subprocess.Popen]:
    process = start(world, "worker", *arguments)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=WITHIN_S)


def wait_for_chunks(world: JobWorld, count: int, *running: subprocess.Popen) -> None:
    """Wait until so many chunks are done; fails when a process ends before."""
    done = select(func.count()).where(job_chunks.c.done_at.is_not(None))
    while True:
        with world.store.engine.connect() as connection:
            if (connection.scalar(done) or 0) >= count:
                return
        assert [process.poll() for process in running] == [None] * len(running)


def scattered(world: JobWorld) -> Path:
    return world.write(*(row(n % INVOICES + 1, "0.01" if n % 10 else "9999.00") for n in range(ROWS)))


def assert_every_row_once(world: JobWorld, results: Path) -> None:
    told = read_results(results)
    assert Counter(int(each["row"]) for each in told) == Counter(range(2, ROWS + 2))
    assert Counter(each["outcome"] for each in told) == {"done": ROWS * 9 // 10, "refused": ROWS // 10}
    with world.store.engine.connect() as connection:
        made = Counter(connection.scalars(select(invoice_item_adjustments.c.id)))
    assert Counter(each["Id"] for each in told if each["Id"]) == made
    assert world.proves()


def test_two_workers_share_a_job_and_one_that_is_killed_loses_and_repeats_nothing(world):
    path = scattered(world)
    command = start(world, "adjust", path, "--distribute", "--chunk-rows", CHUNK)
    with a_worker(world) as first, a_worker(world):
        wait_for_chunks(world, 5, command, first)
        os.killpg(first.pid, signal.SIGKILL)
        out, err = command.communicate(timeout=WITHIN_S)
    assert command.returncode == 1, err
    assert "1,800 done, 200 refused. Results: " in out
    assert f"{ROWS // CHUNK} chunks wait for workers." in err
    assert_every_row_once(world, path.with_name("rows.csv.results.csv"))
    (job,) = world.gateway.jobs.newest()
    assert (job.state, job.chunks) == ("finished", ROWS // CHUNK)


def test_a_job_is_handed_over_canceled_and_gone_on_with(world):
    path = scattered(world)
    handed = start(world, "adjust", path, "--distribute", "--no-wait", "--chunk-rows", CHUNK)
    out, err = handed.communicate(timeout=WITHIN_S)
    assert (handed.returncode, out) == (0, ""), err
    assert "The job goes on without this command" in err
    (job,) = world.gateway.jobs.newest()
    with a_worker(world, "--concurrency", 2) as worker:
        wait_for_chunks(world, 3, worker)
        world.gateway.jobs.cancel(job.id)
        # What is in hand is finished, and no other chunk begins: the tasks find the job canceled.
        again = start(world, "adjust", "--resume", job.id, "--results", "again.csv")
        out, err = again.communicate(timeout=WITHIN_S)
    assert again.returncode == 1, err
    assert_every_row_once(world, world.folder / "again.csv")


def test_a_job_without_rows_is_finished_at_once_and_one_that_lost_its_last_look_too(world):
    empty = start(world, "adjust", world.write(), "--distribute")
    out, err = empty.communicate(timeout=WITHIN_S)
    assert (empty.returncode, ": 0 done, 0 refused. Results: " in out) == (0, True), err
    path = world.write(row(1), name="one.csv")
    start(world, "adjust", path, "--distribute", "--no-wait").communicate(timeout=WITHIN_S)
    (job, _) = world.gateway.jobs.newest()
    # Canceled while its last chunk was in hand: the worker found no running job to finish.
    world.gateway.chunks.do(job, world.gateway.jobs.staged_chunk(job, 1))
    world.gateway.jobs.cancel(job.id)
    again = start(world, "adjust", "--resume", job.id)
    out, err = again.communicate(timeout=WITHIN_S)
    assert (again.returncode, ": 1 done, 0 refused. Results: " in out) == (0, True), err


def test_ctrl_c_lets_the_chunk_in_hand_finish(world):
    path = scattered(world)
    start(world, "adjust", path, "--distribute", "--no-wait", "--chunk-rows", CHUNK).communicate(
        timeout=WITHIN_S
    )
    with a_worker(world) as worker:
        wait_for_chunks(world, 1, worker)
        # As a terminal does it.
        os.killpg(worker.pid, signal.SIGINT)
        _, err = worker.communicate(timeout=WITHIN_S)
    assert (worker.returncode, "Traceback" in err) == (0, False), err
    with world.store.engine.connect() as connection:
        states = connection.scalars(text(f"SELECT status FROM {SCHEMA}.procrastinate_jobs"))
        assert set(map(str, states)) == {"todo"}


def test_a_process_that_dies_at_once_is_started_anew_after_longer_and_longer_pauses():
    pauses = [0.0]
    for _ in range(9):
        pauses.append(pause_after(pauses[-1], 0.1))
    assert pauses[1:] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert pause_after(60, 60) == 0


def test_a_job_whose_user_is_closed_is_stopped_by_its_worker(world):
    path = world.write(row(1))
    command = start(world, "adjust", path, "--distribute", "--no-wait")
    command.communicate(timeout=WITHIN_S)
    (job,) = world.gateway.jobs.newest()
    name = world.gateway.sessions.users()[0].name
    world.gateway.administering.change_user(name, active=False)
    with a_worker(world):
        while world.gateway.jobs.show(job.id).state is JobState.RUNNING:
            pass
    assert world.gateway.jobs.show(job.id).state is JobState.STOPPED


def test_the_pieces_of_an_invoice_run_in_their_order(world):
    path = world.write(*(row(1, "1.00") for _ in range(12)), *(row(1, "1.00", "Charge") for _ in range(12)))
    options = world.options(chunk_rows=4, most=4, distribute=True)
    with world.starting().with_files(world.caller(), JobKind.ADJUST, [path], options) as prepared:
        chunks = [(chunk.number, chunk.lane) for chunk in prepared.chunks]
    assert len({lane for _, lane in chunks}) == 1
    queue = ChunkQueue(postgresql_conninfo(world.store.engine.url.render_as_string(hide_password=False)), 1)
    assert queue.put(prepared.job.id, chunks) == 6
    order: list[int] = []
    queue.work(lambda _, number: order.append(number), lambda *_: None, until_empty=True)
    assert order == [1, 2, 3, 4, 5, 6]


def test_workers_are_refused_in_words_where_there_is_no_postgresql(tmp_path):
    from gateway.bootstrap import chunk_queue
    from gateway.settings import Settings

    with pytest.raises(InvalidArgument, match="through PostgreSQL; this database is another"):
        chunk_queue(Settings(database_url=f"sqlite:///{tmp_path / 'gateway.db'}"))
    assert postgresql_conninfo("postgresql+psycopg://ann:secret@db:5433/billing") == (
        "postgresql://ann:secret@db:5433/billing"
    )


def test_a_user_who_may_not_make_the_queues_schema_is_told_so(world):
    engine = world.store.engine
    create = f'CREATE ON DATABASE "{engine.url.database}"'
    with engine.begin() as connection:
        connection.execute(text(f"REVOKE {create} FROM CURRENT_USER"))
    try:
        with pytest.raises(InvalidArgument, match="may not make the schema gateway_queue"):
            ChunkQueue(postgresql_conninfo(engine.url.render_as_string(hide_password=False)), 1).prepare()
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"GRANT {create} TO CURRENT_USER"))
