"""The audit trail without a store: what entries tell, and the chain."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import Adjustment
from gateway.service.auditing import (
    Head,
    applied,
    chain,
    entries_of_new,
    entry_hash,
    entry_of_change,
    entry_of_deletion,
    told,
    written,
)
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, Call
from gateway.service.ports import AuditEntry
from support.builders import INVOICE_ID, OTHER_INVOICE_ID, STAMP, an_adjustment

CALL = Call(
    Caller(STAMP.user_id, door="soap", request_id="r1"), "update", [], AS_THE_LEGACY, INVOICE_ITEM_ADJUSTMENT
)


def entry_of_new(call, stamp, adjustment, sent):
    (entry,) = entries_of_new(call, stamp, [(adjustment, sent)])
    return entry


def an_entry(**others):
    dull = AuditEntry(
        at=STAMP.at,
        user_id=STAMP.user_id,
        door="soap",
        request_id="r1",
        action="create",
        invoice_id=INVOICE_ID,
        adjustment_id="a1",
        detail="{}",
    )
    return replace(dull, **others)


def test_a_chain_counts_from_one_and_each_hash_holds_the_one_before():
    links, heads = chain([an_entry(), an_entry(), an_entry()], {INVOICE_ID: Head(INVOICE_ID)})
    assert [link.seq for link in links] == [1, 2, 3]
    previous = ""
    for link in links:
        assert link.hash == entry_hash(previous, link.seq, link.entry)
        previous = link.hash
    assert heads == [Head(INVOICE_ID, 3, previous)]


def test_chains_go_on_where_they_ended_each_by_itself():
    entries = [an_entry(), an_entry(invoice_id=OTHER_INVOICE_ID), an_entry()]
    at_once = chain(entries, {INVOICE_ID: Head(INVOICE_ID), OTHER_INVOICE_ID: Head(OTHER_INVOICE_ID, 7, "x")})
    assert [link.seq for link in at_once[0]] == [1, 8, 2]
    heads = {INVOICE_ID: Head(INVOICE_ID), OTHER_INVOICE_ID: Head(OTHER_INVOICE_ID, 7, "x")}
    links = []
    for entry in entries:
        linked, moved = chain([entry], heads)
        links += linked
        heads |= {head.id: head for head in moved}
    assert (links, list(heads.values())) == at_once


@pytest.mark.parametrize(
    "change",
    [
        {"at": STAMP.at + timedelta(milliseconds=1)},
        {"user_id": "u2"},
        {"door": "import"},
        {"request_id": "r2"},
        {"action": "update"},
        {"invoice_id": OTHER_INVOICE_ID},
        {"adjustment_id": "a2"},
        {"detail": "{ }"},
    ],
)
def test_a_hash_is_over_every_value(change):
    assert entry_hash("", 1, an_entry(**change)) != entry_hash("", 1, an_entry())


def test_a_hash_is_over_the_place_and_the_hash_before():
    assert (
        len({entry_hash("", 1, an_entry()), entry_hash("", 2, an_entry()), entry_hash("x", 1, an_entry())})
        == 3
    )


def test_a_hash_can_be_recomputed_from_its_description_alone():
    values = ["before", INVOICE_ID, 3, "2024-03-20T12:00:00.000+00:00", STAMP.user_id, "soap", "r1", "create"]
    text = json.dumps([*values, "a1", '{"ü": "\U0001f600"}'], separators=(",", ":"))
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert entry_hash("before", 3, an_entry(detail='{"ü": "\U0001f600"}')) == expected


def test_moments_count_as_they_are_stored_in_utc_to_the_millisecond():
    elsewhere = STAMP.at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert entry_hash("", 1, an_entry(at=elsewhere)) == entry_hash("", 1, an_entry())
    finer = STAMP.at + timedelta(microseconds=999)
    assert entry_hash("", 1, an_entry(at=finer)) == entry_hash("", 1, an_entry())


def test_an_adjustment_is_told_in_plain_json_without_what_is_null():
    custom = {"Rate__c": Decimal("1.500"), "Due__c": date(2024, 4, 1), "Ok__c": False, "None__c": None}
    custom["At__c"] = datetime(2024, 4, 1, 10, tzinfo=UTC)
    values = told(an_adjustment("10.00", comment=None, custom=custom))
    assert "comment" not in values
    shown = ("amount", "status", "adjustment_date", "custom")
    assert {name: json.loads(json.dumps(values))[name] for name in shown} == {
        "amount": "10",
        "status": "Processed",
        "adjustment_date": "2024-03-15",
        "custom": {
            "Rate__c": "1.5",
            "Due__c": "2024-04-01",
            "Ok__c": False,
            "At__c": "2024-04-01T10:00:00.000+00:00",
        },
    }


TEXTS = st.none() | st.text(st.characters(codec="utf-8"))
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8, minutes=-30))]))
DATES = st.none() | st.dates()
OWN_FIELDS = st.dictionaries(
    st.text(min_size=1), TEXTS | st.booleans() | st.dates() | MOMENTS | st.decimals("-1e9", "1e9", places=3)
)
ADJUSTMENTS = st.builds(
    Adjustment,
    created_date=MOMENTS,
    updated_date=MOMENTS,
    cancelled_date=st.none() | MOMENTS,
    amount=st.decimals("0", "1e20", places=2) | st.just(Decimal("1E+3")),
    reference_id=TEXTS,
    comment=TEXTS,
    invoice_item_name=TEXTS,
    reverses_id=TEXTS,
    service_start_date=DATES,
    service_end_date=DATES,
    exclude_item_billing_from_revenue_accounting=st.none() | st.booleans(),
    custom=st.just({}) | OWN_FIELDS,
)


@settings(derandomize=True, deadline=None, database=None)
@given(ADJUSTMENTS, st.text())
def test_what_is_joined_by_hand_is_what_the_json_library_writes(adjustment, sent):
    def plainly(detail):
        return json.dumps(detail, ensure_ascii=False, sort_keys=True)

    as_sent = {"amount_as_sent": sent} if sent else {}
    assert written([adjustment]) == [plainly(told(adjustment))]
    new, deletion = entry_of_new(CALL, STAMP, adjustment, sent), entry_of_deletion(CALL, STAMP, adjustment)
    assert new.detail == plainly({"after": told(adjustment), **as_sent})
    assert deletion.detail == plainly({"before": told(adjustment)})


@settings(derandomize=True, deadline=None, database=None)
@given(st.lists(ADJUSTMENTS.filter(lambda adjustment: not adjustment.custom), min_size=2))
def test_adjustments_that_are_told_of_together_are_told_as_each_alone(adjustments):
    assert written(adjustments) == [written([adjustment])[0] for adjustment in adjustments]


def test_the_entries_of_many_are_those_of_each_in_order():
    made = [(an_adjustment(f"{n}.10", id=f"{n}"), f"{n}.1" if n % 2 else "") for n in range(2_345)]
    entries = list(entries_of_new(CALL, STAMP, made))
    assert entries == [entry_of_new(CALL, STAMP, *each) for each in made]


@settings(derandomize=True, deadline=None, database=None)
@given(st.builds(AuditEntry, at=MOMENTS), st.text(), st.integers(1))
def test_a_hash_is_over_what_the_json_library_writes(entry, previous, seq):
    at = entry.at.astimezone(UTC).isoformat(timespec="milliseconds")
    values = [previous, entry.invoice_id, seq, at, entry.user_id, entry.door, entry.request_id, entry.action]
    text = json.dumps([*values, entry.adjustment_id, entry.detail], separators=(",", ":"))
    assert entry_hash(previous, seq, entry) == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_a_creation_an_update_and_a_deletion_tell_the_same_story():
    made = an_adjustment(custom={"Region__c": "EMEA", "Size__c": Decimal(3)}, reason_code="Other")
    changed = replace(made, custom={"Region__c": "APAC", "New__c": True}, reason_code=None, comment="x")
    first = json.loads(entry_of_new(CALL, STAMP, made, "9.999").detail)
    update = json.loads(entry_of_change(CALL, STAMP, made, changed).detail)
    last = json.loads(entry_of_deletion(CALL, STAMP, changed).detail)
    assert first["amount_as_sent"] == "9.999"
    assert update == {
        "before": {
            "comment": None,
            "reason_code": "Other",
            "custom": {"Region__c": "EMEA", "Size__c": "3", "New__c": None},
        },
        "after": {
            "comment": "x",
            "reason_code": None,
            "custom": {"Region__c": "APAC", "Size__c": None, "New__c": True},
        },
    }
    assert applied(first["after"], update["after"]) == last["before"]
    assert applied(last["before"], update["before"]) == first["after"]


def test_an_entry_says_who_when_through_which_door_and_with_which_request():
    entry = entry_of_deletion(CALL, STAMP, an_adjustment())
    assert (entry.at, entry.user_id, entry.door, entry.request_id) == (STAMP.at, STAMP.user_id, "soap", "r1")
    assert (entry.action, entry.invoice_id, entry.adjustment_id) == ("update", INVOICE_ID, an_adjustment().id)


def test_nobody_sends_the_amount_of_a_reversal():
    assert "amount_as_sent" not in json.loads(entry_of_new(CALL, STAMP, an_adjustment(), "").detail)
