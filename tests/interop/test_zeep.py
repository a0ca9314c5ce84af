"""A zeep client, built from the legacy's own WSDL and from ours, does what callers of the legacy do.

Only the endpoint's address is another one. In process: no socket, everything else is real.
"""

from datetime import date
from decimal import Decimal

import pytest
import zeep

from support.builders import ITEM_ID, TAX_ITEM_ID, a_tax_item, an_invoice, an_item
from support.databases import put
from support.gateways import ENDPOINT, USER, ZeepCaller, a_gateway
from support.real_wsdls import real_wsdl

FIRST_DAY = date(2024, 3, 1)
TEXT = "<&> \"quoted\" 'single' 東京 🚀 é\ttab"


@pytest.fixture
def gateway(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        yield gateway


@pytest.fixture(params=["the legacy's WSDL", "our WSDL"])
def wsdl(request):
    return str(real_wsdl("78.0")) if request.param == "the legacy's WSDL" else f"{ENDPOINT}?wsdl"


@pytest.fixture
def caller(gateway, wsdl):
    return ZeepCaller(gateway, wsdl)


def a_credit(caller, source_id=ITEM_ID, **other):
    invoice = an_invoice()
    values = {
        "AdjustmentDate": FIRST_DAY,
        "Amount": Decimal("10.00"),
        "InvoiceId": invoice.id,
        "SourceId": source_id,
        "SourceType": "InvoiceDetail",
        "Type": "Credit",
    }
    return caller.adjustment(**values | other)


def test_every_item_of_a_1200_item_invoice_is_adjusted_in_calls_of_50(gateway, caller):
    invoice = an_invoice(amount="12000.00")
    items = [an_item("10.00", id=f"{number:032d}") for number in range(1200)]
    put(gateway.store, invoice, *items)
    found = caller.query("select Id, ChargeAmount from InvoiceItem", batch_size=500)
    assert [item.Id for item in found] == [item.id for item in items]
    created = []
    for first in range(0, 1200, 50):
        batch = found[first : first + 50]
        saved = caller.call(
            "create", [a_credit(caller, item.Id, Amount=item.ChargeAmount / 4) for item in batch]
        )
        assert all(outcome.Success for outcome in saved)
        created += [outcome.Id for outcome in saved]
    assert len(set(created)) == 1200
    (read,) = caller.query(f"select Balance, AdjustmentAmount from Invoice where Id = '{invoice.id}'")
    assert (read.Balance, read.AdjustmentAmount) == (Decimal(9000), Decimal(3000))
    (canceled,) = caller.call("update", [caller.adjustment(Id=created[0], Status="Canceled")])
    assert (canceled.Success, canceled.Id) == (True, created[0])
    (read,) = caller.query(f"select Balance from Invoice where Id = '{invoice.id}'")
    assert read.Balance == Decimal("9002.5")


def test_login_answers_a_session_and_the_callers_own_endpoint(caller):
    assert caller.login.ServerUrl == ENDPOINT
    info = caller.call("getUserInfo")
    assert (info.Username, info.UserEmail, info.UserFullName) == (USER, USER, "Ann Example")


def test_what_is_created_is_read_back_in_every_field(gateway, caller):
    put(gateway.store, an_invoice(), an_item(), a_tax_item())
    text = TEXT.replace("\t", " ")
    (saved,) = caller.call(
        "create",
        [
            a_credit(
                caller,
                TAX_ITEM_ID,
                SourceType="Tax",
                Amount=Decimal("0.05"),
                Comment=text,
                ReferenceId="R-1",
                ReasonCode="Write-off",
                AdjustmentNumber="MINE-1",
            )
        ],
    )
    names = (
        "AccountId AdjustmentDate AdjustmentNumber Amount Comment CreatedById CreatedDate InvoiceId "
        "InvoiceNumber ReasonCode ReferenceId SourceId SourceType Status Type"
    ).split()
    (read,) = caller.query(f"select {', '.join(names)} from InvoiceItemAdjustment")
    assert read.Id == saved.Id
    assert read.Amount == Decimal("0.05")
    assert read.AdjustmentDate == FIRST_DAY
    assert read.Comment == text
    assert (read.AdjustmentNumber, read.ReferenceId, read.ReasonCode) == ("MINE-1", "R-1", "Write-off")
    assert (read.Status, read.Type, read.SourceType, read.SourceId) == (
        "Processed",
        "Credit",
        "Tax",
        TAX_ITEM_ID,
    )
    assert read.InvoiceNumber == an_invoice().number
    assert read.CreatedDate == gateway.clock()


def test_one_refused_record_among_50_leaves_the_other_49_done_and_in_order(gateway, caller):
    items = [an_item("1.00", id=f"{number:032d}") for number in range(50)]
    put(gateway.store, an_invoice(amount="50.00"), *items)
    records = [
        a_credit(caller, item.id, Amount=Decimal(2) if number == 17 else Decimal(1))
        for number, item in enumerate(items)
    ]
    saved = caller.call("create", records)
    assert [outcome.Success for outcome in saved] == [number != 17 for number in range(50)]
    assert saved[17].Id is None
    (error,) = saved[17].Errors
    assert (error.Code, error.Message) == (
        "INVALID_VALUE",
        "Adjustment amount is out of range. Please change the amount.",
    )
    made = caller.query("select SourceId from InvoiceItemAdjustment")
    assert [a.SourceId for a in made] == [item.id for item in items if item is not items[17]]


def test_a_single_transaction_is_all_or_nothing(gateway, caller):
    put(gateway.store, an_invoice(), an_item())
    options = {"CallOptions": {"useSingleTransaction": True}}
    records = [a_credit(caller), a_credit(caller, Amount=Decimal(-1))]
    first, second = caller.call("create", records, **options)
    assert first.Errors[0].Code == "TRANSACTION_FAILED"
    assert second.Errors[0].Message == "Adjustment amount cannot be negative or zero."
    assert caller.query("select Id from InvoiceItemAdjustment") == []


def test_an_empty_result_is_done_and_has_no_locator(caller):
    page = caller.call("query", "select Id from InvoiceItemAdjustment")
    assert (page.done, page.size, page.queryLocator) == (True, 0, None)


def test_a_bad_query_is_a_typed_fault(caller):
    with pytest.raises(zeep.exceptions.Fault) as caught:
        caller.call("query", "select Nonsense from Invoice")
    assert caught.value.code == "fns:INVALID_FIELD"
    assert caught.value.message == "invalid field for query: Invoice.nonsense"
    (detail,) = caught.value.detail
    assert detail.tag == "{http://fault.api.zuora.com/}MalformedQueryFault"


def test_an_expired_session_is_the_fault_that_callers_compare_with(gateway, caller):
    gateway.clock.advance(minutes=16)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        caller.call("getUserInfo")
    assert caught.value.code == "fns:INVALID_SESSION"


def test_only_a_canceled_adjustment_is_deleted(gateway, caller):
    put(gateway.store, an_invoice(), an_item())
    (saved,) = caller.call("create", [a_credit(caller)])
    (refused,) = caller.call("delete", "InvoiceItemAdjustment", [saved.Id])
    assert (refused.success, refused.errors[0].Code) == (False, "CANNOT_DELETE")
    caller.call("update", [caller.adjustment(Id=saved.Id, Status="Canceled")])
    (deleted,) = caller.call("delete", "InvoiceItemAdjustment", [saved.Id])
    assert (deleted.success, deleted.id) == (True, saved.Id)
    assert caller.query("select Id from InvoiceItemAdjustment") == []
