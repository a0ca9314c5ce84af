"""The scenario of tests/support/clients.py with suds-community."""

import sys
from decimal import Decimal
from pathlib import Path

from suds import WebFault
from suds.cache import NoCache
from suds.client import Client

wsdl, endpoint, user, password, ended, invoice, creates, batch_size, text = sys.argv[1:]


def say(key, value):
    sys.stdout.write(f"{key}={str(value).lower() if isinstance(value, bool) else value}\n")


def outcome(success, errors):
    """Return success and the codes of the errors, such as false:INVALID_VALUE."""
    codes = "+".join("null" if error is None else error.Code for error in errors)
    return f"{'true' if success else 'false'}:{codes}"


def errors_of(result, name):
    return getattr(result, name, [])


client = Client(Path(wsdl).as_uri(), cache=NoCache(), location=endpoint)


def log_in():
    login = client.service.login(user, password)
    use_headers(session=login.Session)
    return login


def use_headers(**headers):
    """Send these header blocks with every call; suds finds each by its name."""
    session = headers.pop("session")
    client.set_options(soapheaders={"SessionHeader": {"session": session}, **headers})


def query_all(query):
    """Return the records that are not nil, the number of pages, and the first page's size."""
    session = client.options.soapheaders["SessionHeader"]["session"]
    use_headers(session=session, QueryOptions={"batchSize": int(batch_size)})
    try:
        page = client.service.query(query)
        records, pages, size = list(getattr(page, "records", [])), 1, page.size
        while not page.done:
            page = client.service.queryMore(page.queryLocator)
            records += getattr(page, "records", [])
            pages += 1
    finally:
        use_headers(session=session)
    return [record for record in records if record], pages, size


def adjustment(**values):
    record = client.factory.create("{http://object.api.zuora.com/}InvoiceItemAdjustment")
    for name, value in values.items():
        setattr(record, name, value)
    return record


say("server_url", log_in().ServerUrl)
say("username", client.service.getUserInfo().Username)

items, pages, size = query_all(f"select Id, ChargeAmount from InvoiceItem where InvoiceId = '{invoice}'")
say("items", ",".join(item.Id for item in items))
say("pages", pages)
say("size", size)

saved = client.service.create(
    [
        adjustment(
            AdjustmentDate="2024-03-02",
            Amount=Decimal("1000000.00" if number == 1 else f"1.{number:02d}"),
            Comment=text,
            InvoiceId=invoice,
            SourceId=items[number].Id,
            SourceType="InvoiceDetail",
            Type="Credit",
        )
        for number in range(int(creates))
    ]
)
say("saved", ",".join(outcome(result.Success, errors_of(result, "Errors")) for result in saved))
say("refused", saved[1].Errors[0].Message)

adjustments = (
    "select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment"
    f" where InvoiceId = '{invoice}'"
)
rows, _, _ = query_all(adjustments)
by_id = {row.Id: row for row in rows}
say("rows", len(rows))
for number, result in enumerate(saved):
    if getattr(result, "Id", None):
        row = by_id[result.Id]
        say(f"read.{number}", f"{row.SourceId}|{row.Amount}|{row.AdjustmentDate}|{row.Status}|{row.Comment}")

try:
    query_all("select Nonsense from Invoice")
except WebFault as error:
    say("bad_query.faultcode", error.fault.faultcode)
    for name, detail in getattr(error.fault, "detail", ()):
        say("bad_query.detail", name)
        say("bad_query.code", detail.FaultCode)
        say("bad_query.message", detail.FaultMessage)

use_headers(session=ended)
try:
    client.service.getUserInfo()
except WebFault as error:
    say("expired.faultcode", error.fault.faultcode)
    for _, detail in getattr(error.fault, "detail", ()):
        say("expired.code", detail.FaultCode)
    log_in()

first = saved[0].Id
(canceled,) = client.service.update([adjustment(Id=first, Status="Canceled")])
say("canceled", outcome(canceled.Success, errors_of(canceled, "Errors")))
rows, _, _ = query_all(f"select Status from InvoiceItemAdjustment where Id = '{first}'")
say("status", rows[0].Status)

deleted, kept = client.service.delete("InvoiceItemAdjustment", [first, saved[2].Id])
say("deleted", outcome(deleted.success, errors_of(deleted, "errors")))
say("deleted_the_first", deleted.id == first)
say("kept", outcome(kept.success, errors_of(kept, "errors")))
rows, _, _ = query_all(adjustments)
say("rows_after", len(rows))
rows, _, size = query_all(f"select Id from InvoiceItemAdjustment where Id = '{first}'")
say("empty", f"{len(rows)}:{size}")
