"""Reading records into drafts and changes: what is missing, what is malformed, and in which order."""

from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import AdjustmentStatus, AdjustmentType, Change, Draft, Refusal, SourceType
from gateway.engine.refusals import (
    AmbiguousValue,
    MalformedId,
    MalformedValue,
    MissingId,
    MissingValue,
    ValueTooLong,
)
from gateway.service.records import DraftReader, Record, read_adjustment_id, read_change, read_draft
from support.builders import ADJUSTMENT_ID, INVOICE_ID, ITEM_ID

VALUES = {
    "AdjustmentDate": "2024-03-15",
    "Amount": "10.00",
    "InvoiceId": INVOICE_ID,
    "SourceId": ITEM_ID,
    "SourceType": "InvoiceDetail",
    "Type": "Credit",
}
PACIFIC = ZoneInfo("America/Los_Angeles")


def a_record(without=(), ambiguous=(), **values):
    kept = {name: text for name, text in (VALUES | values).items() if name not in without}
    return Record(kept, ambiguous=list(ambiguous))


def draft(*without, zone=UTC, ambiguous=(), **values):
    return read_draft(a_record(without, ambiguous, **values), zone)


def change(ambiguous=(), nulled=(), **values):
    record = Record({"Id": ADJUSTMENT_ID} | values, list(nulled), list(ambiguous))
    return read_change(record, UTC)


# Drafts


def test_a_draft_is_read_in_every_field():
    read = draft(
        AccountingCode="4000",
        AdjustmentNumber="MINE-1",
        Comment="a comment",
        InvoiceNumber="INV00000001",
        ReasonCode="Write-off",
        ReferenceId="R-1",
    )
    assert read == Draft(
        adjustment_date=date(2024, 3, 15),
        amount=Decimal("10.00"),
        type=AdjustmentType.CREDIT,
        source_type=SourceType.INVOICE_DETAIL,
        source_id=ITEM_ID,
        invoice_id=INVOICE_ID,
        invoice_number="INV00000001",
        accounting_code="4000",
        adjustment_number="MINE-1",
        comment="a comment",
        reason_code="Write-off",
        reference_id="R-1",
    )


@pytest.mark.parametrize("name", ["AdjustmentDate", "Amount", "SourceId", "SourceType", "Type"])
def test_a_required_field_that_is_missing_is_refused(name):
    attribute = INVOICE_ITEM_ADJUSTMENT.by_name[name].attribute
    assert draft(name) == (MissingValue(attribute),)


def test_either_name_of_the_invoice_will_do():
    assert draft("InvoiceId") == (MissingValue("invoice_id"),)
    assert isinstance(draft("InvoiceId", InvoiceNumber="INV1"), Draft)


def test_nothing_at_all_is_refused_in_the_contracts_order():
    assert read_draft(Record(), UTC) == tuple(
        MissingValue(name)
        for name in ("adjustment_date", "amount", "invoice_id", "source_id", "source_type", "type")
    )


def test_missing_values_come_before_malformed_ones():
    assert draft("Type", AdjustmentDate="never", Amount="much") == (
        MissingValue("type"),
        MalformedValue("adjustment_date", "never"),
        MalformedValue("amount", "much"),
    )


def test_malformed_values_come_in_the_contracts_order():
    assert draft(Type="Debit", Comment="x" * 256, Amount="1e3", InvoiceId="?") == (
        MalformedValue("amount", "1e3"),
        ValueTooLong("comment", 256, 255),
        MalformedId("invoice_id", "?"),
        MalformedValue("type", "Debit"),
    )


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("SourceType", ["invoicedetail", "TAX", "Invoice"]),
        ("Type", ["credit", "CHARGE", "Debit"]),
    ],
)
def test_the_case_of_an_enumerated_value_counts(name, texts):
    attribute = INVOICE_ITEM_ADJUSTMENT.by_name[name].attribute
    for text in texts:
        assert draft(**{name: text}) == (MalformedValue(attribute, text),)


def test_blanks_around_an_enumerated_value_or_an_id_do_not_count():
    read = draft(SourceType=" Tax ", Type="\nCredit", SourceId=f" {ITEM_ID}\n")
    assert (read.source_type, read.type, read.source_id) == ("Tax", "Credit", ITEM_ID)


@pytest.mark.parametrize("text", ["x" * 33, "not-an-id", "8a90a0b3"])
def test_a_source_id_that_has_not_the_form_of_an_id_is_a_malformed_id(text):
    assert draft(SourceId=text) == (MalformedId("source_id", text),)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("AccountingCode", 100),
        ("AdjustmentNumber", 255),
        ("Comment", 255),
        ("InvoiceNumber", 32),
        ("ReasonCode", 32),
        ("ReferenceId", 60),
    ],
)
def test_a_text_has_its_documented_length_in_characters(name, limit):
    attribute = INVOICE_ITEM_ADJUSTMENT.by_name[name].attribute
    assert getattr(draft(**{name: "🚀" * limit}), attribute) == "🚀" * limit
    assert draft(**{name: "🚀" * (limit + 1)}) == (ValueTooLong(attribute, limit + 1, limit),)


@pytest.mark.parametrize("text", ["1", "1.00", "+1.00", "001.0", "1.", "1.000000000", " 1\n"])
def test_an_amount_is_read_as_clients_write_it(text):
    assert draft(Amount=text).amount == Decimal(1)


@pytest.mark.parametrize("text", [" ", "1,00", "1e2", "NaN", "Infinity", "1_000", "٣", "1" * 61, "0x1"])
def test_another_amount_is_refused(text):
    assert draft(Amount=text) == (MalformedValue("amount", text),)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15",
        " 2024-03-15 ",
        "2024-03-15Z",
        "2024-03-15+00:00",
        "2024-03-15-08:00",
        "2024-03-15T00:00:00",
        "2024-03-15T23:59:59.9999999",
        "2024-03-15T00:00:00.000-08:00",
        "2024-03-15T23:59:59-0700",
        "2024-03-16T06:59:59Z",
    ],
)
def test_a_date_is_read_as_clients_write_it(text):
    # In March the tenant is seven hours behind UTC.
    assert draft(AdjustmentDate=text, zone=PACIFIC).adjustment_date == date(2024, 3, 15)


@pytest.mark.parametrize("text", ["2024-02-30", "15.03.2024", "20240315", "2024-3-15", "2024-03-15T25:00:00"])
def test_another_date_is_refused(text):
    assert draft(AdjustmentDate=text) == (MalformedValue("adjustment_date", text),)


@pytest.mark.parametrize("text", ["12", "a" * 32, f" {INVOICE_ID}\n"])
def test_an_id_has_32_characters_or_is_a_number(text):
    assert draft(InvoiceId=text).invoice_id == text.strip()


@pytest.mark.parametrize("text", ["x", "a" * 31, "a" * 33, "-1", " ", "é" * 32])
def test_another_id_is_refused(text):
    assert draft(InvoiceId=text) == (MalformedId("invoice_id", text),)


@pytest.mark.parametrize("name", ["Amount", "Comment", "InvoiceId", "Type"])
def test_an_ambiguous_field_is_refused_and_not_missing(name):
    attribute = INVOICE_ITEM_ADJUSTMENT.by_name[name].attribute
    assert draft(ambiguous=[name]) == (AmbiguousValue(attribute),)
    assert draft(name, ambiguous=[name]) == (AmbiguousValue(attribute),)


def test_fields_that_create_does_not_take_are_ignored_whatever_they_say():
    ignored = {
        name: "rubbish" for name, field in INVOICE_ITEM_ADJUSTMENT.by_name.items() if not field.creatable
    }
    assert draft(**ignored) == draft()
    assert draft(ambiguous=ignored) == draft()
    assert read_draft(Record(VALUES, fields_to_null=["Comment"], foreign=["Nonsense"]), UTC) == draft()


# Changes


def test_a_change_is_read_in_every_field():
    assert change(Status="Canceled", ReasonCode="Other", TransferredToAccounting="Yes") == Change(
        id=ADJUSTMENT_ID,
        status=AdjustmentStatus.CANCELED,
        reason_code="Other",
        transferred_to_accounting="Yes",
    )


def test_a_change_of_nothing_is_a_change():
    assert change() == Change(id=ADJUSTMENT_ID)


@pytest.mark.parametrize("values", [{}, {"Id": ""}, {"Id": "  "}])
def test_a_change_without_an_id_is_refused_before_all_else(values):
    assert read_change(Record(values | {"Status": "Nonsense"}), UTC) == (MissingId("update"),)


def test_a_malformed_id_is_refused_before_all_else():
    assert change(Id="?", Status="Nonsense") == (MalformedId("id", "?"),)


def test_an_id_that_is_given_twice_is_refused_before_all_else():
    assert change(ambiguous=["Id"], Status="Nonsense") == (AmbiguousValue("id"),)


def test_malformed_changes_are_refused_in_the_contracts_order():
    assert change(
        TransferredToAccounting="yes", Status="canceled", ReasonCode="x" * 33, ambiguous=["Comment"]
    ) == (
        ValueTooLong("reason_code", 33, 32),
        MalformedValue("status", "canceled"),
        MalformedValue("transferred_to_accounting", "yes"),
    )


def test_an_ambiguous_change_is_refused():
    assert change(ambiguous=["Status"], Status="Canceled") == (AmbiguousValue("status"),)


def test_fields_that_update_does_not_take_are_ignored_whatever_they_say():
    assert change(Amount="much", Comment="x" * 999, InvoiceId="?", Type="Debit") == change()


def test_fields_to_null_are_known_by_their_exact_names():
    assert change(nulled=["ReasonCode", "reasoncode", "Nonsense", "Comment"]).fields_to_null == {
        "reason_code",
        "comment",
    }


@pytest.mark.parametrize("action", ["update", "delete"])
def test_an_id_is_read_for_its_action(action):
    assert read_adjustment_id(f" {ADJUSTMENT_ID} ", action) == ADJUSTMENT_ID
    assert read_adjustment_id(None, action) == (MissingId(action),)
    assert read_adjustment_id(" ", action) == (MissingId(action),)
    assert read_adjustment_id("x y", action) == (MalformedId("id", "x y"),)


# Whatever is sent


NAMES = st.sampled_from([*INVOICE_ITEM_ADJUSTMENT.by_name, "Nonsense"])
TEXTS = st.one_of(
    st.text(), st.sampled_from([*VALUES.values(), "Canceled", "0", "true", "9999-12-31T24:00:00Z"])
)
RECORDS = st.builds(
    lambda some, **others: Record({**VALUES, **some}, **others),
    st.dictionaries(NAMES, TEXTS),
    fields_to_null=st.lists(NAMES),
    ambiguous=st.lists(NAMES),
    foreign=st.lists(st.text()),
)


@settings(derandomize=True, deadline=None, database=None)
@given(RECORDS, st.sampled_from([UTC, PACIFIC]))
def test_any_record_is_a_draft_or_refusals_that_name_a_field_each(record, zone):
    for read, made in ((read_draft(record, zone), Draft), (read_change(record, zone), Change)):
        if isinstance(read, tuple):
            assert read
            assert all(isinstance(refusal, Refusal) for refusal in read)
        else:
            assert isinstance(read, made)


def test_records_that_are_read_together_are_read_as_each_alone():
    records = [
        a_record(),
        a_record(Type="Debit"),
        a_record(),
        a_record(without=["Amount"], Nonsense="1"),
        a_record(Status="Processed", Amount="10"),
        a_record(ambiguous=["Type"], SourceType=" Tax "),
        Record(VALUES, fields_to_null=["Comment", "None"], foreign=["Nonsense"]),
        a_record(AdjustmentDate="2024-03-15T23:00:00-08:00"),
        a_record(AdjustmentDate="never"),
        a_record(AdjustmentDate="never"),
    ]
    for strict in (False, True):
        reader = DraftReader(PACIFIC, INVOICE_ITEM_ADJUSTMENT, strict=strict)
        alone = [read_draft(record, PACIFIC, strict=strict) for record in records]
        assert [reader.read(record) for record in records] == alone


def test_drafts_that_are_read_together_share_no_values_of_own_fields():
    reader = DraftReader(UTC, INVOICE_ITEM_ADJUSTMENT, strict=False)
    first, second = reader.read(a_record()), reader.read(a_record())
    assert first.custom is not second.custom
