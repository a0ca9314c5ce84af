"""Rows into CSV, JSON Lines and Parquet files."""

import gzip
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gateway.datafiles import (
    Column,
    ColumnType,
    UnreadableFile,
    UnwritableFile,
    open_rows,
    open_writer,
    write_rows,
)

COLUMNS = [
    Column("Id"),
    Column("Amount", ColumnType.DECIMAL, 4),
    Column("Count", ColumnType.INTEGER),
    Column("Yes", ColumnType.BOOLEAN),
    Column("Day", ColumnType.DATE),
    Column("At", ColumnType.TIMESTAMP),
]
ROWS = [
    ('a,"b"\nc', Decimal("-1E+2"), 7, True, date(2024, 1, 31), datetime(2024, 1, 31, 22, 30, tzinfo=UTC)),
    ("ü", "0.50", "8", "false", "2024-02-01", datetime(2024, 2, 1, tzinfo=timezone(timedelta(hours=2)))),
    (None,) * 6,
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv_has_plain_values_and_nothing_for_none(tmp_path: Path, name: str) -> None:
    write_rows(tmp_path / name, COLUMNS, ROWS)
    data = (tmp_path / name).read_bytes()
    assert (gzip.decompress(data) if name.endswith(".gz") else data).decode() == (
        "Id,Amount,Count,Yes,Day,At\n"
        '"a,""b""\nc",-100,7,true,2024-01-31,2024-01-31T22:30:00.000+00:00\n'
        "ü,0.50,8,false,2024-02-01,2024-02-01T00:00:00.000+02:00\n"
        ",,,,,\n"
    )


def test_json_lines_have_decimals_as_strings_and_null_for_none(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", COLUMNS, ROWS[:1] + ROWS[2:])
    assert (tmp_path / "a.jsonl").read_text() == (
        r'{"Id":"a,\"b\"\nc","Amount":"-100","Count":7,"Yes":true,"Day":"2024-01-31",'
        '"At":"2024-01-31T22:30:00.000+00:00"}\n'
        '{"Id":null,"Amount":null,"Count":null,"Yes":null,"Day":null,"At":null}\n'
    )


def test_parquet_has_the_columns_types_and_text_is_read_as_what_it_stands_for(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.parquet", COLUMNS, ROWS)
    table = pq.read_table(tmp_path / "a.parquet")
    assert [str(field.type) for field in table.schema] == [
        "string", "decimal128(38, 4)", "int64", "bool", "date32[day]", "timestamp[ms, tz=UTC]",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (*ROWS[0][:1], Decimal("-100.0000"), *ROWS[0][2:]),
        ("ü", Decimal("0.5000"), 8, False, date(2024, 2, 1), datetime(2024, 1, 31, 22, tzinfo=UTC)),
        (None,) * 6,
    ]


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_what_was_written_is_read_again_whatever_the_batches(tmp_path: Path, format_: str) -> None:
    columns = [Column("A"), Column("B", ColumnType.DECIMAL)]
    path = tmp_path / f"a.{format_}"
    with open_writer(path, columns) as writer:
        for start in range(0, 120_000, 40_000):
            writer.write((str(number), Decimal(number) / 8) for number in range(start, start + 40_000))
    with open_rows(path) as rows:
        assert rows.names == ("A", "B")
        for number, row in enumerate(rows):
            assert row.values["A"] == str(number)
            assert Decimal(row.values["B"]) * 8 == number
    assert number == 119_999


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_a_file_of_no_rows_has_its_columns_all_the_same(format_: str) -> None:
    stream = BytesIO()
    write_rows(stream, COLUMNS, [], format_)
    assert not stream.closed
    assert (b"Amount" in stream.getvalue()) == (format_ != "jsonl")


def test_parquet_can_be_written_into_a_pipe() -> None:
    code = (
        "import sys; from gateway.datafiles import *;"
        "write_rows(sys.stdout.buffer, [Column('A')], [['1']], 'parquet')"
    )
    written = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout
    assert pq.read_table(BytesIO(written)).to_pylist() == [{"A": "1"}]


def test_without_pyarrow_parquet_says_what_to_install_and_the_rest_works(tmp_path: Path) -> None:
    code = """if True:
        import sys
        sys.modules["pyarrow"] = None
        from pathlib import Path
        from gateway.datafiles import *
        path = Path(sys.argv[1])
        write_rows(path / "a.csv", [Column("A")], [["1"]])
        assert [row.values for row in open_rows(path / "a.csv")] == [{"A": "1"}]
        (path / "a.parquet").write_bytes(b"")
        for open_it in (lambda: open_rows(path / "a.parquet"), lambda: open_writer(path / "b.parquet", [])):
            try:
                open_it()
            except (UnreadableFile, UnwritableFile) as error:
                print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()
    assert [line.rsplit("/", 1)[-1] for line in done] == [
        "a.parquet: Parquet needs pyarrow. Install it with: pip install 'adjustment-gateway[parquet]'",
        "b.parquet: Parquet needs pyarrow. Install it with: pip install 'adjustment-gateway[parquet]'",
    ]


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"a\.csv cannot be written: No such file or directory"):
        open_writer(tmp_path / "nowhere" / "a.csv", COLUMNS)
    with pytest.raises(UnreadableFile, match="its ending does not say"):
        open_writer(tmp_path / "a.txt", COLUMNS)
