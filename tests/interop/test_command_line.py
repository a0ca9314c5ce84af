"""The command line as a person or a script uses it: answers, errors and exit codes."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys

import pytest

from gateway.cli.sample import write_sample

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
    added = run("user", "add", "ann", "--password-stdin", stdin="correct horse\n")
    assert outcome(added) == (0, "Added ann.\n", "")
    again = run("user", "add", "ann", "--password-stdin", stdin="correct horse\n")
    assert outcome(again) == (1, "", "Error: There is a user ann already.\n")


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("user", "add", "ann", "--password-stdin"), "short\n", "at least 8 characters"),
        (("user", "add", "ann"), "", "use --password-stdin"),
        (("user", "add", " ", "--password-stdin"), "correct horse\n", "1 to 255 characters"),
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


def test_a_setting_that_makes_no_sense_is_named(run):
    code, _, err = outcome(run("init", GATEWAY_WORKERS="many"))
    assert code == 2
    assert "GATEWAY_WORKERS is 'many'; it must be a whole number" in err


@pytest.mark.parametrize("command", [("serve",), ("user", "add", "ann", "--password-stdin"), ("import", ".")])
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


@pytest.mark.parametrize("url", ["nonsense", "oracle://ann:secret-password@host/db", "nonsense://x"])
def test_a_database_url_that_makes_no_sense_is_one_plain_sentence(run, url):
    code, out, err = outcome(run("init", GATEWAY_DATABASE_URL=url))
    assert (code, out) == (1, "")
    assert err.startswith("gateway: ")
    assert len(err.splitlines()) == 1
    assert "secret-password" not in err


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


def test_the_demo_adjusts_every_item_ends_by_itself_and_says_how_to_go_on(run):
    code, out, err = outcome(run("demo"))
    assert (code, err) == (0, "")
    assert re.search(r"Items on the invoice\D+1,200", out)
    assert re.search(r"Adjustments created\D+1,200", out)
    assert "Adjustment amount is out of range. Please change the amount." in out
    assert "make serve" in out


def test_the_demos_data_is_served_until_told_to_stop(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "demo", "--serve"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"GATEWAY_PORT": "0", "PYTHONUNBUFFERED": "1"},
    )
    lines = {}
    for line in process.stdout:
        name, _, value = line.partition(" ")
        lines[name] = value.strip()
        if name == "Password":
            break
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    assert rest == ""
    assert lines["Endpoint"].startswith("http://127.0.0.1:")
    assert lines["WSDL"].endswith("/apps/servlet/GenerateWsdl?version=78.0")
    assert lines["User"] == "demo@example.com"
    assert len(lines["Password"]) >= 12
