"""``gateway query``: any number of rows, in every format."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway as gateway_command
from gateway.service import querying

QUERY = "select InvoiceNumber, Amount, InvoiceDate, Status, Comments, CreatedDate, IncludesUsage from Invoice"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    environment = {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'command.db'}"}
    files = tmp_path / "files"
    files.mkdir()
    (files / "Account.csv").write_text("Id,Currency\n1,EUR\n")
    made = "2024-03-01T12:00:00Z"
    lines = ["Id,AccountId,InvoiceNumber,InvoiceDate,Amount,Status,Comments,CreatedDate,IncludesUsage"]
    lines += [
        f"{number},1,INV{number},2024-03-0{number},{number}.50,Posted,Zoë {'x' * number},{made},true"
        for number in range(1, 8)
    ]
    (files / "Invoice.csv").write_text("\n".join(lines))
    for arguments in (["init"], ["import", str(files)]):
        assert CliRunner().invoke(gateway_command, arguments, env=environment).exit_code == 0
    return environment


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "MAX_BATCH_SIZE", 3)


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(gateway_command, ["query", *arguments], env=environment)


def test_a_table_is_aligned_and_as_wide_as_its_first_page_needs(environment: dict[str, str]) -> None:
    result = run(environment, "select Amount, Comments from Invoice order by Amount limit 5")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "Id  Amount  Comments",
        "--  ------  --------",
        "1      1.5  Zoë x",
        "2      2.5  Zoë xx",
        "3      3.5  Zoë xxx",
        "4      4.5  Zoë xxxx",
        "5      5.5  Zoë xxx\u2026",
    ]
    assert result.stderr == "5 rows\n"


def test_a_table_moves_no_cursor_and_shows_the_tenants_times(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "Account.csv").write_text('Id,Name\n1,"a\x1b[2J\nb"\n')
    CliRunner().invoke(gateway_command, ["import", str(tmp_path / "Account.csv")], env=environment)
    CliRunner().invoke(gateway_command, ["settings", "set", "time_zone", "Europe/Berlin"], env=environment)
    result = run(environment, "select Name from Account")
    assert "\x1b" not in result.stdout
    assert result.stdout.splitlines()[2].startswith("1   a\ufffd[2J\ufffdb")
    shown = run(environment, "select CreatedDate from Invoice limit 1").stdout
    assert "2024-03-01T13:00:00.000+01:00" in shown


def test_every_format_has_all_pages_with_exact_values(environment: dict[str, str], tmp_path: Path) -> None:
    for format_ in ("csv", "jsonl", "parquet"):
        output = tmp_path / f"out.{format_}"
        result = run(environment, QUERY, "--output", str(output))
        assert (result.exit_code, result.output) == (0, ""), result.stderr
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    typed = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["Id"] for row in rows] == [row["Id"] for row in lines] == [row["Id"] for row in typed]
    assert [row["Id"] for row in rows] == [str(number) for number in range(1, 8)]
    assert (rows[0]["Amount"], rows[0]["IncludesUsage"], rows[0]["InvoiceDate"]) == (
        "1.5",
        "true",
        "2024-03-01",
    )
    assert (lines[0]["Amount"], lines[0]["IncludesUsage"]) == ("1.5", True)
    assert (typed[0]["Amount"], typed[0]["IncludesUsage"]) == (Decimal("1.5"), True)
    assert typed[0]["CreatedDate"].isoformat() == "2024-03-01T12:00:00+00:00"


def test_rows_go_to_standard_output_in_a_format_that_is_said(environment: dict[str, str]) -> None:
    result = run(environment, "select Id from Invoice order by Id desc limit 4", "--format", "csv")
    assert result.stdout.split() == ["Id", "7", "6", "5", "4"]


def test_case_may_be_left_aside(environment: dict[str, str]) -> None:
    query = "select Id from Invoice where InvoiceNumber = 'inv3'"
    assert run(environment, query, "--format", "csv").stdout.split() == ["Id"]
    assert run(environment, query, "--format", "csv", "--ignore-case").stdout.split() == ["Id", "3"]


def test_no_rows_are_a_table_too(environment: dict[str, str]) -> None:
    result = run(environment, "select Id from Invoice where Amount > 100")
    assert (result.stdout.split(), result.stderr) == (["Id", "--"], "0 rows\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["select"], "You have an error in your ZOQL syntax"),
        (["select Shoe from Invoice"], "invalid field for query: Invoice.shoe"),
        (["select Id from Invoice", "--format", "table", "--output", "a.csv"], "A table is for reading"),
        (["select Id from Invoice", "--output", "a.txt"], "its ending does not say"),
    ],
)
def test_what_is_no_query_is_wrong_usage_in_the_parsers_words(
    environment: dict[str, str], arguments: list[str], reason: str
) -> None:
    result = run(environment, *arguments)
    assert (result.exit_code, reason in result.stderr) == (2, True), result.stderr


def test_a_file_that_is_there_stays_as_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    result = run(environment, "select Id from Invoice", "--output", str(tmp_path / "a.csv"))
    assert (result.exit_code, (tmp_path / "a.csv").read_text()) == (2, "mine")
