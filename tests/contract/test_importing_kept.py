"""Importing what accountants keep, on every database, by the rules that the commands follow."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateway.engine.periods import AccountingPeriod, PeriodStatus
from gateway.service.imports.importing import OnError
from gateway.service.tenant import AccountingCode, Configuration, ReasonCode
from gateway.storage.store import SqlStore
from gateway.storage.tables import configuration_entries
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import ACCOUNT_FILE, NOW, World

OPEN, PENDING, CLOSED = PeriodStatus
PERIOD_HEADER = "Id,Name,StartDate,EndDate,Status"
JANUARY = "1,Jan '24,2024-01-01,2024-01-31,Closed"
FEBRUARY = "2,Feb '24,2024-02-01,2024-02-29,Pending Close"
MARCH = "3,Mar '24,2024-03-01,2024-03-31,"
PERIOD_FILE = [PERIOD_HEADER, MARCH, JANUARY, FEBRUARY]
LEFT_OUT = "is left out: all rows of this file are loaded or none, and another one is bad"


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    return World(store, folder)


on_one_database = pytest.mark.parametrize(
    "store", DATABASES[:1], indirect=True
)  # no database has a say in it


def configuration(world: World) -> Configuration:
    return world.store.read(lambda tx: tx.configuration())


def statuses(world: World) -> list[PeriodStatus]:
    return [period.status for period in configuration(world).periods]


def entries(world: World) -> list[Any]:
    with world.store.reading() as connection:
        return list(
            connection.execute(select(configuration_entries).order_by(configuration_entries.c.id)).all()
        )


def test_periods_codes_and_reasons_are_loaded_before_what_refers_to_them(world: World) -> None:
    result = world.load_files(
        Account=ACCOUNT_FILE,
        AccountingPeriod=PERIOD_FILE,
        AccountingCode=["Name,Type,Status", "4000,SalesRevenue,Active", "4001,,Inactive"],
        ReasonCode=[
            "Name,Status,Default",
            "Goodwill,Active,true",
            "Other,Inactive,",
            "Standard Adjustment,Inactive,",
        ],
    )
    assert [(file.object_name, file.added, file.updated) for file in result.files] == [
        ("AccountingPeriod", 3, 0),
        ("AccountingCode", 2, 0),
        ("ReasonCode", 1, 2),
        ("Account", 1, 0),
    ]
    kept = configuration(world)
    assert kept.periods[0] == AccountingPeriod("Jan '24", date(2024, 1, 1), date(2024, 1, 31), CLOSED)
    assert [period.status for period in kept.periods] == [CLOSED, PENDING, OPEN]
    assert kept.accounting_codes == (
        AccountingCode("4000", "SalesRevenue"),
        AccountingCode("4001", None, active=False),
    )
    reasons = kept.reason_codes_by_name
    assert [reason for reason in reasons.values() if reason.is_default] == [
        ReasonCode("Goodwill", is_default=True)
    ]
    assert not reasons["Standard Adjustment"].active
    assert not reasons["Other"].active
    assert kept.revision == 3


def test_files_loaded_again_change_nothing_and_are_not_written_down_again(world: World) -> None:
    files = {
        "AccountingPeriod": ["Name,StartDate,EndDate", "Mar '24,2024-03-01,2024-03-31"],
        "AccountingCode": ["Name", "4000"],
        "ReasonCode": ["Name", "Goodwill", "Other"],
    }
    world.load_files(**files)
    first, written = configuration(world), entries(world)
    result = world.load_files(**files)
    assert [(file.added, file.updated) for file in result.files] == [(0, 1), (0, 1), (0, 2)]
    assert (configuration(world), entries(world)) == (first, written)
    assert [(entry.who, entry.action, entry.at) for entry in written] == [
        ("import", "AccountingPeriod import", NOW),
        ("import", "AccountingCode import", NOW),
        ("import", "ReasonCode import", NOW),
    ]
    assert json.loads(written[1].detail) == [
        {"before": None, "after": {"code": "4000", "type": None, "active": True}}
    ]


def test_periods_close_and_reopen_in_the_order_that_the_commands_ask_for(world: World) -> None:
    header = "Name,StartDate,EndDate,Status"
    spans = ["Jan,2024-01-01,2024-01-31", "Feb,2024-02-01,2024-02-29", "Mar,2024-03-01,2024-03-31"]

    def load(*given: str, bad: int = 0) -> Any:
        rows = [f"{span},{status}" for span, status in zip(spans, given, strict=True) if status != "-"]
        return world.load_files(expect_bad=bad, AccountingPeriod=[header, *reversed(rows)])

    load("Closed", "Closed", "PendingClose")
    load("Open", "Open", "Open")
    assert statuses(world) == [OPEN] * 3
    load("Closed", "Closed", "Closed")
    assert statuses(world) == [CLOSED] * 3
    result = load("Open", "-", "-", bad=1)
    assert world.reasons(result) == [
        ("AccountingPeriod.csv", 2, "", "'Jan' cannot be reopened before 'Feb', which is later and closed")
    ]
    world.load_files(
        AccountingPeriod=[header, "Dec,2023-12-01,2023-12-31,Closed", "Apr,2024-04-01,2024-04-30,"]
    )
    assert statuses(world) == [CLOSED] * 4 + [OPEN]


@on_one_database
@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("4,May,2024-05-01,2024-05-31,", "", "A period follows or precedes the others without a gap;"),
        ("4,Feb '24,2024-04-01,2024-04-30,", "Name", '"Feb \'24" is on line'),
        ("4,Apr,2024-04-01,2024-04-30,Closed", "", "'Apr' cannot be closed before 'Feb '24'"),
        ("4,Apr,2024-04-01,2024-04-31,", "EndDate", "'2024-04-31' is not a date"),
        ("4,Apr,2024-04-01,2024-03-31,", "", "A period ends on or after its first day"),
        ("4,Apr,2024-04-01,2024-04-30,Shut", "Status", "'Shut' is none of Open, PendingClose, Closed"),
    ],
)
def test_of_a_file_of_periods_all_rows_are_loaded_or_none(
    world: World, row: str, column: str, reason: str
) -> None:
    result = world.load_files(
        options={"on_error": OnError.SKIP},
        expect_bad=4,
        AccountingPeriod=[*PERIOD_FILE, row],
        Account=ACCOUNT_FILE,
    )
    assert configuration(world).periods == ()
    bad = [bad for bad in result.bad_rows if bad.reason != LEFT_OUT]
    assert [(each.line, each.column) for each in bad] == [(5, column)]
    assert bad[0].reason.startswith(reason)
    assert [(file.read, file.added, file.bad) for file in result.files] == [(4, 0, 4), (1, 1, 0)]


@on_one_database
def test_the_days_of_a_period_stay(world: World) -> None:
    world.load_files(AccountingPeriod=["Name,StartDate,EndDate", "Mar,2024-03-01,2024-03-31"])
    result = world.load_files(
        expect_bad=1, AccountingPeriod=["Name,StartDate,EndDate", "Mar,2024-03-01,2024-03-30"]
    )
    assert world.reasons(result) == [
        (
            "AccountingPeriod.csv",
            2,
            "",
            "'Mar' runs from 2024-03-01 to 2024-03-31: the days of a period stay",
        )
    ]


@on_one_database
def test_what_the_rules_of_codes_forbid_is_refused_by_name_and_the_rest_loaded(world: World) -> None:
    result = world.load_files(
        options={"on_error": OnError.SKIP},
        expect_bad=4,
        AccountingCode=["Name,Status", "4000,Active", f"{'x' * 101},Active"],
        ReasonCode=[
            "Name,Status,Default",
            "Goodwill,,true",
            "Whim,,true",
            "Goodwill,Inactive,",
            "Doubt,Inactive,true",
            "Standard Adjustment,Inactive,",
        ],
    )
    assert [(bad.line, bad.column, bad.reason) for bad in result.bad_rows] == [
        (3, "Name", "has 101 characters; the most are 100"),
        (3, "Default", "line 2 is it already"),
        (4, "Name", "'Goodwill' is on line 2 already"),
        (5, "Default", "line 2 is it already"),
    ]
    reasons = configuration(world).reason_codes_by_name
    assert reasons["Goodwill"].is_default
    assert not reasons["Standard Adjustment"].active
    assert "Doubt" not in reasons
    result = world.load_files(expect_bad=1, ReasonCode=["Name,Status", "Goodwill,Inactive"])
    assert [bad.reason for bad in result.bad_rows] == [
        "'Goodwill' is the default; choose another default first"
    ]


@on_one_database
def test_codes_come_back_and_change_their_type(world: World) -> None:
    world.load_files(AccountingCode=["Name,Type,Status", "4000,Revenue,Inactive", "5000,Cost,"])
    world.load_files(AccountingCode=["Name,Status", "4000,Active", "5000,Inactive"])
    world.load_files(AccountingCode=["Name,Type", "4000,Sales"])
    world.load_files(ReasonCode=["Name,Status", "Other,Inactive"])
    world.load_files(ReasonCode=["Name,Status", "Other,Active"])
    kept = configuration(world)
    assert kept.accounting_codes == (
        AccountingCode("4000", "Sales"),
        AccountingCode("5000", "Cost", active=False),
    )
    assert kept.reason_codes_by_name["Other"].active


def test_an_aborted_import_keeps_no_period(world: World) -> None:
    file = ["Name,StartDate,EndDate", "Mar,2024-03-01,2024-03-31"]
    world.load_files(expect_bad=1, AccountingPeriod=file, Account=["Id,Balance", "1,x"])
    assert configuration(world).periods == ()
    assert entries(world) == []
