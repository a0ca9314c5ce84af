"""Queries meet the contract: names looked up, values read by their field's type, refusals in its words."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gateway.contract.errors import ErrorCode
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, OBJECTS
from gateway.service import selection
from gateway.service.failures import MalformedQuery
from gateway.service.selection import BY_ID, AnyOf, Every, SortKey, select

PACIFIC = ZoneInfo("America/Los_Angeles")


def names(text):
    return [field.name for field in select(text, UTC).fields]


def a_filter(condition, of="InvoiceItemAdjustment", zone=UTC):
    return select(f"select Id from {of} where {condition}", zone).filter


def a_value(condition, of="InvoiceItemAdjustment", zone=UTC):
    return a_filter(condition, of, zone).value


def refusal(text):
    with pytest.raises(MalformedQuery) as caught:
        select(text, UTC)
    return caught.value.code, caught.value.message


def filter_refusal(condition, of="InvoiceItemAdjustment"):
    return refusal(f"select Id from {of} where {condition}")


def test_names_are_found_in_any_case_and_answered_in_the_contracts():
    found = select("select AMOUNT, sourceid from invoiceITEMadjustment where STATUS = 'x'", UTC)
    assert found.object_type.name == "InvoiceItemAdjustment"
    assert [field.name for field in found.fields] == ["Id", "Amount", "SourceId"]
    assert found.filter.field.name == "Status"


def test_id_is_first_whether_selected_or_not():
    assert names("select Amount from Invoice") == ["Id", "Amount"]
    assert names("select Amount, Id from Invoice") == ["Id", "Amount"]
    assert names("select Id from Invoice") == ["Id"]


def test_fields_come_in_the_contracts_order_once_each():
    assert names("select UpdatedDate, amount, AccountId, Amount, CreatedDate, ID from Invoice") == [
        "Id",
        "AccountId",
        "Amount",
        "CreatedDate",
        "UpdatedDate",
    ]


@pytest.mark.parametrize("object_type", OBJECTS, ids=lambda object_type: object_type.name)
def test_every_selectable_field_can_be_selected(object_type):
    selectable = [field.name for field in object_type.output_fields if field.selectable]
    assert names(f"select {', '.join(reversed(selectable))} from {object_type.name}") == selectable


def test_an_unknown_field_is_refused_in_the_legacys_words():
    expected = (ErrorCode.INVALID_FIELD, "invalid field for query: Invoice.taxmessage")
    assert refusal("select TaxMessage from invoice") == expected
    assert refusal("select Id from Invoice where taxMessage = 1") == expected


def test_a_field_of_another_object_is_unknown():
    assert refusal("select ChargeAmount from Invoice") == (
        ErrorCode.INVALID_FIELD,
        "invalid field for query: Invoice.chargeamount",
    )


def test_bill_run_id_is_filtered_not_selected():
    assert refusal("select billrunid from Invoice") == (
        ErrorCode.INVALID_FIELD,
        "Cannot use the BillRunId field in the select clause",
    )
    assert a_value("BillRunId = 'x'", "Invoice") == "x"


def test_an_unknown_object_is_refused():
    assert refusal("select Id from RatePlan") == (ErrorCode.INVALID_TYPE, "invalid type for query: RatePlan")


def test_what_is_no_zoql_is_refused_in_the_legacys_words_and_explained():
    assert refusal("select Id") == (
        ErrorCode.MALFORMED_QUERY,
        "You have an error in your ZOQL syntax: at position 10 the end was found, expected: a comma, from",
    )


@pytest.mark.parametrize("field", ["Body", "Comments", "RegenerateInvoicePDF"])
def test_a_field_that_is_not_filterable_is_refused(field):
    assert filter_refusal(f"{field.lower()} = null", "Invoice") == (
        ErrorCode.INVALID_FIELD,
        f"Invoice.{field} cannot be used in the where clause",
    )


@pytest.mark.parametrize(
    ("condition", "of", "value"),
    [
        ("Comment = 'it\\'s'", "InvoiceItemAdjustment", "it's"),
        ("Comment = ''", "InvoiceItemAdjustment", ""),
        ("Id = '1'", "InvoiceItemAdjustment", "1"),
        ("Id = 'no id at all'", "InvoiceItemAdjustment", "no id at all"),
        ("Status = 'NoSuchStatus'", "InvoiceItemAdjustment", "NoSuchStatus"),
        ("Amount = 1.50", "InvoiceItemAdjustment", Decimal("1.50")),
        ("Amount = '1.50'", "InvoiceItemAdjustment", Decimal("1.50")),
        ("Amount = -.5", "InvoiceItemAdjustment", Decimal("-0.5")),
        ("BillCycleDay = 31", "Account", 31),
        ("AutoPay = true", "Account", True),
        ("AutoPay = 'false'", "Account", False),
        ("AdjustmentDate = 2024-03-01", "InvoiceItemAdjustment", date(2024, 3, 1)),
        ("AdjustmentDate = '2024-03-01'", "InvoiceItemAdjustment", date(2024, 3, 1)),
        ("Comment = null", "InvoiceItemAdjustment", None),
        ("AdjustmentDate != null", "InvoiceItemAdjustment", None),
        ("AutoPay = null", "Account", None),
    ],
)
def test_a_value_is_read_as_its_fields_type(condition, of, value):
    assert a_value(condition, of) == value
    assert type(a_value(condition, of)) is type(value)


@pytest.mark.parametrize(
    ("condition", "of", "message"),
    [
        ("Comment = 5", "InvoiceItemAdjustment", "'5' is not a value of InvoiceItemAdjustment.Comment"),
        ("Id = 5", "InvoiceItemAdjustment", "'5' is not a value of InvoiceItemAdjustment.Id"),
        ("Comment = true", "InvoiceItemAdjustment", "'true' is not a value of InvoiceItemAdjustment.Comment"),
        ("Amount = '1e3'", "InvoiceItemAdjustment", "'1e3' is not a value of InvoiceItemAdjustment.Amount"),
        ("Amount = 'NaN'", "InvoiceItemAdjustment", "'NaN' is not a value of InvoiceItemAdjustment.Amount"),
        ("Amount = true", "InvoiceItemAdjustment", "'true' is not a value of InvoiceItemAdjustment.Amount"),
        ("BillCycleDay = 1.5", "Account", "'1.5' is not a value of Account.BillCycleDay"),
        ("BillCycleDay = 2147483648", "Account", "'2147483648' is not a value of Account.BillCycleDay"),
        ("AutoPay = 2", "Account", "'2' is not a value of Account.AutoPay"),
        ("CreatedDate = 2024-02-30", "Account", "'2024-02-30' is not a value of Account.CreatedDate"),
        ("CreatedDate = 'today'", "Account", "'today' is not a value of Account.CreatedDate"),
    ],
)
def test_a_value_that_does_not_fit_its_field_is_refused(condition, of, message):
    assert filter_refusal(condition, of) == (ErrorCode.INVALID_VALUE, message)


@pytest.mark.parametrize("operator", [">", ">=", "<", "<="])
@pytest.mark.parametrize(
    ("field", "value", "of"), [("AutoPay", "true", "Account"), ("Amount", "null", "Invoice")]
)
def test_booleans_and_null_are_compared_for_equality_alone(field, value, of, operator):
    assert filter_refusal(f"{field} {operator} {value}", of) == (
        ErrorCode.INVALID_VALUE,
        f"the operator {operator} cannot be used with {of}.{field} and {value}",
    )


@pytest.mark.parametrize("operator", ["=", "!=", ">", ">=", "<", "<="])
@pytest.mark.parametrize("test", ["Amount {} 1", "Comment {} 'x'", "Id {} 'x'", "CreatedDate {} 2024-03-01"])
def test_the_other_types_have_all_six(test, operator):
    assert a_filter(test.format(operator)).operator == operator


@pytest.mark.parametrize("pattern", ["%", "%abc", "abc%", "_a%", "%a_", "a\\\\_%"])
def test_a_pattern_has_one_percent_sign_at_an_end(pattern):
    assert a_filter(f"Comment like '{pattern}'").operator == "like"


@pytest.mark.parametrize("pattern", ["", "abc", "_", "a%c", "%abc%", "%%", "a%b%"])
def test_another_pattern_is_refused(pattern):
    assert filter_refusal(f"Comment like '{pattern}'") == (
        ErrorCode.INVALID_VALUE,
        "like takes a pattern with exactly one %, at its beginning or end",
    )


@pytest.mark.parametrize("test", ["Amount like '1%'", "AdjustmentDate like '2024%'", "Comment like null"])
def test_only_texts_have_patterns(test):
    assert filter_refusal(test)[0] is ErrorCode.INVALID_VALUE


def test_an_id_can_be_matched_by_a_pattern():
    field = INVOICE_ITEM_ADJUSTMENT.by_name["InvoiceId"]
    assert a_filter("InvoiceId like '2c92%'") == selection.Test(field, "like", "2c92%")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-01", 1),
        ("2024-03-01Z", 1),
        ("2024-03-01-08:00", 1),
        ("2024-03-01T23:59:59", 1),
        ("2024-03-01T23:59:59-08:00", 1),
        ("2024-03-02T07:59:59Z", 1),
        ("2024-03-02T08:00:00+00:00", 2),
    ],
)
def test_a_business_date_is_the_day_in_the_tenants_zone(text, day):
    assert a_value(f"AdjustmentDate >= {text}", zone=PACIFIC) == date(2024, 3, day)
    assert a_value(f"AdjustmentDate >= '{text}'", zone=PACIFIC) == date(2024, 3, day)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01T10:00:00", datetime(2024, 3, 1, 18, tzinfo=UTC)),
        ("2024-03-01", datetime(2024, 3, 1, 8, tzinfo=UTC)),
        ("2024-03-01T10:00:00Z", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("2024-03-01T10:00:00.250+02:00", datetime(2024, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2024-03-01T10:00:00-0530", datetime(2024, 3, 1, 15, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_in_the_tenants_zone(text, moment):
    assert a_value(f"CreatedDate < {text}", zone=PACIFIC) == moment


def test_a_moment_keeps_its_instant():
    zone = timezone(timedelta(hours=5, minutes=45))
    assert a_value("CreatedDate < 2024-03-01T00:00:00", zone=zone) == datetime(2024, 3, 1, tzinfo=zone)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_the_calendar_is_refused(text):
    assert filter_refusal(f"CreatedDate < {text}")[0] is ErrorCode.INVALID_VALUE
    assert filter_refusal(f"AdjustmentDate < {text}")[0] is ErrorCode.INVALID_VALUE


def test_the_filter_has_the_conditions_shape():
    a, b, c = (a_filter(f"Amount = {number}") for number in (1, 2, 3))
    assert a_filter("Amount = 1 or Amount = 2 and Amount = 3") == AnyOf((a, Every((b, c))))
    assert a_filter("Amount = 1 and Amount = 2 or Amount = 3") == AnyOf((Every((a, b)), c))


def test_no_condition_is_no_filter():
    assert select("select Id from Invoice", UTC).filter is None


def test_a_refusal_within_a_long_condition_is_found():
    assert filter_refusal("Amount = 1 or Amount = 2 and Nonsense = 3") == (
        ErrorCode.INVALID_FIELD,
        "invalid field for query: InvoiceItemAdjustment.nonsense",
    )


def an_order(text, of="InvoiceItemAdjustment"):
    return [(key.field.name, key.descending) for key in select(f"select Id from {of} {text}", UTC).order]


def test_rows_are_in_the_order_of_ids_unless_another_is_asked_for():
    assert select("select Id from Invoice", UTC).order == BY_ID
    assert an_order("order by id desc") == [("Id", True)]


def test_id_decides_last():
    assert an_order("order by AMOUNT desc, comment") == [
        ("Amount", True),
        ("Comment", False),
        ("Id", False),
    ]
    assert an_order("order by Amount, Id desc") == [("Amount", False), ("Id", True)]


def test_among_equals_ids_go_the_way_of_the_last_field():
    assert an_order("order by Comment, Amount desc")[2] == ("Id", True)
    assert an_order("order by Comment desc, Amount")[2] == ("Id", False)


def test_what_decides_nothing_more_is_left_out_of_the_order():
    assert an_order("order by Amount, amount desc, Id, Comment") == [("Amount", False), ("Id", False)]


def test_rows_can_be_ordered_by_what_is_joined_or_computed():
    assert an_order("order by CustomerName")[0] == ("CustomerName", False)
    assert an_order("order by Balance desc, AutoPay", "Account")[:2] == [
        ("Balance", True),
        ("AutoPay", False),
    ]


@pytest.mark.parametrize("field", ["Body", "Comments", "RegenerateInvoicePDF"])
def test_rows_cannot_be_ordered_by_a_field_that_is_not_compared(field):
    assert refusal(f"select Id from Invoice order by {field.lower()}") == (
        ErrorCode.INVALID_FIELD,
        f"Invoice.{field} cannot be used in the order by clause",
    )


def test_rows_cannot_be_ordered_by_an_unknown_field():
    assert refusal("select Id from Invoice order by Nonsense") == (
        ErrorCode.INVALID_FIELD,
        "invalid field for query: Invoice.nonsense",
    )


def test_a_limit_is_what_was_asked_for():
    assert select("select Id from Invoice", UTC).limit is None
    assert select("select Id from Invoice limit 7", UTC).limit == 7


def test_what_only_the_order_needs_is_read_behind_the_fields():
    found = select("select Amount from Invoice order by Amount, DueDate desc", UTC)
    assert found.order[1] == SortKey(found.object_type.by_name["DueDate"], descending=True)
    assert [field.name for field in found.fields] == ["Id", "Amount"]
    assert [field.name for field in found.columns] == ["Id", "Amount", "DueDate"]
    assert found.key_of(("1", Decimal(5), None)) == (Decimal(5), None, "1")


def test_case_counts_unless_it_is_said_not_to():
    assert select("select Id from Invoice", UTC).case_sensitive
    assert not select("select Id from Invoice", UTC, case_sensitive=False).case_sensitive
