"""What accountants and administrators keep, seen through SOAP on every database."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from gateway.bootstrap import Gateway, build
from gateway.engine.periods import PeriodStatus
from gateway.service import Caller, Permission, Record
from gateway.service.calls import CallOptions
from gateway.service.failures import InvalidArgument
from gateway.storage import open_store
from gateway.storage.store import SqlTransaction
from gateway.storage.tables import configuration_entries, invoice_item_adjustments
from support.builders import INVOICE_ID, ITEM_ID, an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.gateways import USER, InProcess, a_gateway, a_z_object, an_envelope

MARCH, APRIL = "Mar '24", "Apr '24"


@pytest.fixture(params=DATABASES)
def gateway(request, tmp_path):
    with a_gateway(database_url(request.param, tmp_path)) as gateway:
        put(gateway.store, an_invoice(), an_item())
        yield gateway


def a_record(**fields: str) -> dict[str, str]:
    asked = {"AdjustmentDate": "2024-03-15", "Amount": "1.00", "InvoiceId": INVOICE_ID, "SourceId": ITEM_ID}
    return asked | {"SourceType": "InvoiceDetail", "Type": "Credit"} | fields


def create(gateway: InProcess, *records: dict[str, str], **headers: str) -> str:
    records_ = "".join(a_z_object(**fields) for fields in records or (a_record(),))
    body = an_envelope(f"<ns1:create>{records_}</ns1:create>", gateway.usual_session())
    return gateway.post(body, **headers).text


def update(gateway: InProcess, id_: str, **fields: str) -> str:
    return gateway.call(f"<ns1:update>{a_z_object(Id=id_, **fields)}</ns1:update>").text


def query(gateway: InProcess, text: str) -> str:
    return gateway.call(f"<ns1:query><ns1:queryString>{text}</ns1:queryString></ns1:query>").text


def id_in(answer: str) -> str:
    return re.findall("<ns1:Id>(.*?)<", answer)[0]


def two_periods(gateway: InProcess) -> Any:
    administering = gateway.gateway.administering
    administering.add_period(MARCH, date(2024, 3, 1), date(2024, 3, 31))
    administering.add_period(APRIL, date(2024, 4, 1), date(2024, 4, 30))
    return administering


# Accounting periods


def test_a_closed_period_takes_no_adjustment_and_gives_none_up(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    id_ = id_in(create(gateway))
    administering.change_period(MARCH, PeriodStatus.CLOSED)
    assert "<ns1:Code>ACCOUNTING_PERIOD_CLOSED</ns1:Code>" in create(gateway)
    assert "<ns1:Code>ACCOUNTING_PERIOD_CLOSED</ns1:Code>" in update(gateway, id_, Status="Canceled")
    administering.change_period(MARCH, PeriodStatus.OPEN)
    assert "<ns1:Success>true" in create(gateway)
    assert "<ns1:Success>true" in update(gateway, id_, Status="Canceled")


def test_a_counter_adjustment_counts_in_the_next_open_period(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    create(gateway)
    administering.change_period(MARCH, PeriodStatus.CLOSED)
    id_ = id_in(create(gateway, a_record(Type="Charge")))
    table = invoice_item_adjustments
    with gateway.store.reading() as connection:
        dates = connection.execute(
            select(table.c.adjustment_date, table.c.accounting_date).where(table.c.id == id_)
        ).one()
    assert tuple(dates) == (date(2024, 3, 15), date(2024, 4, 1))
    assert "<ns1:Success>true" in update(gateway, id_, Status="Canceled"), "April is open"


def test_pending_close_is_open_to_whoever_manages_the_close(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    administering.change_period(MARCH, PeriodStatus.PENDING_CLOSE)
    assert "<ns1:Code>ACCOUNTING_PERIOD_CLOSED</ns1:Code>" in create(gateway)
    administering.change_user(USER, allow=Permission.MANAGE_CLOSE)
    assert "<ns1:Success>true" in create(gateway)
    administering.change_user(USER, forbid=Permission.MANAGE_CLOSE)
    assert "<ns1:Code>ACCOUNTING_PERIOD_CLOSED</ns1:Code>" in create(gateway)


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_what_the_order_of_periods_forbids_is_explained(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    with pytest.raises(InvalidArgument, match="'Apr '24' cannot be closed before 'Mar '24'"):
        administering.change_period(APRIL, PeriodStatus.CLOSED)
    with pytest.raises(InvalidArgument, match="they run from 2024-03-01 to 2024-04-30"):
        administering.add_period("June", date(2024, 6, 1), date(2024, 6, 30))
    with pytest.raises(InvalidArgument, match="1 to 100 characters"):
        administering.add_period(" ", date(2024, 5, 1), date(2024, 5, 31))


@pytest.mark.parametrize("gateway", DATABASES[1:], indirect=True)  # SQLite has one writer at a time anyway
def test_a_period_does_not_close_under_a_call_that_decides(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    closed = Event()

    def close() -> None:
        administering.change_period(MARCH, PeriodStatus.CLOSED)
        closed.set()

    with gateway.store.writing() as connection, connection.begin():
        gateway.gateway.configurations.held(SqlTransaction(connection))
        closing_ = Thread(target=close)
        closing_.start()
        assert not closed.wait(0.3)
    closing_.join(30)
    assert closed.is_set()


# Reason codes and accounts


def test_the_seeded_reason_codes_hold_until_others_are_kept(gateway: InProcess) -> None:
    assert "'Whim' must be an existing reason code or empty." in create(gateway, a_record(ReasonCode="Whim"))
    create(gateway)
    create(gateway, a_record(ReasonCode="Write-off"))
    codes = query(gateway, "select ReasonCode from InvoiceItemAdjustment")
    assert sorted(re.findall("<ns2:ReasonCode>(.*?)<", codes)) == ["Standard Adjustment", "Write-off"]
    gateway.gateway.administering.add_reason_code("Whim", is_default=True)
    assert "<ns1:Success>true" in create(gateway)
    assert "<ns1:size>1<" in query(gateway, "select Id from InvoiceItemAdjustment where ReasonCode = 'Whim'")


def test_a_retired_reason_code_is_refused_and_comes_back(gateway: InProcess) -> None:
    administering = gateway.gateway.administering
    administering.retire_reason_code("Other")
    assert "must be an existing reason code" in create(gateway, a_record(ReasonCode="Other"))
    administering.add_reason_code("Other")
    assert "<ns1:Success>true" in create(gateway, a_record(ReasonCode="Other"))


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda a: a.retire_reason_code("Standard Adjustment"), "is the default"),
        (lambda a: a.retire_reason_code("Nothing"), "There is no reason code 'Nothing'"),
        (lambda a: a.add_reason_code("Other"), "There is a reason code 'Other' already"),
        (lambda a: a.add_reason_code("x" * 33), "1 to 32 characters"),
        (lambda a: a.choose_default_reason_code("Nothing"), "There is no reason code 'Nothing'"),
        (lambda a: a.close_accounting_code("Nothing"), "There is no active accounting code 'Nothing'"),
        (lambda a: a.change_user("nobody", active=False), "There is no user 'nobody'"),
        (lambda a: a.change_setting("max_records", "0"), "a whole number from 1 to 10000"),
    ],
)
def test_what_cannot_be_is_explained(gateway: InProcess, act: Any, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        act(gateway.gateway.administering)


def test_while_there_is_a_chart_of_accounts_an_adjustment_names_one_of_it(gateway: InProcess) -> None:
    administering = gateway.gateway.administering
    assert "<ns1:Success>true" in create(gateway, a_record(AccountingCode="any"))
    administering.add_accounting_code("4711", "SalesRevenue")
    assert "'any' is not an active accounting code" in create(gateway, a_record(AccountingCode="any"))
    assert "<ns1:Success>true" in create(gateway, a_record(AccountingCode="4711"))
    administering.close_accounting_code("4711")
    assert "<ns1:Success>true" in create(gateway, a_record(AccountingCode="any")), "no chart is left"


# Settings and users


def test_a_setting_holds_from_the_next_call_on_in_every_process(gateway: InProcess) -> None:
    session = gateway.log_in()
    two = f"<ns1:create>{a_z_object(**a_record())}{a_z_object(**a_record())}</ns1:create>"
    assert "<ns1:Success>true" in gateway.call(two, session).text
    with a_second_gateway(gateway) as second:
        second.administering.change_setting("max_records", "1")
    assert "the most it may have is 1" in gateway.call(two, session).text


@contextmanager
def a_second_gateway(gateway: InProcess) -> Iterator[Gateway]:
    url = gateway.store.engine.url.render_as_string(hide_password=False)
    with closing(open_store(url)) as store:
        yield build(gateway.gateway.settings, store, gateway.clock)


def test_what_a_user_may_not_do_is_refused(gateway: InProcess) -> None:
    gateway.gateway.administering.change_user(USER, forbid=Permission.CREATE)
    assert "<ns1:Code>NO_PERMISSION</ns1:Code>" in create(gateway)


def test_a_closed_user_is_out_with_the_next_call(gateway: InProcess) -> None:
    session = gateway.log_in()
    gateway.gateway.administering.change_user(USER, active=False)
    asked = "<ns1:query><ns1:queryString>select Id from Invoice</ns1:queryString></ns1:query>"
    assert "INVALID_SESSION" in gateway.call(asked, session).text


@pytest.mark.parametrize("gateway", DATABASES[:1], indirect=True)  # no database has a say in it
def test_every_change_is_written_down(gateway: InProcess) -> None:
    administering = two_periods(gateway)
    administering.change_setting("strict", "true")
    administering.change_user(USER, allow=Permission.MANAGE_CLOSE)
    with gateway.store.reading() as connection:
        entries = connection.execute(select(configuration_entries)).all()
    assert [entry.action for entry in entries] == [
        "periods add",
        "periods add",
        "settings set",
        "users change",
    ]
    assert entries[2].detail == '{"strict": ["false", "true"]}'
    assert {entry.who for entry in entries} == {"command line"}
    assert {entry.at for entry in entries} == {gateway.clock()}


# One error or all, dry run


def all_wrong() -> dict[str, str]:
    return a_record(Amount="81.00", AdjustmentDate="2024-02-01", ReasonCode="Whim")


def test_the_first_error_is_the_answer_unless_all_are_asked_for(gateway: InProcess) -> None:
    assert create(gateway, all_wrong()).count("<ns1:Errors>") == 1
    told = create(gateway, all_wrong(), X_GATEWAY_ALL_ERRORS="true")
    assert re.findall("<ns1:Field>(.*?)<", told) == ["AdjustmentDate", "ReasonCode", "Amount"]
    gateway.gateway.administering.change_setting("all_errors", "true")
    assert create(gateway, all_wrong()).count("<ns1:Errors>") == 3


def test_a_dry_run_decides_everything_and_writes_nothing(gateway: InProcess) -> None:
    dry = create(gateway, a_record(), all_wrong(), X_GATEWAY_DRY_RUN="true")
    assert dry.count("<ns1:Success>true") == 1
    assert "<ns1:Id>" not in dry
    assert "is before the invoice's date" in dry
    assert "<ns1:size>0<" in query(gateway, "select Id from InvoiceItemAdjustment")
    id_ = id_in(create(gateway))
    assert "IIA-00000001" in query(gateway, "select AdjustmentNumber from InvoiceItemAdjustment")
    body = an_envelope(
        f"<ns1:update>{a_z_object(Id=id_, Status='Canceled')}</ns1:update>", gateway.usual_session()
    )
    assert "<ns1:Success>true" in gateway.post(body, X_GATEWAY_DRY_RUN="true").text
    assert "<ns2:Status>Processed" in query(gateway, "select Status from InvoiceItemAdjustment")


# Reversing (no door of SOAP: the JSON and bulk doors call it)


def test_a_reversal_is_written_linked_and_can_be_canceled_again(gateway: InProcess) -> None:
    id_ = id_in(create(gateway, a_record(Amount="10.00")))
    caller = Caller("u" * 32)
    reverse = gateway.gateway.adjusting.reverse
    (dry,) = reverse(caller, [Record({"Id": id_})], CallOptions(dry_run=True))
    assert (dry.id, dry.errors) == (None, ())
    (reversal,) = reverse(caller, [Record({"Id": id_, "Comment": "wrong customer"})])
    assert "<ns2:Balance>100<" in query(gateway, "select Balance from Invoice")
    assert "A live adjustment reverses" in update(gateway, id_, Status="Canceled")
    (nothing,) = reverse(caller, [Record({"Id": id_})])
    assert nothing.errors[0].message == f"There is nothing left of {id_} to reverse."
    assert "<ns1:Success>true" in update(gateway, reversal.id, Status="Canceled")
    assert "<ns1:Success>true" in update(gateway, id_, Status="Canceled")
    assert "<ns2:Balance>100<" in query(gateway, "select Balance from Invoice")
    comments = query(gateway, "select Comment from InvoiceItemAdjustment where Comment != null")
    assert "wrong customer" in comments
