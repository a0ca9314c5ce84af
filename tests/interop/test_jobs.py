"""Bulk jobs as processes: killed, stopped and canceled in the middle, and resumed."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from gateway.cli import gateway
from gateway.service.failures import LockCompetition
from gateway.service.job_ports import Job, JobKind
from gateway.service.jobs import Chunk, JobRow, ResultFile, Run, Tally
from gateway.storage.job_tables import job_chunks
from gateway.storage.store import open_store
from gateway.storage.tables import invoice_item_adjustments
from gateway.workers import Processes
from support.databases import DATABASES, database_url
from support.gateways import a_gateway
from support.job_processes import failing_first
from support.jobs import HEADER, bill, read_results, row

ROWS, INVOICES, CHUNK = 3_000, 20, 100
WITHIN_S = 120


@pytest.fixture(params=DATABASES)
def url(request, tmp_path):
    url = database_url(request.param, tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
    return url


@pytest.fixture
def file(tmp_path):
    """Three thousand rows over twenty invoices, each tenth refused."""
    return write_rows(tmp_path / "credits.csv", grouped=False)


def write_rows(path: Path, *, grouped: bool) -> Path:
    places = (n * INVOICES // ROWS if grouped else n % INVOICES for n in range(ROWS))
    rows = (row(place + 1, "0.01" if n % 10 else "9999.00") for n, place in enumerate(places))
    path.write_text("\n".join((HEADER, *rows)) + "\n")
    return path


class Command:
    """`gateway` on a database, as a process or in this one."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.environment = os.environ | {"GATEWAY_DATABASE_URL": url}

    def start(self, *arguments: object) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "gateway", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> tuple[int, str, str]:
        done = CliRunner(env={"GATEWAY_DATABASE_URL": self.url}).invoke(gateway, list(map(str, arguments)))
        return done.exit_code, done.stdout, done.stderr + str(done.exception or "")

    def chunks(self) -> int:
        store = open_store(self.url)
        try:
            with store.engine.connect() as connection:
                done = select(func.count()).where(job_chunks.c.done_at.is_not(None))
                return connection.scalar(done) or 0
        finally:
            store.close()

    def wait_for_chunks(self, process: subprocess.Popen, count: int) -> None:
        """Wait until so many chunks are done; fails when the process ends before."""
        while self.chunks() < count:
            assert process.poll() is None, process.communicate()

    def adjustments(self) -> Counter:
        store = open_store(self.url)
        try:
            with store.engine.connect() as connection:
                return Counter(connection.scalars(select(invoice_item_adjustments.c.id)))
        finally:
            store.close()


def assert_all_told_once(command: Command, results: Path) -> None:
    told = read_results(results)
    assert Counter(int(each["row"]) for each in told) == Counter(range(2, ROWS + 2))
    assert Counter(each["outcome"] for each in told) == {"done": ROWS * 9 // 10, "refused": ROWS // 10}
    assert Counter(each["Id"] for each in told if each["Id"]) == command.adjustments()


@pytest.mark.parametrize(("processes", "grouped"), [(0, False), (2, False), (2, True)])
def test_a_job_killed_at_any_moment_goes_on_and_does_every_row_once(url, file, tmp_path, processes, grouped):
    write_rows(file, grouped=grouped)
    command = Command(url, tmp_path)
    arguments = ("adjust", file, "--processes", processes)
    for kills, done in enumerate((1, 6)):
        process = command.start(*arguments, *(["--resume"] if kills else ["--chunk-rows", CHUNK]))
        command.wait_for_chunks(process, done)
        process.kill()
        process.communicate()
        assert not (tmp_path / "credits.csv.results.csv").exists()
        assert (tmp_path / "credits.csv.results.csv.partial").exists()
    code, out, err = command.run(*arguments, "--resume")
    assert code == 1, err
    assert "2,700 done, 300 refused. Results: " in out
    assert "refused: INVALID_VALUE: 300" in err
    assert_all_told_once(command, tmp_path / "credits.csv.results.csv")
    assert command.run("verify")[0] == 0
    job_id = re.search("Job ([0-9a-f]{32})", out)[1]
    code, shown, _ = command.run("jobs", "show", job_id, "--results", tmp_path / "again.csv")
    assert (code, "finished" in shown) == (0, True)
    assert_all_told_once(command, tmp_path / "again.csv")


def test_a_file_that_is_written_into_stops_its_job_which_goes_on_once_the_rows_are_as_they_were(
    tmp_path, file
):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
    command = Command(url, tmp_path)
    before = write_rows(file, grouped=True).read_bytes()
    process = command.start("adjust", file, "--chunk-rows", CHUNK)
    command.wait_for_chunks(process, 2)
    file.write_bytes(before + row(1).encode())
    _, err = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, "not what it was" in err) == (1, True), err
    job_id = re.search("The job ([0-9a-f]{32}) was stopped", err)[1]
    code, _, err = command.run("jobs", "show", job_id, "--results", tmp_path / "so_far.csv")
    assert (code, "rows are not done: " in err, "so_far.csv.partial" in err) == (1, True, True)
    assert [path.name for path in tmp_path.glob("so_far*")] == ["so_far.csv.partial"]
    assert (tmp_path / "credits.csv.results.csv.partial").exists()
    file.write_bytes(before)
    code, _, err = command.run("adjust", "--resume", job_id)
    assert code == 1, err
    assert_all_told_once(command, tmp_path / "credits.csv.results.csv")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_that_is_told_to_stop_finishes_its_chunk_tells_of_all_rows_and_how_to_go_on(
    tmp_path, file, number
):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
    command = Command(url, tmp_path)
    process = command.start("adjust", file, "--chunk-rows", CHUNK)
    command.wait_for_chunks(process, 2)
    process.send_signal(number)
    out, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 128 + number, err
    assert " not done. Results: " in out
    resume = re.search("`gateway (adjust --resume [0-9a-f]{32})`", err)[1]
    told = read_results(tmp_path / "credits.csv.results.csv")
    outcomes = Counter(each["outcome"] for each in told)
    assert (sum(outcomes.values()), outcomes["not done"] > 0) == (ROWS, True)
    assert outcomes["done"] == len(command.adjustments())
    assert command.run("jobs", "list")[1].split("\t")[2] == "stopped"
    assert command.run(*resume.split())[0] == 1
    assert_all_told_once(command, tmp_path / "credits.csv.results.csv")


def test_a_job_is_canceled_from_another_process_and_undone(tmp_path, file, monkeypatch):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
    command = Command(url, tmp_path)
    process = command.start("adjust", file, "--chunk-rows", CHUNK)
    command.wait_for_chunks(process, 1)
    # It hands out no further chunk meanwhile: it would be done before it can be canceled.
    process.send_signal(signal.SIGSTOP)
    try:
        job_id = command.run("jobs", "list")[1].split("\t")[0]
        code, out, err = command.run("jobs", "cancel", job_id)
    finally:
        process.send_signal(signal.SIGCONT)
    assert (code, out.startswith("Canceled the job"), err) == (0, True, "")
    _, err = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, err.splitlines()[-1]) == (1, "Error: The job was canceled.")
    made = len(command.adjustments())
    monkeypatch.chdir(tmp_path)
    code, out, err = command.run("reverse", "--job", job_id, "--comment", "wrong file")
    assert (code, f"{made:,} done, 0 refused" in out) == (0, True), err
    assert command.run("verify")[0] == 0


def test_a_process_of_a_job_that_is_killed_alone_ends_the_job_with_a_hint(tmp_path, file):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url) as in_process:
        bill(in_process, INVOICES, "1000.00")
    command = Command(url, tmp_path)
    process = command.start("adjust", file, "--chunk-rows", CHUNK)
    command.wait_for_chunks(process, 1)
    for pid in workers_of(process.pid):
        os.kill(pid, signal.SIGKILL)
    _, err = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, "A process of the job was killed" in err) == (1, True), err
    assert command.run("adjust", "--resume", file)[0] == 1
    assert_all_told_once(command, tmp_path / "credits.csv.results.csv")


def test_what_other_processes_finish_behind_a_failure_is_told_of(tmp_path):
    opening = partial(failing_first, tmp_path)
    now = datetime.now(UTC)
    job = Job("7" * 32, JobKind.ADJUST, "u", "bulk", ("rows.csv",), "", now, now)
    os.mkfifo(tmp_path / "fifo")
    chunks = iter([Chunk(number, [JobRow(0, number, {})]) for number in range(1, 6)])
    with ResultFile(tmp_path / "results.csv", ["rows.csv"]) as results, Processes(2, opening) as pool:
        run = Run(partial(pool.do, job), results, Tally(5))
        run.go(chunks)
        results.complete()
    told = {int(each["row"]): each["outcome"] for each in read_results(tmp_path / "results.csv")}
    done = {int(path.name) for path in tmp_path.glob("?")}
    assert 2 in done
    assert told == {number: "done" if number in done else "not done" for number in range(1, 6)}
    assert isinstance(run.tally.failure, LockCompetition)


def workers_of(pid: int) -> list[int]:
    """Return the processes that a job started to do chunks, not the one that tracks their resources."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_a_result_file_that_cannot_be_written_is_refused_before_a_job_begins(tmp_path):
    url = database_url("sqlite", tmp_path)
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}\n{row(1)}\n")
    with a_gateway(url) as in_process:
        bill(in_process, 1)
        code, _, err = Command(url, tmp_path).run("adjust", path, "--results", tmp_path / "nowhere" / "x.csv")
        assert (code, "no result file can be written there" in err) == (2, True), err
        assert in_process.gateway.jobs.newest() == []


def test_a_trial_and_other_kinds_of_jobs_leave_a_file_s_results_alone(tmp_path):
    url = database_url("sqlite", tmp_path)
    path, ids = tmp_path / "one.csv", tmp_path / "ids.csv"
    path.write_text(f"{HEADER}\n{row(1)}\n")
    with a_gateway(url) as in_process:
        bill(in_process, 1)
        command = Command(url, tmp_path)
        assert command.run("adjust", path)[0] == 0
        assert command.run("adjust", path, "--dry-run")[0] == 0
        ids.write_text(f"Id\n{read_results(tmp_path / 'one.csv.results.csv')[0]['Id']}\n")
        assert command.run("reverse", ids)[0] == 0
        assert command.run("cancel", ids, "--dry-run")[0] == 1
    assert sorted(each.name for each in tmp_path.glob("*.results.csv")) == [
        "ids.csv.cancel.dry-run.results.csv",
        "ids.csv.reverse.results.csv",
        "one.csv.dry-run.results.csv",
        "one.csv.results.csv",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("adjust",), "Missing argument"),
        (("adjust", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("adjust", "--resume", "8" * 32), "There is no job"),
        (("reverse",), "Name files, or one --query, or one --job."),
        (("cancel", "--job", "8" * 32), "There is no job"),
        (("cancel", "--job", "x", "--query", "y"), "Name files, or one --query"),
        (("reverse", "--resume", "--job", "x"), "--resume goes on"),
        (("adjust", "--resume", "x", "--dry-run"), "--resume takes no --dry-run: the job keeps the options"),
        (("adjust", "--resume", "x", "--distribute"), "--resume takes no --distribute"),
        (("adjust", "--resume", "x", "--one-by-one"), "--resume takes no --one-by-one"),
        (("adjust", "--resume", "x", "--again"), "--resume takes no --again"),
        (("adjust", "--resume", "x", "--user", "ann"), "--resume takes no --user"),
        (("adjust", "--resume", "x", "--chunk-rows", "5000"), "--resume takes no --chunk-rows"),
        (("cancel", "--resume", "x", "--format", "csv"), "--resume takes no --format"),
        (("reverse", "--resume", "x", "--date", "2026-11-02"), "--resume takes no --date"),
        (("reverse", "--resume", "x", "--comment", "case 7"), "--resume takes no --comment"),
        (("reverse", "--query", "select"), "error in your ZOQL syntax"),
    ],
)
def test_what_is_asked_for_wrongly_is_told_before_anything_is_done(tmp_path, arguments, says):
    url = database_url("sqlite", tmp_path)
    with a_gateway(url):
        code, _, err = Command(url, tmp_path).run(*arguments)
    assert (code in {1, 2}, says in err) == (True, True), err
