"""The command line as a person or a script uses it: answers, errors and exit codes."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from gateway.cli import gateway
from gateway.cli.sample import write_sample
from gateway.storage import open_store

WITHIN_S = 120


@pytest.fixture
def run(tmp_path):
    """Run `gateway` in an empty folder and return what it did."""

    def run(*arguments, stdin="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "gateway", *arguments],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=WITHIN_S,
            env=os.environ | environment,
            check=False,
        )

    return run


def outcome(finished):
    return finished.returncode, finished.stdout, finished.stderr


def test_init_makes_a_database_that_only_its_owner_can_read_and_doing_it_twice_does_no_harm(run, tmp_path):
    assert outcome(run("init")) == (0, "sqlite:///gateway.db is ready.\n", "")
    mode = stat.S_IMODE((tmp_path / "gateway.db").stat().st_mode)
    assert mode == 0o600
    assert outcome(run("init")) == (0, "sqlite:///gateway.db was ready already.\n", "")


def test_a_user_is_added_once(run):
    run("init")
    added = run("users", "add", "ann", "--password-stdin", stdin="correct horse\n")
    assert outcome(added) == (0, "Added ann.\n", "")
    again = run("users", "add", "ann", "--password-stdin", stdin="correct horse\n")
    assert outcome(again) == (1, "", "Error: There is a user ann already.\n")


def test_a_client_is_added_listed_and_removed(run):
    run("init")
    run("users", "add", "ann", "--password-stdin", stdin="correct horse\n")
    added = dict(
        line.split("\t") for line in run("clients", "add", "ann", "--label", "job").stdout.splitlines()
    )
    assert list(added) == ["client_id", "client_secret"]
    client_id = added["client_id"]
    assert outcome(run("clients", "list")) == (0, f"{client_id}\tann\tactive\tjob\n", "")
    assert outcome(run("clients", "remove", client_id)) == (0, f"Removed {client_id}.\n", "")
    assert outcome(run("clients", "list")) == (0, "", "")
    again = run("clients", "remove", client_id)
    assert outcome(again) == (1, "", f"gateway: There is no client '{client_id}'.\n")
    nobody = run("clients", "add", "bob")
    assert outcome(nobody) == (1, "", "gateway: There is no active user 'bob'.\n")


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("users", "add", "ann", "--password-stdin"), "short\n", "at least 8 characters"),
        (("users", "add", "ann"), "", "use --password-stdin"),
        (("users", "add", " ", "--password-stdin"), "correct horse\n", "1 to 255 characters"),
        (("users", "add", "ann", "--password-stdin"), "correct h\udcf6rse\n", "The password is not UTF-8."),
        (("users", "add", "j\udcf6rg", "--password-stdin"), "correct horse\n", "The name is not UTF-8."),
        (
            ("users", "add", "ann", "--email", "\udcf6", "--password-stdin"),
            "correct horse\n",
            "is not UTF-8.",
        ),
        (
            ("users", "add", "ann", "--full-name", "\udcf6", "--password-stdin"),
            "correct horse\n",
            "not UTF-8.",
        ),
        (("serve", "--host", "h\udcf6st"), "", "GATEWAY_HOST"),
        (("serve", "--port", "70000"), "", "70000 is not in the range"),
        (("serve", "--workers", "0"), "", "0 is not in the range"),
        (("nonsense",), "", "No such command 'nonsense'"),
        (("import",), "", "Missing argument"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_plain_sentence(run, arguments, stdin, says):
    code, out, err = outcome(run(*arguments, stdin=stdin))
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("GATEWAY_WORKERS", "many", "GATEWAY_WORKERS is 'many'; it must be a whole number"),
        ("GATEWAY_TIME_ZONE", "Europe/Berlin", "GATEWAY_TIME_ZONE is a setting of the tenant now"),
        ("GATEWAY_CURRENCIES", "ETH=18", "GATEWAY_CURRENCIES is 'ETH=18'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(run, variable, value, says):
    code, _, err = outcome(run("init", **{variable: value}))
    assert code == 2
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "command", [("serve",), ("users", "add", "ann", "--password-stdin"), ("import", ".")]
)
def test_without_a_database_every_command_says_to_run_init(run, tmp_path, command):
    code, out, err = outcome(run(*command, stdin="correct horse\n"))
    assert (code, out) == (1, "")
    assert "Run `gateway init`" in err
    assert not (tmp_path / "gateway.db").exists()


def test_a_database_server_that_is_not_there_is_one_plain_sentence(run):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        url = f"postgresql+psycopg://nobody:secret-password@127.0.0.1:{port}/nothing"
        code, out, err = outcome(run("init", GATEWAY_DATABASE_URL=url))
    assert (code, out) == (1, "")
    assert "cannot reach its database" in err
    assert "secret-password" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "oracle://ann:secret-password@host/db",
        "nonsense://x",
        "sqlite://",
        "sqlite:///missing/gateway.db",
        "sqlite:///.",
    ],
)
def test_a_database_url_that_makes_no_sense_is_one_plain_sentence(run, url):
    code, out, err = outcome(run("init", GATEWAY_DATABASE_URL=url))
    assert (code, out) == (1, "")
    assert err.startswith("gateway: ")
    assert len(err.splitlines()) == 1
    assert "secret-password" not in err


@pytest.mark.parametrize(
    "command", [("init",), ("serve",), ("import", "."), ("demo", "--folder", "file/demo")]
)
def test_a_file_that_is_no_database_is_one_plain_sentence(run, tmp_path, command):
    (tmp_path / "file").write_text("This is a letter, not a database. " * 100)
    code, out, err = outcome(run(*command, GATEWAY_DATABASE_URL="sqlite:///file"))
    assert (code, out) == (1, "")
    assert "file" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "8080"])
@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "a" * 100, "::g"])
def test_a_host_that_is_not_this_machines_is_one_plain_sentence(run, host, port):
    run("init")
    code, out, err = outcome(run("serve", "--host", host, "--port", port))
    assert (code, out) == (1, "")
    assert err.startswith(f"gateway: cannot listen on {host}:{port}: ")
    assert len(err.splitlines()) == 1


def test_a_port_in_use_is_named_before_anything_starts(run):
    run("init")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = outcome(run("serve", "--port", str(port)))
    assert (code, out) == (1, "")
    assert f"127.0.0.1:{port}" in err


def test_the_version_is_told(run):
    code, out, _ = outcome(run("--version"))
    assert code == 0
    assert re.fullmatch(r"gateway, version \d+\.\d+\.\d+\n", out)


def test_sample_data_is_imported_and_counted(run, tmp_path):
    run("init")
    write_sample(tmp_path / "data", 40)
    code, out, err = outcome(run("import", "data"))
    assert code == 0
    assert err.splitlines()[0] == "Reading data/Account.csv"
    assert re.search(r"InvoiceItem +40 +40 +0", out)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
            "NO_PROXY": "",
            "no_proxy": "",
        },
        {"GATEWAY_MAX_BODY_BYTES": "1000", "GATEWAY_HOST": "192.0.2.1"},
    ],
    ids=["plain", "behind a proxy", "with settings"],
)
def test_the_demo_adjusts_every_item_ends_by_itself_and_says_how_to_go_on(run, environment):
    code, out, err = outcome(run("demo", **environment))
    assert (code, err) == (0, "")
    assert re.search(r"Items on the invoice\D+1,200", out)
    assert re.search(r"Adjustments created\D+1,200", out)
    assert "Adjustment amount is out of range. Please change the amount." in out
    assert "make serve" in out


@contextmanager
def announced(folder, *arguments, **environment):
    """Yield a serving `gateway` and what it announces, by name; stop it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"GATEWAY_PORT": "0", "PYTHONUNBUFFERED": "1"} | environment,
    )
    last = "Password" if arguments[0] == "demo" else "WSDL"
    lines = {}
    for line in process.stdout:
        name, _, value = line.partition(" ")
        lines[name] = value.strip()
        if name == last:
            break
    try:
        yield process, lines
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WITHIN_S)


def test_the_demos_data_is_served_until_told_to_stop(tmp_path):
    with announced(tmp_path, "demo", "--serve") as (process, lines):
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    assert rest == ""
    assert lines["Endpoint"].startswith("http://127.0.0.1:")
    assert lines["Listening"].startswith(f"on {lines['Endpoint'].removesuffix('/apps/services/a/78.0')}. ")
    assert lines["WSDL"].endswith("/apps/servlet/GenerateWsdl?version=78.0")
    assert lines["User"] == "demo@example.com"
    assert len(lines["Password"]) >= 12


def test_serving_the_demo_again_keeps_its_data_and_an_interrupted_one_is_prepared_anew(tmp_path):
    database, password = tmp_path / "demo" / "gateway.db", tmp_path / "demo" / "password"
    with announced(tmp_path, "demo", "--serve") as (_, first):
        assert password.read_text() == first["Password"]
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
    with announced(tmp_path, "demo", "--serve") as (_, again):
        assert again["Password"] == first["Password"]
    password.unlink()
    with announced(tmp_path, "demo", "--serve") as (_, anew):
        assert anew["Password"] not in {first["Password"], ""}
    database.unlink()
    with announced(tmp_path, "demo", "--serve") as (_, other):
        assert other["Password"] not in {anew["Password"], ""}


def test_a_demo_that_fails_half_way_leaves_no_password_of_a_database_that_is_gone(run, tmp_path):
    with announced(tmp_path, "demo", "--serve"):
        pass
    (tmp_path / "demo" / "data").rename(tmp_path / "demo" / "old data")
    (tmp_path / "demo" / "data").write_text("in the way")
    assert run("demo").returncode == 1
    assert not (tmp_path / "demo" / "password").exists()


def test_serving_the_demo_of_an_older_release_migrates_it(tmp_path):
    with announced(tmp_path, "demo", "--serve") as (_, first):
        pass
    to_an_earlier_schema(tmp_path / "demo" / "gateway.db")
    with announced(tmp_path, "demo", "--serve") as (_, again):
        assert again["Password"] == first["Password"]


def to_an_earlier_schema(file):
    """Take a database back to what it was before revision 0008."""
    store = open_store(f"sqlite:///{file}")
    with store.writing() as connection, connection.begin():
        for table in ("imported_adjustments", "jobs", "job_chunks", "export_marks", "oauth_clients"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DELETE FROM counters WHERE name = 'jobs'"))
        connection.execute(text("DROP INDEX ix_sessions_client_id"))
        connection.execute(text("ALTER TABLE sessions DROP COLUMN client_id"))
        for table in ("invoices", "invoice_items", "taxation_items"):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN balance_stated"))
        connection.execute(text("ALTER TABLE invoices DROP COLUMN adjustment_amount_stated"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    store.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_listening_everywhere_without_a_public_url_publishes_the_machines_name_and_warns(run, tmp_path, host):
    run("init")
    with announced(tmp_path, "serve", "--host", host, "--workers", "1") as (process, lines):
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WITHIN_S)
    assert lines["Endpoint"].startswith(f"http://{socket.gethostname()}:")
    (warning,) = [line for line in err.splitlines() if line.startswith("gateway: ")]
    assert "GATEWAY_PUBLIC_URL" in warning
    assert socket.gethostname() in warning


def test_listening_everywhere_with_a_public_url_is_no_reason_to_warn(run, tmp_path):
    run("init")
    url = "https://billing.example.com"
    with announced(tmp_path, "serve", "--host", "0.0.0.0", GATEWAY_PUBLIC_URL=url) as (process, lines):
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WITHIN_S)
    assert lines["Endpoint"] == f"{url}/apps/services/a/78.0"
    assert "gateway: " not in err


def test_the_tenants_own_fields_and_master_data_are_kept_by_commands(tmp_path):
    # In one process: a dozen and a half of them take their time to start.
    runner = CliRunner(env={"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}"})
    runner.invoke(gateway, ["init"])
    steps = [
        (("fields", "add", "InvoiceItemAdjustment", "Region__c", "--length", "80"), "Added "),
        (("fields", "list"), "InvoiceItemAdjustment\tRegion__c\tstring\t80"),
        (("fields", "remove", "InvoiceItemAdjustment", "Region__c"), "Removed "),
        (("fields", "ignored"), ""),
        (("settings", "set", "time_zone", "Europe/Berlin"), "time_zone is Europe/Berlin."),
        (("settings", "list"), "time_zone\tEurope/Berlin\t"),
        (("periods", "add", "Jan", "2026-01-01", "2026-01-31"), "Added Jan, 2026-01-01 to 2026-01-31."),
        (("periods", "close", "Jan", "--pending"), "Jan is PendingClose."),
        (("periods", "close", "Jan"), "Jan is Closed."),
        (("periods", "reopen", "Jan"), "Jan is Open."),
        (("periods", "list"), "Jan\t2026-01-01\t2026-01-31\tOpen"),
        (("reasons", "add", "Goodwill"), "Added Goodwill."),
        (("reasons", "default", "Goodwill"), "Goodwill is the default."),
        (("reasons", "retire", "Other"), "Retired Other."),
        (("reasons", "list"), "Goodwill\tactive\tdefault"),
        (("accounts", "add", "4000", "--type", "SalesRevenue"), "Added 4000."),
        (("accounts", "close", "4000"), "Closed 4000."),
        (("accounts", "list"), "4000\tSalesRevenue\tclosed"),
    ]
    for arguments, says in steps:
        done = runner.invoke(gateway, arguments)
        assert (done.exit_code, done.stderr) == (0, ""), arguments
        assert says in done.stdout, arguments


def test_what_a_user_may_do_is_told_and_changed_by_commands(run):
    run("init")
    run("users", "add", "ann", "--password-stdin", stdin="correct horse\n")
    run("users", "allow", "ann", "manage close process")
    run("users", "forbid", "ann", "create")
    run("users", "close", "ann")
    _, out, _ = outcome(run("users", "list"))
    assert out == "ann\tclosed\tcancel, change reason code, delete canceled, manage close process\n"
    code, _, err = outcome(run("users", "reopen", "bob"))
    assert (code, err) == (1, "gateway: There is no user 'bob'.\n")


def test_an_amount_is_spread_and_an_invoice_written_off_by_commands(tmp_path):
    runner = CliRunner(env={"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.db'}"})
    runner.invoke(gateway, ["init"])
    write_sample(tmp_path / "data", items=3)
    runner.invoke(gateway, ["import", str(tmp_path / "data")])

    def run(*arguments):
        done = runner.invoke(gateway, arguments)
        return done.exit_code, done.stdout.splitlines(), done.stderr + str(done.exception or "")

    code, lines, err = run("allocate", "INV00000001", "1.00")
    assert (code, lines) == (1, []), "there is no user yet"
    assert "`gateway users add`" in err
    runner.invoke(gateway, ["users", "add", "ann", "--password-stdin"], input="correct horse\n")
    code, lines, err = run("allocate", "INV00000001", "1.00", "--dry-run")
    assert (code, err) == (0, f"Nothing was written; {len(lines)} adjustments of 1 in all would be made.\n")
    key = ("--key", "case 7", "--strategy", "largest-first")
    first = run("allocate", "INV00000001", "1.00", *key)
    assert first[0] == 0
    assert [line.split("\t")[2:] for line in first[1]] == [["Credit", "1", "IIA-00000001"]]
    assert first[2] == "Made 1 adjustment of 1 in all.\n"
    assert run("allocate", "INV00000001", "1.00", *key)[2].startswith("Done before with this key")
    code, lines, err = run("write-off", "INV00000001", "--comment", "uncollectable")
    assert (code, len(lines) >= 3) == (0, True)
    code, lines, err = run("write-off", "INV00000001")
    assert (code, lines) == (1, [])
    assert "there is nothing to write off" in err
    runner.invoke(gateway, ["users", "add", "bob", "--password-stdin"], input="correct horse\n")
    assert "several users" in run("write-off", "INV00000001")[2]
    assert "'carl'" in run("write-off", "INV00000001", "--user", "carl")[2]
