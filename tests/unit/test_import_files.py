"""Recognizing import files, their headers and their cells."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.contract.objects import OBJECTS
from gateway.datafiles import Row
from gateway.service.failures import InvalidArgument
from gateway.service.imports.files import ImportFile, OpenFile, find_files, read_header
from gateway.service.imports.kinds import (
    ACCOUNTING_CODES,
    ACCOUNTS,
    INVOICE_HISTORY,
    INVOICES,
    ITEM_HISTORY,
    ITEMS,
    KINDS,
    PERIODS,
    REASON_CODES,
    TAXES,
    FileKind,
)
from gateway.service.imports.rows import Problem, RowReader

ITEM_ID, INVOICE_ID = "i" * 32, "f" * 32


def read(kind: FileKind, header: str, *cells: str, zone=UTC):
    names = header.split(",")
    found = read_header(ImportFile(Path("x.csv"), kind), names)
    return RowReader(found, (), zone).read(Row(2, dict(zip(names, cells, strict=True))))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def open_item_file(folder: Path, content: str | bytes) -> OpenFile:
    return OpenFile(ImportFile(write(folder, "InvoiceItem.csv", content), ITEMS))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Account.csv", ACCOUNTS),
        ("account.csv", ACCOUNTS),
        ("zuora_account_data.csv", ACCOUNTS),
        ("Invoice.csv", INVOICES),
        ("INVOICE.CSV", INVOICES),
        ("InvoiceItem.csv", ITEMS),
        ("invoice_item.csv", ITEMS),
        ("zuora_invoice_item_data.csv", ITEMS),
        ("InvoiceItem-2.csv", ITEMS),
        ("invoice_item_2024-01-31.csv", ITEMS),
        ("TaxationItem.csv", TAXES),
        ("zuora_taxation_item_data.csv", TAXES),
        ("InvoiceItemAdjustment.csv", ITEM_HISTORY),
        ("zuora_invoice_adjustment_data.csv", INVOICE_HISTORY),
        ("AccountingPeriod.csv", PERIODS),
        ("accounting_code.csv", ACCOUNTING_CODES),
        ("ReasonCode.csv", REASON_CODES),
        ("InvoiceItem.csv.gz", ITEMS),
        ("InvoiceItem.parquet", ITEMS),
        ("invoice_item.parquet", ITEMS),
        ("InvoiceItem-2.parquet", ITEMS),
        ("zuora_invoice_item_data_2024-01-31.CSV.GZ", ITEMS),
    ],
)
def test_a_files_name_says_what_it_holds(tmp_path: Path, name: str, kind: FileKind) -> None:
    assert [file.kind for file in find_files([write(tmp_path, name, "Id\n")])] == [kind]


def test_files_are_loaded_in_the_order_of_their_references_whatever_the_order_given(tmp_path: Path) -> None:
    names = [
        "InvoiceItemAdjustment.csv", "TaxationItem.csv", "InvoiceItem.csv", "Invoice.csv", "Account.csv",
        "Account-2.csv", "AccountingPeriod.csv",
    ]  # fmt: skip
    found = find_files([write(tmp_path, name, "Id\n") for name in names])
    assert [file.path.name for file in found] == [
        "AccountingPeriod.csv", "Account.csv", "Account-2.csv", "Invoice.csv", "InvoiceItem.csv",
        "TaxationItem.csv", "InvoiceItemAdjustment.csv",
    ]  # fmt: skip


def test_a_file_that_is_given_twice_is_loaded_once(tmp_path: Path) -> None:
    file = write(tmp_path, "Account.csv", "Id\n")
    assert len(find_files([tmp_path, file])) == 1


def test_a_folders_other_files_are_left_alone_but_an_unknown_csv_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "Account.csv", "Id\n")
    write(tmp_path, "notes.txt", "")
    write(tmp_path, ".~lock.Account.csv", "")
    assert len(find_files([tmp_path])) == 1
    write(tmp_path, "Invoices.csv", "Id\n")
    with pytest.raises(InvalidArgument, match=r"Invoices\.csv: its name .* TaxationItem\.csv"):
        find_files([tmp_path])


def test_a_folder_without_csv_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="has no CSV files"):
        find_files([tmp_path])


@pytest.mark.parametrize("charge", ["ChargeAmount", "InvoiceItem.ChargeAmount", "charge_amount"])
def test_a_header_has_the_contracts_name_with_or_without_its_object_or_a_connectors(charge: str) -> None:
    assert read(ITEMS, f"Id,InvoiceId,{charge}", ITEM_ID, INVOICE_ID, "1") == {
        "id": ITEM_ID, "invoice_id": INVOICE_ID, "charge_amount": Decimal(1),
    }  # fmt: skip


def test_a_connectors_names_need_not_break_words_where_the_contract_does() -> None:
    assert read(ACCOUNTS, "id,vatid", "1", "DE1") == {"id": "1", "vat_id": "DE1"}
    assert read(ACCOUNTS, "id,vat_id", "1", "DE1") == {"id": "1", "vat_id": "DE1"}


def test_no_two_fields_of_an_object_have_the_same_connectors_name() -> None:
    for object_type in OBJECTS:
        assert len(object_type.by_lower_name) == len(object_type.output_fields)
    for kind in KINDS:
        assert {field.attribute for field in kind.by_connector_header.values()} == {
            field.attribute for field in kind.by_header.values()
        }


def test_the_case_of_the_contracts_names_counts_and_unknown_columns_are_listed() -> None:
    file = ImportFile(Path("Account.csv"), ACCOUNTS)
    header = read_header(file, ["Id", "ACCOUNTNUMBER", "Invoice.Id", " Name ", "", "x", "_fivetran_synced"])
    assert [column.field.attribute for column in header.columns] == ["id", "name"]
    assert header.ignored == ("ACCOUNTNUMBER", "Invoice.Id", "x", "_fivetran_synced")


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"the columns Id and Account\.Id are the same"):
        read_header(ImportFile(Path("Account.csv"), ACCOUNTS), ["Id", "Account.Id"])


def test_columns_that_say_deleted_may_stand_together() -> None:
    header = read_header(ImportFile(Path("Account.csv"), ACCOUNTS), ["id", "_fivetran_deleted", "deleted"])
    assert [column.field.attribute for column in header.columns] == ["id", "deleted", "deleted"]


def test_missing_required_columns_are_named() -> None:
    with pytest.raises(InvalidArgument, match="lacks AccountId, InvoiceNumber, InvoiceDate, Amount, Status"):
        read_header(ImportFile(Path("Invoice.csv"), INVOICES), ["Id", "ACCOUNTID"])


def test_text_that_is_no_header_is_refused(tmp_path: Path) -> None:
    for content, reason in ((b"", "is empty"), ("Id,Name\n".encode("utf-16"), "the header is not UTF-8")):
        with pytest.raises(InvalidArgument, match=reason):
            open_item_file(tmp_path, content)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"nowhere\.csv cannot be read: No such file"):
        OpenFile(ImportFile(tmp_path / "nowhere.csv", ITEMS))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_is_named_by_its_first_line_whatever_the_line_ends(tmp_path: Path, end: str) -> None:
    lines = ["\ufeffId,InvoiceId,ChargeAmount,ChargeName", '1,2,3,"a', 'b"', "", "4,5,6,c"]
    with open_item_file(tmp_path, end.join(lines)) as file:
        records = list(file.records())
    found = [(record.position, record.values["ChargeName"]) for record in records]
    assert found == [(2, f"a{end}b"), (5, "c")]
    assert file.header.columns[0].header == "Id"


def test_a_record_with_other_cells_than_the_header_or_bad_quotes_is_named_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    content = 'Id,InvoiceId,ChargeAmount\n1,2\n1,2,3,4\n1,"2"x,3\n4,5,6\n'
    with open_item_file(tmp_path, content) as file:
        records = list(file.records())
        assert file.bytes_done == len(content)
    assert [(record.position, record.trouble) for record in records] == [
        (2, "has 2 cells where the header has 3"),
        (3, "has 4 cells where the header has 3"),
        (4, "is no CSV: ',' expected after '\"'"),
        (5, ""),
    ]


def test_bytes_that_are_not_utf_8_are_named_by_column(tmp_path: Path) -> None:
    with open_item_file(tmp_path, b"Id,InvoiceId,ChargeAmount,ChargeName\n1,2,3,M\xfcller\n") as file:
        [record] = file.records()
        assert RowReader(file.header, (), UTC).read(record) == (Problem("charge_name", "is not UTF-8"),)


def test_connectors_forms_of_values_are_read() -> None:
    header = (
        "id,_fivetran_deleted,invoice_date,created_date,includes_usage,amount,account_id,status,"
        "invoice_number"
    )
    row = read(
        INVOICES, header, "7", "FALSE", "2015-03-01 00:00:00.000000", "2016-01-15 22:30:00.000000", "TRUE",
        "70.36", "8", "Posted", "INV1", zone=timezone(timedelta(hours=2)),
    )  # fmt: skip
    assert row == {
        "id": "7",
        "deleted": False,
        "invoice_date": date(2015, 3, 1),
        "created_date": datetime(2016, 1, 15, 22, 30, tzinfo=UTC),
        "includes_usage": True,
        "amount": Decimal("70.36"),
        "account_id": "8",
        "status": "Posted",
        "invoice_number": "INV1",
    }


def test_a_date_time_without_offset_is_the_tenants_under_the_contracts_names() -> None:
    zone = timezone(timedelta(hours=2))
    row = read(ACCOUNTS, "Id,CreatedDate", "1", "2016-01-15T22:30:00", zone=zone)
    assert row == {"id": "1", "created_date": datetime(2016, 1, 15, 20, 30, tzinfo=UTC)}


def test_empty_and_blank_cells_are_null() -> None:
    assert read(ACCOUNTS, "Id,Name,Balance", "1", "", "  ") == {"id": "1", "name": None, "balance": None}


def test_an_empty_required_cell_is_named() -> None:
    header = read_header(ImportFile(Path("Account.csv"), ACCOUNTS), ["Id", "Name"])
    assert RowReader(header, ("id",), UTC).read(Row(2, {"Name": "x"})) == (Problem("id", "is empty"),)


def test_a_deleted_record_needs_nothing_else() -> None:
    assert read(ITEMS, "id,invoice_id,charge_amount,_fivetran_deleted", "?", "", "x", "TRUE") == {
        "deleted": True
    }


@pytest.mark.parametrize("deleted", [("TRUE", ""), ("true", "FALSE"), ("", "TRUE"), ("x", "TRUE")])
def test_a_record_is_deleted_when_any_column_says_so(deleted: tuple[str, str]) -> None:
    assert read(ACCOUNTS, "id,_fivetran_deleted,deleted", "1", *deleted) == {"deleted": True}


def test_characters_that_xml_cannot_carry_are_replaced() -> None:
    assert read(ACCOUNTS, "Id,Name", "1", "a\x0bb") == {"id": "1", "name": "a\ufffdb"}


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("Id", "a b", "'a b' is not an Id (32 letters and digits, or a number)"),
        ("Balance", "1,000.00", "'1,000.00' is not a decimal"),
        ("Balance", "1e3", "'1e3' is not a decimal"),
        ("Balance", "NaN", "'NaN' is not a decimal"),
        (
            "Balance",
            "0.1234567890123",
            "0.1234567890123 has more than 26 digits before or 12 after its point",
        ),
        ("Balance", "1" * 27, f"{'1' * 27} has more than 26 digits before or 12 after its point"),
        ("BillCycleDay", "1.5", "'1.5' is not a whole number"),
        ("AutoPay", "yes", "'yes' is not true or false"),
        ("LastInvoiceDate", "31.12.2024", "'31.12.2024' is not a date"),
        ("CreatedDate", "2024-02-30T00:00:00", "'2024-02-30T00:00:00' is not a date and time"),
        ("Currency", "EURO", "has 4 characters; the most are 3"),
        ("Balance", "9" * 50 + "x", f"'{'9' * 40}...' is not a decimal"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(column: str, text: str, reason: str) -> None:
    attribute = ACCOUNTS.by_header[column].attribute
    header = column if column == "Id" else f"Id,{column}"
    assert read(ACCOUNTS, header, *([text] if column == "Id" else ["1", text])) == (
        Problem(attribute, reason),
    )


def test_all_bad_cells_of_a_record_are_named() -> None:
    problems = read(ACCOUNTS, "Id,Balance,AutoPay", "?", "x", "y")
    assert [problem.attribute for problem in problems] == ["id", "balance", "auto_pay"]
