"""``gateway adjust --url``: rows of a file through SOAP, killed and resumed; to the gateway and legacy."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console

from gateway.cli.job_progress import JobProgress, stopped_by_signals
from gateway.cli.journal import Begun, Head, Journal
from gateway.cli.remote import Address, RemoteJob
from gateway.contract.fields import WireType
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.server import call
from gateway.service.failures import InvalidArgument
from gateway.service.job_ports import JobKind
from gateway.service.jobs import JobFiles, ResultFile, Tally
from gateway.service.jobs.columns import Columns
from gateway.testing import Clock, open_local_gateway
from gateway.testing.local import environ_of
from support.flaky import Trouble, a_flaky_server

ROWS = 230
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HEADER = ("InvoiceNumber", "SourceId", "SourceType", "Type", "Amount", "AdjustmentDate", "ReferenceId")


@pytest.fixture
def local(tmp_path):
    folder = tmp_path / "gateway"
    folder.mkdir()
    with open_local_gateway(folder, Clock()) as local:
        yield local


def through(local):
    """What asks the local gateway."""

    def ask(request):
        environ = environ_of(
            request.method, f"http://gateway.test{request.path}", request.body, request.headers
        )
        status, headers, body = call(local.wsgi, environ)
        return replace(request, headers=dict(headers), body=body, status=status)

    return ask


@pytest.fixture(params=["gateway", "legacy"])
def server(request, local):
    with a_flaky_server(through(local), legacy=request.param == "legacy") as server:
        server.is_legacy = request.param == "legacy"
        yield server


@pytest.fixture
def invoice(local):
    return local.billing_data.invoice(["5.00"] * ROWS, number="INV1")


def a_file(folder, invoice, amount="1.00", reference="row {}"):
    path = folder / "credits.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for number, item in enumerate(invoice.items):
            rows.writerow(
                ("INV1", item.id, "InvoiceDetail", "Credit", amount, "2026-01-02", reference.format(number))
            )
    return path


def command_of(server, local, path, *options):
    command = [sys.executable, "-m", "gateway", "adjust", str(path), "--url", server.endpoint]
    return [*command, "--user", local.user, "--in-flight", "2", *options]


def started(server, local, path, *options):
    return subprocess.Popen(
        command_of(server, local, path, *options),
        env=os.environ | {"GATEWAY_PASSWORD": local.password},
        cwd=path.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(server, local, path, *options):
    process = started(server, local, path, *options)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def outcomes(path):
    with path.with_name(path.name + ".results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_rows_are_made_and_told_in_a_result_file(local, server, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("1.00", "6.00")
    lines[5] = lines[5].replace("1.00", "a lot")
    lines[7] = lines[7].replace("2026-01-02", "2026-01-02T00:00:00+01:00")
    lines[8] = lines[8].replace("2026-01-02", "2026-01-02T23:30:00")
    path.write_text("\n".join(lines))
    code, out, err = run(server, local, path)
    assert code == 1, err
    assert "227 done, 3 refused. Results:" in out
    assert err.splitlines()[-1] == "refused: INVALID_VALUE: 3"
    rows = outcomes(path)
    assert [int(row["row"]) for row in rows] == list(range(2, ROWS + 2))
    assert Counter(row["outcome"] for row in rows) == {"done": 227, "refused": 3}
    assert (rows[2]["code"], rows[2]["field"]) == ("INVALID_VALUE", "Amount")
    assert rows[6]["message"].startswith("AdjustmentDate is '2026-01-02T00:00:00+01:00': give the day alone")
    assert rows[4]["message"] == "Amount is 'a lot', which is no decimal."
    made = {adjustment.id: adjustment.source_id for adjustment in local.adjustments()}
    assert {row["Id"] for row in rows if row["Id"]} == set(made)
    # The same file again is a mistake, mostly; a finished job that goes on writes its results again.
    assert run(server, local, path)[0] == 2
    before = outcomes(path)
    assert run(server, local, path, "--resume")[0] == 1
    assert outcomes(path) == before
    assert len(local.adjustments()) == 227
    assert {adjustment.adjustment_date for adjustment in local.adjustments()} == {date(2026, 1, 2)}


class Held:
    """Lets some creates be done and holds their answers until it is told to let go."""

    def __init__(self, ask, held):
        self._ask = ask
        self._held = held
        self._counting = threading.Lock()
        self._creates = 0
        self.holds = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, request):
        answer = self._ask(request)
        if b":create>" in request.body:
            with self._counting:
                self._creates += 1
                held = self._creates in self._held
            if held:
                self.holds.release()
                self.let_go.wait(60)
        return answer


def test_a_job_that_is_killed_again_and_again_makes_no_row_twice(local, server, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    server.upstream = held = Held(server.upstream, {2, 4})
    # Without keys a call that was begun beside this one and never sent looks like one that was lost.
    in_flight = "1" if server.is_legacy else "2"
    for options in (("--in-flight", in_flight), ("--in-flight", in_flight, "--resume")):
        process = started(server, local, path, *options)
        # A call is done, and nobody has told the job: it dies there.
        assert held.holds.acquire(timeout=60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert not path.with_name("credits.csv.results.csv").exists()
        assert run(server, local, path)[0] == 2
    held.let_go.set()
    code, out, err = run(server, local, path, "--resume")
    assert code == 0, err
    assert f"{ROWS} done, 0 refused. Results:" in out
    assert Counter(row.source_id for row in local.adjustments()) == {item.id: 1 for item in invoice.items}
    made = {adjustment.id for adjustment in local.adjustments()}
    assert {row["Id"] for row in outcomes(path)} == made


def journal_of(path):
    return path.with_name(path.name + ".results.csv.journal")


def forget_the_answer(path, *firsts):
    """Leave a journal as a job leaves it that is killed before the answers of these calls."""
    lines = [json.loads(line) for line in journal_of(path).read_text().splitlines()]
    kept = [line for line in lines if "finished" not in line and line.get("done") not in firsts]
    journal_of(path).write_text("".join(f"{json.dumps(line)}\n" for line in kept))


def test_another_user_does_not_go_on_with_a_job_whose_keys_are_not_its_own(local, invoice, tmp_path):
    local.gateway.sessions.add_user("bob", "the pass phrase of bob")
    path = a_file(tmp_path, invoice)
    with a_flaky_server(through(local)) as server:
        assert run(server, local, path)[0] == 0
        forget_the_answer(path, 50)
        bob = replace(local, user="bob", password="the pass phrase of bob")
        code, _, err = run(server, bob, path, "--resume")
        assert code == 2
        assert "the user are not what they were" in err
        assert len(local.adjustments()) == ROWS
        assert run(server, local, path, "--resume")[0] == 0
    assert len(local.adjustments()) == ROWS


def test_a_resume_that_fails_leaves_the_doubt_of_the_run_before_it(local, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    with a_flaky_server(through(local)) as server:
        assert run(server, local, path)[0] == 0
        forget_the_answer(path, 50)
        server.troubles["create"] = [Trouble.INVALID]
        assert run(server, local, path, "--resume")[0] == 1
    with Journal(journal_of(path)) as journal:
        assert 50 in journal.begun


def test_a_call_whose_key_may_be_forgotten_is_looked_up_and_not_sent_again(tmp_path):
    folder = tmp_path / "gateway"
    folder.mkdir()
    clock = Clock()
    with open_local_gateway(folder, clock, {"idempotency_days": "1"}) as local:
        path = a_file(tmp_path, local.billing_data.invoice(["5.00"] * ROWS, number="INV1"))
        with a_flaky_server(through(local)) as server:
            assert run(server, local, path)[0] == 0
            forget_the_answer(path, 50)
            clock.advance(hours=25)
            lines = [json.loads(line) for line in journal_of(path).read_text().splitlines()]
            for line in lines:
                if "at" in line:
                    line["at"] = (datetime.fromisoformat(line["at"]) - timedelta(hours=25)).isoformat()
            journal_of(path).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
            code, out, err = run(server, local, path, "--resume")
        assert code == 0, err
        assert f"{ROWS} done" in out
        assert len(local.adjustments()) == ROWS


def test_a_job_whose_rows_are_read_otherwise_now_does_not_go_on(local, invoice, tmp_path):
    path = tmp_path / "credits.jsonl"
    lines = [
        dict(zip(HEADER, ("INV1", item.id, "InvoiceDetail", "Credit", "1.00", "2026-01-02"), strict=False))
        for item in invoice.items
    ]
    lines[5]["Region__c"] = "EMEA"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    administering = local.gateway.administering
    with a_flaky_server(through(local)) as server:
        server.troubles["create"] = [None, Trouble.INVALID]
        assert run(server, local, path)[0] == 1
        before = len(local.adjustments())
        # A field that no row has changes nothing; one that makes a row readable moves all rows behind it.
        administering.add_field("InvoiceItemAdjustment", "Other__c", WireType.STRING)
        assert run(server, local, path, "--resume")[0] == 1
        assert len(local.adjustments()) == ROWS - 1 > before
        administering.add_field("InvoiceItemAdjustment", "Region__c", WireType.STRING)
        code, _, err = run(server, local, path, "--resume")
        assert code == 2
        assert "not read as they were" in err
    assert len(local.adjustments()) == ROWS - 1


def test_what_a_resume_cannot_look_up_is_looked_up_by_the_next_one(local, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    with a_flaky_server(through(local), legacy=True) as server:
        assert run(server, local, path)[0] == 0
        forget_the_answer(path, 50)
        server.troubles["query"] = [Trouble.INVALID]
        assert "50 unknown" in run(server, local, path, "--resume")[1]
        code, out, err = run(server, local, path, "--resume")
    assert code == 0, err
    assert f"{ROWS} done" in out
    assert len(local.adjustments()) == ROWS


class Breaking:
    """Rows of files that cannot be read to their end when they are read again."""

    def __init__(self, files):
        self.columns = files.columns
        self._files = files
        self._times = 0

    def rows(self, progress):
        self._times += 1
        for number, row in enumerate(self._files.rows(progress)):
            if self._times == 1 and number == 110:
                raise InvalidArgument("The file cannot be read any more.")
            yield row


def test_what_was_answered_before_a_file_broke_is_in_the_journal(local, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    columns = Columns(JobKind.ADJUST, INVOICE_ITEM_ADJUSTMENT)
    files = Breaking(JobFiles([path], columns, lambda _: []))
    with (
        local.client(calls_in_flight=1) as client,
        Journal(tmp_path / "journal") as journal,
        ResultFile(tmp_path / "results.csv", [str(path)]) as results,
        JobProgress(Console(stderr=True)) as progress,
        stopped_by_signals() as stop,
    ):
        journal.start(Head("job", "url", "user", "content", "calls", NOON.isoformat()))
        with pytest.raises(InvalidArgument, match="any more"):
            RemoteJob(client, journal, files, results, Tally(ROWS), stop, progress).run()
    assert len(local.adjustments()) == 100
    with Journal(tmp_path / "journal") as journal:
        assert [len(journal.results(first, invoice.items[:50])) for first in (0, 50)] == [50, 50]


def test_a_journal_on_a_full_disk_says_so_and_keeps_whole_lines(tmp_path):
    script = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from gateway.cli.journal import Head, Journal

path, noon = Path(sys.argv[1]), datetime(2026, 1, 1, 12, tzinfo=UTC)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Journal(path) as journal:
    journal.start(Head("job", "url", "user", "content", "calls", noon.isoformat()))
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, most))
    try:
        journal.begin(0, keyed=True, at=noon)
    except OSError as error:
        print(error.strerror)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    journal.withdraw(0)
    journal.begin(50, keyed=True, at=noon)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "journal")]
    assert subprocess.check_output(command, text=True) == "File too large\n"
    with Journal(tmp_path / "journal") as journal:
        assert journal.begun == {50: Begun(keyed=True, at=NOON)}


def test_a_journal_has_no_password_of_an_address():
    address = Address("https://ann:secret@billing.example.com:8443/apps/services/a/78.0", "bob")
    assert address.known == ("https://billing.example.com:8443/apps/services/a/78.0", "bob")


def test_on_the_legacy_lost_rows_without_a_reference_are_unknown(local, invoice, tmp_path):
    path = a_file(tmp_path, invoice, reference="")
    with a_flaky_server(through(local), legacy=True) as server:
        server.troubles["create"] = [None, Trouble.DONE_LOST]
        code, out, err = run(server, local, path)
        assert code == 1
        assert "50 unknown" in out
        assert "look these up" in err
        found = Counter(row["outcome"] for row in outcomes(path))
        assert found == {"done": ROWS - 50, "unknown": 50}
        assert len(local.adjustments()) == ROWS


def test_a_job_that_ends_early_has_all_rows_in_its_result_file_and_goes_on(local, server, invoice, tmp_path):
    path = a_file(tmp_path, invoice)
    server.troubles["create"] = [None, Trouble.INVALID]
    code, _, err = run(server, local, path)
    assert code == 1
    assert "INVALID_TYPE" in err
    assert "--resume" in err
    found = Counter(row["outcome"] for row in outcomes(path))
    assert found["not done"] > 0
    assert found["done"] == len(local.adjustments())
    assert run(server, local, path, "--resume")[0] == 0
    assert Counter(row["outcome"] for row in outcomes(path)) == {"done": ROWS}
    assert len(local.adjustments()) == ROWS


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--dry-run",), "--url takes no"),
        (("--resume",), "no job of these files"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(local, server, invoice, tmp_path, options, says):
    code, _, err = run(server, local, a_file(tmp_path, invoice), *options)
    assert code == 2
    assert says in err
    assert not list(tmp_path.glob("*.journal"))


def test_a_file_with_a_column_that_the_wsdl_does_not_have_is_refused(local, server, tmp_path):
    path = tmp_path / "credits.csv"
    path.write_text("InvoiceNumber,Amountt\nINV1,1\n")
    code, _, err = run(server, local, path)
    assert code == 2
    assert "unknown columns: 'Amountt'" in err


def test_a_torn_line_of_a_journal_is_not_read(tmp_path):
    path = tmp_path / "journal"
    with Journal(path) as journal:
        journal.start(Head("job", "url", "user", "content", "calls", "2026-01-01T00:00:00+00:00"))
        journal.begin(0, keyed=True, at=NOON)
        journal.begin(0, keyed=True, at=NOON + timedelta(hours=1))
    whole = path.read_bytes()
    path.write_bytes(whole + json.dumps({"begun": 50, "keyed": True}).encode()[:9])
    with Journal(path) as journal:
        # The time of a call's key began when it was sent first.
        assert (journal.last, journal.begun) == (0, {0: Begun(keyed=True, at=NOON)})
        journal.begin(50, keyed=False, at=NOON)
    with Journal(path) as journal:
        assert journal.begun == {0: Begun(keyed=True, at=NOON), 50: Begun(keyed=False, at=NOON)}
