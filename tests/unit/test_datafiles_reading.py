"""Rows out of CSV, JSON Lines and Parquet files, hostile ones too."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gateway.datafiles import Row, UnreadableFile, open_rows
from gateway.datafiles.rows import MAX_CELL_CHARACTERS, MAX_ROW_CHARACTERS


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    return path


def read(path: Path) -> list[Row]:
    with open_rows(path) as rows:
        return list(rows)


def read_table(folder: Path, **columns: pa.Array) -> list[Row]:
    path = folder / "rows.parquet"
    pq.write_table(pa.table(columns), path)
    return read(path)


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "a.csv.gz", "a.1.CSV.GZ"])
def test_csv_is_read_by_its_header_and_empty_cells_are_left_out(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, "\ufeffId, Amount ,,Comment\n1,2.50,x,\n\n2,,,Müller\n")
    with open_rows(path) as rows:
        assert rows.names == ("Id", "Amount", "Comment")
        assert list(rows) == [Row(2, {"Id": "1", "Amount": "2.50"}), Row(4, {"Id": "2", "Comment": "Müller"})]
        assert rows.bytes_done == rows.bytes_total == path.stat().st_size


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_record_is_named_by_its_first_line_whatever_the_line_ends(tmp_path: Path, end: str) -> None:
    path = write(tmp_path, "a.csv", end.join(["A,B", '1,"a', 'b"', "", '2,"say ""c"""']))
    assert read(path) == [Row(2, {"A": "1", "B": f"a{end}b"}), Row(5, {"A": "2", "B": 'say "c"'})]


def test_a_csv_record_that_cannot_be_read_says_why_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b'A,B,C\n1,2\n1,2,3,4\n1,"2"x,3\n4,M\xfcller,6\n7,8,9\n')
    assert read(path) == [
        Row(2, {}, "has 2 cells where the header has 3"),
        Row(3, {}, "has 4 cells where the header has 3"),
        Row(4, {}, "is no CSV: ',' expected after '\"'"),
        Row(5, {"A": "4", "C": "6"}, "is not UTF-8", "B"),
        Row(6, {"A": "7", "B": "8", "C": "9"}),
    ]


def test_cells_of_some_columns_are_read_for_every_row_that_there_is(tmp_path: Path) -> None:
    csv = write(tmp_path, "a.csv", b'A,B,C\n1,2\n,,\n\n1,"2"x,3\n4,M\xfcller,6\n7,8,9\n')
    with open_rows(csv) as rows:
        assert [tuple(cells) for cells in rows.cells(["C", "A"])] == [
            ("", ""),
            ("", ""),
            ("", ""),
            ("6", "4"),
            ("9", "7"),
        ]
    with open_rows(csv) as rows:
        assert [tuple(cells) for cells in rows.cells([])] == [()] * len(read(csv))
    table = tmp_path / "a.parquet"
    pq.write_table(pa.table({"A": ["1", None], "B": pa.array([{"b": 1}, None])}), table)
    with open_rows(table) as rows:
        assert list(rows.cells(["A"])) == [("1",), ("",)]


def test_a_csv_row_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    long = "x" * (2 * MAX_ROW_CHARACTERS)
    many = '"\n",' * (MAX_ROW_CHARACTERS // 4 + 1)
    path = write(tmp_path, "a.csv.gz", f"A,B\n{long}\n1,{'y' * (MAX_CELL_CHARACTERS + 1)}\n3,4\n{many}")
    rows = read(path)
    assert [(row.position, row.trouble) for row in rows[:3]] == [
        (2, f"is no CSV: a record of more than {MAX_ROW_CHARACTERS:,} characters"),
        (3, f"is no CSV: field larger than field limit ({MAX_CELL_CHARACTERS})"),
        (4, ""),
    ]
    assert rows[3].trouble.startswith("is no CSV: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("Id,Name\n".encode("utf-16"), "the header is not UTF-8"),
        (b"Id,Name,Id\n", "the header has Id twice"),
        (b" ,,\n1,2,3\n", "the header names no column"),
        (b"A" * (MAX_ROW_CHARACTERS + 1), "the header is no CSV: a record of more than"),
    ],
)
def test_text_that_is_no_header_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"a\.csv.*{reason}"):
        open_rows(write(tmp_path, "a.csv", content))


def test_what_is_no_file_of_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"a\.csv cannot be read: No such file"):
        open_rows(tmp_path / "a.csv")
    with pytest.raises(UnreadableFile, match=r"a\.txt: its ending does not say.*\.parquet"):
        open_rows(write(tmp_path, "a.txt", "A\n1\n"))
    with pytest.raises(UnreadableFile, match="xml is none of csv, jsonl, parquet"):
        open_rows(tmp_path / "a.csv", "xml")
    with pytest.raises(UnreadableFile, match="compresses by itself"):
        open_rows(tmp_path / "a.parquet.gz")
    for name in ("a.parquet", "b.parquet"):
        with pytest.raises(UnreadableFile, match=rf"{name} cannot be read as Parquet"):
            open_rows(write(tmp_path, name, "" if name < "b" else "A\n1\n"))


def test_a_format_that_is_said_counts_and_not_the_ending(tmp_path: Path) -> None:
    with open_rows(write(tmp_path, "a.txt", "A\n1\n"), "csv") as rows:
        assert [row.values for row in rows] == [{"A": "1"}]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz"])
def test_a_gzip_file_that_breaks_off_says_so_behind_what_can_be_read(tmp_path: Path, name: str) -> None:
    line = '{{"A": "{0:032x}"}}\n' if "json" in name else "{0:032x}\n"
    text = "A\n" * (name == "a.csv.gz") + "".join(line.format(n * n * 2**61) for n in range(9_000))
    path = write(tmp_path, name, text)
    path.write_bytes(path.read_bytes()[:-3_000])
    with open_rows(path) as rows, pytest.raises(UnreadableFile, match="cannot be read to its end"):
        assert not [row for row in rows if row.trouble]
    path.write_bytes(b"A\n1\n")
    with pytest.raises(UnreadableFile, match="cannot be read to its end: Not a gzipped file"):
        open_rows(path)


def test_columns_that_are_not_wanted_are_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"A,B,C\n1,\xff,3\n1,2\n")
    for wanted, values in (({"A"}, {"A": "1"}), ({"A", "C"}, {"A": "1", "C": "3"}), ((), {})):
        with open_rows(path) as rows:
            rows.keep(wanted)
            first, second = rows
        assert first == Row(2, values)
        assert second.trouble
    with open_rows(write(tmp_path, "a.jsonl", '{"A": [], "B": "2"}')) as rows:
        rows.keep(["B"])
        assert list(rows) == [Row(1, {"B": "2"})]
    pq.write_table(pa.table({"A": [[1]], "B": ["2"]}), tmp_path / "a.parquet")
    for wanted, values in ((["B"], {"B": "2"}), ([], {})):
        with open_rows(tmp_path / "a.parquet") as rows:
            rows.keep(wanted)
            assert list(rows) == [Row(1, values)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz"])
def test_json_lines_are_read_with_their_numbers_as_the_text_they_are(tmp_path: Path, name: str) -> None:
    lines = [
        '\ufeff{"Id": 1, "Amount": 0.1000000000000000055511151231257827, "Comment": null}',
        "",
        '{"Id": "2", "Amount": 12345678901234567890, "AutoPay": true, "Comment": "", "Name": "Müller"}\r',
        '{"Amount": -1.50e2, "AutoPay": false}',
    ]
    path = write(tmp_path, name, "\n".join(lines))
    with open_rows(path) as rows:
        assert rows.names == ("Id", "Amount", "Comment")
        assert list(rows) == [
            Row(1, {"Id": "1", "Amount": "0.1000000000000000055511151231257827"}),
            Row(3, {"Id": "2", "Amount": "12345678901234567890", "AutoPay": "true", "Name": "Müller"}),
            Row(4, {"Amount": "-150", "AutoPay": "false"}),
        ]
        assert rows.bytes_done == rows.bytes_total


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("{", "is no JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[1]", "is no JSON object"),
        ("1", "is no JSON object"),
        ('{"A": NaN}', "is no JSON: NaN is no number"),
        ('{"A": 1, "B": 2, "A": 3}', "has A twice"),
        ('{"A": 1e999999999}', "has a number with an exponent beyond 60"),
        ('{"A": 1e99999999999999999999}', "has a number with an exponent beyond 60"),
        ('{"A": ' + "[" * 100_000, "is no JSON: it is nested too deeply"),
        ('{"A": "' + "x" * MAX_ROW_CHARACTERS + '"}', f"is a line of more than {MAX_ROW_CHARACTERS:,} bytes"),
        (b'{"A": "\xff"}', "is not UTF-8"),
    ],
)
def test_a_line_that_is_no_row_says_why_and_the_rest_is_read(
    tmp_path: Path, line: str | bytes, trouble: str
) -> None:
    content = line if isinstance(line, bytes) else line.encode()
    rows = read(write(tmp_path, "a.jsonl", content + b'\n{"A": "1"}'))
    assert rows == [Row(1, {}, trouble), Row(2, {"A": "1"})]


@pytest.mark.parametrize(
    ("value", "trouble"),
    [
        ("[1]", "is a nested value"),
        ('{"B": 1}', "is a nested value"),
        (r'"\ud800"', "is not UTF-8"),
        ('"' + "x" * (MAX_CELL_CHARACTERS + 1) + '"', "has more than 131,072 characters"),
    ],
)
def test_a_json_value_that_is_no_cell_is_named(tmp_path: Path, value: str, trouble: str) -> None:
    assert read(write(tmp_path, "a.jsonl", f'{{"A": {value}, "C": "3"}}')) == [
        Row(1, {"C": "3"}, trouble, "A")
    ]


def test_an_empty_file_of_json_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is empty"):
        open_rows(write(tmp_path, "a.jsonl", "\n \n"))


def test_parquet_values_become_the_text_that_csv_would_have(tmp_path: Path) -> None:
    east = timezone(timedelta(hours=2))
    moment = datetime(2024, 1, 31, 22, 30, 0, 5_000, tzinfo=UTC)
    rows = read_table(
        tmp_path,
        Text=pa.array(["Müller"]),
        Large=pa.array(["x"], pa.large_string()),
        Repeated=pa.array(["y"]).dictionary_encode(),
        Unmarked=pa.array([b"z"]),
        Amount=pa.array([Decimal("-80.50")], pa.decimal128(38, 9)),
        Small=pa.array([Decimal("0.00000001")], pa.decimal128(38, 12)),
        Wide=pa.array([Decimal("9" * 30 + ".10")], pa.decimal256(70, 30)),
        Whole=pa.array([Decimal(1200)], pa.decimal128(9, 0)),
        Day=pa.array([date(2024, 1, 31)]),
        Day64=pa.array([date(2024, 1, 31)], pa.date64()),
        Local=pa.array([moment.replace(tzinfo=None)], pa.timestamp("us")),
        Moment=pa.array([moment.replace(tzinfo=east)], pa.timestamp("ms", "+02:00")),
        Zulu=pa.array([moment], pa.timestamp("ns", "UTC")),
        Yes=pa.array([True]),
        Count=pa.array([-7], pa.int16()),
        Float=pa.array([70.36]),
        Tiny=pa.array([1e-05]),
        Half=pa.array([0.5], pa.float32()),
        Nothing=pa.array([None]),
    )
    assert rows == [
        Row(
            1,
            {
                "Text": "Müller",
                "Large": "x",
                "Repeated": "y",
                "Unmarked": "z",
                "Amount": "-80.5",
                "Small": "0.00000001",
                "Wide": "9" * 30 + ".1",
                "Whole": "1200",
                "Day": "2024-01-31",
                "Day64": "2024-01-31",
                "Local": "2024-01-31T22:30:00.005000",
                "Moment": "2024-01-31T20:30:00.005Z",
                "Zulu": "2024-01-31T22:30:00.005000000Z",
                "Yes": "true",
                "Count": "-7",
                "Float": "70.36",
                "Tiny": "0.00001",
                "Half": "0.5",
            },
        )
    ]


@pytest.mark.parametrize(
    ("cell", "trouble"),
    [
        (pa.array([0.1 + 0.2]), "is a float that stands for no certain decimal"),
        (pa.array([0.1], pa.float32()), "is a float that stands for no certain decimal"),
        (pa.array([float("nan")]), "is a float that is no number"),
        (pa.array([[1]]), "is a list<.*>, which is no single value"),
        (pa.array([{"a": 1}]), "is a struct<.*>, which is no single value"),
        (pa.array([b"\xff"]), "is not UTF-8"),
        (pa.array([b"\xff"]).view(pa.string()), "is not UTF-8"),
        (pa.array(["x" * (MAX_CELL_CHARACTERS + 1)]), "has more than 131,072 characters"),
    ],
)
def test_a_parquet_cell_that_cannot_be_read_is_named(tmp_path: Path, cell: pa.Array, trouble: str) -> None:
    [row] = read_table(tmp_path, A=cell, B=pa.array(["2"]))
    assert (row.position, row.values, row.column) == (1, {"B": "2"}, "A")
    assert re.match(trouble, row.trouble)


def test_a_long_text_that_a_parquet_file_repeats_is_here_once(tmp_path: Path) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 1_000_000])
    rows = read_table(tmp_path, A=long)
    assert {row.trouble for row in rows} == {"has more than 131,072 characters"}


def test_parquet_rows_are_counted_over_batches_and_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"A": list(range(20_000))}), path, row_group_size=7_000)
    with open_rows(path) as rows:
        found = [(row.position, row.values["A"]) for row in rows]
        assert rows.bytes_done == rows.bytes_total
    assert found == [(number + 1, str(number)) for number in range(20_000)]


def test_parquet_that_is_damaged_inside_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"A": [f"{n * n * 2**61:032x}" for n in range(5_000)]}), path)
    data = bytearray(path.read_bytes())
    data[100:1_000] = b"\xff" * 900
    path.write_bytes(data)
    with open_rows(path) as rows, pytest.raises(UnreadableFile, match="cannot be read to its end"):
        list(rows)
